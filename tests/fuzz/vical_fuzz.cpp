// Any bytes as a VICAL. What is kept are slices of the message, no anchor comes out of it that nobody vouches for, and
// what is written from the values reads as the same.

#include <cstdint>

#include "fuzz/list_checks.hpp"
#include "mdoc/trust/list_difference.hpp"
#include "mdoc/trust/vical.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

void check_written_again(const trust::SignedVical& list) {
  const Bytes payload = trust::encode_vical(list.unverified());
  const auto again = trust::decode_vical(fuzz::with_payload(list.message(), payload), {.level = Level::lenient});
  require(again.has_value());
  require(trust::encode_vical(again->unverified()) == payload);
  require(trust::compare(list.unverified(), again->unverified()).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes message = SharedBytes::copy_of({data, size});
  const auto list =
      fuzz::decode_at_levels([&](Level level) { return trust::decode_vical(message, {.level = level}); }, size);
  if (!list) return 0;
  fuzz::check_signed_list(message.view(), *list);
  require(trust::compare(list->unverified(), list->unverified()).empty());
  check_written_again(*list);

  require(!trust::verify_vical(*list, {.now = list->unverified().date}));
  // Signed by nobody: even with its own signer as an anchor only the holder of that key makes it pass.
  const auto anchors = list->x5chain().first(1);
  const auto verified = trust::verify_vical(*list, {.anchors = anchors, .now = list->unverified().date});
  if (verified) {
    require(list->message().verify(*anchors.front().public_key()).has_value());
    for (const trust::VicalAnchor& anchor : verified->anchors()) require(!anchor.doc_types.empty());
  }
  return 0;
}
