#pragma once

#include <cstdint>

namespace mdoc::model {

/// Order of the members of maps that we write. No receiver may depend on it; what was received is
/// never put in another order.
enum class MapOrder : std::uint8_t {
  sorted,  ///< core deterministic encoding, recommended by the second edition (8.3)
  cddl,    ///< as the standard lists them, entries of data as given: the order of its printed examples
};

}  // namespace mdoc::model
