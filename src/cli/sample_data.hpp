#pragma once

#include <boost/json/object.hpp>

#include "mdoc/json/profile.hpp"
#include "mdoc/model/data_element.hpp"

namespace mdoc::cli {

/// `{"<nameSpace>": {"<element>": value}}`: the sample of each element that has one, with the picture of the
/// demonstration where {"sample": "portrait"} stands for it.
[[nodiscard]] boost::json::object samples_of(const json::LoadedProfile& profile);

/// A full document: every element of which the profile has a sample. Throws Failure: it has none.
[[nodiscard]] model::ElementValues sample_elements(const json::LoadedProfile& profile);

}  // namespace mdoc::cli
