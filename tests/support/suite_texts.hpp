#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "mdoc/core/bytes.hpp"

/// @file
/// What the library and its tool say while the tests run, and the values of the documents that they say it about. The
/// test `suite.Prv03TextsHoldNoElementValue`, which runs last, searches the one for the other.

namespace mdoc::testing {

/// Lets the search know that there was a process which notes. @return true
bool note_process();

/// Keeps a text that must not hold any element value: an error, a finding, a record, a line of a log or of standard
/// error. Does nothing unless MDOC_SUITE_TEXTS names a folder. Thread-safe.
void note_text(std::string_view kind, std::string_view text);

/// Keeps an element value, encoded as CBOR.
void note_value(ByteView encoded);
/// Keeps an element value that is text.
void note_value(std::string_view text);
/// Keeps the element values in whatever holds issuer-signed items as CBOR: what follows each key "elementValue".
void note_values_in(ByteView message);
/// Keeps the element values in the JSON that `issue --data` takes. What is no such JSON has none.
void note_values_of_data(std::string_view json);

/// What this process has noted so far: kinds and texts, and encoded values.
[[nodiscard]] std::set<std::pair<std::string, std::string>> noted_texts();
[[nodiscard]] std::set<Bytes> noted_values();

}  // namespace mdoc::testing
