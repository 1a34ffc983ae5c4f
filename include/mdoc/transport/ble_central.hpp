#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/transport/ble_effects.hpp"
#include "mdoc/transport/ble_options.hpp"
#include "mdoc/transport/ble_service.hpp"

namespace mdoc::transport {

/// A characteristic as it was found at a peer.
struct BleFoundCharacteristic {
  Uuid uuid{};
  BleProperties properties{};
};

/// The GATT client of one link: the mdoc in mdoc central client mode, the mdoc reader in mdoc peripheral server mode
/// (ISO/IEC 18013-5:2021, 8.3.3.1.1; second edition, 11.1.3).
///
///     start -> [StartScanning] on_found -> [ConnectPeer, ExchangeMtu, DiscoverService, ReadValue, Subscribe,
///     SendValue]
///           -> [LinkOpened] -> send, [MessageReceived] -> finish -> [LinkClosed]
///
/// With BleLinkOptions::l2cap, a channel is tried first: by the PSM that the engagement names, else by the one that the
/// peer's characteristic holds; where none can be had, GATT goes on. As BlePeripheral: no I/O of its own, inputs in
/// every state, a lost connection means another attempt before LinkOpened and the end after it. That goes to a device
/// that has not failed yet, if one is heard within BleTimeouts::search. Not thread-safe.
class MDOC_EXPORT BleCentral {
 public:
  enum class State : std::uint8_t {
    idle,             ///< before start()
    scanning,         ///< nobody found yet
    connecting,       ///
    exchanging_mtu,   ///
    discovering,      ///
    identifying,      ///< reads Ident
    reading_psm,      ///< reads L2CAP
    opening_channel,  ///
    subscribing,      ///< both, Server2Client first
    starting,         ///< Start is with the stack
    waiting,          ///< for the adapter, or for the next attempt
    active,           ///< the link is open
    draining,         ///< what we sent last, and End, are on their way
    lingering,        ///< the server has ended; what it sent before may still arrive
    closing,          ///< of a channel: until the server closes it, for a moment
    closed,
  };

  /// @param service  of ble_service(): says the mode
  /// @param ident  what Ident of the mdoc reader must be, where it has one (second edition, 11.1.3.1); nothing: it is
  /// not
  ///        read. Only in mdoc central client mode
  /// @param psm  of the engagement or handover, where one was given
  /// @return usage/bad_argument: an Ident in mdoc peripheral server mode; options of no use
  [[nodiscard]] static Result<BleCentral> create(BleService service, std::optional<std::array<std::uint8_t, 16>> ident,
                                                 std::optional<std::uint16_t> psm, const BleLinkOptions& options = {});
  BleCentral(BleCentral&&) noexcept;
  BleCentral& operator=(BleCentral&&) noexcept;
  ~BleCentral();

  /// Once; later calls change nothing.
  void start(TimePoint now);
  /// As BlePeripheral::send().
  [[nodiscard]] Result<void> send(Bytes message, TimePoint now);
  /// Ends in good order: everything sent leaves, the server is told by End, then we disconnect. At any time;
  /// what still comes of the server is passed over.
  void finish(TimePoint now);
  /// Ends at once, at any time.
  void cancel(TimePoint now);

  /// A device that advertises the UUID. One that was told before may be told again.
  void on_found(BlePeer peer, TimePoint now);
  void on_connected(BlePeer peer, TimePoint now);
  void on_mtu(BlePeer peer, std::size_t mtu, TimePoint now);
  /// What the service of DiscoverService has; nothing: the peer has no such service.
  void on_discovered(BlePeer peer, std::span<const BleFoundCharacteristic> characteristics, TimePoint now);
  void on_value_read(BlePeer peer, const Uuid& characteristic, ByteView value, TimePoint now);
  void on_subscribed(BlePeer peer, const Uuid& characteristic, TimePoint now);
  void on_notification(BlePeer peer, const Uuid& characteristic, ByteView value, TimePoint now);
  void on_value_sent(TimePoint now);
  void on_channel_opened(BlePeer peer, TimePoint now);
  void on_channel_bytes(BlePeer peer, ByteView bytes, TimePoint now);
  void on_channel_sent(TimePoint now);
  void on_channel_closed(BlePeer peer, TimePoint now);
  void on_disconnected(BlePeer peer, TimePoint now);
  void on_radio(bool on, TimePoint now);  ///< as BlePeripheral's
  /// The stack, or the peer, did not do what an effect asked for.
  void on_failed(BleOperation operation, std::int32_t native, TimePoint now);
  void on_timer(TimePoint now);  ///< spurious calls are harmless

  [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;  ///< as BlePeripheral's
  [[nodiscard]] std::optional<BleEffect> poll();

  [[nodiscard]] State state() const noexcept;

 private:
  struct Impl;
  explicit BleCentral(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// Stable identifier, e.g. "discovering".
[[nodiscard]] MDOC_EXPORT std::string_view name(BleCentral::State state) noexcept;

}  // namespace mdoc::transport
