#include "mdoc/model/signed_request.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "core/try.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/model/authentication.hpp"

namespace mdoc::model {

struct SignedRequestDraft::Impl {
  std::vector<DocRequest> doc_requests;
  DeviceRequestOptions more;
  RequestSignatures signatures;
  std::vector<cose::Sign1Draft> drafts{};
  std::vector<crypto::KeyRequest> key_requests{};

  [[nodiscard]] Result<void> add(const ReaderIdentity& identity, const AuthenticationBytes& content) {
    MDOC_TRY(auto draft,
             cose::Sign1Draft::prepare_detached(identity.public_key, content.parts(), {.x5chain = identity.x5chain}));
    const ByteView message = draft.to_be_signed();
    key_requests.emplace_back(crypto::SignRequest{
        .key = identity.key, .algorithm = draft.algorithm(), .message = Bytes(message.begin(), message.end())});
    drafts.push_back(std::move(draft));
    return {};
  }

  [[nodiscard]] Result<void> sign_each(const ReaderIdentity& identity, const ProtocolConstants& constants,
                                       ByteView transcript) {
    for (const DocRequest& each : doc_requests) {
      const auto content = reader_authentication_bytes(constants, transcript, each.items_request.bytes());
      MDOC_CHECK(add(identity, content));
    }
    return {};
  }

  [[nodiscard]] Result<void> sign_all(std::span<const ReaderIdentity> identities, const ProtocolConstants& constants,
                                      ByteView transcript) {
    std::vector<ByteView> items;
    items.reserve(doc_requests.size());
    for (const DocRequest& each : doc_requests) items.push_back(each.items_request.bytes());
    const auto& info = more.device_request_info;
    const auto content = reader_authentication_all_bytes(constants, transcript, items,
                                                         info ? std::optional(info->bytes()) : std::nullopt);
    for (const ReaderIdentity& identity : identities) MDOC_CHECK(add(identity, content));
    return {};
  }
};

namespace {

/// `SessionTranscript = [DeviceEngagementBytes / null, EReaderKeyBytes / null, Handover]`. What is in it is for those
/// who compute it; but a signature over something else, such as the array within its tag 24, would be worth nothing.
bool is_session_transcript(ByteView bytes) {
  cbor::Reader reader(bytes, {.level = Level::lenient});
  auto array = reader.enter_array();
  std::size_t elements = 0;
  while (array.next()) ++elements;
  return array.finish() && reader.finish() && elements == 3;
}

}  // namespace

SignedRequestDraft::SignedRequestDraft(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SignedRequestDraft::SignedRequestDraft(SignedRequestDraft&&) noexcept = default;
SignedRequestDraft& SignedRequestDraft::operator=(SignedRequestDraft&&) noexcept = default;
SignedRequestDraft::~SignedRequestDraft() = default;

Result<SignedRequestDraft> SignedRequestDraft::prepare(const DeviceRequest& request,
                                                       std::span<const ReaderIdentity> identities,
                                                       RequestSignatures signatures, SharedBytes session_transcript,
                                                       const ProtocolConstants& constants) {
  if (identities.empty()) return Error{.code = Errc::bad_argument, .where = "ReaderIdentity"};
  for (const ReaderIdentity& identity : identities) {
    if (identity.x5chain.empty()) return Error{.code = Errc::bad_argument, .where = Path("ReaderIdentity") / "x5chain"};
  }
  if (!is_session_transcript(session_transcript.view())) {
    return Error{.code = Errc::bad_argument, .where = "SessionTranscript"};
  }
  auto impl = std::make_unique<Impl>(Impl{.doc_requests = request.doc_requests,
                                          .more = {.device_request_info = request.device_request_info,
                                                   .mac_keys = request.mac_keys,
                                                   .others = request.others},
                                          .signatures = signatures});
  for (DocRequest& each : impl->doc_requests) each.reader_auth.reset();
  if (signatures == RequestSignatures::each) {
    MDOC_CHECK(impl->sign_each(identities.front(), constants, session_transcript.view()));
  } else {
    MDOC_CHECK(impl->sign_all(identities, constants, session_transcript.view()));
  }
  return SignedRequestDraft(std::move(impl));
}

std::span<const crypto::KeyRequest> SignedRequestDraft::key_requests() const noexcept { return impl_->key_requests; }

Result<DeviceRequest> SignedRequestDraft::finish(std::vector<crypto::KeyResponse> responses) && {
  const Error wrong{.code = Errc::bad_argument, .where = "KeyResponse"};
  if (responses.size() != impl_->drafts.size()) return wrong;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const auto* signature = std::get_if<crypto::Signature>(&responses[i]);
    if (signature == nullptr) return wrong;
    MDOC_TRY(auto proof, impl_->drafts[i].finish(*signature));
    if (impl_->signatures == RequestSignatures::each) {
      impl_->doc_requests[i].reader_auth = std::move(proof);
    } else {
      impl_->more.reader_auth_all.push_back(std::move(proof));
    }
  }
  return build_device_request(std::move(impl_->doc_requests), std::move(impl_->more));
}

}  // namespace mdoc::model
