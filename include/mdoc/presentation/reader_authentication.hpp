#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/presentation/reader_trust.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "mdoc/trust/revocation.hpp"
#include "mdoc/trust/revocation_sources.hpp"
#include "mdoc/trust/trust_store.hpp"

/// @file
/// Who asks, and whether that is proven: the holder's judgement of readerAuth and readerAuthAll (ISO/IEC 18013-5:2021,
/// 9.1.4; second edition, 12.5).
///
///     const auto readers = judge_reader_authentication(request, {.trust = store, .session_transcript = transcript,
///                                                                .now = now});
///     for (const auto& doc_request : readers.doc_requests) {
///       if (const auto* reader = doc_request.verified_reader()) show(reader->subject(), reader->anchor().source);
///       else show_warning(doc_request.result());
///     }

namespace mdoc::presentation {

/// What the judgement needs beside the request. Borrowed parts must outlive the call.
struct ReaderAuthenticationInput {
  const trust::TrustStore& trust;  ///< anchors and pins for trust::Purpose::readers; no others count
  /// SessionTranscript, the bare array, as this side computed it; never one sent by the peer. Without it nothing is
  /// trusted.
  ByteView session_transcript{};
  UtcSeconds now{};
  /// Without one: ClockPolicy::for_level(), with a trusted clock.
  std::optional<ClockPolicy> clock{};
  Level level = Level::interop;  ///< the column of the rules for certificates
  /// What a reader certificate must say of itself. As it is, either key purpose will do: that of mDL readers or that of
  /// any mdoc reader.
  trust::CertificateProfile profile = trust::info(trust::CertificateRole::reader).profile;
  /// Of docTypes that name the key purposes of their readers (P12): these, in the place of those of `profile`, for what
  /// is asked of them.
  std::span<const profile::DocTypeProfile> doc_types{};
  /// Without one: trust::default_revocation_policy() of the level.
  std::optional<trust::RevocationPolicy> revocation{};
  /// What is at hand about revocations. Nothing is fetched while a person waits: see RequestReaders::wanted.
  trust::RevocationSources revocation_sources{};
  /// Signatures of readerAuthAll that are judged. They cover the same bytes, one for each community that the reader
  /// belongs to, so that an honest reader has few.
  std::size_t max_reader_auth_all = 8;
  DecodeLimits limits{};  ///< of certificates
  const ProtocolConstants& constants = iso18013_5();
};

/// Which signature of a request.
struct ReaderSignature {
  enum class Kind : std::uint8_t {
    reader_auth,      ///< covers the ItemsRequest of its docRequest, nothing else
    reader_auth_all,  ///< covers every ItemsRequest in its order, and deviceRequestInfo
    /// Of readerAuthAll, as a draft had it: every ItemsRequest in its order, and not deviceRequestInfo. Where the level
    /// lets it pass (Rule::reader_auth_all_short).
    reader_auth_all_short,
  };
  Kind kind{};
  std::size_t index = 0;  ///< of the docRequest; or in readerAuthAll
  friend bool operator==(const ReaderSignature&, const ReaderSignature&) = default;
};

/// A reader whose authentication passed every check. Only the judgement makes one, so that a name that is shown as
/// proven is. Never empty; a copy shares the certificates.
///
/// Names were written by whoever issued the certificate, so they are proven as far as the anchor is trusted; escape
/// them before showing.
class MDOC_EXPORT VerifiedReader {
 public:
  /// The certificate of the reader. Null where its key is pinned: a certificate for that key may be anybody's work, and
  /// names in it prove nothing. The anchor's `source` says then who the reader is.
  [[nodiscard]] const crypto::Certificate* certificate() const noexcept;
  // Of that certificate: empty or nothing without one.
  [[nodiscard]] std::string_view subject() const noexcept;                      ///< readable distinguished name
  [[nodiscard]] std::optional<std::string_view> common_name() const noexcept;   ///< CN
  [[nodiscard]] std::optional<std::string_view> organization() const noexcept;  ///< O
  /// dNSName of subjectAltName: what the origin of an online request may be compared with.
  [[nodiscard]] std::vector<std::string_view> dns_names() const;

  /// Who vouches for it, and where that anchor came from; or the pin.
  [[nodiscard]] const trust::AnchorFacts& anchor() const noexcept { return *chain_->anchor; }
  /// The signature that proves it.
  [[nodiscard]] ReaderSignature basis() const noexcept { return basis_; }

 private:
  friend class ReaderAuthenticator;
  VerifiedReader(std::shared_ptr<const trust::EvaluatedChain> chain, bool certified, ReaderSignature basis) noexcept
      : chain_(std::move(chain)), certified_(certified), basis_(basis) {}
  std::shared_ptr<const trust::EvaluatedChain> chain_;  // with an anchor
  bool certified_;                                      // by a path or a pin of the certificate, not of the key
  ReaderSignature basis_;
};

/// The judgement of one signature, as far as it concerns one docRequest.
class MDOC_EXPORT ReaderJudgement {
 public:
  [[nodiscard]] ReaderSignature signature() const noexcept { return signature_; }

  [[nodiscard]] ReaderTrust result() const noexcept { return result_of(reason_); }
  /// What decides the result: the first reason, in the order of ReaderReason, for which a check failed.
  [[nodiscard]] ReaderReason reason() const noexcept { return reason_; }
  /// Of the check that decides.
  [[nodiscard]] std::optional<Error> error() const noexcept;
  /// Every check, in order: also those that failed beside the one that decides.
  [[nodiscard]] std::span<const ReaderFinding> findings() const noexcept { return findings_; }
  [[nodiscard]] const ReaderFinding& find(ReaderCheck check) const noexcept;

  /// Null unless the result is trusted.
  [[nodiscard]] const VerifiedReader* verified_reader() const noexcept { return reader_ ? &*reader_ : nullptr; }
  /// Whom the certificate names, readable: no more than a claim, and without a valid signature not even that of whoever
  /// has the key. For logs and for whoever looks into a failure. Empty where no certificate decodes.
  [[nodiscard]] std::string_view claimed_subject() const noexcept;

  /// Rules that the reader's certificate breaks, and its anchor. What each weighs, trust::info() says for a level.
  [[nodiscard]] std::span<const trust::RuleFinding> broken_rules() const noexcept;
  [[nodiscard]] std::span<const trust::RuleFinding> anchor_broken_rules() const noexcept;
  /// When everything on the path is valid; nothing without a path or a pinned certificate.
  [[nodiscard]] std::optional<UtcSeconds> valid_from() const noexcept;
  [[nodiscard]] std::optional<UtcSeconds> valid_until() const noexcept;
  /// What was looked up, from the reader's certificate upwards: empty without a path or a valid signature, and where
  /// nobody looked. trust::gravest() decides.
  [[nodiscard]] std::span<const trust::RevocationRecord> revocations() const noexcept { return revocations_; }

 private:
  friend class ReaderAuthenticator;
  explicit ReaderJudgement(ReaderSignature signature) noexcept;
  ReaderSignature signature_;
  ReaderReason reason_ = ReaderReason::earlier_check_failed;
  bool dated_ = false;  // chain_ has a validity that counts
  ReaderFindings findings_;
  std::vector<trust::RevocationRecord> revocations_{};
  std::shared_ptr<const trust::EvaluatedChain> chain_{};
  std::optional<VerifiedReader> reader_{};
};

/// Who asks for one document.
struct DocRequestReaders {
  /// Of its readerAuth, if it has one, and of each readerAuthAll, in order.
  std::vector<ReaderJudgement> signatures{};

  /// The signature that counts: a trusted one, and of several a readerAuthAll, which covers more. Without a trusted one
  /// that which got furthest in the order of ReaderReason: it tells best what is missing. Null where nothing is signed.
  [[nodiscard]] MDOC_EXPORT const ReaderJudgement* best() const noexcept;
  /// Of best(); absent where nothing is signed.
  [[nodiscard]] MDOC_EXPORT ReaderTrust result() const noexcept;
  [[nodiscard]] MDOC_EXPORT ReaderReason reason() const noexcept;
  /// Null unless the result is trusted.
  [[nodiscard]] MDOC_EXPORT const VerifiedReader* verified_reader() const noexcept;
  /// Whether any signature came to this, the best one or not. A person is shown an invalid one also beside a good one;
  /// whether anything is released then, the standard leaves to policy.
  [[nodiscard]] MDOC_EXPORT bool any(ReaderTrust result) const noexcept;
};

/// Who asks, for each docRequest in its order: one trusted readerAuth says nothing about the other documents.
struct RequestReaders {
  Level level = Level::interop;                                        ///< in force
  trust::RevocationPolicy revocation = trust::RevocationPolicy::soft;  ///< in force
  UtcSeconds now{};                                                    ///< for which all this was found
  std::vector<DocRequestReaders> doc_requests{};
  bool has_device_request_info = false;  ///< the request has deviceRequestInfo
  std::size_t unjudged = 0;              ///< signatures of readerAuthAll beyond max_reader_auth_all
  /// What would have told about the readers' certificates and was not at hand, or is due; each once. Of readers whose
  /// signature is valid and for whom an anchor vouches, so that no stranger's word makes a wallet fetch anything.
  std::vector<trust::WantedSource> wanted{};

  /// Who vouches for the request as a whole: the reader of the first readerAuthAll that is trusted for every
  /// docRequest. Without one, deviceRequestInfo is anybody's word, however good each readerAuth is. macKeys and version
  /// are never covered. Null if there is none.
  [[nodiscard]] MDOC_EXPORT const VerifiedReader* reader_of_all() const noexcept;
  /// Whether the reader of this DocRequest is trusted (ReaderTrust::trusted). False of one that was not judged.
  [[nodiscard]] MDOC_EXPORT bool is_trusted(std::size_t doc_request) const noexcept;
  /// There is deviceRequestInfo, and nobody who is trusted vouches for it: use cases and purposes are a claim. So it is
  /// with ReaderSignature::Kind::reader_auth_all_short alone.
  [[nodiscard]] bool is_device_request_info_unproven() const noexcept {
    return has_device_request_info && reader_of_all() == nullptr;
  }
};

/// Judges every signature of a request, each on its own. What was signed is compared as it came, byte for byte.
///
/// Never fails: whatever is wrong is the result of some signature. Thread-safe; TrustStore and RevocationStore may be
/// shared.
/// @param request as decode_device_request() gave it
[[nodiscard]] MDOC_EXPORT RequestReaders judge_reader_authentication(const model::DeviceRequest& request,
                                                                     const ReaderAuthenticationInput& input);

}  // namespace mdoc::presentation
