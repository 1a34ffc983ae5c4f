#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/levels.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trust_list_file.hpp"
#include "cli/vical.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/trust/list_difference.hpp"

namespace mdoc::cli {
namespace {

using trust::EntryChange;
using trust::ListDifference;
using trust::ListMember;

struct VicalDiffArguments {
  std::string before, after;
  Level level = Level::interop;
  bool exit_code = false;
};

ListDifference compare_files(const TrustListFile& before, const TrustListFile& after) {
  const auto* old_rical = std::get_if<trust::SignedRical>(&before.list());
  const auto* new_rical = std::get_if<trust::SignedRical>(&after.list());
  if (old_rical != nullptr && new_rical != nullptr) {
    return trust::compare(old_rical->unverified(), new_rical->unverified());
  }
  const auto* old_vical = std::get_if<trust::SignedVical>(&before.list());
  const auto* new_vical = std::get_if<trust::SignedVical>(&after.list());
  if (old_vical != nullptr && new_vical != nullptr) {
    return trust::compare(old_vical->unverified(), new_vical->unverified());
  }
  throw Failure(ExitCode::usage, fmt::format("{} is a {} and {} is a {}: there is nothing to compare", before.name(),
                                             name(before.kind()), after.name(), name(after.kind())));
}

std::optional<std::string> time_text(const std::optional<UtcSeconds>& time) {
  return time ? std::optional(to_rfc3339(*time)) : std::nullopt;
}

/// Nothing: the list has no such member, or it is none that fits a line.
std::optional<std::string> member_text(const TrustListFile& file, ListMember member) {
  const trust::ListProvenance provenance = file.provenance();
  switch (member) {
    case ListMember::version: return file.version();
    case ListMember::provider: return provenance.provider;
    case ListMember::type: return provenance.type;
    case ListMember::date: return to_rfc3339(provenance.date);
    case ListMember::next_update: return time_text(provenance.next_update);
    case ListMember::not_after: return time_text(provenance.not_after);
    case ListMember::issue_id:
      return provenance.issue_id ? std::optional(std::to_string(*provenance.issue_id)) : std::nullopt;
    case ListMember::url: return file.url();
    case ListMember::extensions:
    case ListMember::others: break;
  }
  return std::nullopt;
}

// ---- for people ---------------------------------------------------------------------------------

void print_added(const std::string& text) { print_line(styled(Tone::good, "+" + json::printable(text))); }
void print_removed(const std::string& text) { print_line(styled(Tone::bad, "-" + json::printable(text))); }

std::string entry_text(const TrustListFile& file, std::size_t index) {
  std::string text = subject_of(file.entry(index));
  if (const auto* vical = std::get_if<trust::SignedVical>(&file.list())) {
    std::vector<std::string_view> doc_types;
    for (const DocType& each : vical->unverified().certificate_infos[index].doc_types) doc_types.push_back(each.str());
    text += fmt::format(" [{}]", fmt::join(doc_types, ", "));
  }
  if (const auto& certificate = file.entry(index).certificate) {
    text += " until " + to_rfc3339(certificate->not_after()).substr(0, 10);
  }
  return text;
}

void print_change(const TrustListFile& before, const TrustListFile& after, const EntryChange& change) {
  print_line(styled(Tone::warning, "~" + json::printable(subject_of(after.entry(change.after)))));
  if (change.renewed) {
    print_removed("  certificate " + entry_text(before, change.before));
    print_added("  certificate " + entry_text(after, change.after));
  }
  for (const DocType& doc_type : change.doc_types_removed) print_removed("  docType " + doc_type.str());
  for (const DocType& doc_type : change.doc_types_added) print_added("  docType " + doc_type.str());
  for (const trust::EntryMember member : change.members) {
    if (member != trust::EntryMember::doc_type) print_line(fmt::format("   {} differs", name(member)));
  }
}

void print_difference(const TrustListFile& before, const TrustListFile& after, const ListDifference& difference) {
  if (difference.empty()) return;
  print_line(styled(Tone::strong, fmt::format("--- {}  {}", json::printable(before.name()),
                                              json::printable(title_of(before.provenance())))));
  print_line(styled(Tone::strong, fmt::format("+++ {}  {}", json::printable(after.name()),
                                              json::printable(title_of(after.provenance())))));
  for (const ListMember member : difference.header) {
    const auto old_text = member_text(before, member);
    const auto new_text = member_text(after, member);
    if (old_text) print_removed(fmt::format("{} {}", name(member), *old_text));
    if (new_text) print_added(fmt::format("{} {}", name(member), *new_text));
    if (!old_text && !new_text) print_line(fmt::format(" {} differs", name(member)));
  }
  for (const std::size_t index : difference.removed) print_removed("entry " + entry_text(before, index));
  for (const std::size_t index : difference.added) print_added("entry " + entry_text(after, index));
  for (const EntryChange& change : difference.changed) print_change(before, after, change);
  print_line(fmt::format("entries: {} added, {} removed, {} changed", difference.added.size(),
                         difference.removed.size(), difference.changed.size()));
}

// ---- for machines -------------------------------------------------------------------------------

boost::json::array doc_types_json(const std::vector<DocType>& doc_types) {
  boost::json::array list;
  for (const DocType& doc_type : doc_types) list.push_back(boost::json::string(doc_type.str()));
  return list;
}

boost::json::array entries_json(const TrustListFile& file, const std::vector<std::size_t>& indexes) {
  boost::json::array list;
  for (const std::size_t index : indexes) list.push_back(entry_json(file, index));
  return list;
}

boost::json::object change_json(const TrustListFile& before, const TrustListFile& after, const EntryChange& change) {
  boost::json::array members;
  for (const trust::EntryMember member : change.members) members.push_back(boost::json::string(name(member)));
  return {{"subject", subject_of(after.entry(change.after))},
          {"old", entry_json(before, change.before)},
          {"new", entry_json(after, change.after)},
          {"renewed", change.renewed},
          {"members", std::move(members)},
          {"docTypesAdded", doc_types_json(change.doc_types_added)},
          {"docTypesRemoved", doc_types_json(change.doc_types_removed)}};
}

boost::json::object difference_json(const TrustListFile& before, const TrustListFile& after,
                                    const ListDifference& difference) {
  boost::json::array header;
  boost::json::array changed;
  for (const ListMember member : difference.header) {
    boost::json::object row{{"member", name(member)}};
    if (const auto text = member_text(before, member)) row.emplace("old", *text);
    if (const auto text = member_text(after, member)) row.emplace("new", *text);
    header.push_back(std::move(row));
  }
  for (const EntryChange& change : difference.changed) changed.push_back(change_json(before, after, change));
  return {{"kind", name(after.kind())},
          {"different", !difference.empty()},
          {"old", header_json(before)},
          {"new", header_json(after)},
          {"header", std::move(header)},
          {"added", entries_json(after, difference.added)},
          {"removed", entries_json(before, difference.removed)},
          {"changed", std::move(changed)}};
}

void run_vical_diff(const VicalDiffArguments& arguments, Tool& tool) {
  const TrustListFile before = TrustListFile::load(arguments.before, arguments.level);
  const TrustListFile after = TrustListFile::load(arguments.after, arguments.level);
  const ListDifference difference = compare_files(before, after);
  if (arguments.exit_code && !difference.empty()) tool.exit = ExitCode::bad_verdict;
  if (tool.json) return print_json(difference_json(before, after, difference));
  print_difference(before, after, difference);
}

}  // namespace

void add_vical_diff(CLI::App& vical, Tool& tool) {
  const auto arguments = std::make_shared<VicalDiffArguments>();
  CLI::App* command = add_command(vical, tool, "diff", "Show what changed from one issue of a list to another",
                                  "mdoc-cli vical diff old.cbor new.cbor --exit-code");
  command->add_option("old", arguments->before, "Older list: INPUT")->required();
  command->add_option("new", arguments->after, "Newer list of the same kind: INPUT")->required();
  command->add_flag("--exit-code", arguments->exit_code,
                    "End with 1 if there is a difference, with 0 if there is none");
  add_level(*command, arguments->level);
  add_note(*command, "Signatures are not checked here: mdoc-cli vical verify checks them.");
  command->callback([arguments, &tool] { run_vical_diff(*arguments, tool); });
}

}  // namespace mdoc::cli
