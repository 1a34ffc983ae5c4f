#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>

#include "cli/bearers.hpp"
#include "cli/consent_prompt.hpp"
#include "cli/credentials.hpp"
#include "cli/failure.hpp"
#include "cli/interruption.hpp"
#include "cli/log_options.hpp"
#include "cli/output.hpp"
#include "cli/profile_options.hpp"
#include "cli/qr.hpp"
#include "cli/randomness.hpp"
#include "cli/reader_trust.hpp"
#include "cli/requested.hpp"
#include "cli/terminal.hpp"
#include "cli/timeline.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "cli/unreleased.hpp"
#include "cli/wording.hpp"
#include "core/ascii.hpp"
#include "mdoc/asio/serve.hpp"
#include "mdoc/json/sentences.hpp"
#include "profile/single_use.hpp"

namespace mdoc::cli {
namespace {

namespace net = boost::asio;
namespace bj = boost::json;
using json::Phrase;
using presentation::Consent;

struct HolderArguments {
  std::vector<std::string> credentials, allow;
  std::string key, device_auth = "mac";
  unsigned rounds = HolderOptions{}.max_rounds;
  unsigned wait = 24 * 60 * 60;  // people read the code, aim and connect in their own time
  bool once = false, ascii = false, ask = false, second_edition = false;
  BearerArguments bearer;
  ReaderTrustArguments reader_trust;
  ProfileArguments profiles;
  LogArguments log;
};

using HolderRecording = Recording<HolderRecorder>;

/// What became of the elements of one request that could have been released.
struct RoundReport {
  unsigned round = 0;
  std::vector<std::string> released, withheld;
};

/// What one presentation came to, for the line that reports it.
struct Presentation {
  Timeline timeline;
  std::vector<RoundReport> answered;  ///< the rounds in which somebody decided
  std::vector<std::string> released;  ///< in one round or another, each once
  std::vector<Unreleased> unreleased;
  std::optional<presentation::RequestReaders> readers;  ///< of the last round
  unsigned rounds = 0;
  std::set<std::string> shown_once;  ///< credentials that left, though their profile has each shown to one reader
  std::vector<std::string> again;    ///< of these, those that an earlier reader has seen
};

Holder make_holder(const HolderArguments& arguments, const Wallet& wallet, const ReaderGround& ground,
                   const Profiles& profiles, std::span<const engagement::RetrievalMethod> methods) {
  const auto method = arguments.device_auth == "signature" ? presentation::DeviceAuthMethod::signature
                                                           : presentation::DeviceAuthMethod::mac;
  return require(Holder::create(wallet.credentials, methods, randomness(), system_now(),
                                {.level = ground.level(),
                                 .device_auth = method,
                                 .holder_authentication = presentation::HolderAuthenticationMode::none,
                                 .reader_trust = ground.store(),
                                 .revocation = ground.revocation(),
                                 .revocation_policy = ground.policy(),
                                 .engagement = {.capabilities = {.reader_auth_all = arguments.second_edition,
                                                                 .extended_request = arguments.second_edition}},
                                 .establishment_timeout = std::chrono::seconds{arguments.wait},
                                 .max_rounds = arguments.rounds,
                                 .profiles = profiles.all(),
                                 .constants = profiles.constants()}),
                 "cannot start a presentation");
}

void announce(const HolderArguments& arguments, const Holder& holder, const HolderBearer& bearer,
              const std::string& sample, const Tool& tool) {
  const std::string endpoint = bearer.endpoint();
  const BearerReport report = bearer.report();
  if (tool.json) {
    bj::object line{{"engagement", holder.qr_code()}};
    if (!endpoint.empty()) line.emplace("endpoint", endpoint);
    line.emplace("bearer", report.name);
    return print_json(line);
  }
  print_line(draw_qr_code(holder.qr_code(), arguments.ascii));
  print_line(holder.qr_code());
  print_line(endpoint.empty() ? say(Phrase::waiting, {{"bearer", report.name}})
                              : say(Phrase::waiting_at, {{"endpoint", endpoint}, {"bearer", report.name}}));
  const char* const profile = arguments.profiles.names.empty() ? "" : " --profile …";
  const std::string connect = endpoint.empty() ? "" : " --connect " + endpoint;
  print_line(fmt::format("  mdoc-cli reader \"{}\"{} {} --trust …{}", holder.qr_code(), connect, sample, profile));
}

/// Whatever the issuer called it, it may be pasted into a shell.
bool is_plain(const std::string& text) {
  constexpr std::string_view punctuation = "._-";
  return !text.empty() && text.front() != '-' && std::ranges::all_of(text, [punctuation](char c) {
    return is_letter_or_digit(c) || punctuation.find(c) != std::string_view::npos;
  });
}

/// What a reader could ask for: one element of the first credential, text before anything else.
std::string sample_request(const Wallet& wallet) {
  const presentation::Credential& credential = wallet.credentials.front();
  std::string element;
  for (const auto& [name_space, items] : credential.issuer_signed().name_spaces) {
    for (const auto& item : items) {
      if (!is_plain(name_space.str()) || !is_plain(item->element_identifier.str())) continue;
      const bool is_text = item->element_value.as_text().has_value();
      if (element.empty() || is_text) element = name_space.str() + "/" + item->element_identifier.str();
      if (is_text) break;
    }
    if (!element.empty()) break;
  }
  const std::string doc_type = credential.doc_type().str();
  return "--doc-type " + (is_plain(doc_type) ? doc_type : "…") + " --element " + (element.empty() ? "…" : element);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (!has(names, name)) names.push_back(name);
}

std::string name_of(const presentation::ElementOption& element) {
  return element.released.name_space.str() + "/" + element.released.element.str();
}

/// What left the device of what was agreed to.
std::vector<std::string> released_of(const Consent& agreed, const ResponseSent& sent) {
  std::vector<std::string> released;
  if (sent.outcome != ResponseOutcome::released) return released;
  for (const auto& document : agreed.documents()) {
    const bool lost = std::ranges::any_of(sent.lost, [&document](const presentation::LostDocument& each) {
      return each.doc_request == document.doc_request && each.credential_id == document.credential_id;
    });
    if (lost) continue;
    for (const auto& element : document.elements) add_once(released, name_of(element));
  }
  return released;
}

/// Notes what left of what could have, and what did not, for whatever reason.
void note_answer(Presentation& presentation, const presentation::RequestMatch& offered, const Consent& agreed,
                 const ResponseSent& sent) {
  RoundReport& report = presentation.answered.emplace_back(
      RoundReport{.round = sent.round, .released = released_of(agreed, sent), .withheld = {}});
  for (const std::string& element : report.released) add_once(presentation.released, element);
  const Consent all = Consent::to_all(offered);
  for (const auto& document : all.documents()) {
    for (const auto& element : document.elements) {
      if (!has(report.released, name_of(element))) add_once(report.withheld, name_of(element));
    }
  }
}

/// Notes the credentials that are for one reader alone (P14).
void note_single_use(Presentation& presentation, const Consent& agreed, const ResponseSent& sent,
                     std::span<const profile::DocTypeProfile> profiles) {
  if (sent.outcome != ResponseOutcome::released) return;
  for (const auto& document : agreed.documents()) {
    if (profile::is_single_use(profiles, document.doc_type.str()))
      presentation.shown_once.insert(document.credential_id);
  }
}

/// Why nothing was sent of what was agreed to; empty: it was.
Told kept_back(const ResponseSent& sent) {
  switch (sent.outcome) {
    case ResponseOutcome::released:
    case ResponseOutcome::nothing: return {};
    case ResponseOutcome::not_authenticated: return told(Phrase::unreleased_holder);
    case ResponseOutcome::key_denied: {
      const bool unprovable = sent.reason && sent.reason->code == Errc::wrong_key_use;
      return told(unprovable ? Phrase::unreleased_device_auth : Phrase::unreleased_key_denied);
    }
    case ResponseOutcome::failed: break;
  }
  if (!sent.reason) return told(Phrase::unreleased_failed);
  if (sent.reason->code == Errc::too_large) return told(Phrase::unreleased_too_long);  // status 10 (10.2.4)
  if (sent.reason->code == Errc::wrong_key_use) return told(Phrase::unreleased_wrong_proof);
  return told([&sent](const json::Wording& words) {
    return words.say(Phrase::unreleased_failed_by, {{"error", json::explain(*sent.reason, words)}});
  });
}

/// Rounds of one session repeat each other: what is known is not noted again.
void note_unreleased(Presentation& presentation, std::vector<Unreleased> found) {
  for (Unreleased& each : found) {
    if (std::ranges::find(presentation.unreleased, each) != presentation.unreleased.end()) continue;
    presentation.unreleased.push_back(std::move(each));
  }
}

bj::array texts_json(const std::vector<std::string>& texts) { return bj::array(texts.begin(), texts.end()); }

bj::array to_json(const std::vector<RoundReport>& answered) {
  bj::array list;
  for (const RoundReport& each : answered) {
    list.push_back(bj::object{
        {"round", each.round}, {"released", texts_json(each.released)}, {"withheld", texts_json(each.withheld)}});
  }
  return list;
}

void print_withheld(const Presentation& presentation) {
  for (const RoundReport& each : presentation.answered) {
    if (each.withheld.empty()) continue;
    print_line(presentation.rounds == 1 ? say(Phrase::kept_back)
                                        : say(Phrase::kept_back_in, {{"round", std::to_string(each.round)}}));
    for (const std::string& element : each.withheld) print_line("  " + json::printable(element));
  }
}

void report(const Presentation& presentation, const BearerReport& bearer, const Result<void>& ended, const Tool& tool) {
  print_unreleased(presentation.unreleased);
  for (const std::string& each : presentation.again) {
    print_warning(json::printable(each) +
                  " was shown before, and its profile has each credential shown once: two readers "
                  "can now tell that they met the same holder; a wallet takes another one");
  }
  if (tool.json) {
    bj::object object{{"bearer", bearer.name},
                      {"rounds", presentation.rounds},
                      {"released", texts_json(presentation.released)},
                      {"byRound", to_json(presentation.answered)},
                      {"notReleased", to_json(presentation.unreleased)},
                      {"phases", presentation.timeline.to_json()}};
    add_bearer(object, bearer);
    if (!presentation.again.empty()) object.emplace("shownAgain", texts_json(presentation.again));
    if (presentation.readers) object.emplace("readerAuthentication", readers_json(*presentation.readers));
    if (!ended) object.emplace("error", in_words(ended.error()));
    return print_json(bj::object{{"presentation", std::move(object)}});
  }
  if (!ended) print_warning(say(Phrase::presentation_ended, {{"error", in_words(ended.error())}}));
  if (presentation.readers) {
    for (const std::string& line : describe_readers(*presentation.readers)) print_line(line);
  }
  print_line(presentation.released.empty() ? say(Phrase::nothing_released)
             : presentation.rounds == 1    ? say(Phrase::released)
                                        : say(Phrase::released_in, {{"rounds", std::to_string(presentation.rounds)}}));
  for (const std::string& element : presentation.released) print_line("  " + json::printable(element));
  print_withheld(presentation);
  print_bearer(bearer);
  presentation.timeline.print();
}

/// What was decided about the request that is being answered.
struct Decided {
  ConsentNeeded needed;
  ConsentRules rules;
  Consent agreed;
  Told kept_back{};  ///< why nothing of it is to be sent; empty: all is
};

/// What serves one presentation after the other.
struct Station {
  HolderBearer& bearer;
  asio::KeyWorker keys;
  ConsentPrompt prompt;
  std::set<std::string> shown_once{};  ///< by earlier presentations
};

/// Serves one presentation. @return how it ended
net::awaitable<Result<void>> serve_one(const HolderArguments& arguments, const Wallet& wallet, const Profiles& profiles,
                                       Holder holder, asio::LinkOpener open, Station& station,
                                       Presentation& presentation, HolderRecording& recording) {
  std::optional<Decided> decided;
  const asio::ConsentHandler consent = [&](const ConsentNeeded& needed) -> net::awaitable<std::optional<Consent>> {
    recording.on(needed);
    presentation.rounds = needed.round;
    presentation.readers = needed.readers;
    const ConsentRules rules{.allow = arguments.allow, .trusted_readers = arguments.reader_trust.require_trusted};
    const Approval allowed = approval(rules, needed.readers);
    auto agreed = Consent::to(needed.options, allowed);
    if (arguments.ask) {
      agreed = (co_await station.prompt.ask(needed, allowed)).value_or(Consent::to_nothing(needed.options));
    }
    const bool recorded = recording.can_be_written();
    auto given = recorded ? agreed : Consent::to_nothing(needed.options);
    recording.on(given);
    decided.emplace(Decided{.needed = needed,
                            .rules = rules,
                            .agreed = std::move(agreed),
                            .kept_back = recorded ? Told{} : told(Phrase::unreleased_unrecorded)});
    co_return given;
  };
  asio::ServeOptions options;
  options.on_event = [&](const Event& event) {
    recording.on(event);
    presentation.timeline.add(event);
  };
  options.on_response = [&](const ResponseSent& sent) {
    recording.on(sent);
    if (!decided || decided->needed.round != sent.round) return;  // of a request that nobody was asked about
    note_answer(presentation, decided->needed.options, decided->agreed, sent);
    note_single_use(presentation, decided->agreed, sent, profiles.all());
    note_unreleased(presentation, find_unreleased(decided->needed.options,
                                                  {.consent = decided->agreed,
                                                   .rules = decided->rules,
                                                   .asked = arguments.ask,
                                                   .kept_back = decided->kept_back.people.empty() ? kept_back(sent)
                                                                                                  : decided->kept_back,
                                                   .readers = decided->needed.readers,
                                                   .credentials = wallet.credentials,
                                                   .now = system_now().utc,
                                                   .profiles = profiles.all()}));
  };
  co_return co_await asio::serve(std::move(open), std::move(holder), station.keys, consent, options);
}

net::awaitable<ExitCode> serve_all(const HolderArguments& arguments, const Wallet& wallet, const Profiles& profiles,
                                   HolderBearer& bearer, HolderRecording& recording, const Tool& tool) {
  const auto executor = co_await net::this_coro::executor;
  Station station{
      .bearer = bearer, .keys = asio::KeyWorker(wallet.keys), .prompt = ConsentPrompt(executor, profiles.all())};
  for (;;) {
    // Anew for each: what mdoc-cli trust has brought into the folder since then counts.
    ReaderGround ground(arguments.reader_trust, system_now().utc);
    recording.begin();
    const auto methods = co_await station.bearer.prepare();
    Holder holder = make_holder(arguments, wallet, ground, profiles, methods);
    asio::LinkOpener open = co_await station.bearer.open(holder);
    announce(arguments, holder, station.bearer, sample_request(wallet), tool);
    Presentation presentation;
    const auto ended = co_await serve_one(arguments, wallet, profiles, std::move(holder), std::move(open), station,
                                          presentation, recording);
    if (station.bearer.is_closed()) co_return ExitCode::done;  // interrupted
    for (const std::string& each : presentation.shown_once) {
      if (!station.shown_once.insert(each).second) presentation.again.push_back(each);
    }
    const std::optional<Failure> unrecorded = recording.end(ended);
    if (presentation.readers) ground.conclude(*presentation.readers);
    report(presentation, station.bearer.report(), ended, tool);
    if (unrecorded) throw *unrecorded;
    // Where the listener itself fails, the next presentation would fail at once as well, without end.
    const bool listener_failed = !ended && ended.error().code == Errc::connect_failed;
    if (arguments.once || listener_failed) co_return ended ? ExitCode::done : exit_code(ended.error());
  }
}

ExitCode run_holder(const HolderArguments& arguments, const Tool& tool) {
  const Wallet wallet = load_wallet(arguments.credentials, arguments.key);
  const Profiles profiles(arguments.profiles);
  HolderRecording recording(arguments.log);
  net::io_context context;
  auto bearer = make_holder_bearer(context.get_executor(), arguments.bearer, profiles.constants());
  auto work = serve_all(arguments, wallet, profiles, *bearer, recording, tool);
  const auto ended = run_until_interrupted(context, std::move(work), std::move(bearer));
  if (ended) return *ended;
  recording.interrupt();  // what was released before must not be missing
  return ExitCode::done;
}

}  // namespace

void add_holder(CLI::App& app, Tool& tool) {
  const auto arguments = std::make_shared<HolderArguments>();
  CLI::App* command = add_command(app, tool, "holder", "Hold credentials and present them to readers",
                                  "mdoc-cli holder --credential licence.cbor,device.key --once");
  take_one_each(
      command
          ->add_option("--credential", arguments->credentials, "IssuerSigned or Document and its device key: FILE,KEY")
          ->required());
  command->add_option("--key", arguments->key, "Device key of credentials given without one: KEY");
  add_holder_bearer_options(*command, arguments->bearer);
  take_one_each(
      command->add_option("--allow", arguments->allow, "Release only these: NS/ID; by default all that is requested"));
  command->add_flag("--ask", arguments->ask,
                    "Ask for each request what to release; without --allow and --json a terminal is asked anyway");
  command->add_flag(
      "--second-edition", arguments->second_edition,
      "Announce what the second edition adds to requests. Readers that sign then sign the whole: without it, "
      "purposes and use cases come as a claim that nobody vouches for. Readers of the first edition may "
      "stumble over it");
  command->add_option("--device-auth", arguments->device_auth, "Preferred proof")
      ->check(CLI::IsMember({"mac", "signature"}))
      ->capture_default_str();
  command->add_option("--wait", arguments->wait, "Seconds for which an engagement waits for a reader")
      ->check(CLI::Range(shortest_wait, 7U * 24 * 60 * 60))
      ->capture_default_str();
  command->add_option("--rounds", arguments->rounds, "End a session with the answer to its Nth request")
      ->check(CLI::Range(1U, 1'000'000U))
      ->capture_default_str();
  add_profile_option(*command, arguments->profiles, "; what it names differently in the protocol is spoken");
  add_reader_trust_options(*command, arguments->reader_trust);
  add_log_options(*command, arguments->log, RecordedBy::holder);
  command->add_flag("--once", arguments->once, "End after the first presentation");
  command->add_flag("--ascii", arguments->ascii, "Draw the QR code with plain characters");
  add_seed(*command);
  add_wording(*command);
  command->callback([arguments, &tool] {
    for (const std::string& each : arguments->allow) (void)parse_element_name(each);
    if (arguments->ask && !arguments->allow.empty()) {
      throw Failure(ExitCode::usage, "--allow says beforehand what --ask would ask; give one of them");
    }
    if (arguments->allow.empty() && !tool.json && can_ask()) arguments->ask = true;
    tool.exit = run_holder(*arguments, tool);
  });
}

}  // namespace mdoc::cli
