#pragma once
// What holds for list tokens in either form.

#include "fuzz/invariants.hpp"
#include "mdoc/trust/status_token.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::fuzz {

/// Whether `trust` covers the token, which then behaves as a verified one.
inline bool verifies(const trust::StatusToken& token, const trust::StatusTrust& trust) {
  const auto verified = trust::verify_status_token(token, {.uri = token.uri(),
                                                           .trust = trust,
                                                           .now = token.issued_at(),
                                                           .clock = {.quality = ClockQuality::unknown},
                                                           .max_inflated = std::size_t{1} << 16});
  if (!verified) return false;
  require(trust.covers(verified->path()));
  require(token.verify_signature(verified->path().front().public_key().value()).has_value());
  require(verified->kind() == token.kind());
  if (verified->kind() == trust::StatusListKind::status_list) {
    require(!verified->status(verified->entries()) && !verified->contains({}));
    require(verified->entries() == 0 || verified->status(verified->entries() - 1));
  } else {
    require(verified->contains({}).has_value() && !verified->status(0));
  }
  return true;
}

inline crypto::Certificate namesake() {
  testing::SampleMdoc sample;
  sample.iaca_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x77)).value();
  return sample.iaca_certificate();
}

/// Of a token that was decoded from `received`.
inline void check_token(const trust::StatusToken& token, const SharedBytes& received,
                        const trust::StatusListLimits& limits) {
  // The authority that signed tokens of the corpus, and one of the same name with another key.
  static const trust::StatusTrust authority = trust::StatusTrust::issuer_ca(testing::SampleMdoc().iaca_certificate());
  static const trust::StatusTrust stranger = trust::StatusTrust::issuer_ca(namesake());
  require(same(token.encoded().view(), received.view()));
  require(token.uri().size() <= limits.max_uri);
  for (const UtcSeconds date : {token.issued_at(), token.expires_at().value_or(token.issued_at())}) {
    require(date >= UtcSeconds{} && date <= trust::latest_token_date);
  }
  require(!token.time_to_live() || *token.time_to_live() > std::chrono::seconds{0});
  for (const SharedBytes& certificate : token.x5chain()) {
    if (const auto trust = trust::StatusTrust::named_by_mso(certificate.view())) (void)verifies(token, *trust);
  }
  (void)verifies(token, authority);
  require(!verifies(token, stranger));
}

}  // namespace mdoc::fuzz
