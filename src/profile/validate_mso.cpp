#include <algorithm>
#include <array>
#include <cassert>

#include "core/enum_table.hpp"
#include "mdoc/profile/validate.hpp"
#include "profile/algorithm_names.hpp"

namespace mdoc::profile {
namespace {

// One row for each MsoFault, in order.
constexpr std::array table{
    MsoFaultInfo{MsoFault::other_doc_type, "mso.other-doc-type", Row::doc_type, "The MSO is of the profile's docType."},
    MsoFaultInfo{MsoFault::other_digest_algorithm, "mso.other-digest-algorithm", Row::algorithms,
                 "The digest algorithm is one of the profile's."},
    MsoFaultInfo{MsoFault::other_device_curve, "mso.other-device-curve", Row::algorithms,
                 "The device key is on one of the profile's curves."},
    MsoFaultInfo{MsoFault::other_signer_curve, "mso.other-signer-curve", Row::algorithms,
                 "The key of the document signer is on one of the profile's curves."},
    MsoFaultInfo{MsoFault::valid_too_long, "mso.valid-too-long", Row::mso,
                 "The document is valid no longer than the profile allows."},
    MsoFaultInfo{MsoFault::not_whole_days, "mso.not-whole-days", Row::mso,
                 "The dates are cut to days, so that they tell nothing of the moment of issuing."},
    MsoFaultInfo{MsoFault::status_missing, "mso.status-missing", Row::mso, "The MSO has a status."},
    MsoFaultInfo{MsoFault::status_forbidden, "mso.status-forbidden", Row::mso, "The MSO has no status."},
    MsoFaultInfo{MsoFault::other_status_mechanism, "mso.other-status-mechanism", Row::mso,
                 "The status uses a mechanism that the profile names."},
    MsoFaultInfo{MsoFault::device_signed_authorised, "mso.device-signed-authorised", Row::mdoc_authentication,
                 "The device is authorised to sign no elements, where the profile forbids that."},
};
static_assert(is_indexed_by(table, &MsoFaultInfo::fault, mso_fault_count));

/// An empty list bounds nothing.
bool allows(std::span<const std::string_view> list, std::string_view name) {
  return list.empty() || std::ranges::find(list, name) != list.end();
}

/// The first date that tells the time of day.
std::optional<UtcSeconds> with_time_of_day(const model::ValidityInfo& validity) {
  const auto tells = [](UtcSeconds time) { return std::chrono::floor<std::chrono::days>(time) != time; };
  for (const UtcSeconds time : {validity.signed_at, validity.valid_from, validity.valid_until}) {
    if (tells(time)) return time;
  }
  if (validity.expected_update && tells(*validity.expected_update)) return validity.expected_update;
  return std::nullopt;
}

bool uses_named_mechanism(const model::Status& status, std::span<const std::string_view> mechanisms) {
  return mechanisms.empty() || (status.status_list && allows(mechanisms, "status-list")) ||
         (status.identifier_list && allows(mechanisms, "identifier-list"));
}

}  // namespace

std::span<const MsoFaultInfo> mso_faults() noexcept { return table; }

const MsoFaultInfo& info(MsoFault fault) noexcept {
  assert(static_cast<std::size_t>(fault) < table.size());
  return table[static_cast<std::size_t>(fault)];
}

std::vector<MsoFinding> validate_mso(const DocTypeProfile& profile, const model::MobileSecurityObject& mso,
                                     std::optional<std::string_view> signer_curve) {
  std::vector<MsoFinding> findings;
  const auto report = [&](MsoFault fault, std::string found = {}) {
    findings.push_back({.fault = fault, .found = std::move(found)});
  };
  if (mso.doc_type.str() != profile.doc_type) report(MsoFault::other_doc_type, mso.doc_type.str());
  const AlgorithmPolicy& algorithms = profile.algorithms;
  if (!allows(algorithms.digests, mso.digest_algorithm)) report(MsoFault::other_digest_algorithm, mso.digest_algorithm);
  const auto judge_curve = [&](std::string_view name, std::span<const std::string_view> curves, MsoFault fault) {
    if (!allows(curves, name)) report(fault, std::string(name));
  };
  const auto device_curve = static_cast<std::int32_t>(mso.device_key_info.device_key.curve);
  judge_curve(curve_name(device_curve), algorithms.device_curves, MsoFault::other_device_curve);
  if (signer_curve) judge_curve(*signer_curve, algorithms.signer_curves, MsoFault::other_signer_curve);

  const model::ValidityInfo& validity = mso.validity_info;
  const auto length = validity.valid_until - validity.valid_from;
  const std::chrono::days longest{profile.mso.max_validity_days};
  if (longest.count() != 0 && length > longest) {
    report(MsoFault::valid_too_long, std::to_string(std::chrono::ceil<std::chrono::days>(length).count()) + " days");
  }
  if (profile.mso.whole_days) {
    if (const auto time = with_time_of_day(validity)) report(MsoFault::not_whole_days, to_rfc3339(*time));
  }
  if (!mso.status) {
    if (profile.mso.status == Requirement::mandatory) report(MsoFault::status_missing);
  } else if (profile.mso.status == Requirement::forbidden) {
    report(MsoFault::status_forbidden);
  } else if (!uses_named_mechanism(*mso.status, profile.mso.mechanisms)) {
    report(MsoFault::other_status_mechanism);
  }
  const auto& authorised = mso.device_key_info.key_authorizations;
  const bool some = authorised && !(authorised->name_spaces.empty() && authorised->data_elements.empty());
  if (some && !profile.mdoc_authentication.device_signed) report(MsoFault::device_signed_authorised);
  return findings;
}

}  // namespace mdoc::profile
