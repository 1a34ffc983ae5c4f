#include "transport/ble_effect_queue.hpp"

#include <type_traits>

namespace mdoc::transport {
namespace {

// What an effect says of itself in a trace.
struct Traced {
  std::string_view what;
  std::optional<BlePeer> peer{};
  const Uuid* characteristic = nullptr;
  std::optional<std::size_t> size{};
};

struct Describe {
  Traced operator()(const ListenForChannel&) const { return {.what = "ListenForChannel"}; }
  Traced operator()(const StopListening&) const { return {.what = "StopListening"}; }
  Traced operator()(const RegisterService& e) const {
    return {.what = "RegisterService", .size = e.characteristics.size()};
  }
  Traced operator()(const UnregisterService&) const { return {.what = "UnregisterService"}; }
  Traced operator()(const StartAdvertising&) const { return {.what = "StartAdvertising"}; }
  Traced operator()(const StopAdvertising&) const { return {.what = "StopAdvertising"}; }
  Traced operator()(const StartScanning&) const { return {.what = "StartScanning"}; }
  Traced operator()(const StopScanning&) const { return {.what = "StopScanning"}; }
  Traced operator()(const ConnectPeer& e) const { return {.what = "ConnectPeer", .peer = e.peer}; }
  Traced operator()(const ExchangeMtu& e) const { return {.what = "ExchangeMtu", .peer = e.peer, .size = e.mtu}; }
  Traced operator()(const DiscoverService& e) const { return {.what = "DiscoverService", .peer = e.peer}; }
  Traced operator()(const ReadValue& e) const {
    return {.what = "ReadValue", .peer = e.peer, .characteristic = &e.characteristic};
  }
  Traced operator()(const Subscribe& e) const {
    return {.what = "Subscribe", .peer = e.peer, .characteristic = &e.characteristic};
  }
  Traced operator()(const OpenChannel& e) const { return {.what = "OpenChannel", .peer = e.peer, .size = e.psm}; }
  Traced operator()(const SendValue& e) const {
    return {.what = "SendValue", .peer = e.peer, .characteristic = &e.characteristic, .size = e.value.size()};
  }
  Traced operator()(const SendPiece& e) const { return {.what = "SendPiece", .peer = e.peer, .size = e.bytes.size()}; }
  Traced operator()(const CloseChannel& e) const { return {.what = "CloseChannel", .peer = e.peer}; }
  Traced operator()(const DisconnectPeer& e) const { return {.what = "DisconnectPeer", .peer = e.peer}; }
  Traced operator()(const ForgetPeer& e) const { return {.what = "ForgetPeer", .peer = e.peer}; }
  Traced operator()(const BleProgress& e) const { return {.what = name(e.step)}; }
  Traced operator()(const LinkOpened& e) const { return {.what = "LinkOpened", .size = e.max_value}; }
  Traced operator()(const MessageReceived& e) const { return {.what = "MessageReceived", .size = e.message.size()}; }
  Traced operator()(const MessageSent&) const { return {.what = "MessageSent"}; }
  Traced operator()(const LinkClosed&) const { return {.what = "LinkClosed"}; }
  Traced operator()(const BleTrace&) const { return {}; }
};

}  // namespace

void BleEffectQueue::emit(BleEffect effect, TimePoint now) {
  if (trace_) {
    const Traced traced = std::visit(Describe{}, effect);
    effects_.emplace_back(BleTrace{
        .at = now,
        .what = traced.what,
        .peer = traced.peer,
        .characteristic = traced.characteristic != nullptr ? name_of(*traced.characteristic) : std::string_view(),
        .size = traced.size});
  }
  const bool is_last = std::holds_alternative<LinkClosed>(effect);
  effects_.push_back(std::move(effect));
  has_ended_ = has_ended_ || is_last;
}

void BleEffectQueue::note(std::string_view input, TimePoint now, std::optional<BlePeer> peer,
                          const Uuid* characteristic, std::optional<std::size_t> size) {
  if (!trace_ || has_ended_) return;
  effects_.emplace_back(
      BleTrace{.at = now,
               .input = true,
               .what = input,
               .peer = peer,
               .characteristic = characteristic != nullptr ? name_of(*characteristic) : std::string_view(),
               .size = size});
}

std::optional<BleEffect> BleEffectQueue::poll() {
  if (effects_.empty()) return std::nullopt;
  std::optional<BleEffect> effect = std::move(effects_.front());
  effects_.pop_front();
  return effect;
}

std::string_view BleEffectQueue::name_of(const Uuid& characteristic) const noexcept {
  const auto purpose = service_->find(characteristic);
  return purpose ? name(*purpose) : "other";
}

}  // namespace mdoc::transport
