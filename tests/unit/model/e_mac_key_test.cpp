#include "mdoc/model/e_mac_key.hpp"

#include <gtest/gtest.h>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/encoding.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

constexpr const char* annex_d = "iso18013-5-annex-d.json";

TEST(EMacKey, AnnexDValueFollowsFromZabAndTranscript) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes wrapped = testing::shared_bytes(annex_d, "D.5.1/session-transcript-bytes");
  cbor::Reader reader(wrapped);
  const ByteView transcript = reader.read_embedded().value().content;
  const auto zab = SecretBytes::copy_of(testing::shared_bytes(annex_d, "D.5.3/e-mac-key-zab"));

  const auto key = derive_e_mac_key(iso18013_5(), zab, transcript);
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(key->view()), to_hex(testing::shared_bytes(annex_d, "D.5.3/e-mac-key")));
}

TEST(EMacKey, DependsOnEveryInput) {
  const auto zab = SecretBytes::copy_of(Bytes(32, 1));
  const auto other_zab = SecretBytes::copy_of(Bytes(32, 2));
  const Bytes transcript{0x83, 0xf6, 0xf6, 0xf6}, other_transcript{0x83, 0xf6, 0xf6, 0x40};
  ProtocolConstants renamed = iso18013_5();
  renamed.e_mac_key_info = "OtherKey";

  const auto key_of = [](const Result<SecretBytes>& derived) { return to_hex(derived.value().view()); };
  const std::string key = key_of(derive_e_mac_key(iso18013_5(), zab, transcript));
  EXPECT_NE(key, key_of(derive_e_mac_key(iso18013_5(), other_zab, transcript)));
  EXPECT_NE(key, key_of(derive_e_mac_key(iso18013_5(), zab, other_transcript)));
  EXPECT_NE(key, key_of(derive_e_mac_key(renamed, zab, transcript)));
}

}  // namespace
}  // namespace mdoc::model
