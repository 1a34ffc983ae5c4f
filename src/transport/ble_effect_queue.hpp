#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "mdoc/core/time.hpp"
#include "mdoc/transport/ble_effects.hpp"
#include "mdoc/transport/ble_service.hpp"

namespace mdoc::transport {

/// The effects of a machine in their order and, where wanted, the trace of both directions.
class BleEffectQueue {
 public:
  /// @param service  borrowed: names characteristics in the trace
  BleEffectQueue(const BleService& service, bool trace) : service_(&service), trace_(trace) {}

  void emit(BleEffect effect, TimePoint now);
  /// An input came. After LinkClosed, which is the last effect, nothing is told of those.
  void note(std::string_view input, TimePoint now, std::optional<BlePeer> peer = {},
            const Uuid* characteristic = nullptr, std::optional<std::size_t> size = {});
  [[nodiscard]] std::optional<BleEffect> poll();

 private:
  [[nodiscard]] std::string_view name_of(const Uuid& characteristic) const noexcept;

  const BleService* service_;
  bool trace_;
  bool has_ended_ = false;
  std::deque<BleEffect> effects_;
};

}  // namespace mdoc::transport
