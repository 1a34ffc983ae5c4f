#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>

#include "cli/asking.hpp"
#include "cli/bearers.hpp"
#include "cli/failure.hpp"
#include "cli/handover.hpp"
#include "cli/images.hpp"
#include "cli/input.hpp"
#include "cli/interruption.hpp"
#include "cli/log_options.hpp"
#include "cli/outcome.hpp"
#include "cli/output.hpp"
#include "cli/questions.hpp"
#include "cli/randomness.hpp"
#include "cli/revocation_options.hpp"
#include "cli/system.hpp"
#include "cli/terminal.hpp"
#include "cli/timeline.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "cli/trust_options.hpp"
#include "cli/wording.hpp"
#include "mdoc/asio/http_link.hpp"
#include "mdoc/asio/present.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/request_rules.hpp"
#include "mdoc/session/messages.hpp"

namespace mdoc::cli {
namespace {

namespace net = boost::asio;
namespace bj = boost::json;
using json::Phrase;

struct ReaderArguments {
  std::string engagement, save_images, recipient_key;
  BearerArguments bearer;
  AskingArguments asking;
  TrustArguments trust;
  RevocationArguments revocation;
  LogArguments log;
  QuestionArguments answering;
  unsigned rounds = 1;
  unsigned wait = static_cast<unsigned>(ReaderOptions{}.response_timeout.count());
};

using ReaderRecording = Recording<ReaderRecorder>;

class CheckTimer final : public verification::Stopwatch {
 public:
  TimePoint now() override { return std::chrono::steady_clock::now(); }
};

/// The text of a QR code, from wherever it was given.
std::string engagement_text(const std::string& spec, const ProtocolConstants& constants) {
  const Input input = read_input_or_engagement(spec, constants);
  if (!input.engagement.empty()) return require_engagement_text(input, constants);
  const auto engagement =
      require(engagement::decode_device_engagement(SharedBytes::copy_of(input.bytes), {}, constants),
              "cannot decode the engagement " + input.name);
  return engagement::qr_code_text(engagement, constants);
}

CLI::Validator is_no_address() {
  const auto refuse_address = [](const std::string& text) {
    return asio::parse_endpoint(text) ? text + " is an address; the first argument is the mdoc: text" : std::string();
  };
  return {refuse_address, "", ""};
}

/// What failed, and what to do about it. A session encryption error is what a peer says that has other keys: the code
/// was not the one that it shows (ISO/IEC 18013-5:2021, 9.1.1.4; second edition, 12.2.4).
std::string why_failed(const Error& error, const ReaderArguments& arguments) {
  constexpr auto encryption_error = static_cast<std::int32_t>(session::SessionStatus::encryption_error);
  const std::string text = "the presentation failed: ";
  if (error.code == Errc::connect_failed && !arguments.bearer.connect.empty()) {
    Error without = error;
    without.native = 0;
    return text + arguments.bearer.connect + ": " + system_words(error.native) + "; is the holder still waiting? (" +
           in_words(without) + ")";
  }
  if (error.code == Errc::peer_session_error && error.native == encryption_error) {
    return text + in_words(error) + "; is this the code that the holder shows now? Have both sides the same --profile?";
  }
  return text + in_words(error);
}

struct Answers {
  std::span<const profile::DocTypeProfile> profiles;
  std::vector<Recipient> recipients;
  std::optional<verification::VerificationOutcome> last;
  bj::array rounds;  // the verdict of each
  bool all_good = true;
  bool gave_up = false;  // this side asked no more, as the log cannot be written
  Timeline timeline;
  BearerReport bearer;
};

void print_round(const Answers& answers, const ReaderArguments& arguments) {
  if (arguments.rounds > 1) {
    print_line(styled(Tone::strong, say(Phrase::round_of, {{"round", std::to_string(answers.rounds.size())},
                                                           {"rounds", std::to_string(arguments.rounds)}})));
  }
  print_outcome(*answers.last, answers.recipients, answers.profiles);
}

/// Those of the templates, each once.
std::vector<verification::Question> questions_of(const ReaderArguments& arguments) {
  std::vector<verification::Question> questions;
  for (const AskedQuestion& asked : arguments.asking.requested->questions) {
    if (std::ranges::find(questions, asked.question) == questions.end()) questions.push_back(asked.question);
  }
  const bool named = std::ranges::any_of(arguments.asking.requested->items,
                                         [](const model::ItemsRequest& each) { return !each.name_spaces.empty(); });
  if (named && verification::minimises(questions))
    print_warning("what --element asks for is not shown: the answers to --template stand for all elements");
  return questions;
}

/// What is asked, in whose name and for whose eyes.
struct Asked {
  std::shared_ptr<KeyRing> keys = std::make_shared<KeyRing>();
  std::vector<model::ReaderIdentity> identities{};
  std::vector<verification::RecipientKey> recipient_keys{};
  std::vector<Recipient> recipients{};  // the same by their names
  model::DeviceRequest request{};
};

Asked prepare(const ReaderArguments& arguments, const Profiles& profiles) {
  Asked asked;
  std::optional<crypto::PublicKey> recipient;
  if (!arguments.recipient_key.empty()) {
    const KeyRing::Added key = asked.keys->add(arguments.recipient_key);
    recipient = key.public_key;
    asked.recipient_keys.push_back({.key = key.name, .public_key = key.public_key});
    asked.recipients.push_back({.name = secret_name(arguments.recipient_key), .key = key.public_key.coordinates()});
  }
  if (arguments.asking.is_signed()) {
    asked.identities.push_back(load_identity(arguments.asking, *asked.keys));
  } else if (!arguments.asking.reader_certificate.empty()) {
    throw Failure(ExitCode::usage, "--reader-cert needs --reader-auth, the key that signs");
  }
  asked.request = build_request(arguments.asking, profiles, recipient);
  if (!profile::check_asked_ages(asked.request, profiles.all())) {
    throw Failure(ExitCode::usage, "at most two age_over_NN in one request: an mdoc answers no more in a session");
  }
  return asked;
}

net::awaitable<Result<void>> run_session(const ReaderArguments& arguments, Reader reader, ReaderBearer& bearer,
                                         const Asked& asked, Answers& answers, ReaderRecording& recording,
                                         const Tool& tool) {
  const model::DeviceRequest& request = asked.request;
  asio::KeyWorker keys(asked.keys);
  asio::PresentOptions options;
  options.keys = &keys;
  options.on_event = [&](const Event& event) {
    recording.on(event);
    answers.timeline.add(event);
  };
  options.on_request = [&](const RequestSent& sent) { recording.on(sent); };
  const asio::ResponseHandler on_response = [&](ResponseReceived response) -> std::optional<model::DeviceRequest> {
    recording.on(response);
    if (answers.last && !tool.json) {  // report() prints the last
      print_round(answers, arguments);
      print_conclusion(*answers.last);
      print_line("");
    }
    answers.all_good = answers.all_good && is_good(response.outcome);
    answers.rounds.push_back(bj::object{{"round", response.round}, {"valid", response.outcome.report.valid}});
    answers.last = std::move(response.outcome);
    if (response.round >= arguments.rounds) return std::nullopt;
    answers.gave_up = !recording.can_be_written();
    if (answers.gave_up) return std::nullopt;
    recording.on(request);
    return request;
  };
  recording.on(request);
  asio::LinkOpener open = co_await bearer.open(reader);
  auto ended = co_await asio::present(std::move(open), std::move(reader), request, on_response, options);
  answers.bearer = bearer.report();
  co_return ended;
}

/// Why there were fewer rounds than wanted; empty: there were not, or this side is why.
Told why_early(const Answers& answers, const ReaderArguments& arguments, const Result<void>& ended) {
  if (answers.rounds.size() >= arguments.rounds || answers.gave_up) return {};
  const std::string round = std::to_string(answers.rounds.size());
  const std::string rounds = std::to_string(arguments.rounds);
  if (ended) return told(Phrase::ended_early, {{"round", round}, {"rounds", rounds}});
  return told([&](const json::Wording& words) {
    return words.say(Phrase::ended_early_with,
                     {{"round", round}, {"rounds", rounds}, {"error", in_words(ended.error(), words)}});
  });
}

void report(Answers& answers, const ReaderArguments& arguments, const BearerReport& bearer, const Told& early,
            const std::optional<Failure>& unrecorded, const Tool& tool) {
  if (!arguments.save_images.empty()) save_images(*answers.last, arguments.save_images);
  if (tool.json) {
    bj::object object = outcome_json(*answers.last);
    object.emplace("bearer", bearer.name);
    add_bearer(object, bearer);
    object.emplace("phases", answers.timeline.to_json());
    if (arguments.rounds > 1) object.emplace("rounds", std::move(answers.rounds));
    if (!early.json.empty()) object.emplace("endedEarly", early.json);
    if (unrecorded) object.emplace("error", unrecorded->what());
    return print_json(object);
  }
  print_round(answers, arguments);
  print_images(*answers.last);
  print_line("");
  if (!wording().for_clerks()) {
    print_line(fmt::format("Bearer: {}", bearer.name));
    print_bearer(bearer);
    answers.timeline.print();
  }
  print_conclusion(*answers.last);
}

ExitCode run_reader(const ReaderArguments& arguments, const Tool& tool) {
  const Profiles profiles(arguments.asking.profiles);
  Asked asked = prepare(arguments, profiles);
  std::vector<verification::Question> questions = questions_of(arguments);
  const std::optional<FullDate> today = arguments.answering.today();
  ReaderRecording recording(arguments.log);
  recording.begin();
  CheckTimer stopwatch;
  JudgementGround ground(arguments.trust, system_now().utc);
  Reader reader = require(Reader::from_qr_code(engagement_text(arguments.engagement, profiles.constants()),
                                               ground.store(), randomness(), system_now(),
                                               {.level = arguments.trust.level,
                                                .response_timeout = std::chrono::seconds{arguments.wait},
                                                .identities = std::move(asked.identities),
                                                .recipient_keys = std::move(asked.recipient_keys),
                                                .revocation = ground.revocation(),
                                                .revocation_policy = arguments.revocation.policy(),
                                                .profiles = profiles.all(),
                                                .constants = profiles.constants(),
                                                .stopwatch = &stopwatch,
                                                .questions = std::move(questions),
                                                .today = today,
                                                .with_portrait = arguments.answering.with_portrait}),
                          "cannot use the engagement");
  for (const cbor::Deviation& deviation : reader.engagement_deviations()) {
    print_warning(fmt::format("the engagement has {} ({})", wording().of(deviation.rule), info(deviation.rule).id));
  }
  Answers answers;
  answers.profiles = profiles.all();
  answers.recipients = asked.recipients;
  net::io_context context;
  auto bearer = make_reader_bearer(arguments.bearer, profiles.constants());
  auto work = run_session(arguments, std::move(reader), *bearer, asked, answers, recording, tool);
  const auto done = run_until_interrupted(context, std::move(work), std::move(bearer));
  if (!done) {
    recording.interrupt();
    throw Failure(ExitCode::transport, "the presentation was interrupted");
  }
  const Result<void>& ended = *done;
  const std::optional<Failure> unrecorded = recording.end(ended);
  if (unrecorded) print_error(unrecorded->what());
  if (!answers.last) {
    if (ended) throw Failure(ExitCode::transport, "the mdoc ended the session without an answer");
    throw Failure(ExitCode::transport, why_failed(ended.error(), arguments));
  }
  ground.remember(wanted_by(answers.last->report), system_now().utc);
  const Told early = why_early(answers, arguments, ended);
  report(answers, arguments, answers.bearer, early, unrecorded, tool);
  if (!early.people.empty()) {
    print_warning(early.people);
  } else if (!ended) {
    print_warning(say(Phrase::ended_with, {{"error", in_words(ended.error())}}));
  }
  if (unrecorded) return unrecorded->code();
  return answers.all_good ? ExitCode::done : ExitCode::bad_verdict;
}

}  // namespace

void add_reader(CLI::App& app, Tool& tool) {
  const auto arguments = std::make_shared<ReaderArguments>();
  CLI::App* command =
      add_command(app, tool, "reader", "Read an mdoc: ask, verify, explain",
                  "mdoc-cli reader \"mdoc:owBj…\" --connect 127.0.0.1:40000 --doc-type org.iso.18013.5.1.mDL --element "
                  "org.iso.18013.5.1/age_over_18 --trust iaca.pem");
  command->add_option("ENGAGEMENT", arguments->engagement, "Text of the QR code (mdoc:…), or INPUT")
      ->required()
      ->check(is_no_address());
  add_reader_bearer_options(*command, arguments->bearer);
  add_asking_options(*command, arguments->asking);
  add_answer_options(*command, arguments->answering);
  command->add_option("--recipient-key", arguments->recipient_key,
                      "Private key, on P-256, to which all documents are to be encrypted, and that opens them: KEY");
  add_trust_options(*command, arguments->trust);
  add_revocation_policy(*command, arguments->revocation);
  add_log_options(*command, arguments->log, RecordedBy::reader);
  command
      ->add_option("--rounds", arguments->rounds,
                   "Ask N times in one session: text shows each report, JSON that of the last and each verdict")
      ->check(CLI::Range(1U, 1'000'000U))
      ->capture_default_str();
  command
      ->add_option("--wait", arguments->wait, "Seconds for which each answer is waited for: people may have to think")
      ->check(CLI::Range(1U, 24U * 60 * 60))
      ->capture_default_str();
  command->add_option("--save-images", arguments->save_images, "Folder for portraits and other images");
  add_seed(*command);
  add_wording(*command);
  add_note(
      *command,
      "With --reader-auth each document is signed for by itself, or all at once where the engagement says that the "
      "mdoc knows that (readerAuthAll).");
  add_note(*command, meaning_of_valid);
  add_note(*command, meaning_of_answers);
  command->callback([arguments, &tool] {
    arguments->asking.with_portrait = arguments->answering.with_portrait;
    tool.exit = run_reader(*arguments, tool);
  });
}

}  // namespace mdoc::cli
