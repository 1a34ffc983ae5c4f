#pragma once

#include <boost/json/array.hpp>

#include "mdoc/cbor/decode_context.hpp"

namespace mdoc::cli {

/// Deviations of a peer that the level let through, for people: a line each under a headline; nothing where there are
/// none.
void print_deviations(const cbor::DeviationLog& deviations);

/// The same for machines, as the report of `verify` has them: `[{"rule", "where", "offset", "what"}]`.
[[nodiscard]] boost::json::array deviations_json(const cbor::DeviationLog& deviations);

}  // namespace mdoc::cli
