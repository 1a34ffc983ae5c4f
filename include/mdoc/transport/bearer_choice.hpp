#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/engagement/retrieval_method.hpp"

/// @file
/// Which of the ways that an engagement names is taken (second edition, 9.2.1, 11.1.3.1 and 12.2.4). The rules are data
/// and the choice a state machine without I/O; opening a bearer is the business of whoever drives it.

namespace mdoc::transport {

/// A way from one device to the other. The two modes of BLE are two ways.
enum class BearerKind : std::uint8_t { ble_central_client, ble_peripheral_server, wifi_aware, nfc };
/// Stable identifier, e.g. "ble-central-client".
[[nodiscard]] MDOC_EXPORT std::string_view name(BearerKind kind) noexcept;

/// One bearer to be tried, and when.
struct BearerCandidate {
  BearerKind kind{};
  std::size_t method = 0;  ///< index of its retrieval method
  /// From the start of the choice. Earlier, when all candidates before it have failed.
  std::chrono::milliseconds start_after{0};
};

/// The bearers that an mdoc reader tries, in this order: of the retrieval methods those of kinds in `supported`, the
/// kinds in the order in which `supported` has them.
///
/// Of two BLE modes, mdoc central client mode goes first, as the standard wants (second edition, 11.1.3.1), whatever
/// `supported` says of the two; the other follows after five seconds, since some mdocs that offer both serve one only.
/// Other technologies wait until those before them failed, or 20 s.
/// @return unsupported/no_common_bearer
[[nodiscard]] MDOC_EXPORT Result<std::vector<BearerCandidate>> bearers_of_reader(
    std::span<const engagement::RetrievalMethod> methods, std::span<const BearerKind> supported);
/// The bearers that an mdoc opens: all that its engagement offers, at once, since the reader chooses.
/// @return unsupported/no_common_bearer
[[nodiscard]] MDOC_EXPORT Result<std::vector<BearerCandidate>> bearers_of_mdoc(
    std::span<const engagement::RetrievalMethod> methods, std::span<const BearerKind> supported);

/// Begin to open this candidate -> on_opened() or on_failed().
struct OpenBearer {
  std::size_t candidate = 0;
};
/// It is not wanted any more: close it, whether it is open or on its way. No input follows.
struct CloseBearer {
  std::size_t candidate = 0;
};
/// The session goes by this one, and by no other.
struct BearerChosen {
  std::size_t candidate = 0;
};
/// None could be opened. The last effect, as BearerChosen is.
struct NoBearer {
  Error reason{};  ///< of the candidate that stood first; timed_out where it was still on its way
};
using BearerEffect = std::variant<OpenBearer, CloseBearer, BearerChosen, NoBearer>;

/// Opens candidates by their times, until one is open: that one is locked, and the others are closed, so that there is
/// one session and no message is read from any other. What befalls the others is no error of the session. Distinct
/// objects only.
class MDOC_EXPORT BearerChoice {
 public:
  /// @param limit  for all of it; at least 30 s are recommended (second edition, 9.4)
  /// @return usage/bad_argument: no candidates, or no time
  [[nodiscard]] static Result<BearerChoice> create(std::vector<BearerCandidate> candidates,
                                                   std::chrono::milliseconds limit = std::chrono::seconds{60});

  void start(TimePoint now);  ///< once
  /// A candidate is open: for BLE, what LinkOpened says; for HTTP on the mdoc's side, the first whole message.
  void on_opened(std::size_t candidate, TimePoint now);
  void on_failed(std::size_t candidate, const Error& error, TimePoint now);
  /// Nobody waits any more: all that is open or on its way is closed, and nothing is chosen.
  void cancel();
  void on_timer(TimePoint now);  ///< spurious calls are harmless

  [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;
  [[nodiscard]] std::optional<BearerEffect> poll();
  [[nodiscard]] bool decided() const noexcept { return decided_; }  ///< chosen, failed or cancelled

 private:
  enum class State : std::uint8_t { waiting, opening, failed };
  struct Attempt {
    BearerCandidate candidate{};
    State state = State::waiting;
    std::optional<Error> error{};
  };

  explicit BearerChoice(std::vector<Attempt> attempts, std::chrono::milliseconds limit)
      : attempts_(std::move(attempts)), limit_(limit) {}
  void open_due(TimePoint now);
  void decide(std::optional<std::size_t> chosen);

  std::vector<Attempt> attempts_;
  std::chrono::milliseconds limit_;
  std::optional<TimePoint> started_;
  bool decided_ = false;
  std::deque<BearerEffect> effects_;
};

}  // namespace mdoc::transport
