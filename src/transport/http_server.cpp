#include <string>
#include <utility>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "mdoc/transport/http.hpp"
#include "transport/http_parser.hpp"

namespace mdoc::transport {
namespace {

// What the data path answers with; the phrases are those of RFC 9110, 15.
enum class Status : std::uint16_t {
  ok = 200,
  bad_request = 400,
  not_found = 404,
  method_not_allowed = 405,
  length_required = 411,
  content_too_large = 413,
  unsupported_media_type = 415,
  internal_server_error = 500,
};

std::string_view reason(Status status) noexcept {
  switch (status) {
    case Status::ok: return "OK";
    case Status::bad_request: return "Bad Request";
    case Status::not_found: return "Not Found";
    case Status::method_not_allowed: return "Method Not Allowed";
    case Status::length_required: return "Length Required";
    case Status::content_too_large: return "Content Too Large";
    case Status::unsupported_media_type: return "Unsupported Media Type";
    case Status::internal_server_error: return "Internal Server Error";
  }
  return {};
}

// The same outcome for the caller and for the peer.
constexpr Errc code_of(Status status) noexcept {
  if (status == Status::content_too_large) return Errc::too_large;
  if (status == Status::unsupported_media_type) return Errc::unsupported_media_type;
  return Errc::bad_frame;
}
constexpr Status status_of(Errc code) noexcept {
  return code == Errc::too_large ? Status::content_too_large : Status::bad_request;
}

struct RequestLine {
  std::string_view method;
  std::string_view target;
  bool keeps_alive = true;  // HTTP/1.1
};

// method SP request-target SP HTTP-version, one space each (RFC 9112, 3).
std::optional<RequestLine> parse_request_line(std::string_view line) noexcept {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || first == 0 || last == first + 1) return std::nullopt;
  const RequestLine result{.method = line.substr(0, first),
                           .target = line.substr(first + 1, last - first - 1),
                           .keeps_alive = line.substr(last + 1) == "HTTP/1.1"};
  if (!result.keeps_alive && line.substr(last + 1) != "HTTP/1.0") return std::nullopt;
  if (line.find_first_of(" \t", first + 1) != last) return std::nullopt;
  return result;
}

}  // namespace

struct HttpServerFramer::Impl {
  const ProtocolConstants& constants;
  HttpParser parser;
  Bytes output{};
  std::optional<Error> failure{};
  enum class State : std::uint8_t { reading, answer_due, finished };
  State state = State::reading;
  bool keep_alive = true;  // the peer wants the connection for further requests

  Result<std::optional<Bytes>> read(ByteView input);
  Result<void> on_head(bool body_is_missing);
  Error refuse(Status status, const Path& where) const;
  Result<Bytes> answer(Status status, ByteView message);
  Bytes response(Status status, ByteView message) const;
};

Error HttpServerFramer::Impl::refuse(Status status, const Path& where) const {
  Error error = parser.error(code_of(status), where);
  error.native = static_cast<std::int32_t>(status);
  return error;
}

// The order is that of what a peer can do about it: first whether this is HTTP at all, then whether it
// came to the right place, then whether we take what it brings.
Result<void> HttpServerFramer::Impl::on_head(bool body_is_missing) {
  const HttpFields& fields = parser.fields();
  const Path& what = parser.what();
  const auto line = parse_request_line(parser.start_line());
  if (!line) return refuse(Status::bad_request, what / "requestLine");
  // RFC 9112, 3.2. Its value does not matter: no proxy and no second host stand on this path.
  if (line->keeps_alive && !fields.host) return refuse(Status::bad_request, what / "Host");
  if (fields.transfer_encoding && fields.content_length) {
    return refuse(Status::bad_request, what / "Transfer-Encoding");
  }
  if (line->target != constants.http_path) return refuse(Status::not_found, what / "requestLine");
  if (line->method != "POST") return refuse(Status::method_not_allowed, what / "requestLine");
  if (!fields.content_length) return refuse(Status::length_required, what / "Content-Length");
  if (!fields.media_type || !equal_ignoring_case(*fields.media_type, constants.http_content_type)) {
    return refuse(Status::unsupported_media_type, what / "Content-Type");
  }
  if (fields.content_coding) return refuse(Status::unsupported_media_type, what / "Content-Encoding");
  if (*fields.content_length == 0) return refuse(Status::bad_request, what / "body");
  MDOC_CHECK(parser.expect_body(*fields.content_length));
  keep_alive = line->keeps_alive && !fields.close;
  if (fields.expects_continue && line->keeps_alive && body_is_missing) {
    output = to_bytes("HTTP/1.1 100 Continue\r\n\r\n", {});
  }
  return {};
}

Result<std::optional<Bytes>> HttpServerFramer::Impl::read(ByteView input) {
  std::optional<Bytes> message;
  while (!input.empty()) {
    if (state != State::reading) return refuse(Status::bad_request, parser.what() / "pipelining");
    MDOC_TRY(const auto part, parser.next(input));
    if (part == HttpParser::Part::start_line && !parse_request_line(parser.start_line())) {
      return refuse(Status::bad_request, parser.what() / "requestLine");
    }
    if (part == HttpParser::Part::head) MDOC_CHECK(on_head(input.empty()));
    if (part == HttpParser::Part::body) {
      message = parser.take_body();
      state = State::answer_due;
    }
  }
  return message;
}

Bytes HttpServerFramer::Impl::response(Status status, ByteView message) const {
  std::string head = "HTTP/1.1 " + std::to_string(static_cast<unsigned>(status)) + " ";
  head.append(reason(status)).append("\r\nContent-Length: ").append(std::to_string(message.size()));
  if (!message.empty()) head.append("\r\nContent-Type: ").append(constants.http_content_type);
  if (status == Status::method_not_allowed) head += "\r\nAllow: POST";  // RFC 9110, 15.5.6
  if (!keep_alive) head += "\r\nConnection: close";
  return to_bytes(head.append("\r\n\r\n"), message);
}

Result<Bytes> HttpServerFramer::Impl::answer(Status status, ByteView message) {
  if (failure) return *failure;
  if (state != State::answer_due) return Error{.code = Errc::wrong_state, .where = Path("HttpServerFramer") / "answer"};
  if (message.empty()) keep_alive = false;
  state = keep_alive ? State::reading : State::finished;
  return response(status, message);
}

HttpServerFramer::HttpServerFramer(const ProtocolConstants& constants, const DecodeLimits& limits)
    : impl_(std::make_unique<Impl>(Impl{.constants = constants, .parser = HttpParser("HttpRequest", limits)})) {}
HttpServerFramer::HttpServerFramer(HttpServerFramer&&) noexcept = default;
HttpServerFramer& HttpServerFramer::operator=(HttpServerFramer&&) noexcept = default;
HttpServerFramer::~HttpServerFramer() = default;

Result<std::optional<Bytes>> HttpServerFramer::on_bytes(ByteView bytes) {
  if (impl_->failure) return *impl_->failure;
  auto message = impl_->read(bytes);
  if (message) return message;
  Error error = message.error();
  if (error.native == 0) error.native = static_cast<std::int32_t>(status_of(error.code));
  impl_->failure = error;
  impl_->state = Impl::State::finished;
  impl_->keep_alive = false;
  impl_->output = impl_->response(static_cast<Status>(error.native), {});
  return error;
}

Bytes HttpServerFramer::take_output() { return std::exchange(impl_->output, {}); }

Result<Bytes> HttpServerFramer::respond(ByteView message) {
  if (message.empty()) return Error{.code = Errc::bad_argument, .where = Path("HttpServerFramer") / "message"};
  return impl_->answer(Status::ok, message);
}

Result<Bytes> HttpServerFramer::acknowledge() { return impl_->answer(Status::ok, {}); }

Result<Bytes> HttpServerFramer::fail() { return impl_->answer(Status::internal_server_error, {}); }

bool HttpServerFramer::answer_due() const noexcept { return impl_->state == Impl::State::answer_due; }

bool HttpServerFramer::keep_alive() const noexcept { return impl_->state != Impl::State::finished; }

Result<void> HttpServerFramer::on_end() {
  if (impl_->failure) return *impl_->failure;
  if (impl_->state != Impl::State::answer_due && impl_->parser.between_messages()) return {};
  impl_->state = Impl::State::finished;
  impl_->failure = Error{.code = Errc::link_closed, .where = impl_->parser.what()};
  return *impl_->failure;
}

}  // namespace mdoc::transport
