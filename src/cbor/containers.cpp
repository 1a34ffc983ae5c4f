// Arrays, maps and their keys; passing over whole items.

#include <algorithm>
#include <array>
#include <cstring>

#include "cbor/head.hpp"
#include "core/try.hpp"
#include "mdoc/cbor/reader.hpp"

namespace mdoc::cbor {
namespace {

// Up to here a new key is compared with each one before; beyond, keys are sorted when the map ends.
constexpr std::size_t few_keys = 32;

constexpr bool is_nested(Type type) noexcept { return type == Type::array || type == Type::map || type == Type::tag; }

}  // namespace

// ---- keys -------------------------------------------------------------------------------------

MapKey::MapKey(Type type, std::uint64_t argument, std::size_t position) noexcept
    : type_(type), position_(static_cast<std::uint32_t>(position)), argument_(argument) {}

MapKey::MapKey(Type type, ByteView content, std::size_t position) noexcept
    : type_(type),
      position_(static_cast<std::uint32_t>(position)),
      argument_(content.size()),
      content_(content.data()) {}

std::strong_ordering MapKey::compare(const MapKey& other) const noexcept {
  if (const auto order = type_ <=> other.type_; order != 0) return order;
  if (const auto order = argument_ <=> other.argument_; order != 0) return order;
  if (type_ <= Type::negative || argument_ == 0) return std::strong_ordering::equal;
  return std::memcmp(content_, other.content_, static_cast<std::size_t>(argument_)) <=> 0;
}

void Reader::KeyStack::push(const MapKey& key) {
  if (spilled_.empty()) {
    if (size_ < inline_keys) {
      inline_[size_++] = key;
      return;
    }
    spilled_.reserve(4 * inline_keys);
    spilled_.assign(inline_.begin(), inline_.end());
  }
  spilled_.push_back(key);
  ++size_;
}

void Reader::KeyStack::truncate(std::size_t size) noexcept {
  // Once the vector is empty, keys go inside again.
  if (!spilled_.empty()) spilled_.erase(spilled_.begin() + static_cast<std::ptrdiff_t>(size), spilled_.end());
  size_ = size;
}

std::span<MapKey> Reader::KeyStack::from(std::size_t first) noexcept {
  MapKey* const keys = spilled_.empty() ? inline_.data() : spilled_.data();
  return {keys + first, size_ - first};
}

/// Adds a key to those of its map and looks for it among them.
bool Reader::note_key(Container& container, const MapKey& key) {
  const auto known = keys_.from(container.first_key);
  bool duplicate = false;
  if (known.empty()) {
    container.largest_key = 0;
  } else if (const auto order = key.compare(known[container.largest_key]); order > 0) {
    container.largest_key = static_cast<std::uint32_t>(known.size());  // sorted so far as it matters: surely new
  } else if (known.size() < few_keys) {
    duplicate = std::ranges::any_of(known, [&](const MapKey& other) { return key.compare(other) == 0; });
  } else {
    duplicate = order == 0;
    container.unsorted = true;
  }
  if (duplicate) {
    fail(Errc::duplicate_key, offset_of(key.position_));
    return false;
  }
  keys_.push(key);
  return true;
}

/// The check that note_key() put off to the end of a map with many keys.
bool Reader::check_sorted_keys(Container& container) {
  if (!container.unsorted) return true;
  const auto keys = keys_.from(container.first_key);
  std::ranges::sort(keys, [](const MapKey& a, const MapKey& b) {
    const auto order = a.compare(b);
    return order < 0 || (order == 0 && a.position_ < b.position_);
  });
  const auto duplicate =
      std::ranges::adjacent_find(keys, [](const MapKey& a, const MapKey& b) { return a.compare(b) == 0; });
  if (duplicate == keys.end()) return true;
  fail(Errc::duplicate_key, offset_of(std::next(duplicate)->position_));
  return false;
}

// ---- containers -------------------------------------------------------------------------------

/// Begins an array, map or tag, whose head was consumed.
bool Reader::open(const Head& head, Container& container) {
  if (depth_ >= limits().max_depth) {
    fail(Errc::too_deep);
    return false;
  }
  container = {.remaining = head.type == Type::tag ? 1 : head.argument,
               .first_key = static_cast<std::uint32_t>(keys_.size()),
               .largest_key = 0,
               .key_position = 0,
               .type = head.type,
               .indefinite = head.indefinite,
               .value_due = false,
               .unsorted = false};
  if (head.indefinite) {
    container.remaining = limits().max_entries;
    if (!judge(Rule::cbor_indefinite_length)) return false;
  } else {
    // No room is reserved for members, nor are they waited for, that the input cannot hold.
    const std::size_t least = head.type == Type::map ? 2 : 1;
    if (container.remaining > (input_.size() - position_) / least) fail(Errc::truncated);
    if (container.remaining > limits().max_entries) fail(Errc::too_many);
    if (failure_) return false;
  }
  ++depth_;
  return true;
}

/// True if there is another member. At the end of a map, its keys are known to be unique.
bool Reader::next_member(Container& container) {
  if (failure_) return false;
  if (container.indefinite ? at_break() : container.remaining == 0) {
    check_sorted_keys(container);
    return false;
  }
  if (container.remaining == 0) {
    fail(Errc::too_many, offset());
    return false;
  }
  --container.remaining;
  return true;
}

void Reader::close(const Container& container) noexcept {
  keys_.truncate(container.first_key);
  --depth_;
}

/// Reads the key of a member that next_member() promised.
bool Reader::read_key(Container& container, MapKey& key) {
  const std::size_t begin = position_;
  Head head;
  if (!consume_head(head)) return false;
  if (is_nested(head.type)) {
    if (!skip_nested(head)) return false;
    key = MapKey(head.type, from(begin), begin);
    return note_key(container, key);
  }
  return finish_key(head, begin, key) && note_key(container, key);
}

/// Makes a key of an item without members, whose head was consumed.
bool Reader::finish_key(const Head& head, std::size_t begin, MapKey& key) {
  switch (head.type) {
    case Type::uint:
    case Type::negative: key = MapKey(head.type, head.argument, begin); return true;
    case Type::text:
    case Type::bytes: {
      ByteView content;
      if (!finish_string(head, content)) return false;
      key = MapKey(head.type, content, begin);
      return true;
    }
    default: key = MapKey(head.type, from(begin), begin); return true;
  }
}

// ---- whole items ------------------------------------------------------------------------------

bool Reader::skip_item() {
  Head head;
  if (!consume_head(head)) return false;
  return is_nested(head.type) ? skip_nested(head) : skip_string(head);
}

/// Passes over the rest of a string, whose head was consumed. Nothing to do for single values.
bool Reader::skip_string(const Head& head) {
  if (head.indefinite) {
    if (!judge(Rule::cbor_indefinite_length)) return false;
    ByteView chunk;
    while (next_chunk(head.type, chunk)) {}
    return !failure_;
  }
  return head.type != Type::text || check_text(head.content);
}

/// Passes over the content of an array, map or tag, whose head was consumed. A loop, not a
/// recursion: a level of nesting costs one Container, also where keys of maps are nested.
bool Reader::skip_nested(const Head& outermost) {
  std::array<Container, max_depth> stack;  // NOLINT(*-member-init): open() fills each level
  if (!open(outermost, stack[0])) return false;
  std::size_t level = 1;

  while (!failure_ && level > 0) {
    Container& top = stack[level - 1];
    if (!top.value_due && !next_member(top)) {
      if (failure_) break;
      close(top);
      if (--level > 0 && !item_ended(stack[level - 1])) break;
      continue;
    }
    const std::size_t begin = position_;
    const bool is_key = top.type == Type::map && !top.value_due;
    Head head;
    if (!consume_head(head)) break;
    if (is_key) top.key_position = static_cast<std::uint32_t>(begin);
    if (is_nested(head.type)) {
      if (open(head, stack[level])) ++level;
    } else if (is_key) {
      MapKey key;
      top.value_due = finish_key(head, begin, key) && note_key(top, key);
    } else if (skip_string(head)) {
      top.value_due = false;
    }
  }
  if (level > 0) {
    keys_.truncate(stack[0].first_key);
    depth_ -= static_cast<unsigned>(level);
  }
  return !failure_;
}

/// A nested item in `container` came to its end: a value, or a key.
bool Reader::item_ended(Container& container) {
  if (container.type != Type::map) return true;
  if (container.value_due) {
    container.value_due = false;
    return true;
  }
  const std::size_t begin = container.key_position;
  container.value_due = note_key(container, MapKey(type_of(input_[begin]), from(begin), begin));
  return container.value_due;
}

// ---- ArrayReader ------------------------------------------------------------------------------

ArrayReader Reader::enter_array() { return ArrayReader(*this, true); }
ArrayReader Reader::enter_tuple() { return ArrayReader(*this, false); }

ArrayReader::ArrayReader(Reader& reader, bool indexed) : reader_(reader), state_{}, indexed_(indexed) {
  Head head;
  open_ = reader.consume(Type::array, head) && reader.open(head, state_);
}

ArrayReader::~ArrayReader() { leave(); }

void ArrayReader::leave() noexcept {
  if (!open_) return;
  if (indexed_ && count_ > 0) reader_.path_.pop();
  reader_.close(state_);
  open_ = false;
}

bool ArrayReader::next() {
  if (!open_) return false;
  if (count_ > 0 && reader_.position_ == element_ && !reader_.skip_item()) return false;
  if (!reader_.next_member(state_)) {
    leave();
    return false;
  }
  if (indexed_) {
    if (count_ > 0) reader_.path_.pop();
    reader_.path_.push_index(count_);
  }
  ++count_;
  element_ = reader_.position_;
  return true;
}

Result<void> ArrayReader::finish() {
  while (next()) {}
  return reader_.status();
}

// ---- MapReader --------------------------------------------------------------------------------

MapReader Reader::enter_map() { return MapReader(*this); }

MapReader::MapReader(Reader& reader) : reader_(reader), state_{} {
  Head head;
  open_ = reader.consume(Type::map, head) && reader.open(head, state_);
}

MapReader::~MapReader() { leave(); }

void MapReader::leave() noexcept {
  if (open_) reader_.close(state_);
  open_ = false;
}

bool MapReader::next() {
  if (!open_) return false;
  if (count_ > 0 && reader_.position_ == value_ && !reader_.skip_item()) return false;
  if (!reader_.next_member(state_)) {
    leave();
    return false;
  }
  if (!reader_.read_key(state_, key_)) return false;
  ++count_;
  value_ = reader_.position_;
  return true;
}

ByteView MapReader::raw_key() const noexcept { return reader_.input_.subspan(key_.position_, value_ - key_.position_); }

Result<void> MapReader::keep(UnknownMembers& members) {
  MDOC_TRY(SharedBytes value, reader_.read_raw_shared());
  members.push_back({.key = reader_.slice(raw_key()), .value = std::move(value)});
  return {};
}

Error MapReader::refuse_key(Errc code) noexcept { return reader_.fail(code, reader_.offset_of(key_.position_)); }

Result<void> MapReader::finish() {
  while (next()) {}
  return reader_.status();
}

// ---- TagReader --------------------------------------------------------------------------------

TagReader Reader::enter_tag() { return TagReader(*this); }

TagReader::TagReader(Reader& reader) : reader_(reader), state_{} {
  Head head;
  open_ = reader.consume(Type::tag, head) && reader.open(head, state_);
  if (open_) number_ = head.argument;
}

TagReader::~TagReader() {
  if (open_) reader_.close(state_);
}

}  // namespace mdoc::cbor
