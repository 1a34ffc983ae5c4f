#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/secret.hpp"

namespace mdoc::pkcs11 {

/// "type" of a URI: the class of an object.
enum class ObjectType : std::uint8_t { certificate, data, private_key, public_key, secret_key };

/// "library-version" of a URI.
struct LibraryVersion {
  std::uint8_t major = 0;
  std::uint8_t minor = 0;
  friend bool operator==(const LibraryVersion&, const LibraryVersion&) = default;
};

/// A PKCS #11 URI (RFC 7512): which token, which object in it, and how to get at both. Percent-encoding is undone; what
/// is absent fits everything. Move-only, as it may hold a PIN.
///
/// Refused are an attribute of the path that is unknown or of a vendor, since by RFC 7512, 2.3 nothing would fit; an
/// attribute that occurs twice; one of more than 255 bytes, paths excepted; text that is not UTF-8 or holds a zero
/// byte. Unknown attributes of the query are of no matter to us and are skipped.
struct MDOC_EXPORT TokenUri {
  static constexpr std::size_t max_bytes = 2048;

  // The module and the slot.
  std::optional<std::string> library_manufacturer{}, library_description{};
  std::optional<LibraryVersion> library_version{};
  std::optional<std::string> slot_manufacturer{}, slot_description{};
  std::optional<std::uint64_t> slot_id{};
  // The token.
  std::optional<std::string> token{}, manufacturer{}, serial{}, model{};
  // The object in it.
  std::optional<std::string> object{};  ///< label
  std::optional<Bytes> id{};
  std::optional<ObjectType> type{};
  // The query.
  std::optional<std::string> module_name{},
      module_path{};  ///< code to be loaded: whether to follow is the caller's choice
  std::optional<std::string> pin_source{};
  std::optional<SecretBytes> pin_value{};

  /// @return malformed/bad_uri, duplicate_key, bad_text or bad_value; limit/too_large. `where` names the attribute as
  ///         `pkcs11.serial`, `offset` is in `text`
  [[nodiscard]] static Result<TokenUri> parse(std::string_view text);

  /// The URI in one order of attributes, without `pin_value`: for messages, and as the name of a key.
  [[nodiscard]] std::string text() const;
};

}  // namespace mdoc::pkcs11
