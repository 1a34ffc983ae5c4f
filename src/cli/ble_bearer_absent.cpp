#include "cli/ble_bearer.hpp"
#include "cli/doctor.hpp"
#include "cli/failure.hpp"
#include "cli/wording.hpp"

namespace mdoc::cli {
namespace {

[[noreturn]] void refuse_ble() { throw Failure(ExitCode::usage, say(json::Phrase::doctor_ble_absent)); }

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

Diagnosis diagnose_ble(const std::string& /*adapter*/) {
  return {.transport = "ble", .works = false, .found = told(json::Phrase::doctor_ble_absent)};
}

}  // namespace mdoc::cli
