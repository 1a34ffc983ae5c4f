#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "mdoc/asio/message_stream.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/transport/bearer_choice.hpp"

namespace mdoc::asio {

/// One way to the peer, and how it is opened.
struct Bearer {
  transport::BearerCandidate candidate{};  ///< of transport::bearers_of_reader() or bearers_of_mdoc()
  LinkOpener open{};                       ///< must end soon when it is cancelled, and leave nothing behind
};

/// Options of first_bearer().
struct BearerOptions {
  std::chrono::milliseconds limit{60'000};  ///< for all of it
  /// Told of each attempt, and of what became of it; for time lines. May be empty.
  std::function<void(transport::BearerKind)> on_opening{};
  std::function<void(transport::BearerKind, const Error&)> on_failed{};
  std::function<void(transport::BearerKind)> on_chosen{};
};

/// Opens the bearers by the times of their candidates and takes the first that is open; the others are cancelled, and a
/// link that opens in that moment is closed unread. For present() and serve().
/// @return of the opener: what transport::NoBearer says; usage/bad_argument without bearers
[[nodiscard]] MDOC_EXPORT LinkOpener first_bearer(std::vector<Bearer> bearers, BearerOptions options = {});

}  // namespace mdoc::asio
