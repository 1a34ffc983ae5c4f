#pragma once
// What text says within its form.

#include <optional>
#include <string_view>

#include "mdoc/core/time.hpp"
#include "mdoc/profile/validate.hpp"

namespace mdoc::profile {

/// What is wrong with `text`, which has a format of text.
[[nodiscard]] std::optional<ElementFault> fault_of(std::string_view text, ValueFormat format) noexcept;

/// Characters of UTF-8 text.
[[nodiscard]] std::size_t character_count(std::string_view text) noexcept;
[[nodiscard]] bool is_latin1(std::string_view text) noexcept;
/// "UT-01"
[[nodiscard]] bool is_subdivision(std::string_view text) noexcept;
/// Eight characters 0 or 1.
[[nodiscard]] bool is_date_mask(std::string_view text) noexcept;
/// Where `mask` calls a digit unknown, `date` has the lowest that there is: 0 in the year, a first month and day, 0 for
/// one digit of a month or day, or 1 where 0 would make none. @pre is_date_mask(mask)
[[nodiscard]] bool agrees(FullDate date, std::string_view mask) noexcept;

}  // namespace mdoc::profile
