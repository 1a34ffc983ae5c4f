#include "mdoc/verification/report.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace mdoc::verification {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, reason_count> reason_names{
    "none",
    "no-anchors",
    "no-transcript",
    "no-reader-key",
    "no-request",
    "issuer-only",
    "earlier-check-failed",
    "absent",
    "empty",
    "malformed",
    "unsupported",
    "mismatch",
    "invalid",
    "untrusted",
    "expired",
    "not-yet-valid",
    "clock-unknown",
    "within-skew",
    "revoked",
    "not-checked",
    "unauthorized",
    "duplicate",
    "unrequested",
    "unanswered",
    "deviation",
    "wrong-purpose",
    "other-mechanism",
    "not-present",
    "pinned",
    "unknown-doc-type",
    "other-doc-types-only",
    "opaque",
    "status-unknown",
    "out-of-range",
    "surplus",
    "internal",
    "suspended",
    "stale",
    "overdue",
    "disputed",
    "list-expired",
    "constraints-unmet",
    "signer-is-anchor",
    "namesake",
    "unsound-path",
    "proof-required",
    "no-verifier",
};
static_assert(reason_names[static_cast<std::size_t>(Reason::pinned)] == "pinned");
static_assert(reason_names.back() == "no-verifier");

// Findings stand in the order of the table of checks, one for each.
const Finding& at(const std::vector<Finding>& findings, Scope scope, CheckId check) noexcept {
  const auto first = static_cast<std::size_t>(checks(scope).front().check);
  const auto index = static_cast<std::size_t>(check) - first;
  assert(index < findings.size() && findings[index].check == check);
  return findings[index];
}

}  // namespace

std::string_view name(Reason reason) noexcept {
  const auto index = static_cast<std::size_t>(reason);
  return index < reason_names.size() ? reason_names[index] : "unknown";
}

std::string_view name(Answer::Kind kind) noexcept {
  switch (kind) {
    case Answer::Kind::unanswered: return "unanswered";
    case Answer::Kind::as_requested: return "as-requested";
    case Answer::Kind::age_statement: return "age-statement";
    case Answer::Kind::alternative: return "alternative";
  }
  return "unknown";
}

const Finding& DocumentReport::find(CheckId check) const noexcept { return at(findings, Scope::document, check); }

const Finding& ZkDocumentReport::find(CheckId check) const noexcept {
  const auto found = std::ranges::find(findings, check, &Finding::check);
  assert(found != findings.end());
  return *found;
}

const Finding& Report::find(CheckId check) const noexcept { return at(findings, Scope::response, check); }

}  // namespace mdoc::verification
