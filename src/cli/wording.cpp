#include "cli/wording.hpp"

#include <string>

#include <CLI/CLI.hpp>

#include "cli/system.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

json::Wording& chosen() {
  static json::Wording wording;
  return wording;
}

/// Empty where there are texts for this language; else what there is instead.
std::string refuse_language(const std::string& tag) {
  if (json::TextCatalogue::built_in(tag) != nullptr) return {};
  std::string known;
  for (const std::string_view each : json::languages()) known.append(known.empty() ? "" : ", ").append(each);
  return "no texts for the language " + tag + "; there are: " + known;
}

/// Of these, Error::native is an errno. Others have numbers of their own there: of HTTP, of sessions, of tokens.
bool has_errno(const Error& error) {
  if (error.code != Errc::connect_failed && error.code != Errc::link_closed) return false;
  const std::string where = error.where.text();
  return where == "link" || where == "fetch.connect" || where == "BLE" || where.starts_with("BLE.");
}

}  // namespace

void add_wording(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--language",
          [](const std::string& tag) {
            chosen() = json::Wording(*json::TextCatalogue::built_in(tag), chosen().manner());
          },
          "Language of what is explained: a BCP 47 tag, en or de")
      ->check(CLI::Validator(refuse_language, "TAG"))
      ->default_str("en");
  command
      .add_option_function<std::string>(
          "--register",
          [](const std::string& manner) {
            const bool clerk = manner == json::name(json::Register::clerk);
            chosen() = json::Wording(chosen().texts(), clerk ? json::Register::clerk : json::Register::engineer);
          },
          "Whom it is for: an engineer, or a clerk at a counter, in plain words")
      ->check(CLI::IsMember({"engineer", "clerk"}))
      ->default_str("engineer");
}

const json::Wording& wording() { return chosen(); }

std::string say(json::Phrase phrase, std::initializer_list<json::PhraseValue> values) {
  return wording().say(phrase, values);
}

std::string document_title(const profile::DocTypeProfile* profile) {
  if (profile == nullptr) return {};
  return json::isolated(json::local_text(profile->titles, wording().texts().language()));
}

std::string in_words(const Error& error) { return in_words(error, wording()); }

std::string in_words(const Error& error, const json::Wording& words) {
  if (error.native == 0 || !has_errno(error) || words.for_clerks()) return json::explain(error, words);
  Error without = error;
  without.native = 0;
  return json::explain(without, words) + ": " + system_message(error.native);
}

Told told(json::Phrase phrase, std::initializer_list<json::PhraseValue> values) {
  return told([&](const json::Wording& words) { return words.say(phrase, values); });
}

Told told(const Error& error) {
  return told([&](const json::Wording& words) { return json::explain(error, words); });
}

}  // namespace mdoc::cli
