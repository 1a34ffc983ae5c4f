#include "cli/unreleased.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "cli/output.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

using presentation::Credential;

void add(std::string& reasons, const std::string& reason) { reasons += (reasons.empty() ? "" : "; ") + reason; }

/// Why a credential cannot be presented at all; empty if it can.
std::string out_of_validity(const Credential& credential, UtcSeconds now) {
  const model::ValidityInfo& validity = credential.mso().validity_info;
  if (now > validity.valid_until) return credential.id() + " expired " + to_rfc3339(validity.valid_until);
  if (now < validity.valid_from) return credential.id() + " is not valid before " + to_rfc3339(validity.valid_from);
  return {};
}

/// Why a credential of the right docType, and valid, answers nothing.
std::string nothing_asked_for(const Credential& credential, const model::ItemsRequest& wanted) {
  const auto& held = credential.issuer_signed().name_spaces;
  const bool has_name_space = std::ranges::any_of(wanted.name_spaces, [&held](const auto& asked) {
    return std::ranges::any_of(held, [&asked](const auto& each) { return each.first == asked.first; });
  });
  if (has_name_space || wanted.name_spaces.empty()) {
    return credential.id() + " can answer none of the elements that are asked for";
  }
  return credential.id() + " has no name space " + json::printable(wanted.name_spaces.front().first.str());
}

std::string why_unmatched(const model::ItemsRequest& wanted, std::span<const Credential> credentials, UtcSeconds now) {
  std::string reasons;
  for (const Credential& credential : credentials) {
    if (credential.doc_type() != wanted.doc_type) continue;
    const std::string invalid = out_of_validity(credential, now);
    add(reasons, invalid.empty() ? nothing_asked_for(credential, wanted) : invalid);
  }
  return reasons.empty() ? "no credential of this docType" : reasons;
}

/// The same without knowing what was asked for.
std::string why_unmatched(std::span<const Credential> credentials, UtcSeconds now) {
  std::string reasons = "no valid credential of its docType has an element that it asks for";
  for (const Credential& credential : credentials) {
    if (const std::string invalid = out_of_validity(credential, now); !invalid.empty()) add(reasons, invalid);
  }
  return reasons;
}

}  // namespace

std::vector<Unreleased> find_unreleased(const presentation::RequestMatch& match, const presentation::Consent& consent,
                                        std::span<const Credential> credentials, UtcSeconds now,
                                        const model::DeviceRequest* request) {
  std::vector<Unreleased> found;
  for (const std::size_t id : match.unmatched) {
    if (request == nullptr) {
      found.push_back({.doc_request = id, .doc_type = {}, .reason = why_unmatched(credentials, now)});
      continue;
    }
    const model::ItemsRequest& wanted = request->doc_requests[id].items_request.value();
    found.push_back(
        {.doc_request = id, .doc_type = wanted.doc_type.str(), .reason = why_unmatched(wanted, credentials, now)});
  }
  for (const auto& offered : match.documents) {
    const bool released = std::ranges::any_of(
        consent.documents(), [&offered](const auto& each) { return each.doc_request == offered.doc_request; });
    if (released) continue;
    found.push_back({.doc_request = offered.doc_request,
                     .doc_type = offered.doc_type.str(),
                     .reason = "--allow names none of its elements"});
  }
  std::ranges::sort(found, {}, &Unreleased::doc_request);
  return found;
}

void print_unreleased(const std::vector<Unreleased>& unreleased) {
  for (const Unreleased& each : unreleased) {
    const std::string doc_type = each.doc_type.empty() ? "" : " (" + json::printable(each.doc_type) + ")";
    print_warning(fmt::format("nothing released for DocRequest {}{}: {}", each.doc_request, doc_type, each.reason));
  }
}

boost::json::array to_json(const std::vector<Unreleased>& unreleased) {
  boost::json::array list;
  for (const Unreleased& each : unreleased) {
    boost::json::object entry{{"docRequest", each.doc_request}};
    if (!each.doc_type.empty()) entry.emplace("docType", each.doc_type);
    entry.emplace("reason", each.reason);
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace mdoc::cli
