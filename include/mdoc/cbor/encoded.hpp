#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"

namespace mdoc::cbor {

/// `T_Bytes = #6.24(bstr .cbor T)`: a decoded value together with the exact bytes it came from,
/// such as IssuerSignedItemBytes. Digests, signatures and transcripts cover bytes(), never a
/// re-encoding. Read-only: editing the value would part it from its bytes.
template <class T>
class Encoded {
 public:
  /// Empty, to be assigned: bytes() has no item.
  Encoded() requires std::is_default_constructible_v<T>
  = default;
  /// For a structure that we build: `encoded` is the encoding of `value`, and gets wrapped here.
  Encoded(T value, ByteView encoded) : value_(std::move(value)) {
    Writer writer;
    writer.embedded(encoded);
    item_ = SharedBytes::take(std::move(writer).take());
    content_ = item_.view().last(encoded.size());
  }
  /// As received. @pre `content` is the content of the byte string in `item`, and lies inside it
  Encoded(T value, SharedBytes item, ByteView content)
      : value_(std::move(value)), item_(std::move(item)), content_(content) {}

  [[nodiscard]] const T& value() const noexcept { return value_; }
  [[nodiscard]] const T& operator*() const noexcept { return value_; }
  [[nodiscard]] const T* operator->() const noexcept { return &value_; }
  /// The complete item with tag and head of the byte string: what is hashed, signed and sent.
  [[nodiscard]] ByteView bytes() const noexcept { return item_.view(); }
  [[nodiscard]] const SharedBytes& shared_bytes() const noexcept { return item_; }
  /// The encoded T alone.
  [[nodiscard]] ByteView content() const noexcept { return content_; }

 private:
  T value_{};
  SharedBytes item_;
  ByteView content_;  // inside item_
};

/// Reads `#6.24(bstr .cbor T)`. `read(Reader&) -> Result<T>` gets a nested Reader over the content,
/// which must hold exactly one item.
template <class Read>
[[nodiscard]] auto read_encoded(Reader& reader, Read&& read)
    -> Result<Encoded<typename std::invoke_result_t<Read, Reader&>::value_type>> {
  const auto embedded = reader.read_embedded();
  if (!embedded) return embedded.error();
  Reader nested = reader.within(embedded->content);
  auto value = std::invoke(std::forward<Read>(read), nested);
  if (!value) return value.error();
  if (const auto finished = nested.finish(); !finished) return finished.error();
  const SharedBytes item = reader.slice(embedded->bytes);
  const auto begin = static_cast<std::size_t>(embedded->content.data() - embedded->bytes.data());
  return Encoded(*std::move(value), item, item.view().subspan(begin, embedded->content.size()));
}

}  // namespace mdoc::cbor
