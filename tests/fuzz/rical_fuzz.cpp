// Any bytes as a RICAL. What is kept are slices of the message, no anchor comes out of it that nobody vouches for, and
// what is written from the values reads as the same.

#include <cstdint>

#include "fuzz/list_checks.hpp"
#include "mdoc/trust/list_difference.hpp"
#include "mdoc/trust/rical.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

void check_written_again(const trust::SignedRical& list) {
  const Bytes payload = trust::encode_rical(list.unverified());
  const auto again = trust::decode_rical(fuzz::with_payload(list.message(), payload), {.level = Level::lenient});
  require(again.has_value());
  require(trust::encode_rical(again->unverified()) == payload);
  require(trust::compare(list.unverified(), again->unverified()).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes message = SharedBytes::copy_of({data, size});
  const auto list =
      fuzz::decode_at_levels([&](Level level) { return trust::decode_rical(message, {.level = level}); }, size);
  if (!list) return 0;
  fuzz::check_signed_list(message.view(), *list);
  for (const trust::RicalCertificateInfo& info : list->unverified().certificate_infos) {
    require(!info.trust_constraints || !info.trust_constraints->empty());
    if (!info.trust_constraints) continue;
    const auto verdict = trust::judge_constraints(*info.trust_constraints, list->x5chain().front());
    require(verdict == trust::ConstraintVerdict::satisfied || verdict == trust::ConstraintVerdict::not_understood);
  }
  check_written_again(*list);

  require(!trust::verify_rical(*list, {.now = list->unverified().date}));
  const auto anchors = list->x5chain().first(1);
  const auto verified = trust::verify_rical(*list, {.anchors = anchors, .now = list->unverified().date});
  if (verified) {
    require(list->message().verify(*anchors.front().public_key()).has_value());
    require(list->unverified().type == trust::rical_reader_authentication);
    (void)trust::judge_reader_path(*verified, list->x5chain());
  }
  return 0;
}
