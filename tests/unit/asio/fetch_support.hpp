#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "mdoc/asio/fetcher.hpp"
#include "run.hpp"
#include "support/http_test_server.hpp"

namespace mdoc::asio {

/// Waits for one fetch.
inline Result<FetchResponse> fetch_now(FetchRequest request, FetchOptions options = {}) {
  net::io_context context;
  std::optional<Result<FetchResponse>> result;
  const auto keep = [](FetchRequest asked, FetchOptions with, auto& answer) -> net::awaitable<void> {
    answer = co_await fetch(std::move(asked), std::move(with));
  };
  run(context, keep(std::move(request), std::move(options), result));
  return result.value_or(Error{.code = Errc::wrong_state});
}

inline std::string text(const Bytes& bytes) { return std::string(as_text(bytes)); }

/// A server without TLS, and what is fetched from it.
class FetcherTest : public ::testing::Test {
 protected:
  Result<FetchResponse> get(std::string_view target, FetchLimits limits = {}) {
    return fetch_now({.url = server.url(target), .limits = limits});
  }
  void expect_error(std::string_view target, Errc code, FetchLimits limits = {}, std::int32_t native = 0) {
    const auto response = get(target, limits);
    ASSERT_FALSE(response) << target;
    EXPECT_EQ(name(response.error().code), name(code)) << target << " " << describe(response.error());
    EXPECT_FALSE(response.error().where.empty());
    if (native != 0) {
      EXPECT_EQ(response.error().native, native);
    }
  }
  void expect_body(std::string_view target, const std::string& body, FetchLimits limits = {}) {
    const auto response = get(target, limits);
    ASSERT_TRUE(response) << target << " " << describe(response.error());
    EXPECT_TRUE(text(response->body) == body) << target;
  }

  testing::HttpTestServer server;
};

}  // namespace mdoc::asio
