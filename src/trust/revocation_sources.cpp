#include "mdoc/trust/revocation_sources.hpp"

#include <algorithm>
#include <utility>

namespace mdoc::trust {
namespace {

/// How much a state of one thing says, of several sources: what is against a certificate most, then what is for it,
/// then nothing.
int weight(RevocationState state) noexcept {
  switch (state) {
    case RevocationState::revoked: return 5;
    case RevocationState::suspended: return 4;
    case RevocationState::good: return 3;
    case RevocationState::stale: return 2;
    case RevocationState::unknown: return 1;
    case RevocationState::not_checked: break;
  }
  return 0;
}

/// How badly one of several things stands.
int gravity(RevocationState state) noexcept {
  switch (state) {
    case RevocationState::good: return 0;
    case RevocationState::not_checked:
    case RevocationState::unknown: return 1;
    case RevocationState::stale: return 2;
    case RevocationState::suspended: return 3;
    case RevocationState::revoked: break;
  }
  return 4;
}

/// Something tells, or could tell, whether this certificate is revoked.
bool is_revocable(const crypto::Certificate& certificate, const RevocationRecord& record) {
  return record.source != RevocationSource::none || !certificate.crl_distribution_points().empty() ||
         !certificate.ocsp_responders().empty();
}

/// Notes what is to be fetched for a certificate, unless what is at hand will do.
void want(std::vector<WantedSource>& wanted, const crypto::Certificate& certificate, const crypto::Certificate& issuer,
          const RevocationRecord& record, UtcSeconds now) {
  const bool due = record.next_update && *record.next_update <= now;
  if (record.source != RevocationSource::none && !due) return;
  const auto add = [&](RevocationSource kind, const std::vector<std::string>& uris) {
    if (uris.empty()) return;
    wanted.push_back({.kind = kind, .uris = uris, .certificate = certificate, .issuer = issuer});
  };
  add(RevocationSource::crl, certificate.crl_distribution_points());
  add(RevocationSource::ocsp, certificate.ocsp_responders());
}

RevocationRecord record_of(const CertificateRevocation& judged, std::chrono::seconds age) {
  return {.state = judged.state,
          .source = judged.source,
          .error = judged.error,
          .this_update = judged.this_update,
          .next_update = judged.next_update,
          .usable_until = judged.next_update,
          .age = age,
          .revocation_date = judged.revocation_date};
}

/// A revoked signer's lists are worth nothing. Whose revocation cannot be told is let through: that is another question
/// than the one that was asked.
bool signer_is_revoked(const RevocationSources& sources, const VerifiedStatusToken& token,
                       const RevocationContext& context) {
  const std::span<const crypto::Certificate> path = token.path();
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const RevocationState state = look_up(sources, path[i], path[i + 1], context).state;
    if (state == RevocationState::revoked || state == RevocationState::suspended) return true;
  }
  return false;
}

void unknown(RevocationRecord& record, const Error& error) {
  record.state = RevocationState::unknown;
  record.error = error;
}

void judge_value(RevocationRecord& record, StatusType status) {
  record.status = status;
  switch (status) {
    case StatusType::valid: record.state = RevocationState::good; return;
    case StatusType::suspended: record.state = RevocationState::suspended; return;
    case StatusType::invalid: break;
  }
  record.state = RevocationState::revoked;  // values without a meaning here are not "valid"
}

/// Of a responder without id-pkix-ocsp-nocheck the CRL of its issuer tells. Where there is none, its short life has to
/// do: OCSP is not asked about itself.
bool responder_is_revoked(const RevocationSources& sources, const CertificateRevocation& judged,
                          const crypto::Certificate& issuer, const RevocationContext& in_path) {
  if (!judged.delegated_responder || judged.delegated_responder->no_check || sources.crls == nullptr) return false;
  const auto cached = sources.crls->find(issuer);
  if (!cached) return false;
  const RevocationState state = judge_crl(cached->crl, judged.delegated_responder->certificate, in_path).state;
  return state == RevocationState::revoked || state == RevocationState::suspended;
}

}  // namespace

RevocationRecord look_up(const RevocationSources& sources, const crypto::Certificate& certificate,
                         const crypto::Certificate& issuer, const RevocationContext& context) {
  RevocationRecord record;
  const auto consider = [&](RevocationRecord candidate) {
    if (weight(candidate.state) > weight(record.state) || record.source == RevocationSource::none) {
      record = std::move(candidate);
    }
  };
  RevocationContext in_path = context;
  in_path.issued_by_issuer = true;
  if (sources.crls != nullptr) {
    if (const auto cached = sources.crls->find(issuer)) {
      consider(record_of(judge_crl(cached->crl, certificate, in_path), cached->age(context.now)));
    }
  }
  if (sources.ocsp_responses != nullptr) {
    if (const auto cached = sources.ocsp_responses->find(certificate)) {
      const auto judged = judge_ocsp(cached->response, certificate, issuer, std::nullopt, in_path);
      RevocationRecord answer = record_of(judged, cached->age(context.now));
      if (responder_is_revoked(sources, judged, issuer, in_path)) {
        unknown(answer, Error{.code = Errc::revoked, .where = Path("OCSPResponse") / "certs"});
      }
      consider(std::move(answer));
    }
  }
  record.subject = certificate.subject().text();
  return record;
}

const RevocationRecord& gravest(std::span<const RevocationRecord> records) {
  return *std::ranges::max_element(records, {}, [](const RevocationRecord& record) { return gravity(record.state); });
}

PathRevocation look_up_path(const RevocationSources& sources, std::span<const crypto::Certificate> path,
                            const RevocationContext& context) {
  PathRevocation known;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    RevocationRecord record = look_up(sources, path[i], path[i + 1], context);
    if (!is_revocable(path[i], record)) continue;
    want(known.wanted, path[i], path[i + 1], record, context.now);
    known.records.push_back(std::move(record));
  }
  return known;
}

RevocationRecord look_up(const RevocationSources& sources, const StatusReference& reference, const StatusTrust& trust,
                         const RevocationContext& context) {
  RevocationRecord record{.subject = std::string(reference.uri)};
  const auto cached =
      sources.status_lists == nullptr ? std::nullopt : sources.status_lists->get(reference.uri, trust, context.now);
  if (!cached) return record;
  const VerifiedStatusToken& token = cached->token;
  record.source =
      token.kind() == StatusListKind::status_list ? RevocationSource::status_list : RevocationSource::identifier_list;
  record.this_update = token.issued_at();
  // A list that came in the future, by a clock that was set back since, is due now.
  const UtcSeconds refresh_at = cached->lifetime.refresh_at;
  record.next_update = cached->freshness == Freshness::fresh ? refresh_at : std::min(refresh_at, context.now);
  record.usable_until = cached->lifetime.usable_until;
  record.age = cached->age;

  if (signer_is_revoked(sources, token, context)) {
    unknown(record, Error{.code = Errc::revoked, .where = Path("StatusListToken") / "x5chain"});
    return record;
  }
  if (const auto* index = std::get_if<std::uint64_t>(&reference.place)) {
    const auto status = token.status(*index);
    if (!status) {
      unknown(record, status.error());
      return record;
    }
    judge_value(record, *status);
  } else {
    const auto listed = token.contains(std::get<ByteView>(reference.place));
    if (!listed) {
      unknown(record, listed.error());
      return record;
    }
    record.state = *listed ? RevocationState::revoked : RevocationState::good;
  }

  // What is revoked stays so; that something is not revoked is worth something only while the list is current.
  if (record.state != RevocationState::good) return record;
  if (token.date() == DateVerdict::clock_unknown || context.clock.quality == ClockQuality::unknown) {
    record.state = RevocationState::unknown;
  } else if (cached->freshness == Freshness::expired) {
    record.state = RevocationState::stale;
    record.error = Error{.code = Errc::expired, .where = "StatusListToken"};
  }
  return record;
}

}  // namespace mdoc::trust
