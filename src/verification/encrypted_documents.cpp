#include "mdoc/verification/encrypted_documents.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "core/try.hpp"
#include "mdoc/crypto/hpke.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "verification/request_matching.hpp"
#include "verification/unverified_response.hpp"

namespace mdoc::verification {
namespace {

constexpr const crypto::HpkeSuite& suite = crypto::hpke_mdoc_suite;

/// One that a key of ours opens.
struct Closed {
  std::size_t index = 0;
  SharedBytes enc, cipher_text;
  crypto::PublicKey recipient;
  SharedBytes transcript;
};

Path path_of(std::size_t index) { return Path("DeviceResponse") / "encryptedDocuments" / index; }

}  // namespace

struct EncryptedDocumentsOpening::Impl {
  std::vector<Closed> closed;
  std::vector<crypto::KeyRequest> key_requests;
  std::vector<OpenedDocuments> refused;  // known without any key
  std::vector<std::uint64_t> seen;       // docRequestIDs

  Result<void> add(std::size_t index, const model::EncryptedDocuments& sealed, const model::DeviceRequest& request,
                   const engagement::SessionTranscript& session, std::span<const RecipientKey> keys) {
    const auto* const parameters = encryption_parameters(request, sealed.doc_request_id);
    // verify() judges that; here it saves the work of a key.
    const bool repeated = std::ranges::find(seen, sealed.doc_request_id) != seen.end();
    seen.push_back(sealed.doc_request_id);
    if (parameters == nullptr || repeated) {
      refuse(index, Error{.code = Errc::bad_value, .where = path_of(index) / "docRequestID"});
      return {};
    }
    const auto recipient = crypto::PublicKey::import(parameters->value().recipient_public_key);
    if (!recipient) return {};  // of the request, and of nobody here
    const auto own = std::ranges::find(keys, *recipient, &RecipientKey::public_key);
    if (own == keys.end()) return {};
    const auto peer = crypto::hpke_peer(suite, sealed.enc.view());
    if (!peer) {
      refuse(index, Error{.code = peer.error().code, .where = path_of(index) / "enc"});
      return {};
    }
    MDOC_TRY(const auto inner, session.with_encryption_parameters(parameters->bytes()));
    key_requests.emplace_back(crypto::AgreeRequest{.key = own->key, .peer = *peer});
    closed.push_back({.index = index,
                      .enc = sealed.enc,
                      .cipher_text = sealed.cipher_text,
                      .recipient = *recipient,
                      .transcript = inner.bytes()});
    return {};
  }

  void refuse(std::size_t index, Error error) { refused.push_back({.index = index, .plaintext = std::move(error)}); }

  [[nodiscard]] static Result<SharedBytes> open(const Closed& one, const Result<crypto::KeyResponse>& response) {
    if (!response) return Error{.code = response.error().code, .where = path_of(one.index)};
    const auto* const shared = std::get_if<SecretBytes>(&*response);
    if (shared == nullptr) return Error{.code = Errc::bad_argument, .where = "KeyResponse"};
    MDOC_TRY(auto context,
             crypto::hpke_setup_recipient(suite, one.recipient, *shared, one.enc.view(), one.transcript.view()));
    auto plaintext = context.open({}, one.cipher_text.view());
    if (!plaintext) return Error{.code = plaintext.error().code, .where = path_of(one.index) / "cipherText"};
    return SharedBytes::take_secret(*std::move(plaintext));
  }
};

EncryptedDocumentsOpening::EncryptedDocumentsOpening(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EncryptedDocumentsOpening::EncryptedDocumentsOpening(EncryptedDocumentsOpening&&) noexcept = default;
EncryptedDocumentsOpening& EncryptedDocumentsOpening::operator=(EncryptedDocumentsOpening&&) noexcept = default;
EncryptedDocumentsOpening::~EncryptedDocumentsOpening() = default;

Result<EncryptedDocumentsOpening> EncryptedDocumentsOpening::prepare(const UnverifiedResponse& response,
                                                                     const model::DeviceRequest& request,
                                                                     SharedBytes session_transcript,
                                                                     std::span<const RecipientKey> keys,
                                                                     const ProtocolConstants& constants) {
  const auto session = engagement::SessionTranscript::decode(std::move(session_transcript), {}, constants);
  if (!session) return Error{.code = Errc::bad_argument, .where = "session_transcript"};
  auto impl = std::make_unique<Impl>();
  const auto& all = ResponseAccess::impl(response).response.encrypted_documents;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].value) MDOC_CHECK(impl->add(i, *all[i].value, request, *session, keys));
  }
  return EncryptedDocumentsOpening(std::move(impl));
}

std::span<const crypto::KeyRequest> EncryptedDocumentsOpening::key_requests() const noexcept {
  return impl_->key_requests;
}

Result<std::vector<OpenedDocuments>> EncryptedDocumentsOpening::finish(
    std::vector<Result<crypto::KeyResponse>> responses) && {
  if (responses.size() != impl_->closed.size()) return Error{.code = Errc::bad_argument, .where = "KeyResponse"};
  std::vector<OpenedDocuments> opened;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const Closed& one = impl_->closed[i];
    opened.push_back({.index = one.index,
                      .plaintext = Impl::open(one, responses[i]),
                      .session_transcript = one.transcript,
                      .recipient = one.recipient.coordinates()});
  }
  // Both are in the order of the response.
  std::vector<OpenedDocuments> all;
  std::vector<OpenedDocuments>& refused = impl_->refused;
  std::merge(std::move_iterator(refused.begin()), std::move_iterator(refused.end()), std::move_iterator(opened.begin()),
             std::move_iterator(opened.end()), std::back_inserter(all),
             [](const OpenedDocuments& one, const OpenedDocuments& other) { return one.index < other.index; });
  return all;
}

}  // namespace mdoc::verification
