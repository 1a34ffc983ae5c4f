#pragma once

#include <memory>

#include "cli/bearers.hpp"

namespace mdoc::cli {

// Bluetooth Low Energy by the stack of this machine. Throw Failure, which says what to do, where this build has none.

[[nodiscard]] std::unique_ptr<HolderBearer> make_ble_holder_bearer(const BearerArguments& arguments,
                                                                   const BleChoice& choice,
                                                                   const ProtocolConstants& constants);
[[nodiscard]] std::unique_ptr<ReaderBearer> make_ble_reader_bearer(const BearerArguments& arguments,
                                                                   const BleChoice& choice,
                                                                   const ProtocolConstants& constants);

}  // namespace mdoc::cli
