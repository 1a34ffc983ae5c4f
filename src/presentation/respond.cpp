#include "mdoc/presentation/respond.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "core/try.hpp"
#include "mdoc/cose/mac0.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/model/authentication.hpp"
#include "mdoc/model/e_mac_key.hpp"

namespace mdoc::presentation {
namespace {

/// A document that lacks its proof. For a MAC the key is known only when the KeyProvider has answered.
struct PendingDocument {
  DocType doc_type;
  model::IssuerSigned issuer_signed;
  model::DeviceNameSpacesBytes device_name_spaces;
  std::optional<cose::Sign1Draft> signature;  // nothing: MAC
};

/// What the device key of `credential` is reserved for, by this credential or by another on the same key.
Result<std::optional<DeviceAuthMethod>> reserved_method(const Credential& credential,
                                                        std::span<const Credential> credentials) {
  std::optional<DeviceAuthMethod> reserved;
  for (const Credential& other : credentials) {
    if (!other.method() || other.device_key() != credential.device_key()) continue;
    if (reserved && *reserved != *other.method()) return Error{.code = Errc::wrong_key_use, .where = "credentials"};
    reserved = other.method();
  }
  return reserved;
}

bool is_possible(DeviceAuthMethod method, crypto::Curve device_curve,
                 const std::optional<crypto::EcPublicKey>& e_reader_key) {
  const crypto::CurveInfo& curve = crypto::info(device_curve);
  if (method == DeviceAuthMethod::signature) return curve.can_sign();
  // A MAC needs the reader's key on the same curve (9.1.3.5).
  return curve.can_agree && e_reader_key && e_reader_key->curve == curve.curve;
}

/// The same for every credential on one key: one key, one mechanism (9.1.3.1).
Result<DeviceAuthMethod> choose_method(const Credential& credential, std::span<const Credential> credentials,
                                       const std::optional<crypto::EcPublicKey>& e_reader_key,
                                       DeviceAuthMethod preferred) {
  MDOC_TRY(const auto reserved, reserved_method(credential, credentials));
  const DeviceAuthMethod other =
      preferred == DeviceAuthMethod::mac ? DeviceAuthMethod::signature : DeviceAuthMethod::mac;
  for (const DeviceAuthMethod method : {preferred, other}) {
    if (reserved && *reserved != method) continue;
    if (is_possible(method, credential.device_public_key().curve(), e_reader_key)) return method;
  }
  return Error{.code = Errc::wrong_key_use, .where = "DeviceAuth"};
}

/// Issuer-signed items that `option` releases, as the issuer delivered them.
model::IssuerSigned disclose(const Credential& credential, const DocumentOption& option) {
  return model::select_elements(
      credential.issuer_signed(), [&](const NameSpace& name_space, const model::IssuerSignedItem& item) {
        return std::ranges::any_of(option.elements, [&](const ElementOption& element) {
          return element.name_space == name_space && element.released == item.element_identifier;
        });
      });
}

}  // namespace

struct ResponseDraft::Impl {
  ProtocolConstants constants;
  SharedBytes session_transcript;
  std::vector<PendingDocument> documents;
  std::vector<crypto::KeyRequest> key_requests;

  [[nodiscard]] model::AuthenticationBytes authentication_of(const PendingDocument& document) const {
    return model::device_authentication_bytes(constants, session_transcript.view(), document.doc_type,
                                              document.device_name_spaces.bytes());
  }

  Result<void> add(const Credential& credential, const DocumentOption& option, DeviceAuthMethod method,
                   const std::optional<crypto::EcPublicKey>& e_reader_key) {
    PendingDocument document{.doc_type = credential.doc_type(),
                             .issuer_signed = disclose(credential, option),
                             .device_name_spaces = model::encode_device_name_spaces({}),
                             .signature = {}};
    if (method == DeviceAuthMethod::mac) {
      key_requests.emplace_back(crypto::AgreeRequest{.key = credential.device_key(), .peer = *e_reader_key});
    } else {
      const model::AuthenticationBytes content = authentication_of(document);
      MDOC_TRY(document.signature, cose::Sign1Draft::prepare_detached(credential.device_public_key(), content.parts()));
      const ByteView message = document.signature->to_be_signed();
      key_requests.emplace_back(crypto::SignRequest{.key = credential.device_key(),
                                                    .algorithm = document.signature->algorithm(),
                                                    .message = Bytes(message.begin(), message.end())});
    }
    documents.push_back(std::move(document));
    return {};
  }

  [[nodiscard]] Result<model::DeviceAuth> prove(const PendingDocument& document,
                                                const crypto::KeyResponse& response) const {
    const Error wrong_kind{.code = Errc::bad_argument, .where = "KeyResponse"};
    if (document.signature) {
      const auto* signature = std::get_if<crypto::Signature>(&response);
      if (signature == nullptr) return wrong_kind;
      MDOC_TRY(auto proof, document.signature->finish(*signature));
      return model::DeviceAuth{.proof = std::move(proof)};
    }
    const auto* zab = std::get_if<SecretBytes>(&response);
    if (zab == nullptr) return wrong_kind;
    MDOC_TRY(const auto key, model::derive_e_mac_key(constants, *zab, session_transcript.view()));
    const model::AuthenticationBytes content = authentication_of(document);
    MDOC_TRY(auto proof, cose::mac_detached(key, content.parts()));
    return model::DeviceAuth{.proof = std::move(proof)};
  }
};

ResponseDraft::ResponseDraft(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ResponseDraft::ResponseDraft(ResponseDraft&&) noexcept = default;
ResponseDraft& ResponseDraft::operator=(ResponseDraft&&) noexcept = default;
ResponseDraft::~ResponseDraft() = default;

Result<ResponseDraft> ResponseDraft::prepare(const crypto::Digest& request_digest, const Consent& consent,
                                             std::span<const Credential> credentials, SharedBytes session_transcript,
                                             const std::optional<crypto::EcPublicKey>& e_reader_key,
                                             const RespondOptions& options) {
  if (consent.request_digest() != request_digest) return Error{.code = Errc::consent_mismatch, .where = "Consent"};
  auto impl = std::make_unique<Impl>();
  impl->constants = options.constants;
  impl->session_transcript = std::move(session_transcript);
  for (const DocumentOption& option : consent.documents()) {
    if (option.credential >= credentials.size()) return Error{.code = Errc::bad_argument, .where = "credentials"};
    const Credential& credential = credentials[option.credential];
    // Agreed was to this document, which may stand elsewhere in the wallet of another session.
    if (credential.id() != option.credential_id || credential.doc_type() != option.doc_type) {
      return Error{.code = Errc::consent_mismatch, .where = "Consent"};
    }
    MDOC_TRY(const DeviceAuthMethod method, choose_method(credential, credentials, e_reader_key, options.preferred));
    MDOC_CHECK(impl->add(credential, option, method, e_reader_key));
  }
  return ResponseDraft(std::move(impl));
}

std::span<const crypto::KeyRequest> ResponseDraft::key_requests() const noexcept { return impl_->key_requests; }

Result<Bytes> ResponseDraft::finish(std::vector<crypto::KeyResponse> responses) && {
  if (responses.size() != impl_->documents.size()) return Error{.code = Errc::bad_argument, .where = "KeyResponse"};
  model::DeviceResponseContent content;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    PendingDocument& pending = impl_->documents[i];
    MDOC_TRY(auto device_auth, impl_->prove(pending, responses[i]));
    content.documents.push_back(
        {.doc_type = std::move(pending.doc_type),
         .issuer_signed = std::move(pending.issuer_signed),
         .device_signed = model::DeviceSigned{.name_spaces = std::move(pending.device_name_spaces),
                                              .device_auth = std::move(device_auth)}});
  }
  return model::encode_device_response(content);
}

Result<Bytes> encode_status(model::ResponseStatus status) { return model::encode_device_response({.status = status}); }

model::ResponseStatus response_status(Errc code) noexcept {
  switch (code) {
    // No CBOR, or CBOR that no decoder may accept.
    case Errc::truncated:
    case Errc::duplicate_key:
    case Errc::trailing_bytes:
    case Errc::bad_text:
    case Errc::not_well_formed:
    case Errc::indefinite_length:
    case Errc::non_preferred_encoding:
    case Errc::too_deep: return model::ResponseStatus::cbor_decoding_error;
    // CBOR of another structure.
    case Errc::wrong_type:
    case Errc::missing_element:
    case Errc::bad_tdate:
    case Errc::bad_full_date:
    case Errc::unexpected_tag:
    case Errc::bad_value:
    case Errc::bad_key:
    case Errc::empty_structure:
    case Errc::bad_header:
    case Errc::deviation: return model::ResponseStatus::cbor_validation_error;
    default: return model::ResponseStatus::general_error;
  }
}

}  // namespace mdoc::presentation
