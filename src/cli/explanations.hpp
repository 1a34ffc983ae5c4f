#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <boost/json/value.hpp>

#include "cli/structure.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/verification/explain.hpp"
#include "mdoc/verification/report.hpp"
#include "mdoc/verification/verify.hpp"

namespace mdoc::cli {

/// Why the device authentication of a document fails.
struct Explanation {
  std::size_t document = 0;  ///< index among the documents of the response
  verification::AuthenticationExplanation found{};
};

/// For each document of a DeviceResponse whose device authentication `report` calls wrong.
/// @param further  transcripts that the mdoc may have used in the place of the one that is due
[[nodiscard]] std::vector<Explanation> explain_failures(const SharedBytes& bytes, Structure type,
                                                        const verification::Report& report,
                                                        const verification::VerificationInput& input,
                                                        std::span<const verification::NamedTranscript> further = {});

void print_explanations(const std::vector<Explanation>& explanations);

/// Adds "deviceAuthExplanation" to the documents of a report: `{"outcome": …, "variants": [{"id", "clause", "what",
/// "advice"}, …], "transcript"?: …, "readerKeyDiffers": …, "text": …}`.
void add_explanations(boost::json::value& report, const std::vector<Explanation>& explanations);

}  // namespace mdoc::cli
