#include <gtest/gtest.h>

#include "mdoc/model/device_response.hpp"
#include "mdoc/model/mobile_security_object.hpp"
#include "support/allocations.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

/// Decodes the response and the MSO of a vector with one document.
void expect_at_most(std::size_t budget, std::string_view file, std::string_view id) {
  SCOPED_TRACE(id);
  const SharedBytes encoded = SharedBytes::take(testing::shared_bytes(file, id));
  bool decoded = false;
  const auto spent = testing::allocations_of([&] {
    const auto response = decode_device_response(encoded);
    decoded = response && decode_mobile_security_object(response->documents.at(0).value->issuer_signed.issuer_auth);
  });
  ASSERT_TRUE(decoded);
  EXPECT_LE(spent.count, budget);
  EXPECT_GT(spent.count, 0u) << "the counter works";
}

TEST(Allocations, AreFewForAnOrdinaryResponse) {
  MDOC_NEEDS_SHARED_VECTORS();
  expect_at_most(40, "iso18013-5-annex-d.json", "D.4.1.2/device-response");         // 6 elements, 17 digests
  expect_at_most(60, "real-mdocs/device-responses.json", "multipaz/dcapi-sample");  // 11 elements, 12 kB
  expect_at_most(60, "real-mdocs/device-responses.json", "eudi/pid");               // 33 elements
}

}  // namespace
}  // namespace mdoc::model
