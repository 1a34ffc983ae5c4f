#include <algorithm>

#include "core/try.hpp"
#include "mdoc/trust/status_list.hpp"

namespace mdoc::trust {
namespace {

/// As text, since its order is that of the bytes and costs one memcmp.
bool before(ByteView a, ByteView b) noexcept { return as_text(a) < as_text(b); }
bool same(ByteView a, ByteView b) noexcept { return as_text(a) == as_text(b); }

/// The identifier under the map's current key, a view into the message.
Result<ByteView> read_identifier(cbor::Reader& reader, cbor::MapReader& map) {
  if (const auto text = map.key().text()) {
    MDOC_CHECK(reader.deviation(Rule::status_identifier_text));
    return as_bytes(*text);
  }
  cbor::Reader key = reader.within(map.raw_key());
  if (!key.next_is(cbor::Type::bytes)) return map.refuse_key();
  return key.read_bytes();
}

}  // namespace

Result<IdentifierList> IdentifierList::sort(SharedBytes source, std::vector<ByteView> identifiers) {
  std::ranges::sort(identifiers, before);
  if (std::ranges::adjacent_find(identifiers, same) != identifiers.end()) {
    return Error{.code = Errc::duplicate_key, .where = Path("IdentifierList") / "identifiers"};
  }
  IdentifierList list;
  list.source_ = std::move(source);
  list.sorted_ = std::make_shared<const std::vector<ByteView>>(std::move(identifiers));
  return list;
}

Result<IdentifierList> IdentifierList::of(std::span<const ByteView> identifiers) {
  Bytes joined;
  for (const ByteView id : identifiers) joined.insert(joined.end(), id.begin(), id.end());
  SharedBytes source = SharedBytes::take(std::move(joined));
  std::vector<ByteView> views;
  views.reserve(identifiers.size());
  std::size_t begin = 0;
  for (const ByteView id : identifiers) {
    views.push_back(source.view().subspan(begin, id.size()));
    begin += id.size();
  }
  return sort(std::move(source), std::move(views));
}

Result<IdentifierList> IdentifierList::decode(cbor::Reader& reader, std::size_t max_identifiers) {
  MDOC_TRY(const ByteView item, reader.read_raw());
  SharedBytes source = reader.slice(item);  // a copy, if the Reader only borrows its input
  cbor::Reader content = reader.within(item);
  std::vector<ByteView> identifiers;
  auto map = content.enter_map();
  while (map.next()) {
    const auto scope = content.at(map.index());
    if (identifiers.size() == max_identifiers) return map.refuse_key(Errc::too_many);
    MDOC_TRY(const ByteView id, read_identifier(content, map));
    // IdentifierInfo = { * (tstr / int) => any }: nothing in it is defined
    if (!content.next_is(cbor::Type::map)) return content.fail(Errc::wrong_type, content.offset());
    const auto begin = static_cast<std::size_t>(id.data() - item.data());
    identifiers.push_back(source.view().subspan(id.empty() ? 0 : begin, id.size()));
  }
  MDOC_CHECK(map.finish());
  return sort(std::move(source), std::move(identifiers));
}

bool IdentifierList::contains(ByteView id) const noexcept {
  return sorted_ && std::ranges::binary_search(*sorted_, id, before);
}

std::span<const ByteView> IdentifierList::identifiers() const& noexcept {
  return sorted_ ? std::span<const ByteView>(*sorted_) : std::span<const ByteView>();
}

}  // namespace mdoc::trust
