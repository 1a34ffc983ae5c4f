#include "bluez/l2cap.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

#include "bluez/dbus_error.hpp"

namespace mdoc::bluez {
namespace {

using Descriptor = net::posix::stream_descriptor;

// The interface of the kernel (include/net/bluetooth/{bluetooth,l2cap}.h), whose own headers come with a library that
// we do not need.
constexpr int l2cap_protocol = 0;
constexpr int bluetooth_level = 274;
constexpr int security_option = 4;
constexpr int send_mtu_option = 12;
constexpr int receive_mtu_option = 13;
constexpr std::uint8_t security_low = 1;
constexpr std::uint8_t le_public = 1;
constexpr std::uint8_t le_random = 2;
// Of what comes in: peers send in as large pieces as we take.
constexpr std::uint16_t receive_mtu = 16'384;

struct L2capAddress {
  sa_family_t family = AF_BLUETOOTH;
  std::uint16_t psm = 0;  // little-endian
  std::array<std::uint8_t, 6> address{};
  std::uint16_t channel = 0;
  std::uint8_t type = le_public;
};
struct Security {
  std::uint8_t level = security_low;
  std::uint8_t key_size = 0;
};

std::uint16_t little_endian(std::uint16_t value) {
  if constexpr (std::endian::native == std::endian::little) return value;
  return static_cast<std::uint16_t>(value << 8 | value >> 8);
}

// "00:11:22:33:44:55" is in the order of people, the kernel's is the other one.
std::array<std::uint8_t, 6> octets(std::string_view text) {
  std::array<std::uint8_t, 6> result{};
  for (std::size_t i = 0; i < result.size() && text.size() >= 3 * i + 2; ++i) {
    (void)std::from_chars(text.data() + 3 * i, text.data() + 3 * i + 2, result[5 - i], 16);
  }
  return result;
}

std::string text(const std::array<std::uint8_t, 6>& octets) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (auto octet = octets.rbegin(); octet != octets.rend(); ++octet) {
    if (!result.empty()) result.push_back(':');
    result.push_back(digits[*octet >> 4]);
    result.push_back(digits[*octet & 15]);
  }
  return result;
}

L2capAddress at(const Address& address, std::uint16_t psm) {
  return {
      .psm = little_endian(psm), .address = octets(address.text), .type = address.is_random ? le_random : le_public};
}

// Bound to the adapter, and with what we want of a channel. The kernel may know an option no longer, or not yet.
int open_socket(const Address& address) {
  const int descriptor = ::socket(AF_BLUETOOTH, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, l2cap_protocol);
  if (descriptor < 0) return -1;
  const L2capAddress local = at(address, 0);
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) {
    const int error = errno;
    ::close(descriptor);
    errno = error;
    return -1;
  }
  const Security security{};
  (void)::setsockopt(descriptor, bluetooth_level, security_option, &security, sizeof security);
  (void)::setsockopt(descriptor, bluetooth_level, receive_mtu_option, &receive_mtu, sizeof receive_mtu);
  return descriptor;
}

}  // namespace

std::size_t l2cap_send_size(int descriptor) noexcept {
  constexpr std::size_t least = 23;  // Core Specification, Vol 3, Part A, 4.22
  std::uint16_t mtu = 0;
  socklen_t size = sizeof mtu;
  if (::getsockopt(descriptor, bluetooth_level, send_mtu_option, &mtu, &size) != 0) return least;
  return std::max<std::size_t>(mtu, least);
}

Result<std::shared_ptr<L2capListener>> L2capListener::open(const net::any_io_executor& executor, const Address& address,
                                                           Accepted accepted) {
  const int descriptor = open_socket(address);
  if (descriptor < 0) return system_error(errno, "bind");
  auto listener = std::make_shared<L2capListener>(executor, descriptor, std::move(accepted));
  constexpr int backlog = 4;
  if (::listen(descriptor, backlog) != 0) return system_error(errno, "listen");
  L2capAddress local{};
  socklen_t size = sizeof local;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size) != 0) return system_error(errno, "listen");
  listener->psm_ = little_endian(local.psm);
  if (listener->psm_ == 0) return system_error(EADDRNOTAVAIL, "listen");
  listener->start();
  return listener;
}

L2capListener::L2capListener(const net::any_io_executor& executor, int descriptor, Accepted accepted)
    : socket_(executor, descriptor), pause_(executor), accepted_(std::move(accepted)) {}

void L2capListener::start() {
  socket_.async_wait(Descriptor::wait_read, [weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!self || error) return;
    if (self->accept()) return self->start();
    self->start_later();
  });
}

// Whoever waits to be accepted goes on waiting, where there is no descriptor to be had.
void L2capListener::start_later() {
  pause_.expires_after(std::chrono::milliseconds{100});
  pause_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (self && !error) self->start();
  });
}

bool L2capListener::accept() {
  L2capAddress peer{};
  socklen_t size = sizeof peer;
  const int descriptor =
      ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return false;
  const auto accepted = accepted_;
  accepted(descriptor, text(peer.address));
  return true;
}

std::shared_ptr<L2capConnector> L2capConnector::open(const net::any_io_executor& executor, const Address& from,
                                                     const Address& to, std::uint16_t psm, Connected connected) {
  auto connector = std::make_shared<L2capConnector>(executor, std::move(connected));
  connector->begin(from, to, psm);
  return connector;
}

L2capConnector::L2capConnector(const net::any_io_executor& executor, Connected connected)
    : socket_(executor), connected_(std::move(connected)) {}

void L2capConnector::begin(const Address& from, const Address& to, std::uint16_t psm) {
  const auto fail = [this](int error) {
    net::post(socket_.get_executor(), [weak = weak_from_this(), error] {
      if (const auto self = weak.lock()) self->finish(error);
    });
  };
  const int descriptor = open_socket(from);
  if (descriptor < 0) return fail(errno);
  socket_.assign(descriptor);
  const L2capAddress peer = at(to, psm);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) != 0 && errno != EINPROGRESS) {
    return fail(errno);
  }
  socket_.async_wait(Descriptor::wait_write, [weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!self || error) return;
    int result = 0;
    socklen_t size = sizeof result;
    if (::getsockopt(self->socket_.native_handle(), SOL_SOCKET, SO_ERROR, &result, &size) != 0) result = errno;
    self->finish(result);
  });
}

void L2capConnector::finish(int error) {
  const auto connected = std::exchange(connected_, nullptr);
  if (!connected) return;
  if (error != 0) return connected(system_error(error, "connect"));
  connected(socket_.release());
}

}  // namespace mdoc::bluez
