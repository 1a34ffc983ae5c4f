#include "cli/input.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "cli/failure.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::cli {
namespace {

constexpr std::size_t max_input = std::size_t{64} << 20;

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string without_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return !is_space(c); });
  return out;
}

/// base64 and base64url, with or without padding: people paste both.
Result<Bytes> from_any_base64(std::string text) {
  while (!text.empty() && text.back() == '=') text.pop_back();
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return from_base64url(text);
}

bool starts_with_scheme(std::string_view text, std::string_view scheme) {
  return text.size() >= scheme.size() && std::ranges::equal(text.substr(0, scheme.size()), scheme, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
         });
}

/// Undoes hex or base64 where the whole content is such text. CBOR structures begin with a byte that
/// is no ASCII letter, digit or space, so they are never mistaken for text.
std::optional<Bytes> from_text(ByteView content) {
  const std::string text = without_space(as_text(content));
  if (text.empty()) return std::nullopt;
  if (auto bytes = from_hex(text)) return *std::move(bytes);
  if (auto bytes = from_any_base64(text)) return *std::move(bytes);
  return std::nullopt;
}

Bytes read_stream(std::FILE* stream, const std::string& name) {
  Bytes content;
  Bytes chunk(std::size_t{64} << 10);
  for (;;) {
    const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), stream);
    content.insert(content.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(count));
    if (content.size() > max_input) throw Failure(ExitCode::unreadable, name + " is larger than 64 MiB");
    if (count < chunk.size()) break;
  }
  if (std::ferror(stream) != 0) throw Failure(ExitCode::unreadable, "cannot read " + name);
  return content;
}

std::string shortened(const std::string& spec) { return spec.size() <= 40 ? spec : spec.substr(0, 37) + "..."; }

}  // namespace

Bytes read_content(const std::string& spec) {
  if (spec == "-") return read_stream(stdin, "standard input");
  if (spec.starts_with("env:")) {
    const char* value = std::getenv(spec.substr(4).c_str());
    if (value == nullptr) throw Failure(ExitCode::usage, "the environment has no variable " + spec.substr(4));
    return {value, value + std::strlen(value)};
  }
  if (spec.starts_with("fd:")) {
    int descriptor = -1;
    const auto [end, failure] = std::from_chars(spec.data() + 3, spec.data() + spec.size(), descriptor);
    if (failure != std::errc{} || end != spec.data() + spec.size()) {
      throw Failure(ExitCode::usage, spec + ": expected a number after fd:");
    }
    std::FILE* stream = ::fdopen(descriptor, "rb");
    if (stream == nullptr) throw Failure(ExitCode::unreadable, spec + ": " + std::strerror(errno));
    Bytes content = read_stream(stream, spec);
    std::fclose(stream);
    return content;
  }
  std::FILE* stream = std::fopen(spec.c_str(), "rb");
  if (stream == nullptr) throw Failure(ExitCode::unreadable, "cannot open " + spec + ": " + std::strerror(errno));
  Bytes content = read_stream(stream, spec);
  std::fclose(stream);
  return content;
}

Input read_input(const std::string& spec) {
  if (starts_with_scheme(spec, "mdoc:")) return {.bytes = {}, .name = shortened(spec), .engagement = spec};
  if (spec.starts_with("hex:")) {
    return {.bytes = require(from_hex(without_space(spec.substr(4))), "not hex"),
            .name = shortened(spec),
            .engagement = {}};
  }
  if (spec.starts_with("b64:")) {
    return {.bytes = require(from_any_base64(without_space(spec.substr(4))), "not base64"),
            .name = shortened(spec),
            .engagement = {}};
  }
  Input input{.bytes = read_content(spec), .name = spec == "-" ? "standard input" : spec, .engagement = {}};
  const std::string_view text = as_text(input.bytes);
  const auto first = std::ranges::find_if_not(text, is_space);
  if (starts_with_scheme(text.substr(static_cast<std::size_t>(first - text.begin())), "mdoc:")) {
    input.engagement = std::string(text);
    input.bytes.clear();
  } else if (auto bytes = from_text(input.bytes)) {
    input.bytes = *std::move(bytes);
  }
  return input;
}

}  // namespace mdoc::cli
