#include "mdoc/json/texts.hpp"

#include <algorithm>
#include <cassert>

#include "core/ascii.hpp"
#include "json/catalogue_reader.hpp"
#include "json/embedded_texts.hpp"

namespace mdoc::json {
namespace {

constexpr std::array<std::string_view, text_section_count> section_names{
    "errors",        "kinds",          "checks",    "reasons",          "outcomes",          "rules",
    "holderMethods", "holderOutcomes", "verdicts",  "answerReasons",    "readerChecks",      "readerReasons",
    "readerResults", "elementFaults",  "msoFaults", "certificateRules", "certificateAdvice", "certificateRoles",
    "phrases"};
static_assert(section_names.back() == "phrases");

constexpr std::array<std::string_view, 2> built_in_languages{"en", "de"};

// ---- identifiers --------------------------------------------------------------------------------

using Ids = std::vector<std::string_view>;

/// The names of an enumeration without gaps, from `first` on.
template <class Enumeration>
Ids names_of(std::size_t count, std::size_t first = 0) {
  Ids ids;
  for (std::size_t i = first; i < count; ++i) ids.push_back(name(static_cast<Enumeration>(i)));
  return ids;
}

template <class Rows>
Ids ids_of(const Rows& rows) {
  Ids ids;
  for (const auto& row : rows) ids.push_back(row.id);
  return ids;
}

/// Numbers of errors have gaps, and those that are none have no name.
Ids error_names() {
  Ids ids;
  for (unsigned number = 100; number < 900; ++number) {
    const std::string_view id = name(static_cast<Errc>(number));
    if (id != name(Errc{})) ids.push_back(id);
  }
  return ids;
}

Ids kind_names() { return names_of<ErrorKind>(static_cast<std::size_t>(ErrorKind::internal) + 1, 1); }

std::array<Ids, text_section_count> collect_ids() {
  using namespace verification;
  using namespace presentation;
  return {error_names(),
          kind_names(),
          ids_of(checks()),
          names_of<Reason>(reason_count, 1),
          names_of<Outcome>(static_cast<std::size_t>(Outcome::not_applicable) + 1),
          ids_of(rules()),
          names_of<profile::HolderMethod>(static_cast<std::size_t>(profile::HolderMethod::device) + 1),
          names_of<HolderOutcome>(static_cast<std::size_t>(HolderOutcome::timed_out) + 1),
          names_of<Verdict>(static_cast<std::size_t>(Verdict::undetermined) + 1),
          ids_of(answer_reasons()),
          ids_of(reader_checks()),
          names_of<ReaderReason>(reader_reason_count, 1),
          names_of<ReaderTrust>(reader_trust_count),
          ids_of(profile::element_faults()),
          ids_of(profile::mso_faults()),
          ids_of(trust::certificate_rules()),
          ids_of(trust::certificate_rules()),
          ids_of(trust::certificate_roles()),
          names_of<Phrase>(phrase_count)};
}

// ---- language tags ------------------------------------------------------------------------------

/// "de" of "de-AT"; empty of "de".
std::string_view without_last_subtag(std::string_view tag) {
  const auto hyphen = tag.rfind('-');
  return hyphen == std::string_view::npos ? std::string_view() : tag.substr(0, hyphen);
}

/// A catalogue that was compiled in, and so is read without fail.
TextCatalogue compiled_in(ByteView json) {
  return TextCatalogue::load({reinterpret_cast<const char*>(json.data()), json.size()})
      .value();  // NOLINT(*-reinterpret-cast)
}

const TextCatalogue& german() {
  static const TextCatalogue catalogue = compiled_in(german_texts());
  return catalogue;
}

// ---- placeholders -------------------------------------------------------------------------------

/// One pass: braces within a value are text.
std::string substitute(std::string_view text, std::span<const PhraseValue> values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    out += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) break;
    const std::size_t close = text.find('}');  // there is one: load() saw to that
    const auto value = std::ranges::find(values, text.substr(1, close - 1), &PhraseValue::name);
    assert(value != values.end());
    if (value != values.end()) out += value->value;
    text.remove_prefix(close + 1);
  }
  return out;
}

/// What `identifier` has from the first variable character of `pattern` on: "18" of "age_over_18" by "age_over_##".
std::string_view variable_part(std::string_view pattern, std::string_view identifier) {
  const std::size_t at = pattern.find_first_of("#*");
  return at == std::string_view::npos ? std::string_view() : identifier.substr(std::min(at, identifier.size()));
}

}  // namespace

std::string_view name(Register manner) noexcept { return manner == Register::clerk ? "clerk" : "engineer"; }

std::string_view name(TextSection section) noexcept { return section_names[static_cast<std::size_t>(section)]; }

std::span<const std::string_view> languages() noexcept { return built_in_languages; }

// ---- the catalogue ------------------------------------------------------------------------------

const TextCatalogue& TextCatalogue::english() {
  static const TextCatalogue catalogue = compiled_in(english_texts());
  return catalogue;
}

const TextCatalogue* TextCatalogue::built_in(std::string_view language) {
  for (; !language.empty(); language = without_last_subtag(language)) {
    if (equal_ignoring_case(language, "en")) return &english();
    if (equal_ignoring_case(language, "de")) return &german();
  }
  return nullptr;
}

Result<TextCatalogue> TextCatalogue::load(std::string_view json) { return CatalogueReader::read(json); }

std::span<const std::string_view> TextCatalogue::ids(TextSection section) {
  static const std::array<Ids, text_section_count> all = collect_ids();
  return all[static_cast<std::size_t>(section)];
}

const std::optional<std::string>* TextCatalogue::find(TextSection section, std::string_view id,
                                                      Register manner) const noexcept {
  const auto known = ids(section);
  const auto index = static_cast<std::size_t>(std::ranges::find(known, id) - known.begin());
  const std::vector<Entry>& entries = sections_[static_cast<std::size_t>(section)];
  return index < entries.size() ? &entries[index][static_cast<std::size_t>(manner)] : nullptr;
}

bool TextCatalogue::has(TextSection section, std::string_view id, Register manner) const noexcept {
  const auto* text = find(section, id, manner);
  return text != nullptr && text->has_value();
}

std::string_view TextCatalogue::text(TextSection section, std::string_view id, Register manner) const noexcept {
  if (const auto* own = find(section, id, manner); own != nullptr && own->has_value()) return **own;
  return this == &english() ? std::string_view() : english().text(section, id, manner);
}

// ---- wording ------------------------------------------------------------------------------------

std::string_view Wording::of(Errc code) const noexcept {
  return texts_->text(TextSection::errors, name(code), manner_);
}
std::string_view Wording::of(ErrorKind kind) const noexcept {
  return texts_->text(TextSection::kinds, name(kind), manner_);
}
std::string_view Wording::of(Rule rule) const noexcept {
  return texts_->text(TextSection::rules, info(rule).id, manner_);
}
std::string_view Wording::of(verification::CheckId check) const noexcept {
  return texts_->text(TextSection::checks, info(check).id, manner_);
}
std::string_view Wording::of(verification::Reason reason) const noexcept {
  return texts_->text(TextSection::reasons, name(reason), manner_);
}
std::string_view Wording::of(verification::Outcome outcome) const noexcept {
  return texts_->text(TextSection::outcomes, name(outcome), manner_);
}
std::string_view Wording::of(verification::HolderOutcome outcome) const noexcept {
  return texts_->text(TextSection::holder_outcomes, name(outcome), manner_);
}
std::string_view Wording::of(profile::HolderMethod method) const noexcept {
  return texts_->text(TextSection::holder_methods, name(method), manner_);
}
std::string_view Wording::of(profile::ElementFault fault) const noexcept {
  return texts_->text(TextSection::element_faults, info(fault).id, manner_);
}
std::string_view Wording::of(profile::MsoFault fault) const noexcept {
  return texts_->text(TextSection::mso_faults, info(fault).id, manner_);
}
std::string_view Wording::of(verification::Verdict verdict) const noexcept {
  return texts_->text(TextSection::verdicts, name(verdict), manner_);
}
std::string_view Wording::of(verification::AnswerReason reason) const noexcept {
  return texts_->text(TextSection::answer_reasons, name(reason), manner_);
}
std::string_view Wording::of(presentation::ReaderCheck check) const noexcept {
  return texts_->text(TextSection::reader_checks, info(check).id, manner_);
}
std::string_view Wording::of(presentation::ReaderReason reason) const noexcept {
  return texts_->text(TextSection::reader_reasons, name(reason), manner_);
}
std::string_view Wording::of(presentation::ReaderTrust result) const noexcept {
  return texts_->text(TextSection::reader_results, name(result), manner_);
}

std::string_view Wording::of(trust::CertificateRule rule) const noexcept {
  return texts_->text(TextSection::certificate_rules, info(rule).id, manner_);
}
std::string_view Wording::of(trust::CertificateRole role) const noexcept {
  return texts_->text(TextSection::certificate_roles, info(role).id, manner_);
}
std::string_view Wording::advice(trust::CertificateRule rule) const noexcept {
  return texts_->text(TextSection::certificate_advice, info(rule).id, manner_);
}

std::string Wording::say(Phrase phrase, std::initializer_list<PhraseValue> values) const {
  return substitute(texts_->text(TextSection::phrases, name(phrase), manner_), values);
}

std::string Wording::time(UtcSeconds time) const {
  std::string text = to_rfc3339(time);
  if (for_clerks()) text.resize(std::min(text.find('T'), text.size()));
  return text;
}

// ---- names of profiles --------------------------------------------------------------------------

std::string_view local_text(std::span<const profile::LocalText> texts, std::string_view language) noexcept {
  const auto find = [texts](std::string_view tag) {
    return std::ranges::find_if(
        texts, [tag](const profile::LocalText& each) { return equal_ignoring_case(each.language, tag); });
  };
  for (; !language.empty(); language = without_last_subtag(language)) {
    if (const auto own = find(language); own != texts.end()) return own->text;
  }
  const auto english = find("en");
  return english == texts.end() ? std::string_view() : english->text;
}

std::string element_name(const profile::DocTypeProfile* profile, std::string_view name_space,
                         std::string_view identifier, std::string_view language) {
  const auto* const space = profile == nullptr ? nullptr : profile::find_name_space(*profile, name_space);
  const auto* const element = space == nullptr ? nullptr : profile::find_element(*space, identifier);
  const std::string_view known = element == nullptr ? std::string_view() : local_text(element->names, language);
  if (known.empty()) return std::string(identifier);
  std::string text(known);
  if (const auto part = variable_part(element->identifier, identifier); !part.empty()) {
    text.append(" (").append(part).append(")");
  }
  return text;
}

}  // namespace mdoc::json
