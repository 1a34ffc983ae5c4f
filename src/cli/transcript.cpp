#include <memory>
#include <optional>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/keys.hpp"
#include "cli/output.hpp"
#include "cli/tool.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/engagement/session_transcript.hpp"

namespace mdoc::cli {
namespace {

using engagement::SessionTranscript;

struct TranscriptOptions {
  std::string engagement, reader_public, handover = "qr", handover_select, handover_request, reader_engagement;
  bool openid4vp = false, openid4vp_dc_api = false, dc_api = false, annex_b = false;
  std::string client_id, nonce, response_uri, mdoc_nonce, origin, encryption_info, jwk, encryption_parameters;
  BinaryOutput output;
};

const std::string& needed(const std::string& value, const std::string& option) {
  if (value.empty()) throw Failure(ExitCode::usage, "this transcript needs " + option);
  return value;
}

SharedBytes load_shared(const std::string& spec) { return SharedBytes::take(read_input(spec).bytes); }

std::optional<engagement::Sha256> thumbprint(const std::string& jwk) {
  if (jwk.empty()) return std::nullopt;
  return require(engagement::jwk_thumbprint(load_public_key(jwk)), "cannot compute the thumbprint");
}

engagement::Handover session_handover(const TranscriptOptions& options) {
  if (options.handover == "nfc") {
    engagement::NfcHandover nfc{.handover_select = load_shared(needed(options.handover_select, "--hs"))};
    if (!options.handover_request.empty()) nfc.handover_request = load_shared(options.handover_request);
    return nfc;
  }
  if (options.handover == "rest") {
    const Input input = read_input(needed(options.reader_engagement, "--reader-engagement"));
    const auto reader_engagement =
        input.engagement.empty() ? require(engagement::decode_reader_engagement(SharedBytes::copy_of(input.bytes)),
                                           "cannot decode the reader engagement " + input.name)
                                 : require(engagement::parse_reader_engagement_uri(input.engagement),
                                           "cannot read the reader engagement " + input.name);
    return require(engagement::WebHandover::of(reader_engagement), "cannot compute the handover");
  }
  return engagement::QrHandover{};
}

/// The engagement as given: a text with its retrieval methods, or bytes from any channel.
engagement::DeviceEngagement load_engagement(const std::string& spec) {
  const Input input = read_input(spec);
  SharedBytes bytes = input.engagement.empty() ? SharedBytes::copy_of(input.bytes)
                                               : require(engagement::decode_engagement_text(input.engagement),
                                                         "cannot read the engagement " + input.name);
  return require(engagement::decode_device_engagement(std::move(bytes)), "cannot decode the engagement " + input.name);
}

SessionTranscript session_transcript(const TranscriptOptions& options) {
  const auto device_engagement = load_engagement(needed(options.engagement, "--engagement"));
  const auto e_reader_key =
      require(engagement::encode_ephemeral_key(load_public_key(needed(options.reader_public, "--reader-public"))),
              "cannot use " + options.reader_public + " as ephemeral reader key");
  return require(SessionTranscript::for_session(device_engagement, e_reader_key.bytes(), session_handover(options)),
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

SessionTranscript make_transcript(const TranscriptOptions& options) {
  const int flows = int{options.openid4vp} + int{options.openid4vp_dc_api} + int{options.dc_api} + int{options.annex_b};
  if (flows > 1 || (flows == 1 && !options.engagement.empty())) {
    throw Failure(ExitCode::usage,
                  "name one flow: --engagement, --openid4vp, --openid4vp-dcapi, --dcapi or "
                  "--oid4vp-annex-b");
  }
  SessionTranscript transcript =
      flows == 0 ? session_transcript(options)
                 : require(SessionTranscript::for_online(online_handover(options)), "cannot make the transcript");
  if (options.encryption_parameters.empty()) return transcript;
  return require(transcript.with_encryption_parameters(read_input(options.encryption_parameters).bytes),
                 "cannot make the inner transcript of " + options.encryption_parameters);
}

void run_transcript(const TranscriptOptions& options, const Tool& tool) {
  const SessionTranscript transcript = make_transcript(options);
  if (!tool.json) return write_binary(options.output, transcript.bytes().view());
  if (!options.output.file.empty()) write_file(options.output.file, transcript.bytes().view());
  const auto salt = require(transcript.salt(), "cannot hash the transcript");
  print_line(boost::json::serialize(boost::json::object{{"handover", engagement::name(transcript.handover())},
                                                        {"sessionTranscript", to_hex(transcript.bytes().view())},
                                                        {"sessionTranscriptBytes", to_hex(transcript.wrapped().view())},
                                                        {"salt", to_hex(salt)}}));
}

}  // namespace

void add_transcript(CLI::App& app, Tool& tool) {
  const auto options = std::make_shared<TranscriptOptions>();
  CLI::App* command =
      add_command(app, tool, "transcript", "Compute a SessionTranscript (the bare array)",
                  "mdoc-cli transcript --engagement \"mdoc:owBj…\" --reader-public reader.pem --out transcript.cbor");
  command->add_option("--engagement", options->engagement, "DeviceEngagement: INPUT or mdoc: text");
  command->add_option("--reader-public", options->reader_public, "The reader's ephemeral public key: KEY");
  command->add_option("--handover", options->handover, "How the two met")
      ->check(CLI::IsMember({"qr", "nfc", "rest"}))
      ->capture_default_str();
  command->add_option("--hs", options->handover_select, "Handover Select message: INPUT");
  command->add_option("--hr", options->handover_request, "Handover Request message, if negotiated: INPUT");
  command->add_option("--reader-engagement", options->reader_engagement, "ReaderEngagement: INPUT or mdoc:// text");
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
  add_binary_output(*command, options->output);
  command->callback([options, &tool] { run_transcript(*options, tool); });
}

}  // namespace mdoc::cli
