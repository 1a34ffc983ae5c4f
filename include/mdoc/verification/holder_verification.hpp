#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/verification/holder_means.hpp"
#include "mdoc/verification/verify.hpp"

/// @file
/// Whether the presenter is the holder: comparisons made by the application, written into the report.
///
///     for (const auto& document : outcome.documents) compare_holder(outcome, document, face_matcher);
///     // or, when an operator has looked:
///     note_holder_outcome(outcome.report.documents[0], HolderMethod::portrait, HolderOutcome::matched, "operator");

namespace mdoc::verification {

/// Compares the person present with what a document brought: a face or fingerprint matcher.
class MDOC_EXPORT HolderMatcher {
 public:
  virtual ~HolderMatcher() = default;

  /// Stands in the report as HolderMeans::basis: "face matcher 2.1".
  [[nodiscard]] virtual std::string basis() const = 0;
  /// Blocking: call compare_holder() on a worker thread where an event loop must not wait. Whoever limits the time
  /// says timed_out; a failure is an outcome, HolderOutcome::error, so nothing is thrown.
  /// @return nothing: not a method of this matcher
  [[nodiscard]] virtual std::optional<HolderOutcome> match(profile::HolderMethod method,
                                                           const VerifiedElement& element) = 0;
};

/// Lets `matcher` compare each means that `document` brought, and notes the outcomes in its report. What the device
/// itself states stays as it is.
/// @param document one of `outcome.documents`; for one that cannot be, nothing is compared or noted
MDOC_EXPORT void compare_holder(VerificationOutcome& outcome, const VerifiedDocument& document, HolderMatcher& matcher);

/// Notes what came of a comparison that was made elsewhere, for every means of this method.
/// @param basis who compared, for the report
/// @return usage/bad_argument: the document brought no such means, or the device states the outcome itself
[[nodiscard]] MDOC_EXPORT Result<void> note_holder_outcome(DocumentReport& report, profile::HolderMethod method,
                                                           HolderOutcome outcome, std::string basis);

}  // namespace mdoc::verification
