#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/issuance_warnings.hpp"
#include "cli/keys.hpp"
#include "cli/output.hpp"
#include "cli/times.hpp"
#include "cli/vical.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/rical.hpp"
#include "mdoc/trust/vical.hpp"

namespace mdoc::cli {
namespace {

/// One --issuer and the --doc-type options after it.
struct ListedIssuer {
  std::string file;
  std::vector<DocType> doc_types{};
};

struct VicalCreateOptions {
  std::string provider, date, next_update, not_after, url, type, signer_key, signer_certificate;
  std::vector<ListedIssuer> issuers;
  std::optional<std::uint64_t> issue;
  bool rical = false;
  BinaryOutput output;
};

std::optional<UtcSeconds> time_if_given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(time_or_now(text));
}

std::optional<std::string> text_if_given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

/// Makes an entry of each certificate.
template <class Entry, class MakeEntry>
std::vector<Entry> entries_of(const VicalCreateOptions& options, const MakeEntry& make_entry) {
  std::vector<Entry> entries;
  for (const ListedIssuer& issuer : options.issuers) {
    for (const crypto::Certificate& certificate : load_certificates(issuer.file)) {
      if (!certificate.subject_key_identifier()) {
        throw Failure(ExitCode::usage, issuer.file + " (" + certificate.subject().text() +
                                           ") has no subject key identifier, by which lists name certificates");
      }
      if (!certificate.basic_constraints() || !certificate.basic_constraints()->ca) {
        print_warning(issuer.file + " is no certificate of an authority: nothing it signs will be trusted");
      }
      entries.push_back(require(make_entry(issuer, certificate), "cannot list " + issuer.file));
    }
  }
  return entries;
}

trust::Vical build_vical(const VicalCreateOptions& options) {
  const auto make_entry = [](const ListedIssuer& issuer, const crypto::Certificate& certificate) {
    if (issuer.doc_types.empty()) {
      throw Failure(ExitCode::usage, "--issuer " + issuer.file +
                                         " needs at least one --doc-type after it: an authority is trusted for these "
                                         "alone");
    }
    return trust::certificate_info(certificate, issuer.doc_types);
  };
  if (!options.type.empty()) throw Failure(ExitCode::usage, "--type is for --rical: a VICAL has none");
  return {.vical_provider = options.provider,
          .vical_issue_id = options.issue,
          .date = time_or_now(options.date),
          .next_update = time_if_given(options.next_update),
          .not_after = time_if_given(options.not_after),
          .certificate_infos = entries_of<trust::CertificateInfo>(options, make_entry),
          .vical_url = text_if_given(options.url)};
}

trust::Rical build_rical(const VicalCreateOptions& options) {
  const auto make_entry = [](const ListedIssuer& issuer, const crypto::Certificate& certificate) {
    if (!issuer.doc_types.empty()) {
      throw Failure(ExitCode::usage, "--doc-type has no place in a RICAL: readers are not bound to docTypes");
    }
    return trust::rical_certificate_info(certificate, certificate.is_self_signed());
  };
  return {.provider = options.provider,
          .type = options.type.empty() ? std::string(trust::rical_reader_authentication) : options.type,
          .date = time_or_now(options.date),
          .next_update = time_if_given(options.next_update),
          .not_after = time_if_given(options.not_after),
          .certificate_infos = entries_of<trust::RicalCertificateInfo>(options, make_entry),
          .id = options.issue,
          .latest_rical_url = text_if_given(options.url)};
}

/// What the library would refuse, in words that name the option.
void require_order(const VicalCreateOptions& options, UtcSeconds date) {
  const auto check = [date](const char* option, const std::string& text) {
    const auto time = time_if_given(text);
    if (time && *time <= date) {
      throw Failure(ExitCode::usage,
                    std::string(option) + " " + text + " is not after the date of the list, " + to_rfc3339(date));
    }
  };
  check("--next-update", options.next_update);
  check("--not-after", options.not_after);
}

SharedBytes sign_list(const CertifiedKey& signer, const Result<cose::Sign1Draft>& drafted) {
  const cose::Sign1Draft draft = require(drafted, "cannot make this list");
  const auto signature = require(signer.key.sign(draft.algorithm(), draft.to_be_signed()), "cannot sign");
  return require(draft.finish(signature), "cannot sign").encoded;
}

void run_vical_create(const VicalCreateOptions& options, const Tool& tool) {
  const CertifiedKey signer = load_certified_key({.key_option = "--signer-key",
                                                  .key = options.signer_key,
                                                  .certificate_option = "--signer-cert",
                                                  .certificate = options.signer_certificate});
  require_no_root(signer.certificates, options.signer_certificate);
  const auto role = options.rical ? trust::CertificateRole::rical_signer : trust::CertificateRole::vical_signer;
  warn_about_signer(signer.certificates.front(), options.signer_certificate, role, trust::info(role).profile);

  boost::json::object facts{{"kind", options.rical ? "RICAL" : "VICAL"}, {"provider", options.provider}};
  if (options.issue) facts.emplace("issueID", *options.issue);
  const auto finish = [&](const auto& list, const auto& drafted) {
    facts.emplace("date", to_rfc3339(list.date));
    facts.emplace("entries", list.certificate_infos.size());
    return sign_list(signer, drafted);
  };
  SharedBytes encoded;
  if (options.rical) {
    const trust::Rical list = build_rical(options);
    require_order(options, list.date);
    encoded = finish(list, trust::draft_rical(list, signer.certificates));
  } else {
    const trust::Vical list = build_vical(options);
    require_order(options, list.date);
    encoded = finish(list, trust::draft_vical(list, signer.certificates));
  }
  if (!tool.json) return write_binary(options.output, encoded.view());
  write_beside_json(options.output, encoded.view());
  facts.emplace("list", to_hex(encoded.view()));
  print_json(facts);
}

/// Options are handled in the order given, so that a docType finds its issuer.
void add_issuers(CLI::App& command, const std::shared_ptr<VicalCreateOptions>& options) {
  const auto add_issuer = [options](const std::vector<std::string>& files) {
    for (const std::string& file : files) options->issuers.push_back({.file = file});
  };
  const auto add_doc_type = [options](const std::vector<std::string>& doc_types) {
    if (options->issuers.empty()) throw Failure(ExitCode::usage, "--doc-type needs an --issuer before it");
    for (const std::string& doc_type : doc_types) options->issuers.back().doc_types.emplace_back(doc_type);
  };
  command
      .add_option_function<std::vector<std::string>>(
          "--issuer", add_issuer,
          "Certificate of an authority to list, PEM or DER; where there are several, all of them")
      ->trigger_on_parse()
      ->expected(1)
      ->required()
      ->allow_extra_args(false);
  command
      .add_option_function<std::vector<std::string>>(
          "--doc-type", add_doc_type, "docType for which the --issuer before it is trusted; may be repeated")
      ->trigger_on_parse()
      ->expected(1)
      ->allow_extra_args(false);
}

}  // namespace

void add_vical_create(CLI::App& vical, Tool& tool) {
  const auto options = std::make_shared<VicalCreateOptions>();
  CLI::App* command = add_command(
      vical, tool, "create", "Make and sign a list, for tests and demonstrations",
      "mdoc-cli vical create --provider Utopia --issue 1 --issuer iaca.pem --doc-type org.iso.18013.5.1.mDL "
      "--signer-key vical-signer.key --signer-cert vical-signer.pem --out list.cbor\n"
      "  mdoc-cli vical create --rical --provider Utopia --issuer reader-ca.pem --signer-key rical-signer.key "
      "--signer-cert rical-signer.pem --out readers.cbor");
  command->add_option("--provider", options->provider, "Name of the provider")->required();
  add_issuers(*command, options);
  command->add_flag("--rical", options->rical,
                    "Make a RICAL, a list of authorities of readers: those that are self-signed are anchors, others "
                    "complete paths to them");
  command->add_option("--type", options->type,
                      "With --rical: type of the list; by default " + std::string(trust::rical_reader_authentication));
  command->add_option("--issue", options->issue, "Number of the issue, greater than that of the last one")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--date", options->date, "Date of the issue, RFC 3339; by default now");
  command->add_option("--next-update", options->next_update, "When the next issue is due, RFC 3339");
  command->add_option("--not-after", options->not_after, "When the list ends, RFC 3339");
  command->add_option("--url", options->url, "Where the newest issue is");
  command->add_option("--signer-key", options->signer_key, "Private key of the signer: KEY")->required();
  command
      ->add_option("--signer-cert", options->signer_certificate,
                   "Its certificate (pki vical-signer or rical-signer), then those up to the root, PEM; without the "
                   "root")
      ->required();
  add_binary_output(*command, options->output);
  command->callback([options, &tool] { run_vical_create(*options, tool); });
}

}  // namespace mdoc::cli
