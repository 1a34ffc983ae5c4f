#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::crypto {

/// Object identifiers of name attributes, dotted.
namespace attribute {
inline constexpr std::string_view common_name = "2.5.4.3";
inline constexpr std::string_view serial_number = "2.5.4.5";
inline constexpr std::string_view country = "2.5.4.6";
inline constexpr std::string_view locality = "2.5.4.7";
inline constexpr std::string_view state_or_province = "2.5.4.8";
inline constexpr std::string_view organization = "2.5.4.10";
inline constexpr std::string_view organizational_unit = "2.5.4.11";
}  // namespace attribute

/// ASN.1 tag of an attribute value; others than these occur and are kept as numbers.
enum class StringType : std::uint8_t { utf8 = 12, printable = 19, teletex = 20, ia5 = 22, bmp = 30 };

/// One attribute of a name.
struct NameAttribute {
  std::string type;   ///< object identifier, dotted
  std::string value;  ///< UTF-8, whatever the encoding was; a type without a string form: # and hexadecimal DER
  StringType encoding = StringType::utf8;
  bool with_previous = false;  ///< in one relative name with the attribute before it ("+")
  friend bool operator==(const NameAttribute&, const NameAttribute&) = default;
};

/// An X.501 name, as read from a certificate or as built for one.
class MDOC_EXPORT DistinguishedName {
 public:
  DistinguishedName() = default;
  /// @return malformed/bad_certificate
  [[nodiscard]] static Result<DistinguishedName> from_der(ByteView der);
  /// One attribute for each relative name, in this order. `encoding` of an attribute is what it says, but country
  /// and serialNumber are always PrintableString (ISO/IEC 18013-5, Annex B).
  /// @return usage/bad_argument: not an object identifier, empty or too long a value, not UTF-8, characters that the
  ///         encoding does not have, a country that is not two upper-case letters, or with_previous
  [[nodiscard]] static Result<DistinguishedName> build(const std::vector<NameAttribute>& attributes);

  /// The bytes as they came. Names are equal when these are (ISO/IEC 18013-5, Annex B: binary identical).
  [[nodiscard]] ByteView der() const& noexcept { return der_; }
  ByteView der() const&& = delete;  // would dangle
  /// In the order of the encoding.
  [[nodiscard]] const std::vector<NameAttribute>& attributes() const noexcept { return attributes_; }
  /// Value of the first attribute of this type.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view type) const noexcept;
  /// For people: `C=US, ST=US-MD + CN=x`, in the order of the encoding, escaped as RFC 4514 says.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const DistinguishedName& a, const DistinguishedName& b) noexcept { return a.der_ == b.der_; }

 private:
  Bytes der_;
  std::vector<NameAttribute> attributes_;
};

}  // namespace mdoc::crypto
