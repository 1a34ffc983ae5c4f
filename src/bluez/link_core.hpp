#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "bluez/stack.hpp"
#include "mdoc/bluez/ble_link.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::bluez {

/// A link as its handle and its stream see it, whichever side it is.
class LinkCore : public std::enable_shared_from_this<LinkCore> {
 public:
  LinkCore(std::shared_ptr<Stack> stack, BleLinkHooks hooks);
  virtual ~LinkCore() = default;

  [[nodiscard]] virtual std::optional<std::uint16_t> psm() const noexcept = 0;
  virtual void finish() = 0;  ///< in good order
  virtual void cancel() = 0;  ///< at once

  [[nodiscard]] const net::any_io_executor& executor() const noexcept { return stack_->executor(); }

  // All of them keep the link.
  [[nodiscard]] static net::awaitable<Result<void>> ready(std::shared_ptr<LinkCore> self);
  [[nodiscard]] static net::awaitable<Result<void>> opened(std::shared_ptr<LinkCore> self);
  [[nodiscard]] static net::awaitable<Result<Bytes>> read(std::shared_ptr<LinkCore> self);
  [[nodiscard]] static net::awaitable<Result<void>> write(std::shared_ptr<LinkCore> self, Bytes message);
  [[nodiscard]] static net::awaitable<void> shut_down(std::shared_ptr<LinkCore> self);

 protected:
  [[nodiscard]] virtual Result<void> send(Bytes message) = 0;

  // What the machine says to the application.
  void on(const transport::BleProgress& progress);
  void on(const transport::BleTrace& trace);
  void on(const transport::LinkOpened& opened);
  void on(transport::MessageReceived& received);
  void on(const transport::MessageSent& sent);
  void on(const transport::LinkClosed& closed);

  /// What the stack last refused, which tells more than its number.
  void note(transport::BleOperation operation, const Error& error);
  [[nodiscard]] bool is_over() const noexcept { return is_closed_; }

  std::shared_ptr<Stack> stack_;

 private:
  struct Trouble {
    transport::BleOperation operation{};
    Error error{};
  };

  [[nodiscard]] Error end_error() const;
  [[nodiscard]] Error named(Error reason) const;

  BleLinkHooks hooks_;
  net::steady_timer changed_;  // cancelled when any of these changes: whoever waits looks again
  bool is_ready_ = false;
  bool is_open_ = false;
  bool is_closed_ = false;
  std::optional<Error> reason_;
  std::optional<Trouble> trouble_;
  std::deque<Bytes> received_;
  std::size_t sent_ = 0;
};

[[nodiscard]] std::shared_ptr<LinkCore> start_link(std::shared_ptr<Stack> stack, transport::BlePeripheral machine,
                                                   BleLinkHooks hooks);
[[nodiscard]] std::shared_ptr<LinkCore> start_link(std::shared_ptr<Stack> stack, transport::BleCentral machine,
                                                   BleLinkHooks hooks);

}  // namespace mdoc::bluez
