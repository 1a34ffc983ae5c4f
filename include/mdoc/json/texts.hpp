#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/presentation/reader_trust.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/profile/holder_verification.hpp"
#include "mdoc/profile/validate.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "mdoc/verification/answer.hpp"
#include "mdoc/verification/report.hpp"

/// @file
/// What people read, as data: a sentence for each error, check, outcome, reason and deviation, in several languages and
/// for two kinds of readers. English and German are built in; an application brings others as JSON (docs/texts.md).
///
///     const auto* german = TextCatalogue::built_in("de-AT");
///     show(explain(finding, Wording(*german, Register::clerk)));

namespace mdoc::json {

/// Whom a text is for.
enum class Register : std::uint8_t {
  engineer,  ///< precise: what was expected, what was found
  clerk,     ///< plain words at a counter: what happened, and what to do now
};
/// "engineer", "clerk"
[[nodiscard]] MDOC_EXPORT std::string_view name(Register manner) noexcept;

/// A part of a catalogue: what its texts are about.
enum class TextSection : std::uint8_t {
  errors,              ///< each Errc, by its name
  kinds,               ///< each ErrorKind: what to do about it
  checks,              ///< each CheckId, by its identifier: what must hold; for clerks, what is judged ("Whether …")
  reasons,             ///< each verification::Reason but `none`
  outcomes,            ///< each verification::Outcome
  rules,               ///< each Rule, by its identifier: the deviation
  holder_methods,      ///< each profile::HolderMethod
  holder_outcomes,     ///< each verification::HolderOutcome
  verdicts,            ///< each verification::Verdict: what a question was answered
  answer_reasons,      ///< each verification::AnswerReason
  reader_checks,       ///< each presentation::ReaderCheck
  reader_reasons,      ///< each presentation::ReaderReason but `none`
  reader_results,      ///< each presentation::ReaderTrust
  element_faults,      ///< each profile::ElementFault: what must hold; for clerks, what is wrong
  mso_faults,          ///< each profile::MsoFault: likewise
  certificate_rules,   ///< each trust::CertificateRule: what must hold; for clerks, what is wrong
  certificate_advice,  ///< each trust::CertificateRule: how to mend it; for engineers alone
  certificate_roles,   ///< each trust::CertificateRole: what such a certificate is
  phrases,             ///< each Phrase
};
inline constexpr std::size_t text_section_count = static_cast<std::size_t>(TextSection::phrases) + 1;
/// As in a catalogue: "errors", "holderMethods".
[[nodiscard]] MDOC_EXPORT std::string_view name(TextSection section) noexcept;

/// Words around evidence and verdicts. Those of the first group join a finding to what was expected and found.
enum class Phrase : std::uint8_t {
  expected,              ///< {expected}
  found,                 ///< {found}
  limit,                 ///< {expected}: a date that is over
  begins,                ///< {expected}: a date to come
  time,                  ///< {found}: now
  since,                 ///< {expected}: of a revocation
  certificate_of,        ///< {found}: whose certificate was revoked
  revoked_by,            ///< {found}: the list that says so
  signer_ended,          ///< {expected}: the signer's last day
  signer_begins,         ///< {expected}: the signer's first day
  signed_at,             ///< {found}
  signed_before_signer,  ///< in the place of Reason::not_yet_valid
  signed_after_signer,   ///< in the place of Reason::expired
  anchor_would_be,       ///< {expected}
  signer_is,             ///< {found}
  next_due,              ///< {expected}
  about,                 ///< {found}
  issuer_would_be,       ///< {expected}
  path_ends,             ///< {found}
  anchor_names,          ///< {expected}: a country
  signer_names,          ///< {found}: a country
  signer_expects,        ///< {expected}: a country or state
  document_names,        ///< {found}: a country or state
  duty,                  ///< {duty}: of the check that failed
  skipped,               ///< {why}
  more,                  ///< {count}: of a long list
  size,                  ///< {size}: of a long text, in bytes
  byte,                  ///< {offset}: of an error
  code,                  ///< {code}: of an error that comes from elsewhere

  // The verdict about a response, and what stands around it.
  response_valid,
  response_refused,
  response_incomplete,     ///< {unanswered} {requested}
  response_empty,          ///< nothing is wrong with it but that no document came
  response_genuine,        ///< in the place of response_valid, where an answer is not yes
  issuer_part_valid,       ///< a device was not judged
  document_valid,          ///< a document alone
  refused_because,         ///< {check} {why}
  place,                   ///< {index} {docType}
  not_answered,            ///< {element}
  not_answered_by_valid,   ///< {element}, where a document was refused
  not_returned,            ///< {what} {code}
  encrypted,               ///< {count} {why}
  came_encrypted,          ///< {why}
  encrypted_for,           ///< {recipient}, of a document that was opened
  wrong_recipient_key,     ///< why
  no_recipient_key,        ///< why
  proof_refused,           ///< {docType} {system} {why}
  by_system,               ///< {system}
  valid_mark,              ///< over a document
  refused_mark,            ///< over a document
  genuine_mark,            ///< in the place of valid_mark, where an answer is not yes
  unreadable,              ///< in the place of a docType
  issuer,                  ///< label
  anchor,                  ///< label
  pinned,                  ///< label
  validity,                ///< label
  validity_span,           ///< {from} {until} {signed}
  checks,                  ///< title
  no_profile,              ///< of a docType: its elements were not judged, and what would judge them
  element_faults,          ///< title
  certificate_rules,       ///< title
  rule_broken,             ///< {expected} {found} {advice}
  signer_at_fault,         ///< in the place of rules and what breaks them
  deviations_refused,      ///< title
  deviations_let_through,  ///< title
  rule_at,                 ///< {rule} {where}
  signed_by_issuer,        ///< title
  signed_by_device,        ///< title
  holder,                  ///< label
  holder_compare,          ///< what to do
  holder_withheld,         ///< what came
  holder_said,             ///< {outcome} {by}
  clauses,                 ///< {edition}

  // Who asks.
  reader_of,             ///< {index} {who}
  reader_trusted,        ///< {who} {by}
  reader_pinned_key,     ///< who
  reader_pin,            ///< by
  reader_claims,         ///< {subject}
  reader_info_unproven,  ///< about deviceRequestInfo
  readers_unjudged,      ///< {count}

  // The question of a holder: what may leave.
  consent_asked,  ///< {round}
  consent_purpose_identity,
  consent_purpose_driving,
  consent_purpose_age,
  consent_purpose_other,  ///< {code} {controller}
  consent_purpose_unnamed,
  consent_purpose_mandatory,  ///< {purpose}
  consent_purpose_open,       ///< {purpose}
  consent_more_purposes,      ///< {count}
  consent_encrypted,          ///< {document}
  consent_alone,
  consent_together,     ///< {others}
  consent_both,         ///< {one} {other}
  consent_either,       ///< {one} {other}
  consent_more_groups,  ///< {count}
  consent_instead,      ///< {element} {other}
  consent_comes_with,   ///< {element}
  consent_kept,         ///< {element}
  consent_missing,      ///< {elements}
  consent_nothing,
  consent_question,
  consent_unclear,  ///< {said} {count}
  consent_withdrawn,
  consent_late,

  // Why nothing left.
  unreleased,             ///< {index} {docType} {why}
  unreleased_expired,     ///< {credential} {time}
  unreleased_not_yet,     ///< {credential} {time}
  unreleased_elements,    ///< {credential}
  unreleased_name_space,  ///< {credential} {nameSpace}
  unreleased_lacks,       ///< {credential}
  unreleased_doc_type,
  unreleased_issuer,
  unreleased_reader,
  unreleased_proof,
  unreleased_recipient,
  unreleased_device_auth,
  unreleased_untrusted,  ///< {result} {reason}
  unreleased_portrait,
  unreleased_set,
  unreleased_declined,
  unreleased_incomplete,
  unreleased_other,
  unreleased_not_allowed,
  unreleased_too_long,
  unreleased_unrecorded,
  unreleased_holder,
  unreleased_key_denied,
  unreleased_wrong_proof,
  unreleased_failed_by,  ///< {error}
  unreleased_failed,

  // Rules of certificates.
  lint_not_judged_issuer,
  lint_not_judged,
  lint_subject,
  lint_role,
  lint_role_at,       ///< {role} {level}
  lint_ignored,       ///< {what}
  lint_summary,       ///< {rules} {fail} {warn}
  lint_summary_more,  ///< {count}
  lint_strictly,      ///< {count}

  // Answers to questions.
  answer_yes,        ///< {claim}
  answer_no,         ///< {claim}
  answer_open,       ///< {claim}
  claim_old_enough,  ///< {years}
  claim_younger,     ///< {years}
  claim_identity,
  claim_no_identity,
  claim_may_drive,      ///< {category}
  claim_may_not_drive,  ///< {category}
  claim_not_expired,
  claim_expired,
  claim_issued_in,      ///< {countries}
  claim_not_issued_in,  ///< {countries}
  answer_as_of,         ///< {day}
  answer_by_certificate,
  answer_codes,        ///< {codes}
  answer_elements,     ///< {elements}
  answer_of_nothing,   ///< in the place of AnswerReason::no_document, where none came
  conclusion_yes,      ///< {verdict}: the last word, where every answer is yes
  conclusion_no,       ///< {verdict}: where one is no
  conclusion_open,     ///< {verdict}: where none is no, and one is not known
  conclusion_empty,    ///< where no document came
  conclusion_refused,  ///< {verdict}: where the response is not valid, and so no answer counts

  // Whether transports work.
  doctor_tcp_works,
  doctor_tcp_fails,  ///< {why}
  doctor_loopback,
  doctor_ble_absent,
  doctor_ble_works,    ///< {adapter}
  doctor_adapter_on,   ///< {adapter}
  doctor_adapter_off,  ///< {adapter}
  doctor_bus,
  doctor_daemon,
  doctor_power,
  doctor_plug,
  doctor_log,
  doctor_mtu,
  doctor_channels,

  // How a presentation went.
  waiting,     ///< {bearer}
  waiting_at,  ///< {endpoint} {bearer}
  released,
  released_in,  ///< {rounds}
  nothing_released,
  kept_back,
  kept_back_in,        ///< {round}
  presentation_ended,  ///< {error}
  round_of,            ///< {round} {rounds}
  ended_early,         ///< {round} {rounds}
  ended_early_with,    ///< {round} {rounds} {error}
  ended_with,          ///< {error}
};
inline constexpr std::size_t phrase_count = static_cast<std::size_t>(Phrase::ended_with) + 1;
/// Identifier in catalogues: "signed-at".
[[nodiscard]] MDOC_EXPORT std::string_view name(Phrase phrase) noexcept;
/// The names that its text has in braces, each once: "expected" for "{expected}".
[[nodiscard]] MDOC_EXPORT std::span<const std::string_view> placeholders(Phrase phrase) noexcept;

/// What takes the place of `{name}` in a phrase. It is taken as it is: text of a peer is isolated() before.
struct PhraseValue {
  std::string_view name;
  std::string_view value;
};

/// The texts of one language. A text that it does not have is the English one. Immutable; calls may come from any
/// thread.
class MDOC_EXPORT TextCatalogue {
 public:
  /// Always there and complete.
  [[nodiscard]] static const TextCatalogue& english();
  /// The catalogue for a BCP 47 tag, whatever its case: "de" also for "de-AT". Null where there is none.
  [[nodiscard]] static const TextCatalogue* built_in(std::string_view language);
  /// A catalogue of the application's own, in the format of docs/texts.md. It may be partial.
  /// @return malformed: no JSON, a member that is not known, of another type or there twice, a text that is empty,
  ///         longer than `max_text` or has characters that are unsafe to show, a placeholder that is not that of its
  ///         phrase, is missing in an engineer's text, or stands there twice, a brace that belongs to none;
  ///         unsupported/unsupported_version: another format; limit. Error::where names the place:
  ///         `texts.phrases[3].clerk` is of the fourth entry.
  [[nodiscard]] static Result<TextCatalogue> load(std::string_view json);

  static constexpr std::size_t max_bytes = std::size_t{1} << 20;  ///< of a catalogue
  static constexpr std::size_t max_text = 1024;                   ///< bytes of one text

  [[nodiscard]] const std::string& language() const noexcept { return language_; }   ///< BCP 47
  [[nodiscard]] const std::string& language_name() const noexcept { return name_; }  ///< for people, in itself

  /// Every identifier of a section, in the order of its enumeration.
  [[nodiscard]] static std::span<const std::string_view> ids(TextSection section);
  /// The text with this identifier; empty for an identifier that is not known. Of a phrase, with its placeholders.
  [[nodiscard]] std::string_view text(TextSection section, std::string_view id, Register manner) const noexcept;
  /// Whether it has this text itself, and does not take it from English.
  [[nodiscard]] bool has(TextSection section, std::string_view id, Register manner) const noexcept;

 private:
  friend class CatalogueReader;
  TextCatalogue() = default;
  using Entry = std::array<std::optional<std::string>, 2>;  // by Register
  [[nodiscard]] const std::optional<std::string>* find(TextSection section, std::string_view id,
                                                       Register manner) const noexcept;

  std::string language_{};
  std::string name_{};
  std::array<std::vector<Entry>, text_section_count> sections_{};  // in the order of ids()
};

/// The languages that are built in: "en", "de".
[[nodiscard]] MDOC_EXPORT std::span<const std::string_view> languages() noexcept;

/// In which language, and for whom. Refers to its catalogue, which must outlive it.
class MDOC_EXPORT Wording {
 public:
  /// English, for engineers.
  Wording() : Wording(TextCatalogue::english()) {}
  explicit Wording(const TextCatalogue& texts, Register manner = Register::engineer) noexcept
      : texts_(&texts), manner_(manner) {}

  [[nodiscard]] const TextCatalogue& texts() const noexcept { return *texts_; }
  [[nodiscard]] Register manner() const noexcept { return manner_; }
  [[nodiscard]] bool for_clerks() const noexcept { return manner_ == Register::clerk; }

  [[nodiscard]] std::string_view of(Errc code) const noexcept;
  [[nodiscard]] std::string_view of(ErrorKind kind) const noexcept;
  [[nodiscard]] std::string_view of(Rule rule) const noexcept;
  [[nodiscard]] std::string_view of(verification::CheckId check) const noexcept;
  [[nodiscard]] std::string_view of(verification::Reason reason) const noexcept;  ///< empty for `none`
  [[nodiscard]] std::string_view of(verification::Outcome outcome) const noexcept;
  [[nodiscard]] std::string_view of(verification::HolderOutcome outcome) const noexcept;
  [[nodiscard]] std::string_view of(profile::HolderMethod method) const noexcept;
  [[nodiscard]] std::string_view of(profile::ElementFault fault) const noexcept;
  [[nodiscard]] std::string_view of(profile::MsoFault fault) const noexcept;
  [[nodiscard]] std::string_view of(verification::Verdict verdict) const noexcept;
  [[nodiscard]] std::string_view of(verification::AnswerReason reason) const noexcept;
  [[nodiscard]] std::string_view of(presentation::ReaderCheck check) const noexcept;
  [[nodiscard]] std::string_view of(presentation::ReaderReason reason) const noexcept;  ///< empty for `none`
  [[nodiscard]] std::string_view of(presentation::ReaderTrust result) const noexcept;
  [[nodiscard]] std::string_view of(trust::CertificateRule rule) const noexcept;
  [[nodiscard]] std::string_view of(trust::CertificateRole role) const noexcept;
  /// How whoever issues certificates mends what breaks this rule. Empty for clerks.
  [[nodiscard]] std::string_view advice(trust::CertificateRule rule) const noexcept;

  /// A phrase with its values in it. Empty where it is for engineers alone and this is for clerks.
  /// @pre `values` has each placeholder of the phrase
  [[nodiscard]] std::string say(Phrase phrase, std::initializer_list<PhraseValue> values = {}) const;
  /// A point in time: RFC 3339, and the day alone for clerks.
  [[nodiscard]] std::string time(UtcSeconds time) const;

 private:
  const TextCatalogue* texts_;
  Register manner_;
};

/// The text in this language, else in the language without its last subtags ("de" for "de-AT"), else in English; empty
/// where there is none of these.
[[nodiscard]] MDOC_EXPORT std::string_view local_text(std::span<const profile::LocalText> texts,
                                                      std::string_view language) noexcept;

/// What people call an element: its name in the profile, by local_text(), and what its identifier has in the place of a
/// pattern ("Minimum age reached (18)"). The identifier where the profile, which may be null, has no name for it. The
/// identifier may be of a peer: show it isolated().
[[nodiscard]] MDOC_EXPORT std::string element_name(const profile::DocTypeProfile* profile, std::string_view name_space,
                                                   std::string_view identifier, std::string_view language);

}  // namespace mdoc::json
