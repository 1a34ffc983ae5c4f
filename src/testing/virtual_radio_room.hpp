#pragma once
// Internal. The room of a VirtualRadio: its clock, who is in it, and what is on air.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/testing/virtual_radio.hpp"
#include "mdoc/transport/l2cap_frames.hpp"

namespace mdoc::testing {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators). The distributions of the standard
/// library differ between its implementations, and traces must not.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }
  /// Draws only where there is something to decide.
  bool happens(double probability) noexcept {
    if (probability <= 0) return false;
    return static_cast<double>(next() >> 11U) * 0x1.0p-53 < probability;
  }
  std::chrono::nanoseconds up_to(std::chrono::nanoseconds most) noexcept {
    if (most <= most.zero()) return most.zero();
    return std::chrono::nanoseconds(static_cast<std::int64_t>(next() % (static_cast<std::uint64_t>(most.count()) + 1)));
  }

 private:
  std::uint64_t state_;
};

struct RadioRoom {
  using Uuid = transport::Uuid;
  using Address = transport::BlePeer;
  using EventKey = std::pair<TimePoint, std::uint64_t>;
  using LinkId = std::uint64_t;
  static constexpr std::size_t client = 0;  // index of the ends of a link, and of the ways that begin there
  static constexpr std::size_t server = 1;

  struct Scan {
    Uuid service{};
    std::uint64_t generation = 0;
    bool deaf = false;  // throttled
    TimePoint hears_from = TimePoint::min();
  };
  struct Advertisement {
    Uuid service{};
    std::uint64_t generation = 0;
  };
  struct Program {
    BleProgram* program = nullptr;
    VirtualDevice* device = nullptr;
    std::optional<transport::RegisterService> service{};
    std::optional<Advertisement> advertisement{};
    std::optional<Scan> scan{};
    std::optional<std::uint16_t> psm{};
    std::vector<std::pair<Address, std::uint64_t>> connecting{};
    std::vector<Address> remembered{};
    std::optional<EventKey> alarm{};

    ProgramCounters counters{};
    std::optional<TimePoint> sending_since{};
    std::optional<TimePoint> idle_since{};
    std::optional<TimePoint> unused_since{};
    std::size_t outstanding = 0;  // values given, and not told to be taken
  };

  /// A value, or what fits a unit of the channel.
  struct Unit {
    Uuid characteristic{};
    Bytes bytes{};
    bool with_response = false;
    bool reported = true;  // the program hears when it is taken
  };
  struct Lane {
    std::deque<Unit> waiting{};
    std::size_t in_stack = 0;
    std::size_t taken = 0;
  };
  /// What one end of a link sends.
  struct Way {
    Lane values{};
    Lane units{};
    std::size_t credits = 0;
    std::size_t credits_returned = 0;
    TimePoint credits_withheld_until = TimePoint::min();
    TimePoint credit_since = TimePoint::min();
    TimePoint air_free = TimePoint::min();
    TimePoint last_arrival = TimePoint::min();  // of what keeps its order
    TimePoint latest = TimePoint::min();        // of everything
    TimePoint stalled_until = TimePoint::min();
    TimePoint cut = TimePoint::max();                    // what leaves later does not arrive
    std::vector<std::pair<Uuid, TimePoint>> arrivals{};  // the last of each characteristic
  };
  enum class End : std::uint8_t { up, leaving, down };
  struct Link {
    LinkId id = 0;
    std::array<Address, 2> programs{};
    std::array<VirtualDevice*, 2> devices{};
    std::array<End, 2> ends{};
    std::array<Way, 2> ways{};
    bool established = false;  // both have been told
    bool dead = false;         // nothing arrives any more
    std::size_t events = 0;
    std::size_t mtu = transport::ble_default_mtu;
    std::vector<Uuid> subscribed{};
    std::array<bool, 2> channel{};   // the end has one
    std::array<bool, 2> accepted{};  // and its program knows
    std::array<std::vector<Bytes>, 2> kept{};
    TimePoint blocked_until = TimePoint::min();
  };

  RadioRoom(const RadioConditions& wanted, std::uint64_t seed) : conditions(wanted), chance(seed) {}

  // Time: virtual_radio.cpp
  EventKey schedule(TimePoint at, std::function<void()> action);
  EventKey after(std::chrono::nanoseconds delay, std::function<void()> action) {
    return schedule(now + delay, std::move(action));
  }
  bool step(TimePoint limit);
  void note(const Program& program, std::string_view what, bool event, std::optional<Address> peer,
            const Uuid* characteristic, std::optional<ByteView> value, std::optional<std::size_t> number);

  // Programs: virtual_radio_programs.cpp
  Address enter(BleProgram& program, VirtualDevice& device);
  void leave(BleProgram& program);
  Program* find(Address address);
  void ask(BleProgram& program, const transport::BleEffect& effect);
  void hear(Program& program, const StackEvent& event);
  /// What the stack answers by itself, unless the adapter is switched off before.
  void answer(const Program& program, StackEvent event) { answer(program, std::move(event), conditions.stack_delay); }
  void answer(const Program& program, StackEvent event, std::chrono::nanoseconds delay);
  void fail(const Program& program, transport::BleOperation operation, std::int32_t native = 0);
  void sending(Program& program, bool on);
  void given(Program& program, std::size_t bytes);
  void taken(Program& program);
  void watch_idle(Program& program);
  void watch_credits(Program& program);
  [[nodiscard]] RadioCounters count(const VirtualDevice* device) const;

  // Advertising, scanning, connections: virtual_radio_gap.cpp
  void listen(Program& program);
  void register_service(Program& program, const transport::RegisterService& effect);
  void advertise(Program& program, const Uuid& service);
  void scan(Program& program, const Uuid& service);
  void may_find(const Program& scanner, const Program& advertiser, std::chrono::nanoseconds delay);
  void connect(Program& program, Address peer);
  void make_link(Program& from, Program& to);
  void disconnect(Program& program, Address peer);
  void end_link(Link& link, std::size_t end, TimePoint at, bool confirmed);
  void break_link(Link& link, Breaking breaking);
  void lose(LinkId id, std::size_t end);
  void bring_down(Link& link, std::size_t end);
  void switch_adapter(VirtualDevice& device, bool on);
  void vanish(VirtualDevice& device, std::chrono::milliseconds duration);
  void tell_bystanders(const Link& link, StackEvent::Kind kind);

  // Services of peers: virtual_radio_gatt.cpp
  void exchange_mtu(Program& program, const transport::ExchangeMtu& effect);
  void set_mtu(LinkId id, std::size_t mtu, bool report);
  void discover(Program& program, const transport::DiscoverService& effect);
  void read(Program& program, const transport::ReadValue& effect);
  void subscribe(Program& program, Address peer, const Uuid& characteristic, bool on);
  [[nodiscard]] std::optional<transport::BleServiceCharacteristic> characteristic_of(const Link& link,
                                                                                     const Uuid& uuid);
  void value_arrives(Link& link, std::size_t from, Unit unit);

  // What is on air: virtual_radio_air.cpp
  [[nodiscard]] Link* link_of(Address program, Address peer);
  [[nodiscard]] Link* find_link(LinkId id);
  [[nodiscard]] static std::size_t end_of(const Link& link, Address program);
  void tell(LinkId id, std::size_t end, const StackEvent& event);
  /// Does `action` when something small that `from` sends now has arrived.
  void carry(Link& link, std::size_t from, std::function<void(Link&)> action);
  void carry_event(Link& link, std::size_t from, StackEvent event);
  void send_value(Program& program, const transport::SendValue& effect);
  void send_piece(Program& program, const transport::SendPiece& effect);
  void pump(Link& link, std::size_t from);
  bool take(Link& link, std::size_t from, bool channel);
  void return_credit(Link& link, std::size_t from);
  [[nodiscard]] TimePoint arrival_of_value(Way& way, ValueOrder order, const Uuid& characteristic, TimePoint left);
  void open_channel(Program& program, const transport::OpenChannel& effect);
  void close_channel(Program& program, Address peer);
  void unit_arrives(Link& link, std::size_t from, Bytes bytes);

  [[nodiscard]] static const DeviceTraits& traits_of(const Link& link, std::size_t end) {
    return link.devices[end]->traits_;
  }
  [[nodiscard]] const DeviceTraits& traits_of(const Program& program) const { return program.device->traits_; }
  [[nodiscard]] bool is_reachable(const Program& program) const {
    return program.device->on_ && program.device->unreachable_until_ <= now;
  }

  RadioConditions conditions;
  Chance chance;
  TimePoint now{};
  std::uint64_t sequence = 0;
  std::map<EventKey, std::function<void()>> queue{};
  std::vector<std::unique_ptr<VirtualDevice>> devices{};
  std::map<Address, Program> programs{};
  std::uint64_t last_address = 0;
  std::uint64_t generation = 0;
  std::uint16_t last_psm = 0;
  std::map<LinkId, Link> links{};
  LinkId last_link = 0;
  std::array<std::size_t, 64> connection_events{};
  std::string trace{};
};

}  // namespace mdoc::testing
