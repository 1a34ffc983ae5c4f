#include "cli/asking.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/keys.hpp"
#include "cli/output.hpp"
#include "cli/questions.hpp"
#include "cli/request_info.hpp"
#include "cli/spelling.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {

namespace {

/// A use case names DocRequests by their place (ISO/IEC 18013-5, second edition, 10.2.5).
void require_doc_requests(const model::DeviceRequestInfo& info, std::size_t count) {
  for (std::size_t i = 0; i < info.use_cases.size(); ++i) {
    const auto& sets = info.use_cases[i].document_sets;
    if (sets.empty() || std::ranges::any_of(sets, [](const model::DocumentSet& set) { return set.empty(); })) {
      throw Failure(ExitCode::usage,
                    fmt::format("--info: useCases[{}] needs a document set, and one needs a DocRequest", i));
    }
    for (const auto& set : sets) {
      for (const auto id : set) {
        if (id < count) continue;
        throw Failure(ExitCode::usage, fmt::format("--info: useCases[{}] names DocRequest {}; there {}, one for each "
                                                   "--doc-type, counted from 0",
                                                   i, id, count == 1 ? "is 1" : fmt::format("are {}", count)));
      }
    }
  }
}

bool has_purpose(const profile::DocTypeProfile& profile, std::string_view controller, std::int64_t code) {
  return std::ranges::any_of(profile.purposes, [&](const profile::PurposeHint& each) {
    return each.controller == controller && each.code == code;
  });
}

/// Whether somebody who holds one of the documents may know the purpose (P17): one of their profiles has it, or leaves
/// open which there are.
bool may_be_known(const model::UseCase& use_case, std::string_view controller, std::int64_t code,
                  const std::vector<model::ItemsRequest>& items, std::span<const profile::DocTypeProfile> profiles) {
  for (const model::DocumentSet& set : use_case.document_sets) {
    for (const model::DocRequestID id : set) {
      const auto* const known = profile::find_doc_type(profiles, items[id].doc_type.str());
      if (known == nullptr || !known->answered.has(profile::Row::purposes) || has_purpose(*known, controller, code)) {
        return true;
      }
    }
  }
  return false;
}

/// An mdoc takes any purpose, but it cannot tell its holder what one is that nobody defined.
void warn_about_purposes(const model::DeviceRequestInfo& info, const std::vector<model::ItemsRequest>& items,
                         std::span<const profile::DocTypeProfile> profiles) {
  for (std::size_t i = 0; i < info.use_cases.size(); ++i) {
    for (const auto& [controller, code] : info.use_cases[i].purpose_hints) {
      if (may_be_known(info.use_cases[i], controller, code, items, profiles)) continue;
      print_warning(
          fmt::format("--info: useCases[{}] names the purpose {} of {}, which the profile of none of its documents has",
                      i, code, json::printable(controller)));
    }
  }
}

/// Documents are encrypted to a key on this curve alone (second edition, 12.6).
void require_recipient(const crypto::PublicKey& recipient) {
  if (recipient.curve() == crypto::Curve::p256) return;
  throw Failure(ExitCode::usage, fmt::format("documents are encrypted to a key on P-256; the recipient's is on {}",
                                             crypto::info(recipient.curve()).name));
}

/// A signer sends its chain without the root, which whoever trusts it has.
void warn_about_root(const std::vector<crypto::Certificate>& chain, const std::string& file) {
  const auto root = std::ranges::find_if(std::next(chain.begin()), chain.end(), &crypto::Certificate::is_self_issued);
  if (root == chain.end()) return;
  print_warning(
      fmt::format("{} has a root among the certificates of the reader, {}; leave it out: mdocs may refuse "
                  "such a chain",
                  file, json::printable(root->subject().text())));
}

}  // namespace

void add_asking_options(CLI::App& command, AskingArguments& arguments) {
  add_requested(command, arguments.requested);
  add_templates(command, arguments.requested);
  command.add_option("--info", arguments.info,
                     "What is wanted beside elements: JSON or its file, {\"requestInfo\": […], \"deviceRequestInfo\": "
                     "{…}} with the names of the standard; one entry of requestInfo for each --doc-type");
  command.add_option("--reader-auth", arguments.reader_key, "Private key that signs the request: KEY");
  command.add_option("--reader-cert", arguments.reader_certificate,
                     "Its certificate, then those up to the root, but not the root: PEM");
  add_profile_option(command, arguments.profiles, "; what it names differently in the protocol is spoken");
}

model::DeviceRequest build_request(const AskingArguments& arguments, const Profiles& profiles,
                                   const std::optional<crypto::PublicKey>& recipient) {
  RequestedDocuments requested = *arguments.requested;
  RequestInfo info;
  if (!arguments.info.empty()) info = load_request_info(arguments.info);
  if (info.doc_requests.size() > requested.items.size()) {
    throw Failure(ExitCode::usage, "--info has more entries in \"requestInfo\" than there are --doc-type");
  }
  for (std::size_t i = 0; i < info.doc_requests.size(); ++i) requested.items[i].request_info = info.doc_requests[i];
  if (arguments.with_portrait && requested.questions.empty()) {
    print_warning("--with-portrait is for --template; among elements, the portrait is one of --element");
  }
  warn_about_spelling(requested.items, profiles.all());
  apply_templates(requested, profiles.all(), arguments.with_portrait);
  if (recipient) {
    require_recipient(*recipient);
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
    require_doc_requests(*info.device_request, requested.items.size());
    warn_about_purposes(*info.device_request, requested.items, profiles.all());
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
  const auto certificates = load_certificates_of(key.public_key, pair);
  warn_about_root(certificates, arguments.reader_certificate);
  for (const auto& certificate : certificates) {
    identity.x5chain.push_back(SharedBytes::copy_of(certificate.der()));
  }
  return identity;
}

}  // namespace mdoc::cli
