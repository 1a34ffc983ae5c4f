#pragma once

#include <vector>

#include <boost/json/object.hpp>

#include "mdoc/json/profile.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/profile/consistency.hpp"

namespace mdoc::cli {

/// `{"<nameSpace>": {"<element>": value}}`: the sample of each element that has one, with the picture of the
/// demonstration where {"sample": "portrait"} stands for it.
[[nodiscard]] boost::json::object samples_of(const json::LoadedProfile& profile);

/// A full document: every element of which the profile has a sample. Throws Failure: it has none.
[[nodiscard]] model::ElementValues sample_elements(const json::LoadedProfile& profile);

/// What documents made of the samples would be against: sample_unfit, each with its place in the profile's file and the
/// rule. Nothing where there are none. Throws Failure: together they are beyond the limits.
[[nodiscard]] std::vector<profile::ProfileFinding> judge_samples(const json::LoadedProfile& profile);

}  // namespace mdoc::cli
