#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/issuance_warnings.hpp"
#include "cli/keys.hpp"
#include "cli/output.hpp"
#include "cli/status_list.hpp"
#include "cli/times.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/status_token_builder.hpp"

namespace mdoc::cli {
namespace {

using trust::IdentifierList;
using trust::StatusList;

/// Statuses that fit into what verifiers unpack.
constexpr std::uint64_t largest_size = std::uint64_t{trust::StatusListLimits{}.max_inflated} * 8;
constexpr std::chrono::days usual_life{7};

struct StatusListCreateOptions {
  std::string uri, issued_at, expires_at, aggregation_uri, signer_key, signer_certificate;
  std::optional<std::uint64_t> size;
  std::optional<std::int64_t> time_to_live;
  unsigned bits = 1;
  std::vector<std::uint64_t> revoked;
  std::vector<std::string> identifiers;
  bool identifier_list = false;
  BinaryOutput output;
};

StatusList build_status_list(const StatusListCreateOptions& options) {
  Bytes packed(static_cast<std::size_t>((*options.size + 7) / 8));
  for (const std::uint64_t index : options.revoked) {
    if (index >= *options.size) {
      throw Failure(ExitCode::usage, "--revoke " + std::to_string(index) +
                                         " is beyond the end: the list has indexes 0 to " +
                                         std::to_string(*options.size - 1));
    }
    packed[static_cast<std::size_t>(index / 8)] |= static_cast<std::uint8_t>(1U << (index % 8));
  }
  return require(StatusList::of_bytes(options.bits, std::move(packed)), "cannot make the list");
}

IdentifierList build_identifier_list(const StatusListCreateOptions& options) {
  std::vector<Bytes> identifiers;
  for (const std::string& text : options.identifiers) {
    auto id = from_hex(text);
    if (!id || id->empty())
      throw Failure(ExitCode::usage, "--identifier takes hexadecimal bytes, not \"" + text + "\"");
    identifiers.push_back(*std::move(id));
  }
  const auto made = IdentifierList::of(std::vector<ByteView>(identifiers.begin(), identifiers.end()));
  if (!made && made.error().code == Errc::duplicate_key) throw Failure(ExitCode::usage, "--identifier names one twice");
  return require(made, "cannot make the list");
}

std::variant<StatusList, IdentifierList> build_list(const StatusListCreateOptions& options) {
  const bool identifiers = options.identifier_list || !options.identifiers.empty();
  if (identifiers == options.size.has_value()) {
    throw Failure(
        ExitCode::usage,
        "give --size for a status list, or --identifier for an identifier list (--identifier-list for one that "
        "is still empty)");
  }
  if (!identifiers) return build_status_list(options);
  if (!options.revoked.empty()) {
    throw Failure(ExitCode::usage, "--revoke is for a status list; an identifier list has --identifier");
  }
  return build_identifier_list(options);
}

trust::StatusTokenContent build_token(const StatusListCreateOptions& options) {
  trust::StatusTokenContent content{
      .uri = options.uri, .issued_at = time_or_now(options.issued_at), .list = build_list(options)};
  content.expires_at = options.expires_at.empty() ? content.issued_at + usual_life : time_or_now(options.expires_at);
  if (content.expires_at <= content.issued_at) {
    throw Failure(ExitCode::usage,
                  "--exp " + options.expires_at + " is not after the time of issue, " + to_rfc3339(content.issued_at));
  }
  if (options.time_to_live) content.time_to_live = std::chrono::seconds{*options.time_to_live};
  if (!options.aggregation_uri.empty()) content.aggregation_uri = options.aggregation_uri;
  return content;
}

void run_status_list_create(const StatusListCreateOptions& options, const Tool& tool) {
  const trust::StatusTokenContent content = build_token(options);
  const CertifiedKey signer = load_certified_key({.key_option = "--signer-key",
                                                  .key = options.signer_key,
                                                  .certificate_option = "--signer-cert",
                                                  .certificate = options.signer_certificate});
  require_no_root(signer.certificates, options.signer_certificate);
  constexpr auto role = trust::CertificateRole::status_list_signer;
  warn_about_signer(signer.certificates.front(), options.signer_certificate, role, trust::info(role).profile);

  const auto draft = require(trust::StatusTokenDraft::prepare(content, signer.certificates), "cannot make this list");
  const auto signature = require(signer.key.sign(draft.algorithm(), draft.to_be_signed()), "cannot sign");
  const SharedBytes token = require(draft.finish(signature), "cannot sign");

  if (!tool.json) return write_binary(options.output, token.view());
  write_beside_json(options.output, token.view());
  const auto kind = std::holds_alternative<StatusList>(content.list) ? trust::StatusListKind::status_list
                                                                     : trust::StatusListKind::identifier_list;
  const std::uint64_t size = std::visit([](const auto& list) { return std::uint64_t{list.size()}; }, content.list);
  print_json(boost::json::object{{"kind", id_of(kind)},
                                 {"uri", content.uri},
                                 {"issuedAt", to_rfc3339(content.issued_at)},
                                 {"expiresAt", to_rfc3339(content.expires_at)},
                                 {"size", size},
                                 {"token", to_hex(token.view())}});
}

void add_lists(CLI::App& command, StatusListCreateOptions& options) {
  command.add_option("--size", options.size, "Make a status list of so many statuses; rounded up to whole bytes")
      ->check(CLI::Range(std::uint64_t{1}, largest_size));
  command.add_option("--bits", options.bits, "Bits of one status; of mdocs always one")
      ->check(CLI::IsMember({1U}))
      ->capture_default_str();
  take_one_each(command.add_option("--revoke", options.revoked, "Index of a status list that is revoked")
                    ->check(CLI::NonNegativeNumber));
  take_one_each(command.add_option("--identifier", options.identifiers,
                                   "Make an identifier list; this one is revoked, hexadecimal"));
  command.add_flag("--identifier-list", options.identifier_list, "Make an identifier list, even an empty one");
}

}  // namespace

void add_status_list_create(CLI::App& status_list, Tool& tool) {
  const auto options = std::make_shared<StatusListCreateOptions>();
  CLI::App* command = add_command(
      status_list, tool, "create", "Make and sign a list token, for tests and demonstrations",
      "mdoc-cli status-list create --uri https://utopia.example/status/1 --size 1048576 --revoke 1234 --signer-key "
      "status-signer.key --signer-cert status-signer.pem --out token.cbor\n"
      "  mdoc-cli status-list create --uri https://utopia.example/ids/1 --identifier abcd --signer-key "
      "status-signer.key --signer-cert status-signer.pem --out token.cbor");
  command->add_option("--uri", options->uri, "Where documents say that the list is")->required();
  add_lists(*command, *options);
  command->add_option("--iat", options->issued_at, "Time of issue, RFC 3339; by default now");
  command->add_option("--exp", options->expires_at, "Time of expiry, RFC 3339; by default a week later");
  command->add_option("--ttl", options->time_to_live, "Seconds after which a copy should be fetched anew")
      ->check(CLI::PositiveNumber);
  command->add_option("--aggregation-uri", options->aggregation_uri, "Where all lists of the issuer are named");
  command->add_option("--signer-key", options->signer_key, "Private key of the signer: KEY")->required();
  command
      ->add_option("--signer-cert", options->signer_certificate,
                   "Its certificate (pki status-signer), then those up to the root, PEM; without the root")
      ->required();
  add_binary_output(*command, options->output);
  command->callback([options, &tool] { run_status_list_create(*options, tool); });
}

}  // namespace mdoc::cli
