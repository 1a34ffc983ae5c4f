#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::json {

struct StatusAggregationLimits {
  std::size_t max_bytes = std::size_t{1} << 20;  ///< the whole document
  std::size_t max_lists = 4096;
  std::size_t max_uri = 2048;  ///< bytes of one URI
};

/// Where an issuer keeps its status lists (Token Status List, "Status List Aggregation"): to fetch them ahead of use,
/// so that no fetch tells anybody which document is being checked. Not signed; each list carries its own signature.
struct StatusAggregation {
  std::vector<std::string> status_lists{};  ///< "status_lists": URIs as sent, in their order, each once
  std::size_t duplicates = 0;               ///< repetitions that were dropped
  /// Entries that were left out, each with its place: bad_uri, or too_large. The other lists stand.
  std::vector<Error> refused{};
};

/// Reads an aggregation document, `{"status_lists": ["https://…", …]}`. Other members are skipped. URIs are `https` or
/// `http` with a host and without user information, of the characters of RFC 3986 only; they are compared letter for
/// letter.
/// @return malformed/bad_encoding: not JSON; duplicate_key, missing_element, wrong_type; limit/too_large, too_many,
/// too_deep
[[nodiscard]] MDOC_EXPORT Result<StatusAggregation> decode_status_aggregation(
    std::string_view json, const StatusAggregationLimits& limits = {});

}  // namespace mdoc::json
