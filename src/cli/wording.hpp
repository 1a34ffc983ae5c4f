#pragma once

#include <initializer_list>
#include <string>

#include "mdoc/core/error.hpp"
#include "mdoc/json/texts.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace CLI {
class App;
}

namespace mdoc::cli {

/// Adds `--language TAG` and `--register engineer|clerk`, which choose wording(). The environment has no say in it:
/// what a script reads is the same everywhere.
void add_wording(CLI::App& command);

/// The language, and for whom, that this run explains in.
[[nodiscard]] const json::Wording& wording();
/// A phrase in it.
[[nodiscard]] std::string say(json::Phrase phrase, std::initializer_list<json::PhraseValue> values = {});
/// What people call the documents of a profile, in it; empty where that is null. Safe to show.
[[nodiscard]] std::string document_title(const profile::DocTypeProfile* profile);
/// An error in it, or in another wording; what the system says in its own language.
[[nodiscard]] std::string in_words(const Error& error);
[[nodiscard]] std::string in_words(const Error& error, const json::Wording& words);

/// One text twice: for people as this run explains, and for JSON, where sentences without an identifier beside them
/// stay the English ones for engineers.
struct Told {
  std::string people;
  std::string json;

  bool operator==(const Told&) const = default;
};
/// @param say  makes the text in a wording
template <class Say>
[[nodiscard]] Told told(const Say& say) {
  return {.people = say(wording()), .json = say(json::Wording())};
}
[[nodiscard]] Told told(json::Phrase phrase, std::initializer_list<json::PhraseValue> values = {});
[[nodiscard]] Told told(const Error& error);

}  // namespace mdoc::cli
