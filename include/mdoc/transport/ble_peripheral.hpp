#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/transport/ble_effects.hpp"
#include "mdoc/transport/ble_options.hpp"
#include "mdoc/transport/ble_service.hpp"

namespace mdoc::transport {

/// The GATT server of one link: the mdoc in mdoc peripheral server mode, the mdoc reader in mdoc central client mode
/// (ISO/IEC 18013-5:2021, 8.3.3.1.1; second edition, 11.1.3).
///
///     start -> [ListenForChannel, RegisterService, StartAdvertising] clients connect
///           -> the first that writes Start, or opens a channel, has the link -> [LinkOpened]
///           -> send, [MessageReceived] -> finish -> [LinkClosed]
///
/// Without I/O, clock, threads or randomness of its own: call an input, then drain poll() until it gives nothing.
/// Inputs that come late, twice, from peers without the link or in a wrong state are ignored or answered as the
/// standard has it; there is nothing that a client could do to hold the link of another or more memory than the limits
/// allow. Before LinkOpened a lost connection makes room for another; after it, the link ends. Not thread-safe.
class MDOC_EXPORT BlePeripheral {
 public:
  enum class State : std::uint8_t {
    idle,         ///< before start()
    listening,    ///< for the L2CAP listener
    registering,  ///< for the service
    advertising,  ///< clients may connect, none has the link
    waiting,      ///< for the adapter, or for the next attempt to set up
    active,       ///< one client has the link
    draining,     ///< what we sent last, and End, are on their way
    lingering,    ///< the client has ended; what it sent before may still arrive
    closing,      ///< until the client disconnects, for a moment
    closed,
  };

  /// @param service  of ble_service(): says the mode
  /// @param ident  value of Ident, exactly with the service of the mdoc reader; engagement::ble_ident()
  /// @return usage/bad_argument: an Ident where there is none, or none where there is one; options of no use
  [[nodiscard]] static Result<BlePeripheral> create(BleService service,
                                                    std::optional<std::array<std::uint8_t, 16>> ident,
                                                    const BleLinkOptions& options = {});
  BlePeripheral(BlePeripheral&&) noexcept;
  BlePeripheral& operator=(BlePeripheral&&) noexcept;
  ~BlePeripheral();

  /// Once; later calls change nothing. May come before the engagement is shown, so that waiting readers find us at
  /// once.
  void start(TimePoint now);
  /// Gives the next message. One at a time: the next after MessageSent.
  /// @return usage/wrong_state: no link is open, it is ending, or the message before is not sent; usage/bad_argument:
  ///         an empty message, or one above DecodeLimits::max_bytes
  [[nodiscard]] Result<void> send(Bytes message, TimePoint now);
  /// Ends in good order: everything sent leaves, the client is told by End and may disconnect first. At any time;
  /// what still comes of the client is passed over.
  void finish(TimePoint now);
  /// Ends at once, at any time.
  void cancel(TimePoint now);

  void on_listening(std::uint16_t psm, TimePoint now);
  void on_registered(TimePoint now);
  void on_advertising(TimePoint now);
  void on_connected(BlePeer peer, TimePoint now);
  void on_mtu(BlePeer peer, std::size_t mtu, TimePoint now);
  /// The client has switched notifications of a characteristic on or off.
  void on_subscribed(BlePeer peer, const Uuid& characteristic, bool on, TimePoint now);
  void on_write(BlePeer peer, const Uuid& characteristic, ByteView value, TimePoint now);
  void on_value_sent(TimePoint now);
  void on_channel_opened(BlePeer peer, TimePoint now);
  void on_channel_bytes(BlePeer peer, ByteView bytes, TimePoint now);
  void on_channel_sent(TimePoint now);
  void on_channel_closed(BlePeer peer, TimePoint now);
  void on_disconnected(BlePeer peer, TimePoint now);
  /// The adapter was switched on or off, or has gone. Before LinkOpened we wait for it; what is set up is taken back
  /// and asked for anew.
  void on_radio(bool on, TimePoint now);
  /// The stack did not do what an effect asked for. @param native its error number, 0 if none
  void on_failed(BleOperation operation, std::int32_t native, TimePoint now);
  void on_timer(TimePoint now);  ///< spurious calls are harmless

  /// When on_timer() has to be called at the latest; nothing while nothing is awaited.
  [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;
  [[nodiscard]] std::optional<BleEffect> poll();

  [[nodiscard]] State state() const noexcept;
  /// PSM of the channel that we offer, for BleOptions and handover; from on_listening() on.
  [[nodiscard]] std::optional<std::uint16_t> psm() const noexcept;

 private:
  struct Impl;
  explicit BlePeripheral(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// Stable identifier, e.g. "advertising".
[[nodiscard]] MDOC_EXPORT std::string_view name(BlePeripheral::State state) noexcept;

}  // namespace mdoc::transport
