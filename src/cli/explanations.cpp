#include "cli/explanations.hpp"

#include <algorithm>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/output.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using verification::CheckId;
using verification::Outcome;

bool fails(const verification::DocumentReport& document) {
  return document.find(CheckId::device_auth_signature).outcome == Outcome::fail ||
         document.find(CheckId::device_auth_mac).outcome == Outcome::fail;
}

}  // namespace

std::vector<Explanation> explain_failures(const SharedBytes& bytes, Structure type, const verification::Report& report,
                                          const verification::VerificationInput& input,
                                          std::span<const verification::NamedTranscript> further) {
  std::vector<Explanation> explanations;
  if (type == Structure::document || type == Structure::issuer_signed) return explanations;
  const auto response = verification::UnverifiedResponse::decode(bytes, Level::lenient);
  if (!response) return explanations;
  // A response may hold many documents: together they cost what one may cost.
  const auto failed = static_cast<std::size_t>(std::ranges::count_if(report.documents, fails));
  verification::ExplanationLimits limits;
  limits.max_tries /= std::max<std::size_t>(failed, 1);
  limits.max_bytes /= std::max<std::size_t>(failed, 1);
  for (std::size_t i = 0; i < report.documents.size(); ++i) {
    if (!fails(report.documents[i])) continue;
    const auto& encryption = report.documents[i].encryption;
    auto found = encryption ? verification::explain_device_authentication(*encryption, input, further, limits)
                            : verification::explain_device_authentication(*response, i, input, further, limits);
    if (found) explanations.push_back({.document = i, .found = *std::move(found)});
  }
  return explanations;
}

void print_explanations(const std::vector<Explanation>& explanations) {
  for (const Explanation& explanation : explanations) {
    print_line("\nDevice authentication of document " + std::to_string(explanation.document + 1) + ":");
    print_line("  " + json::printable(verification::describe(explanation.found)));
    if (explanation.found.outcome != verification::ExplanationOutcome::unexplained) continue;
    print_line("  Another transcript may explain it, as that of an earlier session: --other-transcript FILE");
  }
}

void add_explanations(bj::value& report, const std::vector<Explanation>& explanations) {
  for (const Explanation& explanation : explanations) {
    bj::array variants;
    for (const verification::AuthenticationVariant variant : explanation.found.variants) {
      const verification::AuthenticationVariantInfo& row = verification::info(variant);
      variants.push_back(
          bj::object{{"id", row.id}, {"clause", row.clause}, {"what", row.what}, {"advice", row.advice}});
    }
    bj::object object{{"outcome", name(explanation.found.outcome)},
                      {"variants", std::move(variants)},
                      {"readerKeyDiffers", explanation.found.reader_key_differs},
                      {"text", verification::describe(explanation.found)}};
    if (explanation.found.transcript) object.emplace("transcript", *explanation.found.transcript);
    report.as_object().at("documents").as_array().at(explanation.document).as_object()["deviceAuthExplanation"] =
        std::move(object);
  }
}

}  // namespace mdoc::cli
