#include "bluez/dbus_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>

namespace mdoc::bluez {
namespace {

struct Known {
  const char* name = "";
  Errc code{};
  int native = 0;
};

// The errors of bluetoothd and of the bus itself.
constexpr std::array known_errors{
    Known{"org.bluez.Error.AlreadyConnected", Errc::connect_failed, EISCONN},
    Known{"org.bluez.Error.AlreadyExists", Errc::connect_failed, EEXIST},
    Known{"org.bluez.Error.AuthenticationCanceled", Errc::refused, EACCES},
    Known{"org.bluez.Error.AuthenticationFailed", Errc::refused, EACCES},
    Known{"org.bluez.Error.AuthenticationRejected", Errc::refused, EACCES},
    Known{"org.bluez.Error.AuthenticationTimeout", Errc::timed_out, ETIMEDOUT},
    Known{"org.bluez.Error.Canceled", Errc::connect_failed, ECANCELED},
    Known{"org.bluez.Error.ConnectionAttemptFailed", Errc::connect_failed, ECONNREFUSED},
    Known{"org.bluez.Error.DoesNotExist", Errc::connect_failed, ENOENT},
    Known{"org.bluez.Error.Failed", Errc::connect_failed, EIO},
    Known{"org.bluez.Error.InProgress", Errc::connect_failed, EINPROGRESS},
    Known{"org.bluez.Error.InvalidArguments", Errc::connect_failed, EINVAL},
    Known{"org.bluez.Error.InvalidLength", Errc::connect_failed, EMSGSIZE},
    Known{"org.bluez.Error.InvalidOffset", Errc::connect_failed, EINVAL},
    Known{"org.bluez.Error.InvalidValueLength", Errc::connect_failed, EMSGSIZE},
    Known{"org.bluez.Error.NotAuthorized", Errc::refused, EACCES},
    Known{"org.bluez.Error.NotAvailable", Errc::connect_failed, ENODEV},
    Known{"org.bluez.Error.NotConnected", Errc::link_closed, ENOTCONN},
    Known{"org.bluez.Error.NotPermitted", Errc::refused, EPERM},
    Known{"org.bluez.Error.NotReady", Errc::radio_off, ENETDOWN},
    Known{"org.bluez.Error.NotSupported", Errc::connect_failed, EOPNOTSUPP},
    Known{"org.freedesktop.DBus.Error.AccessDenied", Errc::refused, EACCES},
    Known{"org.freedesktop.DBus.Error.Disconnected", Errc::connect_failed, ECONNRESET},
    Known{"org.freedesktop.DBus.Error.LimitsExceeded", Errc::connect_failed, ENOBUFS},
    Known{"org.freedesktop.DBus.Error.NameHasNoOwner", Errc::radio_off, ENXIO},
    Known{"org.freedesktop.DBus.Error.NoMemory", Errc::connect_failed, ENOMEM},
    Known{"org.freedesktop.DBus.Error.NoReply", Errc::timed_out, ETIMEDOUT},
    Known{"org.freedesktop.DBus.Error.ServiceUnknown", Errc::radio_off, ENXIO},
    Known{"org.freedesktop.DBus.Error.Timeout", Errc::timed_out, ETIMEDOUT},
    Known{"org.freedesktop.DBus.Error.UnknownInterface", Errc::connect_failed, ENOENT},
    Known{"org.freedesktop.DBus.Error.UnknownMethod", Errc::connect_failed, ENOSYS},
    Known{"org.freedesktop.DBus.Error.UnknownObject", Errc::connect_failed, ENOENT},
    Known{"System.Error.ECONNRESET", Errc::connect_failed, ECONNRESET},
    Known{"System.Error.ENOTCONN", Errc::connect_failed, ENOTCONN},
    Known{"System.Error.ETIMEDOUT", Errc::timed_out, ETIMEDOUT},
};

}  // namespace

Error to_error(const sdbus::Error& error) {
  const std::string_view name = error.getName();
  const auto known = std::ranges::find_if(known_errors, [name](const Known& each) { return name == each.name; });
  Path where("D-Bus");
  if (known == known_errors.end()) return Error{.code = Errc::connect_failed, .where = where, .native = EPROTO};
  where.push_name(known->name);
  return Error{.code = known->code, .where = where, .native = known->native};
}

const char* bus_error_name(const Error& error) {
  const std::string where = error.where.text();
  const auto known =
      std::ranges::find_if(known_errors, [&](const Known& each) { return where == std::string("D-Bus.") + each.name; });
  return known == known_errors.end() ? nullptr : known->name;
}

Error system_error(int number, const char* call) {
  Path where("BLE");
  where.push_name(call);
  return Error{.code = Errc::connect_failed, .where = where, .native = number};
}

}  // namespace mdoc::bluez
