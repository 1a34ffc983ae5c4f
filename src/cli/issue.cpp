#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "cli/element_data.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/issuance_warnings.hpp"
#include "cli/keys.hpp"
#include "cli/output.hpp"
#include "cli/profile_options.hpp"
#include "cli/randomness.hpp"
#include "cli/requested.hpp"
#include "cli/sample_data.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/model/issuer.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::cli {
namespace {

struct IssueOptions {
  std::string doc_type, profile, data, device_key, signer_key, signer_certificate, digest = "sha256", valid_from,
                                                                                   valid_until, status_list;
  std::vector<std::string> authorizations;
  BinaryOutput output;
};

std::string load_json(const std::string& data) {
  if (data.starts_with('{')) return data;
  const Bytes content = read_content(data);
  return std::string(as_text(content));
}

crypto::DigestAlgorithm digest_algorithm(const std::string& name) {
  if (name == "sha384") return crypto::DigestAlgorithm::sha384;
  if (name == "sha512") return crypto::DigestAlgorithm::sha512;
  return crypto::DigestAlgorithm::sha256;
}

/// "NS" authorises a whole name space, "NS/ID" one element.
model::KeyAuthorizations key_authorizations(const std::vector<std::string>& texts) {
  model::KeyAuthorizations made;
  for (const std::string& text : texts) {
    if (!text.empty() && text.find('/') == std::string::npos) {
      made.name_spaces.emplace_back(text);
      continue;
    }
    const auto [name_space, identifier] = parse_element_name(text);
    auto place = std::ranges::find(made.data_elements, name_space, &decltype(made.data_elements)::value_type::first);
    if (place == made.data_elements.end()) place = made.data_elements.insert(place, {name_space, {}});
    place->second.push_back(identifier);
  }
  return made;
}

model::Status status_list(const std::string& text) {
  const std::size_t hash = text.rfind('#');
  std::uint64_t index = 0;
  const std::string digits = hash == std::string::npos ? "" : text.substr(hash + 1);
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (hash == 0 || failure != std::errc{} || end != digits.data() + digits.size()) {
    throw Failure(ExitCode::usage, "--status-list is written like https://utopia.example/status#1234");
  }
  return {.status_list = model::StatusListInfo{.idx = index, .uri = text.substr(0, hash)}};
}

/// By default: from now until the signer certificate ends, but a year at most, and no longer than the profile allows.
/// Dates that it wants in whole days are cut, where that does not lead before the signer certificate.
model::ValidityInfo validity(const IssueOptions& options, const crypto::Certificate& signer,
                             const profile::MsoPolicy& policy) {
  UtcSeconds from = time_or_now(options.valid_from);
  const bool cut = options.valid_from.empty() && policy.whole_days && start_of_day(from) >= signer.not_before();
  if (cut) from = start_of_day(from);
  UtcSeconds signed_at = options.valid_from.empty() ? from : std::min(from, system_now().utc);
  if (policy.whole_days && start_of_day(signed_at) >= signer.not_before()) signed_at = start_of_day(signed_at);
  const std::chrono::days longest{policy.max_validity_days == 0 ? 365 : std::min<int>(policy.max_validity_days, 365)};
  UtcSeconds until = options.valid_until.empty() ? std::min<UtcSeconds>(from + longest, signer.not_after())
                                                 : time_or_now(options.valid_until);
  if (cut && options.valid_until.empty()) until = start_of_day(until);
  if (options.valid_until.empty() && signer.not_after() <= from) {
    throw Failure(ExitCode::usage, "the certificate of the signer ended at " + to_rfc3339(signer.not_after()) +
                                       ", and documents with it; make another by mdoc-cli pki ds, or say --valid-from");
  }
  if (until <= from) {
    throw Failure(ExitCode::usage,
                  "the document would end (" + to_rfc3339(until) + ") before it begins (" + to_rfc3339(from) + ")");
  }
  // An MSO that begins before its signer certificate was signed within it all the same.
  return {
      .signed_at = std::max(signed_at, std::min(from, signer.not_before())), .valid_from = from, .valid_until = until};
}

void run_issue(const IssueOptions& options, const Tool& tool) {
  const auto loaded = load_one_profile(options.profile);
  const profile::DocTypeProfile* const profile = loaded ? &loaded->profile() : nullptr;
  const std::string_view known = profile == nullptr ? std::string_view() : profile->doc_type;
  const DocType doc_type(options.doc_type.empty() ? known : std::string_view(options.doc_type));
  if (doc_type.str().empty()) throw Failure(ExitCode::usage, "give --doc-type or --profile");
  if (options.data.empty() && !loaded) {
    throw Failure(ExitCode::usage, "give --data, or --profile for a sample of such a document");
  }

  const auto [signer_key, certificates] = load_certified_key({.key_option = "--ds-key",
                                                              .key = options.signer_key,
                                                              .certificate_option = "--ds-cert",
                                                              .certificate = options.signer_certificate});
  model::IssuanceContent content{
      .doc_type = doc_type,
      .name_spaces =
          options.data.empty() ? sample_elements(*loaded) : read_element_data(load_json(options.data), profile),
      .device_key_info = {.device_key = load_public_key(options.device_key).coordinates()},
      .validity_info =
          validity(options, certificates.front(), profile == nullptr ? profile::MsoPolicy{} : profile->mso),
      .digest_algorithm = digest_algorithm(options.digest)};
  if (!options.authorizations.empty()) {
    content.device_key_info.key_authorizations = key_authorizations(options.authorizations);
  }
  if (!options.status_list.empty()) content.status = status_list(options.status_list);

  warn_about_issuance(content, certificates.front(), options.signer_certificate, profile);

  cose::HeaderOptions headers;
  for (const auto& certificate : certificates) headers.x5chain.push_back(SharedBytes::copy_of(certificate.der()));
  auto draft =
      require(model::IssuerSignedDraft::prepare(content, signer_key.public_key(), std::move(headers), randomness()),
              "cannot issue");
  const auto signature = require(signer_key.sign(draft.algorithm(), draft.to_be_signed()), "cannot sign");
  const auto issued = require(std::move(draft).finish(signature), "cannot sign");
  cbor::Writer writer;
  model::encode_issuer_signed(writer, issued);
  const Bytes encoded = std::move(writer).take();

  if (!tool.json) return write_binary(options.output, encoded);
  write_beside_json(options.output, encoded);
  print_json(boost::json::object{{"docType", doc_type.str()},
                                 {"validFrom", to_rfc3339(content.validity_info.valid_from)},
                                 {"validUntil", to_rfc3339(content.validity_info.valid_until)},
                                 {"issuerSigned", to_hex(encoded)}});
}

}  // namespace

void add_issue(CLI::App& app, Tool& tool) {
  const auto options = std::make_shared<IssueOptions>();
  CLI::App* command = add_command(app, tool, "issue", "Issue an mdoc (IssuerSigned), for tests and demonstrations",
                                  "mdoc-cli issue --profile mdl --data licence.json --device-key device.pem --ds-key "
                                  "ds.key --ds-cert ds.pem --out licence.cbor");
  command->add_option("--doc-type", options->doc_type, "docType, if not that of the profile");
  command->add_option("--profile", options->profile,
                      "Short name, docType or JSON file of a profile: gives elements their CBOR types");
  command->add_option(
      "--data", options->data,
      "Elements by name space, JSON: text, a path or -. Bytes and images are in base64url. Without it, the "
      "sample of the profile");
  command->add_option("--device-key", options->device_key, "Public device key: KEY")->required();
  command->add_option("--ds-key", options->signer_key, "Private key of the document signer: KEY")->required();
  command->add_option("--ds-cert", options->signer_certificate, "Its certificate, PEM; without the root")->required();
  command->add_option("--digest", options->digest, "Digest of the elements")
      ->check(CLI::IsMember({"sha256", "sha384", "sha512"}))
      ->capture_default_str();
  command->add_option("--valid-from", options->valid_from,
                      "RFC 3339; by default now. An earlier one is the time of signing as well");
  command->add_option("--valid-until", options->valid_until,
                      "RFC 3339; by default a year, or until the signer certificate ends");
  command->add_option("--status-list", options->status_list, "Place in a token status list: URI#INDEX");
  take_one_each(command->add_option("--authorize", options->authorizations, "What the device may sign: NS or NS/ID"));
  add_binary_output(*command, options->output);
  add_seed(*command);
  command->callback([options, &tool] { run_issue(*options, tool); });
}

}  // namespace mdoc::cli
