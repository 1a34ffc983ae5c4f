#include "cli/input.hpp"

#include <sys/stat.h>
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
#include <utility>
#include <vector>

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

/// The files read so far, as the file system knows them: a process runs one command.
std::vector<std::pair<dev_t, ino_t>>& files_read() {
  static std::vector<std::pair<dev_t, ino_t>> files;
  return files;
}

void note_read(std::FILE* stream) {
  struct stat status {};
  if (::fstat(::fileno(stream), &status) != 0 || !S_ISREG(status.st_mode)) return;
  files_read().emplace_back(status.st_dev, status.st_ino);
}

/// Reads to the end. The content never moves while it is small, so that a key leaves no copy behind.
Bytes read_stream(std::FILE* stream, const std::string& name) {
  constexpr std::size_t step = std::size_t{64} << 10;
  std::setvbuf(stream, nullptr, _IONBF, 0);
  note_read(stream);
  Bytes content;
  for (;;) {
    const std::size_t filled = content.size();
    content.resize(filled + step);
    const std::size_t count = std::fread(content.data() + filled, 1, step, stream);
    content.resize(filled + count);
    if (content.size() > max_input) throw Failure(ExitCode::unreadable, name + " is larger than 64 MiB");
    if (count < step) break;
  }
  if (std::ferror(stream) != 0)
    throw Failure(ExitCode::unreadable, "cannot read " + name + ": " + std::strerror(errno));
  return content;
}

std::string shortened(const std::string& spec) { return spec.size() <= 40 ? spec : spec.substr(0, 37) + "..."; }

/// Hex or base64 after its scheme. The message names the character that is wrong.
Input from_scheme(const std::string& spec, const char* failed, Result<Bytes> (*decode)(std::string)) {
  const std::string name = shortened(spec);
  return {.bytes = require(decode(without_space(std::string_view(spec).substr(4))), name + failed),
          .name = name,
          .engagement = {}};
}

}  // namespace

bool is_pem(ByteView content) { return as_text(content).find("-----BEGIN ") != std::string_view::npos; }

bool is_json(ByteView content) {
  const std::string_view text = as_text(content);
  const auto first = std::ranges::find_if_not(text, is_space);
  return first != text.end() && *first == '{';
}

std::optional<Bytes> from_text(ByteView content) {
  if (is_pem(content)) return std::nullopt;  // its marks are made of the letters of base64url
  const std::string text = without_space(as_text(content));
  if (text.empty()) return std::nullopt;
  if (auto bytes = from_hex(text)) return *std::move(bytes);
  if (auto bytes = from_any_base64(text)) return *std::move(bytes);
  return std::nullopt;
}

Bytes read_content(const std::string& spec) {
  if (spec == "-") return read_stream(stdin, "standard input");
  if (spec.starts_with("env:")) {
    const char* value = std::getenv(spec.substr(4).c_str());
    if (value == nullptr) throw Failure(ExitCode::unreadable, "the environment has no variable " + spec.substr(4));
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

bool was_read(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  return std::ranges::find(files_read(), std::pair(status.st_dev, status.st_ino)) != files_read().end();
}

Input read_input(const std::string& spec) {
  if (starts_with_scheme(spec, "mdoc:")) return {.bytes = {}, .name = shortened(spec), .engagement = spec};
  if (spec.starts_with("hex:")) {
    return from_scheme(spec, " is not hex", [](std::string text) { return from_hex(text); });
  }
  if (spec.starts_with("b64:")) return from_scheme(spec, " is neither base64url nor base64", from_any_base64);
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

SharedBytes read_bytes(const std::string& spec) {
  Input input = read_input(spec);
  if (!input.engagement.empty()) {
    throw Failure(ExitCode::unreadable, input.name + " is the text of an engagement, which has no place here");
  }
  return SharedBytes::take(std::move(input.bytes));
}

}  // namespace mdoc::cli
