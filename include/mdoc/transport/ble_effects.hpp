#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/transport/ble_service.hpp"

/// @file
/// What BlePeripheral and BleCentral ask of the Bluetooth stack of their platform, and what they tell the application.
///
/// The shell around a machine does what an effect says and answers with the input that is named at it; where the stack
/// refuses, with on_failed() and the BleOperation. An answer that never comes is noticed by the machine's own timers.

namespace mdoc::transport {

/// A device nearby, as the shell numbers it. A number belongs to one device; whether the connections of a device share
/// one is up to the shell.
enum class BlePeer : std::uint64_t {};

// To the stack of a GATT server

/// Accept L2CAP channels of LE without demanding security -> on_listening(psm). Comes before advertising, so that no
/// client is there before its channel could be taken.
struct ListenForChannel {};
struct StopListening {};
/// Have this service, and no other of ours -> on_registered().
struct RegisterService {
  struct Characteristic {
    BleServiceCharacteristic description{};
    Bytes value{};  ///< of those that can be read
  };
  Uuid service{};
  std::vector<Characteristic> characteristics{};
};
struct UnregisterService {};
/// Advertise, connectable, with this UUID in the advertisement itself and no name -> on_advertising(). Where a stack
/// stops when a client connects, the shell starts again by itself, until StopAdvertising.
struct StartAdvertising {
  Uuid service{};
};
struct StopAdvertising {};

// To the stack of a GATT client

/// Look for who advertises this UUID, all the time -> on_found() for each. A second one while scanning: begin anew.
struct StartScanning {
  Uuid service{};
};
struct StopScanning {};
struct ConnectPeer {  ///< -> on_connected()
  BlePeer peer{};
};
/// Ask for this MTU, where one can; else report the one that holds -> on_mtu().
struct ExchangeMtu {
  BlePeer peer{};
  std::size_t mtu = 0;
};
/// Find the service and what it has -> on_discovered().
struct DiscoverService {
  BlePeer peer{};
  Uuid service{};
  bool refresh = false;  ///< drop what is cached of this peer before
};
struct ReadValue {  ///< -> on_value_read()
  BlePeer peer{};
  Uuid characteristic{};
};
/// Switch notifications on -> on_subscribed(), when the peer has confirmed.
struct Subscribe {
  BlePeer peer{};
  Uuid characteristic{};
};
struct OpenChannel {  ///< -> on_channel_opened()
  BlePeer peer{};
  std::uint16_t psm = 0;
};

// To both

/// Notify (server) or write (client) a value -> on_value_sent(), as soon as the stack takes another. In order; up to
/// BleQuirks::window of them are given at a time.
struct SendValue {
  BlePeer peer{};
  Uuid characteristic{};
  Bytes value{};
  bool with_response = false;  ///< of a write: the peer lacks Write Without Response
};
/// Write to the L2CAP channel -> on_channel_sent(), likewise.
struct SendPiece {
  BlePeer peer{};
  Bytes bytes{};
};
struct CloseChannel {
  BlePeer peer{};
};
struct DisconnectPeer {
  BlePeer peer{};
};
/// Leave nothing behind of this peer: bond, cached services, address. Also where it was never paired.
struct ForgetPeer {
  BlePeer peer{};
};

// To the application

/// How far the way to the link is.
enum class BleStep : std::uint8_t {
  preparing,    ///< the stack sets up what advertising needs
  advertising,  ///< server: clients can find us
  scanning,     ///< client: looking for the peer
  found,        ///< client: the peer advertises
  connected,    ///< Bluetooth connects the two devices
  discovered,   ///< client: the service is there, and complete
  identified,   ///< client: Ident is the one expected
  subscribed,   ///< client: notifications are on
  opened,       ///< messages can flow
  lost,         ///< the connection broke before that; another attempt follows
  wrong_peer,   ///< client: Ident is another one; the search goes on
  fell_back,    ///< no L2CAP channel could be had; GATT goes on
  radio_off,    ///< the adapter is off or gone
  ending,       ///< everything is sent; the connection is about to close
};
/// Stable identifier, e.g. "wrong-peer".
[[nodiscard]] MDOC_EXPORT std::string_view name(BleStep step) noexcept;

/// What carries the messages of a link.
enum class BleCarrier : std::uint8_t { gatt, l2cap };
/// "GATT", "L2CAP"
[[nodiscard]] MDOC_EXPORT std::string_view name(BleCarrier carrier) noexcept;

struct BleProgress {
  BleStep step{};
  TimePoint at{};
};

/// The first thing that an application waits for: whole messages go both ways from here on.
struct LinkOpened {
  BleCarrier carrier{};
  std::size_t max_value = 0;  ///< bytes that one value or piece takes now
};
/// One whole message of the peer. What it is, is not for the transport to say.
struct MessageReceived {
  Bytes message{};
};
/// The message given to send() is with the stack; the next may be given.
struct MessageSent {};
/// The last effect, after everything else was taken back. No reason: we ended it.
struct LinkClosed {
  std::optional<Error> reason{};
};

/// An input or an effect, for people who look for a fault: kinds and sizes, no content and no addresses. Only with
/// BleLinkOptions::trace.
struct BleTrace {
  TimePoint at{};
  bool input = false;       ///< of the stack; otherwise an effect
  std::string_view what{};  ///< "on_write", "SendValue", …; static
  std::optional<BlePeer> peer{};
  std::string_view characteristic{};  ///< of the standard, "other" for those that are not, or empty
  std::optional<std::size_t> size{};  ///< bytes, or the number that the input carries
};

using BleEffect = std::variant<ListenForChannel, StopListening, RegisterService, UnregisterService, StartAdvertising,
                               StopAdvertising, StartScanning, StopScanning, ConnectPeer, ExchangeMtu, DiscoverService,
                               ReadValue, Subscribe, OpenChannel, SendValue, SendPiece, CloseChannel, DisconnectPeer,
                               ForgetPeer, BleProgress, LinkOpened, MessageReceived, MessageSent, LinkClosed, BleTrace>;

/// What can fail with on_failed(): the effect that the stack did not do.
enum class BleOperation : std::uint8_t {
  listen,  ///< ListenForChannel: GATT alone is offered then
  register_service,
  advertise,  ///< StartAdvertising: no slot is free, for one
  scan,
  connect,
  exchange_mtu,  ///< the MTU stays as it is
  discover,
  read,
  subscribe,
  open_channel,  ///< GATT takes over
  send,          ///< SendValue or SendPiece: what is on its way is lost, so the link is
};
/// As a part of Error::where: "advertise", "exchange_mtu", …
[[nodiscard]] MDOC_EXPORT std::string_view name(BleOperation operation) noexcept;

}  // namespace mdoc::transport
