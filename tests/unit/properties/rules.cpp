#include "unit/properties/rules.hpp"

#include <algorithm>
#include <string_view>

namespace mdoc::properties {

using presentation::PartialAnswers;

bool is_age(const Name& name) { return name.second.starts_with("age_over_"); }

std::optional<unsigned> age_of(const std::string& doc_type, const Name& name) {
  constexpr std::string_view prefix = "age_over_";
  if (doc_type != mdl_type || name.first != mdl_space || !name.second.starts_with(prefix)) return std::nullopt;
  return static_cast<unsigned>(std::stoul(name.second.substr(prefix.size())));
}

bool Rules::fits(const Document& document, const AskedDocument& part) const {
  const bool issuer =
      part.authorities.empty() || std::ranges::find(part.authorities, document.authority) != part.authorities.end();
  // "One key, one mechanism" (9.1.3.1), and what is encrypted is signed.
  const bool recipient = part.recipient == Recipient::nobody || (part.recipient == Recipient::known && document.signs);
  const bool given_away = !card_is_guarded || document.doc_type != card_type;
  return document.doc_type == part.doc_type && document.valid && issuer && recipient && given_away;
}

std::optional<Name> Rules::answer(const Document& document, const Name& wanted) const {
  // The issuer would learn of every presentation.
  if (wanted == Name(mdl_space, "webapi_info")) return std::nullopt;
  if (const auto years = age_of(document.doc_type, wanted)) {
    // "The nearest": the smallest true one that is not younger, else the largest false one that is not older.
    std::optional<Name> older, younger;
    for (const auto& [name, value] : document.ages) {  // in ascending order: all have two digits
      const unsigned attested = *age_of(document.doc_type, name);
      if (value && attested >= *years && !older) older = name;
      if (!value && attested <= *years) younger = name;
    }
    return older ? older : younger;
  }
  if (document.has(wanted)) return wanted;
  const bool may_state = document.may_state && !(card_is_silent && document.doc_type == card_type);
  if (device_states && wanted == stated_name && may_state) return wanted;
  return std::nullopt;
}

std::optional<std::vector<Name>> Rules::whole_set(const Document& document, const std::vector<Name>& set) const {
  std::vector<Name> released;
  for (const Name& one : set) {
    const auto found = answer(document, one);
    if (!found) return std::nullopt;
    released.push_back(*found);
  }
  return released;
}

bool Rules::answers(const Document& document, const AskedDocument& part, const Name& wanted,
                    const std::vector<Name>& released) const {
  const auto itself = answer(document, wanted);
  if (itself && released == std::vector<Name>{*itself}) return true;
  // Only an age that would be one too many makes room for alternatives to what is there.
  if (itself && !is_age(wanted)) return false;
  for (const AskedInstead& instead : part.instead) {
    if (instead.requested != wanted) continue;
    const auto is_it = [&](const std::vector<Name>& set) { return whole_set(document, set) == released; };
    if (std::ranges::any_of(instead.sets, is_it)) return true;
  }
  return false;
}

bool Rules::is_answered(const Document& document, const AskedDocument& part, const Name& wanted) const {
  if (answer(document, wanted)) return true;
  return std::ranges::any_of(part.instead, [&](const AskedInstead& instead) {
    return instead.requested == wanted &&
           std::ranges::any_of(instead.sets, [&](const auto& set) { return whole_set(document, set).has_value(); });
  });
}

// A prover proves what the issuer signed, and the knowledge of a signature of the device.
bool Rules::can_prove(const Document& document, const AskedDocument& part, std::optional<std::size_t> elements) const {
  if (!document.signs) return false;
  return std::ranges::any_of(part.proofs, [&](const AskedProof& proof) {
    return std::ranges::any_of(provers, [&](const Prover* prover) {
      const auto circuit = prover->circuits.find(proof.circuit);
      if (prover->system != proof.system || circuit == prover->circuits.end()) return false;
      return (!elements || circuit->second == *elements) && prover->takes(document.id);
    });
  });
}

bool Rules::is_whole(const Document& document, const AskedDocument& part) const {
  const bool first_edition = asked.uses.empty() && !part.has_info();
  const bool in_part = partial == PartialAnswers::always || (partial == PartialAnswers::first_edition && first_edition);
  const auto is_there = [&](const auto& each) { return is_answered(document, part, each.first); };
  return in_part ? std::ranges::any_of(part.elements, is_there) : std::ranges::all_of(part.elements, is_there);
}

std::optional<std::set<Name>> Rules::released(const Document& document, const AskedDocument& part) const {
  if (!fits(document, part) || !is_whole(document, part)) return std::nullopt;
  std::set<Name> names;
  for (const auto& [wanted, retain] : part.elements) {
    if (const auto itself = answer(document, wanted)) {
      names.insert(*itself);
      continue;
    }
    std::optional<std::vector<Name>> found;
    for (const AskedInstead& instead : part.instead) {
      if (instead.requested != wanted) continue;
      for (const auto& set : instead.sets) found = found ? found : whole_set(document, set);
    }
    if (found) names.insert(found->begin(), found->end());
  }
  return names;
}

bool Rules::is_provable(const Document& document, const AskedDocument& part) const {
  const auto names = released(document, part);
  return names && takes_proof(part) && !names->contains(stated_name) && can_prove(document, part, names->size());
}

bool Rules::can_answer(std::size_t number) const {
  const AskedDocument& part = asked.documents[number];
  return std::ranges::any_of(wallet().documents, [&](const Document& document) {
    if (!fits(document, part) || !is_whole(document, part)) return false;
    if (!demands_proof(part)) return true;
    // How many elements there are, the limit of two ages decides.
    return asked.mentions_ages() ? can_prove(document, part, std::nullopt) : is_provable(document, part);
  });
}

std::optional<std::set<std::size_t>> Rules::parts_for_all() const {
  std::set<std::size_t> parts;
  if (asked.uses.empty()) {
    for (std::size_t i = 0; i < asked.documents.size(); ++i) {
      if (can_answer(i)) parts.insert(i);
    }
    return parts.empty() ? std::nullopt : std::optional(parts);
  }
  for (const AskedUse& use : asked.uses) {
    const auto is_there = [&](const auto& set) {
      return std::ranges::all_of(set, [&](std::size_t part) { return can_answer(part); });
    };
    const auto found = std::ranges::find_if(use.sets, is_there);
    if (found != use.sets.end()) {
      parts.insert(found->begin(), found->end());
    } else if (use.mandatory && partial != PartialAnswers::always) {
      return std::nullopt;
    }
  }
  return parts.empty() ? std::nullopt : std::optional(parts);
}

bool Rules::is_of_use(std::size_t part) const {
  return asked.uses.empty() || std::ranges::any_of(asked.uses, [&](const AskedUse& use) {
           return std::ranges::any_of(use.sets,
                                      [&](const auto& set) { return std::ranges::find(set, part) != set.end(); });
         });
}

}  // namespace mdoc::properties
