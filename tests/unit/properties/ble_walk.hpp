#pragma once
// A machine of Bluetooth Low Energy, a stack and peers that do anything at any time, and a monitor of what comes of it.
// Without GoogleTest: a fuzz target walks too.

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "unit/properties/ble_monitor.hpp"

namespace mdoc::properties {

/// What walks over both machines have alike.
class BleWalk {
 public:
  virtual ~BleWalk() = default;
  BleWalk(const BleWalk&) = delete;
  BleWalk& operator=(const BleWalk&) = delete;

  /// Well-behaved answers lead to the target state; from there, `input`, and whatever else comes to mind. At the end
  /// only the clock runs. @return what was wrong, and all that had happened; or nothing
  [[nodiscard]] std::string run(std::size_t input);
  /// Anything, so many times.
  [[nodiscard]] std::string wander(std::size_t steps);

 protected:
  BleWalk(BleChoices& choices, transport::BleMode mode);
  static transport::BleLinkOptions some_options(BleChoices& choices);

  [[nodiscard]] virtual BleEvent make(std::size_t input) = 0;
  /// What a well-behaved stack and peer do next, on the way to the target or to an open link.
  [[nodiscard]] virtual BleEvent friendly() = 0;
  virtual Result<void> hand(const BleEvent& event) = 0;
  [[nodiscard]] virtual std::optional<transport::BleEffect> poll() = 0;
  [[nodiscard]] virtual std::optional<TimePoint> deadline() const = 0;
  [[nodiscard]] virtual bool is_at_target() const = 0;
  [[nodiscard]] virtual std::size_t inputs() const = 0;
  [[nodiscard]] virtual BleMonitor& monitor() = 0;
  virtual void count(std::size_t input) = 0;

  // Events
  [[nodiscard]] BleEvent of(BleEvent::Kind kind) const { return {.kind = kind}; }
  [[nodiscard]] BleEvent by(BleEvent::Kind kind, transport::BlePeer peer) const { return {.kind = kind, .peer = peer}; }
  [[nodiscard]] BleEvent at(BleEvent::Kind kind, transport::BlePeer peer, transport::BleCharacteristic which,
                            Bytes bytes = {}) const;
  [[nodiscard]] BleEvent stranger(BleEvent::Kind kind, Bytes bytes);
  [[nodiscard]] BleEvent with_number(BleEvent::Kind kind, transport::BlePeer peer, std::size_t number) const;
  [[nodiscard]] BleEvent send(std::size_t size);
  [[nodiscard]] BleEvent some_send();
  [[nodiscard]] BleEvent timer(std::chrono::milliseconds after_deadline) const;
  [[nodiscard]] BleEvent some_mtu(transport::BlePeer peer);
  [[nodiscard]] BleEvent failed(transport::BleOperation operation);
  [[nodiscard]] Bytes some_part(bool last);
  [[nodiscard]] Bytes bad_part();
  [[nodiscard]] Bytes too_long_part();
  [[nodiscard]] Bytes some_state_garbage();
  [[nodiscard]] Bytes some_stream();
  [[nodiscard]] transport::BlePeer other();

  BleChoices& choices_;
  transport::BleLinkOptions options_;
  transport::BleService service_;
  std::vector<transport::BleEffect> last_;  // effects of the last event
  TimePoint now_;
  const transport::BlePeer peer_{1};

 private:
  void happen(BleEvent event);
  void run_out();
  [[nodiscard]] std::string told() const;

  std::string wrong_;
  std::vector<std::string> history_;
};

/// How often each input came in each state: state, input.
using BleCount = std::function<void(std::size_t, std::size_t)>;

class BleServerWalk : public BleWalk {
 public:
  using State = transport::BlePeripheral::State;
  static constexpr std::size_t states = static_cast<std::size_t>(State::closed) + 1;
  [[nodiscard]] static const std::vector<const char*>& input_names();

  BleServerWalk(BleChoices& choices, State target, BleCount count);

 private:
  struct Input {
    const char* name;
    BleEvent (*make)(BleServerWalk&);
  };
  static const std::vector<Input>& table();

  [[nodiscard]] BleEvent make(std::size_t input) override { return table()[input].make(*this); }
  [[nodiscard]] BleEvent friendly() override;
  Result<void> hand(const BleEvent& event) override { return hand_over(event, *machine_); }
  [[nodiscard]] std::optional<transport::BleEffect> poll() override { return machine_->poll(); }
  [[nodiscard]] std::optional<TimePoint> deadline() const override { return machine_->deadline(); }
  [[nodiscard]] bool is_at_target() const override { return machine_->state() == target_; }
  [[nodiscard]] std::size_t inputs() const override { return table().size(); }
  [[nodiscard]] BleMonitor& monitor() override { return *monitor_; }
  void count(std::size_t input) override { count_(static_cast<std::size_t>(machine_->state()), input); }
  [[nodiscard]] BleEvent friendly_client();
  [[nodiscard]] BleEvent friendly_on_link();

  State target_;
  BleCount count_;
  std::size_t steps_of_client_ = 0;
  std::optional<transport::BlePeripheral> machine_;
  std::unique_ptr<BleServerMonitor> monitor_;
};

class BleClientWalk : public BleWalk {
 public:
  using State = transport::BleCentral::State;
  static constexpr std::size_t states = static_cast<std::size_t>(State::closed) + 1;
  [[nodiscard]] static const std::vector<const char*>& input_names();

  BleClientWalk(BleChoices& choices, State target, BleCount count);

 private:
  struct Input {
    const char* name;
    BleEvent (*make)(BleClientWalk&);
  };
  static const std::vector<Input>& table();

  [[nodiscard]] BleEvent make(std::size_t input) override { return table()[input].make(*this); }
  [[nodiscard]] BleEvent friendly() override;
  Result<void> hand(const BleEvent& event) override { return hand_over(event, *machine_); }
  [[nodiscard]] std::optional<transport::BleEffect> poll() override { return machine_->poll(); }
  [[nodiscard]] std::optional<TimePoint> deadline() const override { return machine_->deadline(); }
  [[nodiscard]] bool is_at_target() const override { return machine_->state() == target_; }
  [[nodiscard]] std::size_t inputs() const override { return table().size(); }
  [[nodiscard]] BleMonitor& monitor() override { return *monitor_; }
  void count(std::size_t input) override { count_(static_cast<std::size_t>(machine_->state()), input); }
  [[nodiscard]] BleEvent friendly_on_link();
  [[nodiscard]] BleEvent discovered(transport::BlePeer peer, bool complete);
  [[nodiscard]] transport::BlePeer connected() const;
  [[nodiscard]] Bytes psm_value() const;
  [[nodiscard]] Bytes ident() const;

  State target_;
  BleCount count_;
  std::optional<std::array<std::uint8_t, 16>> ident_;
  std::optional<transport::BlePeer> current_;  // whom the machine connected last
  std::optional<transport::BleCentral> machine_;
  std::unique_ptr<BleClientMonitor> monitor_;
};

}  // namespace mdoc::properties
