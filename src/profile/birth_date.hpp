#pragma once
// The one reader of a date of birth of which not everything may be known.

#include <string_view>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/model/data_element.hpp"

namespace mdoc::profile {

struct BirthDate {
  FullDate date{};
  std::string_view mask{};  ///< eight characters over YYYYMMDD, 1 where a digit is unknown; empty: all are known
};

/// `full-date`, or `{ "birth_date": full-date, ? "approximate_mask": tstr }` (TS 23220-4, C.2).
/// @param structure  how the map around the date is read
/// @return borrows from `value`; malformed: none of these, bad_value where the mask is none
[[nodiscard]] Result<BirthDate> read_birth_date(const model::DataElementValue& value,
                                                const cbor::DecodeContext& context,
                                                const cbor::DecodeContext& structure);

}  // namespace mdoc::profile
