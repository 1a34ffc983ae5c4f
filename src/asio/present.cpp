#include "mdoc/asio/present.hpp"

#include <boost/asio/co_spawn.hpp>
#include <utility>

#include "asio/drive.hpp"

namespace mdoc::asio {
namespace {

net::awaitable<Result<void>> run(LinkOpener open, Reader reader, model::DeviceRequest request,
                                 ResponseHandler on_response, DriverOptions options) {
  if (const auto asked = reader.request(request, options.clock->now()); !asked) co_return asked.error();
  const auto perform = [&](auto& effect, Now now) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(effect)>, ResponseReceived>) {
      const auto next = on_response(std::move(effect));
      if (!next || !reader.request(*next, now)) reader.finish(now);
    }
  };
  const auto put = [&](auto& input, Now now) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(input)>, LinkOpened>) reader.on_link_opened(now);
  };
  auto inbox = std::make_shared<Inbox>(co_await net::this_coro::executor);
  co_return co_await drive(reader, std::move(open), options, std::move(inbox), perform, put);
}

}  // namespace

net::awaitable<Result<void>> present(LinkOpener open, Reader reader, model::DeviceRequest request,
                                     ResponseHandler on_response) {
  return present(std::move(open), std::move(reader), std::move(request), std::move(on_response), DriverOptions{});
}

net::awaitable<Result<ResponseReceived>> present(LinkOpener open, Reader reader, model::DeviceRequest request) {
  return present(std::move(open), std::move(reader), std::move(request), DriverOptions{});
}

// In a coroutine of its own: how it treats cancellation is none of the caller's business.
net::awaitable<Result<void>> present(LinkOpener open, Reader reader, model::DeviceRequest request,
                                     ResponseHandler on_response, DriverOptions options) {
  auto presentation =
      run(std::move(open), std::move(reader), std::move(request), std::move(on_response), std::move(options));
  co_return co_await net::co_spawn(co_await net::this_coro::executor, std::move(presentation), net::use_awaitable);
}

net::awaitable<Result<ResponseReceived>> present(LinkOpener open, Reader reader, model::DeviceRequest request,
                                                 DriverOptions options) {
  std::optional<ResponseReceived> response;
  const ResponseHandler keep = [&response](ResponseReceived received) -> std::optional<model::DeviceRequest> {
    response = std::move(received);
    return std::nullopt;
  };
  const auto ended = co_await present(std::move(open), std::move(reader), std::move(request), keep, std::move(options));
  if (response) co_return *std::move(response);
  co_return ended ? Error{.code = Errc::terminated_by_peer, .where = "DeviceResponse"} : ended.error();
}

}  // namespace mdoc::asio
