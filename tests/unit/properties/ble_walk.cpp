#include "unit/properties/ble_walk.hpp"

#include <algorithm>
#include <utility>

namespace mdoc::properties {

using namespace std::chrono_literals;
using namespace mdoc::transport;
using Kind = BleEvent::Kind;

namespace {

constexpr Uuid transaction{
    {0x9a, 0x1c, 0x05, 0x44, 0x6f, 0x70, 0x4e, 0x21, 0x8d, 0x33, 0x10, 0xc2, 0x5b, 0x77, 0xe4, 0x09}};

}  // namespace

BleWalk::BleWalk(BleChoices& choices, BleMode mode)
    : choices_(choices),
      options_(some_options(choices)),
      service_(ble_service(mode, transaction).value()),
      now_(std::chrono::hours{1}) {}

BleLinkOptions BleWalk::some_options(BleChoices& choices) {
  BleLinkOptions options;
  if (choices.one_in(3)) {
    options.timeouts = {.open = choices.pick({60'000ms, 9'000ms, 800ms}),
                        .attempt = choices.pick({10'000ms, 1'000ms, 150ms}),
                        .step = choices.pick({3'000ms, 200ms, 1ms}),
                        .retry = choices.pick({500ms, 1ms, 7'000ms}),
                        .retry_max = choices.pick({4'000ms, 500ms}),
                        .search = choices.pick({1'000ms, 1ms, 7'000ms}),
                        .subscription = choices.pick({5'000ms, 300ms}),
                        .progress = choices.pick({10'000ms, 400ms, 100ms}),
                        .linger = choices.pick({300ms, 1ms, 2'000ms}),
                        .close = choices.pick({1'000ms, 50ms})};
  }
  if (choices.one_in(2)) {
    options.quirks = {.max_value = choices.pick<std::size_t>({512, 182, 20, 3, 2}),
                      .value_overhead = choices.pick<std::size_t>({3, 3, 4, 21}),
                      .window = 1 + choices.below(4),
                      .max_piece = choices.pick<std::size_t>({2048, 5, 3, 1}),
                      .end_pause = choices.pick({0ms, 0ms, 50ms}),
                      .scan_restart = choices.pick({0ms, 0ms, 700ms})};
  }
  options.limits.max_bytes = choices.pick<std::size_t>({700, 64, 64, 20, 3, 1});
  options.l2cap = choices.one_in(2);
  options.trace = choices.one_in(4);
  options.max_attempts = choices.pick({10u, 3u, 1u, 0u});
  return options;
}

std::string BleWalk::run(std::size_t input) {
  constexpr std::size_t longest_way = 60;
  constexpr std::size_t suffix = 20;
  // Options and dice keep some from their target; the table says whether enough get there.
  for (std::size_t steps = 0; !is_at_target() && wrong_.empty() && steps < longest_way; ++steps) happen(friendly());
  if (!wrong_.empty()) return told();
  count(input);
  happen(make(input));
  return wander(choices_.below(suffix));
}

std::string BleWalk::wander(std::size_t steps) {
  for (std::size_t i = 0; i < steps && wrong_.empty(); ++i) {
    // Half of the time, on: else most walks would never get far.
    if (choices_.one_in(2)) {
      happen(friendly());
      continue;
    }
    const std::size_t input = choices_.below(inputs());
    count(input);
    happen(make(input));
    if (monitor().is_closed() && choices_.one_in(2)) break;
  }
  if (wrong_.empty()) run_out();
  return told();
}

// Nothing but the clock: there is an end to everything that was begun.
void BleWalk::run_out() {
  constexpr std::size_t most_timers = 200;
  constexpr auto longest = std::chrono::minutes{3};
  const TimePoint from = now_;
  for (std::size_t timers = 0; deadline() && wrong_.empty(); ++timers) {
    happen(timer(0ms));
    if (timers == most_timers || now_ - from > longest) wrong_ = "it never comes to an end";
  }
  if (!wrong_.empty() || monitor().is_closed() || history_.empty()) return;
  const bool is_idle = monitor().link() == nullptr || monitor().link()->is_idle();
  if (!is_idle) wrong_ = "something is under way, and nothing awaited";
}

std::string BleWalk::told() const {
  if (wrong_.empty()) return {};
  std::string out = wrong_ + "\nafter, with " + (options_.l2cap ? "L2CAP" : "GATT alone") + ", a window of " +
                    std::to_string(options_.quirks.window) + ", messages up to " +
                    std::to_string(options_.limits.max_bytes) + ':';
  for (const std::string& each : history_) out += "\n  " + each;
  return out;
}

void BleWalk::happen(BleEvent event) {
  if (event.at == TimePoint{}) {
    // Time passes: mostly no deadline; a shell that is busy may be late.
    if (choices_.one_in(2)) now_ += std::chrono::milliseconds{choices_.below(20)};
    if (choices_.one_in(30)) now_ += std::chrono::milliseconds{choices_.below(3'000)};
    event.at = now_;
  }
  now_ = event.at;
  history_.push_back(text(event, service_));
  const Result<void> answer = hand(event);
  last_.clear();
  constexpr std::size_t far_too_many = 3'000;
  while (auto effect = poll()) {
    last_.push_back(*std::move(effect));
    if (last_.size() == far_too_many) {
      wrong_ = "effects without end";
      return;
    }
  }
  wrong_ = monitor().judge(event, answer, last_, deadline());
}

// Events

BleEvent BleWalk::at(Kind kind, BlePeer peer, BleCharacteristic which, Bytes bytes) const {
  const Uuid uuid = service_.has(which) ? service_.uuid_of(which) : transaction;
  return {.kind = kind, .peer = peer, .characteristic = uuid, .bytes = std::move(bytes)};
}

BleEvent BleWalk::stranger(Kind kind, Bytes bytes) {
  // One that has no part in messages, or none of ours at all.
  if (choices_.one_in(3)) return at(kind, peer_, BleCharacteristic::l2cap, std::move(bytes));
  if (choices_.one_in(2)) return at(kind, peer_, BleCharacteristic::ident, std::move(bytes));
  return {.kind = kind, .peer = peer_, .characteristic = transaction, .bytes = std::move(bytes)};
}

BleEvent BleWalk::with_number(Kind kind, BlePeer peer, std::size_t number) const {
  return {.kind = kind, .peer = peer, .number = number};
}

BleEvent BleWalk::send(std::size_t size) { return {.kind = Kind::send, .bytes = choices_.bytes(size)}; }

BleEvent BleWalk::some_send() { return send(1 + choices_.below(options_.limits.max_bytes)); }

BleEvent BleWalk::timer(std::chrono::milliseconds after_deadline) const {
  const TimePoint due = deadline().value_or(now_) + after_deadline;
  return {.kind = Kind::timer, .at = std::max(due, now_)};
}

BleEvent BleWalk::some_mtu(BlePeer peer) {
  return with_number(Kind::mtu, peer, choices_.pick<std::size_t>({0, 22, 23, 24, 50, 185, 515, 517, 70'000}));
}

BleEvent BleWalk::failed(BleOperation operation) {
  return {.kind = Kind::failed, .number = choices_.below(256), .operation = operation};
}

Bytes BleWalk::some_part(bool last) {
  Bytes part = choices_.bytes(2 + choices_.below(options_.limits.max_bytes / 2 + 1));
  part.front() = last ? 0 : 1;
  return part;
}

Bytes BleWalk::bad_part() {
  if (choices_.one_in(3)) return {1};
  if (choices_.one_in(3)) return {static_cast<std::uint8_t>(2 + choices_.below(254))};
  Bytes part = choices_.bytes(2 + choices_.below(4));
  part.front() = static_cast<std::uint8_t>(2 + choices_.below(254));
  return part;
}

Bytes BleWalk::too_long_part() {
  Bytes part = choices_.bytes(options_.limits.max_bytes + 2 + choices_.below(3));
  part.front() = static_cast<std::uint8_t>(choices_.below(2));
  return part;
}

Bytes BleWalk::some_state_garbage() {
  if (choices_.one_in(4)) return {};
  if (choices_.one_in(3)) return {static_cast<std::uint8_t>(choices_.pick({0, 3, 255}))};
  return {static_cast<std::uint8_t>(1 + choices_.below(2)), static_cast<std::uint8_t>(choices_.below(3))};
}

Bytes BleWalk::some_stream() {
  Bytes stream;
  for (std::size_t messages = 1 + choices_.below(3); messages > 0; --messages) {
    const std::size_t size = 1 + choices_.below(std::min<std::size_t>(options_.limits.max_bytes, 255));
    stream.insert(stream.end(), {0, 0, 0, static_cast<std::uint8_t>(size)});
    const Bytes message = choices_.bytes(size);
    stream.insert(stream.end(), message.begin(), message.end());
  }
  return stream;
}

BlePeer BleWalk::other() { return static_cast<BlePeer>(2 + choices_.below(2)); }

}  // namespace mdoc::properties
