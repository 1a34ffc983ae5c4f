#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "mdoc/cbor/fields.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/model/map_order.hpp"

/// @file
/// Internal. What the decoders and encoders of this layer have in common.

namespace mdoc::model {

/// A combinator for `[+ T]` and `{+ K => V}`: an empty one is malformed/empty_structure.
template <class Read>
[[nodiscard]] auto not_empty(Read read) {
  return [read = std::move(read)](cbor::Reader& reader) {
    auto value = std::invoke(read, reader);
    if (value && value->empty()) value = reader.fail(Errc::empty_structure);
    return value;
  };
}

/// The same where an empty one is a deviation.
template <class Read>
[[nodiscard]] auto not_empty(Rule rule, Read read) {
  return [rule, read = std::move(read)](cbor::Reader& reader) {
    auto value = std::invoke(read, reader);
    if (value && value->empty()) {
      if (const auto judged = reader.deviation(rule); !judged) value = judged.error();
    }
    return value;
  };
}

/// `{ + NameSpace => … }` of lists that `read` reads, as read_map_of() has it: all together they have
/// limits().max_entries elements at most.
template <class Read>
[[nodiscard]] auto read_name_spaces(cbor::Reader& reader, const Read& read) {
  std::size_t count = 0;
  const auto counted = [&](cbor::Reader& field) {
    auto list = std::invoke(read, field);
    if (list) count += list->size();
    if (count > field.limits().max_entries) list = field.fail(Errc::too_many);
    return list;
  };
  return cbor::read_map_of<NameSpace>(reader, counted);
}

/// An optional member that some senders fill with null instead of leaving it out. Its target tells what
/// a null stands for: nothing.
template <class Target, class Read>
[[nodiscard]] auto or_null(Rule rule, const Target& /*target*/, Read read) {
  return [rule, read = std::move(read)](cbor::Reader& reader) -> Result<Target> {
    if (reader.try_null()) {
      if (const auto judged = reader.deviation(rule); !judged) return judged.error();
      return Target{};
    }
    auto value = std::invoke(read, reader);
    if (!value) return value.error();
    return Target(*std::move(value));
  };
}

/// The whole of `message`, read with `read` at the place `root`.
template <class Read>
[[nodiscard]] auto decode_whole(SharedBytes message, const cbor::DecodeContext& context, const Path& root,
                                const Read& read) -> std::invoke_result_t<const Read&, cbor::Reader&> {
  cbor::Reader reader(std::move(message), context, root);
  auto value = std::invoke(read, reader);
  if (!value) return value;
  if (const auto finished = reader.finish(); !finished) return finished.error();
  return value;
}

[[nodiscard]] Result<DataElementValue> read_element_value(cbor::Reader& reader);
/// An encoded map, kept as it is.
[[nodiscard]] Result<SharedBytes> read_raw_map(cbor::Reader& reader);

/// A map under construction. Its members come out sorted, or in the order in which they were put.
class OrderedMap {
 public:
  explicit OrderedMap(MapOrder order) noexcept : order_(order) {}

  /// Begins a member; exactly one item must be written to the result before the next call.
  cbor::Writer& put(std::string_view key) {
    if (order_ == MapOrder::sorted) return sorted_.put(key);
    ++size_;
    return as_put_.text(key);
  }
  cbor::Writer& put(const char* key) { return put(std::string_view(key)); }
  cbor::Writer& put(std::uint64_t key) {
    if (order_ == MapOrder::sorted) return sorted_.put(key);
    ++size_;
    return as_put_.uint(key);
  }
  /// What a decoder kept, unchanged.
  void members(const cbor::UnknownMembers& unknown) {
    if (order_ == MapOrder::sorted) {
      sorted_.members(unknown);
      return;
    }
    size_ += unknown.size();
    for (const cbor::UnknownMember& member : unknown) as_put_.raw(member.key.view()).raw(member.value.view());
  }

  void write_to(cbor::Writer& writer) const {
    if (order_ == MapOrder::sorted) {
      writer.map(sorted_);
    } else {
      writer.map(size_).raw(as_put_.view());
    }
  }
  [[nodiscard]] Bytes encode() const {
    cbor::Writer writer;
    write_to(writer);
    return std::move(writer).take();
  }

 private:
  MapOrder order_;
  cbor::SortedMap sorted_;  // one of the two is in use
  cbor::Writer as_put_;
  std::size_t size_ = 0;
};

/// Writes `{ * K => V }`, K being one of the text identifiers: `write(Writer&, const V&)` each value.
template <class Pairs, class Write>
void write_map_of(cbor::Writer& writer, const Pairs& pairs, MapOrder order, const Write& write) {
  OrderedMap map(order);
  for (const auto& [key, value] : pairs) write(map.put(std::string_view(key.str())), value);
  map.write_to(writer);
}

/// Writes `[ * T ]`: `write(Writer&, const T&)` each element.
template <class Elements, class Write>
void write_array(cbor::Writer& writer, const Elements& elements, const Write& write) {
  writer.array(elements.size());
  for (const auto& element : elements) write(writer, element);
}

/// Writes DeviceNameSpaces.
void write_element_values(cbor::Writer& writer, const ElementValues& values, MapOrder order);

}  // namespace mdoc::model
