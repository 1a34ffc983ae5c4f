#include "issuance.hpp"

#include <stdexcept>

#include "mdoc/crypto/private_key.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::testing {
namespace {

void make(const std::vector<std::string>& arguments) {
  const Ended ended = mdoc_cli(arguments);
  if (ended.exit != 0) throw std::runtime_error(ended.err);
}

}  // namespace

Issuance::Issuance(const Folder& folder)
    : iaca(folder.path("iaca.pem")),
      iaca_key(folder.path("iaca.key")),
      signer(folder.path("ds.pem")),
      signer_key(folder.path("ds.key")),
      mdoc(folder.path("mdoc.cbor")) {
  CountingRng rng(77);
  const auto device = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
  device_key = folder.write("device.key", pem_of(device));
  make({"pki", "iaca", "--subject", "C=UT, O=Utopia, CN=Utopia IACA", "--key-out", iaca_key, "--cert-out", iaca});
  make({"pki", "ds", "--subject", "C=UT, O=Utopia, CN=Utopia DS", "--issuer-key", iaca_key, "--issuer-cert", iaca,
        "--key-out", signer_key, "--cert-out", signer});
  make(issue(R"({"org.iso.18013.5.1": {"family_name": "Doe", "given_name": "Jane", "birth_date": "1990-02-03",
                 "age_over_18": true, "age_over_21": true, "document_number": "D1234567"}})",
             {"--profile", "mdl", "--out", mdoc}));
}

std::vector<std::string> Issuance::issue(const std::string& data, const std::vector<std::string>& more) const {
  std::vector<std::string> call{"issue",    "--data",   data,        "--device-key", device_key,
                                "--ds-key", signer_key, "--ds-cert", signer};
  call.insert(call.end(), more.begin(), more.end());
  return call;
}

}  // namespace mdoc::testing
