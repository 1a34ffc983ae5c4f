// Any text as a catalogue. What is taken says what the document says, English where it says nothing, and every phrase
// takes any values.

#include <algorithm>
#include <array>
#include <cstdint>

#include "fuzz/json_checks.hpp"
#include "mdoc/json/texts.hpp"

namespace {

using namespace mdoc;        // NOLINT(google-build-using-namespace)
using namespace mdoc::json;  // NOLINT(google-build-using-namespace)
using fuzz::require;

/// The text of the document, null where it has none.
const fuzz::bj::string* find(const fuzz::bj::value& document, std::string_view section, std::string_view id,
                             std::string_view manner) {
  const fuzz::bj::value* value = &document;
  for (const std::string_view each : {section, id, manner}) {
    value = value->as_object().if_contains(each);
    if (value == nullptr) return nullptr;
  }
  return &value->as_string();
}

constexpr std::size_t max_placeholders = 3;  // of any phrase

void check_phrase(const Wording& wording, Phrase phrase) {
  const std::string_view text = wording.texts().text(TextSection::phrases, name(phrase), wording.manner());
  // Each placeholder is there no more than once, and so the values are.
  std::array<PhraseValue, max_placeholders> given{};
  std::ranges::transform(placeholders(phrase), given.begin(),
                         [](std::string_view name) { return PhraseValue{.name = name, .value = "\1"}; });
  const std::string said = wording.say(phrase, {given[0], given[1], given[2]});
  const auto values = static_cast<std::size_t>(std::ranges::count(said, '\1'));
  require(values == static_cast<std::size_t>(std::ranges::count(text, '{')));
  require(wording.for_clerks() ? values <= placeholders(phrase).size() : values == placeholders(phrase).size());
  require(said.find_first_of("{}") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  const auto catalogue = TextCatalogue::load(text);
  if (!catalogue) {
    fuzz::require_place(catalogue.error(), size);
    return 0;
  }
  const fuzz::bj::value document = fuzz::parsed(text);
  for (std::size_t i = 0; i < text_section_count; ++i) {
    const auto section = static_cast<TextSection>(i);
    for (const std::string_view id : TextCatalogue::ids(section)) {
      for (const Register manner : {Register::engineer, Register::clerk}) {
        const fuzz::bj::string* const own = find(document, name(section), id, name(manner));
        const std::string_view shown = catalogue->text(section, id, manner);
        require((own != nullptr) == catalogue->has(section, id, manner));
        require(shown ==
                (own != nullptr ? std::string_view(*own) : TextCatalogue::english().text(section, id, manner)));
        fuzz::require_printable(shown);
      }
    }
  }
  for (std::size_t i = 0; i < phrase_count; ++i) {
    check_phrase(Wording(*catalogue), static_cast<Phrase>(i));
    check_phrase(Wording(*catalogue, Register::clerk), static_cast<Phrase>(i));
  }
  return 0;
}
