#include "issuance.hpp"

#include "mdoc/crypto/private_key.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::testing {

Issuance::Issuance(const Folder& folder)
    : iaca(folder.path("iaca.pem")),
      iaca_key(folder.path("iaca.key")),
      signer(folder.path("ds.pem")),
      signer_key(folder.path("ds.key")),
      folder_(folder) {
  CountingRng rng(77);
  const auto device = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
  device_key = folder.write("device.key", pem_of(device));
  prepare({"pki", "iaca", "--subject", "C=UT, O=Utopia, CN=Utopia IACA", "--key-out", iaca_key, "--cert-out", iaca});
  prepare({"pki", "ds", "--subject", "C=UT, O=Utopia, CN=Utopia DS", "--issuer-key", iaca_key, "--issuer-cert", iaca,
           "--key-out", signer_key, "--cert-out", signer});
  mdoc = issue_to("mdoc.cbor",
                  R"({"org.iso.18013.5.1": {"family_name": "Doe", "given_name": "Jane", "birth_date": "1990-02-03",
                      "age_over_18": true, "age_over_21": true, "document_number": "D1234567"}})",
                  {"--profile", "mdl"});
}

std::vector<std::string> Issuance::issue(const std::string& data, const std::vector<std::string>& more) const {
  return with({"issue", "--data", data, "--device-key", device_key, "--ds-key", signer_key, "--ds-cert", signer}, more);
}

std::string Issuance::issue_to(const std::string& name, const std::string& data,
                               const std::vector<std::string>& more) const {
  prepare(with(issue(data, more), {"--out", folder_.path(name)}));
  return folder_.path(name);
}

Bytes online_transcript() {
  const Bytes handover = cbor_array({cbor_text("OpenID4VPHandover"), cbor_bytes(Bytes(32, 0x11))});
  return cbor_array({Bytes{0xf6}, Bytes{0xf6}, handover});
}

std::string write_request(const Folder& folder, const std::vector<std::string>& elements, const std::string& doc_type) {
  std::vector<std::string> call{"request", "--doc-type", doc_type, "--out", folder.path("request.cbor")};
  for (const std::string& element : elements) {
    call.insert(call.end(), {"--element", std::string(Issuance::name_space) + "/" + element});
  }
  prepare(call);
  return folder.path("request.cbor");
}

}  // namespace mdoc::testing
