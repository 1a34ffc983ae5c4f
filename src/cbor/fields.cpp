#include "mdoc/cbor/fields.hpp"

#include <algorithm>

#include "core/try.hpp"

namespace mdoc::cbor::detail {
namespace {

Result<void> read_field(Reader& reader, FieldRef& field) {
  const auto scope = reader.at_name(field.key.name());
  field.seen = true;
  return field.read(field.field, reader);
}

Result<void> check_required(Reader& reader, std::span<const FieldRef> fields, std::uint32_t begin) {
  for (const FieldRef& field : fields) {
    if (!field.required || field.seen) continue;
    const auto scope = reader.at_name(field.key.name());
    return reader.fail(Errc::missing_element, begin);
  }
  return {};
}

}  // namespace

Result<void> read_map(Reader& reader, std::span<FieldRef> fields, UnknownMembers* unknown) {
  const std::uint32_t begin = reader.offset();
  auto map = reader.enter_map();
  while (map.next()) {
    const auto field = std::ranges::find_if(fields, [&](const FieldRef& f) { return f.key.matches(map.key()); });
    if (field != fields.end()) {
      MDOC_CHECK(read_field(reader, *field));
    } else if (unknown != nullptr) {
      MDOC_CHECK(map.keep(*unknown));
    }
  }
  MDOC_CHECK(map.finish());
  return check_required(reader, fields, begin);
}

Result<void> read_tuple(Reader& reader, std::span<FieldRef> fields) {
  const std::uint32_t begin = reader.offset();
  auto array = reader.enter_tuple();
  for (FieldRef& field : fields) {
    if (!array.next()) break;
    MDOC_CHECK(read_field(reader, field));
  }
  const std::uint32_t end = reader.offset();
  if (array.next()) return reader.fail(Errc::bad_value, end);
  MDOC_CHECK(array.finish());
  return check_required(reader, fields, begin);
}

}  // namespace mdoc::cbor::detail
