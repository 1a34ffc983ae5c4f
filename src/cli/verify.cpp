#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/keys.hpp"
#include "cli/load.hpp"
#include "cli/outcome.hpp"
#include "cli/output.hpp"
#include "cli/structure.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "cli/trust_options.hpp"
#include "cli/unverified.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/verify.hpp"

namespace mdoc::cli {
namespace {

using verification::RevocationPolicy;

struct VerifyArguments {
  std::string response, type = "auto", transcript, reader_key, request, at, revocation = "soft";
  TrustArguments trust;
  bool issuer_only = false, show_unverified = false;
};

RevocationPolicy revocation_policy(const std::string& name) {
  if (name == "off") return RevocationPolicy::off;
  return name == "hard" ? RevocationPolicy::hard : RevocationPolicy::soft;
}

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
  throw Failure(ExitCode::unreadable, input.name + " is " + std::string(title(type)) +
                                          "; verify judges a DeviceResponse, a Document or IssuerSigned");
}

verification::VerificationOutcome judge(const SharedBytes& bytes, Structure type, const std::string& name,
                                        const verification::VerificationInput& input, Level level) {
  const std::string failed = "cannot decode " + name;
  if (type == Structure::document) return require(verification::verify_document(bytes, input, level), failed);
  if (type == Structure::issuer_signed) {
    return require(verification::verify_issuer_signed(bytes, input, level), failed);
  }
  // Anything else is meant to be a response, and its decoder says why it is not.
  const auto response = require(verification::UnverifiedResponse::decode(bytes, level), failed);
  return verification::verify(response, input);
}

void run_verify(const VerifyArguments& arguments, Tool& tool) {
  const auto trust = load_trust(arguments.trust);
  std::optional<engagement::SessionTranscript> transcript;
  if (!arguments.transcript.empty()) transcript = load_transcript(arguments.transcript);
  std::optional<model::DeviceRequest> request;
  if (!arguments.request.empty()) request = load_request(arguments.request);
  std::optional<crypto::PrivateKey> reader_key;
  if (!arguments.reader_key.empty()) reader_key = load_private_key(arguments.reader_key);
  if (reader_key && transcript) {
    require_reader_key_of(*transcript, reader_key->public_key(), arguments.reader_key, arguments.transcript);
  }

  const Input input = read_input(arguments.response);
  const Structure type = type_of(arguments, input);
  require_judgeable(input, type);
  if (type == Structure::issuer_signed && !arguments.issuer_only) {
    print_error(input.name + " is IssuerSigned, a stored document: add --issuer-only");
  }
  const SharedBytes bytes = SharedBytes::copy_of(input.bytes);
  SteadyStopwatch stopwatch;
  const Now now{.utc = time_or_now(arguments.at), .steady = system_now().steady};
  const auto outcome = judge(bytes, type, input.name,
                             {.trust = *trust,
                              .now = now,
                              .session_transcript = transcript ? std::optional(transcript->bytes()) : std::nullopt,
                              .e_reader_key = reader_key ? &*reader_key : nullptr,
                              .request = request ? &*request : nullptr,
                              .issuer_only = arguments.issuer_only,
                              .revocation = revocation_policy(arguments.revocation),
                              .stopwatch = &stopwatch},
                             arguments.trust.level);
  tool.exit = is_good(outcome) ? ExitCode::done : ExitCode::bad_verdict;

  std::vector<UnverifiedElements> unverified;
  if (arguments.show_unverified) unverified = read_unverified(bytes, type, outcome.report);
  if (!tool.json) {
    print_outcome(outcome);
    return print_unverified(unverified);
  }
  boost::json::value report = outcome_json(outcome);
  add_unverified(report, unverified);
  print_json(report);
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
  add_trust_options(*command, arguments->trust);
  command->add_option("--reader-key", arguments->reader_key,
                      "The reader's private ephemeral key, for documents with a MAC: KEY");
  command->add_option("--request", arguments->request, "DeviceRequest to compare the answer with: INPUT");
  command->add_option("--at", arguments->at, "Time of the judgement, RFC 3339; by default now");
  command->add_flag("--issuer-only", arguments->issuer_only,
                    "Judge the issuer's part alone: for stored documents, never for a presentation");
  command->add_option("--revocation", arguments->revocation, "When a document may be revoked and nobody can tell")
      ->check(CLI::IsMember({"off", "soft", "hard"}))
      ->capture_default_str();
  command->add_flag("--show-unverified", arguments->show_unverified, "Show the elements of failed documents as well");
  add_note(*command, meaning_of_valid);
  command->callback([arguments, &tool] { run_verify(*arguments, tool); });
}

}  // namespace mdoc::cli
