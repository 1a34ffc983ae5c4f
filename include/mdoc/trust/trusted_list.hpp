#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "mdoc/trust/rical.hpp"
#include "mdoc/trust/trust_list.hpp"
#include "mdoc/trust/vical.hpp"

namespace mdoc::trust {

/// One certificate of a list.
struct ListedAnchor {
  crypto::Certificate certificate;
  std::vector<DocType> doc_types{};  ///< trusted for these alone; empty: for any
  bool anchor = true;                ///< false: only completes paths to an anchor
  bool direct = false;  ///< the signer's own certificate, not that of a CA: trusted itself, while it is valid
  /// Who signs the status lists of what is issued below it, beside the CA itself, and of nothing else.
  std::vector<crypto::Certificate> status_signers{};
};

/// The anchors of one issue of a signed list, in the one form in which a TrustStore takes them.
///
/// Immutable; a copy shares the content. May be used from several threads.
class MDOC_EXPORT TrustedList {
 public:
  /// Anchors of issuing authorities. The certificate that signed the list is judged here, by the rules of its role, as
  /// `level` has it: under the anchor of a provider there are certificates for other purposes too. Whether it is
  /// revoked is left to the caller.
  /// @return malformed/deviation: it breaks one of them; judge_list_signer() says which
  [[nodiscard]] static Result<TrustedList> of(const VerifiedVical& list, Level level);
  /// Anchors of readers, and the CAs between; likewise.
  [[nodiscard]] static Result<TrustedList> of(const VerifiedRical& list, Level level);
  /// The content of a list in another envelope. Whoever calls this has verified signature, signer and dates: what it
  /// says is believed.
  /// @param verification  has a provenance
  /// @param encoded       the list as received, to be stored and verified again
  [[nodiscard]] static TrustedList vouched_for(const ListVerification& verification, SharedBytes encoded,
                                               std::vector<ListedAnchor> anchors);

  [[nodiscard]] const ListIssue& issue() const noexcept { return content_->issue; }
  [[nodiscard]] const ListProvenance& provenance() const noexcept { return content_->provenance; }
  [[nodiscard]] const SharedBytes& encoded() const noexcept { return content_->encoded; }
  /// The time as of which it was verified, and can be again.
  [[nodiscard]] UtcSeconds verified_at() const noexcept { return content_->verified_at; }
  [[nodiscard]] std::span<const ListedAnchor> anchors() const noexcept { return content_->anchors; }
  /// A RICAL, whose constraints count; null for others.
  [[nodiscard]] const VerifiedRical* rical() const noexcept { return content_->rical ? &*content_->rical : nullptr; }

  /// The anchor that vouched for whoever signed the list; nothing where nobody said.
  [[nodiscard]] const std::optional<crypto::Certificate>& signer_root() const noexcept { return content_->signer_root; }
  /// Whether both are issues of one list: the same kind, type and provider, vouched for by the same anchor. A list
  /// names its provider itself, so that without the anchor one provider could end the list of another.
  [[nodiscard]] bool is_same_list(const TrustedList& other) const noexcept;
  /// Whether it can be the next issue of `earlier`, which came from the same address: the provider may have another
  /// name by now, or its signers another root, not both.
  [[nodiscard]] bool continues(const TrustedList& earlier) const noexcept;
  friend bool operator==(const TrustedList& a, const TrustedList& b) noexcept { return a.content_ == b.content_; }

 private:
  struct Content {
    ListIssue issue;
    ListProvenance provenance;
    SharedBytes encoded;
    std::vector<ListedAnchor> anchors;
    UtcSeconds verified_at{};
    std::optional<crypto::Certificate> signer_root{};
    std::optional<VerifiedRical> rical{};
  };
  explicit TrustedList(Content content) : content_(std::make_shared<const Content>(std::move(content))) {}
  std::shared_ptr<const Content> content_;  // never null
};

/// "VICAL of AAMVA, issue 472, 2024-09-25", for reports. Holds text of the list: escape before showing.
[[nodiscard]] MDOC_EXPORT std::string describe(const ListProvenance& provenance);

/// Judges the certificate that signed a list by the rules of its role: what verify_vical() and verify_rical() leave
/// open, and TrustedList::of() insists on. @return the rules that it breaks
[[nodiscard]] MDOC_EXPORT std::vector<RuleFinding> judge_list_signer(const ListVerification& verification,
                                                                     const CertificateProfile& profile);

}  // namespace mdoc::trust
