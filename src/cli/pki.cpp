#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "cli/device_key.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/issuance_warnings.hpp"
#include "cli/keys.hpp"
#include "cli/names.hpp"
#include "cli/output.hpp"
#include "cli/profile_options.hpp"
#include "cli/randomness.hpp"
#include "cli/signing_key.hpp"
#include "cli/times.hpp"
#include "cli/token_keys.hpp"
#include "cli/tool.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile_certificates.hpp"
#include "mdoc/trust/certificate_templates.hpp"

namespace mdoc::cli {
namespace {

struct PkiOptions {
  trust::CertificateRole role{};
  std::string subject, issuer_key, issuer_certificate, curve = "P-256", contact, crl, ocsp, not_before, key, key_out,
                                                       cert_out, profile;
  std::vector<std::string> key_purposes, policies, dns_names;
  int days = 0;
  bool no_check = false, force = false;
};

/// By any name or link, also one that leads to where nothing is yet.
bool is_one_file(const std::string& a, const std::string& b) {
  const auto place = [](const std::string& path) {
    std::error_code failure;
    std::filesystem::path end = std::filesystem::absolute(path, failure);
    if (std::filesystem::is_symlink(end, failure) && !std::filesystem::exists(end, failure)) {
      end = end.parent_path() / std::filesystem::read_symlink(end, failure);
    }
    return std::filesystem::weakly_canonical(end, failure);
  };
  std::error_code failure;
  return place(a) == place(b) || std::filesystem::equivalent(a, b, failure);
}

bool is_self_signed(trust::CertificateRole role) { return trust::info(role).issued_by == trust::IssuedBy::itself; }

crypto::Certificate finish(const Result<crypto::CertificateDraft>& drafted, const SigningKey& signer) {
  const auto draft = require(drafted, "cannot make this certificate");
  const auto signature = require(signer.sign(draft.algorithm(), draft.to_be_signed()), "cannot sign the certificate");
  return require(draft.finish(signature), "cannot sign the certificate");
}

/// What was given, and beside it what the profile of a document chooses; null: there is none.
trust::CertificateContent content_of(const PkiOptions& options, const profile::DocTypeProfile* profile,
                                     const crypto::Certificate* issuer) {
  trust::CertificateContent content{.subject = parse_name(options.subject),
                                    .not_before = time_or_now(options.not_before),
                                    .validity = std::chrono::days{options.days},
                                    .contact = options.contact,
                                    .crl_uri = options.no_check ? "" : options.crl,
                                    .ocsp_uri = options.ocsp,
                                    .ocsp_no_check = options.no_check,
                                    .dns_names = options.dns_names,
                                    .key_purposes = options.key_purposes,
                                    .policies = options.policies};
  if (profile == nullptr) return content;
  content = fill_in_by_profile(std::move(content), *profile, options.role, issuer);
  if (!options.not_before.empty()) content.not_before = time_or_now(options.not_before);
  return content;
}

crypto::Certificate issue(const PkiOptions& options, const profile::DocTypeProfile* profile, const SigningKey& key) {
  Rng& rng = randomness();
  const auto wanted = [&](const crypto::Certificate* issuer) {
    return require(trust::certificate_template(options.role, content_of(options, profile, issuer), issuer),
                   "cannot make this certificate");
  };
  if (is_self_signed(options.role)) {
    auto made = finish(crypto::draft_self_signed_certificate(wanted(nullptr), key.public_key(), rng), key);
    if (options.role == trust::CertificateRole::iaca && !made.country()) {
      print_warning("this authority names no country (C=…): verifiers refuse what its signers sign");
    }
    return made;
  }
  const CertifiedKey issuer = load_certified_key({.key_option = "--issuer-key",
                                                  .key = options.issuer_key,
                                                  .certificate_option = "--issuer-cert",
                                                  .certificate = options.issuer_certificate});
  const crypto::Certificate& authority = issuer.certificates.front();
  if (!authority.basic_constraints() || !authority.basic_constraints()->ca) {
    throw Failure(ExitCode::usage,
                  options.issuer_certificate + " is no certificate of an authority: no path leads over it");
  }
  auto made = finish(crypto::draft_certificate(wanted(&authority), key.public_key(), authority, rng), issuer.key);
  if (trust::info(options.role).issued_by == trust::IssuedBy::iaca) {
    warn_about_countries(made, authority, options.issuer_certificate);
  }
  return made;
}

/// A new key: in memory, for a file, or in the token where it stays.
struct NewKey {
  std::optional<crypto::PrivateKey> in_memory{};
  SigningKey signing;
};

NewKey make_key(const PkiOptions& options) {
  const crypto::Curve curve = signing_curve(options.curve);
  if (is_token_key(options.key_out)) {
    auto made = make_token_key(options.key_out, curve, crypto::KeyUse::sign);
    return {.in_memory = {}, .signing = SigningKey(std::move(made.provider), std::move(made.name), made.public_key)};
  }
  auto key = require(crypto::PrivateKey::generate(curve, randomness()), "cannot make a key");
  const SecretBytes scalar = require(key.scalar(), "cannot make a key");
  SigningKey signing(require(crypto::PrivateKey::import(curve, scalar.view()), "cannot make a key"));
  return {.in_memory = std::move(key), .signing = std::move(signing)};
}

void run_pki(const PkiOptions& options, const Tool& tool) {
  const auto loaded = load_one_profile(options.profile);
  const profile::DocTypeProfile* const profile = loaded ? &loaded->profile() : nullptr;
  const bool new_key = options.key.empty();
  if (new_key == options.key_out.empty()) {
    throw Failure(ExitCode::usage, "a new key goes to --key-out, or there is one already and --key names it");
  }
  if (new_key && is_one_file(options.key_out, options.cert_out))
    throw Failure(ExitCode::usage, "--key-out and --cert-out name one file");
  const auto require_place = [&options] {  // before there is a key without a certificate
    require_replaceable(options.cert_out);
    if (!options.force) require_absent(options.cert_out);
  };
  if (is_token_key(options.key_out)) require_place();
  const auto made = new_key ? make_key(options) : NewKey{.in_memory = {}, .signing = load_signing_key(options.key)};
  const crypto::Certificate certificate = issue(options, profile, made.signing);
  require_place();
  if (made.in_memory) {
    write_secret_file(options.key_out, require(made.in_memory->pem(), "cannot write the key"), options.force);
  }
  write_file(options.cert_out, as_bytes(certificate.pem()));

  const std::string key_file = secret_name(new_key ? options.key_out : options.key);
  if (tool.json) {
    print_json(boost::json::object{{"role", trust::info(options.role).id},
                                   {"subject", certificate.subject().text()},
                                   {"issuer", certificate.issuer().text()},
                                   {"notBefore", to_rfc3339(certificate.not_before())},
                                   {"notAfter", to_rfc3339(certificate.not_after())},
                                   {"fingerprint", to_hex(certificate.fingerprint().view())},
                                   {"key", key_file},
                                   {"certificate", options.cert_out}});
    return;
  }
  print_line("subject   " + json::printable(certificate.subject().text()));
  print_line("issuer    " + json::printable(certificate.issuer().text()));
  print_line("valid     " + to_rfc3339(certificate.not_before()) + " to " + to_rfc3339(certificate.not_after()));
  print_line("key       " + json::printable(key_file));
  print_line("cert      " + json::printable(options.cert_out));
}

/// A line that works once its issuer is there.
std::string example_of(const trust::CertificateRoleInfo& role) {
  const std::string id(role.id);
  std::string line = "mdoc-cli pki " + id + " --subject \"C=UT, O=Utopia, CN=Utopia " + id + "\"";
  if (role.issued_by != trust::IssuedBy::itself) {
    const std::string issuer = role.issued_by == trust::IssuedBy::iaca ? "iaca" : "reader-ca";
    line += " --issuer-key " + issuer + ".key --issuer-cert " + issuer + ".pem";
  }
  if (role.role == trust::CertificateRole::tls_server) line += " --dns issuer.utopia.example";
  line += " --contact https://utopia.example";
  if (role.profile.crl_points) line += " --crl https://utopia.example/crl";
  return line + " --key-out " + id + ".key --cert-out " + id + ".pem";
}

void add_issuer(CLI::App& command, PkiOptions& options) {
  command.add_option("--issuer-key", options.issuer_key, "Private key of the issuer")->required();
  command.add_option("--issuer-cert", options.issuer_certificate, "Certificate of the issuer, PEM")->required();
}

/// What some roles have alone.
void add_extensions(CLI::App& command, PkiOptions& options) {
  const trust::CertificateRoleInfo& role = trust::info(options.role);
  options.contact = "https://mdoc.example";
  command.add_option("--contact", options.contact, "URL or e-mail address of the issuer")->capture_default_str();
  const bool ocsp = role.role == trust::CertificateRole::ocsp_signer;
  if (role.profile.crl_points || ocsp) options.crl = "https://mdoc.example/crl";
  command.add_option("--crl", options.crl, "Where the issuer publishes its CRL")->capture_default_str();
  if (is_self_signed(role.role)) return;
  command.add_option("--ocsp", options.ocsp, "Where the issuer answers OCSP requests");
  if (ocsp) {
    command.add_flag("--no-check", options.no_check, "Nobody asks whether it is revoked; valid for at most 90 days");
  }
  if (!role.ca) {
    take_one_each(command.add_option("--key-purpose", options.key_purposes,
                                     "Key purpose, dotted; by default that of the mDL, if it has one"));
  }
  if (role.role == trust::CertificateRole::tls_server || role.role == trust::CertificateRole::reader) {
    auto* const names = command.add_option("--dns", options.dns_names, "Host name");
    take_one_each(names);
    if (role.role == trust::CertificateRole::tls_server) names->required();
  }
  auto* const policies = command.add_option("--policy", options.policies, "Certificate policy, dotted");
  take_one_each(policies);
  if (role.role == trust::CertificateRole::rical_signer) {
    options.policies = {"2.999.1"};  // the arc for examples
    policies->default_str("2.999.1");
  }
}

void add_role(CLI::App& pki, Tool& tool, const trust::CertificateRoleInfo& role) {
  const auto options = std::make_shared<PkiOptions>();
  options->role = role.role;
  CLI::App* command =
      add_command(pki, tool, std::string(role.id), "Make a key and a " + std::string(role.what), example_of(role));
  command->add_option("--subject", options->subject, "Name: \"C=UT, ST=UT-X, O=Utopia, CN=…\"")->required();
  if (!is_self_signed(role.role)) add_issuer(*command, *options);
  command->add_option("--curve", options->curve, "Curve of the new key")->capture_default_str();
  command->add_option("--key", options->key, "Private key that is there already, instead of a new one: KEY");
  command
      ->add_option(
          "--days", options->days,
          "Validity; by default as long as the profile allows (" + std::to_string(role.max_validity.count()) + ")")
      ->check(CLI::Range(1, static_cast<int>(role.max_validity.count())));
  command->add_option("--not-before", options->not_before, "Start of validity, RFC 3339; by default now");
  const bool profiled = role.role == trust::CertificateRole::iaca ||
                        role.role == trust::CertificateRole::document_signer ||
                        role.role == trust::CertificateRole::reader;
  if (profiled) {
    command->add_option("--profile", options->profile,
                        "Short name, docType or JSON file of a profile: gives key purpose, policies and validity");
  }
  add_extensions(*command, *options);
  command->add_option("--key-out", options->key_out,
                      "File for the new private key, PEM; or pkcs11:…;object=NAME: in a token");
  command->add_option("--cert-out", options->cert_out, "File for the certificate, PEM")->required();
  command->add_flag("--force", options->force, "Replace the files of --key-out and --cert-out if there are any");
  add_seed(*command);
  command->callback([options, &tool] { run_pki(*options, tool); });
}

}  // namespace

void add_pki(CLI::App& app, Tool& tool) {
  CLI::App* pki = add_command(
      app, tool, "pki", "Make keys and certificates for tests and demonstrations",
      "mdoc-cli pki iaca --subject \"C=UT, O=Utopia, CN=Utopia IACA\" --key-out iaca.key --cert-out iaca.pem");
  pki->require_subcommand(1);
  for (const trust::CertificateRoleInfo& role : trust::certificate_roles()) add_role(*pki, tool, role);
  add_device_key(*pki, tool);
}

}  // namespace mdoc::cli
