#include "mdoc/model/signed_request.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/model/authentication.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

using testing::hex;

const Bytes transcript = hex("83f6f680");  // for whoever signs, any array of three

/// A request with everything that is no signature.
DeviceRequest full_request() {
  auto items = encode_items_request(
                   {.doc_type = DocType("org.iso.18013.5.1.mDL"),
                    .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("family_name"), false}}}}})
                   .value();
  return build_device_request(
             {{.items_request = std::move(items)}},
             {.device_request_info = encode_device_request_info(
                                         {.others = {{SharedBytes::take(hex("6161")), SharedBytes::take(hex("01"))}}})
                                         .value(),
              .others = {{SharedBytes::take(hex("6162")), SharedBytes::take(hex("02"))}}})
      .value();
}

struct SignedRequest : ::testing::Test {
  crypto::PrivateKey key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 7)).value();
  ReaderIdentity identity{
      .key = crypto::KeyRef("reader"), .public_key = key.public_key(), .x5chain = {SharedBytes::take(hex("3000"))}};

  [[nodiscard]] Result<SignedRequestDraft> prepare(const Bytes& bytes, RequestSignatures signatures) const {
    return SignedRequestDraft::prepare(full_request(), {&identity, 1}, signatures, SharedBytes::copy_of(bytes));
  }
  [[nodiscard]] DeviceRequest signed_request(RequestSignatures signatures) const {
    auto draft = prepare(transcript, signatures).value();
    std::vector<crypto::KeyResponse> responses;
    for (const crypto::KeyRequest& wanted : draft.key_requests()) {
      const auto& sign = std::get<crypto::SignRequest>(wanted);
      responses.emplace_back(crypto::sign(key, sign.algorithm, sign.message).value());
    }
    return std::move(draft).finish(std::move(responses)).value();
  }
};

TEST_F(SignedRequest, KeepsAllThatIsNoSignature) {
  const DeviceRequest request = full_request();
  for (const RequestSignatures signatures : {RequestSignatures::each, RequestSignatures::all}) {
    const DeviceRequest made = decode_device_request(signed_request(signatures).encoded).value();
    EXPECT_EQ(made.doc_requests[0].reader_auth.has_value(), signatures == RequestSignatures::each);
    EXPECT_EQ(made.reader_auth_all.size(), signatures == RequestSignatures::all ? 1u : 0u);
    ASSERT_EQ(made.others.size(), 1u);
    EXPECT_EQ(to_hex(made.others[0].key.view()), to_hex(request.others[0].key.view()));
    EXPECT_EQ(to_hex(made.others[0].value.view()), to_hex(request.others[0].value.view()));
    ASSERT_TRUE(made.device_request_info);
    EXPECT_TRUE(std::ranges::equal(made.device_request_info->bytes(), request.device_request_info->bytes()));
  }
}

TEST_F(SignedRequest, NothingButAnArrayOfThreeIsSignedAsATranscript) {
  EXPECT_TRUE(prepare(transcript, RequestSignatures::each));
  for (const std::string_view wrong :
       {"", "f6", "82f6f6", "84f6f6f6f6", "83f6f6", "83f6f680f6", "a0", "d8184483f6f680"}) {
    const auto refused = prepare(hex(wrong), RequestSignatures::all);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, Errc::bad_argument) << wrong;
    EXPECT_EQ(refused.error().where.text(), "SessionTranscript") << wrong;
  }
}

}  // namespace
}  // namespace mdoc::model
