#include "mdoc/trust/signer_profile.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace mdoc::trust {
namespace {

constexpr Weight warning = Weight::warning;
constexpr Weight error = Weight::error;

constexpr std::array<std::string_view, 1> generic_key_purposes{key_purpose::mdoc_document_signer};
constexpr SignerProfile generic_profile{.key_purposes = generic_key_purposes};

bool key_purpose_present(const SignerFacts& signer, const AnchorFacts*, const SignerProfile& profile) {
  return profile.key_purposes.empty() || !signer.key_purposes.empty();
}

// anyExtendedKeyUsage is not among the purposes of any profile, so it never suffices.
bool key_purpose_fits(const SignerFacts& signer, const AnchorFacts*, const SignerProfile& profile) {
  if (profile.key_purposes.empty() || signer.key_purposes.empty()) return true;
  return std::ranges::any_of(signer.key_purposes, [&](const std::string& purpose) {
    return std::ranges::find(profile.key_purposes, purpose) != profile.key_purposes.end();
  });
}

bool not_ca(const SignerFacts& signer, const AnchorFacts*, const SignerProfile&) { return !signer.ca; }

bool key_usage(const SignerFacts& signer, const AnchorFacts*, const SignerProfile&) {
  return signer.key_usage && (*signer.key_usage & crypto::key_usage::digital_signature) != 0;
}

bool country_present(const SignerFacts& signer, const AnchorFacts*, const SignerProfile&) {
  return signer.country.has_value();
}

// A pin names the signer itself, so there is no second country to compare with.
bool country_equal(const SignerFacts& signer, const AnchorFacts* anchor, const SignerProfile&) {
  return anchor == nullptr || anchor->pinned || !signer.country || signer.country == anchor->country;
}

// One row for each SignerRule, in order. Deployed test certificates break each of them, which is
// what the column of the lenient level is for.
constexpr std::array table{
    SignerRuleInfo{SignerRule::key_purpose_present, SignerAspect::key_purpose, "ds.key-purpose-present", "B.1.4",
                   "a document signer certificate without key purpose", error, error, warning, key_purpose_present},
    SignerRuleInfo{SignerRule::key_purpose_fits, SignerAspect::key_purpose, "ds.key-purpose-fits", "B.1.4",
                   "a certificate made for another purpose than signing documents of this type", error, error, warning,
                   key_purpose_fits},
    SignerRuleInfo{SignerRule::not_ca, SignerAspect::profile, "ds.not-ca", "B.1.4",
                   "a CA certificate as document signer", error, error, warning, not_ca},
    SignerRuleInfo{SignerRule::key_usage, SignerAspect::profile, "ds.key-usage", "B.1.4",
                   "a document signer certificate without the key usage digitalSignature", error, error, warning,
                   key_usage},
    SignerRuleInfo{SignerRule::country_present, SignerAspect::country, "ds.country-present", "B.1.4",
                   "a document signer certificate without country", error, warning, warning, country_present},
    SignerRuleInfo{SignerRule::country_equal, SignerAspect::country, "ds.country-equal", "12.8.3",
                   "a document signer of another country than its trust anchor", error, error, warning, country_equal},
};

consteval bool table_is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].rule) != i) return false;
  }
  return true;
}
static_assert(table_is_in_order());

std::optional<std::string> owned(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

}  // namespace

SignerFacts SignerFacts::of(const crypto::Certificate& certificate) {
  return {.public_key = certificate.public_key(),
          .fingerprint = certificate.fingerprint(),
          .subject = certificate.subject().text(),
          .country = owned(certificate.country()),
          .state = owned(certificate.state_or_province()),
          .not_before = certificate.not_before(),
          .not_after = certificate.not_after(),
          .ca = certificate.basic_constraints() && certificate.basic_constraints()->ca,
          .key_usage = certificate.key_usage(),
          .key_purposes = certificate.extended_key_usage()};
}

const SignerProfile& generic_signer_profile() noexcept { return generic_profile; }

std::span<const SignerRuleInfo> signer_rules() noexcept { return table; }

const SignerRuleInfo& info(SignerRule rule) noexcept {
  assert(static_cast<std::size_t>(rule) < table.size());
  return table[static_cast<std::size_t>(rule)];
}

SignerJudgement judge_signer(SignerAspect aspect, const SignerFacts& signer, const AnchorFacts* anchor,
                             const SignerProfile& profile, Level level) noexcept {
  SignerJudgement worst;
  for (const SignerRuleInfo& row : table) {
    if (row.aspect != aspect || row.weight(level) <= worst.weight) continue;
    if (!row.holds(signer, anchor, profile)) worst = {.weight = row.weight(level), .rule = row.rule};
  }
  return worst;
}

}  // namespace mdoc::trust
