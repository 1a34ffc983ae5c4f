// What programs ask, what they hear, and what is counted of them.

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "testing/virtual_radio_room.hpp"

namespace mdoc::testing {
namespace {

using namespace transport;
using Kind = StackEvent::Kind;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template <class Effect>
constexpr bool is_for_application =
    std::is_same_v<Effect, transport::BleProgress> || std::is_same_v<Effect, LinkOpened> ||
    std::is_same_v<Effect, MessageReceived> || std::is_same_v<Effect, MessageSent> ||
    std::is_same_v<Effect, LinkClosed> || std::is_same_v<Effect, BleTrace>;

/// Adds up how long `state` holds.
void watch(bool state, TimePoint now, std::optional<TimePoint>& since, std::chrono::nanoseconds& sum) {
  if (state && !since) since = now;
  if (state || !since) return;
  sum += now - *since;
  since.reset();
}

}  // namespace

RadioRoom::Address RadioRoom::enter(BleProgram& program, VirtualDevice& device) {
  const Address address{++last_address};
  programs[address] = Program{.program = &program, .device = &device};
  return address;
}

void RadioRoom::leave(BleProgram& program) {
  const Address address = program.address();
  Program& left = programs.at(address);
  if (left.alarm) queue.erase(*left.alarm);
  for (auto it = links.begin(); it != links.end();) {
    Link& link = (it++)->second;  // it may be erased
    if (link.programs[client] != address && link.programs[server] != address) continue;
    const std::size_t end = end_of(link, address);
    // Who is told that it is over finds nobody at the other end: all that is told needs is the link.
    end_link(link, end, now, false);
    bring_down(link, end);
  }
  programs.erase(address);
  for (auto& [other, record] : programs) std::erase(record.remembered, address);
}

RadioRoom::Program* RadioRoom::find(Address address) {
  const auto found = programs.find(address);
  return found == programs.end() ? nullptr : &found->second;
}

void RadioRoom::hear(Program& program, const StackEvent& event) {
  switch (event.kind) {
    case Kind::value_sent:
    case Kind::channel_sent: taken(program); break;
    case Kind::failed:
      if (event.operation == BleOperation::send) taken(program);  // the stack has not got it any more
      break;
    default: break;
  }
  const bool with_value = event.kind == Kind::write || event.kind == Kind::notification ||
                          event.kind == Kind::value_read || event.kind == Kind::channel_bytes;
  const bool of_characteristic = event.kind == Kind::write || event.kind == Kind::notification ||
                                 event.kind == Kind::value_read || event.kind == Kind::subscribed;
  const bool with_number = event.kind == Kind::mtu || event.kind == Kind::listening;
  note(program, name(event.kind), true, event.peer == Address{} ? std::nullopt : std::optional(event.peer),
       of_characteristic ? &event.characteristic : nullptr,
       with_value ? std::optional<ByteView>(event.value) : std::nullopt,
       with_number                  ? std::optional(event.number)
       : event.kind == Kind::failed ? std::optional(static_cast<std::size_t>(event.operation))
                                    : std::nullopt);
  program.program->on_event(event);
}

void RadioRoom::answer(const Program& program, StackEvent event, std::chrono::nanoseconds delay) {
  after(delay, [this, address = program.program->address(), epoch = program.device->epoch_, event = std::move(event)] {
    Program* const asked = find(address);
    if (asked != nullptr && asked->device->epoch_ == epoch) hear(*asked, event);
  });
}

void RadioRoom::fail(const Program& program, BleOperation operation, std::int32_t native) {
  answer(program, {.kind = Kind::failed, .operation = operation, .native = native});
}

void RadioRoom::ask(BleProgram& asking, const BleEffect& effect) {
  Program& program = programs.at(asking.address());
  std::visit(
      [&](const auto& it) {
        using Effect = std::remove_cvref_t<decltype(it)>;
        if constexpr (!is_for_application<Effect>) {
          std::optional<Address> peer;
          if constexpr (requires { it.peer; }) peer = it.peer;
          const Uuid* characteristic = nullptr;
          if constexpr (requires { it.characteristic; }) characteristic = &it.characteristic;
          std::optional<ByteView> value;
          if constexpr (requires { it.value; }) value = it.value;
          if constexpr (requires { it.bytes; }) value = it.bytes;
          note(program, effect_name(effect), false, peer, characteristic, value, std::nullopt);
        }
      },
      effect);
  std::visit(Overloaded{
                 [&](const ListenForChannel&) { listen(program); },
                 [&](const StopListening&) { program.psm.reset(); },
                 [&](const RegisterService& it) { register_service(program, it); },
                 [&](const UnregisterService&) { program.service.reset(); },
                 [&](const StartAdvertising& it) { advertise(program, it.service); },
                 [&](const StopAdvertising&) { program.advertisement.reset(); },
                 [&](const StartScanning& it) { scan(program, it.service); },
                 [&](const StopScanning&) { program.scan.reset(); },
                 [&](const ConnectPeer& it) { connect(program, it.peer); },
                 [&](const ExchangeMtu& it) { exchange_mtu(program, it); },
                 [&](const DiscoverService& it) { discover(program, it); },
                 [&](const ReadValue& it) { read(program, it); },
                 [&](const Subscribe& it) { subscribe(program, it.peer, it.characteristic, true); },
                 [&](const OpenChannel& it) { open_channel(program, it); },
                 [&](const SendValue& it) { send_value(program, it); },
                 [&](const SendPiece& it) { send_piece(program, it); },
                 [&](const CloseChannel& it) { close_channel(program, it.peer); },
                 [&](const DisconnectPeer& it) { disconnect(program, it.peer); },
                 [&](const ForgetPeer& it) { std::erase(program.remembered, it.peer); },
                 [](const auto&) {},
             },
             effect);
}

void RadioRoom::sending(Program& program, bool on) {
  if (on && !program.sending_since) program.sending_since = now;
  if (!on) program.sending_since.reset();
  watch_idle(program);
}

void RadioRoom::given(Program& program, std::size_t bytes) {
  ++program.counters.values;
  program.counters.bytes += bytes;
  ++program.outstanding;
  watch_idle(program);
}

void RadioRoom::taken(Program& program) {
  if (program.outstanding != 0) --program.outstanding;
  watch_idle(program);
}

void RadioRoom::watch_idle(Program& program) {
  watch(program.sending_since && program.outstanding == 0, now, program.idle_since, program.counters.sender_idle);
  watch_credits(program);
}

void RadioRoom::watch_credits(Program& program) {
  bool unused = false;
  if (program.sending_since) {
    const Address address = program.program->address();
    for (const auto& [id, link] : links) {
      const std::size_t end = end_of(link, address);
      const Way& way = link.ways[end];
      const bool has_channel = link.programs[end] == address && link.channel[end] && link.accepted[end];
      unused = unused || (has_channel && way.credits != 0 && way.units.waiting.empty() && way.units.in_stack == 0);
    }
  }
  watch(unused, now, program.unused_since, program.counters.credits_unused);
}

RadioCounters RadioRoom::count(const VirtualDevice* device) const {
  RadioCounters sum;
  for (const auto& [address, program] : programs) {
    if (device != nullptr && program.device != device) continue;
    sum.advertisers += program.advertisement.has_value();
    sum.scans += program.scan.has_value();
    sum.services += program.service.has_value();
    sum.listeners += program.psm.has_value();
    sum.remembered += program.remembered.size();
  }
  for (const auto& [id, link] : links) {
    for (const std::size_t end : {client, server}) {
      const auto program = programs.find(link.programs[end]);
      if (program == programs.end() || (device != nullptr && program->second.device != device)) continue;
      sum.connections += link.ends[end] != End::down;
      sum.channels += link.channel[end];
    }
  }
  if (device == nullptr) sum.pending = queue.size();
  return sum;
}

BleProgram::BleProgram(VirtualDevice& device)
    : device_(device), room_(*device.radio().room_), address_(room_.enter(*this, device)) {}
BleProgram::~BleProgram() { room_.leave(*this); }

const ProgramCounters& BleProgram::counters() const noexcept { return room_.programs.at(address_).counters; }
void BleProgram::ask(const BleEffect& effect) { room_.ask(*this, effect); }
void BleProgram::switch_notifications(BlePeer peer, const Uuid& characteristic, bool on) {
  room_.subscribe(room_.programs.at(address_), peer, characteristic, on);
}
void BleProgram::sending(bool on) { room_.sending(room_.programs.at(address_), on); }

void BleProgram::set_alarm(std::optional<TimePoint> at) {
  RadioRoom::Program& program = room_.programs.at(address_);
  if (program.alarm) {
    if (at && program.alarm->first == std::max(*at, room_.now)) return;
    room_.queue.erase(*program.alarm);
    program.alarm.reset();
  }
  if (!at) return;
  program.alarm = room_.schedule(*at, [this] {
    room_.programs.at(address_).alarm.reset();
    on_alarm();
  });
}

}  // namespace mdoc::testing
