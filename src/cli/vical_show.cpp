#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/deviations.hpp"
#include "cli/levels.hpp"
#include "cli/marks.hpp"
#include "cli/output.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/times.hpp"
#include "cli/trust_list_file.hpp"
#include "cli/vical.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

using verification::Outcome;

struct VicalShowArguments {
  std::string list, at;
  Level level = Level::interop;
};

void print_fact(std::string_view name, std::string_view value) {
  print_line(fmt::format("  {:<12} {}", name, json::printable(value)));
}

void print_list_header(const TrustListFile& file) {
  const trust::ListProvenance provenance = file.provenance();
  print_line(styled(Tone::strong, json::printable(title_of(provenance))));
  print_fact("version", file.version());
  if (!provenance.type.empty()) print_fact("type", provenance.type);
  print_fact("date", to_rfc3339(provenance.date));
  if (provenance.next_update) print_fact("next update", to_rfc3339(*provenance.next_update));
  if (provenance.not_after) print_fact("not after", to_rfc3339(*provenance.not_after));
  if (const auto url = file.url()) print_fact("URL", *url);
  const crypto::Certificate& signer = file.x5chain().front();
  print_fact("signer", fmt::format("{}, valid {} to {}", signer.subject().text(), to_rfc3339(signer.not_before()),
                                   to_rfc3339(signer.not_after())));
  print_fact("issued by", signer.issuer().text());
  print_line(styled(Tone::quiet, "  the signature is not checked here: mdoc-cli vical verify checks it"));
}

std::string day_of(UtcSeconds time) { return to_rfc3339(time).substr(0, 10); }

/// "US/US-MD", from the certificate or, where it names none, from the entry.
std::string region_of(const trust::ListedCertificate& listed) {
  std::string country = listed.issuing_country.value_or("");
  std::string state = listed.state_or_province_name.value_or("");
  if (listed.certificate) {
    country = listed.certificate->country().value_or(country);
    state = listed.certificate->state_or_province().value_or(state);
  }
  return state.empty() ? country : country + "/" + state;
}

std::string validity_of(const trust::ListedCertificate& listed) {
  if (!listed.certificate) return "unknown";
  return day_of(listed.certificate->not_before()) + " to " + day_of(listed.certificate->not_after());
}

/// What of an entry stands in the last two columns: what it is trusted for, and as what.
std::vector<std::string> own_cells(const trust::CertificateInfo& info) {
  std::vector<std::string_view> doc_types;
  for (const DocType& doc_type : info.doc_types) doc_types.emplace_back(doc_type.str());
  return {fmt::format("{}", fmt::join(doc_types, ", ")), fmt::format("{}", fmt::join(info.certificate_profile, ", "))};
}

std::vector<std::string> own_cells(const trust::RicalCertificateInfo& info) {
  std::string role = "does not say";
  if (info.is_trust_anchor) role = *info.is_trust_anchor ? "anchor" : "intermediate";
  const std::size_t constraints = info.trust_constraints ? info.trust_constraints->size() : 0;
  return {role, constraints == 0 ? "none" : std::to_string(constraints)};
}

TableRow row_of(const TrustListFile& file, std::size_t index, UtcSeconds now) {
  const trust::ListedCertificate& listed = file.entry(index);
  TableRow row{.mark = mark_of(Outcome::pass), .cells = {std::to_string(index)}};
  const auto note = [&](Outcome outcome, const std::string& text) {
    if (row.notes.empty() || outcome == Outcome::fail) row.mark = mark_of(outcome);
    row.notes.push_back(mark_of(outcome) + " " + marked(outcome, json::printable(text)));
  };
  if (!listed.differing.empty()) {
    std::vector<std::string_view> members;
    for (const trust::EntryMember member : listed.differing) members.push_back(name(member));
    note(Outcome::warn, fmt::format("says otherwise than its certificate: {}", fmt::join(members, ", ")));
  }
  if (listed.certificate && now > listed.certificate->not_after()) note(Outcome::warn, "the certificate has expired");
  if (listed.certificate && now < listed.certificate->not_before())
    note(Outcome::warn, "the certificate is not yet valid");
  for (const trust::EntryFault& fault : file.faults()) {
    if (fault.index == index) note(Outcome::fail, "cannot serve as an anchor: " + in_words(fault.error));
  }
  row.cells.insert(row.cells.end(), {subject_of(listed), region_of(listed), validity_of(listed)});
  const auto add_own = [&](const auto& list) {
    for (std::string& cell : own_cells(list.unverified().certificate_infos[index]))
      row.cells.push_back(std::move(cell));
  };
  std::visit(add_own, file.list());
  return row;
}

void print_entries(const TrustListFile& file, UtcSeconds now) {
  const bool rical = file.kind() == trust::ListKind::rical;
  print_line(fmt::format("{} {}", file.size(), file.size() == 1 ? "entry" : "entries"));
  if (file.size() == 0) return;
  std::vector<TableRow> rows{
      {.cells = {"#", "subject", "country", "validity", rical ? "as" : "docTypes", rical ? "constraints" : "profile"}}};
  for (std::size_t i = 0; i < file.size(); ++i) rows.push_back(row_of(file, i, now));
  print_table(rows);
}

void run_vical_show(const VicalShowArguments& arguments, const Tool& tool) {
  const UtcSeconds now = time_or_now(arguments.at);
  const TrustListFile file = TrustListFile::load(arguments.list, arguments.level);
  if (!tool.json) {
    print_list_header(file);
    print_entries(file, now);
    return print_deviations(file.deviations());
  }
  boost::json::object object = header_json(file);
  object.emplace("verified", false);
  boost::json::array entries;
  for (std::size_t i = 0; i < file.size(); ++i) entries.push_back(entry_json(file, i));
  object.emplace("entries", std::move(entries));
  object.emplace("warnings", deviations_json(file.deviations()));
  print_json(object);
}

}  // namespace

void add_vical_show(CLI::App& vical, Tool& tool) {
  const auto arguments = std::make_shared<VicalShowArguments>();
  CLI::App* command = add_command(vical, tool, "show", "Show what a list says, whoever signed it",
                                  "mdoc-cli vical show list.cbor\n  mdoc-cli vical show list.cbor --json");
  command->add_option("list", arguments->list, "VICAL or RICAL: INPUT")->required();
  command->add_option("--at", arguments->at, "Time at which certificates count as expired, RFC 3339; by default now");
  add_level(*command, arguments->level);
  command->callback([arguments, &tool] { run_vical_show(*arguments, tool); });
}

}  // namespace mdoc::cli
