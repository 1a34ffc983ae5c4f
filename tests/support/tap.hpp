#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/presentation/credential.hpp"
#include "mdoc/testing/virtual_radio.hpp"
#include "mdoc/transport/ble_effects.hpp"
#include "mdoc/transport/ble_service.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::testing {

/// How long an engagement by NFC lasts. There is no NFC in the virtual radio: this adds up what ISO/IEC 14443-3 and -4
/// and the commands of a Type 4 Tag need for the handover messages of a presentation, whose bytes are real. The times
/// of the mdoc are assumptions.
struct NfcModel {
  std::chrono::microseconds activation{10'000};  ///< from the field to the first command
  std::chrono::microseconds turn_around{8'000};  ///< of the mdoc and its system, for each command
  std::size_t bytes_per_second = 106'000 / 9;    ///< the slowest rate there is; eight bits and their parity

  /// Select the application and two files, read the capability container, the length and the message.
  [[nodiscard]] std::chrono::nanoseconds static_handover(std::size_t select) const;
  /// Until the mdoc has the Handover Request: before, the service is found and selected by TNEP.
  [[nodiscard]] std::chrono::nanoseconds until_request(std::size_t request) const;
  /// And from there until the reader has the Handover Select.
  [[nodiscard]] std::chrono::nanoseconds until_select(std::size_t select) const;

 private:
  [[nodiscard]] std::chrono::nanoseconds commands(std::size_t count, std::size_t bytes) const;
};

/// One way to present after a tap.
struct TapSettings {
  transport::BleMode mode = transport::BleMode::mdoc_peripheral_server;
  bool l2cap = false;
  bool negotiated = false;
  RadioConditions room{};
  NfcModel nfc{};
  std::uint64_t seed = 1;  ///< of the room, and of all keys
};

/// Times are those of the virtual radio, from the moment at which the devices touch.
struct TapTimes {
  std::chrono::nanoseconds engaged{};  ///< the reader has the engagement
  std::chrono::nanoseconds opened{};   ///< and a link
  std::chrono::nanoseconds verdict{};  ///< and the response, verified
  transport::BleCarrier carrier{};
  std::size_t response_size = 0;  ///< of the DeviceResponse, in bytes
};

/// A wallet with a licence, and a terminal that trusts its issuer. From the tap on, everything is done by Holder and
/// Reader over BlePeripheral and BleCentral: keys are made, a licence of all its elements is asked for and consented to
/// at once, the response is verified. The session is that of an engagement by QR code: the facades take no handover
/// yet.
class Tap {
 public:
  /// @param response_size  bytes of the DeviceResponse, which a portrait fills up
  explicit Tap(std::size_t response_size);

  /// Nothing: no response, or not a good one, or something is left in the room.
  [[nodiscard]] std::optional<TapTimes> present(const TapSettings& settings);
  /// The terminal has not met the document signer yet.
  void forget_signers();

 private:
  void put_portrait(std::size_t size);

  SampleMdoc sample_;
  crypto::KeyRef device_key_{"device"};
  crypto::SoftwareKeyProvider keys_;
  std::vector<presentation::Credential> credentials_;
  std::optional<model::DeviceRequest> request_;
  std::shared_ptr<trust::TrustStore> trust_;
};

}  // namespace mdoc::testing
