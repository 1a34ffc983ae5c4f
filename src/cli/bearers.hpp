#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "mdoc/asio/message_stream.hpp"
#include "mdoc/asio/net.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/engagement/retrieval_method.hpp"
#include "mdoc/holder.hpp"
#include "mdoc/reader.hpp"

namespace CLI {
class App;
}

namespace mdoc::cli {

/// How messages get from one side to the other: what --via and the options beside it say.
struct BearerArguments {
  std::string via;                              ///< "tcp", "ble", "ble:central", "ble:peripheral:l2cap", …
  std::string listen = "127.0.0.1:0", connect;  ///< of tcp: the one for holders, the other for readers
  std::string adapter;                          ///< of ble; empty: the first that is on
  bool insecure_tcp = false;
  bool trace = false;  ///< of ble: each input and effect, on standard error
};

/// Modes of BLE, as the standard names them from the mdoc's view, and whether a channel is to be had.
struct BleChoice {
  bool central_client = true;
  bool peripheral_server = true;
  bool l2cap = false;
};
/// @return nothing where `via` is none of the forms of ble
[[nodiscard]] std::optional<BleChoice> ble_choice(const std::string& via);

/// Throws Failure where `via` is no bearer.
void check_bearer(const std::string& via);

/// How one link came about.
struct BearerReport {
  std::string name;            ///< for people: "BLE, mdoc central client mode, GATT"
  boost::json::array steps{};  ///< `[{"mode": …, "step": …, "milliseconds": …}]`, from the start on; empty for tcp
  std::optional<double> warm_up{};  ///< milliseconds that were spent before the engagement was shown
};

/// Adds "bearerSteps" and "warmUp", where there are any.
void add_bearer(boost::json::object& object, const BearerReport& report);
/// Lines for people: each step with its time, and what the warm-up spared.
void print_bearer(const BearerReport& report);

/// What a holder is reached by, one presentation after the other.
class HolderBearer {
 public:
  virtual ~HolderBearer() = default;
  /// Begins what can begin before there is an engagement. @return what the engagement is to offer. Throws Failure.
  [[nodiscard]] virtual asio::net::awaitable<std::vector<engagement::RetrievalMethod>> prepare() = 0;
  /// Begins the rest; then the engagement may be shown. @return for asio::serve()
  [[nodiscard]] virtual asio::net::awaitable<asio::LinkOpener> open(const Holder& holder) = 0;
  /// Where to connect, for bearers of which the engagement does not say it; else empty.
  [[nodiscard]] virtual std::string endpoint() const = 0;
  [[nodiscard]] virtual BearerReport report() const = 0;
  /// Ends what is open or on its way. Afterwards nothing begins any more. @return whether the peer or the stack is to
  /// be given a moment for that
  virtual bool close() noexcept { return false; }
  [[nodiscard]] virtual bool is_closed() const noexcept { return false; }
};
[[nodiscard]] std::unique_ptr<HolderBearer> make_holder_bearer(const asio::net::any_io_executor& executor,
                                                               const BearerArguments& arguments,
                                                               const ProtocolConstants& constants);

/// What a reader reaches one mdoc by.
class ReaderBearer {
 public:
  virtual ~ReaderBearer() = default;
  /// @return for asio::present(). Throws Failure.
  [[nodiscard]] virtual asio::net::awaitable<asio::LinkOpener> open(const Reader& reader) = 0;
  [[nodiscard]] virtual BearerReport report() const = 0;
  virtual bool close() noexcept { return false; }  ///< as HolderBearer's
};
/// By --connect, or else by what the engagement offers.
[[nodiscard]] std::unique_ptr<ReaderBearer> make_reader_bearer(const BearerArguments& arguments,
                                                               const ProtocolConstants& constants);

void add_holder_bearer_options(CLI::App& command, BearerArguments& arguments);
void add_reader_bearer_options(CLI::App& command, BearerArguments& arguments);

}  // namespace mdoc::cli
