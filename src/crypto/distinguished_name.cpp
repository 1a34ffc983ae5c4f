#include "mdoc/crypto/distinguished_name.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/country_code.hpp"
#include "core/try.hpp"
#include "core/utf8.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/der.hpp"

namespace mdoc::crypto {
namespace {

struct Row {
  std::string_view oid;
  std::string_view name;
  std::size_t max_characters;  // upper bounds of RFC 5280, appendix A.1
};
constexpr std::array rows{
    Row{attribute::common_name, "CN", 64},
    Row{"2.5.4.4", "SN", 32768},
    Row{attribute::serial_number, "serialNumber", 64},
    Row{attribute::country, "C", 2},
    Row{attribute::locality, "L", 128},
    Row{attribute::state_or_province, "ST", 128},
    Row{"2.5.4.9", "street", 128},
    Row{attribute::organization, "O", 64},
    Row{attribute::organizational_unit, "OU", 64},
    Row{"2.5.4.12", "title", 64},
    Row{"2.5.4.42", "givenName", 32768},
    Row{"2.5.4.97", "organizationIdentifier", 32768},
    Row{"1.2.840.113549.1.9.1", "emailAddress", 255},
    Row{"0.9.2342.19200300.100.1.25", "DC", 63},
};

const Row* find_row(std::string_view oid) noexcept {
  const auto row = std::ranges::find(rows, oid, &Row::oid);
  return row == rows.end() ? nullptr : &*row;
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

// Characters of a text in UTF-8; nothing if it is not valid.
std::optional<std::size_t> count_utf8(std::string_view text) noexcept {
  std::size_t characters = 0;
  while (take_character(text)) ++characters;
  if (!text.empty()) return std::nullopt;
  return characters;
}

bool is_printable(std::string_view text) noexcept {  // X.680, 41.4
  return std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || std::string_view(" '()+,-./:=?").find(c) != std::string_view::npos;
  });
}

bool is_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return static_cast<std::uint8_t>(c) < 0x80; });
}

// Any DirectoryString as UTF-8. T61 is read as Latin-1, as everybody does.
std::optional<std::string> to_utf8(const der::Element& value) {
  const std::string_view raw = as_text(value.content);
  switch (static_cast<StringType>(value.tag)) {
    case StringType::utf8:
      if (!count_utf8(raw)) return std::nullopt;
      return std::string(raw);
    case StringType::printable:
    case StringType::ia5:
      if (!is_ascii(raw)) return std::nullopt;
      return std::string(raw);
    case StringType::teletex: {
      std::string text;
      for (const std::uint8_t byte : value.content) append_utf8(text, byte);
      return text;
    }
    case StringType::bmp: {
      if (value.content.size() % 2 != 0) return std::nullopt;
      std::string text;
      for (std::size_t i = 0; i < value.content.size(); i += 2) {
        const std::uint32_t code = static_cast<std::uint32_t>(value.content[i] << 8 | value.content[i + 1]);
        if (code >= 0xd800 && code < 0xe000) return std::nullopt;  // UCS-2 has no surrogates
        append_utf8(text, code);
      }
      return text;
    }
  }
  return "#" + to_hex(value.whole);  // RFC 4514, 2.4: a type without a string form
}

// RFC 4514, 2.4
std::string escape(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool edge_space = c == ' ' && (i == 0 || i + 1 == value.size());
    if (static_cast<std::uint8_t>(c) < 0x20 || c == 0x7f) {
      const std::array byte{static_cast<std::uint8_t>(c)};
      text.append("\\").append(to_hex(byte));
      continue;
    }
    if (edge_space || (c == '#' && i == 0) || std::string_view("\"+,;<>\\").find(c) != std::string_view::npos) {
      text += '\\';
    }
    text += c;
  }
  return text;
}

}  // namespace

Result<DistinguishedName> DistinguishedName::from_der(ByteView der) {
  DistinguishedName name;
  name.der_.assign(der.begin(), der.end());
  der::Reader file(name.der_, Errc::bad_certificate);
  MDOC_TRY(der::Reader sequence, file.enter(der::tag::sequence));
  MDOC_CHECK(file.end());
  while (!sequence.at_end()) {
    MDOC_TRY(der::Reader set, sequence.enter(der::tag::set));
    if (set.at_end()) return set.error();
    for (bool first = true; !set.at_end(); first = false) {
      MDOC_TRY(der::Reader pair, set.enter(der::tag::sequence));
      MDOC_TRY(std::string type, pair.read_object_identifier());
      MDOC_TRY(const der::Element value, pair.read_any());
      MDOC_CHECK(pair.end());
      std::optional<std::string> text = to_utf8(value);
      if (!text) return pair.error();
      name.attributes_.push_back({std::move(type), *std::move(text), static_cast<StringType>(value.tag), !first});
    }
  }
  return name;
}

Result<DistinguishedName> DistinguishedName::build(const std::vector<NameAttribute>& attributes) {
  Bytes content;
  for (const NameAttribute& attribute : attributes) {
    const Row* const row = find_row(attribute.type);
    const std::size_t limit = row != nullptr ? row->max_characters : 32768;
    const std::optional<std::size_t> characters = count_utf8(attribute.value);
    if (!characters || *characters == 0 || *characters > limit || attribute.with_previous) {
      return Error{.code = Errc::bad_argument};
    }
    const bool country = attribute.type == crypto::attribute::country;
    const bool always_printable = country || attribute.type == crypto::attribute::serial_number;
    const StringType encoding = always_printable ? StringType::printable : attribute.encoding;
    if (country && !is_alpha2(attribute.value)) return Error{.code = Errc::bad_argument};
    const bool representable = encoding == StringType::utf8 ||
                               (encoding == StringType::printable && is_printable(attribute.value)) ||
                               (encoding == StringType::ia5 && is_ascii(attribute.value));
    if (!representable) return Error{.code = Errc::bad_argument};
    MDOC_TRY(const Bytes type, der::encode_object_identifier(attribute.type));
    const Bytes value = der::encode(static_cast<der::Tag>(encoding), as_bytes(attribute.value));
    const Bytes set = der::encode(der::tag::set, der::encode(der::tag::sequence, {type, value}));
    content.insert(content.end(), set.begin(), set.end());
  }
  return from_der(der::encode(der::tag::sequence, content));
}

std::optional<std::string_view> DistinguishedName::find(std::string_view type) const noexcept {
  const auto found = std::ranges::find(attributes_, type, &NameAttribute::type);
  if (found == attributes_.end()) return std::nullopt;
  return found->value;
}

std::string DistinguishedName::text() const {
  std::string text;
  for (const NameAttribute& attribute : attributes_) {
    if (!text.empty()) text += attribute.with_previous ? " + " : ", ";
    const Row* const row = find_row(attribute.type);
    text.append(row != nullptr ? row->name : std::string_view(attribute.type)).append("=");
    text += escape(attribute.value);
  }
  return text;
}

}  // namespace mdoc::crypto
