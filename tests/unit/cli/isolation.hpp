#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "process.hpp"
#include "tool.hpp"

/// @file
/// Looks at two processes from outside: what they were given, what they hold open, what they opened, and
/// whom they spoke to.

namespace mdoc::testing {

/// What a process did by the record of its system calls, and what it held in the middle of it.
struct Observed {
  std::vector<std::string> arguments{};
  std::map<int, std::string> descriptors{};  ///< while the other one lived as well: what /proc calls them
  std::set<std::string> opened{};            ///< files that it opened, made or renamed, outside of the system's folders
  std::vector<std::string> connected{};      ///< "127.0.0.1:40000"
  std::vector<std::string> bound{};          ///< likewise
  std::size_t accepted = 0;                  ///< connections
  std::size_t sockets = 0;                   ///< made
  std::vector<std::string> suspicious{};     ///< calls that reach into other processes or share memory
};

/// A holder and a reader that ran below one parent.
struct Observation {
  Ended ended;  ///< of the parent
  std::optional<Observed> holder, reader;
  std::set<std::string> terminals;  ///< what the parent's own standard descriptors were
  std::set<std::string> identical;  ///< descriptors of both that are one open file ("holder 5, reader 5")
};

/// Why processes cannot be observed here; nothing if they can.
[[nodiscard]] std::optional<std::string> cannot_observe();

/// Runs `command`, which starts mdoc-cli as a holder and as a reader, and watches both. The reader is held
/// up when it connects, so that both are there to be compared.
[[nodiscard]] Observation observe(const std::vector<std::string>& command, const ProcessSetup& setup,
                                  const Folder& records);

/// Everything beyond the text of the code, the endpoint and one connection over which the two could have
/// told each other anything, and every argument of the reader that it should not need.
[[nodiscard]] std::vector<std::string> shared_channels(const Observation& observation);

}  // namespace mdoc::testing
