#include "mutation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "mdoc/cbor/writer.hpp"
#include "support/vectors.hpp"

namespace mdoc::testing {
namespace {

using cbor::Type;

Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

Bytes encoded_text(std::string_view text) {
  cbor::Writer writer;
  writer.text(text);
  return std::move(writer).take();
}

/// One item of each type.
const std::vector<std::pair<Type, Bytes>>& items_of_all_types() {
  static const std::vector<std::pair<Type, Bytes>> items{
      {Type::uint, hex("01")},      {Type::negative, hex("20")}, {Type::bytes, hex("4101")},
      {Type::text, hex("6161")},    {Type::array, hex("8101")},  {Type::map, hex("a1616101")},
      {Type::tag, hex("d903e701")}, {Type::boolean, hex("f5")},  {Type::null, hex("f6")},
      {Type::undefined, hex("f7")}, {Type::simple, hex("e0")},   {Type::floating, hex("f93c00")},
  };
  return items;
}

}  // namespace

MapParts::MapParts(ByteView encoded_map) {
  cbor::Reader reader(encoded_map);
  auto map = reader.enter_map();
  while (map.next()) {
    const Bytes key = copy(map.raw_key());
    members_.emplace_back(key, copy(reader.read_raw().value()));
  }
  map.finish().value();
  reader.finish().value();
}

std::vector<MapParts::Member>::iterator MapParts::find(std::string_view name) {
  const auto member = std::ranges::find(members_, encoded_text(name), &Member::first);
  if (member == members_.end()) throw std::runtime_error("no member " + std::string(name));
  return member;
}

Bytes& MapParts::operator[](std::string_view name) { return find(name)->second; }
void MapParts::erase(std::string_view name) { members_.erase(find(name)); }
void MapParts::append(std::string_view name, Bytes encoded_value) {
  members_.emplace_back(encoded_text(name), std::move(encoded_value));
}

Bytes MapParts::encode() const {
  cbor::Writer writer;
  writer.map(members_.size());
  for (const auto& [key, value] : members_) writer.raw(key).raw(value);
  return std::move(writer).take();
}

std::string outcome(const Result<void>& result) {
  if (result) return "ok";
  return std::string(name(result.error().code)) + " " + result.error().where.text();
}

void expect_members(const Bytes& good, const std::vector<MemberRule>& members, const Attempt& attempt) {
  ASSERT_EQ(outcome(attempt(good)), "ok");
  for (const MemberRule& member : members) {
    SCOPED_TRACE(member.name);
    MapParts absent(good);
    absent.erase(member.name);
    const auto without = attempt(absent.encode());
    if (member.required) {
      ASSERT_FALSE(without);
      EXPECT_EQ(without.error().code, Errc::missing_element);
      EXPECT_TRUE(without.error().where.text().ends_with("." + member.name)) << without.error().where.text();
    } else {
      EXPECT_EQ(outcome(without), "ok");
    }

    MapParts twice(good);
    twice.append(member.name, twice[member.name]);
    const auto duplicate = attempt(twice.encode());
    ASSERT_FALSE(duplicate);
    EXPECT_EQ(duplicate.error().code, Errc::duplicate_key);

    if (member.types.empty()) continue;
    for (const auto& [type, item] : items_of_all_types()) {
      if (std::ranges::find(member.types, type) != member.types.end()) continue;
      MapParts wrong(good);
      wrong[member.name] = item;
      const auto refused = attempt(wrong.encode());
      ASSERT_FALSE(refused) << "type " << static_cast<int>(type);
      EXPECT_EQ(refused.error().kind(), ErrorKind::malformed);
      EXPECT_NE(refused.error().where.text().find(member.name), std::string::npos) << refused.error().where.text();
    }
  }
  MapParts more(good);
  more.append("org.example.unknown", hex("a1616182f6f5"));
  EXPECT_EQ(outcome(attempt(more.encode())), "ok");
}

void expect_exact_length(const Bytes& good, const Attempt& attempt) {
  ASSERT_EQ(outcome(attempt(good)), "ok");
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto result = attempt(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
    ASSERT_FALSE(result) << size;
    EXPECT_EQ(result.error().code, Errc::truncated) << size << ": " << describe(result.error());
  }
  Bytes longer = good;
  longer.push_back(0xf6);
  const auto result = attempt(longer);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::trailing_bytes);
}

}  // namespace mdoc::testing
