#include "mdoc/verification/answer.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/country_code.hpp"
#include "mdoc/profile/age_over.hpp"
#include "verification/age_facts.hpp"
#include "verification/birth_days.hpp"
#include "verification/driving_privileges.hpp"
#include "verification/source_elements.hpp"

namespace mdoc::verification {
namespace {

using profile::DocTypeProfile;

using Named = std::initializer_list<const VerifiedElement*>;

/// Answers out of one document.
class DocumentAnswers {
 public:
  DocumentAnswers(const Question& question, const AnswerSource& source, const AnswerContext& context)
      : question_(question),
        source_(source),
        context_(context),
        decoding_{.limits = context.limits, .level = context.level, .sink = nullptr},
        today_(context.today),
        profile_(profile::find_doc_type(context.profiles, source.doc_type)) {}

  QuestionAnswer answer() {
    if (profile_ == nullptr) return give(AnswerReason::unknown_doc_type);
    switch (question_.kind()) {
      case QuestionKind::age_over: return age();
      case QuestionKind::identity: return identity();
      case QuestionKind::driving: return driving();
      case QuestionKind::not_expired: return not_expired();
      case QuestionKind::issued_in: return issued_in();
    }
    return give(AnswerReason::absent);
  }

  /// What the document tells of the day of birth; nothing: it tells nothing.
  [[nodiscard]] std::optional<AgeFacts> age_facts() const {
    if (profile_ == nullptr) return std::nullopt;
    const bool about_age = question_.kind() == QuestionKind::age_over;
    AgeFacts facts =
        read_age_facts(source_, *profile_, context_, about_age ? std::optional(question_.years()) : std::nullopt);
    if (!facts.any() && !facts.has_aside) return std::nullopt;
    return facts;
  }

  /// Of facts that leave no day: the document can be of nobody, whatever was asked.
  [[nodiscard]] QuestionAnswer contradiction(const AgeFacts& facts) const {
    return give(AnswerReason::contradiction, {facts.pattern_by, facts.earliest_by, facts.latest_by});
  }

 private:
  [[nodiscard]] QuestionAnswer give(AnswerReason reason, Named elements = {}) const {
    QuestionAnswer made{.question = question_, .verdict = info(reason).verdict, .reason = reason};
    (source_.proof ? made.zk_document : made.document) = source_.index;
    for (const VerifiedElement* element : elements) {
      if (element == nullptr) continue;
      auto name = reference(*element);
      if (std::ranges::find(made.elements, name) == made.elements.end()) made.elements.push_back(std::move(name));
    }
    const bool dated = made.verdict != Verdict::undetermined && question_.kind() != QuestionKind::issued_in;
    if (dated) made.as_of = FullDate{today_};
    return made;
  }

  /// Names what would have told, where the profile has it.
  [[nodiscard]] QuestionAnswer lacks(std::string_view identifier) const {
    QuestionAnswer made = give(AnswerReason::absent);
    for (const profile::NameSpaceProfile& each : profile_->name_spaces) {
      if (profile::find_element(each, identifier) == nullptr) continue;
      made.elements.push_back({NameSpace(each.name_space), ElementIdentifier(identifier)});
      break;
    }
    return made;
  }

  /// What is wrong with what is said of the age; nothing: it makes sense.
  [[nodiscard]] std::optional<QuestionAnswer> age_fault(const AgeFacts& facts) const {
    if (!facts.consistent()) return contradiction(facts);
    if (facts.malformed != nullptr) return give(AnswerReason::malformed, {facts.malformed});
    if (facts.wide.ends()->first > today_) {
      return give(AnswerReason::birth_in_future, {facts.pattern_by, facts.earliest_by, facts.latest_by});
    }
    return std::nullopt;
  }

  QuestionAnswer age() const {
    const std::uint8_t years = question_.years();
    AgeFacts facts = read_age_facts(source_, *profile_, context_, years);
    if (auto fault = age_fault(facts)) return *std::move(fault);
    if (!facts.any()) {
      QuestionAnswer open = lacks("birth_date");
      return open.elements.empty() ? lacks(profile::age_over_identifier(years)) : open;
    }
    // Nobody was born after today, whatever digits are open.
    facts.exact.not_after(today_);
    facts.wide.not_after(today_);
    const auto wide = facts.wide.ends(), exact = facts.exact.ends();
    const QuestionAnswer yes = give(AnswerReason::old_enough, {facts.pattern_by, facts.latest_by});
    // Who was of one age as of a date at the issuer may have reached another a day later than by that in UTC.
    if (birthday(wide->last, years) <= today_) return yes;
    if (birthday((exact ? exact : wide)->first, years) > today_)
      return give(AnswerReason::too_young, {facts.pattern_by, facts.earliest_by});
    if (facts.attested) return yes;
    if (facts.false_by != nullptr) {
      QuestionAnswer then = give(AnswerReason::too_young_then, {facts.false_by});
      then.as_of.reset();
      if (!source_.valid_before) then.as_of = FullDate{facts.stated};
      return then;
    }
    return give(AnswerReason::depends_on_day, {facts.pattern_by, facts.earliest_by, facts.latest_by});
  }

  /// Why nothing but "no", or nothing at all, can be said because of the end of the document; nothing: it is in date.
  /// @param needed an element that is missing counts
  std::optional<QuestionAnswer> expiry_fault(bool needed) {
    bool expired = false;
    const VerifiedElement* malformed = nullptr;
    for_each_known(source_, *profile_, [&](const KnownElement& known) {
      if (known.element.identifier.str() != "expiry_date" || expired) return;
      const auto date = known.element.value.as_date(decoding_);
      if (!date) {
        malformed = &known.element;
        return;
      }
      expiry_ = &known.element;
      const auto* const time = std::get_if<UtcSeconds>(&*date);
      const Day last = time != nullptr ? std::chrono::floor<std::chrono::days>(*time) : Day{std::get<FullDate>(*date)};
      expired = last < today_;
    });
    if (malformed != nullptr) return give(AnswerReason::malformed, {malformed});
    if (expired) return give(AnswerReason::document_expired, {expiry_});
    if (expiry_ == nullptr && needed) return lacks("expiry_date");
    return std::nullopt;
  }

  /// Whether a document of this type has to say when it ends.
  [[nodiscard]] bool always_expires() const {
    return std::ranges::any_of(profile_->name_spaces, [](const profile::NameSpaceProfile& each) {
      const profile::ElementProfile* const element = profile::find_element(each, "expiry_date");
      return each.required && element != nullptr && element->presence == profile::Presence::mandatory;
    });
  }

  QuestionAnswer not_expired() {
    if (auto fault = expiry_fault(true)) return *std::move(fault);
    return give(AnswerReason::in_date, {expiry_});
  }

  QuestionAnswer identity() {
    std::array<const VerifiedElement*, 4> found{};
    constexpr std::array<std::string_view, 4> needed{"family_name", "given_name", "birth_date", "portrait"};
    for (std::size_t i = 0; i < needed.size(); ++i) {
      found[i] = find_known(source_, *profile_, needed[i]);
      if (found[i] == nullptr) return lacks(needed[i]);
    }
    for (const VerifiedElement* name : {found[0], found[1]}) {
      const auto text = name->value.as_text();
      if (!text || text->empty()) return give(AnswerReason::malformed, {name});
    }
    const auto portrait = found[3]->value.as_bytes();
    if (!portrait) return give(AnswerReason::malformed, {found[3]});
    if (portrait->empty()) return lacks("portrait");  // the holder opted out
    if (auto fault = age_fault(read_age_facts(source_, *profile_, context_, std::nullopt))) return *std::move(fault);
    if (auto fault = expiry_fault(always_expires())) return *std::move(fault);
    return give(AnswerReason::complete, {found[0], found[1], found[2], found[3], expiry_});
  }

  QuestionAnswer driving() {
    const VerifiedElement* const element = find_known(source_, *profile_, "driving_privileges");
    if (element == nullptr) return lacks("driving_privileges");
    const auto privileges = read_privileges(element->value, question_.category(), decoding_);
    if (!privileges) return give(AnswerReason::malformed, {element});
    if (auto fault = expiry_fault(always_expires())) return *std::move(fault);
    bool in_force = false, ahead = false;
    std::vector<std::string> codes;
    for (const DrivingPrivilege& each : *privileges) {
      const bool begun = !each.issue_date || Day{*each.issue_date} <= today_;
      const bool ended = each.expiry_date && Day{*each.expiry_date} < today_;
      ahead = ahead || (!begun && !ended);
      if (!begun || ended) continue;
      in_force = true;
      for (const std::string& code : each.codes) {  // of several, all count: nobody says which one the holder uses
        if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
      }
    }
    if (privileges->empty()) return give(AnswerReason::not_entitled, {element});
    if (!in_force) return give(ahead ? AnswerReason::privilege_not_yet : AnswerReason::privilege_expired, {element});
    QuestionAnswer made = give(codes.empty() ? AnswerReason::entitled : AnswerReason::restricted, {element, expiry_});
    made.restrictions = std::move(codes);
    return made;
  }

  QuestionAnswer issued_in() const {
    const bool known = !profile_->country_element.empty();
    const VerifiedElement* element = nullptr;
    for_each_known(source_, *profile_, [&](const KnownElement& each) {
      const bool same = known ? each.element.identifier.str() == profile_->country_element &&
                                    each.element.name_space.str() == profile_->issuer_name_space
                              : each.element.identifier.str() == "issuing_country";
      if (same && element == nullptr) element = &each.element;
    });
    std::string_view country = source_.signer_country;
    if (element != nullptr) {
      const auto text = element->value.as_text();
      if (!text) return give(AnswerReason::malformed, {element});
      country = *text;
    } else if (country.empty()) {
      return lacks(known ? profile_->country_element : "issuing_country");
    }
    if (!is_alpha2(country)) return give(AnswerReason::malformed, {element});
    const auto countries = question_.countries();
    const bool there = std::ranges::find(countries, country) != countries.end();
    QuestionAnswer made = give(there ? AnswerReason::issued_there : AnswerReason::issued_elsewhere, {element});
    made.by_certificate = element == nullptr;
    return made;
  }

  const Question& question_;
  const AnswerSource& source_;
  const AnswerContext& context_;
  const cbor::DecodeContext decoding_;
  const Day today_;
  const DocTypeProfile* const profile_;
  const VerifiedElement* expiry_ = nullptr;
};

/// How much an answer that leaves the question open tells. Those from `contradiction` on speak against any other.
int weight_of(AnswerReason reason) {
  switch (reason) {
    case AnswerReason::no_document: return 0;
    case AnswerReason::unknown_doc_type: return 1;
    case AnswerReason::absent: return 2;
    case AnswerReason::depends_on_day: return 3;
    case AnswerReason::malformed: return 4;
    case AnswerReason::birth_in_future: return 5;
    default: return 6;
  }
}

bool is_open(const QuestionAnswer& answer) { return answer.verdict == Verdict::undetermined; }

/// Of two licences for the category, the restrictions of both hold, as of two entries of one.
void add_restrictions(QuestionAnswer& all, QuestionAnswer one) {
  if (all.reason != AnswerReason::restricted) {
    all = std::move(one);
    return;
  }
  for (std::string& code : one.restrictions) {
    if (std::ranges::find(all.restrictions, code) == all.restrictions.end()) {
      all.restrictions.push_back(std::move(code));
    }
  }
}

/// What two documents say together.
void combine(QuestionAnswer& all, QuestionAnswer one) {
  constexpr int final_weight = 6;
  if (is_open(all) && weight_of(all.reason) >= final_weight) return;
  if (is_open(one)) {
    const bool tells_more =
        weight_of(one.reason) >= final_weight || (is_open(all) && weight_of(one.reason) > weight_of(all.reason));
    if (tells_more) all = std::move(one);
  } else if (is_open(all)) {
    all = std::move(one);
  } else if (one.reason == AnswerReason::too_young_then) {
    // The other says what is so now. Where there was no birthday in between, they are of different persons.
  } else if (all.reason == AnswerReason::too_young_then) {
    all = std::move(one);
  } else if (all.verdict != one.verdict) {
    all = QuestionAnswer{.question = std::move(one.question), .reason = AnswerReason::documents_disagree};
  } else if (one.reason == AnswerReason::restricted) {
    add_restrictions(all, std::move(one));
  }
}

AnswerSource source_of(const VerifiedDocument& document) {
  return {.doc_type = document.doc_type().str(),
          .issuer_signed = document.issuer_signed(),
          .device_signed = document.device_signed(),
          .valid_from = document.mso().valid_from,
          .signer_country = document.issuer().country,
          .index = document.index()};
}

AnswerSource source_of(const VerifiedZkDocument& document) {
  return {.doc_type = document.doc_type().str(),
          .issuer_signed = document.elements(),
          .valid_from = document.time(),
          .valid_before = true,
          .signer_country = document.issuer().country,
          .index = document.index(),
          .proof = true};
}

std::vector<AnswerSource> sources_of(std::span<const VerifiedDocument> documents,
                                     std::span<const VerifiedZkDocument> zk_documents) {
  std::vector<AnswerSource> sources;
  sources.reserve(documents.size() + zk_documents.size());
  for (const VerifiedDocument& document : documents) sources.push_back(source_of(document));
  for (const VerifiedZkDocument& document : zk_documents) sources.push_back(source_of(document));
  return sources;
}

/// The one day of birth that a document leaves; nothing: it leaves several, or cannot be read.
std::optional<Day> day_of_birth(const AnswerSource& source, const AnswerContext& context) {
  const auto* const profile = profile::find_doc_type(context.profiles, source.doc_type);
  if (profile == nullptr) return std::nullopt;
  const AgeFacts facts = read_age_facts(source, *profile, context, std::nullopt);
  if (facts.malformed != nullptr || !facts.consistent()) return std::nullopt;
  const auto ends = facts.wide.ends();
  return ends && ends->first == ends->last ? std::optional(ends->first) : std::nullopt;
}

/// Those of each person, as far as anything tells: of one day of birth, or one by itself.
std::vector<std::vector<AnswerSource>> by_person(std::span<const AnswerSource> documents,
                                                 const AnswerContext& context) {
  std::vector<std::vector<AnswerSource>> persons;
  std::map<Day, std::size_t> of_day;
  for (const AnswerSource& source : documents) {
    const auto day = day_of_birth(source, context);
    const std::size_t place = day ? of_day.try_emplace(*day, persons.size()).first->second : persons.size();
    if (place == persons.size()) persons.emplace_back();
    persons[place].push_back(source);
  }
  return persons;
}

bool is_yes_about_the_holder(const QuestionAnswer& answer) {
  return answer.verdict == Verdict::yes && answer.question.is_about_the_holder();
}

}  // namespace

QuestionAnswer answer(const Question& question, std::span<const AnswerSource> documents, const AnswerContext& context) {
  QuestionAnswer all{.question = question};
  if (!context.today.ok()) {
    all.reason = AnswerReason::no_date;
    return all;
  }
  // One document alone says by itself whether it contradicts itself, where the age is what it was asked for.
  const bool compare =
      question.is_about_the_holder() && (documents.size() > 1 || question.kind() != QuestionKind::age_over);
  AgeFacts of_one_person;
  for (const AnswerSource& source : documents) {
    DocumentAnswers one(question, source, context);
    combine(all, one.answer());
    const auto facts = compare ? one.age_facts() : std::nullopt;
    if (!facts) continue;
    if (!facts->consistent()) {
      combine(all, one.contradiction(*facts));
      continue;
    }
    of_one_person.wide.narrow(facts->wide);
    of_one_person.aside.narrow(facts->aside);
    of_one_person.at_issuing.narrow(facts->at_issuing);
  }
  if (compare && !of_one_person.consistent()) {
    return {.question = question, .reason = AnswerReason::different_persons};
  }
  return all;
}

QuestionAnswer answer(const Question& question, std::span<const VerifiedDocument> documents,
                      const AnswerContext& context, std::span<const VerifiedZkDocument> zk_documents) {
  return answer(question, sources_of(documents, zk_documents), context);
}

std::vector<QuestionAnswer> answers(std::span<const Question> questions, std::span<const AnswerSource> documents,
                                    const AnswerContext& context) {
  std::vector<QuestionAnswer> all;
  all.reserve(questions.size());
  for (const Question& question : questions) all.push_back(answer(question, documents, context));
  if (documents.size() < 2 || std::ranges::count_if(all, is_yes_about_the_holder) < 2) return all;
  const auto says_it_all = [&](const std::vector<AnswerSource>& person) {
    return std::ranges::all_of(all, [&](const QuestionAnswer& each) {
      return !is_yes_about_the_holder(each) || answer(each.question, person, context).verdict == Verdict::yes;
    });
  };
  if (std::ranges::any_of(by_person(documents, context), says_it_all)) return all;
  for (QuestionAnswer& each : all) {
    if (!is_yes_about_the_holder(each)) continue;
    each = QuestionAnswer{.question = each.question, .reason = AnswerReason::persons_unknown};
  }
  return all;
}

std::vector<QuestionAnswer> answers(std::span<const Question> questions, std::span<const VerifiedDocument> documents,
                                    const AnswerContext& context, std::span<const VerifiedZkDocument> zk_documents) {
  return answers(questions, sources_of(documents, zk_documents), context);
}

}  // namespace mdoc::verification
