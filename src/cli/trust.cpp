#include <algorithm>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/levels.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "cli/trust_folder.hpp"
#include "cli/trust_folder_survey.hpp"
#include "cli/trust_import.hpp"
#include "cli/wording.hpp"
#include "mdoc/asio/trust_update.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

namespace net = boost::asio;
namespace bj = boost::json;
using Verdict = TrustItemState::Verdict;

struct TrustCommand {
  std::string folder, out, at;
  std::vector<std::string> files;  // of trust import
  Level level = Level::interop;
  bool private_addresses = false, force = false;
};

std::string age_text(std::chrono::seconds age) {
  using std::chrono::days;
  using std::chrono::hours;
  if (age >= days{2}) return count_text(static_cast<std::size_t>(std::chrono::floor<days>(age).count()), "day");
  if (age >= hours{2}) return count_text(static_cast<std::size_t>(std::chrono::floor<hours>(age).count()), "hour");
  return count_text(static_cast<std::size_t>(std::chrono::floor<std::chrono::minutes>(age).count()), "minute");
}

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::current: return Tone::good;
    case Verdict::due: return Tone::warning;
    case Verdict::expired:
    case Verdict::dormant:
    case Verdict::missing: break;
  }
  return Tone::bad;
}

/// Of which the age is that of the issue, not of the copy here.
bool is_list_of_anchors(trust::BundleKind kind) {
  return kind == trust::BundleKind::vical || kind == trust::BundleKind::rical ||
         kind == trust::BundleKind::trusted_entities;
}

std::string line_of(const TrustItemState& state) {
  std::string line =
      fmt::format("{} {:<16} {}", styled(tone_of(state.verdict), fmt::format("{:<8}", name(state.verdict))),
                  trust::name(state.kind), json::printable(state.name));
  const auto add = [&line](const std::string& part) { line += ", " + part; };
  const bool is_here = state.verdict != Verdict::missing && state.verdict != Verdict::dormant;
  if (is_here) add(fmt::format("{} {}", state.entries, state.entries == 1 ? "entry" : "entries"));
  if (state.issued) add("issued " + to_rfc3339(*state.issued));
  if (state.age) add((is_list_of_anchors(state.kind) ? "" : "received ") + age_text(*state.age) + " ago");
  if (state.next_update) add("next " + to_rfc3339(*state.next_update));
  if (state.ends) add("ends " + to_rfc3339(*state.ends));
  if (state.last_error) add((is_here ? "last fetch: " : "") + in_words(*state.last_error));
  return line;
}

void print_states(const std::vector<TrustItemState>& states) {
  for (const TrustItemState& state : states) print_line(line_of(state));
  if (!states.empty()) return;
  print_line("Nothing was received yet: mdoc-cli trust update fetches what feeds.json names, trust import takes files");
}

bj::array states_json(const std::vector<TrustItemState>& states) {
  bj::array list;
  for (const TrustItemState& state : states) {
    bj::object object{{"kind", trust::name(state.kind)},
                      {"name", state.name},
                      {"verdict", name(state.verdict)},
                      {"entries", state.entries}};
    if (state.issued) object.emplace("issued", to_rfc3339(*state.issued));
    if (state.next_update) object.emplace("nextUpdate", to_rfc3339(*state.next_update));
    if (state.ends) object.emplace("ends", to_rfc3339(*state.ends));
    if (state.age) object.emplace("ageSeconds", state.age->count());
    if (state.last_error) object.emplace("error", in_words(*state.last_error));
    list.push_back(std::move(object));
  }
  return list;
}

bool is_usable(const TrustItemState& state) {
  return state.verdict == Verdict::current || state.verdict == Verdict::due;
}

std::vector<asio::TrustUpdate> fetch_some(TrustFolder& folder, const asio::TrustUpdateOptions& options) {
  net::io_context context;
  std::vector<asio::TrustUpdate> updates;
  std::exception_ptr failure;
  net::co_spawn(context, asio::update(folder.keeper(), options),
                [&](std::exception_ptr thrown, std::vector<asio::TrustUpdate> made) {
                  failure = std::move(thrown);
                  updates = std::move(made);
                });
  context.run();
  if (failure) std::rethrow_exception(failure);
  return updates;
}

/// Why a fetch failed, and what to do where that is not plain.
std::string describe_failure(const asio::TrustUpdate& update, bool private_addresses) {
  const bool by_policy = update.result.error().code == Errc::refused && !private_addresses;
  return in_words(update.result.error()) +
         (by_policy ? "; with --private-addresses it may also fetch from this machine and from private networks" : "");
}

/// What came is kept every now and then, however long the rest takes. What arrives may show that more is to be fetched;
/// nothing is fetched twice.
std::vector<asio::TrustUpdate> run_update(TrustFolder& folder, bool private_addresses, UtcSeconds now) {
  constexpr std::size_t most = 4096;
  asio::TrustUpdateOptions options{.max_rounds = 1, .max_fetches = 32};
  options.fetch.tls_anchors = folder.tls_anchors();
  options.fetch.allow = private_addresses ? asio::any_address : asio::only_public_addresses;
  std::vector<asio::TrustUpdate> all;
  while (all.size() < most) {
    auto updates = fetch_some(folder, options);
    if (updates.empty()) break;
    folder.save(now);
    std::ranges::move(updates, std::back_inserter(all));
  }
  if (all.empty()) folder.save(now);
  return all;
}

void run_trust_update(const TrustCommand& command, Tool& tool) {
  const UtcSeconds now = system_now().utc;
  TrustFolder folder(command.folder, command.level, now);
  if (command.force) folder.keeper().hurry();
  const std::vector<asio::TrustUpdate> updates = run_update(folder, command.private_addresses, now);
  for (const asio::TrustUpdate& update : updates) {
    if (update.result || update.result.error().code == Errc::superseded) continue;
    const bool transport = update.result.error().kind() == ErrorKind::transport;
    if (tool.exit != ExitCode::transport) tool.exit = transport ? ExitCode::transport : ExitCode::bad_verdict;
  }
  const std::vector<TrustItemState> states = folder.keeper().state(now);
  if (tool.json) {
    bj::array fetches;
    for (const asio::TrustUpdate& update : updates) {
      bj::object object{{"url", update.url}, {"taken", update.result.has_value()}};
      if (!update.result) object.emplace("error", in_words(update.result.error()));
      fetches.push_back(std::move(object));
    }
    return print_json(bj::object{{"fetches", std::move(fetches)}, {"items", states_json(states)}});
  }
  if (updates.empty()) print_line("Nothing is due: feeds.json and what documents missed name no more.");
  for (const asio::TrustUpdate& update : updates) {
    print_line(fmt::format("{} {}{}", update.result ? styled(Tone::good, "fetched") : styled(Tone::bad, "failed "),
                           json::printable(update.url),
                           update.result ? "" : ": " + describe_failure(update, command.private_addresses)));
  }
  print_states(states);
}

void run_trust_export(const TrustCommand& command, Tool& tool) {
  const UtcSeconds now = system_now().utc;
  TrustFolder folder(command.folder, command.level, now);
  const trust::TrustBundle bundle = folder.keeper().bundle(now);
  const Bytes encoded = trust::encode(bundle);
  if (tool.json) {
    write_beside_json({.file = command.out}, encoded);
    return print_json(
        bj::object{{"bundle", command.out}, {"items", bundle.items.size()}, {"wanted", bundle.wanted.size()}});
  }
  write_binary({.file = command.out}, encoded);
  if (command.out == "-") return;
  print_line(fmt::format("{} carried; {} to be kept up to date from their addresses",
                         count_text(bundle.items.size(), "list"), count_text(bundle.wanted.size(), "source")));
}

Tone tone_of(ImportedItem::Outcome outcome) {
  switch (outcome) {
    case ImportedItem::Outcome::taken: return Tone::good;
    case ImportedItem::Outcome::known:
    case ImportedItem::Outcome::older: return Tone::quiet;
    case ImportedItem::Outcome::refused: break;
  }
  return Tone::bad;
}

void print_imported(const ImportedItem& item) {
  std::string line =
      fmt::format("{} {:<16} {}", styled(tone_of(item.outcome), fmt::format("{:<8}", name(item.outcome))), item.kind,
                  json::printable(item.title.empty() ? item.file : item.title));
  if (item.outcome == ImportedItem::Outcome::refused) line += ": " + item.error;
  if (item.outcome == ImportedItem::Outcome::older) line += ": a newer one is here";
  print_line(line);
}

void run_trust_import(const TrustCommand& command, Tool& tool) {
  const UtcSeconds now = time_or_now(command.at);
  TrustFolder folder(command.folder, command.level, now);
  const std::vector<ImportedItem> items = import_files(folder, command.files, now);
  folder.save(now);
  const auto count = [&](ImportedItem::Outcome outcome) {
    return std::ranges::count(items, outcome, &ImportedItem::outcome);
  };
  const auto taken = count(ImportedItem::Outcome::taken);
  const auto known = count(ImportedItem::Outcome::known) + count(ImportedItem::Outcome::older);
  const auto refused = count(ImportedItem::Outcome::refused);
  if (refused != 0) tool.exit = ExitCode::bad_verdict;
  const std::vector<TrustItemState> states = folder.keeper().state(now);
  if (tool.json) {
    return print_json(bj::object{{"taken", taken},
                                 {"known", known},
                                 {"refused", refused},
                                 {"imported", to_json(items)},
                                 {"items", states_json(states)}});
  }
  for (const ImportedItem& item : items) print_imported(item);
  print_line(fmt::format("{} taken, {} known already, {} refused. The folder now has:", taken, known, refused));
  print_states(states);
}

void run_trust_status(const TrustCommand& command, Tool& tool) {
  const UtcSeconds now = time_or_now(command.at);
  TrustFolder folder(command.folder, command.level, now);
  const FolderSurvey survey(command.folder, now);
  const std::vector<TrustItemState> states = folder.keeper().state(now);
  if (!std::ranges::all_of(states, is_usable) || !survey.all_usable()) tool.exit = ExitCode::bad_verdict;
  if (tool.json) {
    bj::object object{{"items", states_json(states)}};
    survey.add_to(object);
    return print_json(object);
  }
  survey.print();
  print_states(states);
}

void run_trust_forget(const TrustCommand& command, Tool& tool) {
  const UtcSeconds now = system_now().utc;
  TrustFolder folder(command.folder, command.level, now);
  const std::size_t count = folder.forget_dormant(now);
  if (tool.json)
    return print_json(bj::object{{"forgotten", count}, {"items", states_json(folder.keeper().state(now))}});
  print_line(fmt::format("{} forgotten", count_text(count, "list")));
}

void add_folder(CLI::App& command, TrustCommand& arguments) {
  command.add_option("--store", arguments.folder, "Folder with issuers/, readers/, list-signers/, tls/ and feeds.json")
      ->required();
  add_level(command, arguments.level);
}

}  // namespace

void add_trust(CLI::App& app, Tool& tool) {
  CLI::App* trust = add_command(app, tool, "trust", "Keep lists of anchors and revocation lists of a terminal",
                                "mdoc-cli trust update --store /var/lib/terminal/trust");
  trust->require_subcommand(1);
  const auto arguments = std::make_shared<TrustCommand>();

  CLI::App* update = add_command(*trust, tool, "update", "Fetch what is due, verify it and keep it",
                                 "mdoc-cli trust update --store trust");
  add_folder(*update, *arguments);
  update->add_flag("--force", arguments->force, "Fetch everything, whatever its age");
  update->add_flag("--private-addresses", arguments->private_addresses,
                   "Also fetch from this machine and from private networks: URLs may come out of documents");
  update->callback([arguments, &tool] { run_trust_update(*arguments, tool); });

  CLI::App* save = add_command(*trust, tool, "export", "Write everything that was received into one file",
                               "mdoc-cli trust export --store trust --out terminal.bundle");
  add_folder(*save, *arguments);
  save->add_option("--out", arguments->out, "File for the bundle")->required();
  save->callback([arguments, &tool] { run_trust_export(*arguments, tool); });

  CLI::App* take = add_command(*trust, tool, "import", "Verify a bundle or a list, and keep what is good and newer",
                               "mdoc-cli trust import terminal.bundle --store trust\n"
                               "  mdoc-cli trust import vical.cbor issuer.crl --store trust");
  take->add_option("files", arguments->files,
                   "Bundle of trust export, VICAL, RICAL, list of trusted entities, CRL or list token: INPUT…")
      ->required();
  add_folder(*take, *arguments);
  take->add_option("--at", arguments->at, "Time of the judgement, RFC 3339; by default now");
  take->callback([arguments, &tool] { run_trust_import(*arguments, tool); });

  CLI::App* forget = add_command(*trust, tool, "forget", "Drop what was received and nobody here vouches for any more",
                                 "mdoc-cli trust forget --store trust");
  add_folder(*forget, *arguments);
  add_note(*forget,
           "For providers that are no longer trusted: until then their lists are kept, as dormant, so that no "
           "earlier issue can take their place once their certificate is back in list-signers/.");
  forget->callback([arguments, &tool] { run_trust_forget(*arguments, tool); });

  CLI::App* status = add_command(*trust, tool, "status", "Show what trust rests on, and how old it is",
                                 "mdoc-cli trust status --store trust");
  add_folder(*status, *arguments);
  status->add_option("--at", arguments->at, "Time of the judgement, RFC 3339; by default now");
  add_note(
      *status,
      "Exits with 1 where something is missing or of no use; what is due is in use all the same, with a warning, and "
      "does not satisfy --revocation hard.");
  status->callback([arguments, &tool] { run_trust_status(*arguments, tool); });
}

}  // namespace mdoc::cli
