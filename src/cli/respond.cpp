#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/credentials.hpp"
#include "cli/failure.hpp"
#include "cli/keys.hpp"
#include "cli/load.hpp"
#include "cli/output.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "cli/unreleased.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/respond.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

struct RespondArguments {
  std::vector<std::string> credentials, allow;
  std::string key, request, transcript, reader_public, at;
  bool mac = false;
  BinaryOutput output;
};

std::string element_text(const NameSpace& name_space, const ElementIdentifier& identifier) {
  return name_space.str() + "/" + identifier.str();
}

/// What was matched, what was refused by --allow, and what no credential has.
bj::object match_json(const presentation::RequestMatch& match, const presentation::Consent& consent) {
  bj::array matched, refused, unknown;
  const auto is_released = [&consent](const presentation::DocumentOption& document,
                                      const presentation::ElementOption& element) {
    for (const auto& approved : consent.documents()) {
      if (approved.doc_request != document.doc_request) continue;
      for (const auto& each : approved.elements) {
        if (each.name_space == element.name_space && each.requested == element.requested) return true;
      }
    }
    return false;
  };
  for (const auto& document : match.documents) {
    for (const auto& element : document.elements) {
      bj::object entry{{"docRequest", document.doc_request},
                       {"requested", element_text(element.name_space, element.requested)},
                       {"released", element_text(element.name_space, element.released)},
                       {"intentToRetain", element.intent_to_retain}};
      (is_released(document, element) ? matched : refused).push_back(std::move(entry));
    }
    for (const auto& element : document.unavailable) {
      unknown.push_back(bj::object{{"docRequest", document.doc_request},
                                   {"requested", element_text(element.name_space, element.identifier)}});
    }
  }
  for (const std::size_t id : match.unmatched) unknown.push_back(bj::object{{"docRequest", id}});
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
    responses.push_back(require(crypto::answer(keys, request), "cannot use the device key"));
  }
  return responses;
}

void run_respond(const RespondArguments& arguments, const Tool& tool) {
  const Wallet wallet = load_wallet(arguments.credentials, arguments.key);
  const auto request = load_request(arguments.request);
  const auto transcript = load_transcript(arguments.transcript);
  const UtcSeconds now = time_or_now(arguments.at);
  const auto match = require(presentation::match(request, wallet.credentials, now), "cannot match the request");
  const auto consent = consent_to(match, arguments.allow);
  const auto method = arguments.mac ? presentation::DeviceAuthMethod::mac : presentation::DeviceAuthMethod::signature;
  auto draft = require(
      presentation::ResponseDraft::prepare(match.request_digest, consent, wallet.credentials, transcript.bytes(),
                                           reader_key(arguments, transcript), {.preferred = method}),
      "cannot respond");
  auto responses = use_keys(draft, *wallet.keys);
  const Bytes response = require(std::move(draft).finish(std::move(responses)), "cannot respond");

  const auto unreleased = find_unreleased(match, consent, wallet.credentials, now, &request);
  print_unreleased(unreleased);
  const bool signed_request =
      !request.reader_auth_all.empty() ||
      std::ranges::any_of(request.doc_requests, [](const auto& each) { return each.reader_auth.has_value(); });
  if (signed_request) print_warning("the request is signed by a reader, which is not judged");
  if (!tool.json) return write_binary(arguments.output, response);
  write_beside_json(arguments.output, response);
  bj::object object = match_json(match, consent);
  object.emplace("notReleased", to_json(unreleased));
  object.emplace("readerAuthentication", signed_request ? "present, not judged" : "absent");
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
  command->add_option("--at", arguments->at, "Time of the presentation, RFC 3339; by default now");
  add_binary_output(*command, arguments->output);
  command->callback([arguments, &tool] { run_respond(*arguments, tool); });
}

}  // namespace mdoc::cli
