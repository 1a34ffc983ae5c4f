#include "bluez/packet_socket.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace mdoc::bluez {

using Descriptor = net::posix::stream_descriptor;

PacketSocket::PacketSocket(const net::any_io_executor& executor, int descriptor, std::size_t max_packet)
    : socket_(executor, descriptor), max_packet_(max_packet), buffer_(65'536) {}

void PacketSocket::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  wait_for_packets();
}

void PacketSocket::wait_for_packets() {
  socket_.async_wait(Descriptor::wait_read, [weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!self || error) return;
    self->drain();
    if (self->socket_.is_open()) self->wait_for_packets();
  });
}

void PacketSocket::drain() {
  const auto self = shared_from_this();
  while (socket_.is_open()) {
    const ssize_t size = ::recv(socket_.native_handle(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size == 0) return fail(0);
    if (size < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) fail(errno);
      return;
    }
    const auto handler = handlers_.packet;
    if (handler) handler(ByteView(buffer_.data(), static_cast<std::size_t>(size)));
  }
}

void PacketSocket::send(Bytes bytes) {
  unsent_.push_back(std::move(bytes));
  if (!is_waiting_) push();
}

void PacketSocket::push() {
  while (socket_.is_open() && !unsent_.empty()) {
    const Bytes& bytes = unsent_.front();
    const std::size_t size = std::min(bytes.size() - position_, max_packet_);
    const ssize_t sent = ::send(socket_.native_handle(), bytes.data() + position_, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) return fail(errno);
      return wait_to_send(true);
    }
    position_ += static_cast<std::size_t>(sent);
    if (position_ >= bytes.size()) return wait_to_send(false);
  }
}

// Until there is room again, which after a send means that it has been taken.
void PacketSocket::wait_to_send(bool is_retry) {
  is_waiting_ = true;
  socket_.async_wait(Descriptor::wait_write, [weak = weak_from_this(), is_retry](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!self || error || !self->socket_.is_open()) return;
    self->is_waiting_ = false;
    if (!is_retry && !self->unsent_.empty()) {
      self->unsent_.pop_front();
      self->position_ = 0;
      const auto handler = self->handlers_.sent;
      if (handler) handler();
    }
    if (!self->is_waiting_) self->push();
  });
}

void PacketSocket::fail(int error) {
  const auto closed = std::exchange(handlers_.closed, nullptr);
  close();
  if (closed) closed(error);
}

void PacketSocket::mute() noexcept {
  handlers_ = {};
  unsent_.clear();
  position_ = 0;
}

void PacketSocket::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
  handlers_ = {};
}

void PacketSocket::make_tight(int descriptor) noexcept {
  const int least = 1;
  (void)::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &least, sizeof least);
}

}  // namespace mdoc::bluez
