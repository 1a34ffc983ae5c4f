#include "facade/trust_intake.hpp"

#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "mdoc/crypto/certificate_path.hpp"
#include "mdoc/crypto/crl.hpp"
#include "mdoc/trust/unverified_status_token.hpp"
#include "trust/received_crl.hpp"

namespace mdoc {
namespace {

using trust::BundleItem;
using trust::BundleKind;
using trust::Purpose;
using trust::WantedSource;
using Verdict = TrustItemState::Verdict;

constexpr std::array list_purposes{Purpose::issuance, Purpose::readers};

BundleKind kind_of(trust::ListKind kind) {
  switch (kind) {
    case trust::ListKind::vical: return BundleKind::vical;
    case trust::ListKind::rical: return BundleKind::rical;
    case trust::ListKind::trusted_entities: break;
  }
  return BundleKind::trusted_entities;
}

std::chrono::seconds age(UtcSeconds since, UtcSeconds now) { return std::max(now - since, std::chrono::seconds{0}); }

TrustItemState state_of(const trust::TrustedList& list, UtcSeconds now, const ClockPolicy& clock,
                        std::chrono::seconds refresh) {
  const trust::ListProvenance& provenance = list.provenance();
  const auto dates = trust::judge_list_dates(provenance, now, clock);
  Verdict verdict = Verdict::current;
  if (!dates) {
    verdict = Verdict::expired;
  } else if (dates->state == trust::ListState::due || (!provenance.next_update && provenance.date + refresh <= now)) {
    verdict = Verdict::due;
  }
  return {.kind = kind_of(provenance.kind),
          .name = trust::describe(provenance),
          .verdict = verdict,
          .entries = list.anchors().size(),
          .issued = provenance.date,
          .next_update = provenance.next_update,
          .ends = provenance.ends(),
          .age = age(provenance.date, now)};
}

TrustItemState state_of(const trust::CachedCrl& cached, UtcSeconds now) {
  const crypto::CertificateRevocationList& list = cached.crl.list();
  const bool due = !list.next_update() || *list.next_update() <= now;
  return {.kind = BundleKind::crl,
          .name = list.issuer().text(),
          .verdict = due ? Verdict::due : Verdict::current,
          .entries = list.entry_count(),
          .issued = list.this_update(),
          .next_update = list.next_update(),
          .age = cached.age(now)};
}

TrustItemState state_of(const trust::StoredOcspResponse& stored, UtcSeconds now, const TrustKeeperOptions& options) {
  return {.kind = BundleKind::ocsp,
          .name = stored.certificate.subject().text(),
          .verdict = stored.received_at + options.refresh <= now ? Verdict::due : Verdict::current,
          .entries = 1,
          .age = age(stored.received_at, now)};
}

TrustItemState state_of(const trust::CachedStatusList& cached) {
  const trust::VerifiedStatusToken& token = cached.token;
  Verdict verdict = Verdict::current;
  if (cached.freshness == trust::Freshness::stale) verdict = Verdict::due;
  if (cached.freshness == trust::Freshness::expired) verdict = Verdict::expired;
  return {.kind = BundleKind::status_list,
          .name = token.uri(),
          .verdict = verdict,
          .entries = static_cast<std::size_t>(token.entries()),
          .issued = token.issued_at(),
          .next_update = cached.lifetime.refresh_at,
          .ends = token.expires_at(),
          .age = cached.age};
}

}  // namespace

trust::RevocationContext TrustIntake::context(UtcSeconds now) const {
  return {.now = now, .clock = clock_, .level = options_->level};
}

trust::ListTrust TrustIntake::list_trust(std::span<const crypto::Certificate> anchors, UtcSeconds now) const {
  return {.anchors = anchors, .now = now, .clock = clock_};
}

/// Whose revocation cannot be told is let through: CRLs of list authorities are rare, and come later than their lists.
Result<void> TrustIntake::check_not_revoked(std::span<const crypto::Certificate> path, const Path& where,
                                            UtcSeconds now) const {
  const auto known = trust::look_up_path(revocation_->sources(), path, context(now));
  for (const trust::RevocationRecord& record : known.records) {
    if (trust::weigh(record.state, trust::RevocationPolicy::soft) == Weight::error) {
      return Error{.code = Errc::revoked, .where = where};
    }
  }
  return {};
}

std::vector<crypto::Certificate> TrustIntake::signers_of(const TrustFeed& feed) const {
  std::vector<crypto::Certificate> signers = store_->given(Purpose::list_signers);
  if (feed.signers.empty()) return signers;
  std::erase_if(signers, [&](const crypto::Certificate& one) { return std::ranges::count(feed.signers, one) == 0; });
  return signers;
}

bool TrustIntake::may_sign(const TrustFeed& feed, const trust::TrustedList& list) const {
  if (!list.signer_root()) return feed.signers.empty();
  return std::ranges::count(signers_of(feed), *list.signer_root()) != 0;
}

Result<TrustIntake::Received> TrustIntake::put(Purpose purpose, const trust::TrustedList& list,
                                               const trust::TrustedList* earlier) {
  // A provider that changed its name, or the root of its signers, goes on with the same list at the same address.
  const bool renamed = earlier != nullptr && !list.is_same_list(*earlier) && list.continues(*earlier);
  if (renamed && list.provenance().date < earlier->provenance().date) {
    return Error{.code = Errc::superseded, .where = "TrustFeed"};
  }
  MDOC_CHECK(store_->put_list(purpose, list));
  if (renamed) store_->remove_list(purpose, *earlier);
  return Received{.content = list.encoded(), .next_update = list.provenance().next_update, .list = list};
}

Result<TrustIntake::Received> TrustIntake::take_vical(const TrustFeed& feed, SharedBytes encoded, UtcSeconds now,
                                                      const trust::TrustedList* earlier) {
  MDOC_TRY(const trust::SignedVical list, trust::decode_vical(std::move(encoded), {.level = options_->level}));
  const std::vector<crypto::Certificate> anchors = signers_of(feed);
  MDOC_TRY(const trust::VerifiedVical verified, trust::verify_vical(list, list_trust(anchors, now)));
  MDOC_TRY(const trust::TrustedList trusted, trust::TrustedList::of(verified, options_->level));
  MDOC_CHECK(check_not_revoked(verified.verification().signer_path, Path("VICAL") / "x5chain", now));
  return put(Purpose::issuance, trusted, earlier);
}

Result<TrustIntake::Received> TrustIntake::take_rical(const TrustFeed& feed, SharedBytes encoded, UtcSeconds now,
                                                      const trust::TrustedList* earlier) {
  MDOC_TRY(const trust::SignedRical list, trust::decode_rical(std::move(encoded), {.level = options_->level}));
  const std::vector<crypto::Certificate> anchors = signers_of(feed);
  MDOC_TRY(const trust::VerifiedRical verified, trust::verify_rical(list, list_trust(anchors, now)));
  MDOC_TRY(const trust::TrustedList trusted, trust::TrustedList::of(verified, options_->level));
  MDOC_CHECK(check_not_revoked(verified.verification().signer_path, Path("RICAL") / "x5chain", now));
  return put(Purpose::readers, trusted, earlier);
}

Result<TrustIntake::Received> TrustIntake::take_trusted_entities(const TrustFeed& feed, SharedBytes encoded,
                                                                 UtcSeconds now, const trust::TrustedList* earlier) {
  if (options_->formats == nullptr) return Error{.code = Errc::unsupported_media_type, .where = "LoTE"};
  const std::vector<crypto::Certificate> anchors = signers_of(feed);
  MDOC_TRY(const auto found,
           options_->formats->trusted_entities(std::move(encoded), feed, anchors, now, clock_, options_->level));
  if (found.signer_path.empty()) return Error{.code = Errc::no_trust_anchor, .where = "LoTE"};
  MDOC_CHECK(check_feed(feed, found.signer_path.back()));
  MDOC_CHECK(check_not_revoked(found.signer_path, Path("LoTE") / "x5c", now));
  return put(found.purpose, found.list, earlier);
}

/// Whose list it is, its signer says, not the address where it was found: nobody is to be trusted for the docTypes of
/// another feed because somebody served the wrong list there.
Result<void> TrustIntake::check_feed(const TrustFeed& feed, const crypto::Certificate& root) const {
  for (const TrustFeed& other : options_->feeds) {
    if (other.kind != feed.kind || other.type != feed.type) continue;
    const bool is_vaguer = other.signers.empty() && !feed.signers.empty();
    const bool is_of_others = !other.signers.empty() && std::ranges::count(other.signers, root) == 0;
    if (is_vaguer || is_of_others) continue;
    if (!std::ranges::is_permutation(other.doc_types, feed.doc_types)) {
      return Error{.code = Errc::bad_argument, .where = Path("TrustFeed") / "signers"};
    }
  }
  return {};
}

Result<TrustIntake::Received> TrustIntake::take(const TrustFeed& feed, SharedBytes encoded, UtcSeconds now,
                                                const trust::TrustedList* earlier) {
  switch (feed.kind) {
    case BundleKind::vical: return take_vical(feed, std::move(encoded), now, earlier);
    case BundleKind::rical: return take_rical(feed, std::move(encoded), now, earlier);
    case BundleKind::trusted_entities: return take_trusted_entities(feed, std::move(encoded), now, earlier);
    case BundleKind::crl: {
      MDOC_TRY(const auto list, trust::decode_received_crl(encoded));
      return take_crl(list, now);
    }
    case BundleKind::status_list:  // by aggregation, or as documents refer to them
    case BundleKind::ocsp: break;
  }
  return Error{.code = Errc::bad_argument, .where = "TrustFeed"};
}

Result<trust::StatusToken> TrustIntake::decode_status_token(SharedBytes encoded) const {
  if (!trust::is_jwt(encoded.view()))
    return trust::decode_status_token_cwt(std::move(encoded), {.level = options_->level});
  if (options_->formats == nullptr) return Error{.code = Errc::unsupported_media_type, .where = "StatusListToken"};
  return options_->formats->status_token(std::move(encoded), options_->level);
}

Result<void> TrustIntake::take(const WantedSource& wanted, SharedBytes encoded, UtcSeconds now) {
  const bool list =
      wanted.kind == trust::RevocationSource::status_list || wanted.kind == trust::RevocationSource::identifier_list;
  if (!list) return revocation_->accept(wanted, std::move(encoded), context(now));
  MDOC_TRY(const trust::StatusToken token, decode_status_token(std::move(encoded)));
  return revocation_->accept(wanted, token, context(now), now);
}

Result<void> TrustIntake::take_aggregated(const std::string& uri, SharedBytes encoded, UtcSeconds now) {
  return take({.kind = trust::RevocationSource::status_list, .uris = {uri}, .trust = any_issuer()}, std::move(encoded),
              now);
}

Result<void> TrustIntake::take_revocation(BundleKind kind, const SharedBytes& encoded,
                                          std::span<const WantedSource> wanted, UtcSeconds now) {
  if (kind == BundleKind::ocsp) return take_ocsp(encoded, wanted, now);
  if (kind == BundleKind::crl) {
    MDOC_TRY(const auto list, trust::decode_received_crl(encoded));
    return take_crl(list, wanted, now);
  }
  MDOC_TRY(const trust::StatusToken token, decode_status_token(encoded));
  return take_status_list(token, wanted, now);
}

Result<void> TrustIntake::take_crl(const crypto::CertificateRevocationList& list, std::span<const WantedSource> wanted,
                                   UtcSeconds now) {
  std::optional<Error> refused;
  for (const WantedSource& one : wanted) {
    if (!one.issuer || one.issuer->subject() != list.issuer()) continue;
    const auto kept = keep(list, *one.issuer, now);
    if (kept) return {};
    if (kept.error().code == Errc::superseded) return kept.error();
    refused = kept.error();
  }
  const auto taken = take_crl(list, now);
  if (taken) return {};
  const bool of_nobody = taken.error().code == Errc::chain_untrusted || taken.error().code == Errc::no_trust_anchor;
  return of_nobody ? refused.value_or(taken.error()) : taken.error();
}

Result<void> TrustIntake::take_status_list(const trust::StatusToken& token, std::span<const WantedSource> wanted,
                                           UtcSeconds now) {
  const std::string& uri = trust::unverified_claims(token).sub;
  for (const WantedSource& one : wanted) {
    if (std::ranges::count(one.uris, uri) != 0 && revocation_->accept(one, token, context(now), now)) return {};
  }
  return revocation_->accept({.kind = trust::RevocationSource::status_list, .uris = {uri}, .trust = any_issuer()},
                             token, context(now), now);
}

Result<void> TrustIntake::take_ocsp(const SharedBytes& encoded, std::span<const WantedSource> wanted, UtcSeconds now) {
  Error last{.code = Errc::no_trust_anchor, .where = "OCSPResponse"};
  for (const WantedSource& one : wanted) {
    const auto taken = revocation_->accept(one, encoded, context(now));
    if (taken) return {};
    last = taken.error();
  }
  return last;
}

/// Of an authority that is trusted: which one, the list says.
Result<TrustIntake::Received> TrustIntake::take_crl(const crypto::CertificateRevocationList& list, UtcSeconds now) {
  const Path where = Path("CertificateList") / "issuer";
  Error last{.code = Errc::no_trust_anchor, .where = where};
  for (const Purpose purpose : {Purpose::issuance, Purpose::readers, Purpose::list_signers}) {
    for (const crypto::Certificate& authority : store_->authorities(purpose)) {
      if (last.code == Errc::no_trust_anchor) last = {.code = Errc::chain_untrusted, .where = where};
      if (authority.subject() != list.issuer()) continue;
      auto taken = keep(list, authority, now);
      if (taken) return taken;
      // Of namesakes, the one that says most: that its key did not sign is no more than that.
      if (last.code == Errc::chain_untrusted || taken.error().code != Errc::signature_invalid) last = taken.error();
    }
  }
  return last;
}

Result<TrustIntake::Received> TrustIntake::keep(const crypto::CertificateRevocationList& list,
                                                const crypto::Certificate& issuer, UtcSeconds received) {
  MDOC_TRY(const trust::VerifiedCrl verified, trust::VerifiedCrl::verify(list, issuer));
  MDOC_CHECK(revocation_->crls().insert(verified, received));
  return Received{.content = list.der(), .next_update = list.next_update()};
}

Result<TrustIntake::Received> TrustIntake::take_revocation(const BundleItem& item,
                                                           const crypto::Certificate& trust_point, UtcSeconds at) {
  UtcSeconds received = std::min(item.fetched, at);
  if (item.kind == BundleKind::crl) {
    MDOC_TRY(const auto list, crypto::CertificateRevocationList::from_der(item.content));
    return keep(list, trust_point, received);
  }
  if (item.kind == BundleKind::ocsp) {
    if (!item.certificate) return Error{.code = Errc::missing_element, .where = Path("TrustBundle") / "items"};
    MDOC_TRY(const auto certificate, crypto::Certificate::from_der(item.certificate->view()));
    const WantedSource wanted{.kind = trust::RevocationSource::ocsp, .certificate = certificate, .issuer = trust_point};
    MDOC_CHECK(revocation_->accept(wanted, item.content, context(received)));
    return Received{.content = item.content};
  }
  // Whoever named this certificate at first, it is asked for again only by documents that name it, or whose signer it
  // certified: a trust point that somebody put into the bundle vouches for nothing else.
  const auto trust =
      item.named_by_document ? trust::StatusTrust::anchors({trust_point}) : trust::StatusTrust::issuer_ca(trust_point);
  MDOC_TRY(const trust::StatusToken token, decode_status_token(item.content));
  const WantedSource wanted{.kind = trust::RevocationSource::status_list, .uris = {token.uri()}, .trust = trust};
  // What is noted as received at a time when it was of no use could not be restored.
  const bool as_it_came = trust::verify_status_token(token, {.uri = token.uri(),
                                                             .trust = trust,
                                                             .now = received,
                                                             .clock = clock_,
                                                             .purposes = revocation_->status_signers()})
                              .has_value();
  if (!as_it_came) received = at;
  MDOC_CHECK(revocation_->accept(wanted, token, context(at), received));
  return Received{.content = item.content};
}

Result<TrustIntake::Received> TrustIntake::take_anchors(const BundleItem& item, UtcSeconds at) {
  if (item.kind != BundleKind::trusted_entities) return take_anchors({.kind = item.kind}, item, at);
  // What its issuers are trusted for, a feed of this reader says, not the bundle.
  Error last{.code = Errc::chain_untrusted, .where = Path("TrustBundle") / "items" / "type"};
  for (const TrustFeed& feed : options_->feeds) {
    if (feed.kind != item.kind || feed.type != item.type) continue;
    auto taken = take_anchors(feed, item, at);
    if (taken || taken.error().code == Errc::superseded) return taken;
    last = taken.error();
  }
  return last;
}

/// It has to verify as of `at`. Where it does so also as of the time when it came, that is the time which is noted.
Result<TrustIntake::Received> TrustIntake::take_anchors(const TrustFeed& feed, const BundleItem& item, UtcSeconds at) {
  auto taken = take(feed, item.content, at, nullptr);
  if (!taken || item.fetched >= at) return taken;
  auto as_it_came = take(feed, item.content, item.fetched, nullptr);
  return as_it_came ? as_it_came : taken;
}

trust::StatusTrust TrustIntake::any_issuer() const {
  return trust::StatusTrust::issuer_cas(store_->authorities(Purpose::issuance));
}

bool TrustIntake::is_vouched_for(const crypto::Certificate& certificate, UtcSeconds now) const {
  for (const Purpose purpose : {Purpose::issuance, Purpose::readers, Purpose::list_signers, Purpose::status_lists}) {
    const std::vector<crypto::Certificate> authorities = store_->authorities(purpose);
    if (crypto::find_certificate_path(certificate, {}, authorities, {.at = {now}})) return true;
  }
  return false;
}

trust::TrustBundle TrustIntake::bundle(UtcSeconds now) const {
  trust::TrustBundle bundle{.created = now};
  for (const Purpose purpose : list_purposes) {
    for (const trust::TrustedList& list : store_->lists(purpose)) {
      const trust::ListProvenance& provenance = list.provenance();
      bundle.items.push_back(
          {.kind = kind_of(provenance.kind), .content = list.encoded(), .fetched = list.verified_at()});
      if (provenance.kind == trust::ListKind::trusted_entities) bundle.items.back().type = provenance.type;
    }
  }
  for (const trust::CachedCrl& cached : revocation_->crls().entries()) {
    bundle.items.push_back({.kind = BundleKind::crl,
                            .content = cached.crl.list().der(),
                            .fetched = cached.received_at,
                            .trust_point = SharedBytes::copy_of(cached.crl.issuer().der())});
  }
  for (const trust::StoredOcspResponse& stored : revocation_->ocsp_responses().stored()) {
    bundle.items.push_back({.kind = BundleKind::ocsp,
                            .content = stored.encoded,
                            .fetched = stored.received_at,
                            .trust_point = SharedBytes::copy_of(stored.issuer.der()),
                            .certificate = SharedBytes::copy_of(stored.certificate.der())});
  }
  for (const trust::StoredStatusList& stored : revocation_->status_lists().stored()) {
    bundle.items.push_back({.kind = BundleKind::status_list,
                            .content = stored.encoded,
                            .fetched = stored.fetched,
                            .trust_point = SharedBytes::copy_of(stored.trust_point.der()),
                            .named_by_document = stored.signer_is_trust_point});
  }
  return bundle;
}

std::vector<TrustItemState> TrustIntake::state(UtcSeconds now) const {
  std::vector<TrustItemState> states;
  for (const Purpose purpose : list_purposes) {
    for (const trust::TrustedList& list : store_->lists(purpose))
      states.push_back(state_of(list, now, clock_, options_->refresh));
  }
  for (const trust::CachedCrl& cached : revocation_->crls().entries()) states.push_back(state_of(cached, now));
  for (const trust::StoredOcspResponse& stored : revocation_->ocsp_responses().stored()) {
    states.push_back(state_of(stored, now, *options_));
  }
  for (const trust::StoredStatusList& stored : revocation_->status_lists().stored()) {
    const auto trust = trust::StatusTrust::anchors({stored.trust_point});
    if (const auto cached = revocation_->status_lists().get(stored.uri, trust, now)) {
      states.push_back(state_of(*cached));
    }
  }
  return states;
}

}  // namespace mdoc
