#include "verification/request_matching.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "mdoc/profile/age_over.hpp"
#include "mdoc/profile/holder_verification.hpp"

namespace mdoc::verification {
namespace {

using Returned = std::span<const ReturnedElement>;

/// Which returned elements answer one requested element.
struct Match {
  Answer::Kind kind = Answer::Kind::unanswered;
  std::vector<std::size_t> by{};  // indexes of returned elements
};

/// Every returned element with this name; more than one is another check's matter.
std::vector<std::size_t> find(Returned returned, const NameSpace& name_space, const ElementIdentifier& element) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < returned.size(); ++i) {
    if (*returned[i].identifier == element && *returned[i].name_space == name_space) found.push_back(i);
  }
  return found;
}

bool has_age_rule(const profile::DocTypeProfile* profile, const NameSpace& name_space) {
  if (profile == nullptr) return false;
  const auto* found = profile::find_name_space(*profile, name_space.str());
  return found != nullptr && found->age_over;
}

/// Where it was asked for, it comes with any other element (13.4.2).
bool is_never_withheld(const profile::DocTypeProfile* profile, const ElementReference& element) {
  return profile != nullptr && !profile->holder_verification.element.empty() &&
         element.element.str() == profile->holder_verification.element &&
         element.name_space.str() == profile->issuer_name_space;
}

/// Every returned age_over_NN that settles the question (13.4.6).
std::vector<std::size_t> age_statements(Returned returned, const NameSpace& name_space, std::uint8_t asked) {
  std::vector<std::size_t> statements;
  for (std::size_t i = 0; i < returned.size(); ++i) {
    if (*returned[i].name_space != name_space) continue;
    const auto years = profile::parse_age_over(returned[i].identifier->str());
    if (!years) continue;
    const auto value = returned[i].value->as_bool();
    if (value && profile::answers({.years = *years, .value = *value}, asked)) statements.push_back(i);
  }
  return statements;
}

/// The first alternative set of which every element was returned.
std::vector<std::size_t> alternative(Returned returned, const model::ItemsRequest& items, const NameSpace& name_space,
                                     const ElementIdentifier& element) {
  if (!items.request_info) return {};
  for (const auto& alternatives : items.request_info->alternative_data_elements) {
    if (alternatives.requested_element != ElementReference{name_space, element}) continue;
    for (const model::AlternativeElementSet& set : alternatives.alternative_element_sets) {
      std::vector<std::size_t> found;
      bool complete = !set.empty();
      for (const ElementReference& wanted : set) {
        const auto indexes = find(returned, wanted.name_space, wanted.element);
        complete = complete && !indexes.empty();
        found.insert(found.end(), indexes.begin(), indexes.end());
      }
      if (complete) return found;
    }
  }
  return {};
}

Match match(Returned returned, const model::ItemsRequest& items, const NameSpace& name_space,
            const ElementIdentifier& element, const profile::DocTypeProfile* profile) {
  if (auto itself = find(returned, name_space, element); !itself.empty()) {
    return {.kind = Answer::Kind::as_requested, .by = std::move(itself)};
  }
  if (has_age_rule(profile, name_space)) {
    if (const auto asked = profile::parse_age_over(element.str())) {
      auto statements = age_statements(returned, name_space, *asked);
      if (!statements.empty()) return {.kind = Answer::Kind::age_statement, .by = std::move(statements)};
    }
  }
  auto instead = alternative(returned, items, name_space, element);
  if (!instead.empty()) return {.kind = Answer::Kind::alternative, .by = std::move(instead)};
  return {};
}

std::vector<ReturnedElement> elements_of(const VerifiedDocument& document) {
  std::vector<ReturnedElement> elements;
  elements.reserve(document.issuer_signed().size() + document.device_signed().size());
  for (const auto* part : {&document.issuer_signed(), &document.device_signed()}) {
    for (const VerifiedElement& element : *part) {
      elements.push_back({&element.name_space, &element.identifier, &element.value});
    }
  }
  return elements;
}

std::vector<ReturnedElement> elements_of(const VerifiedZkDocument& document) {
  std::vector<ReturnedElement> elements;
  elements.reserve(document.elements().size());
  for (const VerifiedElement& element : document.elements()) {
    elements.push_back({&element.name_space, &element.identifier, &element.value});
  }
  return elements;
}

/// A document or proof that may answer.
struct Candidate {
  const DocType* doc_type;
  AnswerForm form;
  std::vector<ReturnedElement> returned;
  std::optional<std::size_t> doc_request{};  ///< it answers that one alone
  std::optional<std::size_t> document{};
  std::optional<std::size_t> zk_document{};
};

/// Whether a DocRequest is answered in this form.
bool takes(const model::ItemsRequest& items, AnswerForm form) {
  const bool offers_proof = items.request_info && items.request_info->zk_request;
  if (form == AnswerForm::proof) return offers_proof;
  return !offers_proof || !items.request_info->zk_request->zk_required;
}

/// What one candidate answers of one DocRequest. @param candidate may be null: nothing
std::vector<Answer> answers_of(std::size_t doc_request, const model::ItemsRequest& items, const Candidate* candidate,
                               const profile::DocTypeProfile* profile) {
  const Returned returned = candidate != nullptr ? Returned(candidate->returned) : Returned();
  std::vector<Answer> given;
  for (const auto& [name_space, elements] : items.name_spaces) {
    for (const auto& [element, intent_to_retain] : elements) {
      Answer& answer = given.emplace_back(Answer{.doc_request = doc_request, .requested = {name_space, element}});
      const Match found = match(returned, items, name_space, element, profile);
      if (candidate == nullptr || found.kind == Answer::Kind::unanswered) continue;
      answer.kind = found.kind;
      answer.document = candidate->document;
      answer.zk_document = candidate->zk_document;
      if (found.kind == Answer::Kind::as_requested) continue;
      for (const std::size_t i : found.by) answer.by.push_back({*returned[i].name_space, *returned[i].identifier});
    }
  }
  return given;
}

std::ptrdiff_t count_answered(const std::vector<Answer>& given) {
  return std::ranges::count_if(given, [](const Answer& each) { return each.kind != Answer::Kind::unanswered; });
}

}  // namespace

std::size_t count_requests(DocRequests doc_requests, const DocType& doc_type) {
  return static_cast<std::size_t>(std::ranges::count_if(
      doc_requests, [&](const model::DocRequest& asked) { return asked.items_request->doc_type == doc_type; }));
}

bool unique_documents(DocRequests doc_requests, const DocType& doc_type) {
  return std::ranges::all_of(doc_requests, [&](const model::DocRequest& asked) {
    const model::ItemsRequest& items = *asked.items_request;
    return items.doc_type != doc_type || (items.request_info && items.request_info->unique_doc_set_required == true);
  });
}

bool takes_proofs_alone(DocRequests doc_requests, const DocType& doc_type) {
  return std::ranges::none_of(doc_requests, [&](const model::DocRequest& asked) {
    return asked.items_request->doc_type == doc_type && takes(*asked.items_request, AnswerForm::document);
  });
}

std::size_t count_offered_proofs(DocRequests doc_requests, const DocType& doc_type) {
  std::size_t count = 0;
  for (const model::DocRequest& asked : doc_requests) {
    const model::ItemsRequest& items = *asked.items_request;
    if (items.doc_type != doc_type || !takes(items, AnswerForm::proof)) continue;
    // 10.2.4: false welcomes several documents; whoever says nothing of it gets one.
    if (items.request_info->unique_doc_set_required == false) return std::numeric_limits<std::size_t>::max();
    ++count;
  }
  return count;
}

const cbor::Encoded<model::EncryptionParameters>* encryption_parameters(const model::DeviceRequest& request,
                                                                        std::uint64_t doc_request_id) noexcept {
  if (doc_request_id >= request.doc_requests.size()) return nullptr;
  const auto& info = request.doc_requests[static_cast<std::size_t>(doc_request_id)].items_request->request_info;
  return info && info->doc_response_encryption ? &*info->doc_response_encryption : nullptr;
}

std::vector<bool> requested(DocRequests doc_requests, const DocType& doc_type, AnswerForm form, Returned returned,
                            const profile::DocTypeProfile* profile) {
  std::vector<bool> asked_for(returned.size());
  for (const model::DocRequest& doc_request : doc_requests) {
    const model::ItemsRequest& items = *doc_request.items_request;
    if (items.doc_type != doc_type || !takes(items, form)) continue;
    for (const auto& [name_space, elements] : items.name_spaces) {
      for (const auto& [element, intent_to_retain] : elements) {
        for (const std::size_t i : match(returned, items, name_space, element, profile).by) asked_for[i] = true;
      }
    }
  }
  return asked_for;
}

std::optional<RequestedHolderMeans> requested_holder_means(DocRequests doc_requests, const DocType& doc_type,
                                                           Returned returned, const profile::DocTypeProfile* profile) {
  std::optional<RequestedHolderMeans> best;
  std::size_t answered_by_best = 0;
  for (const model::DocRequest& doc_request : doc_requests) {
    const model::ItemsRequest& items = *doc_request.items_request;
    if (items.doc_type != doc_type || !takes(items, AnswerForm::document)) continue;
    RequestedHolderMeans means;
    std::size_t asked = 0, answered = 0;
    for (const auto& [name_space, elements] : items.name_spaces) {
      for (const auto& [element, intent_to_retain] : elements) {
        const bool is_answered = match(returned, items, name_space, element, profile).kind != Answer::Kind::unanswered;
        if (is_answered) ++answered;
        if (!profile::holder_method(name_space.str(), element.str())) continue;
        ++asked;
        if (is_answered) continue;
        means.withheld.push_back({name_space, element});
        if (is_never_withheld(profile, means.withheld.back())) means.sufficient = false;
      }
    }
    if (asked == 0 || answered == 0) continue;
    if (means.withheld.size() == asked) means.sufficient = false;
    if (best && std::pair(means.sufficient, answered) <= std::pair(best->sufficient, answered_by_best)) continue;
    best = std::move(means);
    answered_by_best = answered;
  }
  return best;
}

std::vector<Answer> answers(const model::DeviceRequest& request, const Report& report,
                            std::span<const VerifiedDocument> documents,
                            std::span<const VerifiedZkDocument> zk_documents,
                            std::span<const profile::DocTypeProfile> profiles) {
  std::vector<Candidate> candidates;
  candidates.reserve(documents.size() + zk_documents.size());
  for (const VerifiedDocument& each : documents) {
    candidates.push_back({.doc_type = &each.doc_type(),
                          .form = AnswerForm::document,
                          .returned = elements_of(each),
                          .doc_request = report.documents[each.index()].doc_request,
                          .document = each.index()});
  }
  for (const VerifiedZkDocument& each : zk_documents) {
    candidates.push_back({.doc_type = &each.doc_type(),
                          .form = AnswerForm::proof,
                          .returned = elements_of(each),
                          .doc_request = report.zk[each.index()].doc_request,
                          .zk_document = each.index()});
  }

  std::vector<Answer> result;
  for (std::size_t id = 0; id < request.doc_requests.size(); ++id) {
    const model::ItemsRequest& items = *request.doc_requests[id].items_request;
    const auto* profile = profile::find_doc_type(profiles, items.doc_type.str());
    std::vector<Answer> best = answers_of(id, items, nullptr, profile);
    for (const Candidate& candidate : candidates) {
      if (*candidate.doc_type != items.doc_type || !takes(items, candidate.form)) continue;
      if (candidate.doc_request.value_or(id) != id) continue;
      std::vector<Answer> given = answers_of(id, items, &candidate, profile);
      if (count_answered(given) > count_answered(best)) best = std::move(given);
    }
    std::ranges::move(best, std::back_inserter(result));
  }
  return result;
}

}  // namespace mdoc::verification
