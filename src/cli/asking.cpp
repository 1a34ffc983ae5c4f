#include "cli/asking.hpp"

#include <utility>

#include "cli/failure.hpp"
#include "cli/keys.hpp"
#include "cli/request_info.hpp"

namespace mdoc::cli {

void add_asking_options(CLI::App& command, AskingArguments& arguments) {
  add_requested(command, arguments.requested);
  command.add_option("--info", arguments.info,
                     "What is wanted beside elements: JSON or its file, {\"requestInfo\": […], \"deviceRequestInfo\": "
                     "{…}} with the names of the standard; one entry of requestInfo for each --doc-type");
  command.add_option("--reader-auth", arguments.reader_key, "Private key that signs the request: KEY");
  command.add_option("--reader-cert", arguments.reader_certificate, "Its certificate, then those up to the root: PEM");
}

model::DeviceRequest build_request(const AskingArguments& arguments,
                                   const std::optional<crypto::PublicKey>& recipient) {
  RequestedDocuments requested = *arguments.requested;
  RequestInfo info;
  if (!arguments.info.empty()) info = load_request_info(arguments.info);
  if (info.doc_requests.size() > requested.items.size()) {
    throw Failure(ExitCode::usage, "--info has more entries in \"requestInfo\" than there are --doc-type");
  }
  for (std::size_t i = 0; i < info.doc_requests.size(); ++i) requested.items[i].request_info = info.doc_requests[i];
  if (recipient) {
    const auto parameters =
        require(model::encode_encryption_parameters({.recipient_public_key = recipient->coordinates()}),
                "cannot encrypt to it");
    for (model::ItemsRequest& items : requested.items) {
      if (!items.request_info) items.request_info.emplace();
      items.request_info->doc_response_encryption = parameters;
    }
  }
  model::DeviceRequestOptions more;
  if (info.device_request) {
    more.device_request_info = require(model::encode_device_request_info(*info.device_request), "cannot use --info");
  }
  return require(model::build_device_request(requested.doc_requests(), std::move(more)), "cannot build the request");
}

model::ReaderIdentity load_identity(const AskingArguments& arguments, KeyRing& keys) {
  if (arguments.reader_certificate.empty()) {
    throw Failure(ExitCode::usage, "--reader-auth needs --reader-cert, the certificate of that key");
  }
  const CertifiedKeyArguments pair{.key_option = "--reader-auth",
                                   .key = arguments.reader_key,
                                   .certificate_option = "--reader-cert",
                                   .certificate = arguments.reader_certificate};
  const KeyRing::Added key = keys.add(pair.key, pair.hint());
  model::ReaderIdentity identity{.key = key.name, .public_key = key.public_key, .x5chain = {}};
  for (const auto& certificate : load_certificates_of(key.public_key, pair)) {
    identity.x5chain.push_back(SharedBytes::copy_of(certificate.der()));
  }
  return identity;
}

}  // namespace mdoc::cli
