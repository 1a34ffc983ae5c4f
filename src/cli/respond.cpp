#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/credentials.hpp"
#include "cli/failure.hpp"
#include "cli/keys.hpp"
#include "cli/load.hpp"
#include "cli/output.hpp"
#include "cli/profile_options.hpp"
#include "cli/randomness.hpp"
#include "cli/reader_trust.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "cli/unreleased.hpp"
#include "cli/wording.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/reader_authentication.hpp"
#include "mdoc/presentation/respond.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

struct RespondArguments {
  std::vector<std::string> credentials, allow;
  std::string key, request, transcript, reader_public, at;
  ProfileArguments profiles;
  bool mac = false;
  ReaderTrustArguments reader_trust;
  BinaryOutput output;
};

std::string element_text(const model::ElementReference& element) {
  return element.name_space.str() + "/" + element.element.str();
}

bool is_released(const presentation::Consent& consent, const presentation::DocumentOption& document,
                 const presentation::ElementOption& element) {
  return std::ranges::any_of(consent.documents(), [&](const auto& approved) {
    if (approved.doc_request != document.doc_request || approved.credential != document.credential) return false;
    return std::ranges::any_of(approved.elements, [&](const auto& each) {
      return each.requested == element.requested && each.released == element.released;
    });
  });
}

void add_matches(const presentation::DocumentOption& document, const presentation::Consent& consent, bj::array& matched,
                 bj::array& refused, bj::array& unknown) {
  for (const auto& element : document.elements) {
    bj::object entry{{"docRequest", document.doc_request},
                     {"requested", element_text(element.requested)},
                     {"released", element_text(element.released)},
                     {"basis", name(element.basis)},
                     {"intentToRetain", element.intent_to_retain}};
    (is_released(consent, document, element) ? matched : refused).push_back(std::move(entry));
  }
  for (const auto& element : document.unavailable) {
    unknown.push_back(bj::object{{"docRequest", document.doc_request}, {"requested", element_text(element)}});
  }
}

/// What was matched, what was refused by --allow, and what no credential has; of each DocRequest the first document.
bj::object match_json(const presentation::RequestMatch& match, const presentation::Consent& consent) {
  bj::array matched, refused, unknown;
  for (std::size_t id = 0; id < match.doc_requests.size(); ++id) {
    const presentation::DocRequestMatch& doc_request = match.doc_requests[id];
    if (doc_request.documents.empty()) {
      unknown.push_back(bj::object{{"docRequest", id}, {"obstacle", name(*doc_request.obstacle)}});
    } else {
      add_matches(doc_request.documents.front(), consent, matched, refused, unknown);
    }
  }
  return {{"matched", std::move(matched)}, {"refused", std::move(refused)}, {"unknown", std::move(unknown)}};
}

std::optional<crypto::EcPublicKey> reader_key(const RespondArguments& arguments,
                                              const engagement::SessionTranscript& transcript) {
  if (!arguments.mac) {
    if (!arguments.reader_public.empty()) throw Failure(ExitCode::usage, "--reader-public is for --mac");
    return std::nullopt;
  }
  if (arguments.reader_public.empty()) {
    throw Failure(ExitCode::usage, "--mac needs --reader-public, the reader's ephemeral public key");
  }
  const crypto::PublicKey key = load_public_key(arguments.reader_public);
  require_reader_key_of(transcript, key, arguments.reader_public, arguments.transcript);
  return key.coordinates();
}

std::vector<crypto::KeyResponse> use_keys(const presentation::ResponseDraft& draft, crypto::KeyProvider& keys) {
  std::vector<crypto::KeyResponse> responses;
  for (const auto& request : draft.key_requests()) {
    auto response = crypto::answer(keys, request);
    if (!response && response.error().code == Errc::wrong_key_use) {
      throw Failure(exit_code(response.error()),
                    std::holds_alternative<crypto::SignRequest>(request)
                        ? "the device key makes MACs, and no signatures: add --mac --reader-public KEY, the ephemeral "
                          "key of the reader"
                        : "the device key makes signatures, and no MACs: leave out --mac");
    }
    responses.push_back(require(std::move(response), "cannot use the device key"));
  }
  return responses;
}

/// Who asks, and whether that is proven.
presentation::RequestReaders judge_readers(const RespondArguments& arguments, const model::DeviceRequest& request,
                                           const engagement::SessionTranscript& transcript, UtcSeconds now,
                                           const Profiles& profiles) {
  ReaderGround ground(arguments.reader_trust, now);
  const presentation::ReaderAuthenticationInput input{.trust = *ground.store(),
                                                      .session_transcript = transcript.bytes().view(),
                                                      .now = now,
                                                      .level = ground.level(),
                                                      .doc_types = profiles.all(),
                                                      .revocation = ground.policy(),
                                                      .revocation_sources = ground.revocation()->sources(),
                                                      .constants = profiles.constants()};
  auto without_lists = input;
  without_lists.revocation_sources = {};
  ground.offer_files(presentation::judge_reader_authentication(request, without_lists));
  auto readers = presentation::judge_reader_authentication(request, input);
  ground.conclude(readers);
  const bool signed_request = std::ranges::any_of(
      readers.doc_requests, [](const auto& each) { return each.result() != presentation::ReaderTrust::absent; });
  if (!signed_request && !ground.given()) return readers;
  for (const std::string& line : describe_readers(readers)) print_error(line);
  return readers;
}

/// Where the request came from: profiles ask more or less of readers in proximity than of those on the internet.
presentation::ReleaseSetting setting_of(const engagement::SessionTranscript& transcript) {
  const engagement::Handover& handover = transcript.handover();
  const bool website = std::holds_alternative<engagement::WebHandover>(handover) ||
                       std::holds_alternative<engagement::LegacyWebHandover>(handover);
  return website || engagement::is_online(handover) ? presentation::ReleaseSetting::internet
                                                    : presentation::ReleaseSetting::proximity;
}

void run_respond(const RespondArguments& arguments, Tool& tool) {
  const Wallet wallet = load_wallet(arguments.credentials, arguments.key);
  const auto request = load_request(arguments.request);
  const Profiles profiles(arguments.profiles);
  const auto transcript = load_transcript(arguments.transcript, profiles.constants());
  const UtcSeconds now = time_or_now(arguments.at);
  const auto readers = judge_readers(arguments, request, transcript, now, profiles);
  const auto e_reader_key = reader_key(arguments, transcript);
  const auto match = require(presentation::match(request, wallet.credentials, now,
                                                 {.e_reader_key = e_reader_key,
                                                  .profiles = profiles.all(),
                                                  .readers = &readers,
                                                  .setting = setting_of(transcript)}),
                             "cannot match the request");
  const ConsentRules rules{.allow = arguments.allow, .trusted_readers = arguments.reader_trust.require_trusted};
  const auto consent = presentation::Consent::to(match, approval(rules, readers));
  const auto method = arguments.mac ? presentation::DeviceAuthMethod::mac : presentation::DeviceAuthMethod::signature;
  auto draft = require(presentation::ResponseDraft::prepare(match.request_digest, consent, wallet.credentials,
                                                            transcript.bytes(), e_reader_key, randomness(),
                                                            {.preferred = method, .constants = profiles.constants()}),
                       "cannot respond");
  const auto signs = [](const crypto::KeyRequest& each) { return std::holds_alternative<crypto::SignRequest>(each); };
  if (arguments.mac && std::ranges::any_of(draft.key_requests(), signs)) {
    print_warning("a signature takes the place of --mac where a key, its profile or encryption allows no MAC");
  }
  auto responses = use_keys(draft, *wallet.keys);
  const auto finished = require(std::move(draft).finish(std::move(responses)), "cannot respond");
  const Bytes& response = finished.bytes;
  const bool too_long = finished.status != model::ResponseStatus::ok;

  const auto unreleased =
      find_unreleased(match, {.consent = consent,
                              .rules = rules,
                              .kept_back = too_long ? told(json::Phrase::unreleased_too_long) : Told{},
                              .readers = readers,
                              .credentials = wallet.credentials,
                              .now = now,
                              .request = &request,
                              .profiles = profiles.all()});
  print_unreleased(unreleased);
  bool refused = false;
  for (std::size_t id = 0; id < match.doc_requests.size(); ++id) {
    const bool answered = !match.doc_requests[id].documents.empty();
    refused = refused || (rules.trusted_readers && answered && !is_trusted(readers, id));
  }
  if (refused) tool.exit = ExitCode::bad_verdict;
  if (!tool.json) return write_binary(arguments.output, response);
  write_beside_json(arguments.output, response);
  bj::object object = match_json(match, too_long ? presentation::Consent::to_nothing(match) : consent);
  object.emplace("notReleased", to_json(unreleased));
  object.emplace("readerAuthentication", readers_json(readers));
  object.emplace("deviceResponse", to_hex(response));
  print_json(object);
}

}  // namespace

void add_respond(CLI::App& app, Tool& tool) {
  const auto arguments = std::make_shared<RespondArguments>();
  CLI::App* command = add_command(app, tool, "respond", "Answer a DeviceRequest with a DeviceResponse",
                                  "mdoc-cli respond --credential licence.cbor,device.key --request request.cbor "
                                  "--transcript transcript.cbor --out response.cbor");
  take_one_each(
      command
          ->add_option("--credential", arguments->credentials, "IssuerSigned or Document and its device key: FILE,KEY")
          ->required());
  command->add_option("--key", arguments->key, "Device key of credentials given without one: KEY");
  command->add_option("--request", arguments->request, "DeviceRequest: INPUT")->required();
  command->add_option("--transcript", arguments->transcript, "SessionTranscript: INPUT")->required();
  command->add_flag("--mac", arguments->mac, "Authenticate with a MAC instead of a signature");
  command->add_option("--reader-public", arguments->reader_public, "The reader's ephemeral public key: KEY");
  take_one_each(
      command->add_option("--allow", arguments->allow, "Release only these: NS/ID; by default all that is requested"));
  add_reader_trust_options(*command, arguments->reader_trust);
  add_reader_crls(*command, arguments->reader_trust);
  add_wording(*command);
  add_note(*command,
           "What the reader proved about itself is told on standard error, and keeps nothing back without "
           "--require-trusted; with it the exit code is 1 where a document was kept back for that. The handover in "
           "--transcript says whether the reader is in proximity or on the internet, of which profiles ask different "
           "things.");
  add_profile_option(*command, arguments->profiles, "; what it names differently in the protocol is spoken");
  command->add_option("--at", arguments->at, "Time of the presentation, RFC 3339; by default now");
  add_binary_output(*command, arguments->output);
  command->callback([arguments, &tool] { run_respond(*arguments, tool); });
}

}  // namespace mdoc::cli
