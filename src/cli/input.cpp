#include "cli/input.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "cli/failure.hpp"
#include "cli/system.hpp"
#include "core/ascii.hpp"
#include "core/wiper.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/trust/status_token.hpp"

namespace mdoc::cli {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string without_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return !is_space(c); });
  return out;
}

/// base64 and base64url, with or without padding: people paste both. Changes `text` on the way.
Result<SecretBytes> from_any_base64(std::string& text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  const std::size_t end = text.find_last_not_of('=');
  return secret_from_base64url(std::string_view(text).substr(0, end == std::string::npos ? 0 : end + 1));
}

/// The files read so far, as the file system knows them: a process runs one command.
std::vector<std::pair<dev_t, ino_t>>& files_read() {
  static std::vector<std::pair<dev_t, ino_t>> files;
  return files;
}

/// Room for `size` bytes. Where the content has to move for it, it leaves nothing behind.
void make_room(Bytes& content, std::size_t size) {
  if (size <= content.capacity()) return;
  Bytes larger;
  larger.reserve(std::max(size, 2 * content.capacity()));
  larger.assign(content.begin(), content.end());
  content.swap(larger);
  secure_zero(larger);
}

/// Reads to the end. It may be a key: no copy of it stays behind, however this ends.
Bytes read_stream(std::FILE* stream, const std::string& name, std::size_t max) {
  constexpr std::size_t step = std::size_t{64} << 10;
  std::setvbuf(stream, nullptr, _IONBF, 0);
  note_read(::fileno(stream));
  Bytes content;
  const auto refuse = [&content](const std::string& what) {
    secure_zero(content);
    throw Failure(ExitCode::unreadable, what);
  };
  for (;;) {
    const std::size_t filled = content.size();
    make_room(content, filled + step);
    content.resize(filled + step);
    const std::size_t count = std::fread(content.data() + filled, 1, step, stream);
    content.resize(filled + count);
    if (content.size() > max) refuse(name + " is larger than " + std::to_string(max >> 20) + " MiB");
    if (count < step) break;
  }
  if (std::ferror(stream) != 0) refuse("cannot read " + name + ": " + system_message(errno));
  if (content.empty()) refuse(name + " is empty");
  return content;
}

std::string shortened(const std::string& spec) { return spec.size() <= 40 ? spec : spec.substr(0, 37) + "..."; }

bool has_scheme(std::string_view spec) { return spec.starts_with("hex:") || spec.starts_with("b64:"); }

/// Hex or base64 after its scheme. The message names the character that is wrong.
SecretBytes from_scheme(std::string_view spec, const std::string& name) {
  std::string text = without_space(spec.substr(4));
  const Wiper wiper(text);
  if (spec.starts_with("hex:")) return require(secret_from_hex(text), name + " is not hex");
  return require(from_any_base64(text), name + " is neither base64url nor base64");
}

/// A `pkcs11:` URI up to where a PIN may be: in the query (RFC 7512, 2.3), and wherever else somebody has put one by
/// mistake.
std::string without_pin(std::string_view uri) {
  const std::string lower = lower_case(uri);
  std::size_t end = std::min(lower.find('?'), lower.find("pin-value"));
  for (const std::string_view begin : {";pin", ":pin", "&pin"}) end = std::min(end, lower.find(begin));
  if (end == std::string::npos) return std::string(uri);
  return std::string(uri.substr(0, end)) + (uri[end] == '?' ? "" : "…");
}

}  // namespace

bool has_input_scheme(std::string_view spec) noexcept {
  return has_scheme(spec) || spec.starts_with("env:") || spec.starts_with("fd:");
}

bool is_pem(ByteView content) { return as_text(content).find("-----BEGIN ") != std::string_view::npos; }

bool is_json(ByteView content) {
  const std::string_view text = as_text(content);
  const auto first = std::ranges::find_if_not(text, is_space);
  return first != text.end() && *first == '{';
}

std::optional<SecretBytes> from_text(ByteView content) {
  if (is_pem(content)) return std::nullopt;  // its marks are made of the letters of base64url
  std::string text = without_space(as_text(content));
  const Wiper wiper(text);
  if (text.empty()) return std::nullopt;
  if (auto bytes = secret_from_hex(text)) return *std::move(bytes);
  if (auto bytes = from_any_base64(text)) return *std::move(bytes);
  return std::nullopt;
}

Bytes read_content(const std::string& spec, std::size_t max) {
  if (spec == "-") return read_stream(stdin, "standard input", max);
  if (spec.starts_with("env:")) {
    auto value = environment(spec.substr(4));
    if (!value) throw Failure(ExitCode::unreadable, "the environment has no variable " + spec.substr(4));
    const Wiper wiper(*value);  // it may be a key
    return {value->begin(), value->end()};
  }
  if (spec.starts_with("fd:")) {
    int descriptor = -1;
    const auto [end, failure] = std::from_chars(spec.data() + 3, spec.data() + spec.size(), descriptor);
    if (failure != std::errc{} || end != spec.data() + spec.size()) {
      throw Failure(ExitCode::usage, spec + ": expected a number after fd:");
    }
    std::FILE* stream = ::fdopen(descriptor, "rb");
    if (stream == nullptr) throw Failure(ExitCode::unreadable, spec + ": " + system_message(errno));
    Bytes content = read_stream(stream, spec, max);
    std::fclose(stream);
    return content;
  }
  std::FILE* stream = std::fopen(spec.c_str(), "rb");
  if (stream == nullptr) {
    throw Failure(ExitCode::unreadable, "cannot open " + secret_name(spec) + ": " + system_message(errno));
  }
  Bytes content = read_stream(stream, spec, max);
  std::fclose(stream);
  return content;
}

std::string secret_name(const std::string& spec) {
  if (starts_with_ignoring_case(spec, "pkcs11:")) return without_pin(spec);
  return has_scheme(spec) ? spec.substr(0, 4) + "…" : spec;
}

SecretBytes read_secret(const std::string& spec) {
  if (has_scheme(spec)) return from_scheme(spec, secret_name(spec));
  Bytes content = read_content(spec);
  const Wiper wiper(content);
  return SecretBytes::copy_of(content);
}

void note_read(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return;
  files_read().emplace_back(status.st_dev, status.st_ino);
}

bool was_read(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  return std::ranges::find(files_read(), std::pair(status.st_dev, status.st_ino)) != files_read().end();
}

Input read_input(const std::string& spec, std::size_t max, std::string_view scheme) {
  if (starts_with_ignoring_case(spec, scheme)) return {.bytes = {}, .name = shortened(spec), .engagement = spec};
  if (has_scheme(spec)) {
    const SecretBytes bytes = from_scheme(spec, shortened(spec));
    return {.bytes = {bytes.view().begin(), bytes.view().end()}, .name = shortened(spec), .engagement = {}};
  }
  return detect_input(read_content(spec, max), spec == "-" ? "standard input" : spec, scheme);
}

Input detect_input(Bytes content, std::string name, std::string_view scheme) {
  Input input{.bytes = std::move(content), .name = std::move(name), .engagement = {}};
  const std::string_view text = as_text(input.bytes);
  const auto first = std::ranges::find_if_not(text, is_space);
  if (starts_with_ignoring_case(text.substr(static_cast<std::size_t>(first - text.begin())), scheme)) {
    input.engagement = std::string(text);
    input.bytes.clear();
  } else if (const auto bytes = from_text(input.bytes)) {
    secure_zero(input.bytes);
    input.bytes.assign(bytes->view().begin(), bytes->view().end());  // not longer than its text
  } else if (trust::is_jwt(input.bytes)) {
    while (is_space(static_cast<char>(input.bytes.back()))) input.bytes.pop_back();  // as editors leave it
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
