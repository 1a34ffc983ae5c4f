#pragma once
// Internal to mdoc::json: the files of profiles/, compiled in.

#include <cstdint>

#include "mdoc/core/bytes.hpp"

namespace mdoc::json::built_in {

[[nodiscard]] ByteView age_verification();
[[nodiscard]] ByteView mdl();
[[nodiscard]] ByteView photo_id();
[[nodiscard]] ByteView pid();
[[nodiscard]] ByteView vehicle_registration();
[[nodiscard]] ByteView fragment_iso_23220_1();

}  // namespace mdoc::json::built_in
