#pragma once

#include <string>
#include <string_view>

#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/json/texts.hpp"
#include "mdoc/verification/report.hpp"

/// @file
/// Findings in words. The core knows reasons and evidence; only here they become sentences, of a TextCatalogue.

namespace mdoc::json {

/// What came out, what was expected, what was found, and what to do where there is a remedy:
/// "no path to a trust anchor: give the issuer's root certificate; found C=UT, CN=Utopia DS". Text of
/// the peer inside is isolated(), its blanks are one, and of long ones the beginning is there. A failed check without a
/// value to compare with says its duty instead. For clerks: what happened, what to do, and a date where that is the
/// point. Empty for a check that simply passed.
[[nodiscard]] MDOC_EXPORT std::string explain(const verification::Finding& finding, const Wording& wording = {});

/// The reason alone, without evidence, in the words of its check: what was signed before a certificate began is not
/// "not valid yet".
[[nodiscard]] MDOC_EXPORT std::string sentence(const verification::Finding& finding, const Wording& wording = {});

/// An error as mdoc::describe() has it, in this language; for clerks, what it means to them.
[[nodiscard]] MDOC_EXPORT std::string explain(const Error& error, const Wording& wording = {});

/// Text made safe to print: characters that are cbor::is_unsafe_to_show() stand as cbor::escaped(), e.g.
/// `\u202e`, and bytes that are no UTF-8 as `\xNN`.
[[nodiscard]] MDOC_EXPORT std::string printable(std::string_view text);

/// Text for within a line: printable(), more than eight blanks as one, and between U+2068 and U+2069 where it has
/// letters that are written from right to left. So nothing around it changes places, and no row of a terminal is filled
/// by it.
[[nodiscard]] MDOC_EXPORT std::string isolated(std::string_view text);

}  // namespace mdoc::json
