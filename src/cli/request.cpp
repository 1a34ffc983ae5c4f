#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "cli/asking.hpp"
#include "cli/failure.hpp"
#include "cli/keys.hpp"
#include "cli/load.hpp"
#include "cli/output.hpp"
#include "cli/tool.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/model/signed_request.hpp"
#include "mdoc/profile/request_rules.hpp"

namespace mdoc::cli {
namespace {

struct RequestOptions {
  AskingArguments asking;
  std::string transcript, recipient;
  bool all = false;
  BinaryOutput output;
};

/// Whether the mdoc takes one signature over all: its engagement says so, or the flow has none (second
/// edition, 10.2.6).
bool may_sign_all(const engagement::SessionTranscript& transcript, const ProtocolConstants& constants) {
  const auto encoded = transcript.device_engagement_bytes();
  if (!encoded) return true;
  cbor::Reader reader(*encoded);
  const auto engagement = engagement::read_device_engagement_bytes(reader, constants);
  return engagement && engagement->capabilities() && engagement->capabilities()->reader_auth_all;
}

model::DeviceRequest sign(const model::DeviceRequest& request, const RequestOptions& options,
                          const ProtocolConstants& constants) {
  KeyRing keys;
  const std::vector<model::ReaderIdentity> identities{load_identity(options.asking, keys)};
  const auto transcript = load_transcript(options.transcript, constants);
  if (options.all && !may_sign_all(transcript, constants)) {
    print_warning("the engagement in --transcript does not announce readerAuthAll; such an mdoc may ignore it");
  }
  auto draft =
      require(model::SignedRequestDraft::prepare(
                  request, identities, options.all ? model::RequestSignatures::all : model::RequestSignatures::each,
                  transcript.bytes(), constants),
              "cannot sign");
  std::vector<crypto::KeyResponse> signatures;
  for (const crypto::KeyRequest& wanted : draft.key_requests()) {
    signatures.push_back(require(crypto::answer(keys, wanted), "cannot sign"));
  }
  return require(std::move(draft).finish(std::move(signatures)), "cannot sign");
}

void check_signing(const RequestOptions& options) {
  if (!options.asking.is_signed()) {
    if (options.all || !options.asking.reader_certificate.empty() || !options.transcript.empty()) {
      throw Failure(ExitCode::usage,
                    "--reader-cert, --transcript and --reader-auth-all need --reader-auth, the key that signs");
    }
  } else if (options.asking.reader_certificate.empty() || options.transcript.empty()) {
    throw Failure(ExitCode::usage,
                  "--reader-auth needs --reader-cert and --transcript: the signature is bound to the session");
  }
}

void run_request(const RequestOptions& options, const Tool& tool) {
  check_signing(options);
  std::optional<crypto::PublicKey> recipient;
  if (!options.recipient.empty()) recipient = load_public_key(options.recipient);
  const Profiles profiles(options.asking.profiles);
  model::DeviceRequest request = build_request(options.asking, profiles, recipient);
  if (options.asking.is_signed()) request = sign(request, options, profiles.constants());
  if (!profile::check_asked_ages(request, profiles.all())) {
    print_warning("more than two age_over_NN are asked for; mdocs answer two in a session");
  }
  if (!tool.json) return write_binary(options.output, request.encoded.view());
  write_beside_json(options.output, request.encoded.view());
  print_json(boost::json::object{{"version", request.version},
                                 {"docRequests", request.doc_requests.size()},
                                 {"readerAuth", options.asking.is_signed() && !options.all},
                                 {"readerAuthAll", request.reader_auth_all.size()},
                                 {"deviceRequest", to_hex(request.encoded.view())}});
}

}  // namespace

void add_request(CLI::App& app, Tool& tool) {
  const auto options = std::make_shared<RequestOptions>();
  CLI::App* command = add_command(app, tool, "request", "Build a DeviceRequest",
                                  "mdoc-cli request --doc-type org.iso.18013.5.1.mDL --element "
                                  "org.iso.18013.5.1/age_over_18 --out request.cbor");
  add_asking_options(*command, options->asking);
  command->add_flag("--with-portrait", options->asking.with_portrait,
                    "With --template: also the portrait, to compare the person with");
  command->add_option("--transcript", options->transcript, "SessionTranscript that the signature is bound to: INPUT");
  command->add_flag("--reader-auth-all", options->all,
                    "Sign once for all documents (second edition; mdocs that say they know it), not each by itself");
  command->add_option("--encrypt-to", options->recipient,
                      "Public key, on P-256, to which all documents are to be encrypted: KEY");
  add_binary_output(*command, options->output);
  command->callback([options, &tool] { run_request(*options, tool); });
}

}  // namespace mdoc::cli
