#pragma once
// Internal to the layer: what a document tells of the day of birth.

#include <array>
#include <cstdint>
#include <optional>

#include "verification/birth_days.hpp"
#include "verification/source_elements.hpp"

namespace mdoc::verification {

/// Every statement about the age in one document, as days of birth. Elements are borrowed.
struct AgeFacts {
  BirthDays exact{};       ///< as the statements say
  BirthDays wide{};        ///< the same, where the date at the issuer may be a day off that in UTC
  BirthDays at_issuing{};  ///< as age_over_NN and age_in_years alone say, which are of one moment
  /// As attestations say that may not answer the question, but speak of the same person: of another age, in a name
  /// space without the rule of age_over_NN.
  BirthDays aside{};
  bool has_aside = false;
  const VerifiedElement* earliest_by = nullptr;  ///< which bounds `exact` from below
  const VerifiedElement* latest_by = nullptr;    ///< from above
  const VerifiedElement* pattern_by = nullptr;   ///< birth_date
  const VerifiedElement* malformed = nullptr;    ///< one that cannot be read
  /// An age_over_NN or age_in_years says that the age that was asked for had been reached, by today.
  bool attested = false;
  /// An age_over_NN that is false at or below the age that was asked for, the nearest.
  const VerifiedElement* false_by = nullptr;
  std::uint8_t false_years = 0;
  Day stated{};  ///< as of when age_over_NN and age_in_years hold
  Day earliest{};
  Day latest{};

  /// Whether there is a day that agrees with everything.
  [[nodiscard]] bool consistent() const {
    BirthDays all = wide;
    all.narrow(aside);
    return all.ends() && at_issuing.ends();
  }
  /// Whether anything is there that may answer.
  [[nodiscard]] bool any() const noexcept {
    return earliest_by != nullptr || latest_by != nullptr || pattern_by != nullptr || false_by != nullptr;
  }
};

/// @param asked the age of the question; nothing: only the day of birth matters
[[nodiscard]] AgeFacts read_age_facts(const AnswerSource& source, const profile::DocTypeProfile& profile,
                                      const AnswerContext& context, std::optional<std::uint8_t> asked);

}  // namespace mdoc::verification
