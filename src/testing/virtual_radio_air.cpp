// What goes to and fro on connections: values, units of channels, and the small packets of everything else.

#include <algorithm>
#include <utility>

#include "testing/virtual_radio_room.hpp"

namespace mdoc::testing {

using transport::BleOperation;
using Kind = StackEvent::Kind;

RadioRoom::Link* RadioRoom::find_link(LinkId id) {
  const auto found = links.find(id);
  return found == links.end() ? nullptr : &found->second;
}

RadioRoom::Link* RadioRoom::link_of(Address program, Address peer) {
  for (auto& [id, link] : links) {
    const std::size_t end = end_of(link, program);
    if (link.programs[end] == program && link.programs[1 - end] == peer && link.ends[end] == End::up) return &link;
  }
  return nullptr;
}

std::size_t RadioRoom::end_of(const Link& link, Address program) {
  return link.programs[client] == program ? client : server;
}

void RadioRoom::tell(LinkId id, std::size_t end, const StackEvent& event) {
  Link* const link = find_link(id);
  if (link == nullptr || link->ends[end] != End::up) return;
  Program* const program = find(link->programs[end]);
  if (program == nullptr) return;
  if (link->established) {
    if (link->dead && event.kind != Kind::value_sent && event.kind != Kind::channel_sent) return;
    const std::size_t number = link->events++;
    connection_events[(id - 1) % connection_events.size()] = link->events;
    if (conditions.break_at == number && id <= conditions.break_connections) {
      break_link(*link, conditions.breaking);
      return;
    }
  }
  hear(*program, event);
}

void RadioRoom::carry(Link& link, std::size_t from, std::function<void(Link&)> action) {
  if (link.dead) return;
  Way& way = link.ways[from];
  const TimePoint arrives = std::max(
      std::max(now, link.blocked_until) + conditions.latency + chance.up_to(conditions.jitter), way.last_arrival);
  way.last_arrival = arrives;
  way.latest = std::max(way.latest, arrives);
  schedule(arrives, [this, id = link.id, action = std::move(action)] {
    Link* const carrying = find_link(id);
    if (carrying != nullptr && !carrying->dead) action(*carrying);
  });
}

void RadioRoom::carry_event(Link& link, std::size_t from, StackEvent event) {
  carry(link, from, [this, from, event = std::move(event)](Link& it) { tell(it.id, 1 - from, event); });
}

void RadioRoom::send_value(Program& program, const transport::SendValue& effect) {
  const Address address = program.program->address();
  given(program, effect.value.size());
  Link* const link = link_of(address, effect.peer);
  if (link == nullptr) return fail(program, BleOperation::send);
  const std::size_t from = end_of(*link, address);
  const DeviceTraits& traits = traits_of(*link, from);
  Lane& lane = link->ways[from].values;
  if (!lane.waiting.empty() && traits.when_busy != WhenBusy::waits) {
    if (traits.when_busy == WhenBusy::fails) return fail(program, BleOperation::send);
    return answer(program, {.kind = Kind::value_sent});
  }
  Unit unit{effect.characteristic, effect.value, from == client && effect.with_response, true};
  // Writes with response may be longer than the MTU: stacks send these in parts.
  const std::size_t overhead = from == client ? 3 : traits.notify_overhead;
  if (!unit.with_response && unit.bytes.size() > link->mtu - overhead) unit.bytes.resize(link->mtu - overhead);
  lane.waiting.push_back(std::move(unit));
  pump(*link, from);
}

void RadioRoom::send_piece(Program& program, const transport::SendPiece& effect) {
  const Address address = program.program->address();
  given(program, effect.bytes.size());
  Link* const link = link_of(address, effect.peer);
  const std::size_t from = link != nullptr ? end_of(*link, address) : client;
  if (link == nullptr || !link->channel[from]) return fail(program, BleOperation::send);
  Bytes piece = effect.bytes;
  const std::size_t clean = std::min(piece.size(), traits_of(*link, from).max_clean_piece);
  std::fill(piece.begin() + static_cast<std::ptrdiff_t>(clean), piece.end(), std::uint8_t{0});
  const std::size_t unit_size = std::max<std::size_t>(traits_of(*link, 1 - from).unit_size, 1);
  for (std::size_t i = 0; i < piece.size() || i == 0; i += unit_size) {
    const auto begin = piece.begin() + static_cast<std::ptrdiff_t>(i);
    const std::size_t size = std::min(unit_size, piece.size() - i);
    link->ways[from].units.waiting.push_back(
        {.bytes = Bytes(begin, begin + static_cast<std::ptrdiff_t>(size)), .reported = i + size == piece.size()});
  }
  pump(*link, from);
  watch_credits(program);
}

void RadioRoom::pump(Link& link, std::size_t from) {
  while (take(link, from, false)) {}
  while (take(link, from, true)) {}
}

bool RadioRoom::take(Link& link, std::size_t from, bool channel) {
  Way& way = link.ways[from];
  Lane& lane = channel ? way.units : way.values;
  const DeviceTraits& traits = traits_of(link, from);
  if (lane.waiting.empty() || lane.in_stack >= std::max<std::size_t>(traits.stack_values, 1)) return false;
  if (channel && way.credits == 0) return false;
  Unit unit = std::move(lane.waiting.front());
  lane.waiting.pop_front();
  ++lane.in_stack;
  if (channel) --way.credits;
  const LinkId id = link.id;
  const Address sender = link.programs[from];

  if (!channel && traits.value_stall && lane.taken == traits.value_stall->after) {
    way.stalled_until = traits.value_stall->lasts ? now + *traits.value_stall->lasts : TimePoint::max();
  }
  ++lane.taken;
  if (unit.reported && !unit.with_response) {
    after(traits.taken_delay,
          [this, id, from, channel] { tell(id, from, {.kind = channel ? Kind::channel_sent : Kind::value_sent}); });
  }
  TimePoint start = std::max({now, way.air_free, link.blocked_until});
  if (!channel) start = std::max(start, way.stalled_until);
  if (link.dead || start == TimePoint::max()) return true;  // it stays in the stack, and leaves no room for others

  if (Program* const program = find(sender); program != nullptr && program->sending_since) {
    TimePoint could = std::max(way.air_free, *program->sending_since);
    if (channel) could = std::max(could, way.credit_since);
    if (now > could) program->counters.air_idle += now - could;
  }
  if (!channel) start += traits.value_pause;
  const std::chrono::nanoseconds duration{unit.bytes.size() * 1'000'000'000 /
                                          std::max<std::size_t>(conditions.bytes_per_second, 1)};
  const TimePoint left = start + duration;
  way.air_free = left;
  schedule(left, [this, id, from, channel] {
    Link* const it = find_link(id);
    if (it == nullptr) return;
    Lane& freed = channel ? it->ways[from].units : it->ways[from].values;
    --freed.in_stack;
    pump(*it, from);
    if (Program* const program = find(it->programs[from])) watch_credits(*program);
  });

  // A notification that nobody asked for goes nowhere; the stack says nothing of it.
  const bool wanted =
      channel || from == client ||
      std::find(link.subscribed.begin(), link.subscribed.end(), unit.characteristic) != link.subscribed.end();
  if (!wanted) return true;
  const TimePoint arrives =
      arrival_of_value(way, channel ? ValueOrder::kept : traits.value_order, unit.characteristic, left);
  way.latest = std::max(way.latest, arrives);
  schedule(arrives, [this, id, from, channel, left, unit = std::move(unit)]() mutable {
    Link* const it = find_link(id);
    if (it == nullptr || it->dead || left > it->ways[from].cut) return;
    if (channel) {
      unit_arrives(*it, from, std::move(unit.bytes));
    } else {
      value_arrives(*it, from, std::move(unit));
    }
  });
  return true;
}

TimePoint RadioRoom::arrival_of_value(Way& way, ValueOrder order, const Uuid& characteristic, TimePoint left) {
  const TimePoint arrives = left + conditions.latency + chance.up_to(conditions.jitter);
  if (order == ValueOrder::kept) {
    way.last_arrival = std::max(arrives, way.last_arrival);
    return way.last_arrival;
  }
  // So late that some of what follows is there before.
  const TimePoint late = arrives + chance.up_to(3 * conditions.latency);
  if (order == ValueOrder::random) return late;
  auto last = std::find_if(way.arrivals.begin(), way.arrivals.end(),
                           [&](const auto& it) { return it.first == characteristic; });
  if (last == way.arrivals.end()) last = way.arrivals.insert(last, {characteristic, TimePoint::min()});
  last->second = std::max(late, last->second);
  return last->second;
}

void RadioRoom::open_channel(Program& program, const transport::OpenChannel& effect) {
  Link* const link = link_of(program.program->address(), effect.peer);
  if (link == nullptr) return fail(program, BleOperation::open_channel);
  carry(*link, client, [this, psm = effect.psm](Link& it) {
    const Program* const asked = find(it.programs[server]);
    const DeviceTraits& traits = traits_of(it, server);
    if (traits.accepts_channel == Answer::none) return;
    if (traits.accepts_channel == Answer::refused || asked == nullptr || asked->psm != psm || it.channel[server]) {
      carry_event(it, server, {.kind = Kind::failed, .operation = BleOperation::open_channel});
      return;
    }
    it.channel[server] = true;
    it.accepted = {};
    for (const std::size_t end : {client, server}) {
      it.ways[end].units = {};
      it.ways[end].credits = std::max<std::size_t>(traits_of(it, 1 - end).credits, 1);
      it.ways[end].credits_returned = 0;
      it.ways[end].credits_withheld_until = TimePoint::min();
      it.ways[end].credit_since = now;
    }
    const auto accept = [this](LinkId id, std::size_t end) {
      Link* const opened = find_link(id);
      if (opened == nullptr || !opened->channel[end]) return;
      opened->accepted[end] = true;
      const std::vector<Bytes> kept = std::exchange(opened->kept[end], {});
      tell(id, end, {.kind = Kind::channel_opened, .peer = opened->programs[1 - end]});
      for (const Bytes& bytes : kept) {
        if (Link* const open = find_link(id)) unit_arrives(*open, 1 - end, bytes);
      }
    };
    after(traits.accept_delay, [accept, id = it.id] { accept(id, server); });
    carry(it, server, [accept](Link& opened) {
      opened.channel[client] = true;
      accept(opened.id, client);
    });
  });
}

void RadioRoom::unit_arrives(Link& link, std::size_t from, Bytes bytes) {
  const std::size_t to = 1 - from;
  if (to == client && !link.channel[server] && !link.channel[client]) return;
  if (!link.channel[to]) return;
  if (!link.accepted[to]) {
    link.kept[to].push_back(std::move(bytes));
    return;
  }
  return_credit(link, to);
  tell(link.id, to, {.kind = Kind::channel_bytes, .peer = link.programs[from], .value = std::move(bytes)});
}

void RadioRoom::return_credit(Link& link, std::size_t from) {
  const DeviceTraits& traits = traits_of(link, from);
  Way& credited = link.ways[1 - from];
  if (traits.credit_stall && credited.credits_returned == traits.credit_stall->after) {
    credited.credits_withheld_until = traits.credit_stall->lasts ? now + *traits.credit_stall->lasts : TimePoint::max();
  }
  ++credited.credits_returned;
  if (credited.credits_withheld_until == TimePoint::max()) return;
  schedule(credited.credits_withheld_until, [this, id = link.id, from] {
    Link* const it = find_link(id);
    if (it == nullptr) return;
    carry(*it, from, [this, from](Link& arrived) {
      Way& way = arrived.ways[1 - from];
      if (way.credits++ == 0) way.credit_since = now;
      pump(arrived, 1 - from);
      if (Program* const program = find(arrived.programs[1 - from])) watch_credits(*program);
    });
  });
}

void RadioRoom::close_channel(Program& program, Address peer) {
  const Address address = program.program->address();
  Link* const link = link_of(address, peer);
  if (link == nullptr) return;
  const std::size_t end = end_of(*link, address);
  if (!link->channel[end]) return;
  link->channel[end] = false;
  link->ways[end].units.waiting.clear();
  // Behind what is on air, and then the other end closes too.
  carry(*link, end, [this, end](Link& it) {
    const bool open = it.channel[1 - end];
    it.channel[1 - end] = false;
    carry_event(it, 1 - end, {.kind = Kind::channel_closed, .peer = it.programs[1 - end]});
    if (open) tell(it.id, 1 - end, {.kind = Kind::channel_closed, .peer = it.programs[end]});
  });
}

}  // namespace mdoc::testing
