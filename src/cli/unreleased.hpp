#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "mdoc/core/time.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/credential.hpp"

namespace mdoc::cli {

/// A DocRequest for which nothing leaves the holder, and why.
struct Unreleased {
  std::size_t doc_request = 0;
  std::string doc_type;  ///< empty where the request is not at hand
  std::string reason;

  bool operator==(const Unreleased&) const = default;
};

/// @param now      the time of the match
/// @param request  what was matched; null where it is not at hand, and the reasons say less
[[nodiscard]] std::vector<Unreleased> find_unreleased(const presentation::RequestMatch& match,
                                                      const presentation::Consent& consent,
                                                      std::span<const presentation::Credential> credentials,
                                                      UtcSeconds now, const model::DeviceRequest* request);

/// One line on standard error for each.
void print_unreleased(const std::vector<Unreleased>& unreleased);
/// `[{"docRequest": 0, "docType"?: "…", "reason": "…"}]`
[[nodiscard]] boost::json::array to_json(const std::vector<Unreleased>& unreleased);

}  // namespace mdoc::cli
