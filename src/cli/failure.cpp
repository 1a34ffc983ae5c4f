#include "cli/failure.hpp"

namespace mdoc::cli {

ExitCode exit_code(const Error& error) noexcept {
  switch (error.kind()) {
    case ErrorKind::malformed:
    case ErrorKind::unsupported:
    case ErrorKind::limit: return ExitCode::unreadable;
    case ErrorKind::untrusted:
    case ErrorKind::denied: return ExitCode::bad_verdict;
    case ErrorKind::transport: return ExitCode::transport;
    case ErrorKind::usage: return ExitCode::usage;
    case ErrorKind::internal: return ExitCode::unreadable;
  }
  return ExitCode::unreadable;
}

}  // namespace mdoc::cli
