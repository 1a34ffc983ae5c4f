#pragma once

#include "mdoc/core/bytes.hpp"
#include "mdoc/trust/rical.hpp"

namespace mdoc::trust {

/// Internal. The value of "trustConstraints", which tells constraints apart; empty where there are none.
[[nodiscard]] Bytes encode_constraints(const RicalCertificateInfo& info);

}  // namespace mdoc::trust
