#include "cli/deviations.hpp"

#include <string>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/wording.hpp"
#include "mdoc/core/rules.hpp"

namespace mdoc::cli {

void print_deviations(const cbor::DeviationLog& deviations) {
  if (deviations.empty()) return;
  print_line(say(json::Phrase::deviations_let_through));
  for (const cbor::Deviation& deviation : deviations.entries()) {
    const RuleInfo& rule = info(deviation.rule);
    const std::string place = deviation.offset == Error::no_offset ? "" : fmt::format(", byte {}", deviation.offset);
    print_line(fmt::format(
        "  {} {:<27} {:<9} {}{}", styled(Tone::warning, "!"), rule.id, rule.clause,
        say(json::Phrase::rule_at, {{"rule", wording().of(deviation.rule)}, {"where", deviation.where.text()}}),
        place));
  }
  if (deviations.dropped() > 0) print_line(fmt::format("  … and {} more", deviations.dropped()));
}

boost::json::array deviations_json(const cbor::DeviationLog& deviations) {
  boost::json::array list;
  for (const cbor::Deviation& deviation : deviations.entries()) {
    const RuleInfo& rule = info(deviation.rule);
    boost::json::object object{{"rule", rule.id},
                               {"where", deviation.where.text()},
                               {"offset", nullptr},
                               {"what", wording().of(deviation.rule)}};
    if (deviation.offset != Error::no_offset) object["offset"] = deviation.offset;
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace mdoc::cli
