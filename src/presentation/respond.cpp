#include "mdoc/presentation/respond.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "core/try.hpp"
#include "core/wiper.hpp"
#include "mdoc/cose/mac0.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/hpke.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/model/authentication.hpp"
#include "mdoc/model/e_mac_key.hpp"
#include "presentation/device_auth_ways.hpp"
#include "presentation/released_elements.hpp"

namespace mdoc::presentation {
namespace {

/// Documents of one DocRequest that are encrypted to its recipient.
struct Envelope {
  std::size_t doc_request = 0;
  SharedBytes transcript;  // of the session, with the parameters of the encryption in it (12.6.4)
  crypto::HpkeSender sender;
};

/// A document that lacks its proof. For a MAC the key is known only when the KeyProvider has answered.
struct PendingDocument {
  std::size_t doc_request;
  DocType doc_type;
  crypto::KeyRef device_key;
  crypto::PublicKey device_public_key;
  DeviceAuthMethod method;
  model::IssuerSigned issuer_signed;
  std::vector<model::ElementReference> to_state;  // by the device
  model::DeviceNameSpacesBytes device_name_spaces = model::encode_device_name_spaces({});
  model::Errors errors{};
  std::optional<std::size_t> envelope;          // nothing: it goes to the reader as it is
  std::optional<ProofOption> proof{};           // it leaves as a proof
  std::vector<model::ZkElement> proven{};       // what that opens
  std::optional<cose::Sign1Draft> signature{};  // nothing: MAC
};

/// A document with its proof of possession, and what is to become of it.
struct SignedDocument {
  std::size_t doc_request;
  model::Document document;
  std::optional<std::size_t> envelope;
  std::optional<ProofOption> proof;
};

/// The one that is preferred, where the key may do it here.
Result<DeviceAuthMethod> choose_method(DeviceAuthWays ways, DeviceAuthMethod preferred) {
  if (!ways.any()) return Error{.code = Errc::wrong_key_use, .where = "DeviceAuth"};
  const bool mac = ways.mac && (preferred == DeviceAuthMethod::mac || !ways.signature);
  return mac ? DeviceAuthMethod::mac : DeviceAuthMethod::signature;
}

/// What one document leaves of the ways of its key: a prover proves the knowledge of a signature, never of a MAC, and
/// inside an envelope no clause says whose key a MAC would be for.
DeviceAuthWays ways_of(const DocumentOption& option, DeviceAuthWays ways) {
  ways = ways.within(option.rules);
  if (option.proof || option.encrypted_to) ways.mac = false;
  return ways;
}

/// What all documents on this key leave: one key, one mechanism.
DeviceAuthWays common_ways(const crypto::KeyRef& key, const Consent& consent, std::span<const Credential> credentials,
                           DeviceAuthWays ways) {
  for (const DocumentOption& option : consent.documents()) {
    const bool on_key = option.credential < credentials.size() && credentials[option.credential].device_key() == key;
    if (on_key) ways = ways_of(option, ways);
  }
  return ways;
}

/// Issuer-signed items that `option` releases, as the issuer delivered them.
model::IssuerSigned disclose(const Credential& credential, const DocumentOption& option) {
  return model::select_elements(credential.issuer_signed(),
                                [&](const NameSpace& name_space, const model::IssuerSignedItem& item) {
                                  return std::ranges::any_of(option.elements, [&](const ElementOption& element) {
                                    return !element.device_signed && element.released.name_space == name_space &&
                                           element.released.element == item.element_identifier;
                                  });
                                });
}

/// The entries of one name space in a map that keeps the order of its keys; added where there are none yet.
template <class Map>
auto& entries_of(Map& name_spaces, const NameSpace& name_space) {
  auto found = std::ranges::find(name_spaces, name_space, &Map::value_type::first);
  if (found == name_spaces.end()) found = name_spaces.insert(found, {name_space, {}});
  return found->second;
}

model::Errors errors_for(std::span<const model::ElementReference> unavailable) {
  model::Errors errors;
  for (const model::ElementReference& element : unavailable) {
    entries_of(errors, element.name_space).emplace_back(element.element, model::ErrorCode{0});
  }
  return errors;
}

/// Of DocRequests that are not answered, by their docTypes in the order of the request. One of each docType, as two
/// would say nothing more.
std::vector<model::DocumentError> document_errors_for(std::span<const DocType> asked,
                                                      const std::set<std::size_t>& answered, ErrorCodes error_codes) {
  std::vector<model::DocumentError> errors;
  if (error_codes == ErrorCodes::none) return errors;
  for (std::size_t id = 0; id < asked.size(); ++id) {
    if (answered.contains(id)) continue;
    const bool known = std::ranges::find(errors, asked[id], &model::DocumentError::doc_type) != errors.end();
    if (!known) errors.push_back({.doc_type = asked[id]});
  }
  return errors;
}

/// Before the other among the keys of a map in deterministic encoding: of text, the shorter one is.
bool stands_before(const model::ZkElement& one, const model::ZkElement& other) {
  const std::string_view a = one.name_space.str();
  const std::string_view b = other.name_space.str();
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

/// The elements that a proof opens, with their values as the issuer encoded them. In the order in which a verifier
/// finds them in ZkDocumentData: the proof is about their sequence.
std::vector<model::ZkElement> proven_elements(const Credential& credential, const DocumentOption& option) {
  std::vector<model::ZkElement> elements;
  for (const model::ElementReference& one : released_elements(option)) {
    const auto* const item = credential.issuer_signed().find(one.name_space, one.element);
    if (item == nullptr) continue;
    elements.push_back({.name_space = one.name_space, .identifier = one.element, .value = item->value().element_value});
  }
  std::ranges::stable_sort(elements, stands_before);
  return elements;
}

Result<crypto::EcPublicKey> issuer_key(const model::IssuerSigned& issuer_signed) {
  const auto& x5chain = issuer_signed.issuer_auth.headers.x5chain;
  if (x5chain.empty()) return Error{.code = Errc::bad_certificate, .where = "x5chain"};
  MDOC_TRY(const auto certificate, crypto::Certificate::from_der(x5chain.front().view()));
  MDOC_TRY(const auto key, certificate.public_key());
  return key.coordinates();
}

model::ZkNameSpaces name_spaces_of(const std::vector<model::ZkElement>& elements) {
  model::ZkNameSpaces name_spaces;
  for (const model::ZkElement& element : elements) {
    entries_of(name_spaces, element.name_space)
        .push_back({.element_identifier = element.identifier, .element_value = element.value});
  }
  return name_spaces;
}

/// The public part of what `proof` proves.
model::ZkDocument zk_document(const ZkProofRequest& request, const ProofOption& option,
                              const model::IssuerSigned& issuer_signed, Bytes proof) {
  const bool date_only = request.prover->timestamp_form() == ZkTimestampForm::full_date;
  const FullDate date{std::chrono::floor<std::chrono::days>(request.time)};
  model::ZkDocumentData data{
      .doc_type = request.doc_type,
      .zk_system_id = option.spec.zk_system_id,
      .timestamp = date_only ? model::DataElementValue::full_date(date) : model::DataElementValue::tdate(request.time),
      .issuer_signed = name_spaces_of(request.elements),
      .mso_x5chain = issuer_signed.issuer_auth.headers.x5chain};
  return {.document_data = model::encode_zk_document_data(std::move(data)),
          .proof = SharedBytes::take(std::move(proof))};
}

/// The response, or in its place one that says that it would be longer than the reader takes (10.2.4).
Result<FinishedResponse> encode_within(const AnswerTerms& terms, std::string_view version,
                                       model::DeviceResponseContent content) {
  const bool releases =
      !content.documents.empty() || !content.zk_documents.empty() || !content.encrypted_documents.empty();
  if (!version.empty()) content.version = version;
  MDOC_TRY(Bytes encoded, model::encode_device_response(content));
  if (!terms.maximum_response_size || encoded.size() <= *terms.maximum_response_size) {
    return FinishedResponse{.bytes = std::move(encoded), .status = content.status, .releases = releases};
  }
  MDOC_TRY(Bytes too_long, encode_status(model::ResponseStatus::general_error, version));
  return FinishedResponse{.bytes = std::move(too_long), .status = model::ResponseStatus::general_error};
}

}  // namespace

struct ResponseDraft::Impl {
  ProtocolConstants constants;
  std::string version;
  ErrorCodes error_codes = ErrorCodes::none;
  std::vector<DocType> asked;  // of each DocRequest
  SharedBytes session_transcript;
  AnswerTerms terms;
  MacPeers mac_peers;
  std::vector<Envelope> envelopes;
  std::vector<PendingDocument> documents;  // until authenticate()
  std::vector<CredentialUse> uses;
  std::vector<model::ElementReference> statements_needed;
  std::vector<crypto::KeyRequest> key_requests;
  std::optional<UtcSeconds> now;
  bool spent = false;  // authenticate() has taken the documents, with or without success
  std::optional<std::vector<SignedDocument>> authenticated;
  std::vector<ZkProofRequest> proof_requests;  // of those that leave as a proof, in order

  [[nodiscard]] ByteView transcript_of(const PendingDocument& document) const {
    return document.envelope ? envelopes[*document.envelope].transcript.view() : session_transcript.view();
  }

  [[nodiscard]] model::AuthenticationBytes authentication_of(const PendingDocument& document) const {
    return model::device_authentication_bytes(constants, transcript_of(document), document.doc_type,
                                              document.device_name_spaces.bytes());
  }

  /// That of the DocRequest, made where it has none yet; nothing where no recipient was named.
  Result<std::optional<std::size_t>> envelope_for(const DocumentOption& option, Rng& rng) {
    if (!option.encrypted_to) return std::optional<std::size_t>();
    const auto known = std::ranges::find(envelopes, option.doc_request, &Envelope::doc_request);
    if (known != envelopes.end()) return std::optional(static_cast<std::size_t>(known - envelopes.begin()));
    MDOC_TRY(const auto session, engagement::SessionTranscript::decode(session_transcript, {}, constants));
    MDOC_TRY(const auto inner, session.with_encryption_parameters(option.encrypted_to->bytes()));
    MDOC_TRY(const auto recipient, crypto::PublicKey::import(option.encrypted_to->value().recipient_public_key));
    MDOC_TRY(auto sender, crypto::hpke_setup_sender(crypto::hpke_mdoc_suite, recipient, inner.bytes().view(), rng));
    envelopes.push_back({.doc_request = option.doc_request, .transcript = inner.bytes(), .sender = std::move(sender)});
    return std::optional(envelopes.size() - 1);
  }

  void add(const Credential& credential, const DocumentOption& option, DeviceAuthMethod method,
           std::optional<std::size_t> envelope) {
    PendingDocument& document =
        documents.emplace_back(PendingDocument{.doc_request = option.doc_request,
                                               .doc_type = credential.doc_type(),
                                               .device_key = credential.device_key(),
                                               .device_public_key = credential.device_public_key(),
                                               .method = method,
                                               .issuer_signed = disclose(credential, option),
                                               .to_state = released_elements(option, SignedBy::device),
                                               .envelope = envelope,
                                               .proof = option.proof});
    if (option.proof) document.proven = proven_elements(credential, option);
    if (error_codes == ErrorCodes::all) document.errors = errors_for(option.unavailable);
    uses.push_back({.credential_id = credential.id(), .method = method});
    statements_needed.insert(statements_needed.end(), document.to_state.begin(), document.to_state.end());
  }

  [[nodiscard]] static Result<void> state(PendingDocument& document, std::span<const DeviceStatement> statements) {
    model::DeviceNameSpaces name_spaces;
    for (const model::ElementReference& element : document.to_state) {
      const auto given = std::ranges::find_if(statements, [&](const DeviceStatement& statement) {
        return statement.element == element &&
               (!statement.doc_request || *statement.doc_request == document.doc_request);
      });
      if (given == statements.end()) return Error{.code = Errc::bad_argument, .where = "DeviceStatement"};
      entries_of(name_spaces, element.name_space).emplace_back(element.element, given->value);
    }
    document.device_name_spaces = model::encode_device_name_spaces(std::move(name_spaces));
    return {};
  }

  /// Asks for what the proofs need of the device keys.
  [[nodiscard]] Result<void> request_keys() {
    for (PendingDocument& document : documents) {
      if (document.method == DeviceAuthMethod::mac) {
        const crypto::EcPublicKey* const peer = mac_key_for(mac_peers.keys, document.device_public_key.curve());
        key_requests.emplace_back(crypto::AgreeRequest{.key = document.device_key, .peer = *peer});
        continue;
      }
      const model::AuthenticationBytes content = authentication_of(document);
      MDOC_TRY(document.signature, cose::Sign1Draft::prepare_detached(document.device_public_key, content.parts()));
      const ByteView message = document.signature->to_be_signed();
      key_requests.emplace_back(crypto::SignRequest{.key = document.device_key,
                                                    .algorithm = document.signature->algorithm(),
                                                    .message = Bytes(message.begin(), message.end())});
    }
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
    MDOC_TRY(const auto key, model::derive_e_mac_key(constants, *zab, transcript_of(document)));
    const model::AuthenticationBytes content = authentication_of(document);
    MDOC_TRY(auto proof, cose::mac_detached(key, content.parts()));
    return model::DeviceAuth{.proof = std::move(proof)};
  }

  /// What the prover of a document that is signed by now gets.
  [[nodiscard]] Result<ZkProofRequest> proof_request(const PendingDocument& pending,
                                                     const model::Document& document) const {
    MDOC_TRY(Bytes alone, model::encode_device_response({.documents = {document}}));
    MDOC_TRY(auto key, issuer_key(document.issuer_signed));
    const bool date_only = pending.proof->prover->timestamp_form() == ZkTimestampForm::full_date;
    return ZkProofRequest{
        .prover = pending.proof->prover,
        .spec = pending.proof->spec,
        .circuit = pending.proof->circuit,
        .device_response = SharedBytes::take_secret(std::move(alone)),
        .session_transcript = pending.envelope ? envelopes[*pending.envelope].transcript : session_transcript,
        .doc_type = document.doc_type,
        .elements = pending.proven,
        .issuer_key = std::move(key),
        .time = date_only ? UtcSeconds(std::chrono::floor<std::chrono::days>(*now)) : *now};
  }

  [[nodiscard]] Result<model::EncryptedDocuments> seal(Envelope& envelope, const std::vector<model::Document>& content,
                                                       const std::vector<model::ZkDocument>& proofs) const {
    Bytes plaintext = model::encode_encrypted_documents_plaintext(content, proofs);
    const Wiper wiper(plaintext);
    MDOC_TRY(Bytes sealed, envelope.sender.context.seal({}, plaintext));
    return model::EncryptedDocuments{.enc = SharedBytes::take(std::move(envelope.sender.enc)),
                                     .cipher_text = SharedBytes::take(std::move(sealed)),
                                     .doc_request_id = envelope.doc_request};
  }
};

ResponseDraft::ResponseDraft(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ResponseDraft::ResponseDraft(ResponseDraft&&) noexcept = default;
ResponseDraft& ResponseDraft::operator=(ResponseDraft&&) noexcept = default;
ResponseDraft::~ResponseDraft() = default;

Result<ResponseDraft> ResponseDraft::prepare(const crypto::Digest& request_digest, const Consent& consent,
                                             std::span<const Credential> credentials, SharedBytes session_transcript,
                                             const std::optional<crypto::EcPublicKey>& e_reader_key, Rng& rng,
                                             const RespondOptions& options) {
  if (consent.request_digest() != request_digest) return Error{.code = Errc::consent_mismatch, .where = "Consent"};
  auto impl = std::make_unique<Impl>();
  impl->constants = options.constants;
  impl->version = options.version;
  impl->error_codes = options.error_codes;
  impl->asked.assign(consent.asked().begin(), consent.asked().end());
  impl->session_transcript = std::move(session_transcript);
  impl->terms = consent.terms();
  impl->mac_peers = mac_peers(consent.terms().mac_keys, e_reader_key);
  impl->now = options.now;
  for (const DocumentOption& option : consent.documents()) {
    if (option.credential >= credentials.size()) return Error{.code = Errc::bad_argument, .where = "credentials"};
    const Credential& credential = credentials[option.credential];
    // Agreed was to this document, which may stand elsewhere in the wallet of another session.
    if (credential.id() != option.credential_id || credential.doc_type() != option.doc_type) {
      return Error{.code = Errc::consent_mismatch, .where = "Consent"};
    }
    MDOC_TRY(const auto envelope, impl->envelope_for(option, rng));
    if (option.proof && !options.now) return Error{.code = Errc::bad_argument, .where = "now"};
    const DeviceAuthWays ways = common_ways(credential.device_key(), consent, credentials,
                                            device_auth_ways(credential, credentials, impl->mac_peers));
    MDOC_TRY(const DeviceAuthMethod method, choose_method(ways, options.preferred));
    impl->add(credential, option, method, envelope);
  }
  if (impl->statements_needed.empty()) MDOC_CHECK(impl->request_keys());
  return ResponseDraft(std::move(impl));
}

std::span<const model::ElementReference> ResponseDraft::statements_needed() const noexcept {
  return impl_->statements_needed;
}

Result<void> ResponseDraft::state(std::span<const DeviceStatement> statements) {
  if (impl_->statements_needed.empty()) return Error{.code = Errc::wrong_state, .where = "ResponseDraft"};
  for (PendingDocument& document : impl_->documents) MDOC_CHECK(Impl::state(document, statements));
  impl_->statements_needed.clear();
  return impl_->request_keys();
}

std::span<const CredentialUse> ResponseDraft::uses() const noexcept { return impl_->uses; }

std::span<const crypto::KeyRequest> ResponseDraft::key_requests() const noexcept { return impl_->key_requests; }

Result<void> ResponseDraft::authenticate(std::vector<crypto::KeyResponse> responses) {
  if (!impl_->statements_needed.empty()) return Error{.code = Errc::wrong_state, .where = "ResponseDraft"};
  if (impl_->spent) return Error{.code = Errc::wrong_state, .where = "ResponseDraft"};
  if (responses.size() != impl_->documents.size()) return Error{.code = Errc::bad_argument, .where = "KeyResponse"};
  impl_->spent = true;  // from here on the documents are moved away one by one
  std::vector<SignedDocument> finished;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    PendingDocument& pending = impl_->documents[i];
    MDOC_TRY(auto device_auth, impl_->prove(pending, responses[i]));
    model::Document document{.doc_type = std::move(pending.doc_type),
                             .issuer_signed = std::move(pending.issuer_signed),
                             .device_signed = model::DeviceSigned{.name_spaces = std::move(pending.device_name_spaces),
                                                                  .device_auth = std::move(device_auth)},
                             .errors = std::move(pending.errors)};
    if (pending.proof) {
      MDOC_TRY(auto request, impl_->proof_request(pending, document));
      impl_->proof_requests.push_back(std::move(request));
    }
    finished.push_back({.doc_request = pending.doc_request,
                        .document = std::move(document),
                        .envelope = pending.envelope,
                        .proof = std::move(pending.proof)});
  }
  impl_->authenticated = std::move(finished);
  return {};
}

std::span<const ZkProofRequest> ResponseDraft::proof_requests() const noexcept { return impl_->proof_requests; }

Result<FinishedResponse> ResponseDraft::finish(std::vector<crypto::KeyResponse> responses) && {
  MDOC_CHECK(authenticate(std::move(responses)));
  return std::move(*this).finish_with_proofs({});
}

Result<FinishedResponse> ResponseDraft::finish_with_proofs(std::vector<Result<Bytes>> proofs) && {
  if (!impl_->authenticated || proofs.size() != impl_->proof_requests.size()) {
    return Error{.code = Errc::bad_argument, .where = "proofs"};
  }
  /// What stands side by side in the response, or in one envelope.
  struct Place {
    std::vector<model::Document> documents;
    std::vector<model::ZkDocument> zk_documents;
  };
  Place open;
  std::vector<Place> enveloped(impl_->envelopes.size());
  std::size_t next_proof = 0;
  std::set<std::size_t> answered;
  std::vector<LostDocument> lost;
  for (std::size_t i = 0; i < impl_->authenticated->size(); ++i) {
    SignedDocument& one = (*impl_->authenticated)[i];
    Place& place = one.envelope ? enveloped[*one.envelope] : open;
    if (one.proof) {
      const std::size_t index = next_proof++;
      if (proofs[index]) {
        place.zk_documents.push_back(zk_document(impl_->proof_requests[index], *one.proof, one.document.issuer_signed,
                                                 *std::move(proofs[index])));
        answered.insert(one.doc_request);
        continue;
      }
      if (!one.proof->or_plain) {  // nothing in its place
        lost.push_back({.doc_request = one.doc_request,
                        .credential_id = impl_->uses[i].credential_id,
                        .reason = proofs[index].error()});
        continue;
      }
    }
    answered.insert(one.doc_request);
    place.documents.push_back(std::move(one.document));
  }
  model::DeviceResponseContent content{
      .documents = std::move(open.documents),
      .zk_documents = std::move(open.zk_documents),
      .document_errors = document_errors_for(impl_->asked, answered, impl_->error_codes)};
  for (std::size_t i = 0; i < enveloped.size(); ++i) {
    if (enveloped[i].documents.empty() && enveloped[i].zk_documents.empty()) continue;
    MDOC_TRY(auto sealed, impl_->seal(impl_->envelopes[i], enveloped[i].documents, enveloped[i].zk_documents));
    content.encrypted_documents.push_back(std::move(sealed));
  }
  MDOC_TRY(auto finished, encode_within(impl_->terms, impl_->version, std::move(content)));
  finished.lost = std::move(lost);
  return finished;
}

Result<FinishedResponse> encode_refusal(const Consent& consent, ErrorCodes error_codes, std::string_view version) {
  if (!consent.documents().empty()) return Error{.code = Errc::bad_argument, .where = "Consent"};
  return encode_within(consent.terms(), version,
                       {.document_errors = document_errors_for(consent.asked(), {}, error_codes)});
}

Result<Bytes> encode_status(model::ResponseStatus status, std::string_view version) {
  model::DeviceResponseContent content{.status = status};
  if (!version.empty()) content.version = version;
  return model::encode_device_response(content);
}

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
