// Request templates: the fewest elements of a docType that answer questions.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/try.hpp"
#include "mdoc/profile/age_over.hpp"
#include "mdoc/verification/question.hpp"

namespace mdoc::verification {
namespace {

using model::ElementReference;
using profile::DocTypeProfile;
using profile::NameSpaceProfile;

/// What may stand for age_over_NN, that which tells least first.
constexpr std::array<const char*, 3> other_ages{"age_in_years", "age_birth_year", "birth_date"};

/// Where the profile has the element.
const NameSpaceProfile* defining(const DocTypeProfile& profile, std::string_view identifier) {
  const auto defines = [&](const NameSpaceProfile& each) { return find_element(each, identifier) != nullptr; };
  const auto found = std::ranges::find_if(profile.name_spaces, defines);
  return found == profile.name_spaces.end() ? nullptr : &*found;
}

ElementReference reference(const NameSpaceProfile& name_space, std::string_view identifier) {
  return {NameSpace(name_space.name_space), ElementIdentifier(identifier)};
}

/// The name space that is asked for age_over_NN; null: none. An element that issuers need not provide, and for which no
/// other one answers, is asked for only where there is nothing else: mdocs that know no alternatives would say nothing.
const NameSpaceProfile* attesting(const DocTypeProfile& profile, std::string_view identifier) {
  const bool has_birth_date = defining(profile, "birth_date") != nullptr;
  const NameSpaceProfile* found = nullptr;
  for (const NameSpaceProfile& each : profile.name_spaces) {
    const profile::ElementProfile* const element = find_element(each, identifier);
    if (element == nullptr) continue;
    if (each.age_over) return &each;
    const bool expected =
        element->presence == profile::Presence::mandatory || element->presence == profile::Presence::recommended;
    if (found == nullptr && (expected || !has_birth_date)) found = &each;
  }
  return found;
}

class ItemsBuilder {
 public:
  ItemsBuilder(const DocTypeProfile& profile, const AskOptions& options)
      : profile_(profile), options_(options), items_{.doc_type = DocType(profile.doc_type), .name_spaces = {}} {}

  Result<void> add(const Question& question) {
    switch (question.kind()) {
      case QuestionKind::age_over: return add_age(question.years());
      case QuestionKind::identity: return add_identity();
      case QuestionKind::driving:
        MDOC_CHECK(need("driving_privileges"));
        want("expiry_date");
        return {};
      case QuestionKind::not_expired: return need("expiry_date");
      case QuestionKind::issued_in: return add_country();
    }
    return {};
  }
  /// Without it the question cannot be answered. @param identifier with static storage
  Result<void> need(const char* identifier) {
    const NameSpaceProfile* const name_space = defining(profile_, identifier);
    if (name_space == nullptr) return missing(identifier);
    add(reference(*name_space, identifier));
    return {};
  }
  void want(const char* identifier) {
    if (const auto* name_space = defining(profile_, identifier)) add(reference(*name_space, identifier));
  }
  [[nodiscard]] model::ItemsRequest take() && { return std::move(items_); }

 private:
  static Error missing(const char* identifier) {
    Path where("Question");
    where.push_name(identifier);
    return {.code = Errc::bad_argument, .where = where};
  }

  void add(ElementReference element) {
    model::NameSpaces& all = items_.name_spaces;
    auto place = std::ranges::find(all, element.name_space, &model::NameSpaces::value_type::first);
    if (place == all.end()) place = all.insert(all.end(), {element.name_space, {}});
    if (std::ranges::find(place->second, element.element, &model::DataElements::value_type::first) !=
        place->second.end()) {
      return;
    }
    place->second.emplace_back(std::move(element.element), false);
  }

  Result<void> add_age(std::uint8_t years) {
    const std::string identifier = profile::age_over_identifier(years);
    std::vector<ElementReference> candidates;
    if (const auto* name_space = attesting(profile_, identifier))
      candidates.push_back(reference(*name_space, identifier));
    const bool attested = !candidates.empty();
    if (!attested && defining(profile_, "birth_date") != nullptr) return need("birth_date");
    for (const char* other : other_ages) {
      if (const auto* name_space = defining(profile_, other)) candidates.push_back(reference(*name_space, other));
    }
    if (candidates.empty()) return missing("age_over_NN");
    add(candidates.front());
    if (options_.alternatives && candidates.size() > 1) add_alternatives(std::move(candidates));
    return {};
  }

  /// @param candidates what is asked for, and what each may stand for it alone
  void add_alternatives(std::vector<ElementReference> candidates) {
    if (!items_.request_info) items_.request_info.emplace();
    auto& all = items_.request_info->alternative_data_elements;
    const auto same = [&](const auto& each) { return each.requested_element == candidates.front(); };
    if (std::ranges::any_of(all, same)) return;
    model::AlternativeDataElementsSet made{.requested_element = std::move(candidates.front()),
                                           .alternative_element_sets = {}};
    for (std::size_t i = 1; i < candidates.size(); ++i) {
      made.alternative_element_sets.push_back({std::move(candidates[i])});
    }
    all.push_back(std::move(made));
  }

  Result<void> add_identity() {
    for (const char* identifier : {"family_name", "given_name", "birth_date", "portrait"}) MDOC_CHECK(need(identifier));
    want("expiry_date");
    if (options_.with_document_number) MDOC_CHECK(need("document_number"));
    return {};
  }

  Result<void> add_country() {
    if (profile_.country_element.empty()) return need("issuing_country");
    add({NameSpace(profile_.issuer_name_space), ElementIdentifier(profile_.country_element)});
    return {};
  }

  const DocTypeProfile& profile_;
  const AskOptions& options_;
  model::ItemsRequest items_;
};

}  // namespace

Result<model::ItemsRequest> ask(std::span<const Question> questions, const DocTypeProfile& profile,
                                AskOptions options) {
  if (questions.empty()) return Error{.code = Errc::bad_argument, .where = "Question"};
  std::set<std::uint8_t> ages;
  ItemsBuilder builder(profile, options);
  for (const Question& question : questions) {
    if (question.kind() == QuestionKind::age_over) ages.insert(question.years());
    MDOC_CHECK(builder.add(question));
  }
  if (ages.size() > profile::max_age_over_per_retrieval) {
    return Error{.code = Errc::bad_argument, .where = Path("Question") / "age-over"};
  }
  if (options.of_one_person && std::ranges::any_of(questions, &Question::is_about_the_holder))
    builder.want("birth_date");
  if (options.with_portrait) MDOC_CHECK(builder.need("portrait"));
  return std::move(builder).take();
}

Result<model::ItemsRequest> ask(const Question& question, const DocTypeProfile& profile, AskOptions options) {
  return ask(std::span(&question, 1), profile, options);
}

}  // namespace mdoc::verification
