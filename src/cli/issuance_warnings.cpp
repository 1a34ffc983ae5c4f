#include "cli/issuance_warnings.hpp"

#include <fmt/format.h>

#include "cli/output.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/trust/signer_profile.hpp"

namespace mdoc::cli {
namespace {

void warn_about_signer(const trust::SignerFacts& facts, const std::string& file, const trust::SignerProfile& profile) {
  for (const auto aspect :
       {trust::SignerAspect::key_purpose, trust::SignerAspect::profile, trust::SignerAspect::country}) {
    const auto judged = trust::judge_signer(aspect, facts, nullptr, profile, Level::interop);
    if (!judged.rule) continue;
    std::string text = fmt::format("{} is {}: verifiers {} it", file, trust::info(*judged.rule).what,
                                   judged.weight == Weight::error ? "refuse" : "warn about");
    if (aspect == trust::SignerAspect::key_purpose && !profile.key_purposes.empty()) {
      text += fmt::format("; mdoc-cli pki ds --key-purpose {} makes one that fits", profile.key_purposes.front());
    }
    print_warning(text);
  }
}

void warn_about_validity(const model::ValidityInfo& validity, const trust::SignerFacts& facts,
                         const std::string& file) {
  const auto warn = [&](std::string_view what, UtcSeconds time, std::string_view relation, UtcSeconds bound) {
    print_warning(fmt::format("the document {} {}, {} {} ({}): verifiers warn about it", what, to_rfc3339(time),
                              relation, file, to_rfc3339(bound)));
  };
  if (validity.valid_until > facts.not_after)
    warn("is valid until", validity.valid_until, "later than", facts.not_after);
  if (validity.signed_at < facts.not_before) warn("is signed at", validity.signed_at, "earlier than", facts.not_before);
}

void warn_about_elements(const model::ElementValues& name_spaces, const profile::DocTypeProfile& profile) {
  for (const auto& [name_space, elements] : name_spaces) {
    const auto* known = profile::find_name_space(profile, name_space.str());
    if (known == nullptr) continue;  // an issuer's own
    for (const auto& [identifier, value] : elements) {
      if (profile::find_element(*known, identifier.str()) != nullptr) continue;
      print_warning(fmt::format("{} defines no element {}; is it spelt as meant?", json::printable(name_space.str()),
                                json::printable(identifier.str())));
    }
  }
}

}  // namespace

void warn_about_issuance(const model::IssuanceContent& content, const crypto::Certificate& signer,
                         const std::string& signer_file, const profile::DocTypeProfile* profile) {
  const trust::SignerFacts facts = trust::SignerFacts::of(signer);
  const trust::SignerProfile signers =
      profile == nullptr ? trust::generic_signer_profile() : trust::SignerProfile{profile->signer_key_purposes};
  warn_about_signer(facts, signer_file, signers);
  warn_about_validity(content.validity_info, facts, signer_file);
  if (profile != nullptr) warn_about_elements(content.name_spaces, *profile);
}

void warn_about_countries(const crypto::Certificate& signer, const crypto::Certificate& authority,
                          const std::string& authority_file) {
  const auto country = authority.country();
  if (signer.country() == country) return;
  print_warning(country ? fmt::format("the country of {} is {}, and not that of this certificate: verifiers refuse it",
                                      authority_file, json::printable(*country))
                        : authority_file + " names no country: verifiers refuse what its signers sign");
}

}  // namespace mdoc::cli
