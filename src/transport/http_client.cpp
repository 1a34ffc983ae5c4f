#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "mdoc/transport/http.hpp"
#include "transport/http_parser.hpp"

namespace mdoc::transport {
namespace {

constexpr unsigned status_ok = 200;
constexpr unsigned status_switching_protocols = 101;

struct StatusLine {
  unsigned status = 0;
  bool keeps_alive = true;  // HTTP/1.1
};

// "HTTP/1.1 200 OK"; the reason phrase says nothing, and some leave out even the space before it.
std::optional<StatusLine> parse_status_line(std::string_view line) noexcept {
  constexpr std::string_view version = "HTTP/1.";
  constexpr std::size_t length = version.size() + 5;  // "1 200"
  if (line.size() < length || !line.starts_with(version)) return std::nullopt;
  const char minor = line[version.size()];
  if ((minor != '1' && minor != '0') || line[version.size() + 1] != ' ') return std::nullopt;
  if (line.size() > length && line[length] != ' ') return std::nullopt;
  const auto digits = line.substr(version.size() + 2, 3);
  StatusLine result{.keeps_alive = minor == '1'};
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), result.status);
  if (parsed.ptr != digits.data() + digits.size() || result.status < 100) return std::nullopt;
  return result;
}

// What an address is made of, so that none can smuggle a header line into the request.
constexpr bool is_address_character(char c) noexcept {
  return is_letter_or_digit(c) || c == '.' || c == ':' || c == '-';
}

// The value of Host: an IPv6 literal in brackets and without its zone, the port unless it is 80.
Result<std::string> host_value(std::string_view address, std::uint16_t port) {
  const auto literal = address.substr(0, address.find('%'));
  if (literal.empty() || port == 0 || !std::ranges::all_of(literal, is_address_character)) {
    return Error{.code = Errc::bad_argument, .where = Path("HttpClientFramer") / "address"};
  }
  std::string host(literal);
  if (literal.find(':') != std::string_view::npos) host = "[" + host + "]";
  if (port != 80) host += ":" + std::to_string(port);
  return host;
}

}  // namespace

struct HttpClientFramer::Impl {
  enum class State : std::uint8_t { idle, waiting, finished };  // finished: the connection serves no more requests

  const ProtocolConstants& constants;
  HttpParser parser;
  std::string host;
  State state = State::idle;
  std::optional<Error> failure{};
  bool keeps_alive = true;
  std::optional<HttpResponse> response{};  // complete, not yet handed out

  Result<std::optional<HttpResponse>> read(ByteView input);
  Result<void> on_status_line();
  Result<void> on_head();
  void finish(Bytes message);
};

Result<void> HttpClientFramer::Impl::on_status_line() {
  const auto line = parse_status_line(parser.start_line());
  if (!line) return parser.error(Errc::bad_frame, parser.what() / "statusLine");
  keeps_alive = line->keeps_alive;
  const bool interim = line->status < status_ok && line->status != status_switching_protocols;
  if (line->status == status_ok || interim) return {};
  Error error = parser.error(Errc::http_status, parser.what() / "statusLine");
  error.native = static_cast<std::int32_t>(line->status);
  return error;
}

Result<void> HttpClientFramer::Impl::on_head() {
  if (parse_status_line(parser.start_line())->status != status_ok) {
    parser.skip_interim();
    return {};
  }
  const HttpFields& fields = parser.fields();
  if (fields.close) keeps_alive = false;
  if (fields.transfer_encoding) return parser.error(Errc::bad_frame, parser.what() / "Transfer-Encoding");
  if (!fields.content_length) return parser.error(Errc::bad_frame, parser.what() / "Content-Length");
  if (*fields.content_length == 0) {
    parser.next_message();
    finish({});
    return {};
  }
  if (fields.content_coding) return parser.error(Errc::unsupported_media_type, parser.what() / "Content-Encoding");
  if (!fields.media_type || !equal_ignoring_case(*fields.media_type, constants.http_content_type)) {
    return parser.error(Errc::unsupported_media_type, parser.what() / "Content-Type");
  }
  return parser.expect_body(*fields.content_length);
}

void HttpClientFramer::Impl::finish(Bytes message) {
  state = keeps_alive ? State::idle : State::finished;
  response = HttpResponse{.message = std::move(message), .reusable = keeps_alive};
}

Result<std::optional<HttpResponse>> HttpClientFramer::Impl::read(ByteView input) {
  while (!input.empty()) {
    // Bytes that nobody asked for would be taken for the answer to the next request.
    if (state != State::waiting) return Error{.code = Errc::bad_frame, .where = parser.what() / "unexpectedBytes"};
    MDOC_TRY(const auto part, parser.next(input));
    if (part == HttpParser::Part::start_line) MDOC_CHECK(on_status_line());
    if (part == HttpParser::Part::head) MDOC_CHECK(on_head());
    if (part == HttpParser::Part::body) finish(parser.take_body());
  }
  return std::exchange(response, std::nullopt);
}

HttpClientFramer::HttpClientFramer(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
HttpClientFramer::HttpClientFramer(HttpClientFramer&&) noexcept = default;
HttpClientFramer& HttpClientFramer::operator=(HttpClientFramer&&) noexcept = default;
HttpClientFramer::~HttpClientFramer() = default;

Result<HttpClientFramer> HttpClientFramer::create(std::string_view address, std::uint16_t port,
                                                  const ProtocolConstants& constants, const DecodeLimits& limits) {
  MDOC_TRY(auto host, host_value(address, port));
  return HttpClientFramer(std::make_unique<Impl>(
      Impl{.constants = constants, .parser = HttpParser("HttpResponse", limits), .host = std::move(host)}));
}

Result<Bytes> HttpClientFramer::request(ByteView message) {
  if (impl_->failure) return *impl_->failure;
  if (impl_->state != Impl::State::idle) {
    return Error{.code = Errc::wrong_state, .where = Path("HttpClientFramer") / "request"};
  }
  if (message.empty()) return Error{.code = Errc::bad_argument, .where = Path("HttpClientFramer") / "message"};
  std::string head = "POST ";
  head.append(impl_->constants.http_path).append(" HTTP/1.1\r\nHost: ").append(impl_->host);
  head.append("\r\nContent-Length: ").append(std::to_string(message.size()));
  head.append("\r\nContent-Type: ").append(impl_->constants.http_content_type).append("\r\n\r\n");
  impl_->state = Impl::State::waiting;
  return to_bytes(head, message);
}

Result<std::optional<HttpResponse>> HttpClientFramer::on_bytes(ByteView bytes) {
  if (impl_->failure) return *impl_->failure;
  auto response = impl_->read(bytes);
  if (!response) impl_->failure = response.error();
  return response;
}

Result<void> HttpClientFramer::on_end() {
  if (impl_->failure) return *impl_->failure;
  if (impl_->state == Impl::State::waiting) {
    impl_->failure = Error{.code = Errc::link_closed, .where = impl_->parser.what()};
    return *impl_->failure;
  }
  impl_->state = Impl::State::finished;
  return {};
}

}  // namespace mdoc::transport
