#include <algorithm>
#include <array>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <cstdint>

#include "mdoc/asio/fetcher.hpp"

namespace mdoc::asio {
namespace {

struct Network {
  std::uint32_t address;
  unsigned prefix;
};

// What is not "globally reachable" in the IANA registry of special-purpose addresses (RFC 6890), and multicast.
constexpr std::array special_networks{
    Network{0x00000000, 8},   // this network
    Network{0x0a000000, 8},   // private use
    Network{0x64400000, 10},  // shared address space of carriers
    Network{0x7f000000, 8},   // loopback
    Network{0xa9fe0000, 16},  // link local; metadata services of clouds
    Network{0xac100000, 12},  // private use
    Network{0xc0000000, 24},  // IETF protocol assignments
    Network{0xc0000200, 24},  // documentation
    Network{0xc0586300, 24},  // relays of 6to4
    Network{0xc0a80000, 16},  // private use
    Network{0xc6120000, 15},  // benchmarks
    Network{0xc6336400, 24},  // documentation
    Network{0xcb007100, 24},  // documentation
    Network{0xe0000000, 4},   // multicast
    Network{0xf0000000, 4},   // reserved; broadcast
};

bool is_public(std::uint32_t address) {
  return std::ranges::none_of(special_networks, [&](const Network& network) {
    return (address ^ network.address) >> (32 - network.prefix) == 0;
  });
}

using V6Bytes = net::ip::address_v6::bytes_type;

std::uint32_t read_v4(const V6Bytes& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | bytes[at + i];
  return value;
}

template <std::size_t N>
bool begins_with(const V6Bytes& bytes, const std::array<std::uint8_t, N>& prefix) {
  return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_public(const V6Bytes& bytes) {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr std::array<std::uint8_t, 12> nat64{0, 0x64, 0xff, 0x9b};
  constexpr std::array<std::uint8_t, 2> six_to_four{0x20, 0x02};
  constexpr std::array<std::uint8_t, 4> documentation{0x20, 0x01, 0x0d, 0xb8};
  constexpr std::array<std::uint8_t, 2> documentation_2{0x3f, 0xff};
  constexpr std::array<std::uint8_t, 2> protocol_assignments{0x20, 0x01};
  if (begins_with(bytes, mapped) || begins_with(bytes, nat64)) return is_public(read_v4(bytes, 12));
  if (begins_with(bytes, six_to_four)) return is_public(read_v4(bytes, 2));
  if (begins_with(bytes, documentation)) return false;
  if (begins_with(bytes, documentation_2) && bytes[2] < 0x10) return false;       // 3fff::/20
  if (begins_with(bytes, protocol_assignments) && bytes[2] < 0x02) return false;  // 2001::/23: Teredo and others
  return (bytes[0] & 0xe0) == 0x20;                                               // 2000::/3, global unicast
}

}  // namespace

bool only_public_addresses(const Url&, const std::optional<net::ip::address>& address) {
  if (!address) return true;
  return address->is_v4() ? is_public(address->to_v4().to_uint()) : is_public(address->to_v6().to_bytes());
}

bool any_address(const Url&, const std::optional<net::ip::address>&) { return true; }

}  // namespace mdoc::asio
