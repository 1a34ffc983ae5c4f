#include "mdoc/json/verified_trusted_entities.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/try.hpp"
#include "mdoc/crypto/certificate_path.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "trust/path_dates.hpp"

namespace mdoc::json {
namespace {

constexpr std::string_view issuance_ending = "/Issuance";
constexpr std::string_view revocation_ending = "/Revocation";
constexpr std::string_view status_notified = "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/notified";
constexpr std::string_view status_withdrawn = "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/withdrawn";

/// What ETSI TS 119 602 fixes for one type of list.
struct ListProfile {
  std::string_view type;
  std::string_view services;  ///< the beginning of its service types
  bool status_needed;         ///< the other lists drop an entry that is no longer in force
};
constexpr std::array list_profiles{
    ListProfile{lote_type::pid_providers, "http://uri.etsi.org/19602/SvcType/PID/", false},                         // D
    ListProfile{lote_type::wallet_providers, "http://uri.etsi.org/19602/SvcType/WalletSolution/", false},           // E
    ListProfile{lote_type::access_certificate_providers, "http://uri.etsi.org/19602/SvcType/WRPAC/", false},        // F
    ListProfile{lote_type::registration_certificate_providers, "http://uri.etsi.org/19602/SvcType/WRPRC/", false},  // G
    ListProfile{lote_type::pub_eaa_providers, "http://uri.etsi.org/19602/SvcType/PubEAA/", true},                   // H
};

const ListProfile* find_profile(std::string_view type) noexcept {
  const auto* found = std::ranges::find(list_profiles, type, &ListProfile::type);
  return found == list_profiles.end() ? nullptr : found;
}

// ---- the signer -------------------------------------------------------------------------------

struct Signer {
  crypto::Certificate certificate;
  std::vector<crypto::Certificate> others;
};

Path x5c_path() { return Path("JWS") / "header" / "x5c"; }

Result<Signer> read_signer(const Jws& jws, const DecodeLimits& limits) {
  const auto& x5c = jws.header().x5c;
  if (x5c.empty()) return Error{.code = Errc::missing_element, .where = x5c_path()};
  std::vector<crypto::Certificate> certificates;
  for (const SharedBytes& der : x5c) {
    const auto certificate = crypto::Certificate::from_der(der.view(), limits.max_certificate_bytes);
    if (!certificate) return Error{.code = certificate.error().code, .where = x5c_path() / certificates.size()};
    certificates.push_back(*certificate);
  }
  return Signer{certificates.front(), {certificates.begin() + 1, certificates.end()}};
}

Result<std::vector<crypto::Certificate>> find_path(const Signer& signer, std::span<const crypto::Certificate> anchors,
                                                   const ListExpectation& expectation) {
  const auto options = trust::path_options(expectation.now, expectation.clock, trust::InvalidPath::refused);
  auto path = crypto::find_certificate_path(signer.certificate, signer.others, anchors, options);
  if (!path) return Error{.code = path.error().code, .where = x5c_path(), .native = path.error().native};
  // ETSI TS 119 602 asks for no key purpose; that of its predecessor says what it is.
  const trust::ListSignerPurposes purposes{.own = {std::string(trust::key_purpose::trusted_list_signing)}};
  if (path->size() > 1 && trust::is_made_for_something_else(signer.certificate, purposes)) {
    return Error{.code = Errc::chain_untrusted, .where = x5c_path() / 0};
  }
  // RFC 5280, 4.2.1.3: a key whose certificate says what it is for, and leaves out signatures, signs no list.
  constexpr unsigned for_signatures = crypto::key_usage::digital_signature | crypto::key_usage::non_repudiation;
  if (const auto usage = signer.certificate.key_usage(); usage && (*usage & for_signatures) == 0) {
    return Error{.code = Errc::chain_untrusted, .where = x5c_path() / 0};
  }
  return path;
}

// ---- the content ------------------------------------------------------------------------------

template <std::size_t N>
Error refuse(Errc code, const char (&name)[N]) {  // NOLINT(*-c-arrays)
  return {.code = code, .where = Path("LoTE") / "ListAndSchemeInformation" / name};
}

/// Where the list came from. @pre it is of the type that was expected
trust::ListProvenance provenance_of(const ListAndSchemeInformation& information, const ListExpectation& expectation) {
  trust::ListProvenance provenance{.kind = trust::ListKind::trusted_entities,
                                   .provider = std::string(preferred_text(information.scheme_operator_name)),
                                   .type = information.type,
                                   .issue_id = information.sequence_number,
                                   .date = information.list_issue_date_time,
                                   .next_update = information.next_update};
  if (expectation.refuse_overdue) provenance.not_after = information.next_update;
  return provenance;
}

Result<trust::ListDates> judge_dates(const trust::ListProvenance& provenance, DateVerdict path,
                                     const ListExpectation& expectation) {
  auto dates = trust::judge_list_dates(provenance, expectation.now, expectation.clock);
  if (!dates && dates.error().code == Errc::not_yet_valid) return refuse(Errc::not_yet_valid, "ListIssueDateTime");
  // A clock that knows nothing cannot say that the list is not overdue.
  if (!dates || (expectation.refuse_overdue && dates->state == trust::ListState::undetermined)) {
    return refuse(Errc::expired, "NextUpdate");
  }
  if (path == DateVerdict::within_skew) dates->verdict = path;
  return dates;
}

Result<trust::ListIssue> identify(const trust::ListProvenance& provenance, ByteView payload) {
  MDOC_TRY(const auto digest, crypto::digest(crypto::DigestAlgorithm::sha256, payload));
  return trust::ListIssue{.kind = provenance.kind,
                          .provider = provenance.provider,
                          .type = provenance.type,
                          .id = provenance.issue_id,
                          .date = provenance.date,
                          .digest = digest};
}

Result<void> check_sequence(const trust::ListIssue& issue, const trust::ListIssue* last_accepted) {
  if (last_accepted == nullptr) return {};
  trust::ListIssue last = *last_accepted;
  // The caller says that it comes from the same source. An old list under an old name of its operator is old.
  last.provider = issue.provider;
  if (!trust::check_succession(last, issue)) return refuse(Errc::superseded, "LoTESequenceNumber");
  return {};
}

/// Why a service gives no anchors; nothing if it does.
std::optional<Error> fault_of(const TrustedEntityService& service, const ListProfile* profile, const Path& where) {
  const std::string_view type = service.type_identifier;
  if (type.empty()) return Error{.code = Errc::missing_element, .where = where / "ServiceTypeIdentifier"};
  const bool of_this_list = profile == nullptr || type.starts_with(profile->services);
  if (!of_this_list || !(type.ends_with(issuance_ending) || type.ends_with(revocation_ending))) {
    return Error{.code = Errc::subject_mismatch, .where = where / "ServiceTypeIdentifier"};
  }
  if (service.status.empty() && profile != nullptr && profile->status_needed) {
    return Error{.code = Errc::missing_element, .where = where / "ServiceStatus"};
  }
  if (!service.status.empty() && service.status != status_notified) {
    const Errc code = service.status == status_withdrawn ? Errc::revoked : Errc::bad_value;
    return Error{.code = code, .where = where / "ServiceStatus"};
  }
  if (service.certificates.empty()) {
    return Error{.code = Errc::missing_element, .where = where / "ServiceDigitalIdentity" / "X509Certificates"};
  }
  return std::nullopt;
}

}  // namespace

void VerifiedListOfTrustedEntities::select_anchors(Content& content) {
  content.unusable = content.list.unreadable;
  const ListProfile* profile = find_profile(content.list.information.type);
  const Path at_entities = Path("LoTE") / "TrustedEntitiesList";
  for (std::size_t i = 0; i < content.list.entities.size(); ++i) {
    const TrustedEntity& entity = content.list.entities[i];
    for (std::size_t j = 0; j < entity.services.size(); ++j) {
      const TrustedEntityService& service = entity.services[j];
      const Path where = at_entities / i / "TrustedEntityServices" / j / "ServiceInformation";
      if (const auto fault = fault_of(service, profile, where)) {
        content.unusable.push_back(*fault);
        continue;
      }
      auto& anchors = service.type_identifier.ends_with(issuance_ending) ? content.issuance : content.revocation;
      for (const crypto::Certificate& certificate : service.certificates) {
        const auto& constraints = certificate.basic_constraints();
        anchors.push_back({.certificate = certificate,
                           .direct = !constraints || !constraints->ca,
                           .service_type = service.type_identifier,
                           .entity = std::string(preferred_text(entity.name)),
                           .entity_index = i,
                           .service_index = j,
                           .provenance = content.verification.provenance});
      }
    }
  }
}

Result<VerifiedListOfTrustedEntities> verify_list_of_trusted_entities(const Jws& jws,
                                                                      const ListExpectation& expectation) {
  if (expectation.type.empty()) return Error{.code = Errc::bad_argument, .where = "LoTEType"};
  MDOC_TRY(const Signer signer, read_signer(jws, expectation.decoding.limits));
  MDOC_TRY(auto path, find_path(signer, expectation.anchors, expectation));
  const auto& key = signer.certificate.public_key();
  if (!key) return Error{.code = key.error().code, .where = x5c_path() / 0};
  MDOC_CHECK(jws.verify(*key));

  VerifiedListOfTrustedEntities::Content content{.encoded = jws.encoded()};
  MDOC_TRY(content.list, decode_list_of_trusted_entities(jws.payload().view(), expectation.decoding));
  const ListAndSchemeInformation& information = content.list.information;
  if (information.type != expectation.type) return refuse(Errc::subject_mismatch, "LoTEType");
  trust::ListProvenance provenance = provenance_of(information, expectation);
  const DateVerdict signer_dates = trust::judge_path(path, expectation.now, expectation.clock);
  MDOC_TRY(const auto dates, judge_dates(provenance, signer_dates, expectation));
  provenance.signer_ends = trust::first_end(path);
  MDOC_TRY(auto issue, identify(provenance, jws.payload().view()));
  MDOC_CHECK(check_sequence(issue, expectation.last_accepted));
  content.verification = {.signer_path = std::move(path),
                          .dates = dates,
                          .provenance = std::make_shared<const trust::ListProvenance>(std::move(provenance)),
                          .issue = std::move(issue),
                          .verified_at = expectation.now};
  VerifiedListOfTrustedEntities::select_anchors(content);
  return VerifiedListOfTrustedEntities(std::move(content));
}

Result<std::vector<trust::TriedAnchor>> try_list_anchors(const Jws& jws, const ListExpectation& expectation) {
  MDOC_TRY(const Signer signer, read_signer(jws, expectation.decoding.limits));
  std::vector<trust::TriedAnchor> tried;
  tried.reserve(expectation.anchors.size());
  for (const crypto::Certificate& anchor : expectation.anchors) {
    trust::TriedAnchor& result = tried.emplace_back(trust::TriedAnchor{.subject = anchor.subject().text()});
    if (const auto path = find_path(signer, {&anchor, 1}, expectation); !path) result.error = path.error();
  }
  return tried;
}

}  // namespace mdoc::json
