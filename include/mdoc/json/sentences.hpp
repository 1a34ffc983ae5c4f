#pragma once

#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/verification/report.hpp"

/// @file
/// Findings in words, in English, for engineers. The core knows reasons and evidence; only here they
/// become sentences.

namespace mdoc::json {

/// What came out, what was expected, what was found, and what to do where there is a remedy:
/// "no path to a trust anchor: give the issuer's root certificate; found C=UT, CN=Utopia DS". Text of
/// the peer inside is escaped, its blanks are one, and of long ones the beginning is there. A failed check without a
/// value to compare with says its duty instead. Empty for a check that simply passed.
[[nodiscard]] MDOC_EXPORT std::string explain(const verification::Finding& finding);

/// The reason alone, without evidence.
[[nodiscard]] MDOC_EXPORT std::string_view sentence(verification::Reason reason) noexcept;
/// The same in the words of its check: what was signed before a certificate began is not "not valid yet".
[[nodiscard]] MDOC_EXPORT std::string_view sentence(const verification::Finding& finding) noexcept;

/// Text made safe to print: characters that are cbor::is_unsafe_to_show() stand as cbor::escaped(), e.g.
/// `\u202e`, and bytes that are no UTF-8 as `\xNN`.
[[nodiscard]] MDOC_EXPORT std::string printable(std::string_view text);

}  // namespace mdoc::json
