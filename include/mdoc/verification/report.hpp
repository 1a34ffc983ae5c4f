#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/profile/validate.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "mdoc/trust/revocation.hpp"
#include "mdoc/trust/revocation_sources.hpp"
#include "mdoc/trust/trust_list.hpp"
#include "mdoc/verification/check.hpp"
#include "mdoc/verification/holder_means.hpp"

namespace mdoc::verification {

using model::ElementReference;

/// What was expected or found, as data. Sentences are made from it outside the core.
/// Text may come from the peer or a certificate: escape it before showing it.
using Evidence = std::variant<std::monostate, std::int64_t, std::string, UtcSeconds, Bytes, DocType,
                              std::vector<ElementReference>, std::vector<std::string>>;

/// Why a check ended as it did. Each has one sentence in the text catalogues. Append only.
enum class Reason : std::uint8_t {
  none,                  ///< pass
  no_anchors,            ///< no trust anchors were given
  no_transcript,         ///< no SessionTranscript was given
  no_reader_key,         ///< deviceMac needs the reader's ephemeral private key
  no_request,            ///< no request was given to compare with
  issuer_only,           ///< the caller asked for the issuer's part alone
  earlier_check_failed,  ///< needs the result of a check that failed
  absent,                ///< a required part is missing
  empty,                 ///< a part that must not be empty is
  malformed,             ///< a part does not decode: see Finding::error
  unsupported,           ///< version, algorithm or curve not spoken
  mismatch,              ///< expected and found differ
  invalid,               ///< signature, MAC or digest is wrong
  untrusted,             ///< no path to an anchor
  expired,               ///< after the end of validity
  not_yet_valid,         ///< before the start of validity
  clock_unknown,         ///< the clock's quality is unknown, so no date can be judged
  within_skew,           ///< holds only thanks to the tolerated clock difference
  revoked,               ///< on a revocation list
  not_checked,           ///< revocation was not looked at, as the caller wants it: trust::RevocationPolicy::off
  unauthorized,          ///< device-signed without authorisation by the issuer
  duplicate,             ///< occurs twice
  unrequested,           ///< was not asked for
  unanswered,            ///< was asked for and is missing
  deviation,             ///< deviates from the standard in a known way, which the level tolerates or refuses
  wrong_purpose,         ///< a certificate made for something else
  other_mechanism,       ///< the document uses the other kind of device authentication
  not_present,           ///< the optional thing to be judged is not there
  pinned,                ///< trusted because the caller pinned this key or certificate
  unknown_doc_type,      ///< no profile for this docType, so no rule to apply
  other_doc_types_only,  ///< the anchor is trusted for other docTypes only
  opaque,                ///< encrypted for somebody else, or proved in a system not spoken here; handed on
  status_unknown,        ///< no revocation information that tells; the policy accepts or refuses that
  out_of_range,          ///< a number beyond what the standard allows
  surplus,               ///< more of it than was asked for
  internal,              ///< the crypto back end failed: see Finding::error
  suspended,             ///< on a revocation list, for the time being
  stale,                 ///< the revocation information is too old; the policy accepts or refuses that
  overdue,               ///< a list of anchors past its nextUpdate, still in use
  disputed,              ///< lists disagree about an anchor
  list_expired,          ///< the anchors come from a list that is past its end
  constraints_unmet,     ///< the list constrains the authority, and that is not met or not understood
  signer_is_anchor,      ///< the certificate of the signer is an anchor itself, and there is none above it
  namesake,              ///< no path to an anchor: one has the issuer's name, but not the key that signed
  unsound_path,          ///< an anchor did sign, but the path breaks a rule of RFC 5280: see Finding::error
  proof_required,        ///< the request takes a zero-knowledge proof and nothing else
  no_verifier,           ///< no verifier of this proof system was given
};

/// Stable identifier of a reason, e.g. "no-anchors".
[[nodiscard]] MDOC_EXPORT std::string_view name(Reason reason) noexcept;
inline constexpr std::size_t reason_count = static_cast<std::size_t>(Reason::no_verifier) + 1;

/// The result of one check.
struct Finding {
  CheckId check{};
  Outcome outcome = Outcome::skipped;
  Reason reason = Reason::earlier_check_failed;
  Evidence expected{};
  Evidence found{};
  std::optional<Error> error{};          ///< where decoding or cryptography failed
  std::chrono::nanoseconds duration{0};  ///< zero without a stopwatch
};

/// Whether a document with this finding may be released: if it passes, warns, is not applicable, or was left out
/// because the caller wanted that and said so (trust::RevocationPolicy::off).
[[nodiscard]] constexpr bool lets_through(Outcome outcome, Reason reason) noexcept {
  if (outcome == Outcome::skipped) return reason == Reason::not_checked;
  return outcome != Outcome::fail;
}
[[nodiscard]] inline bool lets_through(const Finding& finding) noexcept {
  return lets_through(finding.outcome, finding.reason);
}

/// A known deviation from the standard: one that the level tolerates, or, in a document or response
/// that failed for it, refuses.
struct Warning {
  Rule rule{};
  Path where{};
  std::uint32_t offset = Error::no_offset;  ///< byte in the response, or in what an EncryptedDocuments decrypts to
};

/// A rule that a certificate of the path breaks, and that matters at the level of the report.
struct CertificateFinding {
  trust::CertificateRole role{};    ///< of the certificate: document_signer, or that of the anchor
  Outcome outcome = Outcome::warn;  ///< warn or fail
  trust::RuleFinding rule{};        ///< which rule, what it expects and what was found
};

/// What is wrong with one element, by the profile of its docType. Holds no value.
struct ElementDeviation {
  ElementReference element;
  profile::ElementFault fault{};
  std::string place{};  ///< within the value: "[1].vehicle_category_code"; empty: all of it
  std::string other{};  ///< the element, or the member, that it disagrees with; empty: none
};

/// Who signed a document, as far as it was established.
struct IssuerFacts {
  std::string subject{};       ///< readable distinguished name of the document signer; empty without certificate
  std::string country{};       ///< countryName, or empty
  std::string trust_anchor{};  ///< readable name of the anchor or pin; empty without
  std::string source{};        ///< where the anchor came from, as the trust store was told
  bool pinned = false;         ///< trusted by a pin, not by a path
  /// The signed list that names the anchor; nothing: it was added by hand. Its age is Report::now less its date.
  std::optional<trust::ListProvenance> list{};
};

/// What an MSO that decoded says of itself.
struct MsoFacts {
  std::string version{};
  std::string digest_algorithm{};
  UtcSeconds signed_at{};
  UtcSeconds valid_from{};
  UtcSeconds valid_until{};
  std::optional<UtcSeconds> expected_update{};
};

/// How one requested element was answered by a document that passed. All answers to one DocRequest are of one document:
/// another one may speak of another person, however valid it is.
struct Answer {
  enum class Kind : std::uint8_t {
    unanswered,
    as_requested,   ///< the element itself
    age_statement,  ///< by another age_over_NN that settles the question (13.4.6)
    alternative,    ///< by all elements of one alternative set (10.2.4)
  };
  std::size_t doc_request = 0;  ///< index into the request
  ElementReference requested;
  Kind kind = Kind::unanswered;
  std::vector<ElementReference> by{};        ///< with age_statement and alternative
  std::optional<std::size_t> document{};     ///< which document answers
  std::optional<std::size_t> zk_document{};  ///< or which zero-knowledge document: index into Report::zk
};

/// Stable identifier: "unanswered", "as-requested", "age-statement", "alternative".
[[nodiscard]] MDOC_EXPORT std::string_view name(Answer::Kind kind) noexcept;

/// How something came that was encrypted to a recipient of its own (second edition, 10.3.5).
struct Encryption {
  std::size_t envelope = 0;                        ///< index among the encryptedDocuments of the response
  std::size_t index = 0;                           ///< in it: among its documents, or its zkDocuments
  std::optional<crypto::EcPublicKey> recipient{};  ///< OpenedDocuments::recipient
};

/// The judgement of one document. Contains no element values, but for issuing country and jurisdiction where they
/// contradict the certificate of the signer.
struct DocumentReport {
  std::optional<DocType> doc_type{};  ///< as claimed; absent when it does not decode
  /// The DocRequest for which it was encrypted, and which alone it answers; nothing: it may answer any.
  std::optional<std::size_t> doc_request{};
  std::optional<Encryption> encryption{};  ///< nothing: it came in the clear
  /// Every finding lets it through: nothing is wrong with the document itself. It is released where nothing is wrong
  /// with what stands around it either (VerificationOutcome::documents).
  bool valid = false;
  std::vector<Finding> findings{};  ///< every check of Scope::document, in order
  std::vector<Warning> warnings{};
  std::vector<CertificateFinding> certificates{};  ///< what is wrong with signer and anchor, in the order of the rules
  /// What elements.format and elements.consistency found, in the order of the elements.
  std::vector<ElementDeviation> elements{};
  std::size_t further_elements = 0;  ///< what they found beyond that, in a document full of faults
  /// What was looked up: the certificates of the path from the signer on, then the lists that the MSO names.
  std::vector<trust::RevocationRecord> revocations{};
  /// What would have told and was not at hand, or is due: to be fetched before the next document of this kind.
  std::vector<trust::WantedSource> wanted{};
  std::optional<MsoFacts> mso{};
  std::optional<IssuerFacts> issuer{};
  /// By what the presenter can be verified, and what came of it; what was withheld comes last. Empty for a document
  /// that was not released.
  std::vector<HolderMeans> holder{};
  model::Errors errors{};  ///< of the mdoc about elements that it did not return; not authenticated

  [[nodiscard]] MDOC_EXPORT const Finding& find(CheckId check) const noexcept;  ///< @pre a check of a document
};

/// The judgement of one zero-knowledge document. There is no MSO to be seen, and so no status of the document: a proof
/// says nothing about revocation. Contains no element values.
struct ZkDocumentReport {
  std::optional<DocType> doc_type{};         ///< as claimed; absent when it does not decode
  std::optional<std::size_t> doc_request{};  ///< as in DocumentReport
  std::optional<Encryption> encryption{};    ///< likewise
  std::string zk_system_id{};                ///< as claimed
  std::string system{};                      ///< that the request offered under this identifier; empty: none
  std::optional<UtcSeconds> time{};          ///< claimed by the proof; of a date its first second
  bool valid = false;                        ///< as in DocumentReport
  /// zk.structure, zk.requested, zk.verifier, zk.elements, zk.timestamp; the checks trust.* of the certificates in
  /// msoX5chain, issuer.country, issuer.jurisdiction and elements.format; zk.proof.
  std::vector<Finding> findings{};
  std::vector<Warning> warnings{};                     ///< met while judging
  std::vector<CertificateFinding> certificates{};      ///< as in DocumentReport
  std::vector<ElementDeviation> elements{};            ///< what elements.format found
  std::size_t further_elements = 0;                    ///< as in DocumentReport
  std::vector<trust::RevocationRecord> revocations{};  ///< of certificates
  std::vector<trust::WantedSource> wanted{};
  std::optional<IssuerFacts> issuer{};

  [[nodiscard]] MDOC_EXPORT const Finding& find(CheckId check) const noexcept;  ///< @pre one of those in `findings`
};

/// The judgement of a whole response, whatever the verdict. Of element values it contains what DocumentReport does.
struct Report {
  /// Every finding lets it through, and every document is valid. This says that nothing that came was wrong, not that
  /// you got what you asked for: a holder may withhold elements, which is a warning of `response.request`, and
  /// `answers` names them.
  bool valid = false;
  Level level = Level::interop;
  trust::RevocationPolicy revocation = trust::RevocationPolicy::soft;  ///< in force
  UtcSeconds now{};                                                    ///< for which all this was found
  std::string version{};
  std::optional<std::uint64_t> status{};
  std::vector<Finding> findings{};  ///< every check of Scope::response, in order
  std::vector<Warning> warnings{};
  std::size_t further_warnings = 0;                     ///< tolerated deviations that found no room in any list
  std::vector<DocumentReport> documents{};              ///< in the order received
  std::vector<model::DocumentError> document_errors{};  ///< of the mdoc about documents; not authenticated
  std::size_t encrypted_documents = 0;                  ///< received and not opened
  std::size_t zk_documents = 0;                         ///< received and not verified
  std::vector<ZkDocumentReport> zk{};                   ///< every zero-knowledge document, in the order received
  std::vector<Answer> answers{};                        ///< one for each requested element; empty without a request

  [[nodiscard]] MDOC_EXPORT const Finding& find(CheckId check) const noexcept;  ///< @pre a check of a response
};

}  // namespace mdoc::verification
