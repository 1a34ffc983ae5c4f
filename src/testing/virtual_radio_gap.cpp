// Advertising, scanning, and how connections begin and end.

#include <algorithm>
#include <utility>

#include "testing/virtual_radio_room.hpp"

namespace mdoc::testing {

using transport::BleOperation;
using Kind = StackEvent::Kind;

void RadioRoom::listen(Program& program) {
  const DeviceTraits& traits = traits_of(program);
  if (!program.device->on_ || traits.listens == Answer::refused) return fail(program, BleOperation::listen);
  if (traits.listens == Answer::none) return;
  if (!program.psm) {
    constexpr std::uint16_t psms = transport::l2cap_max_psm - transport::l2cap_min_psm + 1;
    program.psm = static_cast<std::uint16_t>(transport::l2cap_min_psm + last_psm++ % psms);
  }
  answer(program, {.kind = Kind::listening, .number = *program.psm});
}

void RadioRoom::register_service(Program& program, const transport::RegisterService& effect) {
  const DeviceTraits& traits = traits_of(program);
  if (!program.device->on_ || traits.registers == Answer::refused) {
    return fail(program, BleOperation::register_service);
  }
  if (traits.registers == Answer::none) return;
  program.service = effect;
  answer(program, {.kind = Kind::registered});
}

void RadioRoom::advertise(Program& program, const Uuid& service) {
  std::size_t taken = 0;
  for (const auto& [address, other] : programs) {
    taken += other.device == program.device && other.advertisement.has_value() && &other != &program;
  }
  if (!program.device->on_ || taken >= traits_of(program).advertising_slots) {
    return fail(program, BleOperation::advertise);
  }
  program.advertisement = Advertisement{service, ++generation};
  answer(program, {.kind = Kind::advertising});
  for (const auto& [address, other] : programs) {
    if (other.scan && other.scan->service == service) may_find(other, program, conditions.find_delay);
  }
}

void RadioRoom::scan(Program& program, const Uuid& service) {
  if (!program.device->on_) return fail(program, BleOperation::scan);
  VirtualDevice& device = *program.device;
  std::erase_if(device.scan_starts_, [&](TimePoint start) { return start + device.traits_.scan_window <= now; });
  const bool deaf = device.scan_starts_.size() >= device.traits_.scan_starts;
  if (!deaf && device.scan_starts_.size() < 64) device.scan_starts_.push_back(now);
  program.scan = Scan{service, ++generation, deaf, now + conditions.scan_delay};
  for (const auto& [address, other] : programs) {
    if (other.advertisement && other.advertisement->service == service) {
      may_find(program, other, conditions.find_delay);
    }
  }
}

void RadioRoom::may_find(const Program& scanner, const Program& advertiser, std::chrono::nanoseconds delay) {
  if (scanner.device == advertiser.device || scanner.scan->deaf) return;
  delay += std::max<std::chrono::nanoseconds>(scanner.scan->hears_from - now, {});
  after(delay + chance.up_to(conditions.jitter),
        [this, to = scanner.program->address(), from = advertiser.program->address(), scan = scanner.scan->generation,
         advertisement = advertiser.advertisement->generation] {
          Program* const finder = find(to);
          Program* const found = find(from);
          if (finder == nullptr || !finder->scan || finder->scan->generation != scan || found == nullptr ||
              !found->advertisement || found->advertisement->generation != advertisement) {
            return;
          }
          if (traits_of(*found).advertises_hidden) return;
          if (!is_reachable(*finder) || !is_reachable(*found) || chance.happens(conditions.find_loss)) {
            return may_find(*finder, *found, conditions.find_delay);  // advertisements are repeated
          }
          if (conditions.find_again) may_find(*finder, *found, *conditions.find_again);
          hear(*finder, {.kind = Kind::found, .peer = from});
        });
}

void RadioRoom::connect(Program& program, Address peer) {
  if (!program.device->on_) return fail(program, BleOperation::connect);
  if (link_of(program.program->address(), peer) != nullptr) {
    return answer(program, {.kind = Kind::connected, .peer = peer});
  }
  const std::uint64_t attempt = ++generation;
  std::erase_if(program.connecting, [&](const auto& it) { return it.first == peer; });
  program.connecting.emplace_back(peer, attempt);

  // Looked up when it is over: whether the attempt still stands, and then what becomes of it.
  const auto conclude = [this, from = program.program->address(), peer, attempt](auto outcome) {
    return [this, from, peer, attempt, outcome] {
      Program* const asking = find(from);
      if (asking == nullptr || std::erase(asking->connecting, std::pair(peer, attempt)) == 0) return;
      outcome(*asking);
    };
  };
  const auto refuse = [this](Program& asking) {
    hear(asking, {.kind = Kind::failed, .operation = BleOperation::connect, .native = traits_of(asking).connect_error});
  };
  VirtualDevice& device = *program.device;
  const std::chrono::nanoseconds delay = conditions.connect_delay + chance.up_to(conditions.jitter);
  if (device.connect_attempts_ < device.traits_.connect_failures) {
    ++device.connect_attempts_;
    after(delay, conclude(refuse));
    return;
  }
  after(delay, [this, from = program.program->address(), peer, attempt, conclude, refuse] {
    Program* const asking = find(from);
    if (asking == nullptr) return;
    const auto entry = std::find(asking->connecting.begin(), asking->connecting.end(), std::pair(peer, attempt));
    if (entry == asking->connecting.end()) return;
    Program* const asked = find(peer);
    bool takes = asked != nullptr && asked->advertisement && is_reachable(*asked) && is_reachable(*asking);
    if (takes) {
      const auto busy = std::count_if(links.begin(), links.end(), [&](const auto& it) {
        return it.second.devices[server] == asked->device && it.second.ends[server] != End::down;
      });
      takes = static_cast<std::size_t>(busy) < traits_of(*asked).max_connections;
    }
    if (!takes) {
      after(conditions.connect_timeout, conclude(refuse));
      return;
    }
    asking->connecting.erase(entry);
    make_link(*asking, *asked);
  });
}

void RadioRoom::make_link(Program& from, Program& to) {
  // Two devices have one connection at a time: who still believes in a dead one learns better now.
  const std::array<Address, 2> ends{from.program->address(), to.program->address()};
  std::vector<LinkId> old;
  for (const auto& [id, link] : links) {
    if (link.programs == ends) old.push_back(id);
  }
  for (const LinkId id : old) {
    lose(id, server);
    lose(id, client);
  }
  const LinkId id = ++last_link;
  Link& link = links[id];
  link.id = id;
  link.programs = ends;
  link.devices = {from.device, to.device};
  connection_events[(id - 1) % connection_events.size()] = 0;
  for (Program* const program : {&from, &to}) {
    const Address other = link.programs[program == &from ? server : client];
    std::erase(program->remembered, other);
    program->remembered.push_back(other);
  }
  // The server's stack hears of it at about the same time; by now, the client's has asked for nothing yet.
  after({}, [this, id] { tell(id, server, {.kind = Kind::connected, .peer = links.at(id).programs[client]}); });
  after({}, [this, id] {
    Link* const made = find_link(id);
    if (made == nullptr) return;
    tell_bystanders(*made, Kind::connected);
    tell(id, client, {.kind = Kind::connected, .peer = made->programs[server]});
    Link* const told = find_link(id);
    if (told == nullptr) return;
    told->established = true;
    if (traits_of(*told, client).mtu_by_itself || traits_of(*told, server).mtu_by_itself) {
      const std::size_t mtu = std::min(traits_of(*told, client).max_mtu, traits_of(*told, server).max_mtu);
      carry(*told, client, [this, id, mtu](Link&) { set_mtu(id, mtu, false); });
    }
  });
}

void RadioRoom::tell_bystanders(const Link& link, StackEvent::Kind kind) {
  for (const std::size_t end : {client, server}) {
    if (!traits_of(link, end).hears_all_connections) continue;
    for (auto& [address, program] : programs) {
      if (program.device == link.devices[end] && program.service && address != link.programs[end]) {
        answer(program, {.kind = kind, .peer = link.programs[1 - end]}, {});
      }
    }
  }
}

void RadioRoom::disconnect(Program& program, Address peer) {
  const Address address = program.program->address();
  if (std::erase_if(program.connecting, [&](const auto& it) { return it.first == peer; }) != 0) {
    return answer(program, {.kind = Kind::disconnected, .peer = peer});
  }
  Link* const link = link_of(address, peer);
  if (link == nullptr) return;
  const std::size_t end = end_of(*link, address);
  const DeviceTraits& traits = traits_of(*link, end);
  const Disconnecting how = end == client ? traits.disconnecting_client : traits.disconnecting_server;
  if (how == Disconnecting::has_no_effect) return;
  const TimePoint left = link->ways[end].air_free;
  const bool waits = traits.flushes && !link->dead && left != TimePoint::max();
  end_link(*link, end, waits ? std::max(now, left) : now, how == Disconnecting::works);
}

void RadioRoom::end_link(Link& link, std::size_t end, TimePoint at, bool confirmed) {
  if (link.ends[end] != End::up) return;
  link.ends[end] = End::leaving;
  Way& way = link.ways[end];
  way.values.waiting.clear();
  way.units.waiting.clear();
  way.cut = at;
  const LinkId id = link.id;
  if (!link.dead) {
    // After everything that is on air, which arrives in order.
    const TimePoint arrives = std::max(std::max(at, link.blocked_until) + conditions.latency, way.latest);
    schedule(arrives, [this, id, end] {
      Link* const ended = find_link(id);
      if (ended == nullptr) return;
      ended->dead = true;
      if (traits_of(*ended, 1 - end).hears_disconnect) lose(id, 1 - end);
    });
  }
  schedule(at + conditions.stack_delay, [this, id, end, confirmed] {
    Link* const ended = find_link(id);
    if (ended == nullptr) return;
    if (confirmed) {
      lose(id, end);
    } else {
      bring_down(*ended, end);
    }
  });
}

void RadioRoom::break_link(Link& link, Breaking breaking) {
  link.dead = true;
  if (breaking == Breaking::never_told) return;
  const auto delay = breaking == Breaking::told ? std::chrono::milliseconds{0} : conditions.supervision_timeout;
  if (breaking == Breaking::told) {
    for (End& end : link.ends) {
      if (end == End::up) end = End::leaving;
    }
  }
  for (const std::size_t end : {client, server}) {
    after(delay, [this, id = link.id, end] {
      Link* const broken = find_link(id);
      if (broken != nullptr && traits_of(*broken, end).hears_disconnect) lose(id, end);
    });
  }
}

void RadioRoom::lose(LinkId id, std::size_t end) {
  Link* const link = find_link(id);
  if (link == nullptr || link->ends[end] == End::down) return;
  const Address address = link->programs[end];
  const Address peer = link->programs[1 - end];
  if (end == client) tell_bystanders(*link, Kind::disconnected);
  bring_down(*link, end);
  if (Program* const program = find(address)) hear(*program, {.kind = Kind::disconnected, .peer = peer});
}

void RadioRoom::bring_down(Link& link, std::size_t end) {
  link.ends[end] = End::down;
  link.channel[end] = false;
  link.kept[end].clear();
  if (Program* const program = find(link.programs[end])) {
    program->outstanding = 0;  // a program has one connection on which it sends
    watch_idle(*program);
  }
  if (link.ends[1 - end] == End::down) links.erase(link.id);
}

void RadioRoom::switch_adapter(VirtualDevice& device, bool on) {
  if (device.on_ == on) return;
  device.on_ = on;
  if (!on) {
    ++device.epoch_;  // nothing that was asked for is answered
    for (auto it = links.begin(); it != links.end();) {
      Link& link = (it++)->second;  // it may be erased
      for (const std::size_t end : {client, server}) {
        if (link.devices[end] != &device || link.ends[end] == End::down) continue;
        end_link(link, end, now, false);
        bring_down(link, end);
        break;  // the two programs of a link are on two devices
      }
    }
  }
  for (auto& [address, program] : programs) {
    if (program.device != &device) continue;
    if (!on) {
      program.service.reset();
      program.advertisement.reset();
      program.scan.reset();
      program.psm.reset();
      program.connecting.clear();
    }
    answer(program, {.kind = Kind::radio, .on = on}, {});
  }
}

void RadioRoom::vanish(VirtualDevice& device, std::chrono::milliseconds duration) {
  device.unreachable_until_ = std::max(device.unreachable_until_, now + duration);
  for (auto& [id, link] : links) {
    if (link.devices[client] != &device && link.devices[server] != &device) continue;
    link.blocked_until = std::max(link.blocked_until, device.unreachable_until_);
    if (duration >= conditions.supervision_timeout) break_link(link, Breaking::supervision);
  }
}

}  // namespace mdoc::testing
