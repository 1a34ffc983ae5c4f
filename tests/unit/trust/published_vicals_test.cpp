#include "mdoc/trust/vical.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"
#include "unit/model/mutation.hpp"

namespace mdoc::trust {
namespace {

using testing::outcome;
using testing::utc;
using testing::without_value;

Result<SignedVical> decode(Bytes encoded, const cbor::DecodeContext& context) {
  return decode_vical(SharedBytes::take(std::move(encoded)), context);
}

/// `bytes` with bit 0 of the byte at `position` inverted.
Bytes flipped(Bytes bytes, std::size_t position) {
  bytes[position] ^= 1;
  return bytes;
}

struct Published {
  std::string id;
  std::string provider;
  std::string at;
  std::size_t entries;
  std::size_t path;
};

class PublishedVical : public ::testing::TestWithParam<Published> {
 protected:
  static Bytes bytes() { return testing::shared_bytes("vical.json", GetParam().id); }
  static crypto::Certificate root_of(std::string_view id) {
    const auto vector = testing::shared_vector("vical.json", id);
    return crypto::Certificate::list_from_pem(std::string_view(vector.at("rootPem").as_string())).value().at(0);
  }
};

TEST_P(PublishedVical, VerifiesAtItsTimeAgainstItsRoot) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto list = decode(bytes(), {});
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_TRUE(list->unusable_entries().empty());
  const crypto::Certificate root = root_of(GetParam().id);
  const auto result = verify_vical(*list, {.anchors = {&root, 1}, .now = utc(GetParam().at)});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->list().vical_provider, GetParam().provider);
  EXPECT_EQ(result->anchors().size(), GetParam().entries);
  EXPECT_EQ(result->verification().signer_path.size(), GetParam().path);
  EXPECT_EQ(result->verification().signer_path.back(), root);
  EXPECT_EQ(result->verification().dates.state, ListState::current);
  for (const VicalAnchor& anchor : result->anchors()) EXPECT_FALSE(anchor.doc_types.empty());
}

TEST_P(PublishedVical, DoesNotVerifyAgainstTheRootOfTheOther) {
  MDOC_NEEDS_SHARED_VECTORS();
  const bool aamva = GetParam().provider == "AAMVA";
  const crypto::Certificate root = root_of(aamva ? "vical/austroads-2024-09-19" : "vical/aamva-2024-09-25");
  const ListTrust trust{.anchors = {&root, 1}, .now = utc(GetParam().at)};
  const auto list = decode(bytes(), {}).value();
  EXPECT_EQ(outcome(without_value(verify_vical(list, trust))), "chain_untrusted VICAL.x5chain");
  const auto tried = try_list_anchors(list.x5chain(), trust);
  ASSERT_EQ(tried.size(), 1u);
  EXPECT_EQ(tried[0].subject, root.subject().text());
  ASSERT_TRUE(tried[0].error);
  EXPECT_EQ(tried[0].error->code, Errc::chain_untrusted);
}

TEST_P(PublishedVical, IsNotBelievedOnceAnyOfItsPayloadChanged) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes good = bytes();
  const crypto::Certificate root = root_of(GetParam().id);
  const ListTrust trust{.anchors = {&root, 1}, .now = utc(GetParam().at)};
  const auto original = decode(good, {}).value();
  const std::size_t begin = original.message().payload_offset;
  const std::size_t size = original.message().payload->size();
  std::size_t decoded = 0;
  for (std::size_t i = 0; i < size; i += size / 60) {
    const auto list = decode(flipped(good, begin + i), {.level = Level::lenient});
    if (!list) continue;
    ++decoded;
    const auto result = verify_vical(*list, trust);
    ASSERT_FALSE(result) << i;
    EXPECT_EQ(result.error().code, Errc::signature_invalid) << i;
  }
  EXPECT_GT(decoded, 20u);
}

INSTANTIATE_TEST_SUITE_P(All, PublishedVical,
                         ::testing::Values(Published{"vical/aamva-2024-09-25", "AAMVA", "2024-09-25T12:00:00Z", 3, 3},
                                           Published{"vical/austroads-2024-09-19", "Austroads", "2024-09-20T00:00:00Z",
                                                     35, 2}),
                         [](const auto& param) { return param.param.provider; });

TEST(PublishedVicals, DeviateAsIsKnown) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto rules_of = [](std::string_view id) {
    cbor::DeviationLog log;
    EXPECT_TRUE(decode(testing::shared_bytes("vical.json", id), {.sink = &log}));
    std::vector<Rule> rules;
    for (const cbor::Deviation& deviation : log.entries()) rules.push_back(deviation.rule);
    std::ranges::sort(rules);
    return rules;
  };
  EXPECT_EQ(rules_of("vical/aamva-2024-09-25"), (std::vector{Rule::x5chain_includes_root, Rule::list_entry_differs,
                                                             Rule::vical_ski_wrapped, Rule::vical_key_case}));
  EXPECT_EQ(rules_of("vical/austroads-2024-09-19"), (std::vector{Rule::list_entry_differs}));
}

TEST(PublishedVicals, AreBelievedWhatTheirCertificatesSay) {
  MDOC_NEEDS_SHARED_VECTORS();
  // AAMVA gives one certificate's afternoon on a clock of twelve hours.
  const auto aamva = decode(testing::shared_bytes("vical.json", "vical/aamva-2024-09-25"), {});
  ASSERT_TRUE(aamva);
  const auto& infos = aamva->unverified().certificate_infos;
  EXPECT_TRUE(infos[0].listed.differing.empty());
  EXPECT_EQ(infos[2].listed.differing, (std::vector{EntryMember::not_before, EntryMember::not_after}));
  EXPECT_EQ(infos[2].listed.not_after, utc("2026-01-10T06:20:55Z"));
  EXPECT_EQ(infos[2].listed.certificate->not_after(), utc("2026-01-10T18:20:55Z"));

  // Austroads writes an empty text for a state that there is not.
  const auto austroads = decode(testing::shared_bytes("vical.json", "vical/austroads-2024-09-19"), {});
  ASSERT_TRUE(austroads);
  const ListedCertificate& listed = austroads->unverified().certificate_infos[1].listed;
  EXPECT_EQ(listed.state_or_province_name, "");
  EXPECT_FALSE(listed.certificate->state_or_province());
  EXPECT_EQ(listed.differing, std::vector{EntryMember::state_or_province_name});
}

}  // namespace
}  // namespace mdoc::trust
