#include "mdoc/core/encoding.hpp"

#include <array>
#include <optional>
#include <span>

#include "core/ascii.hpp"

namespace mdoc {
namespace {

constexpr std::string_view base64url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> make_base64url_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < base64url_alphabet.size(); ++i) {
    values[static_cast<unsigned char>(base64url_alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}
constexpr auto base64url_values = make_base64url_values();

Error bad_encoding(std::size_t offset) {
  return {.code = Errc::bad_encoding, .where = {}, .offset = static_cast<std::uint32_t>(offset)};
}

/// @param out  room for exactly hex.size() / 2 bytes
std::optional<Error> decode_hex(std::string_view hex, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_value(hex[i]);
    if (high < 0) return bad_encoding(i);
    const int low = i + 1 < hex.size() ? hex_value(hex[i + 1]) : -1;
    if (low < 0) return bad_encoding(i + 1);
    out[i / 2] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return std::nullopt;
}

/// Three bytes for four characters, rounded down.
constexpr std::size_t base64url_size(std::size_t characters) noexcept {
  return characters / 4 * 3 + characters % 4 * 3 / 4;
}

/// @param out  room for exactly base64url_size(text.size()) bytes
std::optional<Error> decode_base64url(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() % 4 == 1) return bad_encoding(text.size() - 1);
  std::size_t filled = 0;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::int8_t value = base64url_values[static_cast<unsigned char>(text[i])];
    if (value < 0) return bad_encoding(i);
    pending = pending << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[filled++] = static_cast<std::uint8_t>(pending >> bits);
    }
  }
  if ((pending & ((1u << bits) - 1)) != 0) return bad_encoding(text.size() - 1);
  return std::nullopt;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 0x0f];
  }
  return out;
}

Result<Bytes> from_hex(std::string_view hex) {
  Bytes out(hex.size() / 2);
  if (const auto error = decode_hex(hex, out)) return *error;
  return out;
}

Result<SecretBytes> secret_from_hex(std::string_view hex) {
  SecretBytes out(hex.size() / 2);
  if (const auto error = decode_hex(hex, out.mutable_view())) return *error;
  return out;
}

std::string to_base64url(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    pending = pending << 8 | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += base64url_alphabet[pending >> bits & 0x3f];
    }
  }
  if (bits > 0) out += base64url_alphabet[pending << (6 - bits) & 0x3f];
  return out;
}

Result<Bytes> from_base64url(std::string_view text) {
  Bytes out(base64url_size(text.size()));
  if (const auto error = decode_base64url(text, out)) return *error;
  return out;
}

Result<SecretBytes> secret_from_base64url(std::string_view text) {
  SecretBytes out(base64url_size(text.size()));
  if (const auto error = decode_base64url(text, out.mutable_view())) return *error;
  return out;
}

}  // namespace mdoc
