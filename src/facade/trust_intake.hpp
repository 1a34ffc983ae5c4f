#pragma once
// Internal. How what was received gets into the stores, and out of them again.

#include <optional>
#include <span>

#include "mdoc/trust_keeper.hpp"

namespace mdoc {

/// Whether it tells of revocations; the other kinds are lists of anchors.
[[nodiscard]] constexpr bool is_revocation(trust::BundleKind kind) noexcept {
  return kind == trust::BundleKind::crl || kind == trust::BundleKind::ocsp || kind == trust::BundleKind::status_list;
}

/// Verifies what was received and hands it to the stores. Borrows all it is made of.
class TrustIntake {
 public:
  /// What was taken.
  struct Received {
    SharedBytes content;
    std::optional<UtcSeconds> next_update{};
    std::optional<trust::TrustedList> list{};  ///< of a list of anchors
  };

  TrustIntake(trust::TrustStore& store, trust::RevocationStore& revocation, const TrustKeeperOptions& options) noexcept
      : store_(&store),
        revocation_(&revocation),
        options_(&options),
        clock_(options.clock.value_or(ClockPolicy::for_level(options.level))) {}

  /// What a feed brought. @param earlier what it brought before, if anything: its next issue may come under another
  /// name
  Result<Received> take(const TrustFeed& feed, SharedBytes encoded, UtcSeconds now, const trust::TrustedList* earlier);
  Result<void> take(const trust::WantedSource& wanted, SharedBytes encoded, UtcSeconds now);
  /// A list token that an aggregation document names: believed from the CA of some document signer.
  Result<void> take_aggregated(const std::string& uri, SharedBytes encoded, UtcSeconds now);
  /// A CRL, OCSP response or list token that came unasked: for whoever it concerns of those who miss one of this kind,
  /// or for any authority that is trusted.
  Result<void> take_revocation(trust::BundleKind kind, const SharedBytes& encoded,
                               std::span<const trust::WantedSource> wanted, UtcSeconds now);
  /// A list of anchors that a bundle brought, verified as of `at`.
  Result<Received> take_anchors(const trust::BundleItem& item, UtcSeconds at);
  /// A CRL, OCSP response or list token that a bundle brought, verified as of `at`.
  /// @param trust_point its `trust_point`, which somebody vouches for
  Result<Received> take_revocation(const trust::BundleItem& item, const crypto::Certificate& trust_point,
                                   UtcSeconds at);

  /// Whom list tokens are believed from that no document names: the CA of some document signer.
  [[nodiscard]] trust::StatusTrust any_issuer() const;
  /// Whether it is an authority that the store trusts for anything, or one of these certified it.
  [[nodiscard]] bool is_vouched_for(const crypto::Certificate& certificate, UtcSeconds now) const;

  /// Whether it was signed under an anchor that this feed takes lists from.
  [[nodiscard]] bool may_sign(const TrustFeed& feed, const trust::TrustedList& list) const;

  [[nodiscard]] trust::TrustBundle bundle(UtcSeconds now) const;
  [[nodiscard]] std::vector<TrustItemState> state(UtcSeconds now) const;

 private:
  [[nodiscard]] trust::RevocationContext context(UtcSeconds now) const;
  [[nodiscard]] trust::ListTrust list_trust(std::span<const crypto::Certificate> anchors, UtcSeconds now) const;
  [[nodiscard]] std::vector<crypto::Certificate> signers_of(const TrustFeed& feed) const;
  Result<Received> put(trust::Purpose purpose, const trust::TrustedList& list, const trust::TrustedList* earlier);
  Result<Received> take_vical(const TrustFeed& feed, SharedBytes encoded, UtcSeconds now,
                              const trust::TrustedList* earlier);
  Result<Received> take_rical(const TrustFeed& feed, SharedBytes encoded, UtcSeconds now,
                              const trust::TrustedList* earlier);
  Result<Received> take_trusted_entities(const TrustFeed& feed, SharedBytes encoded, UtcSeconds now,
                                         const trust::TrustedList* earlier);
  Result<Received> take_anchors(const TrustFeed& feed, const trust::BundleItem& item, UtcSeconds at);
  [[nodiscard]] Result<void> check_feed(const TrustFeed& feed, const crypto::Certificate& root) const;
  Result<Received> take_crl(const crypto::CertificateRevocationList& list, UtcSeconds now);
  Result<void> take_crl(const crypto::CertificateRevocationList& list, std::span<const trust::WantedSource> wanted,
                        UtcSeconds now);
  Result<void> take_status_list(const trust::StatusToken& token, std::span<const trust::WantedSource> wanted,
                                UtcSeconds now);
  Result<void> take_ocsp(const SharedBytes& encoded, std::span<const trust::WantedSource> wanted, UtcSeconds now);
  Result<Received> keep(const crypto::CertificateRevocationList& list, const crypto::Certificate& issuer,
                        UtcSeconds received);
  [[nodiscard]] Result<trust::StatusToken> decode_status_token(SharedBytes encoded) const;
  Result<void> check_not_revoked(std::span<const crypto::Certificate> path, const Path& where, UtcSeconds now) const;

  trust::TrustStore* store_;
  trust::RevocationStore* revocation_;
  const TrustKeeperOptions* options_;
  ClockPolicy clock_;
};

}  // namespace mdoc
