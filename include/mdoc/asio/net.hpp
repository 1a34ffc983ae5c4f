#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

/// @file
/// The coroutines of this component take options as aggregates. With g++ 12, give such an object a name before the
/// co_await: what is made with braces inside of that expression, and has members to be destroyed, is destroyed twice.
///
///     const FetchOptions options{.allow = only_public_addresses};
///     const auto list = co_await fetch(request, options);  // not: fetch(request, {.allow = …})
///
/// So none of them has default arguments either, but an overload without options.

namespace mdoc::asio {

namespace net = boost::asio;

}  // namespace mdoc::asio
