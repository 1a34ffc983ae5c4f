#pragma once
// What must hold for the parts that both engagements have.

#include <span>

#include "fuzz/invariants.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/engagement/retrieval_method.hpp"

namespace mdoc::fuzz {

/// What can be written is read as the same method, also by a strict peer.
inline void check_method(const engagement::RetrievalMethod& method) {
  cbor::Writer writer;
  writer.array(1);
  if (!engagement::encode(writer, method)) return;  // tolerated, but never written
  const bool known = !std::holds_alternative<engagement::OtherRetrievalMethod>(method);
  cbor::Reader reader(writer.view(), {.level = Level::lenient});
  const auto again = engagement::decode_retrieval_methods(reader);
  require(again.has_value() && reader.finish().has_value() && again->size() == 1);
  require(again->front().index() == method.index());
  require(engagement::type(again->front()) == engagement::type(method));
  cbor::Writer once_more;
  once_more.array(1);
  require(engagement::encode(once_more, again->front()).has_value());
  require(!known || same(once_more.view(), writer.view()));
}

inline void check_methods(ByteView engagement_bytes, std::span<const engagement::RetrievalMethod> methods) {
  for (const auto& method : methods) {
    require(!engagement::name(method).empty());
    if (const auto* other = std::get_if<engagement::OtherRetrievalMethod>(&method)) {
      require(inside(engagement_bytes, other->options.view()));
    }
    check_method(method);
  }
}

}  // namespace mdoc::fuzz
