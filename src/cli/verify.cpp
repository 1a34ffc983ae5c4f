#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/explanations.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/key_ring.hpp"
#include "cli/keys.hpp"
#include "cli/load.hpp"
#include "cli/outcome.hpp"
#include "cli/output.hpp"
#include "cli/profile_options.hpp"
#include "cli/questions.hpp"
#include "cli/revocation_options.hpp"
#include "cli/structure.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "cli/trust_options.hpp"
#include "cli/unverified.hpp"
#include "cli/wording.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/verify.hpp"

namespace mdoc::cli {
namespace {

struct VerifyArguments {
  std::string response, type = "auto", transcript, reader_key, request, at;
  std::vector<std::string> other_transcripts, recipient_keys;
  TrustArguments trust;
  RevocationArguments revocation;
  ProfileArguments profiles;
  QuestionArguments answering;
  bool issuer_only = false, show_unverified = false;
};

class SteadyStopwatch final : public verification::Stopwatch {
 public:
  TimePoint now() override { return std::chrono::steady_clock::now(); }
};

Structure type_of(const VerifyArguments& arguments, const Input& input) {
  if (const auto forced = find_structure(arguments.type)) return *forced;
  return recognise(input);
}

/// What is plainly something else is named, which helps more than where its decoder gave up.
void require_judgeable(const Input& input, Structure type) {
  if (!input.engagement.empty()) throw Failure(ExitCode::unreadable, input.name + " is an engagement, no response");
  for (const Structure judged :
       {Structure::device_response, Structure::document, Structure::issuer_signed, Structure::cbor}) {
    if (type == judged) return;
  }
  throw Failure(ExitCode::unreadable, input.name + " is " + std::string(title(type, input)) +
                                          "; verify judges a DeviceResponse, a Document or IssuerSigned");
}

/// What is judged.
struct Subject {
  std::string name;
  Structure type;
  SharedBytes bytes;
};

Subject load_subject(const VerifyArguments& arguments) {
  const Input input = read_input(arguments.response);
  const Structure type = type_of(arguments, input);
  require_judgeable(input, type);
  if (type == Structure::issuer_signed && !arguments.issuer_only) {
    print_error(input.name + " is IssuerSigned, a stored document: add --issuer-only");
  }
  return {.name = input.name, .type = type, .bytes = SharedBytes::copy_of(input.bytes)};
}

/// What this side knows of the session in which it was received.
struct Session {
  std::optional<engagement::SessionTranscript> transcript{};
  std::vector<verification::NamedTranscript> other_transcripts{};
  std::optional<model::DeviceRequest> request{};
  std::optional<crypto::PrivateKey> reader_key{};
};

Session load_session(const VerifyArguments& arguments, const ProtocolConstants& constants) {
  Session session;
  if (!arguments.transcript.empty()) session.transcript = load_transcript(arguments.transcript, constants);
  for (const std::string& file : arguments.other_transcripts) {
    session.other_transcripts.push_back({.name = file, .session_transcript = load_transcript(file, constants).bytes()});
  }
  if (!arguments.request.empty()) session.request = load_request(arguments.request);
  if (!arguments.reader_key.empty()) session.reader_key = load_private_key(arguments.reader_key);
  if (session.reader_key && session.transcript) {
    require_reader_key_of(*session.transcript, session.reader_key->public_key(), arguments.reader_key,
                          arguments.transcript);
  }
  return session;
}

std::vector<verification::Question> questions_of(const VerifyArguments& arguments) {
  std::vector<verification::Question> questions = arguments.answering.parsed();
  if (arguments.show_unverified && verification::minimises(questions)) {
    throw Failure(
        ExitCode::usage,
        "--show-unverified shows elements, for which the answers to --question stand; look at the elements of "
        "a failed document in a call of its own, without --question");
  }
  return questions;
}

verification::VerificationOutcome judge(const Subject& subject, const verification::VerificationInput& input,
                                        Level level) {
  const std::string failed = "cannot decode " + subject.name;
  if (subject.type == Structure::document) {
    return require(verification::verify_document(subject.bytes, input, level), failed);
  }
  if (subject.type == Structure::issuer_signed) {
    return require(verification::verify_issuer_signed(subject.bytes, input, level), failed);
  }
  // Anything else is meant to be a response, and its decoder says why it is not.
  const auto response = require(verification::UnverifiedResponse::decode(subject.bytes, level), failed);
  return verification::verify(response, input);
}

/// Hands over what the files have of the lists that documents and certificates name. Which those are, and whom to
/// believe them from, the report of a judgement says for which nothing is at hand: what is given may be newer than what
/// the folder has.
void offer_lists(RevocationFiles& files, const Subject& subject, const verification::VerificationInput& input,
                 JudgementGround& ground, Level level) {
  if (files.empty()) return;
  verification::VerificationInput without_lists = input;
  without_lists.revocation_sources = {};
  without_lists.stopwatch = nullptr;
  const auto naming = judge(subject, without_lists, level);
  files.offer(wanted_by(naming.report), *ground.revocation(), level, input.now.utc);
  files.warn_about_unused();
}

/// What is encrypted to one of these keys.
struct Opened {
  std::vector<verification::OpenedDocuments> documents{};
  std::vector<Recipient> recipients{};
};

Opened open_encrypted(const Subject& subject, const VerifyArguments& arguments, const Session& session,
                      const ProtocolConstants& constants) {
  if (arguments.recipient_keys.empty()) return {};
  if (!session.request || !session.transcript) {
    throw Failure(ExitCode::usage,
                  "--recipient-key needs --request, which says what was to be encrypted to whom, and --transcript");
  }
  if (subject.type == Structure::document || subject.type == Structure::issuer_signed) return {};
  const auto response = verification::UnverifiedResponse::decode(subject.bytes, Level::lenient);
  if (!response) return {};  // its judgement says why
  Opened opened;
  KeyRing provider;
  std::vector<verification::RecipientKey> keys;
  for (const std::string& spec : arguments.recipient_keys) {
    const KeyRing::Added added = provider.add(spec);
    keys.push_back({.key = added.name, .public_key = added.public_key});
    opened.recipients.push_back({.name = secret_name(spec), .key = added.public_key.coordinates()});
  }
  auto opening = require(verification::EncryptedDocumentsOpening::prepare(*response, *session.request,
                                                                          session.transcript->bytes(), keys, constants),
                         "cannot open");
  std::vector<Result<crypto::KeyResponse>> answers;
  for (const crypto::KeyRequest& wanted : opening.key_requests()) answers.push_back(crypto::answer(provider, wanted));
  opened.documents = require(std::move(opening).finish(std::move(answers)), "cannot open");
  return opened;
}

/// Text has it beside the document; machines, among the messages.
void warn_about_unknown_doc_types(const verification::Report& report,
                                  std::span<const profile::DocTypeProfile> profiles) {
  std::set<std::string> unknown;
  for (const verification::DocumentReport& document : report.documents) {
    if (document.doc_type && profile::find_doc_type(profiles, document.doc_type->str()) == nullptr)
      unknown.insert(document.doc_type->str());
  }
  for (const std::string& doc_type : unknown)
    print_warning("no profile is for " + doc_type + ", so nobody judged its elements; --profile FILE names one");
}

/// What is shown beside the report.
struct Remarks {
  std::vector<UnverifiedElements> unverified{};
  std::vector<Explanation> explanations{};
};

void print_text(const verification::VerificationOutcome& outcome, const Remarks& remarks,
                const std::vector<Recipient>& recipients, std::span<const profile::DocTypeProfile> profiles) {
  print_outcome(outcome, recipients, profiles);
  if (!wording().for_clerks()) print_explanations(remarks.explanations);
  print_unverified(remarks.unverified);
  print_conclusion(outcome);
}

void print_report(const verification::VerificationOutcome& outcome, const Remarks& remarks,
                  std::span<const profile::DocTypeProfile> profiles) {
  warn_about_unknown_doc_types(outcome.report, profiles);
  boost::json::value report = outcome_json(outcome);
  add_unverified(report, remarks.unverified);
  add_explanations(report, remarks.explanations);
  report.as_object().emplace("messages", warnings_json());
  print_json(report);
}

void run_verify(const VerifyArguments& arguments, Tool& tool) {
  const Now now{.utc = time_or_now(arguments.at), .steady = system_now().steady};
  const Level level = arguments.trust.level;
  const Profiles profiles(arguments.profiles);
  const std::vector<verification::Question> questions = questions_of(arguments);
  JudgementGround ground(arguments.trust, now.utc);
  RevocationFiles revocation_files(arguments.revocation);
  const Session session = load_session(arguments, profiles.constants());
  const Subject subject = load_subject(arguments);
  const Opened opened = open_encrypted(subject, arguments, session, profiles.constants());

  SteadyStopwatch stopwatch;
  const verification::VerificationInput input{
      .trust = *ground.store(),
      .now = now,
      .session_transcript = session.transcript ? std::optional(session.transcript->bytes()) : std::nullopt,
      .e_reader_key = session.reader_key ? &*session.reader_key : nullptr,
      .request = session.request ? &*session.request : nullptr,
      .opened = opened.documents,
      .issuer_only = arguments.issuer_only,
      .revocation = arguments.revocation.policy(),
      .revocation_sources = ground.revocation()->sources(),
      .profiles = profiles.all(),
      .constants = profiles.constants(),
      .stopwatch = &stopwatch,
      .questions = questions,
      .today = arguments.answering.today(),
      .with_portrait = arguments.answering.with_portrait};
  offer_lists(revocation_files, subject, input, ground, level);
  const auto outcome = judge(subject, input, level);
  ground.remember(wanted_by(outcome.report), now.utc);
  tool.exit = is_good(outcome) ? ExitCode::done : ExitCode::bad_verdict;

  Remarks remarks{.explanations =
                      explain_failures(subject.bytes, subject.type, outcome.report, input, session.other_transcripts)};
  if (arguments.show_unverified) remarks.unverified = read_unverified(subject.bytes, subject.type, outcome.report);
  if (tool.json) {
    print_report(outcome, remarks, profiles.all());
  } else {
    print_text(outcome, remarks, opened.recipients, profiles.all());
  }
}

}  // namespace

void add_verify(CLI::App& app, Tool& tool) {
  const auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* command = add_command(app, tool, "verify", "Judge a DeviceResponse, a Document or IssuerSigned",
                                  "mdoc-cli verify response.cbor --transcript transcript.cbor --trust iaca.pem");
  command->add_option("response", arguments->response, "DeviceResponse, Document or IssuerSigned: INPUT")->required();
  command->add_option("--type", arguments->type, "What it is; by default told by its content")
      ->check(CLI::IsMember({"auto", "device-response", "document", "issuer-signed"}))
      ->capture_default_str();
  command->add_option("--transcript", arguments->transcript, "SessionTranscript that this side computed: INPUT");
  take_one_each(command
                    ->add_option("--other-transcript", arguments->other_transcripts,
                                 "SessionTranscript that the mdoc may have used instead: tried to explain a device "
                                 "authentication that fails, never to verify by it: INPUT")
                    ->needs("--transcript"));
  add_trust_options(*command, arguments->trust);
  command->add_option("--reader-key", arguments->reader_key,
                      "The reader's private ephemeral key, for documents with a MAC: KEY, in no token");
  take_one_each(command->add_option("--recipient-key", arguments->recipient_keys,
                                    "Private key to which documents were encrypted, as the request asked: KEY"));
  command->add_option("--request", arguments->request, "DeviceRequest to compare the answer with: INPUT");
  command->add_option("--at", arguments->at, "Time of the judgement, RFC 3339; by default now");
  command->add_flag("--issuer-only", arguments->issuer_only,
                    "Judge the issuer's part alone: for stored documents, never for a presentation");
  add_revocation_options(*command, arguments->revocation);
  add_profile_option(*command, arguments->profiles, "; what it names differently in the protocol is expected");
  command->add_flag("--show-unverified", arguments->show_unverified,
                    "Show the elements of failed documents as well; not with --question, but for identity");
  take_one_each(command->add_option("--question", arguments->answering.questions,
                                    "What is to be answered out of the documents that pass, in place of showing "
                                    "elements: age-over:18, identity, driving:B, not-expired, issued-in:AT,DE"));
  add_answer_options(*command, arguments->answering);
  add_wording(*command);
  add_note(*command, meaning_of_valid);
  add_note(*command, meaning_of_answers);
  command->callback([arguments, &tool] { run_verify(*arguments, tool); });
}

}  // namespace mdoc::cli
