#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/keys.hpp"
#include "cli/load.hpp"
#include "cli/output.hpp"
#include "cli/request_info.hpp"
#include "cli/requested.hpp"
#include "cli/tool.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/model/authentication.hpp"
#include "mdoc/profile/request_rules.hpp"

namespace mdoc::cli {
namespace {

struct RequestOptions {
  std::shared_ptr<RequestedDocuments> requested = std::make_shared<RequestedDocuments>();
  std::string reader_key, reader_certificate, transcript, info, recipient;
  bool all = false;
  BinaryOutput output;
};

/// Puts what --info and --encrypt-to say into the documents that are asked for.
std::optional<model::DeviceRequestInfoBytes> add_info(RequestedDocuments& requested, const RequestOptions& options) {
  RequestInfo info;
  if (!options.info.empty()) info = load_request_info(options.info);
  if (info.doc_requests.size() > requested.items.size()) {
    throw Failure(ExitCode::usage, "--info has more entries in \"requestInfo\" than there are --doc-type");
  }
  for (std::size_t i = 0; i < info.doc_requests.size(); ++i) requested.items[i].request_info = info.doc_requests[i];
  if (!options.recipient.empty()) {
    const crypto::PublicKey key = load_public_key(options.recipient);
    const auto parameters = require(model::encode_encryption_parameters({.recipient_public_key = key.coordinates()}),
                                    "cannot encrypt to it");
    for (model::ItemsRequest& items : requested.items) {
      if (!items.request_info) items.request_info.emplace();
      items.request_info->doc_response_encryption = parameters;
    }
  }
  if (!info.device_request) return std::nullopt;
  return require(model::encode_device_request_info(*info.device_request), "cannot use --info");
}

/// The key that signs, and what it signs with.
class ReaderSigner {
 public:
  explicit ReaderSigner(const RequestOptions& options)
      : certified_(load_certified_key({.key_option = "--reader-auth",
                                       .key = options.reader_key,
                                       .certificate_option = "--reader-cert",
                                       .certificate = options.reader_certificate})),
        transcript_(load_transcript(options.transcript)) {
    for (const auto& certificate : certified_.certificates) chain_.push_back(SharedBytes::copy_of(certificate.der()));
  }

  /// One signature for each DocRequest (ISO/IEC 18013-5, 9.1.4).
  void sign_each(std::vector<model::DocRequest>& doc_requests) const {
    for (model::DocRequest& each : doc_requests) {
      each.reader_auth = sign(
          model::reader_authentication_bytes(iso18013_5(), transcript_.bytes().view(), each.items_request.bytes()));
    }
  }
  /// Whether the mdoc takes one over all: its engagement says so, or the flow has none (second edition, 10.2.6).
  [[nodiscard]] bool may_sign_all() const {
    const auto encoded = transcript_.device_engagement_bytes();
    if (!encoded) return true;
    cbor::Reader reader(*encoded);
    const auto engagement = engagement::read_device_engagement_bytes(reader);
    return engagement && engagement->capabilities() && engagement->capabilities()->reader_auth_all;
  }
  /// One over all of them and what stands beside them (second edition, 12.5).
  [[nodiscard]] model::ReaderAuthAll sign_all(const std::vector<model::DocRequest>& doc_requests,
                                              const std::optional<model::DeviceRequestInfoBytes>& info) const {
    std::vector<ByteView> items;
    items.reserve(doc_requests.size());
    for (const model::DocRequest& each : doc_requests) items.push_back(each.items_request.bytes());
    return sign(model::reader_authentication_all_bytes(iso18013_5(), transcript_.bytes().view(), items,
                                                       info ? std::optional(info->bytes()) : std::nullopt));
  }

 private:
  [[nodiscard]] cose::CoseSign1 sign(const model::AuthenticationBytes& content) const {
    const auto draft =
        require(cose::Sign1Draft::prepare_detached(certified_.key.public_key(), content.parts(), {.x5chain = chain_}),
                "cannot sign");
    const auto signature = require(certified_.key.sign(draft.algorithm(), draft.to_be_signed()), "cannot sign");
    return require(draft.finish(signature), "cannot sign");
  }

  CertifiedKey certified_;
  engagement::SessionTranscript transcript_;
  cose::X5Chain chain_{};
};

void check_signing(const RequestOptions& options) {
  if (options.reader_key.empty()) {
    if (options.all || !options.reader_certificate.empty() || !options.transcript.empty()) {
      throw Failure(ExitCode::usage,
                    "--reader-cert, --transcript and --reader-auth-all need --reader-auth, the key that signs");
    }
  } else if (options.reader_certificate.empty() || options.transcript.empty()) {
    throw Failure(ExitCode::usage,
                  "--reader-auth needs --reader-cert and --transcript: the signature is bound to the session");
  }
}

void run_request(const RequestOptions& options, const Tool& tool) {
  check_signing(options);
  model::DeviceRequestOptions more{.device_request_info = add_info(*options.requested, options)};
  auto doc_requests = options.requested->doc_requests();
  if (!options.reader_key.empty()) {
    const ReaderSigner signer(options);
    if (options.all) {
      if (!signer.may_sign_all()) {
        print_warning("the engagement in --transcript does not announce readerAuthAll; such an mdoc may ignore it");
      }
      more.reader_auth_all.push_back(signer.sign_all(doc_requests, more.device_request_info));
    } else {
      signer.sign_each(doc_requests);
    }
  }
  const auto request =
      require(model::build_device_request(std::move(doc_requests), std::move(more)), "cannot build the request");
  if (!profile::check_asked_ages(request)) {
    print_warning("more than two age_over_NN are asked for; mdocs answer two in a session");
  }
  if (!tool.json) return write_binary(options.output, request.encoded.view());
  write_beside_json(options.output, request.encoded.view());
  print_json(boost::json::object{{"version", request.version},
                                 {"docRequests", request.doc_requests.size()},
                                 {"readerAuth", !options.reader_key.empty() && !options.all},
                                 {"readerAuthAll", request.reader_auth_all.size()},
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
  command->add_flag("--reader-auth-all", options->all,
                    "Sign once for all documents (second edition; mdocs that say they know it), not each by itself");
  command->add_option("--info", options->info,
                      "What is wanted beside elements: JSON or its file, {\"requestInfo\": […], \"deviceRequestInfo\": "
                      "{…}} with the names of the standard; one entry of requestInfo for each --doc-type");
  command->add_option("--encrypt-to", options->recipient,
                      "Public key, on P-256, to which all documents are to be encrypted: KEY");
  add_binary_output(*command, options->output);
  command->callback([options, &tool] { run_request(*options, tool); });
}

}  // namespace mdoc::cli
