#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "mdoc/model/device_response.hpp"
#include "mdoc/model/mobile_security_object.hpp"
#include "support/vectors.hpp"

// How often the heap is asked while a response is decoded. Counted for this whole program.

namespace {
std::atomic<std::size_t> allocations = 0;  // NOLINT(*-avoid-non-const-global-variables)
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size != 0 ? size : 1)) return memory;  // NOLINT(*-no-malloc)
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }               // NOLINT(*-no-malloc)
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }  // NOLINT(*-no-malloc)

namespace mdoc::model {
namespace {

/// Decodes the response and the MSO of a vector with one document.
void expect_at_most(std::size_t budget, std::string_view file, std::string_view id) {
  SCOPED_TRACE(id);
  const SharedBytes encoded = SharedBytes::take(testing::shared_bytes(file, id));
  const std::size_t before = allocations;
  const auto response = decode_device_response(encoded);
  ASSERT_TRUE(response);
  const auto mso = decode_mobile_security_object(response->documents.at(0).value->issuer_signed.issuer_auth);
  const std::size_t spent = allocations - before;
  ASSERT_TRUE(mso);
  EXPECT_LE(spent, budget);
  EXPECT_GT(spent, 0u) << "the counter works";
}

TEST(Allocations, AreFewForAnOrdinaryResponse) {
  MDOC_NEEDS_SHARED_VECTORS();
  expect_at_most(40, "iso18013-5-annex-d.json", "D.4.1.2/device-response");         // 6 elements, 17 digests
  expect_at_most(60, "real-mdocs/device-responses.json", "multipaz/dcapi-sample");  // 11 elements, 12 kB
  expect_at_most(60, "real-mdocs/device-responses.json", "eudi/pid");               // 33 elements
}

}  // namespace
}  // namespace mdoc::model
