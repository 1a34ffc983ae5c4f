#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "mdoc/asio/message_stream.hpp"
#include "mdoc/bluez/radio.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/transport/ble_central.hpp"
#include "mdoc/transport/ble_peripheral.hpp"

namespace mdoc::bluez {

/// What a link tells beside its messages. Called on the executor of the Radio; must not throw.
struct BleLinkHooks {
  std::function<void(const transport::BleProgress&)> on_progress{};
  std::function<void(const transport::LinkOpened&)> on_opened{};  ///< after BleStep::opened: what carries it
  std::function<void(const transport::BleTrace&)> on_trace{};     ///< with BleLinkOptions::trace
};

/// One link over Bluetooth Low Energy, from its first advertisement or scan on.
///
///     auto radio = co_await Radio::open();
///     auto link = BleLink::start(*radio, *BlePeripheral::create(service, {}, {.quirks = server_quirks()}));
///     co_await link.ready();                    // it can be found: show the engagement, which has link.psm()
///     co_await asio::serve(link.opener(), …);
///
/// The handle, its openers and the stream that they yield share the link. With the last of them, or by close(), it ends
/// in whatever state it is: nothing is advertised, registered, searched for or connected any more, and bluetoothd knows
/// no device that it did not know before. What that takes goes on in the background, on the executor. Not thread-safe.
class MDOC_EXPORT BleLink {
 public:
  /// Begins at once. Where the radio is off, it waits for it, within BleTimeouts::open.
  /// @param radio  borrowed; a link outlives it as one whose adapter is off
  [[nodiscard]] static BleLink start(const Radio& radio, transport::BlePeripheral machine, BleLinkHooks hooks = {});
  [[nodiscard]] static BleLink start(const Radio& radio, transport::BleCentral machine, BleLinkHooks hooks = {});
  BleLink(BleLink&&) noexcept;
  BleLink& operator=(BleLink&&) noexcept;
  ~BleLink();

  /// Waits until peers can find us, or we look for them.
  /// @return the reason for which the link has ended before
  [[nodiscard]] net::awaitable<Result<void>> ready();
  /// PSM of the channel that a BlePeripheral offers, for the engagement; from ready() on.
  [[nodiscard]] std::optional<std::uint16_t> psm() const noexcept;

  /// Waits until messages can flow, and yields the stream. For asio::present() and asio::serve(); once.
  /// @return of it: the reason for which the link has ended, such as transport/timed_out, transport/radio_off or
  ///         transport/connect_failed with an errno in `native`; usage/wrong_state: a second time
  [[nodiscard]] asio::LinkOpener opener();

  void close() noexcept;

 private:
  class Owner;
  friend class BleStream;
  explicit BleLink(std::shared_ptr<Owner> owner) noexcept;
  std::shared_ptr<Owner> owner_;
};

}  // namespace mdoc::bluez
