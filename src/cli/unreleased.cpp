#include "cli/unreleased.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "cli/output.hpp"
#include "cli/wording.hpp"
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

std::string why_elements(const presentation::DocRequestMatch& doc_request, std::size_t id, const ReleaseFacts& facts) {
  std::string reasons;
  for (const Credential& credential : facts.credentials) {
    if (credential.doc_type() != doc_request.doc_type) continue;
    const std::string invalid = out_of_validity(credential, facts.now);
    if (!invalid.empty()) {
      add(reasons, invalid);
    } else if (facts.request != nullptr) {
      add(reasons, nothing_asked_for(credential, facts.request->doc_requests[id].items_request.value()));
    } else {
      add(reasons, credential.id() + " does not have what is asked for");
    }
  }
  return reasons;
}

/// Why no document answers a DocRequest.
std::string why_unanswered(const presentation::DocRequestMatch& doc_request, std::size_t id,
                           const ReleaseFacts& facts) {
  switch (*doc_request.obstacle) {
    case presentation::Obstacle::doc_type: return "no credential of this docType";
    case presentation::Obstacle::issuer: return "no valid credential is of an issuer that the reader accepts";
    case presentation::Obstacle::reader:
      return "its profile has it given to trusted readers alone, and this one is not";
    case presentation::Obstacle::proof: return "the reader accepts nothing but a zero-knowledge proof";
    case presentation::Obstacle::recipient: return "it would have to be encrypted to a key that cannot be used";
    case presentation::Obstacle::device_auth:
      return "its device key is reserved for another mechanism than this answer needs";
    case presentation::Obstacle::validity:
    case presentation::Obstacle::elements: break;
  }
  return why_elements(doc_request, id, facts);
}

/// Why nothing of an answer that was offered is released.
std::string why_withheld(const presentation::RequestMatch& match, std::size_t id, const ReleaseFacts& facts) {
  if (facts.rules.trusted_readers && !is_trusted(facts.readers, id)) {
    const auto& asked = facts.readers.doc_requests[id];
    return fmt::format("--require-trusted, and the authentication of its reader is {}: {}",
                       wording().of(asked.result()), wording().of(asked.reason()));
  }
  const auto left_out = std::ranges::find(facts.consent.left_out(), id, &presentation::LeftOut::doc_request);
  const bool is_left_out = left_out != facts.consent.left_out().end();
  if (is_left_out && left_out->why == presentation::LeftOut::Why::holder_not_shown) {
    return "without the portrait, which was asked for, nothing else of this document may leave the device";
  }
  if (is_left_out && left_out->why == presentation::LeftOut::Why::set_incomplete) {
    return "another document stays that the reader needs with it";
  }
  if (facts.asked) return "the holder did not agree";
  if (!match.answerable) return "something else is missing that the reader cannot do without";
  if (!match.use_cases.empty() && facts.rules.allow.empty()) return "another document serves the reader's purpose";
  return "--allow names none of its elements";
}

}  // namespace

std::vector<Unreleased> find_unreleased(const presentation::RequestMatch& match, const ReleaseFacts& facts) {
  std::vector<Unreleased> found;
  for (std::size_t id = 0; id < match.doc_requests.size(); ++id) {
    const bool released =
        std::ranges::any_of(facts.consent.documents(), [id](const auto& each) { return each.doc_request == id; });
    if (released && facts.kept_back.empty()) continue;
    const presentation::DocRequestMatch& doc_request = match.doc_requests[id];
    std::string reason = facts.kept_back;
    if (!released) {
      reason = doc_request.documents.empty() ? why_unanswered(doc_request, id, facts) : why_withheld(match, id, facts);
    }
    found.push_back({.doc_request = id, .doc_type = doc_request.doc_type.str(), .reason = std::move(reason)});
  }
  return found;
}

void print_unreleased(const std::vector<Unreleased>& unreleased) {
  for (const Unreleased& each : unreleased) {
    print_warning(fmt::format("nothing released for DocRequest {} ({}): {}", each.doc_request,
                              json::printable(each.doc_type), each.reason));
  }
}

boost::json::array to_json(const std::vector<Unreleased>& unreleased) {
  boost::json::array list;
  for (const Unreleased& each : unreleased) {
    list.push_back(
        boost::json::object{{"docRequest", each.doc_request}, {"docType", each.doc_type}, {"reason", each.reason}});
  }
  return list;
}

}  // namespace mdoc::cli
