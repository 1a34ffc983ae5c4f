// What a client asks of the service of a server, and how a stack hands values to its program.

#include <algorithm>
#include <utility>

#include "testing/virtual_radio_room.hpp"

namespace mdoc::testing {

using transport::BleOperation;
using transport::BleServiceCharacteristic;
using Kind = StackEvent::Kind;

namespace {

// Of characteristics that belong to no standard.
transport::Uuid unknown_uuid(std::size_t index) {
  transport::Uuid uuid{{0xe7, 0x01, 0x5f, 0x00, 0x3c, 0x9d, 0x4b, 0x16, 0x8a, 0x52, 0x90, 0x0d, 0xc4, 0x7b, 0x21, 0}};
  uuid.octets.back() = static_cast<std::uint8_t>(index);
  return uuid;
}

constexpr transport::BleProperties all_properties{
    .read = true, .write_without_response = true, .write = true, .notify = true};

void truncate(Bytes& value, std::size_t size) {
  if (value.size() > size) value.resize(size);
}

}  // namespace

void RadioRoom::exchange_mtu(Program& program, const transport::ExchangeMtu& effect) {
  Link* const link = link_of(program.program->address(), effect.peer);
  if (link == nullptr) return fail(program, BleOperation::exchange_mtu);
  const DeviceTraits& mine = traits_of(*link, client);
  const std::size_t wanted = mine.mtu_by_itself ? mine.max_mtu : effect.mtu;
  const std::size_t mtu = std::min({wanted, mine.max_mtu, traits_of(*link, server).max_mtu});
  carry(*link, client, [this, mtu](Link& it) { set_mtu(it.id, mtu, true); });
}

void RadioRoom::set_mtu(LinkId id, std::size_t mtu, bool report) {
  Link* const link = find_link(id);
  if (link == nullptr) return;
  const std::size_t held = link->mtu;
  link->mtu = std::max(mtu, transport::ble_default_mtu);
  const std::size_t now_held = link->mtu;
  const bool unknown = traits_of(*link, server).server_hears_mtu && held != now_held;
  if (report && traits_of(*link, client).reports_mtu) {
    carry_event(*link, server, {.kind = Kind::mtu, .peer = link->programs[server], .number = now_held});
  }
  if (unknown) tell(id, server, {.kind = Kind::mtu, .peer = link->programs[client], .number = now_held});
}

std::optional<BleServiceCharacteristic> RadioRoom::characteristic_of(const Link& link, const Uuid& uuid) {
  const Program* const program = find(link.programs[server]);
  if (program == nullptr || !program->service) return std::nullopt;
  for (const auto& it : program->service->characteristics) {
    if (it.description.uuid != uuid) continue;
    BleServiceCharacteristic found = it.description;
    if (!traits_of(link, server).write_commands && found.properties.write) {
      found.properties.write_without_response = false;
    }
    return found;
  }
  for (std::size_t i = 0; i < traits_of(link, server).extra_characteristics; ++i) {
    if (unknown_uuid(i) == uuid) return BleServiceCharacteristic{.uuid = uuid, .properties = all_properties};
  }
  return std::nullopt;
}

void RadioRoom::discover(Program& program, const transport::DiscoverService& effect) {
  Link* const link = link_of(program.program->address(), effect.peer);
  const DeviceTraits& traits = traits_of(program);
  if (link == nullptr || traits.discovers == Answer::refused) return fail(program, BleOperation::discover);
  if (traits.discovers == Answer::none) return;
  const bool stale = traits.stale_cache && !effect.refresh;
  carry(*link, client, [this, service = effect.service, stale](Link& it) {
    StackEvent event{.kind = Kind::discovered, .peer = it.programs[server]};
    const Program* const asked = find(it.programs[server]);
    if (!stale && asked != nullptr && asked->service && asked->service->service == service) {
      // Unknown ones stand in front: who counts on places instead of UUIDs is found out.
      for (std::size_t i = 0; i < traits_of(it, server).extra_characteristics; ++i) {
        event.found.push_back({unknown_uuid(i), all_properties});
      }
      for (const auto& characteristic : asked->service->characteristics) {
        const auto found = characteristic_of(it, characteristic.description.uuid);
        event.found.push_back({found->uuid, found->properties});
      }
    }
    carry_event(it, server, std::move(event));
  });
}

void RadioRoom::read(Program& program, const transport::ReadValue& effect) {
  Link* const link = link_of(program.program->address(), effect.peer);
  if (link == nullptr) return fail(program, BleOperation::read);
  carry(*link, client, [this, uuid = effect.characteristic](Link& it) {
    StackEvent event{.kind = Kind::failed, .operation = BleOperation::read};
    const Program* const asked = find(it.programs[server]);
    const auto found = characteristic_of(it, uuid);
    if (found && found->properties.read) {
      event = {.kind = Kind::value_read, .peer = it.programs[server], .characteristic = uuid};
      for (const auto& characteristic : asked->service->characteristics) {
        if (characteristic.description.uuid == uuid) event.value = characteristic.value;
      }
    }
    carry_event(it, server, std::move(event));
  });
}

void RadioRoom::subscribe(Program& program, Address peer, const Uuid& characteristic, bool on) {
  Link* const link = link_of(program.program->address(), peer);
  if (link == nullptr) return fail(program, BleOperation::subscribe);
  carry(*link, client, [this, characteristic, on](Link& it) {
    const auto found = characteristic_of(it, characteristic);
    if (!found || !found->properties.notify) {
      carry_event(it, server, {.kind = Kind::failed, .operation = BleOperation::subscribe});
      return;
    }
    std::erase(it.subscribed, characteristic);
    if (on) it.subscribed.push_back(characteristic);
    const Answer confirmed = traits_of(it, server).confirms_subscription;
    if (confirmed == Answer::granted) {
      carry_event(it, server,
                  {.kind = Kind::subscribed, .peer = it.programs[server], .characteristic = characteristic, .on = on});
    } else if (confirmed == Answer::refused) {
      carry_event(it, server, {.kind = Kind::failed, .operation = BleOperation::subscribe});
    }
    tell(it.id, server,
         {.kind = Kind::subscribed, .peer = it.programs[client], .characteristic = characteristic, .on = on});
  });
}

void RadioRoom::value_arrives(Link& link, std::size_t from, Unit unit) {
  const std::size_t to = 1 - from;
  const DeviceTraits& traits = traits_of(link, to);
  if (from == server) {
    if (chance.happens(conditions.notification_loss)) return;
    truncate(unit.bytes, traits.truncates_at);
    tell(link.id, client,
         {.kind = Kind::notification,
          .peer = link.programs[server],
          .characteristic = unit.characteristic,
          .value = std::move(unit.bytes)});
    return;
  }
  const auto found = characteristic_of(link, unit.characteristic);
  const bool writable =
      found && (unit.with_response ? found->properties.write : found->properties.write_without_response);
  const bool taken = writable && unit.bytes.size() <= traits.max_written;
  if (unit.with_response) {
    carry_event(link, server,
                taken ? StackEvent{.kind = Kind::value_sent}
                      : StackEvent{.kind = Kind::failed, .operation = BleOperation::send});
  }
  if (!taken) return;
  truncate(unit.bytes, traits.truncates_at);
  tell(link.id, server,
       {.kind = Kind::write,
        .peer = link.programs[client],
        .characteristic = unit.characteristic,
        .value = std::move(unit.bytes)});
}

}  // namespace mdoc::testing
