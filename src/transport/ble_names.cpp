#include <array>
#include <string_view>

#include "mdoc/transport/ble_effects.hpp"

namespace mdoc::transport {
namespace {

template <class Enum, std::size_t N>
constexpr std::string_view name_of(const std::array<std::string_view, N>& names, Enum value) noexcept {
  return names[static_cast<std::size_t>(value)];
}

constexpr std::array<std::string_view, 14> step_names{
    "preparing",  "advertising", "scanning", "found",      "connected", "discovered", "identified",
    "subscribed", "opened",      "lost",     "wrong-peer", "fell-back", "radio-off",  "ending",
};
static_assert(step_names.size() == static_cast<std::size_t>(BleStep::ending) + 1);

constexpr std::array<std::string_view, 2> carrier_names{"GATT", "L2CAP"};
static_assert(carrier_names.size() == static_cast<std::size_t>(BleCarrier::l2cap) + 1);

constexpr std::array<std::string_view, 11> operation_names{
    "listen", "register_service", "advertise",    "scan", "connect", "exchange_mtu", "discover",
    "read",   "subscribe",        "open_channel", "send",
};
static_assert(operation_names.size() == static_cast<std::size_t>(BleOperation::send) + 1);

}  // namespace

std::string_view name(BleStep step) noexcept { return name_of(step_names, step); }
std::string_view name(BleCarrier carrier) noexcept { return name_of(carrier_names, carrier); }
std::string_view name(BleOperation operation) noexcept { return name_of(operation_names, operation); }

}  // namespace mdoc::transport
