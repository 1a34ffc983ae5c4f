// A response of any bytes, or a good one with some of its bytes changed. Whatever comes: no crash,
// and no value is released that the good response did not have. Nor does the explanation of a device
// authentication call a proof good that the verification refused.

#include <cstdint>

#include "fuzz/altered_response.hpp"
#include "mdoc/verification/explain.hpp"
#include "support/released.hpp"

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

namespace {

void explain(const fuzz::Verifier& verifier, const Bytes& response, const verification::Report& report) {
  using verification::CheckId;
  using verification::Outcome;
  constexpr verification::ExplanationLimits limits{.max_tries = 32};  // each costs as much as a verification
  const auto decoded = verification::UnverifiedResponse::decode(SharedBytes::copy_of(response), Level::lenient);
  verification::VerificationInput input{.trust = verifier.trust, .now = {.utc = verifier.sample.now, .steady = {}}};
  input.session_transcript = SharedBytes::copy_of(verifier.sample.transcript);
  input.e_reader_key = &verifier.sample.e_reader_key;
  const auto explanation = verification::explain_device_authentication(*decoded, 0, input, {}, limits);
  require(!report.documents.empty() || !explanation);
  if (!explanation) return;
  require(explanation->tried <= limits.max_tries);
  if (explanation->outcome != verification::ExplanationOutcome::as_specified) return;
  const auto& document = report.documents.at(0);
  // Without the reader's key the verification of `report` judges no MAC.
  require(document.find(CheckId::device_auth_signature).outcome == Outcome::pass ||
          document.find(CheckId::device_auth_mac).outcome == Outcome::skipped);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Verifier verifier;
  static const testing::Released whole(verifier.judge(verifier.good, Level::lenient)->documents.at(0));

  if (size == 0 || size > 16384) return 0;
  const Bytes response = fuzz::response_of({data, size}, verifier.good);
  for (const Level level : {Level::strict, Level::lenient}) {
    const auto outcome = verifier.judge(response, level);
    if (!outcome) continue;
    if (level == Level::lenient) explain(verifier, response, outcome->report);
    for (const auto& document : outcome->documents) require(testing::Released(document).is_part_of(whole));
  }
  return 0;
}
