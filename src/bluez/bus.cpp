#include "bluez/bus.hpp"

#include <fcntl.h>
#include <poll.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "bluez/names.hpp"

namespace mdoc::bluez {

using std::chrono::steady_clock;

struct Bus::Pending {
  std::unique_ptr<sdbus::IProxy> proxy;
  Answer answer;
};

Result<std::shared_ptr<Bus>> Bus::open(const net::any_io_executor& executor, const std::string& address) {
  try {
    auto connection =
        address.empty() ? sdbus::createSystemBusConnection() : sdbus::createSessionBusConnectionWithAddress(address);
    // One of our own, as the connection closes its descriptor by itself.
    const int descriptor = ::fcntl(connection->getEventLoopPollData().fd, F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0) return system_error(errno, "dup");
    auto bus = std::make_shared<Bus>(executor, std::move(connection));
    bus->descriptor_.assign(descriptor);
    bus->arm();
    return bus;
  } catch (const sdbus::Error& error) {
    Error failed = to_error(error);
    failed.code = Errc::connect_failed;
    return failed;
  }
}

Bus::Bus(const net::any_io_executor& executor, std::unique_ptr<sdbus::IConnection> connection)
    : executor_(executor), connection_(std::move(connection)), descriptor_(executor), timer_(executor) {}

Bus::~Bus() { close(); }

void Bus::close() noexcept {
  is_lost_ = true;
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  timer_.cancel();
  // Proxies and matches belong to the connection, so they go before it.
  pending_.clear();
  finished_.clear();
  matches_.clear();
  connection_.reset();
}

void Bus::begin(const std::string& path, const char* interface, const char* method, std::chrono::milliseconds limit,
                Answer answer, const std::function<void(sdbus::MethodCall&)>& fill) {
  auto pending = std::make_shared<Pending>();
  pending->answer = std::move(answer);
  std::optional<Error> failed;
  if (!is_bluez_running_) failed = to_error(sdbus::Error("org.freedesktop.DBus.Error.ServiceUnknown"));
  if (is_lost_) failed = to_error(sdbus::Error("org.freedesktop.DBus.Error.Disconnected"));
  if (!failed) {
    try {
      pending->proxy = sdbus::createProxy(*connection_, bluez_name, path);
      auto message = pending->proxy->createMethodCall(interface, method);
      fill(message);
      const auto done = [weak = weak_from_this(), of = std::weak_ptr<Pending>(pending)](sdbus::MethodReply& reply,
                                                                                        const sdbus::Error* error) {
        const auto self = weak.lock();
        const auto ours = of.lock();
        if (!self || !ours) return;
        self->finish(ours, error != nullptr ? Result<sdbus::MethodReply*>(to_error(*error)) : &reply);
      };
      pending_.insert(pending);
      pending->proxy->callMethod(message, done, limit);
      arm();
      return;
    } catch (const sdbus::Error& error) {
      failed = to_error(error);
    }
  }
  pending_.insert(pending);
  net::post(executor_, [weak = weak_from_this(), of = std::weak_ptr<Pending>(pending), error = *failed] {
    const auto self = weak.lock();
    const auto ours = of.lock();
    if (!self || !ours) return;
    self->finish(ours, error);
    self->finished_.clear();
  });
}

void Bus::finish(const std::shared_ptr<Pending>& pending, Result<sdbus::MethodReply*> result) {
  if (pending_.erase(pending) == 0) return;
  finished_.push_back(pending);
  if (const Answer answer = std::exchange(pending->answer, nullptr)) answer(result);
}

Result<void> Bus::listen(const std::string& rule, Listener listener) {
  if (is_lost_) return to_error(sdbus::Error("org.freedesktop.DBus.Error.Disconnected"));
  try {
    matches_.push_back(connection_->addMatch(rule, std::move(listener)));
    arm();
    return {};
  } catch (const sdbus::Error& error) {
    return to_error(error);
  }
}

std::unique_ptr<sdbus::IObject> Bus::make_object(const std::string& path) {
  if (is_lost_) return nullptr;
  return sdbus::createObject(*connection_, path);
}

void Bus::retire(std::vector<std::unique_ptr<sdbus::IObject>> objects) {
  if (objects.empty()) return;
  // What is posted keeps the connection, which objects must not outlive.
  auto kept = std::make_shared<std::vector<std::unique_ptr<sdbus::IObject>>>(std::move(objects));
  net::post(executor_, [self = shared_from_this(), kept] { kept->clear(); });
}

void Bus::process() {
  constexpr int max_at_once = 64;  // others have their turn
  const auto self = shared_from_this();
  for (int done = 0;; ++done) {
    try {
      if (!connection_ || !connection_->processPendingRequest()) break;
    } catch (const sdbus::Error&) {
      return lose();
    }
    finished_.clear();
    if (done == max_at_once) return process_soon();
  }
  if (connection_) arm();
}

void Bus::process_soon() {
  if (std::exchange(is_soon_, true)) return;
  net::post(executor_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->is_soon_ = false;
    if (!self->is_lost_) self->process();
  });
}

// What the connection waits for, whenever that may have changed.
void Bus::arm() {
  if (is_lost_) return;
  sdbus::IConnection::PollData wanted{};
  try {
    wanted = connection_->getEventLoopPollData();
  } catch (const sdbus::Error&) {
    return process_soon();  // which finds out
  }
  const auto wait = [this](net::posix::stream_descriptor::wait_type type, bool Bus::*is_waiting) {
    if (std::exchange(this->*is_waiting, true)) return;
    descriptor_.async_wait(type, [weak = weak_from_this(), is_waiting](boost::system::error_code error) {
      const auto self = weak.lock();
      if (!self) return;
      (*self).*is_waiting = false;
      if (!error && !self->is_lost_) self->process();
    });
  };
  wait(net::posix::stream_descriptor::wait_read, &Bus::is_reading_);
  if ((wanted.events & POLLOUT) != 0) wait(net::posix::stream_descriptor::wait_write, &Bus::is_writing_);
  if (wanted.timeout_usec == 0) return process_soon();
  if (wanted.timeout_usec == UINT64_MAX) return;
  // Of the monotonic clock, which steady_clock reads here.
  timer_.expires_at(steady_clock::time_point(std::chrono::microseconds(wanted.timeout_usec)));
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (self && !error && !self->is_lost_) self->process();
  });
}

void Bus::lose() {
  if (std::exchange(is_lost_, true)) return;
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  timer_.cancel();
  const Error error = to_error(sdbus::Error("org.freedesktop.DBus.Error.Disconnected"));
  while (!pending_.empty()) finish(*pending_.begin(), error);
  // Not within the callback of one of them.
  net::post(executor_, [self = shared_from_this()] { self->finished_.clear(); });
  if (const auto lost = std::exchange(lost_, nullptr)) lost();
}

}  // namespace mdoc::bluez
