#include "cli/output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/json/serialize.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/private_content.hpp"
#include "cli/system.hpp"
#include "core/utf8.hpp"
#include "core/wiper.hpp"
#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

void write_stdout(ByteView bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0) {
    throw Failure(ExitCode::unreadable, "cannot write standard output");
  }
}

/// A device or a pipe, such as /dev/stdout, holds nothing that could be lost.
bool is_regular_file(const std::string& path) {
  std::error_code failure;
  return std::filesystem::is_regular_file(path, failure);
}

bool holds_private_key(const std::string& path) {
  constexpr std::size_t most = 64 << 10;  // longer files may begin with a key, but are none
  if (!is_regular_file(path)) return false;
  Bytes content(most);
  const Wiper wiper(content);
  std::ifstream file;
  file.rdbuf()->pubsetbuf(nullptr, 0);  // no copy of a key in the stream
  file.open(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(most));
  return looks_like_private_key(ByteView(content).first(static_cast<std::size_t>(file.gcount())));
}

void require_no_input(const std::string& path) {
  if (was_read(path)) throw Failure(ExitCode::usage, path + " is also an input; give another name");
}

void write_with_mode(const std::string& path, ByteView content, mode_t mode, int flags) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
  if (descriptor < 0 && errno == EEXIST) throw Failure(ExitCode::usage, path + " exists; give another name or --force");
  if (descriptor < 0) throw Failure(ExitCode::unreadable, "cannot write " + path + ": " + system_message(errno));
  // An existing file keeps its mode on open(): a key must not stay readable for others.
  const bool restricted = (mode & 077) != 0 || ::fchmod(descriptor, mode) == 0;
  std::size_t written = 0;
  while (restricted && written < content.size()) {
    const ssize_t count = ::write(descriptor, content.data() + written, content.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  const bool closed = ::close(descriptor) == 0;
  if (!restricted || !closed || written != content.size()) {
    throw Failure(ExitCode::unreadable, "cannot write " + path + ": " + system_message(errno));
  }
}

/// As JSON writes characters in ASCII: `\u202e`, and a surrogate pair beyond U+FFFF.
void append_escape(std::string& line, char32_t character) {
  const auto append_unit = [&line](char32_t unit) {
    const std::array<std::uint8_t, 2> bytes{static_cast<std::uint8_t>(unit >> 8), static_cast<std::uint8_t>(unit)};
    line += "\\u" + to_hex(bytes);
  };
  if (character <= 0xffff) return append_unit(character);
  append_unit(0xd800 + ((character - 0x10000) >> 10));
  append_unit(0xdc00 + ((character - 0x10000) & 0x3ff));
}

}  // namespace

void write_binary(const BinaryOutput& output, ByteView bytes) {
  if (output.file == "-" || (output.file.empty() && output.format == "raw")) return write_stdout(bytes);
  if (!output.file.empty()) return write_file(output.file, bytes);
  print_line(output.format == "b64" ? to_base64url(bytes) : to_hex(bytes));
}

void write_beside_json(const BinaryOutput& output, ByteView bytes) {
  if (output.file == "-") throw Failure(ExitCode::usage, "--json and --out - both want standard output");
  if (!output.file.empty()) write_file(output.file, bytes);
}

void require_replaceable(const std::string& path) {
  require_no_input(path);
  if (holds_private_key(path)) throw Failure(ExitCode::usage, path + " holds a private key; give another name");
}

void require_absent(const std::string& path) {
  if (is_regular_file(path)) throw Failure(ExitCode::usage, path + " exists; give another name or --force");
}

void write_file(const std::string& path, ByteView content) {
  require_replaceable(path);
  write_with_mode(path, content, 0666, O_TRUNC);
}

void write_new_file(const std::string& path, ByteView content) {
  require_replaceable(path);
  ::unlink(path.c_str());  // where that fails, so does O_EXCL
  write_with_mode(path, content, 0666, O_EXCL);
}

void write_secret_file(const std::string& path, const SecretBytes& content, bool replace) {
  require_no_input(path);
  std::error_code failure;
  const bool is_device = std::filesystem::exists(path, failure) && !is_regular_file(path);
  // A new file even where there is one: whoever has opened that one before must not read the key in it.
  if (replace && !is_device) ::unlink(path.c_str());
  write_with_mode(path, content.view(), 0600, is_device ? O_TRUNC : O_EXCL);
}

void print_line(std::string_view line) {
  write_stdout(as_bytes(line));
  write_stdout(as_bytes("\n"));
}

void print_json(const boost::json::value& value) {
  const std::string compact = replace_malformed(boost::json::serialize(value));  // file names may be in any encoding
  std::string line;
  line.reserve(compact.size() + compact.size() / 8);
  bool in_text = false;
  for (std::string_view rest = compact; !rest.empty();) {
    const std::string_view before = rest;
    const char32_t character = *take_character(rest);
    std::string_view bytes = before.substr(0, before.size() - rest.size());
    if (in_text && cbor::is_unsafe_to_show(character)) {
      append_escape(line, character);
      continue;
    }
    if (in_text && character == U'\\') {
      bytes = before.substr(0, 2);
      rest = before.substr(2);
    } else if (character == U'"') {
      in_text = !in_text;
    }
    line += bytes;
    if (!in_text && (character == U':' || character == U',')) line += ' ';
  }
  print_line(line);
}

void print_warning(std::string_view message) { print_error("warning: " + std::string(message)); }

void print_error(std::string_view message) {
  const std::string text = json::printable(message);  // it may name files, and anybody may have chosen their names
  std::fprintf(stderr, "mdoc-cli: %s\n", text.c_str());
}

}  // namespace mdoc::cli
