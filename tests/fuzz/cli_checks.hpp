#pragma once
// What must hold where the tool refuses an input.

#include <optional>
#include <string_view>

#include "cli/failure.hpp"
#include "core/utf8.hpp"
#include "fuzz/invariants.hpp"
#include "mdoc/cbor/diagnostic.hpp"

namespace mdoc::fuzz {

/// The name of the input, as messages have it.
inline constexpr const char* input_name = "input";

/// What `read` gives; nothing where it refuses, in words that are safe on a terminal and by an exit code for what was
/// handed over, never one for a verdict or a connection.
template <class Read>
[[nodiscard]] auto accepted(const Read& read) -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const cli::Failure& failure) {
    require(failure.code() == cli::ExitCode::unreadable || failure.code() == cli::ExitCode::usage);
    std::string_view text = failure.what();
    require(!text.empty());
    while (const auto character = take_character(text)) require(!cbor::is_unsafe_to_show(*character));
    require(text.empty());
    return std::nullopt;
  }
}

}  // namespace mdoc::fuzz
