#include "support/http_test_server.hpp"

#include <zlib.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cctype>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

namespace mdoc::testing {

namespace net = boost::asio;
namespace http = boost::beast::http;
using net::ip::tcp;

namespace {

constexpr auto use_tuple = net::as_tuple(net::use_awaitable);

std::string head(unsigned status, HttpHeaders headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Reason\r\n";
  for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
  return text;
}

}  // namespace

HttpScript HttpScript::slowly(std::size_t bytes_at_a_time, std::chrono::milliseconds between) && {
  piece = bytes_at_a_time;
  pause = between;
  return std::move(*this);
}

HttpScript HttpScript::then(End what) && {
  end = what;
  return std::move(*this);
}

HttpScript http_raw(std::string bytes) { return {.bytes = std::move(bytes)}; }

HttpScript http_answer(unsigned status, std::string_view body, HttpHeaders headers) {
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return http_raw(head(status, headers) + length + std::string(body));
}

HttpScript http_chunked(std::string_view body, std::size_t chunk, HttpHeaders headers) {
  std::string text = head(200, headers) + "Transfer-Encoding: chunked\r\n\r\n";
  constexpr std::string_view digits = "0123456789abcdef";
  while (!body.empty()) {
    const std::string_view part = body.substr(0, chunk);
    body.remove_prefix(part.size());
    std::string size;
    for (std::size_t left = part.size(); left > 0; left /= 16) size.insert(size.begin(), digits[left % 16]);
    text.append(size).append("\r\n").append(part).append("\r\n");
  }
  return http_raw(text + "0\r\n\r\n");
}

HttpScript http_until_close(std::string_view body, HttpHeaders headers) {
  return http_raw(head(200, headers) + "\r\n" + std::string(body));
}

HttpScript http_redirect(std::string_view location, unsigned status) {
  return http_answer(status, "moved", {{"Location", location}});
}

HttpScript http_silence() { return HttpScript{.end = HttpScript::End::hold}; }

std::string gzip(std::string_view text, int level) {
  constexpr int window_with_gzip_header = 15 + 16;
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, window_with_gzip_header, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string input(text);
  std::string output(deflateBound(&stream, static_cast<uLong>(input.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  const int ended = deflate(&stream, Z_FINISH);
  output.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) throw std::runtime_error("deflate");
  return output;
}

std::string HttpTestRequest::header(std::string_view name) const {
  std::string values;
  for (const auto& [key, value] : headers) {
    if (key == name) values.append(values.empty() ? "" : "|").append(value);
  }
  return values;
}

struct HttpTestServer::Impl {
  explicit Impl(std::optional<net::ssl::context> context) : tls(std::move(context)) {
    net::co_spawn(io, accept(), net::detached);
    thread = std::thread([this] { io.run(); });
  }
  ~Impl() {
    io.stop();
    thread.join();
  }

  net::awaitable<void> accept();
  net::awaitable<void> serve(tcp::socket socket);
  net::awaitable<void> serve_tls(net::ssl::stream<tcp::socket>& stream);
  template <class Stream>
  net::awaitable<HttpScript::End> answer(Stream& stream);
  template <class Stream>
  net::awaitable<void> write(Stream& stream, const HttpScript& script);
  HttpScript take(const http::request<http::string_body>& request);

  net::io_context io;
  std::optional<net::ssl::context> tls;
  tcp::acceptor acceptor{io, tcp::endpoint(net::ip::address_v4::loopback(), 0)};
  std::uint16_t port = acceptor.local_endpoint().port();
  std::thread thread;

  mutable std::mutex mutex;  // of all below
  mutable std::condition_variable closed;
  std::map<std::string, std::vector<HttpScript>> scripts;
  std::vector<HttpTestRequest> requests;
  std::size_t connections = 0;
  std::size_t open = 0;
};

net::awaitable<void> HttpTestServer::Impl::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(use_tuple);
    if (error) co_return;
    {
      const std::lock_guard lock(mutex);
      ++connections;
      ++open;
    }
    net::co_spawn(io, serve(std::move(socket)), [this](const std::exception_ptr&) {
      const std::lock_guard lock(mutex);
      --open;
      closed.notify_all();
    });
  }
}

net::awaitable<void> HttpTestServer::Impl::serve(tcp::socket socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  if (!tls) {
    (void)co_await answer(socket);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    // Lets the client read to the end: closed with bytes unread, a socket resets its connection.
    std::array<char, 256> rest{};
    for (;;) {
      const auto [error, size] = co_await socket.async_read_some(net::buffer(rest), use_tuple);
      if (error) co_return;
    }
  }
  net::ssl::stream<tcp::socket> stream(std::move(socket), *tls);
  co_await serve_tls(stream);
}

net::awaitable<void> HttpTestServer::Impl::serve_tls(net::ssl::stream<tcp::socket>& stream) {
  const auto [error] = co_await stream.async_handshake(net::ssl::stream_base::server, use_tuple);
  if (error) co_return;
  const HttpScript::End end = co_await answer(stream);
  if (end == HttpScript::End::close) (void)co_await stream.async_shutdown(use_tuple);
}

template <class Stream>
net::awaitable<HttpScript::End> HttpTestServer::Impl::answer(Stream& stream) {
  boost::beast::flat_buffer buffer;
  http::request<http::string_body> request;
  const auto [error, size] = co_await http::async_read(stream, buffer, request, use_tuple);
  if (error) co_return HttpScript::End::cut;
  const HttpScript script = take(request);
  co_await write(stream, script);
  if (script.end == HttpScript::End::hold) {
    std::array<char, 256> rest{};
    (void)co_await stream.async_read_some(net::buffer(rest), use_tuple);  // ends with the client
  }
  co_return script.end;
}

template <class Stream>
net::awaitable<void> HttpTestServer::Impl::write(Stream& stream, const HttpScript& script) {
  net::steady_timer timer(io);
  const std::string_view bytes = script.bytes;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::string_view piece = bytes.substr(at, script.piece == 0 ? bytes.size() : script.piece);
    const auto [error, size] = co_await net::async_write(stream, net::buffer(piece), use_tuple);
    if (error) co_return;
    at += piece.size();
    if (script.pause.count() == 0) continue;
    timer.expires_after(script.pause);
    (void)co_await timer.async_wait(use_tuple);
  }
}

HttpScript HttpTestServer::Impl::take(const http::request<http::string_body>& request) {
  HttpTestRequest seen{.method = std::string(request.method_string()),
                       .target = std::string(request.target()),
                       .headers = {},
                       .body = request.body()};
  for (const auto& field : request) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    seen.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  const std::lock_guard lock(mutex);
  const auto found = scripts.find(seen.target);
  requests.push_back(std::move(seen));
  if (found == scripts.end()) return http_answer(404, "");
  HttpScript script = found->second.front();
  if (found->second.size() > 1) found->second.erase(found->second.begin());
  return script;
}

HttpTestServer::HttpTestServer() : impl_(std::make_unique<Impl>(std::nullopt)) {}

HttpTestServer::HttpTestServer(const HttpTestCertificate& certificate) {
  net::ssl::context context(net::ssl::context::tls_server);
  context.use_certificate_chain(net::buffer(certificate.chain_pem));
  context.use_private_key(net::buffer(certificate.key_pem), net::ssl::context::pem);
  impl_ = std::make_unique<Impl>(std::move(context));
}

HttpTestServer::~HttpTestServer() = default;

void HttpTestServer::serve(std::string target, HttpScript script) {
  serve(std::move(target), std::vector{std::move(script)});
}

void HttpTestServer::serve(std::string target, std::vector<HttpScript> scripts) {
  const std::lock_guard lock(impl_->mutex);
  impl_->scripts.insert_or_assign(std::move(target), std::move(scripts));
}

std::uint16_t HttpTestServer::port() const noexcept { return impl_->port; }

std::string HttpTestServer::url(std::string_view target) const {
  const std::string origin = impl_->tls ? "https://localhost:" : "http://127.0.0.1:";
  return origin + std::to_string(port()) + std::string(target);
}

std::vector<HttpTestRequest> HttpTestServer::requests() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->requests;
}

std::size_t HttpTestServer::connections() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->connections;
}

bool HttpTestServer::wait_until_idle(std::chrono::milliseconds limit) const {
  std::unique_lock lock(impl_->mutex);
  return impl_->closed.wait_for(lock, limit, [this] { return impl_->open == 0; });
}

}  // namespace mdoc::testing
