#include "asio/response_reader.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>
#include <utility>

#include "asio/gzip_inflater.hpp"
#include "core/ascii.hpp"

namespace mdoc::asio {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

Path response_path() { return Path("fetch") / "response"; }
Path body_path() { return response_path() / "body"; }
Path header_path() { return response_path() / "header"; }

// A body that compression makes longer is no reason to refuse it: deflate adds 5 bytes to a block that it stores, gzip
// 18 and a file name.
std::size_t max_coded_bytes(std::size_t max_bytes) {
  constexpr std::size_t container = std::size_t{4} << 10;
  const std::size_t overhead = max_bytes / 256 + container;
  return max_bytes > std::numeric_limits<std::size_t>::max() - overhead ? max_bytes : max_bytes + overhead;
}

}  // namespace

bool is_success(int status) noexcept {
  return status >= 200 && status < 300 && status != 204 && status != 205 && status != 206;
}

std::string media_type_of(const std::string& content_type) {
  std::string type = content_type.substr(0, content_type.find(';'));
  type.erase(type.find_last_not_of(" \t") + 1);
  return lower_case(type);
}

// Beast finds the parts of a message; what they mean for a fetch is decided here.
class ResponseReader::Parser final : public http::basic_parser<false> {
 public:
  explicit Parser(const FetchRequest& request) : request_(request) {
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    header_limit(static_cast<std::uint32_t>(std::min(request.limits.max_header_bytes, most)));
    body_limit(boost::none);  // counted here, where the coding is known
  }

  ResponseHead head;
  Bytes body;
  std::optional<Error> error;  // why a call failed, where Beast would not say

 private:
  void on_request_impl(http::verb, beast::string_view, beast::string_view, int, error_code&) override {}
  void on_response_impl(int status, beast::string_view, int, error_code&) override { head.status = status; }
  void on_field_impl(http::field name, beast::string_view, beast::string_view value, error_code& ec) override;
  void on_header_impl(error_code& ec) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view bytes, error_code& ec) override { return write(bytes, ec); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code& ec) override {
    return write(bytes, ec);
  }
  void on_finish_impl(error_code& ec) override;

  // As it comes, before its content coding is undone.
  [[nodiscard]] std::size_t max_body_bytes() const {
    return gzip_ ? max_coded_bytes(request_.limits.max_bytes) : request_.limits.max_bytes;
  }
  void set_once(std::string& field, beast::string_view value, error_code& ec);
  std::size_t write(beast::string_view bytes, error_code& ec);
  void fail(const Error& reason, error_code& ec) {
    error = reason;
    ec = http::error::bad_value;
  }

  const FetchRequest& request_;
  std::string content_encoding_;
  std::string transfer_encoding_;
  std::optional<GzipInflater> gzip_;
  std::size_t coded_bytes_ = 0;
};

void ResponseReader::Parser::on_field_impl(http::field name, beast::string_view, beast::string_view value,
                                           error_code& ec) {
  if (is_header_done()) return;  // a trailer says nothing that we would listen to
  if (name == http::field::location) set_once(head.location, value, ec);
  if (name == http::field::content_type) set_once(head.content_type, value, ec);
  if (name == http::field::content_encoding) set_once(content_encoding_, value, ec);
  if (name == http::field::transfer_encoding) set_once(transfer_encoding_, value, ec);
}

// Of two that differ, each reader would believe another one.
void ResponseReader::Parser::set_once(std::string& field, beast::string_view value, error_code& ec) {
  if (!field.empty() && beast::string_view(field) != value) {
    fail({.code = Errc::bad_frame, .where = header_path()}, ec);
  }
  field = std::string(value);
}

void ResponseReader::Parser::on_header_impl(error_code& ec) {
  // Beast takes a body of any other transfer coding as it stands, until the end of the connection.
  if (!transfer_encoding_.empty() && !beast::iequals(transfer_encoding_, "chunked")) {
    return fail({.code = Errc::bad_frame, .where = header_path()}, ec);
  }
  if (!is_success(head.status)) return;
  if (beast::iequals(content_encoding_, "gzip") || beast::iequals(content_encoding_, "x-gzip")) {
    gzip_.emplace(request_.limits.max_bytes);
  } else if (!content_encoding_.empty() && !beast::iequals(content_encoding_, "identity")) {
    return fail({.code = Errc::bad_compression, .where = header_path()}, ec);
  }
  if (const auto length = content_length(); length && *length > max_body_bytes()) {
    return fail({.code = Errc::too_large, .where = body_path()}, ec);
  }
  const std::string type = media_type_of(head.content_type);
  const auto is_type = [&](const std::string& accepted) { return beast::iequals(accepted, type); };
  if (request_.only_accepted && std::ranges::none_of(request_.accept, is_type)) {
    fail({.code = Errc::unsupported_media_type, .where = header_path()}, ec);
  }
}

std::size_t ResponseReader::Parser::write(beast::string_view bytes, error_code& ec) {
  if (bytes.size() > max_body_bytes() - coded_bytes_) {
    fail({.code = Errc::too_large, .where = body_path()}, ec);
    return 0;
  }
  coded_bytes_ += bytes.size();
  if (gzip_) {
    if (const auto written = gzip_->write(as_bytes({bytes.data(), bytes.size()}), body); !written) {
      fail(written.error(), ec);
    }
  } else {
    body.insert(body.end(), bytes.begin(), bytes.end());
  }
  return bytes.size();
}

void ResponseReader::Parser::on_finish_impl(error_code& ec) {
  if (!gzip_) return;
  if (const auto finished = gzip_->finish(); !finished) fail(finished.error(), ec);
}

ResponseReader::ResponseReader(const FetchRequest& request)
    : request_(&request), parser_(std::make_unique<Parser>(request)) {}
ResponseReader::ResponseReader(ResponseReader&&) noexcept = default;
ResponseReader& ResponseReader::operator=(ResponseReader&&) noexcept = default;
ResponseReader::~ResponseReader() = default;

const ResponseHead& ResponseReader::head() const noexcept { return parser_->head; }
Bytes ResponseReader::take_body() { return std::move(parser_->body); }

Result<bool> ResponseReader::on_bytes(ByteView bytes) {
  unparsed_.insert(unparsed_.end(), bytes.begin(), bytes.end());
  std::size_t used = 0;
  auto done = parse(used);
  unparsed_.erase(unparsed_.begin(), unparsed_.begin() + static_cast<std::ptrdiff_t>(used));
  if (!done || *done) return done;
  // Outside of a header that is the size of a chunk and what may stand beside it.
  if (unparsed_.size() > request_->limits.max_header_bytes) {
    return Error{.code = Errc::too_large, .where = response_path()};
  }
  return false;
}

Result<bool> ResponseReader::parse(std::size_t& used) {
  constexpr std::size_t shortest_last_chunk = 5;  // "0", CRLF, CRLF
  constexpr unsigned max_interim = 8;
  while (used < unparsed_.size()) {
    const std::size_t rest = unparsed_.size() - used;
    // Beast 1.81 asserts that it is not asked again with less.
    if (in_chunk_header_ && rest < shortest_last_chunk) return false;

    const bool in_header = !parser_->is_header_done();
    error_code ec;
    const std::size_t size = parser_->put({unparsed_.data() + used, rest}, ec);
    used += size;
    if (in_header) header_bytes_ += size;
    if (header_bytes_ > request_->limits.max_header_bytes) {
      return Error{.code = Errc::too_large, .where = header_path()};
    }
    in_chunk_header_ = ec == http::error::need_more && parser_->is_header_done();
    if (ec == http::error::need_more) return false;
    if (ec) {
      if (parser_->error) return *parser_->error;
      if (ec == http::error::header_limit) return Error{.code = Errc::too_large, .where = header_path()};
      return Error{.code = Errc::bad_frame, .where = response_path(), .native = ec.value()};
    }

    const int status = parser_->head.status;
    if (in_header && parser_->is_header_done()) {
      if (status == 101) return Error{.code = Errc::http_status, .where = response_path(), .native = status};
      if (status / 100 == 1) {
        if (++interim_ > max_interim) return Error{.code = Errc::too_many, .where = response_path()};
        parser_ = std::make_unique<Parser>(*request_);
        continue;
      }
      if (!is_success(status)) return true;
    }
    if (parser_->is_done()) return true;
  }
  return false;
}

Result<void> ResponseReader::on_end() {
  const Error cut_off{.code = Errc::link_closed, .where = response_path()};
  error_code ec;
  if (header_bytes_ == 0 && !unparsed_.empty()) {
    // Beast looks at a first line that came in pieces when the header is complete, and this one will never be.
    Parser anew(*request_);
    (void)anew.put({unparsed_.data(), unparsed_.size()}, ec);
    if (ec && ec != http::error::need_more) {
      return Error{.code = Errc::bad_frame, .where = response_path(), .native = ec.value()};
    }
  }
  if (!parser_->got_some()) return cut_off;
  ec = {};
  parser_->put_eof(ec);
  if (!ec) return {};
  return parser_->error ? *parser_->error : cut_off;
}

}  // namespace mdoc::asio
