#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/public_key.hpp"

/// @file
/// What a document signer certificate must look like (ISO/IEC 18013-5, Annex B), as a table. Rules
/// look at facts, not at X.509, so a certificate that was seen before is judged without parsing it.

namespace mdoc::trust {

/// Key purposes ("extended key usage") of document signers, dotted.
namespace key_purpose {
inline constexpr std::string_view mdl_document_signer = "1.0.18013.5.1.2";
inline constexpr std::string_view mdoc_document_signer = "1.0.23220.4.1.2";
}  // namespace key_purpose

/// The facts of an end-entity certificate that later checks need.
struct SignerFacts {
  Result<crypto::PublicKey> public_key;  ///< or why it cannot be used
  crypto::Digest fingerprint{};          ///< SHA-256 of the DER encoding
  std::string subject{};                 ///< readable; text of a certificate: escape before showing
  std::optional<std::string> country{};  ///< countryName of the subject
  std::optional<std::string> state{};    ///< stateOrProvinceName of the subject
  UtcSeconds not_before{};
  UtcSeconds not_after{};                    ///< inclusive
  bool ca = false;                           ///< basicConstraints says CA
  std::optional<std::uint16_t> key_usage{};  ///< bits of crypto::key_usage; nothing: no such extension
  std::vector<std::string> key_purposes{};   ///< dotted; empty: no such extension

  [[nodiscard]] MDOC_EXPORT static SignerFacts of(const crypto::Certificate& certificate);
};

/// The same of the anchor, or of the pin.
struct AnchorFacts {
  std::string subject{};                 ///< readable; empty for a pinned key without certificate
  std::string source{};                  ///< where it came from, as the TrustStore was told
  std::optional<std::string> country{};  ///< countryName; nothing for pins
  bool pinned = false;                   ///< the signer itself is trusted; there is no path
};

/// What one docType expects of its signers. Plain data; views need static storage or to outlive its use.
struct SignerProfile {
  /// Any of these makes a certificate a document signer; none given: no key purpose is asked for.
  std::span<const std::string_view> key_purposes{};
};

/// TS 23220-4, Annex B: the generic key purpose alone. For docTypes without a profile of their own,
/// so that an unknown docType is never judged as an mDL.
[[nodiscard]] MDOC_EXPORT const SignerProfile& generic_signer_profile() noexcept;

/// Rules for document signer certificates. Append only.
enum class SignerRule : std::uint8_t {
  key_purpose_present,  ///< has key purposes at all
  key_purpose_fits,     ///< one of them is among those of the docType
  not_ca,               ///< end entity
  key_usage,            ///< keyUsage has digitalSignature
  country_present,      ///< countryName in the subject
  country_equal,        ///< the same countryName as the anchor's
};

/// Which check of the report a rule belongs to.
enum class SignerAspect : std::uint8_t { key_purpose, profile, country };

/// One row of the table.
struct SignerRuleInfo {
  SignerRule rule;
  SignerAspect aspect;
  std::string_view id;      ///< stable: "ds.not-ca"
  std::string_view clause;  ///< ISO/IEC 18013-5, second edition as publicly drafted
  std::string_view what;    ///< one English sentence fragment: what deviates
  Weight strict, interop, lenient;
  bool (*holds)(const SignerFacts& signer, const AnchorFacts* anchor, const SignerProfile& profile);

  [[nodiscard]] constexpr Weight weight(Level level) const noexcept {
    return level == Level::strict ? strict : level == Level::interop ? interop : lenient;
  }
};

[[nodiscard]] MDOC_EXPORT std::span<const SignerRuleInfo> signer_rules() noexcept;
[[nodiscard]] MDOC_EXPORT const SignerRuleInfo& info(SignerRule rule) noexcept;

/// The worst of one aspect: what a level makes of it, and the first rule that caused it.
struct SignerJudgement {
  Weight weight = Weight::ignore;    ///< ignore: every rule holds, or deviates without consequence
  std::optional<SignerRule> rule{};  ///< the first rule with that weight
};

/// Judges one aspect of a certificate. `anchor` may be null: without a path there is nothing to compare with.
[[nodiscard]] MDOC_EXPORT SignerJudgement judge_signer(SignerAspect aspect, const SignerFacts& signer,
                                                       const AnchorFacts* anchor, const SignerProfile& profile,
                                                       Level level) noexcept;

}  // namespace mdoc::trust
