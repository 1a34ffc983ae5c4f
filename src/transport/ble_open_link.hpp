#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/transport/ble_effects.hpp"
#include "mdoc/transport/ble_options.hpp"
#include "mdoc/transport/ble_parts.hpp"
#include "mdoc/transport/ble_service.hpp"
#include "mdoc/transport/l2cap_frames.hpp"
#include "transport/ble_effect_queue.hpp"

namespace mdoc::transport {

/// A link from its opening to its end, as both sides and both carriers have it alike: messages in parts or pieces, the
/// window of the stack, signs of life, End. The machine around it takes the connection down once it is over.
class BleOpenLink {
 public:
  enum class Phase : std::uint8_t {
    active,
    draining,   ///< finish() was called: what is on its way leaves, then End
    lingering,  ///< the peer has sent End: what it sent before may still come
    closing,    ///< everything is sent: the peer may close first
    over,       ///< reason() says why
  };
  enum class Side : std::uint8_t { server, client };

  struct Route {
    Side side{};
    BleCarrier carrier{};
    BlePeer peer{};
    std::size_t mtu = ble_default_mtu;  ///< of GATT
    bool parts_with_response = false;   ///< a client's writes: the server lacks Write Without Response
    bool state_with_response = false;   ///< likewise
    bool can_send = true;               ///< a server's: the client has switched on notifications of Server2Client
    bool can_end = true;                ///< likewise of State
  };

  /// @param options, service, effects  borrowed
  BleOpenLink(const BleLinkOptions& options, const BleService& service, const Route& route, BleEffectQueue& effects);

  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  [[nodiscard]] const std::optional<Error>& reason() const noexcept { return reason_; }  ///< @pre over
  [[nodiscard]] BleCarrier carrier() const noexcept { return route_.carrier; }
  [[nodiscard]] BlePeer peer() const noexcept { return route_.peer; }
  /// Bytes that one value or piece takes.
  [[nodiscard]] std::size_t max_value() const noexcept;

  /// The client writes Start, which is a value on its way.
  void send_start(TimePoint now);

  [[nodiscard]] Result<void> send(Bytes message, TimePoint now);
  void finish(TimePoint now);
  /// Over, whatever was going on.
  void break_off(const Error& error);

  void on_mtu(std::size_t mtu) noexcept { route_.mtu = mtu; }
  /// A server's client has switched notifications on or off.
  void on_subscribed(BleCharacteristic characteristic, bool on, TimePoint now);
  void on_sent(TimePoint now);
  void on_part(ByteView value, TimePoint now);   ///< a value of the characteristic that carries the peer's messages
  void on_state(ByteView value, TimePoint now);  ///< a value of State
  void on_channel_bytes(ByteView bytes, TimePoint now);
  /// The channel, or the whole connection, has gone.
  void on_lost();
  void on_timer(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;

 private:
  [[nodiscard]] bool sends() const noexcept { return phase_ == Phase::active || phase_ == Phase::draining; }
  [[nodiscard]] bool receives() const noexcept { return phase_ == Phase::active || phase_ == Phase::lingering; }
  [[nodiscard]] bool message_due() const noexcept;
  [[nodiscard]] bool within_peer_message() const noexcept;
  [[nodiscard]] Path where(BleCharacteristic characteristic) const;
  void pump(TimePoint now);
  void send_value(BleCharacteristic characteristic, Bytes value, bool with_response, TimePoint now);
  void end_if_drained(TimePoint now);
  void received(Result<std::optional<Bytes>> message, TimePoint now);
  void end(const std::optional<Error>& reason) noexcept;

  const BleLinkOptions& options_;
  const BleService& service_;
  BleEffectQueue& effects_;
  Route route_;
  Phase phase_ = Phase::active;
  std::optional<Error> reason_;

  BlePartWriter parts_out_;
  L2capPieceWriter pieces_out_;
  BlePartReader parts_in_;
  L2capStreamReader stream_in_;
  std::size_t in_flight_ = 0;  // values or pieces that the stack has not taken yet
  bool message_open_ = false;  // given to send(), MessageSent not emitted
  bool end_sent_ = false;
  std::optional<TimePoint> sending_until_;    // a sign of life of the stack is due
  std::optional<TimePoint> receiving_until_;  // a further part is due
  std::optional<TimePoint> subscription_until_;
  std::optional<TimePoint> end_at_;       // when End may leave
  std::optional<TimePoint> phase_until_;  // of lingering and closing
  TimePoint linger_end_{};                // however much still comes
  std::optional<TimePoint> drain_until_;  // of the message that was on its way when finish() came
};

}  // namespace mdoc::transport
