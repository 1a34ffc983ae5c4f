#include "mdoc/model/data_element.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "mdoc/cbor/dates.hpp"
#include "mdoc/cbor/writer.hpp"
#include "model/coding.hpp"

namespace mdoc::model {
namespace {

using cbor::Reader;

/// For what was decoded before: limits and deviations were judged then.
constexpr cbor::DecodeContext judged_before{
    .limits = {.max_bytes = SIZE_MAX, .max_string = SIZE_MAX, .max_entries = SIZE_MAX, .max_depth = Reader::max_depth},
    .level = Level::lenient};

constexpr std::size_t full_date_size = 10;  // YYYY-MM-DD

template <class Write>
DataElementValue make(Write write) {
  cbor::Writer writer;
  write(writer);
  return DataElementValue(SharedBytes::take(std::move(writer).take()));
}

}  // namespace

DataElementValue DataElementValue::text(std::string_view value) {
  return make([&](cbor::Writer& writer) { writer.text(value); });
}

DataElementValue DataElementValue::bytes(ByteView value) {
  return make([&](cbor::Writer& writer) { writer.bytes(value); });
}

DataElementValue DataElementValue::boolean(bool value) {
  return make([&](cbor::Writer& writer) { writer.boolean(value); });
}

DataElementValue DataElementValue::uint(std::uint64_t value) {
  return make([&](cbor::Writer& writer) { writer.uint(value); });
}

DataElementValue DataElementValue::integer(std::int64_t value) {
  return make([&](cbor::Writer& writer) { writer.integer(value); });
}

DataElementValue DataElementValue::full_date(FullDate value) {
  return make([&](cbor::Writer& writer) { writer.full_date(value); });
}

DataElementValue DataElementValue::tdate(UtcSeconds value) {
  return make([&](cbor::Writer& writer) { writer.tdate(value); });
}

Result<DataElementValue> DataElementValue::from_encoded(Bytes encoded) {
  return decode_whole(SharedBytes::take(std::move(encoded)), {}, "elementValue", read_element_value);
}

cbor::Type DataElementValue::type() const noexcept {
  if (encoded_.empty()) return cbor::Type::undefined;
  const auto type = reader(judged_before).peek();
  return type ? *type : cbor::Type::undefined;
}

Result<std::string_view> DataElementValue::as_text() const { return reader(judged_before).read_text(); }
Result<ByteView> DataElementValue::as_bytes() const { return reader(judged_before).read_bytes(); }
Result<bool> DataElementValue::as_bool() const { return reader(judged_before).read_bool(); }
Result<std::uint64_t> DataElementValue::as_uint() const { return reader(judged_before).read_uint(); }
Result<std::int64_t> DataElementValue::as_int() const { return reader(judged_before).read_int(); }

Result<FullDate> DataElementValue::as_full_date(const cbor::DecodeContext& context) const {
  Reader item = reader(context);
  return cbor::read_full_date(item);
}

Result<UtcSeconds> DataElementValue::as_tdate(const cbor::DecodeContext& context) const {
  Reader item = reader(context);
  return cbor::read_tdate(item);
}

Result<ElementDate> DataElementValue::as_date(const cbor::DecodeContext& context) const {
  Reader item = reader(context);
  // Without its tag, a full-date is known by its length.
  const auto text = as_text();
  if (item.next_is_tag(cbor::tag_full_date) || (text && text->size() == full_date_size)) {
    MDOC_TRY(const FullDate date, cbor::read_full_date(item));
    return ElementDate(date);
  }
  MDOC_TRY(const UtcSeconds time, cbor::read_tdate(item));
  return ElementDate(time);
}

Reader DataElementValue::reader(const cbor::DecodeContext& context) const {
  return Reader(encoded_, context, "elementValue", offset_);
}

bool DataElementValue::equal(const DataElementValue& a, const DataElementValue& b) noexcept {
  return std::ranges::equal(a.encoded_.view(), b.encoded_.view());
}

Result<DataElementValue> read_element_value(Reader& reader) {
  const std::uint32_t offset = reader.offset();
  MDOC_TRY(SharedBytes encoded, reader.read_raw_shared());
  return DataElementValue(std::move(encoded), offset);
}

Result<SharedBytes> read_raw_map(Reader& reader) {
  MDOC_TRY(const cbor::Type type, reader.peek());
  if (type != cbor::Type::map) return reader.fail(Errc::wrong_type, reader.offset());
  return reader.read_raw_shared();
}

void write_element_values(cbor::Writer& writer, const ElementValues& values, MapOrder order) {
  write_map_of(writer, values, order, [&](cbor::Writer& name_space, const auto& elements) {
    write_map_of(name_space, elements, order,
                 [](cbor::Writer& element, const DataElementValue& value) { element.raw(value.encoded().view()); });
  });
}

}  // namespace mdoc::model
