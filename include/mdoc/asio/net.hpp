#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace mdoc::asio {

namespace net = boost::asio;

}  // namespace mdoc::asio
