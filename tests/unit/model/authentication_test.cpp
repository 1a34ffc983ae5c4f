#include "mdoc/model/authentication.hpp"

#include <gtest/gtest.h>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/digest.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

using testing::hex;

constexpr std::string_view annex_d = "iso18013-5-annex-d.json";
const DocType mdl("org.iso.18013.5.1.mDL");

/// The bare SessionTranscript of Annex D.
Bytes session_transcript() {
  const Bytes wrapped = testing::shared_bytes(annex_d, "D.5.1/session-transcript-bytes");
  cbor::Reader reader(wrapped);
  const ByteView content = reader.read_embedded().value().content;
  return {content.begin(), content.end()};
}

std::string sha256(ByteView bytes) {
  const crypto::Digest digest = crypto::digest(crypto::DigestAlgorithm::sha256, bytes).value();
  return to_hex(digest.view());
}

TEST(Authentication, DeviceAuthenticationBytesOfAnnexDAreReproduced) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes transcript = session_transcript();
  const Bytes name_spaces = hex("d81841a0");
  const Bytes joined = device_authentication_bytes(iso18013_5(), transcript, mdl, name_spaces).joined();
  EXPECT_EQ(to_hex(joined), to_hex(testing::shared_bytes(annex_d, "D.5.3/device-authentication-bytes")));
  EXPECT_EQ(sha256(joined), "8771204241dcefd65e8ac842589cb49cc4413cada7f7c6540b75ce3df0a6bc1e");
}

TEST(Authentication, ReaderAuthenticationBytesOfAnnexDAreReproduced) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes transcript = session_transcript();
  cbor::Writer items_request;
  items_request.embedded(testing::shared_bytes(annex_d, "D.4.1.1/items-request"));
  const Bytes joined = reader_authentication_bytes(iso18013_5(), transcript, items_request.view()).joined();
  EXPECT_EQ(to_hex(joined), to_hex(testing::shared_bytes(annex_d, "D.5.4/reader-authentication-bytes")));
  EXPECT_EQ(sha256(joined), "d6e35addfc49a676827927344952930758be15354bc022a3da8524bff0ba35c9");
}

TEST(Authentication, ReaderAuthenticationAllHasEveryItemsRequestAndTheInfo) {
  const Bytes transcript = hex("83f6f6f6");
  const Bytes first = hex("d81841a0"), second = hex("d81843a16101f6");
  const Bytes info = hex("d81842a0a0");
  const ByteView both[] = {first, second};

  const Bytes with_info = reader_authentication_all_bytes(iso18013_5(), transcript, both, info).joined();
  EXPECT_EQ(to_hex(with_info),
            "d818582e"
            "84"
            "77526561646572417574686"
            "56e7469636174696f6e416c6c"
            "83f6f6f6"
            "82"
            "d81841a0"
            "d81843a16101f6"
            "d81842a0a0");
  const Bytes without = reader_authentication_all_bytes(iso18013_5(), transcript, {}, std::nullopt).joined();
  EXPECT_EQ(to_hex(without),
            "d818581f"
            "84"
            "77526561646572417574686"
            "56e7469636174696f6e416c6c"
            "83f6f6f6"
            "80"
            "f6");
}

TEST(Authentication, TheHeadGrowsWithTheTranscript) {
  const Bytes name_spaces = hex("d81841a0");
  for (const std::size_t size : {10u, 200u, 300u, 70000u}) {
    cbor::Writer transcript;
    transcript.bytes(Bytes(size, 1));
    const Bytes joined = device_authentication_bytes(iso18013_5(), transcript.view(), mdl, name_spaces).joined();
    cbor::Reader reader(joined, {.level = Level::strict});
    cbor::Reader nested = reader.enter_embedded();
    EXPECT_TRUE(nested.skip()) << size;
    EXPECT_TRUE(nested.finish()) << size;
    EXPECT_TRUE(reader.finish()) << size;
  }
}

TEST(Authentication, WhatCameFromElsewhereIsBorrowed) {
  const Bytes transcript = hex("83f6f6f6"), name_spaces = hex("d81841a0");
  const AuthenticationBytes bytes = device_authentication_bytes(iso18013_5(), transcript, mdl, name_spaces);
  const auto borrows = [&](const Bytes& part) {
    return std::ranges::any_of(bytes.parts(), [&](ByteView view) { return view.data() == part.data(); });
  };
  EXPECT_TRUE(borrows(transcript));
  EXPECT_TRUE(borrows(name_spaces));
}

TEST(Authentication, PiecesStayValidWhenMoved) {
  const Bytes transcript = hex("83f6f6f6"), name_spaces = hex("d81841a0");
  AuthenticationBytes bytes = device_authentication_bytes(iso18013_5(), transcript, mdl, name_spaces);
  const Bytes before = bytes.joined();
  const AuthenticationBytes moved = std::move(bytes);
  EXPECT_EQ(moved.joined(), before);
}

TEST(Authentication, ContextStringsAreThoseOfTheProfile) {
  ProtocolConstants profile = iso18013_5();
  profile.device_authentication_context = "ExampleAuthentication";
  const Bytes transcript = hex("80"), name_spaces = hex("d81841a0");
  const Bytes joined = device_authentication_bytes(profile, transcript, mdl, name_spaces).joined();
  EXPECT_NE(as_text(joined).find("ExampleAuthentication"), std::string_view::npos);
}

}  // namespace
}  // namespace mdoc::model
