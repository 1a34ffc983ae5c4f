#include "mdoc/transport/bearer_choice.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "transport/wait.hpp"

namespace mdoc::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A bearer that a retrieval method offers, in the order of preference within its method.
struct Offer {
  BearerKind kind{};
  std::size_t method = 0;
};

// Of two BLE modes the reader should take mdoc central client mode (second edition, 11.1.3.1).
std::vector<Offer> offers_of(std::span<const engagement::RetrievalMethod> methods) {
  std::vector<Offer> offers;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    if (const auto* const ble = std::get_if<engagement::BleOptions>(&methods[i])) {
      if (ble->central_client) offers.push_back({BearerKind::ble_central_client, i});
      if (ble->peripheral_server) offers.push_back({BearerKind::ble_peripheral_server, i});
    } else if (std::holds_alternative<engagement::WifiOptions>(methods[i])) {
      offers.push_back({BearerKind::wifi_aware, i});
    } else if (std::holds_alternative<engagement::NfcOptions>(methods[i])) {
      offers.push_back({BearerKind::nfc, i});
    }
  }
  return offers;
}

[[nodiscard]] bool is_ble(BearerKind kind) noexcept {
  return kind == BearerKind::ble_central_client || kind == BearerKind::ble_peripheral_server;
}

// A technology stands where the first of its kinds stands in `supported`.
std::size_t rank(BearerKind kind, std::span<const BearerKind> supported) {
  const auto same = [kind](BearerKind each) { return each == kind || (is_ble(each) && is_ble(kind)); };
  return static_cast<std::size_t>(std::ranges::find_if(supported, same) - supported.begin());
}

std::vector<Offer> common(std::span<const engagement::RetrievalMethod> methods, std::span<const BearerKind> supported) {
  std::vector<Offer> offers = offers_of(methods);
  std::erase_if(offers,
                [&](const Offer& offer) { return std::ranges::find(supported, offer.kind) == supported.end(); });
  return offers;
}

constexpr milliseconds second_ble_mode_after = seconds{5};
constexpr milliseconds next_technology_after = seconds{20};

constexpr Error no_common_bearer() { return Error{.code = Errc::no_common_bearer, .where = "RetrievalMethods"}; }

}  // namespace

std::string_view name(BearerKind kind) noexcept {
  switch (kind) {
    case BearerKind::ble_central_client: return "ble-central-client";
    case BearerKind::ble_peripheral_server: return "ble-peripheral-server";
    case BearerKind::wifi_aware: return "wifi-aware";
    case BearerKind::nfc: return "nfc-retrieval";
  }
  return "unknown";
}

Result<std::vector<BearerCandidate>> bearers_of_reader(std::span<const engagement::RetrievalMethod> methods,
                                                       std::span<const BearerKind> supported) {
  std::vector<Offer> offers = common(methods, supported);
  if (offers.empty()) return no_common_bearer();
  std::ranges::stable_sort(offers, {}, [&](const Offer& offer) { return rank(offer.kind, supported); });
  std::vector<BearerCandidate> candidates;
  for (const Offer& offer : offers) {
    milliseconds after{0};
    if (!candidates.empty()) {
      const BearerCandidate& before = candidates.back();
      const bool second_mode = is_ble(offer.kind) && is_ble(before.kind);
      after = before.start_after + (second_mode ? second_ble_mode_after : next_technology_after);
    }
    candidates.push_back({.kind = offer.kind, .method = offer.method, .start_after = after});
  }
  return candidates;
}

Result<std::vector<BearerCandidate>> bearers_of_mdoc(std::span<const engagement::RetrievalMethod> methods,
                                                     std::span<const BearerKind> supported) {
  const std::vector<Offer> offers = common(methods, supported);
  if (offers.empty()) return no_common_bearer();
  std::vector<BearerCandidate> candidates;
  for (const Offer& offer : offers) candidates.push_back({.kind = offer.kind, .method = offer.method});
  return candidates;
}

Result<BearerChoice> BearerChoice::create(std::vector<BearerCandidate> candidates, milliseconds limit) {
  if (candidates.empty() || limit <= milliseconds{0}) return Error{.code = Errc::bad_argument, .where = "BearerChoice"};
  std::vector<Attempt> attempts;
  attempts.reserve(candidates.size());
  for (const BearerCandidate& each : candidates) attempts.push_back({.candidate = each});
  return BearerChoice(std::move(attempts), limit);
}

void BearerChoice::start(TimePoint now) {
  if (started_ || decided_) return;
  started_ = now;
  open_due(now);
}

// Each whose time has come, or before which all have failed.
void BearerChoice::open_due(TimePoint now) {
  bool all_before_failed = true;
  for (std::size_t i = 0; i < attempts_.size(); ++i) {
    Attempt& attempt = attempts_[i];
    if (attempt.state == State::waiting &&
        (all_before_failed || later(*started_, attempt.candidate.start_after) <= now)) {
      attempt.state = State::opening;
      effects_.emplace_back(OpenBearer{i});
    }
    all_before_failed = all_before_failed && attempt.state == State::failed;
  }
  if (all_before_failed) decide(std::nullopt);
}

void BearerChoice::on_opened(std::size_t candidate, TimePoint) {
  if (!started_ || decided_ || candidate >= attempts_.size()) return;
  if (attempts_[candidate].state == State::opening) decide(candidate);
}

void BearerChoice::on_failed(std::size_t candidate, const Error& error, TimePoint now) {
  if (!started_ || decided_ || candidate >= attempts_.size()) return;
  Attempt& attempt = attempts_[candidate];
  if (attempt.state != State::opening) return;
  attempt.state = State::failed;
  attempt.error = error;
  open_due(now);
}

void BearerChoice::cancel() {
  if (decided_) return;
  decided_ = true;
  for (std::size_t i = 0; i < attempts_.size(); ++i) {
    if (attempts_[i].state == State::opening) effects_.emplace_back(CloseBearer{i});
  }
}

void BearerChoice::on_timer(TimePoint now) {
  if (!started_ || decided_) return;
  if (later(*started_, limit_) <= now) return decide(std::nullopt);
  open_due(now);
}

std::optional<TimePoint> BearerChoice::deadline() const noexcept {
  if (!started_ || decided_) return std::nullopt;
  TimePoint next = later(*started_, limit_);
  for (const Attempt& attempt : attempts_) {
    if (attempt.state == State::waiting) next = std::min(next, later(*started_, attempt.candidate.start_after));
  }
  return next;
}

void BearerChoice::decide(std::optional<std::size_t> chosen) {
  decided_ = true;
  for (std::size_t i = 0; i < attempts_.size(); ++i) {
    if (attempts_[i].state == State::opening && i != chosen) effects_.emplace_back(CloseBearer{i});
  }
  if (chosen) {
    effects_.emplace_back(BearerChosen{*chosen});
  } else {
    effects_.emplace_back(
        NoBearer{attempts_.front().error.value_or(Error{.code = Errc::timed_out, .where = "BearerChoice"})});
  }
}

std::optional<BearerEffect> BearerChoice::poll() {
  if (effects_.empty()) return std::nullopt;
  std::optional<BearerEffect> effect = effects_.front();
  effects_.pop_front();
  return effect;
}

}  // namespace mdoc::transport
