#include "mdoc/presentation/reader_trust.hpp"

#include "core/enum_table.hpp"

namespace mdoc::presentation {
namespace {

constexpr std::array<std::string_view, reader_trust_count> trusts{"trusted", "absent",  "invalid",      "untrusted",
                                                                  "expired", "revoked", "wrong-purpose"};

struct ReasonRow {
  ReaderReason reason;
  std::string_view id;
  ReaderTrust result;
};

// One row for each ReaderReason, in order. No check fails for the last ones; were it to happen, nothing would be
// trusted.
constexpr std::array reasons{
    ReasonRow{ReaderReason::none, "none", ReaderTrust::trusted},
    ReasonRow{ReaderReason::absent, "absent", ReaderTrust::absent},
    ReasonRow{ReaderReason::malformed, "malformed", ReaderTrust::invalid},
    ReasonRow{ReaderReason::unsupported, "unsupported", ReaderTrust::invalid},
    ReasonRow{ReaderReason::mismatch, "mismatch", ReaderTrust::invalid},
    ReasonRow{ReaderReason::signature_invalid, "signature-invalid", ReaderTrust::invalid},
    ReasonRow{ReaderReason::internal, "internal", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::no_transcript, "no-transcript", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::no_anchors, "no-anchors", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::no_path, "no-path", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::namesake, "namesake", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::unsound_path, "unsound-path", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::other_doc_types_only, "other-doc-types-only", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::list_expired, "list-expired", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::constraints_unmet, "constraints-unmet", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::revoked, "revoked", ReaderTrust::revoked},
    ReasonRow{ReaderReason::suspended, "suspended", ReaderTrust::revoked},
    ReasonRow{ReaderReason::wrong_purpose, "wrong-purpose", ReaderTrust::wrong_purpose},
    ReasonRow{ReaderReason::certificate_rule, "certificate-rule", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::anchor_rule, "anchor-rule", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::root_included, "root-included", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::expired, "expired", ReaderTrust::expired},
    ReasonRow{ReaderReason::not_yet_valid, "not-yet-valid", ReaderTrust::expired},
    ReasonRow{ReaderReason::clock_unknown, "clock-unknown", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::revocation_stale, "revocation-stale", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::revocation_unknown, "revocation-unknown", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::within_skew, "within-skew", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::info_not_signed, "info-not-signed", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::pinned, "pinned", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::revocation_off, "revocation-off", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::not_revocable, "not-revocable", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::not_asked, "not-asked", ReaderTrust::untrusted},
    ReasonRow{ReaderReason::earlier_check_failed, "earlier-check-failed", ReaderTrust::untrusted},
};
static_assert(is_indexed_by(reasons, &ReasonRow::reason, reader_reason_count));

constexpr std::array checks{
    ReaderCheckInfo{ReaderCheck::headers, "reader-auth.headers", "12.5.4",
                    "The signature is detached, has alg in its protected header and the certificate of the reader."},
    ReaderCheckInfo{ReaderCheck::certificates, "reader-auth.certificates", "B.1.1",
                    "The certificates of the reader decode, and the root is not among them."},
    ReaderCheckInfo{ReaderCheck::signature, "reader-auth.signature", "12.5.4",
                    "The signature verifies over this session and the request as it came."},
    ReaderCheckInfo{ReaderCheck::path, "reader-auth.path", "12.5.4",
                    "The certificate of the reader leads to a trust anchor for readers."},
    ReaderCheckInfo{ReaderCheck::revocation, "reader-auth.revocation", "B.2",
                    "No certificate between the reader and the anchor was revoked."},
    ReaderCheckInfo{ReaderCheck::key_purpose, "reader-auth.key-purpose", "B.1.5",
                    "The certificate is meant for mdoc reader authentication."},
    ReaderCheckInfo{ReaderCheck::profile, "reader-auth.profile", "B.1.5",
                    "The certificate follows the profile of reader certificates."},
    ReaderCheckInfo{ReaderCheck::anchor, "reader-auth.anchor", "B.1.1",
                    "The trust anchor follows the profile of a reader CA."},
    ReaderCheckInfo{ReaderCheck::validity, "reader-auth.validity", "RFC 5280, 6.1.3",
                    "Every certificate from the reader to the anchor is valid now."},
};
static_assert(is_indexed_by(checks, &ReaderCheckInfo::check, reader_check_count));

constexpr std::array<std::string_view, 5> outcomes{"pass", "warn", "fail", "skipped", "not-applicable"};

}  // namespace

std::string_view name(ReaderTrust trust) noexcept { return trusts[static_cast<std::size_t>(trust)]; }

std::string_view name(ReaderReason reason) noexcept { return reasons[static_cast<std::size_t>(reason)].id; }

ReaderTrust result_of(ReaderReason reason) noexcept { return reasons[static_cast<std::size_t>(reason)].result; }

std::span<const ReaderCheckInfo> reader_checks() noexcept { return checks; }

const ReaderCheckInfo& info(ReaderCheck check) noexcept { return checks[static_cast<std::size_t>(check)]; }

std::string_view name(ReaderOutcome outcome) noexcept { return outcomes[static_cast<std::size_t>(outcome)]; }

}  // namespace mdoc::presentation
