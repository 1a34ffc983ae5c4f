#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/testing/ble_program.hpp"
#include "mdoc/testing/virtual_radio.hpp"
#include "mdoc/transport/ble_central.hpp"
#include "mdoc/transport/ble_peripheral.hpp"

namespace mdoc::testing {

/// The shell around one machine on a VirtualDevice: does what its effects say, feeds it what its stack says, and keeps
/// what it tells its application.
template <class Machine>
class MDOC_EXPORT VirtualMachine : public BleProgram {
 public:
  VirtualMachine(VirtualDevice& device, Machine machine) : BleProgram(device), machine_(std::move(machine)) {}

  void start();
  /// As the machine's.
  [[nodiscard]] Result<void> send(Bytes message);
  void finish();
  void cancel();

  [[nodiscard]] const Machine& machine() const noexcept { return machine_; }
  [[nodiscard]] const std::optional<transport::LinkOpened>& opened() const noexcept { return opened_; }
  [[nodiscard]] const std::optional<transport::LinkClosed>& closed() const noexcept { return closed_; }
  /// Closed, and for this.
  [[nodiscard]] std::optional<Errc> reason() const noexcept;
  [[nodiscard]] const std::vector<Bytes>& messages() const noexcept { return messages_; }
  [[nodiscard]] std::size_t messages_sent() const noexcept { return messages_sent_; }
  [[nodiscard]] const std::vector<transport::BleProgress>& progress() const noexcept { return progress_; }
  [[nodiscard]] bool passed(transport::BleStep step) const noexcept;
  [[nodiscard]] const std::vector<transport::BleTrace>& trace() const noexcept { return trace_; }
  /// Effects for the stack after LinkClosed, or any after a second one: there must be none.
  [[nodiscard]] std::size_t late_effects() const noexcept { return late_effects_; }

  /// Called with each effect for the application, after it was kept; send(), finish() and cancel() may be called.
  std::function<void(const transport::BleEffect&)> reaction;

 protected:
  void on_event(const StackEvent& event) override;
  void on_alarm() override;

 private:
  void drain();
  void keep(const transport::BleEffect& effect);

  Machine machine_;
  bool draining_ = false;
  std::optional<transport::LinkOpened> opened_;
  std::optional<transport::LinkClosed> closed_;
  std::vector<Bytes> messages_;
  std::size_t messages_sent_ = 0;
  std::vector<transport::BleProgress> progress_;
  std::vector<transport::BleTrace> trace_;
  std::size_t late_effects_ = 0;
};

extern template class VirtualMachine<transport::BlePeripheral>;
extern template class VirtualMachine<transport::BleCentral>;

using VirtualPeripheral = VirtualMachine<transport::BlePeripheral>;
using VirtualCentral = VirtualMachine<transport::BleCentral>;

}  // namespace mdoc::testing
