#pragma once

#include <stdexcept>
#include <string>

#include "cli/wording.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::cli {

/// The tool's exit codes. Scripts depend on them: never renumber.
enum class ExitCode : int {
  done = 0,         ///< and where there is a verdict, it is good
  bad_verdict = 1,  ///< something was judged, and did not pass
  usage = 2,        ///< wrong or missing options
  unreadable = 3,   ///< input cannot be read, or its outermost structure cannot be decoded
  transport = 4,    ///< the connection failed or timed out
};

/// Ends a command: printed by main() as "mdoc-cli: <what>", which says what to do. The library itself
/// never throws; the tool does, because every failure of a command ends in the same place.
class Failure : public std::runtime_error {
 public:
  Failure(ExitCode code, const std::string& what) : std::runtime_error(what), code_(code) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

/// The exit code that an error of the library stands for when it ends a command.
[[nodiscard]] ExitCode exit_code(const Error& error) noexcept;

/// The value, or a Failure that says what could not be done: "cannot decode request.cbor: malformed/…".
template <class T>
[[nodiscard]] T require(Result<T> result, const std::string& what) {
  if (!result) throw Failure(exit_code(result.error()), what + ": " + in_words(result.error()));
  return *std::move(result);
}
inline void require(Result<void> result, const std::string& what) {
  if (!result) throw Failure(exit_code(result.error()), what + ": " + in_words(result.error()));
}

}  // namespace mdoc::cli
