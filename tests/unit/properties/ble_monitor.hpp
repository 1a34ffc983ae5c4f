#pragma once
// What the machines of Bluetooth Low Energy must do, in the words of ISO/IEC 18013-5 and of their headers and written
// without them. A monitor sees what happens to a machine and what it asks for, and nothing of its inside.

#include <array>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mdoc/transport/l2cap_frames.hpp"
#include "unit/properties/ble_event.hpp"

namespace mdoc::properties {

/// The earliest of them.
[[nodiscard]] inline std::optional<TimePoint> first(std::initializer_list<std::optional<TimePoint>> instants) {
  std::optional<TimePoint> found;
  for (const auto& each : instants) {
    if (each && (!found || *each < *found)) found = each;
  }
  return found;
}

[[nodiscard]] inline bool is_due(const std::optional<TimePoint>& until, TimePoint at) { return until && at >= *until; }

[[nodiscard]] inline std::string number(transport::BlePeer peer) {
  return std::to_string(static_cast<std::uint64_t>(peer));
}

/// What has to come of one event. Setting up and taking down may come in any order, LinkClosed at the end; what an open
/// link carries has its order.
struct BleExpected {
  std::vector<std::string> stack;
  std::vector<std::string> content;
  std::set<transport::BleStep> steps;  // of those that matter to an application
  std::optional<Errc> refusal;         // of send()
  /// The machine closes, for one of these reasons; empty: it does not.
  std::vector<std::optional<Errc>> reasons;
};

/// An open link, as both sides and both carriers have it.
class BleLinkMonitor {
 public:
  struct Route {
    bool is_server = false;
    transport::BleCarrier carrier{};
    transport::BlePeer peer{};
    std::size_t mtu = transport::ble_default_mtu;
    bool parts_with_response = false;
    bool state_with_response = false;
    bool can_send = true;
    bool can_end = true;
    std::optional<TimePoint> start_is_under_way{};  // a client's Start: the stack is to have taken it until then
  };

  /// @param expected  borrowed, as the others
  BleLinkMonitor(const transport::BleLinkOptions& options, const transport::BleService& service, const Route& route,
                 BleExpected& expected)
      : options_(options), service_(service), route_(route), expected_(expected) {
    if (route.start_is_under_way) in_flight_ = 1;
    sending_until_ = route.start_is_under_way;
  }

  [[nodiscard]] const Route& route() const noexcept { return route_; }
  [[nodiscard]] std::size_t max_value() const;
  /// Of this link: the owner has looked at the peer.
  void on(const BleEvent& event);
  [[nodiscard]] std::optional<TimePoint> deadline() const;
  /// Nothing of a message, of Start or of End is on its way, in either direction.
  [[nodiscard]] bool is_idle() const { return !deadline(); }

 private:
  enum class Phase : std::uint8_t { active, draining, lingering, closing };

  [[nodiscard]] bool is_gatt() const { return route_.carrier == transport::BleCarrier::gatt; }
  [[nodiscard]] bool sends() const { return phase_ == Phase::active || phase_ == Phase::draining; }
  [[nodiscard]] bool receives() const { return phase_ == Phase::active || phase_ == Phase::lingering; }
  [[nodiscard]] bool awaits_end_pause() const;
  void send(const Bytes& message, TimePoint at);
  void finish(TimePoint at);
  void timer(TimePoint at);
  void subscription(transport::BleCharacteristic which, bool on, TimePoint at);
  void value(transport::BleCharacteristic which, const Bytes& value, TimePoint at);
  void part(const Bytes& value, TimePoint at);
  void state_value(const Bytes& value, TimePoint at);
  void channel_bytes(const Bytes& bytes, TimePoint at);
  void confirmation(TimePoint at);
  void lost();
  void give(TimePoint at);
  void give_value(transport::BleCharacteristic which, const Bytes& value, bool with_response, TimePoint at);
  void drain(TimePoint at);
  void refuse(Errc reason, TimePoint at);
  void close(std::optional<Errc> reason) { expected_.reasons = {reason}; }

  const transport::BleLinkOptions& options_;
  const transport::BleService& service_;
  Route route_;
  BleExpected& expected_;
  Phase phase_ = Phase::active;
  Bytes outgoing_;  // with its length, on a channel
  std::size_t given_ = 0;
  bool is_sending_ = false;
  std::size_t in_flight_ = 0;
  bool end_given_ = false;
  Bytes incoming_;
  std::optional<TimePoint> sending_until_, receiving_until_, subscription_until_, end_at_, phase_until_, drain_until_;
  TimePoint linger_end_{};
};

/// The clocks of the way to a link.
struct BleSetupClocks {
  std::optional<TimePoint> open_until, retry_at, answer_until;
  unsigned attempts = 0;
};

/// What both sides have alike.
class BleMonitor {
 public:
  BleMonitor(transport::BleService service, const transport::BleLinkOptions& options)
      : options_(options), service_(std::move(service)) {}
  virtual ~BleMonitor() = default;
  BleMonitor(const BleMonitor&) = delete;
  BleMonitor& operator=(const BleMonitor&) = delete;

  /// The machine has taken `event`, has answered so and asked for all of this. @return what is wrong with that, or
  /// nothing
  [[nodiscard]] std::string judge(const BleEvent& event, const Result<void>& answer,
                                  const std::vector<transport::BleEffect>& effects, std::optional<TimePoint> deadline);
  [[nodiscard]] const transport::BleService& service() const noexcept { return service_; }
  [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }
  [[nodiscard]] const BleLinkMonitor* link() const noexcept { return link_ ? &*link_ : nullptr; }

 protected:
  virtual void on(const BleEvent& event) = 0;
  virtual void take_back() = 0;
  [[nodiscard]] virtual std::optional<TimePoint> deadline() const = 0;

  void open(const BleLinkMonitor::Route& route);
  void to_link(const BleEvent& event);
  void close(std::optional<Errc> reason) { expected_.reasons = {reason}; }
  /// Another attempt, or the end, for this reason. @return an attempt
  [[nodiscard]] bool break_attempt(Errc reason, TimePoint at);
  [[nodiscard]] std::vector<std::optional<Errc>> reasons_out_of_time() const;
  void ask(std::string word) { expected_.stack.push_back(std::move(word)); }
  void let_go(transport::BlePeer peer);

  const transport::BleLinkOptions options_;
  const transport::BleService service_;
  BleExpected expected_;
  BleSetupClocks clocks_;
  std::optional<BleLinkMonitor> link_;
  bool is_started_ = false;
  bool is_radio_on_ = true;
  bool is_closed_ = false;
  std::optional<Errc> trouble_;

 private:
  void finish_closing();
};

class BleServerMonitor : public BleMonitor {
 public:
  BleServerMonitor(transport::BleService service, const std::optional<std::array<std::uint8_t, 16>>& ident,
                   const transport::BleLinkOptions& options);

 private:
  enum class Phase : std::uint8_t { idle, listening, registering, advertising, waiting, open };

  void on(const BleEvent& event) override;
  void take_back() override;
  [[nodiscard]] std::optional<TimePoint> deadline() const override;
  void set_up(TimePoint at);
  void ask_for_service(TimePoint at);
  void fail(Errc reason, TimePoint at);
  void client_event(const BleEvent& event);
  struct Client {
    std::size_t arrival = 0;
    TimePoint until{};
    std::size_t mtu = transport::ble_default_mtu;
    bool state_on = false;
    bool messages_on = false;
  };
  [[nodiscard]] Client& client(transport::BlePeer peer, TimePoint at);
  void turn_away(transport::BlePeer peer);
  void open_with(transport::BlePeer peer, transport::BleCarrier carrier, TimePoint at);
  void radio(bool on, TimePoint at);
  void timer(TimePoint at);

  std::optional<std::array<std::uint8_t, 16>> ident_;
  Phase phase_ = Phase::idle;
  std::optional<std::size_t> psm_;
  bool listens_ = false;
  bool is_registered_ = false;
  std::map<transport::BlePeer, Client> clients_;
  std::size_t arrivals_ = 0;
};

class BleClientMonitor : public BleMonitor {
 public:
  BleClientMonitor(transport::BleService service, const std::optional<std::array<std::uint8_t, 16>>& ident,
                   std::optional<std::uint16_t> psm, const transport::BleLinkOptions& options)
      : BleMonitor(std::move(service), options), ident_(ident), known_psm_(psm) {}

  /// Only devices have been found that failed before, and others may still be.
  [[nodiscard]] bool waits_for_others() const noexcept { return !heard_again_.empty(); }

 private:
  enum class Phase : std::uint8_t {
    idle,
    scanning,
    connecting,
    exchanging_mtu,
    discovering,
    identifying,
    reading_psm,
    opening_channel,
    subscribing_to_messages,
    subscribing_to_state,
    starting,
    waiting,
    open,
  };

  void on(const BleEvent& event) override;
  void take_back() override;
  [[nodiscard]] std::optional<TimePoint> deadline() const override;
  void scan(TimePoint at);
  void found(transport::BlePeer peer, TimePoint at);
  void connect(transport::BlePeer peer, TimePoint at);
  void leave_peer();
  void enter(Phase phase, std::string word);
  void enter_with_answer(Phase phase, std::string word, TimePoint at);
  void exchange_mtu(TimePoint at);
  void discover();
  void discovered(const BleEvent& event);
  void seek_channel(TimePoint at);
  void open_channel(std::size_t psm, TimePoint at);
  void fall_back(TimePoint at);
  void subscribe();
  void fail(Errc reason, TimePoint at);
  void peer_event(const BleEvent& event);
  void notification(const BleEvent& event);
  void open_with(transport::BleCarrier carrier, std::optional<TimePoint> start_is_under_way);
  void failed(transport::BleOperation operation, TimePoint at);
  void radio(bool on, TimePoint at);
  void timer(TimePoint at);
  [[nodiscard]] std::string at_peer(const char* what) const;
  [[nodiscard]] const transport::BleFoundCharacteristic* found(transport::BleCharacteristic which) const;
  [[nodiscard]] bool needs_response(transport::BleCharacteristic which) const;

  std::optional<std::array<std::uint8_t, 16>> ident_;
  std::optional<std::uint16_t> known_psm_;
  Phase phase_ = Phase::idle;
  std::vector<transport::BlePeer> refused_;
  std::vector<transport::BlePeer> failures_;  // in their order, with repetitions
  std::set<transport::BlePeer> heard_again_;
  std::optional<TimePoint> others_until_;
  bool channel_tried_ = false;
  std::optional<transport::BlePeer> peer_;
  std::optional<TimePoint> attempt_until_, start_until_;
  std::size_t mtu_ = transport::ble_default_mtu;
  std::vector<transport::BleFoundCharacteristic> found_;
  bool asked_again_ = false;
};

}  // namespace mdoc::properties
