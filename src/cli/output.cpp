#include "cli/output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

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

/// Warnings of this process, the first ones.
std::vector<std::string>& said() {
  static std::vector<std::string> warnings;
  return warnings;
}
constexpr std::size_t most_said = 256;

void write_stdout(ByteView bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0) {
    throw Failure(ExitCode::unreadable, "cannot write standard output");
  }
}

bool is_regular_file(const std::string& path) {
  std::error_code failure;
  return std::filesystem::is_regular_file(path, failure);
}

/// A device or a pipe, such as /dev/stdout, holds nothing that could be lost, and is written into rather than replaced.
bool is_device(const std::string& path) {
  std::error_code failure;
  return std::filesystem::exists(path, failure) && !is_regular_file(path);
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

[[noreturn]] void fail_to_write(const std::string& path, int error) {
  throw Failure(ExitCode::unreadable, "cannot write " + path + ": " + system_message(error));
}

int open_to_write(const std::string& path, mode_t mode, int flags) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
  if (descriptor < 0 && errno == EEXIST) throw Failure(ExitCode::usage, path + " exists; give another name or --force");
  if (descriptor < 0) fail_to_write(path, errno);
  return descriptor;
}

/// Puts on the disk what so far may be in memory alone. @return errno, or 0; also for what has no disk behind it
int put_on_disk(int descriptor) {
  while (::fsync(descriptor) != 0) {
    if (errno != EINTR) return errno == EINVAL ? 0 : errno;
  }
  return 0;
}

enum class Durability : std::uint8_t { in_memory, on_disk };

/// Writes all of it, and closes the file whatever happens. @return errno of what went wrong first, or 0
int write_and_close(int descriptor, ByteView content, mode_t mode, Durability durability) {
  int error = 0;
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) error = errno;
  // An existing file keeps its mode on open(): a key must not stay readable for others. A device is everybody's.
  const bool is_private_file = (mode & 077) == 0 && S_ISREG(status.st_mode);
  if (error == 0 && is_private_file && ::fchmod(descriptor, mode) != 0) error = errno;
  while (error == 0 && !content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count > 0) {
      content = content.subspan(static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      error = count == 0 ? EIO : errno;
    }
  }
  if (error == 0 && durability == Durability::on_disk) error = put_on_disk(descriptor);
  if (::close(descriptor) != 0 && error == 0) error = errno;
  return error;
}

void write_with_mode(const std::string& path, ByteView content, mode_t mode, int flags) {
  const int error = write_and_close(open_to_write(path, mode, flags), content, mode, Durability::in_memory);
  if (error != 0) fail_to_write(path, error);
}

/// Ends the name of a file that is about to take the place of another. It is the tool's own: what has it was left by a
/// run that was cut off.
constexpr const char* unfinished = ".mdoc-cli-new";

/// Writes a new file, then gives it the name of the old one.
void replace_whole(const std::string& path, ByteView content, mode_t mode) {
  const std::string fresh = path + unfinished;
  ::unlink(fresh.c_str());
  int error = write_and_close(open_to_write(fresh, mode, O_EXCL), content, mode, Durability::on_disk);
  if (error == 0 && ::rename(fresh.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(fresh.c_str());
    fail_to_write(path, error);
  }
  put_name_on_disk(path);
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

void write_personal_file(const std::string& path, ByteView content) {
  if (is_device(path)) return write_file(path, content);
  write_new_personal_file(path, content);
}

void write_new_personal_file(const std::string& path, ByteView content) {
  require_replaceable(path);
  replace_whole(path, content, 0600);
}

void replace_file(const std::string& path, ByteView content, FileAccess access) {
  replace_whole(path, content, access == FileAccess::owner ? 0600 : 0666);
}

void write_secret_file(const std::string& path, const SecretBytes& content, bool replace) {
  require_no_input(path);
  if (is_device(path)) return write_with_mode(path, content.view(), 0600, O_TRUNC);
  // A new file even where there is one: whoever has opened that one before must not read the key in it. The old key
  // goes when the new one is there.
  if (replace) return replace_whole(path, content.view(), 0600);
  write_with_mode(path, content.view(), 0600, O_EXCL);
}

void put_name_on_disk(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0 && errno == EACCES) return;  // who may write into a folder need not be allowed to read it
  const int error = descriptor < 0 ? errno : put_on_disk(descriptor);
  if (descriptor >= 0) ::close(descriptor);
  if (error != 0) fail_to_write(path, error);
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

void print_warning(std::string_view message) {
  if (said().size() < most_said) said().emplace_back(message);
  print_error("warning: " + std::string(message));
}

boost::json::array warnings_json() {
  boost::json::array list;
  for (const std::string& each : said()) list.push_back(boost::json::string(each));
  return list;
}

void print_error(std::string_view message) {
  const std::string text = json::printable(message);  // it may name files, and anybody may have chosen their names
  std::fprintf(stderr, "mdoc-cli: %s\n", text.c_str());
}

void print_trace(std::string_view line) {
  const std::string text = json::printable(line);
  std::fprintf(stderr, "%s\n", text.c_str());
}

}  // namespace mdoc::cli
