#include "mdoc/model/zk_system.hpp"

#include <utility>
#include <variant>

#include "core/try.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::model {
namespace {

std::optional<std::string_view> text_of(const SharedBytes& encoded_key) {
  cbor::Reader reader(encoded_key);
  if (!reader.next_is(cbor::Type::text)) return std::nullopt;
  const auto text = reader.read_text();
  return text ? std::optional(*text) : std::nullopt;
}

/// The value of a parameter under either name, read with `read`. Nothing: there is none, or not one.
template <class Read>
auto find(const ZkSystemSpec& spec, std::string_view name, std::string_view other_name, const Read& read)
    -> decltype(read(std::declval<cbor::Reader&>())) {
  decltype(read(std::declval<cbor::Reader&>())) found;
  for (const cbor::UnknownMember& param : spec.params) {
    const auto key = text_of(param.key);
    if (key != name && key != other_name) continue;
    cbor::Reader reader(param.value);
    auto value = read(reader);
    if (!value || (found && *found != *value)) return std::nullopt;
    found = std::move(value);
  }
  return found;
}

std::optional<std::string> read_circuit(cbor::Reader& reader) {
  if (reader.next_is(cbor::Type::bytes)) {
    const auto bytes = reader.read_bytes();
    return bytes && !bytes->empty() ? std::optional(to_hex(*bytes)) : std::nullopt;
  }
  const auto text = reader.read_text();
  if (!text || text->empty()) return std::nullopt;
  const auto bytes = from_hex(*text);
  return bytes ? std::optional(to_hex(*bytes)) : std::nullopt;
}

}  // namespace

std::optional<std::string> zk_circuit(const ZkSystemSpec& spec) {
  return find(spec, "circuit_hash", "circuitHash", read_circuit);
}

std::optional<std::uint64_t> zk_number(const ZkSystemSpec& spec, std::string_view name, std::string_view other_name) {
  return find(spec, name, other_name, [](cbor::Reader& reader) -> std::optional<std::uint64_t> {
    const auto number = reader.read_uint();
    return number ? std::optional(*number) : std::nullopt;
  });
}

Result<ZkTimestamp> zk_timestamp(const DataElementValue& value) {
  // Text without its tag is known from the field.
  MDOC_TRY(const ElementDate date, value.as_date({.level = Level::lenient}));
  if (const auto* day = std::get_if<FullDate>(&date)) {
    return ZkTimestamp{.time = std::chrono::sys_days(*day), .date_only = true};
  }
  return ZkTimestamp{.time = std::get<UtcSeconds>(date)};
}

}  // namespace mdoc::model
