#pragma once

#include <string>
#include <vector>

#include "cli/wording.hpp"

namespace mdoc::cli {

/// What was found of one transport on this machine.
struct Diagnosis {
  std::string transport;  ///< as --via has it
  bool works = false;
  Told found{};                ///< why, or by what
  std::vector<Told> advice{};  ///< what to do, and what to know where it works
};

/// Whether tcp, the bearer of tests, can listen and connect on this machine.
[[nodiscard]] Diagnosis diagnose_tcp();
/// Bluetooth: the message bus, bluetoothd, its adapters, its settings. Also where this build has none of it.
/// @param adapter  as --adapter
[[nodiscard]] Diagnosis diagnose_ble(const std::string& adapter);

/// What the settings of bluetoothd (main.conf) mean for us. @param text  of that file; empty where there is none
[[nodiscard]] std::vector<Told> advice_on_settings(const std::string& text);

}  // namespace mdoc::cli
