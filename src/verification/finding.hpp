#pragma once

#include <utility>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/verification/report.hpp"

/// @file
/// How checks write down their result.

namespace mdoc::verification {

inline void pass(Finding& finding, Reason reason = Reason::none) noexcept {
  finding.outcome = Outcome::pass;
  finding.reason = reason;
}
inline void warn(Finding& finding, Reason reason) noexcept {
  finding.outcome = Outcome::warn;
  finding.reason = reason;
}
inline void fail(Finding& finding, Reason reason) noexcept {
  finding.outcome = Outcome::fail;
  finding.reason = reason;
}
inline void skip(Finding& finding, Reason reason) noexcept {
  finding.outcome = Outcome::skipped;
  finding.reason = reason;
}
inline void not_applicable(Finding& finding, Reason reason) noexcept {
  finding.outcome = Outcome::not_applicable;
  finding.reason = reason;
}

/// Why an operation of the layers below failed.
[[nodiscard]] inline Reason reason_of(const Error& error) noexcept {
  switch (error.kind()) {
    case ErrorKind::unsupported: return Reason::unsupported;
    case ErrorKind::untrusted: return error.code == Errc::algorithm_mismatch ? Reason::mismatch : Reason::invalid;
    case ErrorKind::internal: return Reason::internal;
    default: return Reason::malformed;
  }
}

inline void fail(Finding& finding, const Error& error) {
  fail(finding, reason_of(error));
  finding.error = error;
}

/// `now` against a period that holds from `from` to `until`.
inline void judge_date(Finding& finding, DateVerdict verdict, UtcSeconds now, UtcSeconds from, UtcSeconds until) {
  switch (verdict) {
    case DateVerdict::within: pass(finding); return;
    case DateVerdict::clock_unknown: skip(finding, Reason::clock_unknown); return;
    case DateVerdict::within_skew: warn(finding, Reason::within_skew); break;
    case DateVerdict::too_early: fail(finding, Reason::not_yet_valid); break;
    case DateVerdict::too_late: fail(finding, Reason::expired); break;
  }
  finding.expected = now < from ? from : until;
  finding.found = now;
}

[[nodiscard]] inline Warning warning_of(const cbor::Deviation& deviation) {
  return {.rule = deviation.rule, .where = deviation.where, .offset = deviation.offset};
}

}  // namespace mdoc::verification
