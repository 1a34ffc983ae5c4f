#pragma once

#include <functional>

namespace mdoc::testing {

/// Sees every fsync() of this program, and may let it fail with an errno. Empty: fsync() is as ever.
extern std::function<int(bool is_folder)> on_fsync;  // NOLINT(*-avoid-non-const-global-variables)

}  // namespace mdoc::testing
