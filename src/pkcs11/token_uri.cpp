#include "mdoc/pkcs11/token_uri.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "core/utf8.hpp"

namespace mdoc::pkcs11 {
namespace {

constexpr std::string_view scheme = "pkcs11:";
constexpr std::size_t max_value = 255;  // decoded; what modules and tokens are called has 64 at most

struct TypeRow {
  std::string_view name;
  ObjectType type;
};
constexpr std::array types{
    TypeRow{"cert", ObjectType::certificate},      TypeRow{"data", ObjectType::data},
    TypeRow{"private", ObjectType::private_key},   TypeRow{"public", ObjectType::public_key},
    TypeRow{"secret-key", ObjectType::secret_key},
};

constexpr bool is_unreserved(char c) noexcept {
  return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// What stands for itself beside letters and digits (RFC 7512, 2.3): in the path, in the query.
constexpr std::string_view path_marks = ":[]@!$'()*+,=&";
constexpr std::string_view query_marks = ":[]@!$'()*+,=/?|";

// One "name=value", still encoded. Offsets are in the whole text.
struct Attribute {
  std::string_view name, value;
  std::size_t offset = 0;
  std::string_view marks;
  Path where{};

  [[nodiscard]] std::size_t value_offset() const noexcept { return offset + name.size() + 1; }
  [[nodiscard]] Error error(Errc code, std::size_t at) const noexcept {
    return {.code = code, .where = where, .offset = static_cast<std::uint32_t>(at)};
  }
  [[nodiscard]] Error error(Errc code) const noexcept { return error(code, value_offset()); }
};

// Bytes that the value stands for.
Result<std::size_t> decoded_size(const Attribute& attribute) {
  const std::string_view value = attribute.value;
  std::size_t size = 0;
  for (std::size_t i = 0; i < value.size(); ++i, ++size) {
    if (value[i] == '%') {
      if (i + 2 >= value.size() || hex_value(value[i + 1]) < 0 || hex_value(value[i + 2]) < 0) {
        return attribute.error(Errc::bad_uri, attribute.value_offset() + i);
      }
      i += 2;
    } else if (!is_unreserved(value[i]) && attribute.marks.find(value[i]) == std::string_view::npos) {
      return attribute.error(Errc::bad_uri, attribute.value_offset() + i);
    }
  }
  return size;
}

// @pre decoded_size() gave the size of `out`
void decode_into(std::string_view value, std::span<std::uint8_t> out) {
  std::size_t i = 0;
  for (std::uint8_t& byte : out) {
    if (value[i] == '%') {
      byte = static_cast<std::uint8_t>(hex_value(value[i + 1]) << 4 | hex_value(value[i + 2]));
      i += 3;
    } else {
      byte = static_cast<std::uint8_t>(value[i++]);
    }
  }
}

Result<Bytes> decode(const Attribute& attribute, std::size_t max) {
  MDOC_TRY(const std::size_t size, decoded_size(attribute));
  if (size > max) return attribute.error(Errc::too_large);
  Bytes bytes(size);
  decode_into(attribute.value, bytes);
  return bytes;
}

bool is_text(ByteView bytes) noexcept {
  while (!bytes.empty()) {
    const std::size_t size = character_size(bytes);
    if (size == 0 || bytes[0] == 0) return false;
    bytes = bytes.subspan(size);
  }
  return true;
}

template <std::optional<std::string> TokenUri::*member, std::size_t max>
Result<void> read_text(TokenUri& uri, const Attribute& attribute) {
  MDOC_TRY(const Bytes bytes, decode(attribute, max));
  if (!is_text(bytes)) return attribute.error(Errc::bad_text);
  uri.*member = std::string(as_text(bytes));
  return {};
}

// A decimal number as it stands; none is written with percent signs.
template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc{} && end == text.data() + text.size();
}

Result<void> read_slot_id(TokenUri& uri, const Attribute& attribute) {
  std::uint64_t number = 0;
  if (!read_number(attribute.value, number)) return attribute.error(Errc::bad_value);
  uri.slot_id = number;
  return {};
}

Result<void> read_version(TokenUri& uri, const Attribute& attribute) {
  const std::string_view text = attribute.value;
  const std::size_t dot = text.find('.');
  LibraryVersion version;
  const bool valid = read_number(text.substr(0, dot), version.major) &&
                     (dot == std::string_view::npos || read_number(text.substr(dot + 1), version.minor));
  if (!valid) return attribute.error(Errc::bad_value);
  uri.library_version = version;
  return {};
}

Result<void> read_id(TokenUri& uri, const Attribute& attribute) {
  MDOC_TRY(uri.id, decode(attribute, max_value));
  return {};
}

Result<void> read_type(TokenUri& uri, const Attribute& attribute) {
  const auto row = std::ranges::find(types, attribute.value, &TypeRow::name);
  if (row == types.end()) return attribute.error(Errc::bad_value);
  uri.type = row->type;
  return {};
}

Result<void> read_pin(TokenUri& uri, const Attribute& attribute) {
  MDOC_TRY(const std::size_t size, decoded_size(attribute));
  if (size > max_value) return attribute.error(Errc::too_large);
  SecretBytes pin(size);
  decode_into(attribute.value, pin.mutable_view());
  if (!is_text(pin.view())) return attribute.error(Errc::bad_text);
  uri.pin_value = std::move(pin);
  return {};
}

struct AttributeRow {
  const char* name;
  Result<void> (*read)(TokenUri& uri, const Attribute& attribute);
};
constexpr std::array path_rows{
    AttributeRow{"library-description", read_text<&TokenUri::library_description, max_value>},
    AttributeRow{"library-manufacturer", read_text<&TokenUri::library_manufacturer, max_value>},
    AttributeRow{"library-version", read_version},
    AttributeRow{"slot-description", read_text<&TokenUri::slot_description, max_value>},
    AttributeRow{"slot-manufacturer", read_text<&TokenUri::slot_manufacturer, max_value>},
    AttributeRow{"slot-id", read_slot_id},
    AttributeRow{"token", read_text<&TokenUri::token, max_value>},
    AttributeRow{"manufacturer", read_text<&TokenUri::manufacturer, max_value>},
    AttributeRow{"serial", read_text<&TokenUri::serial, max_value>},
    AttributeRow{"model", read_text<&TokenUri::model, max_value>},
    AttributeRow{"object", read_text<&TokenUri::object, max_value>},
    AttributeRow{"id", read_id},
    AttributeRow{"type", read_type},
};
constexpr std::array query_rows{
    AttributeRow{"module-name", read_text<&TokenUri::module_name, TokenUri::max_bytes>},
    AttributeRow{"module-path", read_text<&TokenUri::module_path, TokenUri::max_bytes>},
    AttributeRow{"pin-source", read_text<&TokenUri::pin_source, TokenUri::max_bytes>},
    AttributeRow{"pin-value", read_pin},
};

// Path or query: its grammar, and what to do with a name that is not in the table.
struct Part {
  std::string_view text;
  std::size_t offset = 0;
  char separator = ';';
  std::string_view marks;
  std::span<const AttributeRow> rows;
  bool skip_unknown = false;
};

Result<void> read_attribute(TokenUri& uri, Attribute& attribute, const Part& part, std::uint32_t& seen) {
  const auto row = std::ranges::find(part.rows, attribute.name, &AttributeRow::name);
  if (row == part.rows.end()) {
    if (!part.skip_unknown) return attribute.error(Errc::bad_uri, attribute.offset);
    MDOC_CHECK(decoded_size(attribute));
    return {};
  }
  attribute.where.push_name(row->name);
  const std::uint32_t bit = 1u << (row - part.rows.begin());
  if ((seen & bit) != 0) return attribute.error(Errc::duplicate_key, attribute.offset);
  seen |= bit;
  return row->read(uri, attribute);
}

Result<void> read_part(TokenUri& uri, const Part& part) {
  if (part.text.empty()) return {};
  std::uint32_t seen = 0;
  for (std::size_t begin = 0; begin <= part.text.size();) {
    const std::size_t end = std::min(part.text.find(part.separator, begin), part.text.size());
    const std::string_view text = part.text.substr(begin, end - begin);
    const std::size_t equals = text.find('=');
    Attribute attribute{.name = text.substr(0, equals),
                        .value = equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1),
                        .offset = part.offset + begin,
                        .marks = part.marks,
                        .where = "pkcs11"};
    if (equals == std::string_view::npos || equals == 0) return attribute.error(Errc::bad_uri, attribute.offset);
    MDOC_CHECK(read_attribute(uri, attribute, part, seen));
    begin = end + 1;
  }
  return {};
}

class Writer {
 public:
  void path(std::string_view name, const std::optional<std::string>& value) {
    if (value) encoded(name, as_bytes(*value), path_marks);
  }
  void path(std::string_view name, const std::optional<Bytes>& value) {
    if (!value) return;
    std::string made;  // all of it, as bytes that happen to be letters say nothing to people, and marks much to shells
    for (const std::uint8_t byte : *value) append_encoded(made, byte);
    plain(name, made);
  }
  void query(std::string_view name, const std::optional<std::string>& value) {
    if (!value) return;
    separator_ = in_query_ ? "&" : "?";
    in_query_ = true;
    encoded(name, as_bytes(*value), query_marks);
  }
  void plain(std::string_view name, std::string_view value) {
    text_.append(separator_).append(name).append("=").append(value);
    separator_ = ";";
  }
  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  void encoded(std::string_view name, ByteView value, std::string_view marks) {
    std::string made;
    for (const std::uint8_t byte : value) {
      const char c = static_cast<char>(byte);
      if (is_unreserved(c) || marks.find(c) != std::string_view::npos) {
        made += c;
      } else {
        append_encoded(made, byte);
      }
    }
    plain(name, made);
  }
  static void append_encoded(std::string& text, std::uint8_t byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    text.append({'%', digits[byte >> 4], digits[byte & 15]});
  }

  std::string text_{scheme};
  std::string_view separator_;
  bool in_query_ = false;
};

}  // namespace

Result<TokenUri> TokenUri::parse(std::string_view text) {
  if (text.size() > max_bytes) return Error{.code = Errc::too_large, .where = "pkcs11"};
  if (!starts_with_ignoring_case(text, scheme)) {
    return Error{.code = Errc::bad_uri, .where = "pkcs11", .offset = 0};
  }
  const std::size_t question = std::min(text.find('?'), text.size());
  TokenUri uri;
  MDOC_CHECK(read_part(uri, {.text = text.substr(scheme.size(), question - scheme.size()),
                             .offset = scheme.size(),
                             .separator = ';',
                             .marks = path_marks,
                             .rows = path_rows,
                             .skip_unknown = false}));
  if (question < text.size()) {
    MDOC_CHECK(read_part(uri, {.text = text.substr(question + 1),
                               .offset = question + 1,
                               .separator = '&',
                               .marks = query_marks,
                               .rows = query_rows,
                               .skip_unknown = true}));
  }
  return uri;
}

std::string TokenUri::text() const {
  Writer writer;
  writer.path("library-manufacturer", library_manufacturer);
  writer.path("library-description", library_description);
  if (library_version) {
    writer.plain("library-version",
                 std::to_string(library_version->major) + "." + std::to_string(library_version->minor));
  }
  writer.path("slot-manufacturer", slot_manufacturer);
  writer.path("slot-description", slot_description);
  if (slot_id) writer.plain("slot-id", std::to_string(*slot_id));
  writer.path("token", token);
  writer.path("manufacturer", manufacturer);
  writer.path("serial", serial);
  writer.path("model", model);
  writer.path("object", object);
  writer.path("id", id);
  if (type) {
    const auto row = std::ranges::find(types, *type, &TypeRow::type);
    if (row != types.end()) writer.plain("type", row->name);
  }
  writer.query("module-name", module_name);
  writer.query("module-path", module_path);
  writer.query("pin-source", pin_source);
  return std::move(writer).take();
}

}  // namespace mdoc::pkcs11
