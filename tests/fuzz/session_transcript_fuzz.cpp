// Any bytes as a SessionTranscript, bare or wrapped. Its elements are those of the input, the two forms
// are one transcript, and one put together from the elements means the same.

#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/engagement/session_transcript.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using engagement::SessionTranscript;
using fuzz::require;

bool same_element(const std::optional<ByteView>& a, const std::optional<ByteView>& b) {
  return a.has_value() == b.has_value() && (!a || fuzz::same(*a, *b));
}

void check(const SharedBytes& input, const SessionTranscript& transcript) {
  const ByteView bytes = transcript.bytes().view();
  require(fuzz::inside(input.view(), bytes));
  require(fuzz::same(input.view(), bytes) || fuzz::same(input.view(), transcript.wrapped().view()));
  for (const auto& element : {transcript.device_engagement_bytes(), transcript.second_element()}) {
    if (element) require(fuzz::inside(bytes, *element));
  }
  require(fuzz::inside(bytes, transcript.encoded_handover()));
  require(transcript.salt().has_value());

  for (const SharedBytes& form : {transcript.bytes(), transcript.wrapped()}) {
    const auto again = SessionTranscript::decode(form, {.level = Level::lenient});
    require(again.has_value());
    require(fuzz::same(again->bytes().view(), bytes));
  }
}

/// What our own side takes as elements is judged at the level of the field.
void check_built(const SessionTranscript& transcript) {
  const auto built = SessionTranscript::from_elements(transcript.device_engagement_bytes(), transcript.second_element(),
                                                      transcript.handover());
  require(built.has_value());
  require(same_element(built->device_engagement_bytes(), transcript.device_engagement_bytes()));
  require(same_element(built->second_element(), transcript.second_element()));
  require(engagement::name(built->handover()) == engagement::name(transcript.handover()));
  require(engagement::is_online(built->handover()) == engagement::is_online(transcript.handover()));
  require(fuzz::same(built->encoded_handover(), engagement::encode(transcript.handover())));

  const auto encrypted = transcript.with_encryption_parameters(transcript.wrapped().view());
  require(encrypted.has_value());
  require(same_element(encrypted->device_engagement_bytes(), transcript.device_engagement_bytes()));
  require(same_element(encrypted->second_element(), transcript.wrapped().view()));
  require(fuzz::same(encrypted->encoded_handover(), transcript.encoded_handover()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes input = SharedBytes::copy_of({data, size});
  const auto decode = [&](Level level) { return SessionTranscript::decode(input, {.level = level}); };
  if (const auto decoded = fuzz::decode_at_levels(decode, size)) check(input, *decoded);
  if (const auto decoded = decode(Level::interop)) check_built(*decoded);
  return 0;
}
