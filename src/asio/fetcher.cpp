#include "mdoc/asio/fetcher.hpp"

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "asio/resolve.hpp"
#include "asio/response_reader.hpp"
#include "asio/tls_client.hpp"
#include "asio/until.hpp"

namespace mdoc::asio {
namespace {

using net::ip::tcp;

constexpr std::string_view user_agent = "mdoc/" MDOC_VERSION;

// A value that a header can carry: visible characters and single spaces, so that it stays one value.
bool is_field_value(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_media_type(const std::string& type) { return is_field_value(type) && type.find(',') == std::string::npos; }

Result<void> check(const FetchRequest& request) {
  const Path where("FetchRequest");
  const auto bad = [](const Path& at) { return Error{.code = Errc::bad_argument, .where = at}; };
  const bool post = request.method == FetchMethod::post;
  if (!post && !request.body.empty()) return bad(where / "body");
  if (post != is_field_value(request.content_type)) return bad(where / "content_type");
  if (!std::ranges::all_of(request.accept, is_media_type)) return bad(where / "accept");
  if (request.only_accepted && request.accept.empty()) return bad(where / "only_accepted");
  if (request.limits.timeout <= std::chrono::milliseconds::zero()) return bad(where / "limits" / "timeout");
  return {};
}

std::string request_text(const FetchRequest& request, const Url& url) {
  std::string accept;
  for (const std::string& type : request.accept) accept.append(accept.empty() ? "" : ", ").append(type);
  const bool post = request.method == FetchMethod::post;
  std::string text = post ? "POST " : "GET ";
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  text.append(url.target()).append(" HTTP/1.1\r\n");
  add("Host", url.authority());
  add("User-Agent", user_agent);
  add("Accept", accept.empty() ? "*/*" : accept);
  add("Accept-Encoding", "gzip");
  add("Connection", "close");
  if (post) {
    add("Content-Type", request.content_type);
    add("Content-Length", std::to_string(request.body.size()));
  }
  text.append("\r\n").append(as_text(request.body));
  return text;
}

// RFC 9110, 15.4. The others that lead elsewhere change a post into a get, and an OCSP responder has nothing to get.
bool is_redirection(int status, FetchMethod method) {
  if (status == 307 || status == 308) return true;
  return method == FetchMethod::get && (status == 301 || status == 302 || status == 303);
}

// One fetch with its redirections. Its coroutines are cancelled from outside once time is up.
class Fetch {
 public:
  Fetch(FetchRequest request, FetchOptions options, TimePoint deadline)
      : request_(std::move(request)), options_(std::move(options)), deadline_(deadline) {}

  net::awaitable<Result<FetchResponse>> run();

  /// The step at which it is.
  [[nodiscard]] const Path& where() const noexcept { return where_; }
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  net::awaitable<Result<FetchResponse>> follow();
  [[nodiscard]] Result<Url> redirected(const ResponseHead& head) const;
  net::awaitable<Result<ResponseReader>> ask();
  net::awaitable<Result<tcp::socket>> connect(std::vector<tcp::endpoint> endpoints);
  [[nodiscard]] Result<void> check_allowed(const std::optional<net::ip::address>& address) const;
  net::awaitable<Result<ResponseReader>> ask_over_tls(tcp::socket socket);
  template <class Stream>
  net::awaitable<Result<ResponseReader>> exchange(Stream& stream);

  FetchRequest request_;
  FetchOptions options_;
  TimePoint deadline_;
  std::vector<Url> urls_;  // that were asked; the last one is
  Path where_ = "fetch";
  std::exception_ptr thrown_;
};

// until() would wait for the deadline where its operation throws.
net::awaitable<Result<FetchResponse>> Fetch::run() {
  try {
    co_return co_await follow();
  } catch (...) {
    thrown_ = std::current_exception();
  }
  co_return Error{.code = Errc::link_closed, .where = where_};
}

net::awaitable<Result<FetchResponse>> Fetch::follow() {
  auto url = Url::parse(request_.url);
  for (;;) {
    if (!url) co_return Error{.code = url.error().code, .where = Path("fetch") / "url", .offset = url.error().offset};
    urls_.push_back(*std::move(url));
    auto answer = co_await ask();
    if (!answer) co_return answer.error();
    const ResponseHead& head = answer->head();
    if (is_success(head.status)) {
      co_return FetchResponse{.body = answer->take_body(),
                              .content_type = head.content_type,
                              .media_type = media_type_of(head.content_type),
                              .final_url = urls_.back().text(),
                              .redirects = static_cast<unsigned>(urls_.size() - 1)};
    }
    if (!is_redirection(head.status, request_.method) || head.location.empty()) {
      co_return Error{.code = Errc::http_status, .where = Path("fetch") / "response", .native = head.status};
    }
    url = redirected(head);
    if (url) continue;
    Error error = url.error();
    error.where = Path("fetch") / "redirects" / (urls_.size() - 1);
    co_return error;
  }
}

Result<Url> Fetch::redirected(const ResponseHead& head) const {
  if (urls_.size() > request_.limits.max_redirects) return Error{.code = Errc::too_many, .native = head.status};
  auto next = urls_.back().resolve(head.location);
  if (!next) return next;
  if (urls_.back().is_https() && !next->is_https()) return Error{.code = Errc::refused, .native = head.status};
  if (std::ranges::find(urls_, *next) != urls_.end()) return Error{.code = Errc::too_many, .native = head.status};
  return next;
}

net::awaitable<Result<ResponseReader>> Fetch::ask() {
  const Url& url = urls_.back();
  if (url.is_https() && options_.tls_anchors.empty()) {
    co_return Error{.code = Errc::no_trust_anchor, .where = Path("FetchOptions") / "tls_anchors"};
  }
  if (const auto allowed = check_allowed(std::nullopt); !allowed) co_return allowed.error();
  where_ = Path("fetch") / "resolve";
  auto endpoints = co_await resolve(url.host(), url.port());
  if (!endpoints) co_return endpoints.error();
  where_ = Path("fetch") / "connect";
  auto socket = co_await connect(*std::move(endpoints));
  if (!socket) co_return socket.error();
  if (!url.is_https()) co_return co_await exchange(*socket);
  co_return co_await ask_over_tls(*std::move(socket));
}

Result<void> Fetch::check_allowed(const std::optional<net::ip::address>& address) const {
  if (!options_.allow || options_.allow(urls_.back(), address)) return {};
  return Error{.code = Errc::refused, .where = address ? Path("fetch") / "address" : Path("fetch") / "url"};
}

// One after the other. An address that takes no connection and says nothing gets no more than its share of the time.
net::awaitable<Result<tcp::socket>> Fetch::connect(std::vector<tcp::endpoint> endpoints) {
  Error error{.code = Errc::connect_failed, .where = where_};
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const tcp::endpoint endpoint = endpoints[i];
    if (const auto allowed = check_allowed(endpoint.address()); !allowed) {
      error = allowed.error();
      continue;
    }
    const TimePoint now = std::chrono::steady_clock::now();
    const auto share = (deadline_ - now) / static_cast<std::int64_t>(endpoints.size() - i);
    tcp::socket socket(co_await net::this_coro::executor);
    const auto done = co_await until(now + share, socket.async_connect(endpoint, use_tuple));
    if (!done) {
      error = {.code = Errc::timed_out, .where = where_};
      continue;
    }
    const auto& [failure] = *done;
    if (!failure) co_return std::move(socket);
    error = {.code = Errc::connect_failed, .where = where_, .native = failure.value()};
  }
  co_return error;
}

net::awaitable<Result<ResponseReader>> Fetch::ask_over_tls(tcp::socket socket) {
  where_ = Path("fetch") / "tls";
  TlsStream stream(std::move(socket), options_.tls_anchors.impl()->context);
  const auto expected = expect_server(stream, urls_.back(), options_.clock->now().utc);
  if (!expected) co_return expected.error();
  const auto [error] = co_await stream.async_handshake(net::ssl::stream_base::client, use_tuple);
  if (error) co_return handshake_error(stream, error);
  co_return co_await exchange(stream);
}

template <class Stream>
net::awaitable<Result<ResponseReader>> Fetch::exchange(Stream& stream) {
  const auto closed = [this](const boost::system::error_code& error) {
    return Error{.code = Errc::link_closed, .where = where_, .native = error.value()};
  };
  where_ = Path("fetch") / "request";
  const std::string request = request_text(request_, urls_.back());
  const auto [unsent, sent] = co_await net::async_write(stream, net::buffer(request), use_tuple);
  if (unsent && sent == 0) co_return closed(unsent);

  // A server may refuse a request before it has read it all, so what it says counts more than that it does not listen.
  where_ = Path("fetch") / "response";
  ResponseReader reader(request_);
  Bytes buffer(std::size_t{16} << 10);
  for (;;) {
    const auto [error, size] = co_await stream.async_read_some(net::buffer(buffer), use_tuple);
    if (size > 0) {
      const auto done = reader.on_bytes(ByteView(buffer.data(), size));
      if (!done) co_return done.error();
      if (*done) co_return std::move(reader);
    }
    // Over TLS that is the peer's close_notify; a connection that only breaks off is no end of a body.
    if (error == net::error::eof) {
      const auto ended = reader.on_end();
      if (!ended) co_return ended.error();
      co_return std::move(reader);
    }
    if (error) co_return closed(error);
  }
}

net::awaitable<Result<FetchResponse>> fetch_in_time(FetchRequest request, FetchOptions options) {
  co_await net::this_coro::throw_if_cancelled(false);
  if (const auto possible = check(request); !possible) co_return possible.error();
  constexpr std::chrono::milliseconds longest = std::chrono::hours(24);  // a clock cannot count to any number
  const TimePoint deadline = after(std::min(request.limits.timeout, longest));
  Fetch fetch(std::move(request), std::move(options), deadline);
  auto response = co_await until(deadline, fetch.run());
  if (response && *response) co_return *std::move(response);
  const net::cancellation_state state = co_await net::this_coro::cancellation_state;
  if (state.cancelled() != net::cancellation_type::none) {
    co_return Error{.code = Errc::link_closed, .where = fetch.where()};
  }
  if (!response) co_return Error{.code = Errc::timed_out, .where = fetch.where()};
  fetch.rethrow();
  co_return response->error();
}

}  // namespace

// In a coroutine of its own: how it treats cancellation is none of the caller's business.
net::awaitable<Result<FetchResponse>> fetch(FetchRequest request) { return fetch(std::move(request), FetchOptions{}); }

net::awaitable<Result<FetchResponse>> fetch(FetchRequest request, FetchOptions options) {
  auto fetched = fetch_in_time(std::move(request), std::move(options));
  co_return co_await net::co_spawn(co_await net::this_coro::executor, std::move(fetched), net::use_awaitable);
}

}  // namespace mdoc::asio
