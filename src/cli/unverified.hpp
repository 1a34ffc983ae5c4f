#pragma once

#include <cstddef>
#include <vector>

#include <boost/json/value.hpp>

#include "cli/structure.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/verification/report.hpp"

namespace mdoc::cli {

/// What a document that failed claims, for people who look for the reason. It proves nothing.
struct UnverifiedElements {
  std::size_t document = 0;  ///< index among the documents of the response
  model::ElementValues issuer_signed{};
  model::ElementValues device_signed{};
};

/// Elements of the documents that `report` calls bad, as far as they decode.
[[nodiscard]] std::vector<UnverifiedElements> read_unverified(const SharedBytes& bytes, Structure type,
                                                              const verification::Report& report);

void print_unverified(const std::vector<UnverifiedElements>& documents);

/// Adds "unverified" to the documents of a report: `{"issuerSigned": …, "deviceSigned": …}`.
void add_unverified(boost::json::value& report, const std::vector<UnverifiedElements>& documents);

}  // namespace mdoc::cli
