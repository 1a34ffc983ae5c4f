#pragma once

#include <sdbus-c++/Error.h>

#include "mdoc/core/error.hpp"

namespace mdoc::bluez {

/// What a D-Bus call came to, as an error of ours: `where` is "D-Bus" and the name of the error, if it is one that we
/// know, `native` the errno that comes nearest. Names and texts that the daemon may have made up go no further.
[[nodiscard]] Error to_error(const sdbus::Error& error);
/// The name that to_error() has put into an error, with static storage; null for other errors.
[[nodiscard]] const char* bus_error_name(const Error& error);
/// The same of a system call.
[[nodiscard]] Error system_error(int number, const char* call);

}  // namespace mdoc::bluez
