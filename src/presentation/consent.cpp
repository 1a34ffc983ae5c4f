#include "mdoc/presentation/consent.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/try.hpp"

namespace mdoc::presentation {
namespace {

template <std::size_t N>
Error not_offered(const char (&what)[N]) {  // NOLINT(*-c-arrays)
  return {.code = Errc::bad_argument, .where = Path("Selection") / what};
}

const DocumentSetOption* find_set(const UseCaseMatch& use_case, std::size_t document_set) {
  const auto found = std::ranges::find(use_case.document_sets, document_set, &DocumentSetOption::document_set);
  return found == use_case.document_sets.end() ? nullptr : &*found;
}

std::vector<UseCaseChoice> every_use_case(const RequestMatch& match) {
  std::vector<UseCaseChoice> choices;
  for (std::size_t i = 0; i < match.use_cases.size(); ++i) {
    const UseCaseMatch& use_case = match.use_cases[i];
    if (use_case.is_satisfied()) choices.push_back({i, use_case.document_sets.front().document_set});
  }
  return choices;
}

/// The DocRequests that the chosen use cases need: exactly one set of each.
Result<std::set<std::size_t>> needed_by(const RequestMatch& match, std::span<const UseCaseChoice> choices) {
  std::set<std::size_t> needed;
  std::set<std::size_t> satisfied;
  for (const UseCaseChoice& choice : choices) {
    if (choice.use_case >= match.use_cases.size()) return not_offered("use_cases");
    const DocumentSetOption* const set = find_set(match.use_cases[choice.use_case], choice.document_set);
    if (set == nullptr || !satisfied.insert(choice.use_case).second) return not_offered("use_cases");
    needed.insert(set->doc_requests.begin(), set->doc_requests.end());
  }
  for (std::size_t i = 0; i < match.use_cases.size(); ++i) {
    const UseCaseMatch& use_case = match.use_cases[i];
    if (use_case.mandatory && use_case.is_satisfied() && !satisfied.contains(i)) return not_offered("use_cases");
  }
  if (choices.empty()) return not_offered("use_cases");
  return needed;
}

std::vector<UseCaseChoice> chosen_use_cases(const RequestMatch& match, const Selection& selection) {
  return selection.use_cases.value_or(every_use_case(match));
}

Result<std::set<std::size_t>> needed_doc_requests(const RequestMatch& match, const Selection& selection) {
  if (!match.use_cases.empty()) return needed_by(match, chosen_use_cases(match, selection));
  if (selection.use_cases && !selection.use_cases->empty()) return not_offered("use_cases");
  std::set<std::size_t> all;
  for (std::size_t id = 0; id < match.doc_requests.size(); ++id) {
    if (!match.doc_requests[id].documents.empty()) all.insert(id);
  }
  return all;
}

/// The documents that were chosen for a DocRequest; the first one where none was.
Result<std::vector<const DocumentOption*>> documents_for(const RequestMatch& match, std::size_t id,
                                                         std::span<const DocumentChoice> choices) {
  const DocRequestMatch& doc_request = match.doc_requests[id];
  std::vector<const DocumentOption*> chosen;
  for (const DocumentChoice& choice : choices) {
    if (choice.doc_request != id) continue;
    if (choice.document >= doc_request.documents.size()) return not_offered("documents");
    const DocumentOption* const document = &doc_request.documents[choice.document];
    // One credential is offered as a proof and as it is: both together would undo the proof.
    const bool twice = std::ranges::find(chosen, document->credential, &DocumentOption::credential) != chosen.end();
    if (twice || (!chosen.empty() && !doc_request.takes_several)) return not_offered("documents");
    chosen.push_back(document);
  }
  if (chosen.empty()) chosen.push_back(&doc_request.documents.front());
  return chosen;
}

/// What is left of a document.
DocumentOption narrow(const DocumentOption& offered, const ElementApproval& approve, ReleasedAges& ages) {
  const auto stays = [&](const ElementOption& element) {
    if (approve && !approve(offered, element)) return false;
    return !element.age_attestation ||
           ages.add(offered.credential, element.released.name_space, element.released.element);
  };
  // A set of alternatives answers as a whole or not at all. Its elements stand side by side.
  DocumentOption approved{.doc_request = offered.doc_request,
                          .credential = offered.credential,
                          .credential_id = offered.credential_id,
                          .doc_type = offered.doc_type,
                          .unavailable = offered.unavailable,
                          .encrypted_to = offered.encrypted_to,
                          .proof = offered.proof,
                          .rules = offered.rules};
  approved.elements.reserve(offered.elements.size());
  for (auto first = offered.elements.begin(); first != offered.elements.end();) {
    const auto end = std::find_if(first, offered.elements.end(), [&](const ElementOption& element) {
      return !(element.requested == first->requested);
    });
    const ReleasedAges before = ages;
    // All are looked at, also after a no: `approve` may be a person who was asked about each.
    const auto refused = std::count_if(first, end, [&](const ElementOption& element) { return !stays(element); });
    if (refused == 0) {
      approved.elements.insert(approved.elements.end(), first, end);
    } else {
      ages = before;  // what is not released takes no place
      approved.unavailable.push_back(first->requested);
    }
    first = end;
  }
  return approved;
}

/// What verifies the holder was offered and is not among what is left.
bool hides_holder(const DocumentOption& offered, const DocumentOption& approved) {
  const auto shows_holder = [](const DocumentOption& document) {
    return std::ranges::any_of(document.elements, &ElementOption::comes_with_others);
  };
  return shows_holder(offered) && !shows_holder(approved);
}

LeftOut::Why why_left_out(const DocumentOption& approved, bool holder_hidden) {
  if (approved.elements.empty()) return LeftOut::Why::nothing_approved;
  return holder_hidden ? LeftOut::Why::holder_not_shown : LeftOut::Why::proof_in_part;
}

bool answers(std::span<const DocumentOption> documents, std::size_t doc_request) {
  return std::ranges::find(documents, doc_request, &DocumentOption::doc_request) != documents.end();
}

/// The DocRequests whose documents satisfy a use case: "a set by all its DocRequests", and of mandatory ones all
/// (10.2.5, 10.2.8).
std::set<std::size_t> satisfied_by(std::span<const DocumentOption> documents, const RequestMatch& match,
                                   std::span<const UseCaseChoice> choices) {
  std::set<std::size_t> satisfied;
  for (const UseCaseChoice& choice : choices) {
    const UseCaseMatch& use_case = match.use_cases[choice.use_case];
    const std::vector<std::size_t>& set = find_set(use_case, choice.document_set)->doc_requests;
    if (std::ranges::all_of(set, [&](std::size_t id) { return answers(documents, id); })) {
      satisfied.insert(set.begin(), set.end());
    } else if (use_case.mandatory) {
      return {};
    }
  }
  return satisfied;
}

/// The docTypes of DocRequests that none of these documents answers.
std::vector<DocType> unanswered_by(std::span<const DocumentOption> documents, const RequestMatch& match) {
  std::vector<DocType> unanswered;
  for (std::size_t id = 0; id < match.doc_requests.size(); ++id) {
    if (!answers(documents, id)) unanswered.push_back(match.doc_requests[id].doc_type);
  }
  return unanswered;
}

}  // namespace

Consent Consent::to_all(const RequestMatch& match) { return to(match, ElementApproval()); }

Consent Consent::to(const RequestMatch& match, const ElementApproval& approve) {
  if (auto all = to(match, Selection{.approve = approve})) return *std::move(all);
  return to_nothing(match);  // not answerable
}

Consent Consent::to_nothing(const RequestMatch& match) {
  Consent nothing;
  nothing.request_digest_ = match.request_digest;
  nothing.terms_ = match.terms;
  nothing.asked_ = nothing.unanswered_ = unanswered_by({}, match);
  return nothing;
}

Result<Consent> Consent::to(const RequestMatch& match, const Selection& selection) {
  if (!match.answerable) return not_offered("answerable");
  MDOC_TRY(const std::set<std::size_t> needed, needed_doc_requests(match, selection));
  const bool all_needed = std::ranges::all_of(
      selection.documents, [&](const DocumentChoice& choice) { return needed.contains(choice.doc_request); });
  if (!all_needed) return not_offered("documents");
  Consent consent;
  consent.request_digest_ = match.request_digest;
  consent.terms_ = match.terms;
  ReleasedAges ages = match.released_ages;
  for (const std::size_t id : needed) {
    MDOC_TRY(const auto chosen, documents_for(match, id, selection.documents));
    for (const DocumentOption* const document : chosen) {
      const ReleasedAges before = ages;
      DocumentOption approved = narrow(*document, selection.approve, ages);
      const bool hidden = hides_holder(*document, approved);
      const bool in_part = approved.proof && approved.elements.size() != document->elements.size();
      if (!approved.elements.empty() && !hidden && !in_part) {
        if (approved.proof) approved.proof->or_plain = selection.plain_if_proof_fails && !approved.proof->required;
        consent.documents_.push_back(std::move(approved));
        continue;
      }
      ages = before;
      consent.left_out_.push_back(
          {.doc_request = id, .credential_id = document->credential_id, .why = why_left_out(approved, hidden)});
    }
  }
  if (!match.use_cases.empty() && !match.takes_parts_of_sets) {
    const auto satisfied = satisfied_by(consent.documents_, match, chosen_use_cases(match, selection));
    std::erase_if(consent.documents_, [&](const DocumentOption& document) {
      if (satisfied.contains(document.doc_request)) return false;
      consent.left_out_.push_back({.doc_request = document.doc_request,
                                   .credential_id = document.credential_id,
                                   .why = LeftOut::Why::set_incomplete});
      return true;
    });
  }
  consent.unanswered_ = unanswered_by(consent.documents_, match);
  consent.asked_ = unanswered_by({}, match);
  return consent;
}

}  // namespace mdoc::presentation
