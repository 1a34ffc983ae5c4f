#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/handover.hpp"
#include "cli/input.hpp"
#include "cli/keys.hpp"
#include "cli/output.hpp"
#include "cli/profile_options.hpp"
#include "cli/tool.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/engagement/session_transcript.hpp"

namespace mdoc::cli {
namespace {

using engagement::SessionTranscript;

struct TranscriptOptions {
  std::string engagement, reader_public;
  HandoverArguments handover;
  ProfileArguments profiles;
  bool openid4vp = false, openid4vp_dc_api = false, dc_api = false, annex_b = false;
  std::string client_id, nonce, response_uri, mdoc_nonce, origin, encryption_info, jwk, encryption_parameters;
  BinaryOutput output;
};

const std::string& needed(const std::string& value, const std::string& option) {
  if (value.empty()) throw Failure(ExitCode::usage, "this transcript needs " + option);
  return value;
}

std::optional<engagement::Sha256> thumbprint(const std::string& jwk) {
  if (jwk.empty()) return std::nullopt;
  return require(engagement::jwk_thumbprint(load_public_key(jwk)), "cannot compute the thumbprint");
}

SessionTranscript session_transcript(const TranscriptOptions& options, const ProtocolConstants& constants) {
  const auto device_engagement = load_engagement(needed(options.engagement, "--engagement"), constants);
  const Bytes e_reader_key = load_ephemeral_key_bytes(needed(options.reader_public, "--reader-public"));
  return require(SessionTranscript::for_session(device_engagement, e_reader_key,
                                                load_handover(options.handover, constants), constants),
                 "cannot make the transcript");
}

engagement::Handover online_handover(const TranscriptOptions& options) {
  const char* failed = "cannot compute the handover";
  if (options.openid4vp) {
    return require(engagement::OpenID4VPHandover::of({.client_id = needed(options.client_id, "--client-id"),
                                                      .nonce = needed(options.nonce, "--nonce"),
                                                      .jwk_thumbprint = thumbprint(options.jwk),
                                                      .response_uri = needed(options.response_uri, "--response-uri")}),
                   failed);
  }
  if (options.openid4vp_dc_api) {
    using Handover = engagement::OpenID4VPDCAPIHandover;
    return require(Handover::of(Handover::Info{.origin = needed(options.origin, "--origin"),
                                               .nonce = needed(options.nonce, "--nonce"),
                                               .jwk_thumbprint = thumbprint(options.jwk)}),
                   failed);
  }
  if (options.dc_api) {
    return require(
        engagement::DCAPIHandover::of({.base64_encryption_info = needed(options.encryption_info, "--encryption-info"),
                                       .serialized_origin = needed(options.origin, "--origin")}),
        failed);
  }
  return require(engagement::OID4VPHandover::of({.client_id = needed(options.client_id, "--client-id"),
                                                 .response_uri = needed(options.response_uri, "--response-uri"),
                                                 .mdoc_generated_nonce = needed(options.mdoc_nonce, "--mdoc-nonce"),
                                                 .nonce = needed(options.nonce, "--nonce")}),
                 failed);
}

SessionTranscript make_transcript(const TranscriptOptions& options, const ProtocolConstants& constants) {
  const bool online = options.openid4vp || options.openid4vp_dc_api || options.dc_api || options.annex_b;
  SessionTranscript transcript =
      online ? require(SessionTranscript::for_online(online_handover(options), constants), "cannot make the transcript")
             : session_transcript(options, constants);
  if (options.encryption_parameters.empty()) return transcript;
  const SharedBytes parameters = read_bytes(options.encryption_parameters);
  return require(transcript.with_encryption_parameters(parameters.view()),
                 "cannot make the inner transcript of " + options.encryption_parameters);
}

/// An option of another flow changes nothing, and whoever gave it expects that it does.
void refuse_strays(const CLI::App& command, const TranscriptOptions& options) {
  std::vector<std::string_view> wanted;
  if (options.openid4vp) {
    wanted = {"--openid4vp", "--client-id", "--nonce", "--response-uri", "--jwk"};
  } else if (options.openid4vp_dc_api) {
    wanted = {"--openid4vp-dcapi", "--origin", "--nonce", "--jwk"};
  } else if (options.dc_api) {
    wanted = {"--dcapi", "--origin", "--encryption-info"};
  } else if (options.annex_b) {
    wanted = {"--oid4vp-annex-b", "--client-id", "--nonce", "--response-uri", "--mdoc-nonce"};
  } else {
    wanted = {"--engagement", "--reader-public", "--handover"};
    if (options.handover.kind == "nfc") wanted.insert(wanted.end(), {"--hs", "--hr"});
    if (options.handover.kind == "rest") wanted.emplace_back("--reader-engagement");
  }
  wanted.insert(wanted.end(), {"--encryption-parameters", "--profile", "--json", "--out", "--format"});
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() > 0 && std::ranges::find(wanted, option->get_name()) == wanted.end()) {
      throw Failure(ExitCode::usage,
                    option->get_name() + " does not belong to this kind of transcript; see mdoc-cli transcript --help");
    }
  }
}

void run_transcript(const TranscriptOptions& options, const Tool& tool) {
  const Profiles profiles(options.profiles);
  const SessionTranscript transcript = make_transcript(options, profiles.constants());
  if (!tool.json) return write_binary(options.output, transcript.bytes().view());
  write_beside_json(options.output, transcript.bytes().view());
  const auto salt = require(transcript.salt(), "cannot hash the transcript");
  print_json(boost::json::object{{"handover", engagement::name(transcript.handover())},
                                 {"sessionTranscript", to_hex(transcript.bytes().view())},
                                 {"sessionTranscriptBytes", to_hex(transcript.wrapped().view())},
                                 {"salt", to_hex(salt)}});
}

}  // namespace

void add_transcript(CLI::App& app, Tool& tool) {
  const auto options = std::make_shared<TranscriptOptions>();
  CLI::App* command = add_command(
      app, tool, "transcript", "Compute a SessionTranscript (the bare array)",
      "mdoc-cli transcript --engagement \"mdoc:owBj…\" --reader-public ephemeral.pub --out transcript.cbor");
  command->add_option("--engagement", options->engagement, "DeviceEngagement: INPUT or mdoc: text");
  command->add_option("--reader-public", options->reader_public, "The reader's ephemeral public key: KEY");
  add_handover_options(*command, options->handover, true);
  command->add_flag("--openid4vp", options->openid4vp, "OpenID4VP 1.0 by redirect");
  command->add_flag("--openid4vp-dcapi", options->openid4vp_dc_api,
                    "OpenID4VP 1.0 through the Digital Credentials API");
  command->add_flag("--dcapi", options->dc_api,
                    "org-iso-mdoc through the Digital Credentials API (TS 18013-7, Annex C)");
  command->add_flag("--oid4vp-annex-b", options->annex_b, "OpenID4VP as profiled by TS 18013-7, Annex B");
  command->add_option("--client-id", options->client_id, "client_id of the request");
  command->add_option("--nonce", options->nonce, "nonce of the request");
  command->add_option("--response-uri", options->response_uri, "response_uri, or redirect_uri");
  command->add_option("--mdoc-nonce", options->mdoc_nonce, "nonce of the mdoc");
  command->add_option("--origin", options->origin, "Origin of the page: https://example.com");
  command->add_option("--encryption-info", options->encryption_info, "base64url text of EncryptionInfo, unchanged");
  command->add_option("--jwk", options->jwk, "Public key that encrypts the response: KEY");
  command->add_option("--encryption-parameters", options->encryption_parameters,
                      "EncryptionParametersBytes of a request: gives the transcript inside encrypted documents");
  add_profile_option(*command, options->profiles, "; what it names differently in the protocol counts");
  add_binary_output(*command, options->output);
  command->callback([options, command, &tool] {
    refuse_strays(*command, *options);
    run_transcript(*options, tool);
  });
}

}  // namespace mdoc::cli
