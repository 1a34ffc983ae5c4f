// The phrases of catalogues: their identifiers and placeholders.

#include <array>
#include <cassert>

#include "mdoc/json/texts.hpp"

namespace mdoc::json {
namespace {

/// Most placeholders of one phrase.
constexpr std::size_t most = 3;

struct Row {
  Phrase phrase;
  std::string_view id;
  std::array<std::string_view, most> names{};
};

// One row for each Phrase, in order.
constexpr std::array table{
    Row{Phrase::expected, "expected", {"expected"}},
    Row{Phrase::found, "found", {"found"}},
    Row{Phrase::limit, "limit", {"expected"}},
    Row{Phrase::begins, "begins", {"expected"}},
    Row{Phrase::time, "time", {"found"}},
    Row{Phrase::since, "since", {"expected"}},
    Row{Phrase::certificate_of, "certificate-of", {"found"}},
    Row{Phrase::revoked_by, "revoked-by", {"found"}},
    Row{Phrase::signer_ended, "signer-ended", {"expected"}},
    Row{Phrase::signer_begins, "signer-begins", {"expected"}},
    Row{Phrase::signed_at, "signed-at", {"found"}},
    Row{Phrase::signed_before_signer, "signed-before-signer"},
    Row{Phrase::signed_after_signer, "signed-after-signer"},
    Row{Phrase::anchor_would_be, "anchor-would-be", {"expected"}},
    Row{Phrase::signer_is, "signer-is", {"found"}},
    Row{Phrase::next_due, "next-due", {"expected"}},
    Row{Phrase::about, "about", {"found"}},
    Row{Phrase::issuer_would_be, "issuer-would-be", {"expected"}},
    Row{Phrase::path_ends, "path-ends", {"found"}},
    Row{Phrase::anchor_names, "anchor-names", {"expected"}},
    Row{Phrase::signer_names, "signer-names", {"found"}},
    Row{Phrase::signer_expects, "signer-expects", {"expected"}},
    Row{Phrase::document_names, "document-names", {"found"}},
    Row{Phrase::duty, "duty", {"duty"}},
    Row{Phrase::skipped, "skipped", {"why"}},
    Row{Phrase::more, "more", {"count"}},
    Row{Phrase::size, "size", {"size"}},
    Row{Phrase::byte, "byte", {"offset"}},
    Row{Phrase::code, "code", {"code"}},
    Row{Phrase::response_valid, "response-valid"},
    Row{Phrase::response_refused, "response-refused"},
    Row{Phrase::response_incomplete, "response-incomplete", {"unanswered", "requested"}},
    Row{Phrase::response_empty, "response-empty"},
    Row{Phrase::response_genuine, "response-genuine"},
    Row{Phrase::issuer_part_valid, "issuer-part-valid"},
    Row{Phrase::document_valid, "document-valid"},
    Row{Phrase::refused_because, "refused-because", {"check", "why"}},
    Row{Phrase::place, "place", {"index", "docType"}},
    Row{Phrase::not_answered, "not-answered", {"element"}},
    Row{Phrase::not_answered_by_valid, "not-answered-by-valid", {"element"}},
    Row{Phrase::not_returned, "not-returned", {"what", "code"}},
    Row{Phrase::encrypted, "encrypted", {"count", "why"}},
    Row{Phrase::came_encrypted, "came-encrypted", {"why"}},
    Row{Phrase::encrypted_for, "encrypted-for", {"recipient"}},
    Row{Phrase::wrong_recipient_key, "wrong-recipient-key"},
    Row{Phrase::no_recipient_key, "no-recipient-key"},
    Row{Phrase::proof_refused, "proof-refused", {"docType", "system", "why"}},
    Row{Phrase::by_system, "by-system", {"system"}},
    Row{Phrase::valid_mark, "valid-mark"},
    Row{Phrase::refused_mark, "refused-mark"},
    Row{Phrase::genuine_mark, "genuine-mark"},
    Row{Phrase::unreadable, "unreadable"},
    Row{Phrase::issuer, "issuer"},
    Row{Phrase::anchor, "anchor"},
    Row{Phrase::pinned, "pinned"},
    Row{Phrase::validity, "validity"},
    Row{Phrase::validity_span, "validity-span", {"from", "until", "signed"}},
    Row{Phrase::checks, "checks"},
    Row{Phrase::no_profile, "no-profile"},
    Row{Phrase::element_faults, "element-faults"},
    Row{Phrase::certificate_rules, "certificate-rules"},
    Row{Phrase::rule_broken, "rule-broken", {"expected", "found", "advice"}},
    Row{Phrase::signer_at_fault, "signer-at-fault"},
    Row{Phrase::deviations_refused, "deviations-refused"},
    Row{Phrase::deviations_let_through, "deviations-let-through"},
    Row{Phrase::rule_at, "rule-at", {"rule", "where"}},
    Row{Phrase::signed_by_issuer, "signed-by-issuer"},
    Row{Phrase::signed_by_device, "signed-by-device"},
    Row{Phrase::holder, "holder"},
    Row{Phrase::holder_compare, "holder-compare"},
    Row{Phrase::holder_withheld, "holder-withheld"},
    Row{Phrase::holder_said, "holder-said", {"outcome", "by"}},
    Row{Phrase::clauses, "clauses", {"edition"}},
    Row{Phrase::reader_of, "reader-of", {"index", "who"}},
    Row{Phrase::reader_trusted, "reader-trusted", {"who", "by"}},
    Row{Phrase::reader_pinned_key, "reader-pinned-key"},
    Row{Phrase::reader_pin, "reader-pin"},
    Row{Phrase::reader_claims, "reader-claims", {"subject"}},
    Row{Phrase::reader_info_unproven, "reader-info-unproven"},
    Row{Phrase::readers_unjudged, "readers-unjudged", {"count"}},
    Row{Phrase::consent_asked, "consent-asked", {"round"}},
    Row{Phrase::consent_purpose_identity, "consent-purpose-identity"},
    Row{Phrase::consent_purpose_driving, "consent-purpose-driving"},
    Row{Phrase::consent_purpose_age, "consent-purpose-age"},
    Row{Phrase::consent_purpose_other, "consent-purpose-other", {"code", "controller"}},
    Row{Phrase::consent_purpose_unnamed, "consent-purpose-unnamed"},
    Row{Phrase::consent_purpose_mandatory, "consent-purpose-mandatory", {"purpose"}},
    Row{Phrase::consent_purpose_open, "consent-purpose-open", {"purpose"}},
    Row{Phrase::consent_more_purposes, "consent-more-purposes", {"count"}},
    Row{Phrase::consent_encrypted, "consent-encrypted", {"document"}},
    Row{Phrase::consent_alone, "consent-alone"},
    Row{Phrase::consent_together, "consent-together", {"others"}},
    Row{Phrase::consent_both, "consent-both", {"one", "other"}},
    Row{Phrase::consent_either, "consent-either", {"one", "other"}},
    Row{Phrase::consent_more_groups, "consent-more-groups", {"count"}},
    Row{Phrase::consent_instead, "consent-instead", {"element", "other"}},
    Row{Phrase::consent_comes_with, "consent-comes-with", {"element"}},
    Row{Phrase::consent_kept, "consent-kept", {"element"}},
    Row{Phrase::consent_missing, "consent-missing", {"elements"}},
    Row{Phrase::consent_nothing, "consent-nothing"},
    Row{Phrase::consent_question, "consent-question"},
    Row{Phrase::consent_unclear, "consent-unclear", {"said", "count"}},
    Row{Phrase::consent_withdrawn, "consent-withdrawn"},
    Row{Phrase::consent_late, "consent-late"},
    Row{Phrase::unreleased, "unreleased", {"index", "docType", "why"}},
    Row{Phrase::unreleased_expired, "unreleased-expired", {"credential", "time"}},
    Row{Phrase::unreleased_not_yet, "unreleased-not-yet", {"credential", "time"}},
    Row{Phrase::unreleased_elements, "unreleased-elements", {"credential"}},
    Row{Phrase::unreleased_name_space, "unreleased-name-space", {"credential", "nameSpace"}},
    Row{Phrase::unreleased_lacks, "unreleased-lacks", {"credential"}},
    Row{Phrase::unreleased_doc_type, "unreleased-doc-type"},
    Row{Phrase::unreleased_issuer, "unreleased-issuer"},
    Row{Phrase::unreleased_reader, "unreleased-reader"},
    Row{Phrase::unreleased_proof, "unreleased-proof"},
    Row{Phrase::unreleased_recipient, "unreleased-recipient"},
    Row{Phrase::unreleased_device_auth, "unreleased-device-auth"},
    Row{Phrase::unreleased_untrusted, "unreleased-untrusted", {"result", "reason"}},
    Row{Phrase::unreleased_portrait, "unreleased-portrait"},
    Row{Phrase::unreleased_set, "unreleased-set"},
    Row{Phrase::unreleased_declined, "unreleased-declined"},
    Row{Phrase::unreleased_incomplete, "unreleased-incomplete"},
    Row{Phrase::unreleased_other, "unreleased-other"},
    Row{Phrase::unreleased_not_allowed, "unreleased-not-allowed"},
    Row{Phrase::unreleased_too_long, "unreleased-too-long"},
    Row{Phrase::unreleased_unrecorded, "unreleased-unrecorded"},
    Row{Phrase::unreleased_holder, "unreleased-holder"},
    Row{Phrase::unreleased_key_denied, "unreleased-key-denied"},
    Row{Phrase::unreleased_wrong_proof, "unreleased-wrong-proof"},
    Row{Phrase::unreleased_failed_by, "unreleased-failed-by", {"error"}},
    Row{Phrase::unreleased_failed, "unreleased-failed"},
    Row{Phrase::lint_not_judged_issuer, "lint-not-judged-issuer"},
    Row{Phrase::lint_not_judged, "lint-not-judged"},
    Row{Phrase::lint_subject, "lint-subject"},
    Row{Phrase::lint_role, "lint-role"},
    Row{Phrase::lint_role_at, "lint-role-at", {"role", "level"}},
    Row{Phrase::lint_ignored, "lint-ignored", {"what"}},
    Row{Phrase::lint_summary, "lint-summary", {"rules", "fail", "warn"}},
    Row{Phrase::lint_summary_more, "lint-summary-more", {"count"}},
    Row{Phrase::lint_strictly, "lint-strictly", {"count"}},
    Row{Phrase::answer_yes, "answer-yes", {"claim"}},
    Row{Phrase::answer_no, "answer-no", {"claim"}},
    Row{Phrase::answer_open, "answer-open", {"claim"}},
    Row{Phrase::claim_old_enough, "claim-old-enough", {"years"}},
    Row{Phrase::claim_younger, "claim-younger", {"years"}},
    Row{Phrase::claim_identity, "claim-identity"},
    Row{Phrase::claim_no_identity, "claim-no-identity"},
    Row{Phrase::claim_may_drive, "claim-may-drive", {"category"}},
    Row{Phrase::claim_may_not_drive, "claim-may-not-drive", {"category"}},
    Row{Phrase::claim_not_expired, "claim-not-expired"},
    Row{Phrase::claim_expired, "claim-expired"},
    Row{Phrase::claim_issued_in, "claim-issued-in", {"countries"}},
    Row{Phrase::claim_not_issued_in, "claim-not-issued-in", {"countries"}},
    Row{Phrase::answer_as_of, "answer-as-of", {"day"}},
    Row{Phrase::answer_by_certificate, "answer-by-certificate"},
    Row{Phrase::answer_codes, "answer-codes", {"codes"}},
    Row{Phrase::answer_elements, "answer-elements", {"elements"}},
    Row{Phrase::answer_of_nothing, "answer-of-nothing"},
    Row{Phrase::conclusion_yes, "conclusion-yes", {"verdict"}},
    Row{Phrase::conclusion_no, "conclusion-no", {"verdict"}},
    Row{Phrase::conclusion_open, "conclusion-open", {"verdict"}},
    Row{Phrase::conclusion_empty, "conclusion-empty"},
    Row{Phrase::conclusion_refused, "conclusion-refused", {"verdict"}},
    Row{Phrase::doctor_tcp_works, "doctor-tcp-works"},
    Row{Phrase::doctor_tcp_fails, "doctor-tcp-fails", {"why"}},
    Row{Phrase::doctor_loopback, "doctor-loopback"},
    Row{Phrase::doctor_ble_absent, "doctor-ble-absent"},
    Row{Phrase::doctor_ble_works, "doctor-ble-works", {"adapter"}},
    Row{Phrase::doctor_adapter_on, "doctor-adapter-on", {"adapter"}},
    Row{Phrase::doctor_adapter_off, "doctor-adapter-off", {"adapter"}},
    Row{Phrase::doctor_bus, "doctor-bus"},
    Row{Phrase::doctor_daemon, "doctor-daemon"},
    Row{Phrase::doctor_power, "doctor-power"},
    Row{Phrase::doctor_plug, "doctor-plug"},
    Row{Phrase::doctor_log, "doctor-log"},
    Row{Phrase::doctor_mtu, "doctor-mtu"},
    Row{Phrase::doctor_channels, "doctor-channels"},
    Row{Phrase::waiting, "waiting", {"bearer"}},
    Row{Phrase::waiting_at, "waiting-at", {"endpoint", "bearer"}},
    Row{Phrase::released, "released"},
    Row{Phrase::released_in, "released-in", {"rounds"}},
    Row{Phrase::nothing_released, "nothing-released"},
    Row{Phrase::kept_back, "kept-back"},
    Row{Phrase::kept_back_in, "kept-back-in", {"round"}},
    Row{Phrase::presentation_ended, "presentation-ended", {"error"}},
    Row{Phrase::round_of, "round-of", {"round", "rounds"}},
    Row{Phrase::ended_early, "ended-early", {"round", "rounds"}},
    Row{Phrase::ended_early_with, "ended-early-with", {"round", "rounds", "error"}},
    Row{Phrase::ended_with, "ended-with", {"error"}},
};

consteval bool table_is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].phrase) != i) return false;
  }
  return table.size() == phrase_count;
}
static_assert(table_is_in_order());

const Row& row_of(Phrase phrase) noexcept {
  assert(static_cast<std::size_t>(phrase) < table.size());
  return table[static_cast<std::size_t>(phrase)];
}

}  // namespace

std::string_view name(Phrase phrase) noexcept { return row_of(phrase).id; }

std::span<const std::string_view> placeholders(Phrase phrase) noexcept {
  const std::span<const std::string_view> names = row_of(phrase).names;
  std::size_t count = 0;
  while (count < names.size() && !names[count].empty()) ++count;
  return names.first(count);
}

}  // namespace mdoc::json
