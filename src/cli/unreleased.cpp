#include "cli/unreleased.hpp"

#include <algorithm>

#include <boost/json/object.hpp>

#include "cli/output.hpp"
#include "cli/terminal.hpp"

namespace mdoc::cli {
namespace {

using presentation::Credential;

using json::Phrase;
using json::Wording;

/// One more reason: a clause for engineers, a sentence for who reads no clauses.
void add(std::string& reasons, const std::string& reason, const Wording& words) {
  if (words.for_clerks() && reasons.find(reason) != std::string::npos) return;  // the same of another credential
  reasons += (reasons.empty() ? "" : words.for_clerks() ? " " : "; ") + reason;
}

/// Why a credential cannot be presented at all; empty if it can.
std::string out_of_validity(const Credential& credential, UtcSeconds now, const Wording& words) {
  const model::ValidityInfo& validity = credential.mso().validity_info;
  const auto say = [&](Phrase phrase, UtcSeconds time) {
    return words.say(phrase, {{"credential", credential.id()}, {"time", words.time(time)}});
  };
  if (now > validity.valid_until) return say(Phrase::unreleased_expired, validity.valid_until);
  if (now < validity.valid_from) return say(Phrase::unreleased_not_yet, validity.valid_from);
  return {};
}

/// Why a credential of the right docType, and valid, answers nothing.
std::string nothing_asked_for(const Credential& credential, const model::ItemsRequest& wanted, const Wording& words) {
  const auto& held = credential.issuer_signed().name_spaces;
  const bool has_name_space = std::ranges::any_of(wanted.name_spaces, [&held](const auto& asked) {
    return std::ranges::any_of(held, [&asked](const auto& each) { return each.first == asked.first; });
  });
  if (has_name_space || wanted.name_spaces.empty()) {
    return words.say(Phrase::unreleased_elements, {{"credential", credential.id()}});
  }
  const std::string name_space = peer_text(wanted.name_spaces.front().first.str());
  return words.say(Phrase::unreleased_name_space, {{"credential", credential.id()}, {"nameSpace", name_space}});
}

std::string why_elements(const presentation::DocRequestMatch& doc_request, std::size_t id, const ReleaseFacts& facts,
                         const Wording& words) {
  std::string reasons;
  for (const Credential& credential : facts.credentials) {
    if (credential.doc_type() != doc_request.doc_type) continue;
    const std::string invalid = out_of_validity(credential, facts.now, words);
    if (!invalid.empty()) {
      add(reasons, invalid, words);
    } else if (facts.request != nullptr) {
      const auto& wanted = facts.request->doc_requests[id].items_request.value();
      add(reasons, nothing_asked_for(credential, wanted, words), words);
    } else {
      add(reasons, words.say(Phrase::unreleased_lacks, {{"credential", credential.id()}}), words);
    }
  }
  return reasons;
}

/// Why no document answers a DocRequest.
std::string why_unanswered(const presentation::DocRequestMatch& doc_request, std::size_t id, const ReleaseFacts& facts,
                           const Wording& words) {
  switch (*doc_request.obstacle) {
    case presentation::Obstacle::doc_type: return words.say(Phrase::unreleased_doc_type);
    case presentation::Obstacle::issuer: return words.say(Phrase::unreleased_issuer);
    case presentation::Obstacle::reader: return words.say(Phrase::unreleased_reader);
    case presentation::Obstacle::proof: return words.say(Phrase::unreleased_proof);
    case presentation::Obstacle::recipient: return words.say(Phrase::unreleased_recipient);
    case presentation::Obstacle::device_auth: return words.say(Phrase::unreleased_device_auth);
    case presentation::Obstacle::validity:
    case presentation::Obstacle::elements: break;
  }
  return why_elements(doc_request, id, facts, words);
}

/// Why nothing of an answer that was offered is released.
std::string why_withheld(const presentation::RequestMatch& match, std::size_t id, const ReleaseFacts& facts,
                         const Wording& words) {
  if (facts.rules.trusted_readers && !is_trusted(facts.readers, id)) {
    const auto& asked = facts.readers.doc_requests[id];
    return words.say(Phrase::unreleased_untrusted,
                     {{"result", words.of(asked.result())}, {"reason", words.of(asked.reason())}});
  }
  const auto left_out = std::ranges::find(facts.consent.left_out(), id, &presentation::LeftOut::doc_request);
  const bool is_left_out = left_out != facts.consent.left_out().end();
  if (is_left_out && left_out->why == presentation::LeftOut::Why::holder_not_shown) {
    return words.say(Phrase::unreleased_portrait);
  }
  if (is_left_out && left_out->why == presentation::LeftOut::Why::set_incomplete) {
    return words.say(Phrase::unreleased_set);
  }
  // Nobody was asked about what serves no purpose beside what is offered.
  const auto offer = presentation::Consent::to_all(match);
  const bool offered =
      std::ranges::any_of(offer.documents(), [id](const auto& each) { return each.doc_request == id; });
  if (facts.asked && match.answerable && !offered) return words.say(Phrase::unreleased_other);
  if (facts.asked) return words.say(Phrase::unreleased_declined);
  if (!match.answerable) return words.say(Phrase::unreleased_incomplete);
  if (!match.use_cases.empty() && facts.rules.allow.empty()) return words.say(Phrase::unreleased_other);
  return words.say(Phrase::unreleased_not_allowed);
}

}  // namespace

std::vector<Unreleased> find_unreleased(const presentation::RequestMatch& match, const ReleaseFacts& facts) {
  std::vector<Unreleased> found;
  for (std::size_t id = 0; id < match.doc_requests.size(); ++id) {
    const bool released =
        std::ranges::any_of(facts.consent.documents(), [id](const auto& each) { return each.doc_request == id; });
    if (released && facts.kept_back.people.empty()) continue;
    const presentation::DocRequestMatch& doc_request = match.doc_requests[id];
    Told reason = facts.kept_back;
    if (!released) {
      reason = told([&](const Wording& words) {
        return doc_request.documents.empty() ? why_unanswered(doc_request, id, facts, words)
                                             : why_withheld(match, id, facts, words);
      });
    }
    const std::string doc_type = doc_request.doc_type.str();
    found.push_back({.doc_request = id,
                     .doc_type = doc_type,
                     .title = document_title(profile::find_doc_type(facts.profiles, doc_type)),
                     .reason = std::move(reason)});
  }
  return found;
}

void print_unreleased(const std::vector<Unreleased>& unreleased) {
  for (const Unreleased& each : unreleased) {
    const bool by_title = wording().for_clerks() && !each.title.empty();
    print_warning(say(Phrase::unreleased, {{"index", std::to_string(each.doc_request)},
                                           {"docType", by_title ? each.title : peer_text(each.doc_type)},
                                           {"why", each.reason.people}}));
  }
}

boost::json::array to_json(const std::vector<Unreleased>& unreleased) {
  boost::json::array list;
  for (const Unreleased& each : unreleased) {
    list.push_back(boost::json::object{
        {"docRequest", each.doc_request}, {"docType", each.doc_type}, {"reason", each.reason.json}});
  }
  return list;
}

}  // namespace mdoc::cli
