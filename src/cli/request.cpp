#include <memory>
#include <string>

#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/keys.hpp"
#include "cli/load.hpp"
#include "cli/output.hpp"
#include "cli/requested.hpp"
#include "cli/tool.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/model/authentication.hpp"

namespace mdoc::cli {
namespace {

struct RequestOptions {
  std::shared_ptr<RequestedDocuments> requested = std::make_shared<RequestedDocuments>();
  std::string reader_key, reader_certificate, transcript;
  BinaryOutput output;
};

/// Signs each DocRequest with the reader's key (ISO/IEC 18013-5, 9.1.4).
void authenticate(std::vector<model::DocRequest>& doc_requests, const RequestOptions& options) {
  if (options.reader_certificate.empty() || options.transcript.empty()) {
    throw Failure(ExitCode::usage,
                  "--reader-auth needs --reader-cert and --transcript: the signature is bound to the "
                  "session");
  }
  const auto [key, certificates] = load_certified_key({.key_option = "--reader-auth",
                                                       .key = options.reader_key,
                                                       .certificate_option = "--reader-cert",
                                                       .certificate = options.reader_certificate});
  const auto transcript = load_transcript(options.transcript);
  cose::X5Chain chain;
  for (const auto& certificate : certificates) {
    chain.push_back(SharedBytes::copy_of(certificate.der()));
  }
  for (model::DocRequest& each : doc_requests) {
    const auto content =
        model::reader_authentication_bytes(iso18013_5(), transcript.bytes().view(), each.items_request.bytes());
    const auto draft = require(
        cose::Sign1Draft::prepare_detached(key.public_key(), content.parts(), {.x5chain = chain}), "cannot sign");
    const auto signature = require(crypto::sign(key, draft.algorithm(), draft.to_be_signed()), "cannot sign");
    each.reader_auth = require(draft.finish(signature), "cannot sign");
  }
}

void run_request(const RequestOptions& options, const Tool& tool) {
  auto doc_requests = options.requested->doc_requests();
  if (!options.reader_key.empty()) {
    authenticate(doc_requests, options);
  } else if (!options.reader_certificate.empty() || !options.transcript.empty()) {
    throw Failure(ExitCode::usage, "--reader-cert and --transcript need --reader-auth, the key that signs");
  }
  const auto request = require(model::build_device_request(std::move(doc_requests)), "cannot build the request");
  if (!tool.json) return write_binary(options.output, request.encoded.view());
  write_beside_json(options.output, request.encoded.view());
  print_json(boost::json::object{{"version", request.version},
                                 {"docRequests", request.doc_requests.size()},
                                 {"readerAuth", !options.reader_key.empty()},
                                 {"deviceRequest", to_hex(request.encoded.view())}});
}

}  // namespace

void add_request(CLI::App& app, Tool& tool) {
  const auto options = std::make_shared<RequestOptions>();
  CLI::App* command = add_command(app, tool, "request", "Build a DeviceRequest",
                                  "mdoc-cli request --doc-type org.iso.18013.5.1.mDL --element "
                                  "org.iso.18013.5.1/age_over_18 --out request.cbor");
  add_requested(*command, options->requested);
  command->add_option("--reader-auth", options->reader_key, "Private key that signs the request: KEY");
  command->add_option("--reader-cert", options->reader_certificate, "Its certificate, then those up to the root: PEM");
  command->add_option("--transcript", options->transcript, "SessionTranscript that the signature is bound to: INPUT");
  add_binary_output(*command, options->output);
  command->callback([options, &tool] { run_request(*options, tool); });
}

}  // namespace mdoc::cli
