#include "mdoc/asio/present.hpp"

#include <boost/asio/co_spawn.hpp>
#include <utility>

#include "asio/drive.hpp"

namespace mdoc::asio {
namespace {

net::awaitable<Result<void>> run(LinkOpener open, Reader reader, model::DeviceRequest request,
                                 ResponseHandler on_response, PresentOptions options) {
  if (const auto asked = reader.request(request, options.clock->now()); !asked) co_return asked.error();
  const auto executor = co_await net::this_coro::executor;
  auto inbox = std::make_shared<Inbox>(executor);
  std::optional<Error> misuse;
  const auto perform = [&](auto& effect, Now now) {
    using Effect = std::remove_cvref_t<decltype(effect)>;
    if constexpr (std::is_same_v<Effect, ResponseReceived>) {
      const auto next = on_response(std::move(effect));
      const auto asked = next ? reader.request(*next, now) : Result<void>();
      // The session may have ended with the answer.
      if (!asked && asked.error().code != Errc::wrong_state) misuse = asked.error();
      if (!next || !asked) reader.finish(now);
    } else if constexpr (std::is_same_v<Effect, RequestSent>) {
      if (options.on_request) options.on_request(effect);
    } else if constexpr (std::is_same_v<Effect, UseKey>) {
      if (options.keys == nullptr) {
        inbox->post(KeyUsed{.id = effect.id, .result = Error{.code = Errc::key_not_found, .where = "PresentOptions"}});
        return;
      }
      do_beside(executor, options.keys->use(std::move(effect.request)), inbox, report_key_use(effect.id));
    }
  };
  const auto put = [&](auto& input, Now now) {
    using Kind = std::remove_cvref_t<decltype(input)>;
    if constexpr (std::is_same_v<Kind, LinkOpened>) {
      reader.on_link_opened(now);
    } else if constexpr (std::is_same_v<Kind, KeyUsed>) {
      reader.on_key_result(input.id, std::move(input.result), now);
    }
  };
  auto ended = co_await drive(reader, std::move(open), options, inbox, perform, put);
  if (misuse) co_return *misuse;
  co_return ended;
}

}  // namespace

net::awaitable<Result<void>> present(LinkOpener open, Reader reader, model::DeviceRequest request,
                                     ResponseHandler on_response) {
  return present(std::move(open), std::move(reader), std::move(request), std::move(on_response), PresentOptions{});
}

net::awaitable<Result<ResponseReceived>> present(LinkOpener open, Reader reader, model::DeviceRequest request) {
  return present(std::move(open), std::move(reader), std::move(request), PresentOptions{});
}

// In a coroutine of its own: how it treats cancellation is none of the caller's business.
net::awaitable<Result<void>> present(LinkOpener open, Reader reader, model::DeviceRequest request,
                                     ResponseHandler on_response, PresentOptions options) {
  auto presentation =
      run(std::move(open), std::move(reader), std::move(request), std::move(on_response), std::move(options));
  co_return co_await net::co_spawn(co_await net::this_coro::executor, std::move(presentation), net::use_awaitable);
}

net::awaitable<Result<ResponseReceived>> present(LinkOpener open, Reader reader, model::DeviceRequest request,
                                                 PresentOptions options) {
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
