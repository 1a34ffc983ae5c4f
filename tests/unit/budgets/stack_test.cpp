#include <gtest/gtest.h>

#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/hpke.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/sample_mdoc.hpp"
#include "unit/facade/meeting.hpp"

// How deep the stack of a caller must be. Only optimised frames are those of a user, and AddressSanitizer has its own.
#if defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define MDOC_OTHER_FRAMES
#  endif
#endif
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(MDOC_OTHER_FRAMES)

namespace mdoc {
namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t budget = 32 * kib;
constexpr std::uint8_t paint = 0xa5;

/// Stack that `work` writes over in a thread whose stack was painted. Measured in that thread, from the frame that
/// calls `work`: what a thread needs to begin and to end is not counted.
std::size_t painted_over(const std::function<void()>& work) {
  struct alignas(4 * kib) Page {
    std::uint8_t bytes[4 * kib];  // NOLINT(*-avoid-c-arrays)
  };
  std::vector<Page> stack(256);
  const std::span<std::uint8_t> bytes(stack.front().bytes, stack.size() * sizeof(Page));
  std::ranges::fill(bytes, paint);

  pthread_attr_t attributes;
  EXPECT_EQ(pthread_attr_init(&attributes), 0);
  EXPECT_EQ(pthread_attr_setstack(&attributes, bytes.data(), bytes.size()), 0);
  pthread_t thread{};
  struct Job {
    const std::function<void()>& work;
    std::span<const std::uint8_t> stack;
    std::size_t used;
  } job{work, bytes, 0};
  const auto run = [](void* argument) -> void* {
    Job& self = *static_cast<Job*>(argument);
    const auto* const here = static_cast<const std::uint8_t*>(__builtin_frame_address(0));
    self.work();
    const auto deepest = std::ranges::find_if(self.stack, [](std::uint8_t byte) { return byte != paint; });
    self.used = static_cast<std::size_t>(here - &*deepest);
    return nullptr;
  };
  EXPECT_EQ(pthread_create(&thread, &attributes, run, &job), 0);
  EXPECT_EQ(pthread_join(thread, nullptr), 0);
  EXPECT_EQ(pthread_attr_destroy(&attributes), 0);
  return job.used;
}

/// Stack that `work` takes. It runs twice: the first time, the dynamic linker may resolve symbols on top of it.
std::size_t stack_of(const std::function<void()>& work) {
  (void)painted_over(work);
  return painted_over(work);
}

void expect_within_budget(const std::function<void()>& work) {
  const std::size_t used = stack_of(work);
  ::testing::Test::RecordProperty("stack", std::to_string(used));
  EXPECT_LE(used, budget);
}

TEST(Stack, IsMeasured) {
  const auto fill = [](auto size) {
    return [] {
      volatile std::uint8_t block[decltype(size)::value];  // NOLINT(*-avoid-c-arrays)
      for (auto& byte : block) byte = 1;
    };
  };
  const auto expect_about = [](std::size_t measured, std::size_t filled) {
    constexpr std::size_t harness = 512;  // three frames; each keeps 160 bytes for registers on s390x
    EXPECT_GE(measured + harness, filled);
    EXPECT_LE(measured, filled + harness);
  };
  expect_about(stack_of(fill(std::integral_constant<std::size_t, 1 * kib>())), 1 * kib);
  expect_about(stack_of(fill(std::integral_constant<std::size_t, 40 * kib>())), 40 * kib);
}

TEST(Stack, VerifyingStaysWithinItsBudget) {
  for (const bool mac : {false, true}) {
    SCOPED_TRACE(mac ? "MAC" : "signature");
    testing::SampleMdoc sample;
    sample.mac = mac;
    const SharedBytes response = SharedBytes::take(sample.response());
    const SharedBytes transcript = SharedBytes::copy_of(sample.transcript);
    expect_within_budget([&] {
      trust::TrustStore trust;  // new each time, so that the chain is judged each time
      EXPECT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate(), {.source = "test"}));
      const auto outcome = verification::verify(*verification::UnverifiedResponse::decode(response),
                                                {.trust = trust,
                                                 .now = {.utc = sample.now, .steady = {}},
                                                 .session_transcript = transcript,
                                                 .e_reader_key = &sample.e_reader_key});
      EXPECT_TRUE(outcome.report.valid);
    });
  }
}

TEST(Stack, AWholePresentationStaysWithinItsBudget) {
  expect_within_budget([] {
    const auto meeting = std::make_unique<Meeting>();
    meeting->open_link();
    EXPECT_TRUE(meeting->reader.request(meeting->request({"family_name", "portrait", "age_over_18"}), meeting->now()));
    meeting->settle();
    ASSERT_EQ(meeting->responses.size(), 1u);
    EXPECT_TRUE(meeting->responses[0].outcome.report.valid);
  });
}

TEST(Stack, EveryCurveStaysWithinItsBudget) {
  for (const auto curve : {crypto::Curve::p256, crypto::Curve::p384, crypto::Curve::p521,
                           crypto::Curve::brainpool_p512r1, crypto::Curve::ed25519, crypto::Curve::ed448}) {
    SCOPED_TRACE(crypto::info(curve).name);
    expect_within_budget([&] {
      testing::CountingRng rng;
      const auto key = crypto::PrivateKey::generate(curve, rng).value();
      const auto algorithm = crypto::signature_algorithm(curve).value();
      const Bytes message(1'000, 0x5a);
      const auto signature = crypto::sign(key, algorithm, message).value();
      EXPECT_TRUE(crypto::verify(key.public_key(), algorithm, message, signature.raw));
    });
  }
}

/// As many arrays within each other as there is room for: each names one element, the next.
Bytes nested_arrays(std::size_t depth) { return Bytes(depth, 0x81); }

TEST(Stack, DeepNestingStaysWithinItsBudget) {
  for (const std::size_t depth : {8u, DecodeLimits{}.max_depth, 100'000u}) {
    SCOPED_TRACE(depth);
    Bytes message = nested_arrays(depth - 1);
    message.push_back(0x00);
    expect_within_budget([&] {
      cbor::Reader reader(message);
      (void)reader.skip();
    });
    expect_within_budget([&] { (void)cbor::diagnostic(message); });
    expect_within_budget([&] { (void)verification::UnverifiedResponse::decode(SharedBytes::copy_of(message)); });
  }
}

}  // namespace
}  // namespace mdoc

#endif
