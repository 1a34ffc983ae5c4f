#pragma once

#include <initializer_list>
#include <string>

#include "mdoc/core/error.hpp"
#include "mdoc/json/texts.hpp"

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
/// An error in it.
[[nodiscard]] std::string in_words(const Error& error);

}  // namespace mdoc::cli
