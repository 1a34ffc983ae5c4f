// The report about a response of any bytes, or about an altered one: JSON that says what the report says, and sentences
// that are safe on a terminal, as is any bytes' printable form.

#include <array>
#include <cstdint>

#include "fuzz/altered_response.hpp"
#include "fuzz/json_checks.hpp"
#include "mdoc/json/report.hpp"
#include "mdoc/json/sentences.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

const std::array<json::Wording, 3>& wordings() {
  using namespace mdoc::json;  // NOLINT(google-build-using-namespace)
  static const std::array all{Wording(), Wording(TextCatalogue::english(), Register::clerk),
                              Wording(*TextCatalogue::built_in("de"))};
  return all;
}

void check_findings(const fuzz::bj::value& shown, const std::vector<verification::Finding>& findings) {
  require(shown.as_array().size() == findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const fuzz::bj::object& check = shown.as_array()[i].as_object();
    require(std::string_view(check.at("id").as_string()) == info(findings[i].check).id);
    require(std::string_view(check.at("outcome").as_string()) == verification::name(findings[i].outcome));
    for (const json::Wording& wording : wordings()) {
      fuzz::require_printable(fuzz::without_isolates(json::explain(findings[i], wording)));
    }
    fuzz::require_printable(fuzz::without_isolates(std::string_view(check.at("detail").as_string())));
  }
}

void check_report(const verification::VerificationOutcome& outcome) {
  const auto shown = fuzz::parsed(json::to_json(outcome));
  const verification::Report& report = outcome.report;
  require(shown.at("valid") == report.valid);
  check_findings(shown.at("checks"), report.findings);
  const auto& documents = shown.at("documents").as_array();
  require(documents.size() == report.documents.size());
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const fuzz::bj::object& document = documents[i].as_object();
    require(document.at("valid") == report.documents[i].valid);
    check_findings(document.at("checks"), report.documents[i].findings);
    // Elements are shown of documents that passed alone.
    const bool released = std::ranges::any_of(outcome.documents, [i](const auto& each) { return each.index() == i; });
    require(document.contains("issuerSigned") == released && document.contains("deviceSigned") == released);
    require(!released || report.documents[i].valid);
  }
}

/// Escapes what is unsafe, and nothing else.
void check_printable(std::string_view text) {
  const std::string shown = json::printable(text);
  fuzz::require_printable(shown);
  require(json::printable(shown) == shown);
  require(shown.size() >= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Verifier verifier;
  if (size == 0 || size > 16384) return 0;
  check_printable(as_text({data, size}));
  const Bytes response = fuzz::response_of({data, size}, verifier.good);
  if (const auto outcome = verifier.judge(response, Level::lenient)) check_report(*outcome);
  return 0;
}
