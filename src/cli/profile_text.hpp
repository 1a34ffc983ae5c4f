#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "mdoc/profile/doc_type_profile.hpp"

/// @file
/// What a profile says, in the words of its format, each in one line; the pages in docs/profiles have the same.

namespace mdoc::cli {

/// "latin1 ≤ 150", "array ≥ 1 of country or QU, QS"
[[nodiscard]] std::string type_text(const profile::ValueRule& rule);
/// "conditional: where dg1 is present"
[[nodiscard]] std::string presence_text(const profile::ElementProfile& element);
/// What the profile answers to a row: "qr (mdoc choice, reader mandatory); …". "left open" where it does not.
/// @param json  the profile's
[[nodiscard]] std::string choice_text(const profile::RowInfo& row, const profile::DocTypeProfile& profile,
                                      const boost::json::object& json);

}  // namespace mdoc::cli
