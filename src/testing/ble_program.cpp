#include "mdoc/testing/ble_program.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>
#include <variant>

namespace mdoc::testing {
namespace {

using namespace transport;
using Kind = StackEvent::Kind;

constexpr std::array<std::string_view, 19> kind_names{
    "listening",      "registered",    "advertising",  "found",          "connected",    "mtu",
    "discovered",     "value_read",    "subscribed",   "write",          "notification", "value_sent",
    "channel_opened", "channel_bytes", "channel_sent", "channel_closed", "disconnected", "radio",
    "failed"};

struct EffectFacts {
  std::string_view name;
  std::optional<Kind> answer{};  // nothing: it is done at once
};
// In the order of the alternatives of BleEffect.
constexpr std::array<EffectFacts, std::variant_size_v<BleEffect>> effects{{
    {"ListenForChannel", Kind::listening},
    {"StopListening"},
    {"RegisterService", Kind::registered},
    {"UnregisterService"},
    {"StartAdvertising", Kind::advertising},
    {"StopAdvertising"},
    {"StartScanning", Kind::found},
    {"StopScanning"},
    {"ConnectPeer", Kind::connected},
    {"ExchangeMtu", Kind::mtu},
    {"DiscoverService", Kind::discovered},
    {"ReadValue", Kind::value_read},
    {"Subscribe", Kind::subscribed},
    {"OpenChannel", Kind::channel_opened},
    {"SendValue", Kind::value_sent},
    {"SendPiece", Kind::channel_sent},
    {"CloseChannel"},
    {"DisconnectPeer", Kind::disconnected},
    {"ForgetPeer"},
    {"BleProgress"},
    {"LinkOpened"},
    {"MessageReceived"},
    {"MessageSent"},
    {"LinkClosed"},
    {"BleTrace"},
}};

}  // namespace

std::string_view name(StackEvent::Kind kind) noexcept { return kind_names[static_cast<std::size_t>(kind)]; }
std::string_view effect_name(const BleEffect& effect) noexcept { return effects[effect.index()].name; }

void RawPeer::does_in_turn(std::vector<BleEffect> turns) {
  turns_ = std::move(turns);
  turn_ = 0;
  awaited_.reset();
  next();
}

void RawPeer::next() {
  while (!awaited_ && turn_ < turns_.size()) {
    const BleEffect& effect = turns_[turn_++];
    awaited_ = effects[effect.index()].answer;
    ask(effect);
  }
}

void RawPeer::on_event(const StackEvent& event) {
  heard_.push_back(event);
  if (awaited_ && (event.kind == *awaited_ || event.kind == Kind::failed)) {
    awaited_.reset();
    next();
  }
  if (reaction) reaction(event);
}

std::size_t RawPeer::count(Kind kind) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(heard_.begin(), heard_.end(), [&](const StackEvent& it) { return it.kind == kind; }));
}

const StackEvent& RawPeer::last(Kind kind) const {
  const auto found =
      std::find_if(heard_.rbegin(), heard_.rend(), [&](const StackEvent& it) { return it.kind == kind; });
  assert(found != heard_.rend());
  return *found;
}

Bytes RawPeer::bytes(Kind kind) const {
  Bytes joined;
  for (const StackEvent& event : heard_) {
    if (event.kind == kind) joined.insert(joined.end(), event.value.begin(), event.value.end());
  }
  return joined;
}

}  // namespace mdoc::testing
