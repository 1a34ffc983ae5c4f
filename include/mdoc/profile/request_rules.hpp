#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

/// @file
/// What profiles say about requests, and the structure of a DeviceRequest does not.

namespace mdoc::profile {

/// An element by which the reader wants to know where the issuer can be asked in the holder's place: `webapi_info` and
/// `oidc_info` of the mDL (first edition, 8.2.1.2). The second edition has none, browsers refuse to hand them on, and
/// an mdoc of ours never returns one (presentation::match()).
[[nodiscard]] MDOC_EXPORT bool is_server_retrieval(std::string_view name_space, std::string_view identifier) noexcept;

/// NN of every `age_over_NN` that is asked for in a name space with the rule (age_over.hpp); ascending, each once,
/// whichever and however many documents are to answer it.
/// @param profiles what is known of docTypes
[[nodiscard]] MDOC_EXPORT std::vector<std::uint8_t> asked_ages(const model::DeviceRequest& request,
                                                               std::span<const DocTypeProfile> profiles = doc_types());

/// A reader asks two questions about the age at most (7.2.5); mdocs answer no more.
/// @return usage/bad_argument: the request has more
[[nodiscard]] MDOC_EXPORT Result<void> check_asked_ages(const model::DeviceRequest& request,
                                                        std::span<const DocTypeProfile> profiles = doc_types());

}  // namespace mdoc::profile
