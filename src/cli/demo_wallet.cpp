#include "cli/demo_wallet.hpp"

#include <chrono>

#include "cli/embedded.hpp"
#include "cli/failure.hpp"
#include "cli/names.hpp"
#include "cli/output.hpp"
#include "cli/times.hpp"
#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "mdoc/json/elements.hpp"
#include "mdoc/model/issuer.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/trust/certificate_templates.hpp"

namespace mdoc::cli {
namespace {

constexpr std::string_view mdl = "org.iso.18013.5.1.mDL";
constexpr const char* contact = "https://utopia.example";

struct Signer {
  crypto::PrivateKey key;
  crypto::Certificate certificate;
};

crypto::PrivateKey new_key() {
  return require(crypto::PrivateKey::generate(crypto::Curve::p256, crypto::system_rng()), "cannot make a key");
}

crypto::CertificateTemplate template_for(trust::CertificateRole role, const std::string& name, UtcSeconds from) {
  return require(trust::certificate_template(role, {.subject = parse_name(name),
                                                    .not_before = from,
                                                    .contact = contact,
                                                    .crl_uri = std::string(contact) + "/crl"}),
                 "cannot make the test authority");
}

Signer make_authority(UtcSeconds from) {
  crypto::PrivateKey key = new_key();
  auto certificate = require(crypto::issue_self_signed_certificate(
                                 template_for(trust::CertificateRole::iaca, "C=UT, O=Utopia, CN=Utopia IACA", from),
                                 key, crypto::system_rng()),
                             "cannot make the test authority");
  return {std::move(key), certificate};
}

Signer make_document_signer(const Signer& authority, UtcSeconds from) {
  crypto::PrivateKey key = new_key();
  auto certificate = require(
      crypto::issue_certificate(
          template_for(trust::CertificateRole::document_signer, "C=UT, O=Utopia, CN=Utopia document signer", from),
          key.public_key(), authority.certificate, authority.key, crypto::system_rng()),
      "cannot make the document signer");
  return {std::move(key), certificate};
}

model::ElementValues licence_elements() {
  const auto* profile = profile::find_doc_type(profile::doc_types(), mdl);
  auto elements = require(json::read_elements(as_text(sample_licence()), profile), "cannot read the sample licence");
  elements.front().second.emplace_back("portrait", model::DataElementValue::bytes(sample_portrait()));
  return elements;
}

Bytes issue_licence(const Signer& signer, const crypto::PublicKey& device_key, UtcSeconds from) {
  const model::IssuanceContent content{
      .doc_type = DocType(mdl),
      .name_spaces = licence_elements(),
      .device_key_info = {.device_key = device_key.coordinates()},
      .validity_info = {.signed_at = from, .valid_from = from, .valid_until = from + std::chrono::days{30}}};
  cose::HeaderOptions headers{.x5chain = {SharedBytes::copy_of(signer.certificate.der())}};
  auto draft = require(
      model::IssuerSignedDraft::prepare(content, signer.key.public_key(), std::move(headers), crypto::system_rng()),
      "cannot issue the sample licence");
  const auto signature = require(crypto::sign(signer.key, draft.algorithm(), draft.to_be_signed()), "cannot sign");
  cbor::Writer writer;
  model::encode_issuer_signed(writer, require(std::move(draft).finish(signature), "cannot sign"));
  return std::move(writer).take();
}

}  // namespace

DemoFiles make_demo_files(const std::filesystem::path& folder) {
  // An hour ago, so that a reader whose clock is a little behind takes it.
  const UtcSeconds from = system_now().utc - std::chrono::hours{1};
  const Signer authority = make_authority(from);
  const Signer signer = make_document_signer(authority, from);
  const crypto::PrivateKey device_key = new_key();

  std::filesystem::create_directory(folder / "holder");
  std::filesystem::create_directory(folder / "reader");
  DemoFiles files{.credential = folder / "holder" / "licence.cbor",
                  .device_key = folder / "holder" / "device.key",
                  .trust_anchor = folder / "reader" / "iaca.pem"};
  write_file(files.credential.string(), issue_licence(signer, device_key.public_key(), from));
  write_secret_file(files.device_key.string(), require(device_key.pem(), "cannot write the device key"));
  write_file(files.trust_anchor.string(), as_bytes(authority.certificate.pem()));
  return files;
}

}  // namespace mdoc::cli
