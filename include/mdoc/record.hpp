#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"

/// @file
/// What is left of a presentation once it is over: the record of one transaction, for the log of a holder or of a
/// reader. A record says who asked, what was asked, agreed, sent and judged. It never holds element values, portraits,
/// keys or messages, but for what RecordContents switches on.
///
/// A record outlives the program that wrote it. So it is plain data, and where the library has an enumerator the record
/// has its stable identifier as text: one that a later version adds can be read and kept by an earlier one. Text of
/// peers and of certificates is clipped, and is to be escaped before it is shown.

namespace mdoc {

/// The form that this version writes: name, major and minor version. A later minor version adds members, no more.
inline constexpr std::string_view record_schema = "mdoc-transaction/1.0";

/// What a field of a record may tell about the holder. Ordered: each class may tell more than the one before.
enum class PersonalData : std::uint8_t {
  none,       ///< nothing: the same whoever presents
  indirect,   ///< about the occasion: when it was, and what was wanted of whoever came
  personal,   ///< about the holder: what they have, agreed to and released, and where they were
  sensitive,  ///< identifies the holder, or ties occasions to each other; switched on by RecordContents alone
};
/// "none", "indirect", "personal", "sensitive"
[[nodiscard]] MDOC_EXPORT std::string_view name(PersonalData data) noexcept;
[[nodiscard]] MDOC_EXPORT std::optional<PersonalData> find_personal_data(std::string_view name) noexcept;

/// One field of a record in its JSON form, and what it may tell.
struct RecordField {
  std::string_view path;  ///< "rounds[].asked[].docType"
  PersonalData data{};
  std::string_view why;  ///< why it has that class, in a few words
};
/// Every field, by path in ascending order. What is not in here has no class, and counts as sensitive.
[[nodiscard]] MDOC_EXPORT std::span<const RecordField> record_fields() noexcept;
/// The class of a field; of one that is not known: sensitive.
[[nodiscard]] MDOC_EXPORT PersonalData personal_data(std::string_view path) noexcept;

/// Whose log it is.
enum class RecordedBy : std::uint8_t { holder, reader };
/// "holder", "reader"
[[nodiscard]] MDOC_EXPORT std::string_view name(RecordedBy side) noexcept;

/// A phase that was reached.
struct RecordedPhase {
  std::string phase;                  ///< name(Phase)
  unsigned round = 0;                 ///< 0 outside of rounds
  std::chrono::milliseconds after{};  ///< since the record was begun
};

/// The signed list that vouched for an anchor.
struct RecordedList {
  std::string kind;      ///< name(trust::ListKind)
  std::string provider;  ///< as the list names it
  std::optional<std::uint64_t> issue{};
  std::chrono::seconds age{};  ///< when it was relied upon, since its date
};

/// Why somebody was trusted.
struct RecordedAnchor {
  std::string subject;  ///< readable; empty for a pinned key
  std::string source;   ///< where it came from, as the TrustStore was told
  bool pinned = false;
  std::optional<RecordedList> list{};  ///< nothing: added by hand
};

/// One look at revocations: of a certificate or of a document.
struct RecordedRevocation {
  std::string state;                          ///< name(trust::RevocationState)
  std::string source;                         ///< name(trust::RevocationSource)
  std::optional<std::chrono::seconds> age{};  ///< of the source, since it was received
};

/// Who asked for one document, as far as that was proven.
struct RecordedReader {
  std::string result;                      ///< name(presentation::ReaderTrust)
  std::string reason;                      ///< name(presentation::ReaderReason)
  std::string subject{};                   ///< proven: with the result "trusted" alone; empty for a pinned key
  std::string claimed{};                   ///< without proof: whom the certificate names
  std::optional<RecordedAnchor> anchor{};  ///< with the result "trusted" alone
  std::vector<RecordedRevocation> revocations{};
};

struct RecordedElement {
  std::string name_space;
  std::string element;
};

/// One element that was asked for.
struct RecordedQuestion {
  RecordedElement asked;
  bool retain = false;  ///< intentToRetain: the reader says that it stores it beyond the transaction
  /// In a reader's log: "as-requested", "age-statement", "alternative" or "unanswered". In a holder's: "not-offered",
  /// as there is nothing that could answer; "agreed" or "withheld", as was decided; "offered" without a decision, as
  /// where another document set of the use case was taken.
  std::string answer{};
};

/// One DocRequest.
struct RecordedDocRequest {
  std::size_t doc_request = 0;  ///< its place in the request: DocRequestID
  std::string doc_type;
  std::vector<RecordedQuestion> elements{};
  std::optional<RecordedReader> reader{};  ///< in a holder's log
  std::string obstacle{};                  ///< in a holder's log: why no document answers; name(presentation::Obstacle)
};

/// What a reader says it wants the documents for (second edition, 10.2.5).
struct RecordedPurpose {
  std::string controller;
  std::int64_t code = 0;
};
struct RecordedUseCase {
  bool mandatory = false;
  std::vector<RecordedPurpose> purposes{};
};

/// One element that the holder agreed to release, and why it answers. It stands once for its document, though it may
/// answer more than one question: then with the first of them.
struct RecordedRelease {
  RecordedElement released;
  std::string basis;                         ///< name(presentation::AnswerBasis)
  std::optional<RecordedElement> instead{};  ///< what was asked for, where that is another element
};

/// One document that the holder agreed to release.
struct RecordedAgreement {
  std::size_t doc_request = 0;  ///< which one it answers: RecordedDocRequest::doc_request
  std::string doc_type;
  std::string credential;  ///< the wallet's own name for it
  bool encrypted = false;  ///< to a recipient of its own
  std::vector<RecordedRelease> elements{};
  /// The error for which it stayed after all, though others left: "internal/crypto_backend". Empty: there was none.
  std::string not_sent{};
};

/// How one check ended. What it found is not in here: that may be data of the holder.
struct RecordedCheck {
  std::string id;       ///< verification::CheckInfo::id
  std::string outcome;  ///< name(verification::Outcome)
  std::string reason;   ///< name(verification::Reason); empty for a check that simply passed
};

/// The value of an element that the reader said it would retain.
struct RecordedValue {
  RecordedElement element;
  SharedBytes value;  ///< the encoded CBOR as received; wiped with its last owner
};

/// How the reader judged one document.
struct RecordedDocument {
  std::string doc_type;  ///< as claimed; empty when it does not decode
  bool valid = false;
  bool encrypted = false;  ///< it came encrypted to a recipient of its own, and was opened
  std::vector<RecordedCheck> checks{};
  std::string issuer{};   ///< subject of the document signer
  std::string country{};  ///< of the issuer
  std::optional<RecordedAnchor> anchor{};
  std::vector<RecordedRevocation> revocations{};
  std::vector<std::string> deviations{};   ///< rules that were tolerated: RuleInfo::id
  std::vector<RecordedElement> surplus{};  ///< received, and not asked for
  std::vector<RecordedValue> values{};     ///< RecordContents::retained_values
  std::optional<Bytes> device_key{};       ///< RecordContents::device_keys: SHA-256
};

/// What the reader made of a question, such as whether the holder is 18 or older.
struct RecordedAnswer {
  std::string question;  ///< verification::Question::to_string()
  std::string verdict;   ///< name(verification::Verdict)
  std::string reason;    ///< name(verification::AnswerReason)
};

/// How the reader judged one answer.
struct RecordedVerdict {
  bool valid = false;
  std::string level;       ///< name(Level)
  std::string revocation;  ///< name(trust::RevocationPolicy)
  std::string version{};   ///< of the DeviceResponse
  std::optional<std::uint64_t> status{};
  std::vector<RecordedCheck> checks{};  ///< of the response as a whole
  std::vector<RecordedDocument> documents{};
  std::size_t encrypted_documents = 0;  ///< received and not opened
  std::size_t zk_documents = 0;         ///< received and not verified
  std::vector<std::string> deviations{};
  std::vector<RecordedAnswer> answers{};  ///< to ReaderOptions::questions
};

/// One request and its answer.
struct RecordedRound {
  unsigned round = 0;
  /// Empty in a holder's log where the request could not be read, or nothing of it found room: see `left_out`.
  std::vector<RecordedDocRequest> asked{};
  std::vector<RecordedUseCase> use_cases{};
  std::optional<Bytes> request_digest{};  ///< RecordContents::request_digest: SHA-256

  // In a holder's log.
  /// "agreed", to one document at least; "declined"; "nothing-offered": there was nothing to agree to, so that nobody
  /// needed to be asked; or empty: there was none
  std::string decision{};
  /// What could leave the device. It did with the outcome "released" alone, but for RecordedAgreement::not_sent.
  std::vector<RecordedAgreement> agreed{};
  std::string outcome{};                  ///< of ResponseOutcome: "released", "nothing", …; empty: no answer was sent
  std::optional<std::uint64_t> status{};  ///< of the DeviceResponse that was sent

  // In a reader's log.
  std::optional<RecordedVerdict> verdict{};  ///< nothing: no answer came that could be read

  std::size_t left_out = 0;  ///< of TransactionRecord::left_out: parts of this round
};

/// One presentation, as one side saw it.
struct TransactionRecord {
  std::string schema{record_schema};
  RecordedBy by = RecordedBy::holder;
  /// 16 random bytes of this side. The peer has others: whoever gets hold of both logs cannot tell by them which
  /// records belong together.
  Bytes id{};
  UtcSeconds started{};
  std::vector<RecordedPhase> phases{};
  std::vector<RecordedRound> rounds{};
  /// "good-order", or the error that ended it: "transport/link_closed". Empty: it has not ended.
  std::string ended{};
  /// Names, checks and texts for which there was no room (RecordLimits): no peer makes a log grow as it likes.
  std::size_t left_out = 0;
};

}  // namespace mdoc
