#include "mdoc/trust/trust_list.hpp"

#include <algorithm>
#include <array>

#include "mdoc/cose/headers.hpp"
#include "mdoc/crypto/certificate_path.hpp"
#include "trust/path_dates.hpp"
#include "trust/signed_list.hpp"

namespace mdoc::trust {
namespace {

using cbor::Reader;

constexpr std::uint64_t tag_sign1 = 18;

Result<std::vector<crypto::Certificate>> decode_certificates(const cose::X5Chain& x5chain,
                                                             const TrustListLimits& limits, const Path& where) {
  std::vector<crypto::Certificate> certificates;
  certificates.reserve(x5chain.size());
  for (const SharedBytes& der : x5chain) {
    auto certificate = crypto::Certificate::from_der(der.view(), limits.max_certificate_bytes);
    if (!certificate) return Error{.code = certificate.error().code, .where = where / certificates.size()};
    certificates.push_back(*certificate);
  }
  return certificates;
}

Result<std::vector<crypto::Certificate>> find_signer_path(std::span<const crypto::Certificate> x5chain,
                                                          std::span<const crypto::Certificate> anchors, UtcSeconds now,
                                                          const ClockPolicy& clock) {
  return crypto::find_certificate_path(x5chain.front(), x5chain.subspan(1), anchors,
                                       path_options(now, clock, InvalidPath::refused));
}

Error at(const Error& error, const Path& where) {
  Error placed = error;
  placed.where = where;
  return placed;
}

}  // namespace

std::string_view name(ListKind kind) noexcept {
  switch (kind) {
    case ListKind::vical: return "VICAL";
    case ListKind::rical: return "RICAL";
    case ListKind::trusted_entities: return "list of trusted entities";
  }
  return {};
}

std::string_view name(EntryMember member) noexcept {
  switch (member) {
    case EntryMember::serial_number: return "serialNumber";
    case EntryMember::ski: return "ski";
    case EntryMember::aki: return "aki";
    case EntryMember::issuing_country: return "issuingCountry";
    case EntryMember::state_or_province_name: return "stateOrProvinceName";
    case EntryMember::issuer: return "issuer";
    case EntryMember::subject: return "subject";
    case EntryMember::not_before: return "notBefore";
    case EntryMember::not_after: return "notAfter";
    case EntryMember::doc_type: return "docType";
    case EntryMember::certificate_profile: return "certificateProfile";
    case EntryMember::issuing_authority: return "issuingAuthority";
    case EntryMember::is_trust_anchor: return "isTrustAnchor";
    case EntryMember::type: return "type";
    case EntryMember::trust_constraints: return "trustConstraints";
    case EntryMember::name: return "name";
    case EntryMember::extensions: return "extensions";
    case EntryMember::others: return "others";
  }
  return "";
}

// ---- dates and succession -----------------------------------------------------------------------

Result<void> check_succession(const ListIssue& last, const ListIssue& next) {
  if (last.kind != next.kind || last.provider != next.provider || last.type != next.type) return {};
  if (last.digest == next.digest) return {};
  // C.1.7.1: the id grows with each issue. Two contents under one id are two issues, of which one is not to be
  // believed, and nobody can say which.
  if (last.id && next.id) {
    if (*next.id > *last.id) return {};
    return Error{.code = Errc::superseded, .where = Path("issueID")};
  }
  if (next.date > last.date) return {};
  return Error{.code = Errc::superseded, .where = Path("date")};
}

std::optional<UtcSeconds> ListProvenance::ends() const noexcept {
  if (!not_after || !signer_ends) return not_after ? not_after : signer_ends;
  return std::min(*not_after, *signer_ends);
}

Result<ListDates> judge_list_dates(const ListProvenance& list, UtcSeconds now, const ClockPolicy& clock) {
  const auto ends = list.ends();
  const DateVerdict verdict = clock.judge(now, list.date, ends.value_or(UtcSeconds::max()));
  switch (verdict) {
    case DateVerdict::too_early: return Error{.code = Errc::not_yet_valid, .where = Path("date")};
    case DateVerdict::too_late:
      return Error{.code = Errc::expired, .where = ends == list.not_after ? Path("notAfter") : Path("x5chain")};
    case DateVerdict::clock_unknown: return ListDates{};
    case DateVerdict::within:
    case DateVerdict::within_skew: break;
  }
  const bool due = list.next_update && now > *list.next_update;
  return ListDates{.state = due ? ListState::due : ListState::current, .verdict = verdict};
}

// ---- the envelope -------------------------------------------------------------------------------

bool has_protected_x5chain(const cose::Headers& headers, const DecodeLimits& limits) {
  Reader reader(headers.protected_bytes.view(), {.limits = limits, .level = Level::lenient});
  bool found = false;
  auto map = reader.enter_map();
  while (map.next()) found = found || map.key() == cose::label::x5chain || map.key() == "33";
  return found;
}

cbor::DecodeContext list_context(const cbor::DecodeContext& context, const TrustListLimits& limits) {
  cbor::DecodeContext bounded = context;
  bounded.limits.max_bytes = limits.max_bytes;
  bounded.limits.max_string = limits.max_bytes;  // the payload is one string
  bounded.limits.max_entries = std::max(bounded.limits.max_entries, limits.max_entries);
  bounded.limits.max_certificates = limits.max_x5chain;
  bounded.limits.max_certificate_bytes = limits.max_certificate_bytes;
  return bounded;
}

Result<ListEnvelope> decode_list_envelope(SharedBytes encoded, const cbor::DecodeContext& context,
                                          const TrustListLimits& limits, bool x5chain_protected, const Path& where) {
  Reader reader(std::move(encoded), context, where);
  const bool tagged = reader.next_is_tag(tag_sign1);
  MDOC_TRY(cose::CoseSign1 message, cose::decode_cose_sign1(reader, cose::Profile::cwt));
  MDOC_CHECK(reader.finish());
  if (tagged) MDOC_CHECK(cbor::deviation(context, Rule::list_tag, where, 0));

  if (!message.payload) return Error{.code = Errc::missing_element, .where = where / "payload"};
  if (message.headers.x5chain.empty()) return Error{.code = Errc::missing_element, .where = where / "x5chain"};
  if (has_protected_x5chain(message.headers, context.limits) != x5chain_protected) {
    MDOC_CHECK(cbor::deviation(context, Rule::list_x5chain_place, where / "x5chain"));
  }
  MDOC_TRY(auto certificates, decode_certificates(message.headers.x5chain, limits, where / "x5chain"));
  const auto further = std::span(certificates).subspan(1);
  if (std::ranges::any_of(further, &crypto::Certificate::is_self_issued)) {
    MDOC_CHECK(cbor::deviation(context, Rule::x5chain_includes_root, where / "x5chain"));
  }
  return ListEnvelope{.message = std::move(message), .x5chain = std::move(certificates)};
}

Result<ListVerification> verify_list_envelope(const cose::CoseSign1& message,
                                              std::span<const crypto::Certificate> x5chain, ListProvenance provenance,
                                              const ListTrust& trust, const Path& where) {
  const auto path = find_signer_path(x5chain, trust.anchors, trust.now, trust.clock);
  if (!path) return at(path.error(), where / "x5chain");

  const auto& key = x5chain.front().public_key();
  if (!key) return at(key.error(), where / "x5chain" / std::size_t{0});
  if (const auto checked = message.verify(*key); !checked) return at(checked.error(), where / "signature");

  // The path was judged with its own tolerance; from now on its end is one of the list.
  auto dates = judge_list_dates(provenance, trust.now, trust.clock);
  provenance.signer_ends = first_end(*path);
  if (!dates) {
    const bool early = dates.error().code == Errc::not_yet_valid;
    return at(dates.error(), early ? where / "date" : where / "notAfter");
  }
  if (judge_path(*path, trust.now, trust.clock) == DateVerdict::within_skew) dates->verdict = DateVerdict::within_skew;

  MDOC_TRY(const auto digest, crypto::digest(crypto::DigestAlgorithm::sha256, message.payload->view()));
  ListIssue issue{.kind = provenance.kind,
                  .provider = provenance.provider,
                  .type = provenance.type,
                  .id = provenance.issue_id,
                  .date = provenance.date,
                  .digest = digest};
  if (trust.last_accepted != nullptr) {
    if (const auto succeeds = check_succession(*trust.last_accepted, issue); !succeeds) {
      return at(succeeds.error(), where);
    }
  }
  return ListVerification{.signer_path = *path,
                          .dates = *dates,
                          .provenance = std::make_shared<const ListProvenance>(std::move(provenance)),
                          .issue = std::move(issue),
                          .verified_at = trust.now};
}

std::vector<TriedAnchor> try_list_anchors(std::span<const crypto::Certificate> x5chain, const ListTrust& trust) {
  std::vector<TriedAnchor> tried;
  if (x5chain.empty()) return tried;
  tried.reserve(trust.anchors.size());
  for (const crypto::Certificate& anchor : trust.anchors) {
    const auto path = find_signer_path(x5chain, {&anchor, 1}, trust.now, trust.clock);
    TriedAnchor& result = tried.emplace_back(TriedAnchor{.subject = anchor.subject().text()});
    if (!path) result.error = path.error();
  }
  return tried;
}

// ---- our own lists ------------------------------------------------------------------------------

Result<cose::Sign1Draft> draft_list(ByteView payload, std::span<const crypto::Certificate> x5chain,
                                    bool x5chain_protected, const Path& where) {
  if (x5chain.empty()) return Error{.code = Errc::bad_argument, .where = where / "x5chain"};
  cose::HeaderOptions options{.x5chain_protected = x5chain_protected};
  for (std::size_t i = 0; i < x5chain.size(); ++i) {
    if (i > 0 && x5chain[i].is_self_issued()) {
      return Error{.code = Errc::bad_argument, .where = where / "x5chain" / i};
    }
    options.x5chain.push_back(SharedBytes::copy_of(x5chain[i].der()));
  }
  const auto& key = x5chain.front().public_key();
  if (!key) return at(key.error(), where / "x5chain" / std::size_t{0});
  return cose::Sign1Draft::prepare(*key, payload, std::move(options));
}

Result<void> check_own_dates(UtcSeconds date, const std::optional<UtcSeconds>& next_update,
                             const std::optional<UtcSeconds>& not_after, const Path& where) {
  if (next_update && *next_update <= date) return Error{.code = Errc::bad_argument, .where = where / "nextUpdate"};
  if (not_after && *not_after <= date) return Error{.code = Errc::bad_argument, .where = where / "notAfter"};
  return {};
}

}  // namespace mdoc::trust
