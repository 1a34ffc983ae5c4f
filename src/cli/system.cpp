#include "cli/system.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "core/ascii.hpp"

namespace mdoc::cli {
namespace {

/// What those that are met mean here, and what can be done about them.
struct Known {
  int error;
  std::string_view words;
  std::string_view advice;
};
constexpr std::array known_errors{
    Known{ENOENT, "no such file or folder", "is the path right?"},
    Known{EACCES, "permission denied", "who runs this has no right to it"},
    Known{EISDIR, "it is a folder", "name a file"},
    Known{ENOTDIR, "a part of the path is a file and no folder", "is the path right?"},
    Known{EEXIST, "there is one already", "name another"},
    Known{ENOSPC, "no space is left on the device", "make room, or name another place"},
    Known{EROFS, "the file system is read-only", "name another place"},
    Known{ECONNREFUSED, "connection refused", "does anybody listen there?"},
    Known{ECONNRESET, "the other side closed the connection", "is it still running?"},
    Known{EPIPE, "the other side closed the connection", "is it still running?"},
    Known{EADDRINUSE, "the address is in use", "choose another port, or end what has it"},
    Known{EADDRNOTAVAIL, "this machine does not have the address", "name one of its own"},
    Known{ENETUNREACH, "no way leads there", "is this machine on the network?"},
    Known{EHOSTUNREACH, "no way leads there", "is this machine on the network?"},
};

const Known* find(int error) {
  const auto* const found = std::ranges::find(known_errors, error, &Known::error);
  return found == known_errors.end() ? nullptr : &*found;
}

}  // namespace

std::string system_words(int error) {
  if (const Known* const known = find(error)) return std::string(known->words);
  std::string words = std::generic_category().message(error);
  if (!words.empty()) words.front() = to_lower(words.front());
  return words;
}

std::string system_message(int error) {
  const Known* const known = find(error);
  return system_words(error) + (known == nullptr ? "" : "; " + std::string(known->advice));
}

std::optional<std::string> environment(const std::string& name) {
  const char* value =
      std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): the tool never changes its environment
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace mdoc::cli
