// search_suite FOLDER: the last of all tests. Nothing that was said while the others ran holds an element value
// (PRV-03).
#include <cstddef>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "mdoc/core/encoding.hpp"
#include "support/value_search.hpp"

namespace {

using mdoc::testing::ValueSearch;

/// Values that texts hold for another reason: the names of elements and members, which mutated documents have in the
/// place of values, and what is a word of the library's own sentences.
const std::set<std::string> own_words{"age_over_18",     "birth_date", "document_number", "expiry_date",
                                      "family_name",     "given",      "given_name",      "issue_date",
                                      "issuing_country", "issuerAuth", "portrait"};

/// What tests have noted, each text with its kind, once.
struct Notes {
  std::size_t processes = 0;
  std::set<std::pair<std::string, std::string>> texts{};
  ValueSearch values{};
};

Notes read_notes(const std::string& folder) {
  Notes notes;
  const auto decoded = [](const std::string& hex) { return std::string(mdoc::as_text(mdoc::from_hex(hex).value())); };
  std::ifstream processes(folder + "/processes");
  for (std::string line; std::getline(processes, line);) ++notes.processes;
  std::ifstream texts(folder + "/texts");
  for (std::string kind, hex; texts >> kind >> hex;) notes.texts.emplace(kind, decoded(hex));
  std::set<std::string> each;
  std::ifstream values(folder + "/values");
  for (std::string hex; values >> hex;) each.insert(decoded(hex));
  for (const std::string& value : each) notes.values.add(mdoc::as_bytes(value));
  return notes;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const Notes notes = read_notes(arguments[1]);
  std::map<std::string, std::size_t> kinds;
  std::map<std::string, std::pair<std::size_t, std::string>> found;  // value: how often, and one text
  for (const auto& [kind, text] : notes.texts) {
    ++kinds[kind];
    for (const std::string& value : notes.values.find_in(text)) {
      if (own_words.contains(value)) continue;
      auto& [times, example] = found[value];
      if (times++ == 0) example = kind + ": " + text.substr(0, 600);
    }
  }
  std::cout << "of " << notes.processes << " processes:\n";
  if (notes.processes == 0) std::cout << "no test has noted anything: is MDOC_SUITE_TEXTS set for them?\n";
  for (const auto& [kind, texts] : kinds) std::cout << texts << " different texts of kind " << kind << "\n";
  std::cout << notes.values.size() << " different values looked for, " << found.size() << " found\n";
  for (const auto& [value, where] : found) {
    std::cout << "\"" << value << "\" in " << where.first << " of them; for one, in " << where.second << "\n";
  }
  return found.empty() && notes.processes > 0 ? 0 : 1;
}
