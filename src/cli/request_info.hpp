#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mdoc/model/device_request.hpp"

namespace mdoc::cli {

/// What a request says beside its elements (ISO/IEC 18013-5, second edition, 10.2.4 and 10.2.5), with the names of the
/// standard:
///
///     {"requestInfo": [{"alternativeDataElements": [{"requestedElement": [NS, ID],
///                                                    "alternativeElementSets": [[[NS, ID], …], …]}, …],
///                       "issuerIdentifiers": [HEX, …], "uniqueDocSetRequired": BOOL, "maximumResponseSize": N}, …],
///      "deviceRequestInfo": {"useCases": [{"mandatory": BOOL, "documentSets": [[N, …], …],
///                                          "purposeHints": {CONTROLLER: CODE, …}}, …]}}
///
/// "requestInfo" has one entry for each docType in its order, null for none.
struct RequestInfo {
  std::vector<std::optional<model::DocRequestInfo>> doc_requests{};
  std::optional<model::DeviceRequestInfo> device_request{};
};

/// @param spec  the JSON itself, or a file that has it. Throws Failure, which names the member.
[[nodiscard]] RequestInfo load_request_info(const std::string& spec);

}  // namespace mdoc::cli
