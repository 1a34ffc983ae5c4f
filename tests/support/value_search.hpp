#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mdoc/core/bytes.hpp"

namespace mdoc::testing {

/// Every form in which a text could hold these bytes: as they are, in hexadecimal, and in base64 wherever it began.
[[nodiscard]] std::vector<std::string> forms_of(ByteView bytes);

/// Finds element values in texts, in every form in which a text could hold one.
class ValueSearch {
 public:
  /// Text and byte strings of fewer bytes have no form that could be told from any other text.
  static constexpr std::size_t shortest = 3;
  /// A form of fewer characters counts where it stands as a word of its own: "Doe", but not in "Does".
  static constexpr std::size_t longest_word = 8;

  /// What is looked for of one value, encoded as CBOR: its text and byte strings, at whatever depth. Numbers and truth
  /// values have no form of their own either.
  void add(ByteView encoded);

  /// The values that the text holds, each as it was found there.
  [[nodiscard]] std::vector<std::string> find_in(std::string_view text) const;

  /// How many different strings are looked for.
  [[nodiscard]] std::size_t size() const { return strings_.size(); }

 private:
  struct Form {
    std::string text;
    bool is_word = false;
  };
  void add_string(ByteView content);

  std::set<std::string> strings_;
  std::unordered_map<std::string, std::vector<Form>> by_beginning_;  // of `shortest` bytes
};

}  // namespace mdoc::testing
