#pragma once
// Internal to the layer: `driving_privileges` of the mDL.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/model/data_element.hpp"

namespace mdoc::verification {

/// One entry of `driving_privileges` (ISO/IEC 18013-5:2021, 7.2.4).
struct DrivingPrivilege {
  std::string category;                   ///< "vehicle_category_code"
  std::optional<FullDate> issue_date{};   ///< "issue_date"
  std::optional<FullDate> expiry_date{};  ///< "expiry_date"
  std::vector<std::string> codes{};       ///< "codes", each with its sign and value
};

/// Those for one category, letter for letter. All entries are read, so that nothing is concluded from half a list.
/// @return malformed, limit: any entry is
[[nodiscard]] Result<std::vector<DrivingPrivilege>> read_privileges(const model::DataElementValue& value,
                                                                    std::string_view category,
                                                                    const cbor::DecodeContext& context);

}  // namespace mdoc::verification
