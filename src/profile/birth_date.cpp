#include "profile/birth_date.hpp"

#include <optional>

#include "core/try.hpp"
#include "mdoc/cbor/dates.hpp"
#include "mdoc/cbor/fields.hpp"
#include "profile/value_formats.hpp"

namespace mdoc::profile {

Result<BirthDate> read_birth_date(const model::DataElementValue& value, const cbor::DecodeContext& context,
                                  const cbor::DecodeContext& structure) {
  BirthDate birth;
  cbor::Reader reader = value.reader(structure);
  if (!reader.next_is(cbor::Type::map)) {
    MDOC_TRY(birth.date, value.as_full_date(context));
    return birth;
  }
  const auto read_date = [&context](cbor::Reader& within) -> Result<FullDate> {
    MDOC_TRY(const ByteView item, within.read_raw());
    cbor::Reader inner(item, context);
    return cbor::read_full_date(inner);
  };
  cbor::UnknownMembers others;
  std::optional<std::string_view> mask;
  MDOC_CHECK(cbor::read_map(reader, others, cbor::required("birth_date", birth.date, read_date),
                            cbor::optional("approximate_mask", mask, &cbor::Reader::read_text)));
  MDOC_CHECK(reader.finish());
  if (!mask) return birth;
  if (!is_date_mask(*mask)) {
    return Error{.code = Errc::bad_value, .where = Path("birth_date") / "approximate_mask"};
  }
  birth.mask = *mask;
  return birth;
}

}  // namespace mdoc::profile
