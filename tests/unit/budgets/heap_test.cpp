#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/allocations.hpp"
#include "support/sample_mdoc.hpp"

// What verifying a response may ask of the heap, beside the message itself.

namespace mdoc::verification {
namespace {

constexpr std::size_t max_allocations = 199;
constexpr std::size_t kib = 1024;

struct Heap : ::testing::TestWithParam<bool> {
  Heap() {
    sample.mac = GetParam();
    EXPECT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate(), {.source = "test"}));
  }

  /// A response with a portrait of so many bytes.
  SharedBytes response(std::size_t portrait) {
    std::ranges::find(sample.items, "portrait", &testing::SampleItem::identifier)->value =
        testing::cbor_bytes(Bytes(portrait, 0xff));
    return SharedBytes::take(sample.response());
  }

  testing::Allocations verify(const SharedBytes& message) {
    std::optional<bool> valid;
    const SharedBytes transcript = SharedBytes::copy_of(sample.transcript);
    const auto spent = testing::allocations_of([&] {
      const auto decoded = UnverifiedResponse::decode(message);
      if (!decoded) return;
      const auto outcome = verification::verify(*decoded, {.trust = trust,
                                                           .now = {.utc = sample.now, .steady = {}},
                                                           .session_transcript = transcript,
                                                           .e_reader_key = &sample.e_reader_key});
      valid = outcome.report.valid && outcome.documents.size() == 1;
    });
    EXPECT_EQ(valid, true);
    EXPECT_GT(spent.count, 0u) << "ours are counted";
    EXPECT_GT(spent.openssl_count, 0u) << "OpenSSL's are counted";
    RecordProperty("allocations", std::to_string(spent.count));
    RecordProperty("heap", std::to_string(spent.peak));
    return spent;
  }

  void expect_within_budget(const testing::Allocations& spent, const SharedBytes& message) {
    EXPECT_LE(spent.count, max_allocations);
    EXPECT_LE(spent.peak, message.size() + 64 * kib);
  }

  testing::SampleMdoc sample;
  trust::TrustStore trust;
};

TEST_P(Heap, VerifyingASmallResponseStaysWithinItsBudget) {
  const SharedBytes message = response(1'200);
  expect_within_budget(verify(message), message);  // the chain is new: its certificate is parsed
  expect_within_budget(verify(message), message);  // and now known
}

TEST_P(Heap, VerifyingALargeResponseStaysWithinItsBudget) {
  const SharedBytes message = response(98'000);
  expect_within_budget(verify(message), message);
  expect_within_budget(verify(message), message);
}

TEST_P(Heap, GrowsWithTheMessageByLessThanTheMessage) {
  const SharedBytes small = response(1'200);
  const SharedBytes large = response(98'000);
  (void)verify(small);
  const auto spent_on_small = verify(small);
  const auto spent_on_large = verify(large);
  // A portrait is looked at where it lies.
  EXPECT_EQ(spent_on_large.count, spent_on_small.count);
  EXPECT_LE(spent_on_large.peak, spent_on_small.peak + kib);
}

INSTANTIATE_TEST_SUITE_P(DeviceAuth, Heap, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Mac" : "Signature"; });

}  // namespace
}  // namespace mdoc::verification
