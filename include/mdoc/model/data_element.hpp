#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::model {

/// A date as an element may hold it: `full-date` or `tdate`.
using ElementDate = std::variant<FullDate, UtcSeconds>;

/// `DataElementValue = any`: one encoded data item, decoded when it is asked for.
///
/// Keeps its message alive; copies share it. Views that accessors return live as long as any value
/// that shares the message. Accessors fail with wrong_type where the item is another one.
class MDOC_EXPORT DataElementValue {
 public:
  DataElementValue() = default;  ///< no item: every accessor fails
  /// @param encoded exactly one well-formed item
  /// @param offset  of it in the outermost message, for errors
  explicit DataElementValue(SharedBytes encoded, std::uint32_t offset = 0) noexcept
      : encoded_(std::move(encoded)), offset_(offset) {}

  /// @name Values of ours
  /// @{
  [[nodiscard]] static DataElementValue text(std::string_view value);
  [[nodiscard]] static DataElementValue bytes(ByteView value);
  [[nodiscard]] static DataElementValue boolean(bool value);
  [[nodiscard]] static DataElementValue uint(std::uint64_t value);
  [[nodiscard]] static DataElementValue integer(std::int64_t value);
  [[nodiscard]] static DataElementValue full_date(FullDate value);
  [[nodiscard]] static DataElementValue tdate(UtcSeconds value);
  /// Any other item, encoded. @return malformed: not exactly one well-formed item
  [[nodiscard]] static Result<DataElementValue> from_encoded(Bytes encoded);
  /// @}

  /// The item exactly as it came.
  [[nodiscard]] const SharedBytes& encoded() const noexcept { return encoded_; }
  /// Type::undefined where there is no item. Dates are Type::tag.
  [[nodiscard]] cbor::Type type() const noexcept;

  [[nodiscard]] Result<std::string_view> as_text() const;
  [[nodiscard]] Result<ByteView> as_bytes() const;
  [[nodiscard]] Result<bool> as_bool() const;
  [[nodiscard]] Result<std::uint64_t> as_uint() const;
  [[nodiscard]] Result<std::int64_t> as_int() const;
  [[nodiscard]] Result<FullDate> as_full_date(const cbor::DecodeContext& context = {}) const;
  [[nodiscard]] Result<UtcSeconds> as_tdate(const cbor::DecodeContext& context = {}) const;
  /// Elements such as issue_date may hold either (ISO/IEC 18013-5, 7.2.1).
  [[nodiscard]] Result<ElementDate> as_date(const cbor::DecodeContext& context = {}) const;
  /// A Reader over the item, for arrays and maps.
  [[nodiscard]] cbor::Reader reader(const cbor::DecodeContext& context = {}) const;

  /// The same bytes; equal values may be encoded differently.
  friend bool operator==(const DataElementValue& a, const DataElementValue& b) noexcept { return equal(a, b); }

 private:
  static bool equal(const DataElementValue& a, const DataElementValue& b) noexcept;
  SharedBytes encoded_;
  std::uint32_t offset_ = 0;
};

/// `{ * NameSpace => { + DataElementIdentifier => DataElementValue } }` in the order received or given:
/// DeviceNameSpaces, and what an issuer puts into an mdoc.
using ElementValues = std::vector<std::pair<NameSpace, std::vector<std::pair<ElementIdentifier, DataElementValue>>>>;

}  // namespace mdoc::model
