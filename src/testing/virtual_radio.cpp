#include "mdoc/testing/virtual_radio.hpp"

#include <cassert>
#include <utility>

#include "testing/virtual_radio_room.hpp"

namespace mdoc::testing {
namespace {

void put_number(std::string& out, std::uint64_t number, std::size_t digits = 1) {
  const std::string text = std::to_string(number);
  if (text.size() < digits) out.append(digits - text.size(), '0');
  out += text;
}

// FNV-1a: that two traces with one checksum mean the same bytes is enough for a test.
std::uint32_t checksum(ByteView bytes) {
  std::uint32_t sum = 0x811c9dc5U;
  for (const std::uint8_t byte : bytes) sum = (sum ^ byte) * 0x01000193U;
  return sum;
}

}  // namespace

RadioRoom::EventKey RadioRoom::schedule(TimePoint at, std::function<void()> action) {
  const EventKey key{std::max(at, now), ++sequence};
  queue.emplace(key, std::move(action));
  return key;
}

bool RadioRoom::step(TimePoint limit) {
  if (queue.empty() || queue.begin()->first.first > limit) return false;
  const auto event = queue.extract(queue.begin());
  now = event.key().first;
  event.mapped()();
  return true;
}

void RadioRoom::note(const Program& program, std::string_view what, bool event, std::optional<Address> peer,
                     const Uuid* characteristic, std::optional<ByteView> value, std::optional<std::size_t> number) {
  if (!conditions.trace) return;
  const auto time = static_cast<std::uint64_t>(std::chrono::nanoseconds(now.time_since_epoch()).count());
  put_number(trace, time / 1'000'000'000);
  trace += '.';
  put_number(trace, time % 1'000'000'000, 9);
  trace.append(" ").append(program.device->name()).append("#");
  put_number(trace, static_cast<std::uint64_t>(program.program->address()));
  trace.append(event ? " <- " : " -> ").append(what);
  if (peer) {
    trace += " #";
    put_number(trace, static_cast<std::uint64_t>(*peer));
  }
  if (characteristic != nullptr) trace.append(" ").append(characteristic->text());
  if (value) {
    trace += ' ';
    put_number(trace, value->size());
    trace += ':';
    put_number(trace, checksum(*value));
  }
  if (number) {
    trace += ' ';
    put_number(trace, *number);
  }
  trace += '\n';
}

VirtualDevice::VirtualDevice(VirtualRadio& radio, std::string_view name, const DeviceTraits& traits)
    : radio_(radio), name_(name), traits_(traits) {}

void VirtualDevice::set_radio(bool on) { radio_.room_->switch_adapter(*this, on); }
void VirtualDevice::vanish(std::chrono::milliseconds duration) { radio_.room_->vanish(*this, duration); }
RadioCounters VirtualDevice::counters() const { return radio_.room_->count(this); }

VirtualRadio::VirtualRadio(const RadioConditions& conditions, std::uint64_t seed)
    : room_(std::make_unique<RadioRoom>(conditions, seed)) {}

VirtualRadio::~VirtualRadio() { assert(room_->programs.empty()); }

VirtualDevice& VirtualRadio::add_device(std::string_view name, const DeviceTraits& traits) {
  return *room_->devices.emplace_back(new VirtualDevice(*this, name, traits));
}

RadioConditions& VirtualRadio::conditions() noexcept { return room_->conditions; }
TimePoint VirtualRadio::now() const noexcept { return room_->now; }
std::chrono::nanoseconds VirtualRadio::elapsed() const noexcept { return room_->now.time_since_epoch(); }

void VirtualRadio::at(TimePoint time, std::function<void()> action) { room_->schedule(time, std::move(action)); }
void VirtualRadio::after(std::chrono::nanoseconds delay, std::function<void()> action) {
  room_->after(delay, std::move(action));
}

bool VirtualRadio::run(std::chrono::nanoseconds limit) {
  return !run_until([] { return false; }, limit) && room_->queue.empty();
}

bool VirtualRadio::run_until(const std::function<bool()>& condition, std::chrono::nanoseconds limit) {
  const TimePoint end = room_->now + limit;
  while (!condition()) {
    if (room_->step(end)) continue;
    if (!room_->queue.empty()) room_->now = end;
    return condition();
  }
  return true;
}

RadioCounters VirtualRadio::counters() const { return room_->count(nullptr); }

std::size_t VirtualRadio::connection_events(std::size_t connection) const noexcept {
  return room_->connection_events[connection % room_->connection_events.size()];
}
std::size_t VirtualRadio::connections_made() const noexcept { return room_->last_link; }
const std::string& VirtualRadio::trace() const noexcept { return room_->trace; }

}  // namespace mdoc::testing
