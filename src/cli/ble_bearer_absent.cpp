#include "cli/ble_bearer.hpp"
#include "cli/doctor.hpp"
#include "cli/failure.hpp"

namespace mdoc::cli {
namespace {

constexpr auto absent =
    "Bluetooth is not supported by this build: build mdoc with MDOC_WITH_BLUEZ=ON (needs, on Debian: libsdbus-c++-dev)";

[[noreturn]] void refuse_ble() { throw Failure(ExitCode::usage, absent); }

}  // namespace

std::unique_ptr<HolderBearer> make_ble_holder_bearer(const BearerArguments& /*arguments*/, const BleChoice& /*choice*/,
                                                     const ProtocolConstants& /*constants*/) {
  refuse_ble();
}

std::unique_ptr<ReaderBearer> make_ble_reader_bearer(const BearerArguments& arguments, const BleChoice& /*choice*/,
                                                     const ProtocolConstants& /*constants*/) {
  if (arguments.via.empty()) {
    throw Failure(ExitCode::usage, "this build reaches an mdoc by --connect HOST:PORT only; the holder prints it");
  }
  refuse_ble();
}

Diagnosis diagnose_ble(const std::string& /*adapter*/) { return {.transport = "ble", .works = false, .found = absent}; }

}  // namespace mdoc::cli
