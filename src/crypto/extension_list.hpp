#pragma once
// Internal. The Extensions of certificates, CRLs, and OCSP requests and responses, which all have one form.

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/core/path.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/der.hpp"

namespace mdoc::crypto {

/// One Extension; `id` and `value` are views of what it was read from.
struct ExtensionView {
  der::Element id;  ///< OBJECT IDENTIFIER
  bool critical = false;
  ByteView value;  ///< what extnValue wraps
};

/// The next Extension of a list. Does not allocate.
[[nodiscard]] Result<ExtensionView> read_extension(der::Reader& list);

/// Extensions, a SEQUENCE that is all of `reader`.
/// @return the reader's Errc: ill-formed, or one extension twice (RFC 5280, 4.2); limit/too_many: over `max_count`
[[nodiscard]] Result<std::vector<CertificateExtension>> read_extension_list(der::Reader reader, std::size_t max_count);

/// AuthorityKeyIdentifier: its keyIdentifier, if there is one, as a view. `value` has the extension's value alone.
[[nodiscard]] Result<std::optional<ByteView>> read_authority_key_identifier(der::Reader value);

/// One Extension. @return usage/bad_argument: `oid` is no object identifier
[[nodiscard]] Result<Bytes> encode_extension(std::string_view oid, bool critical, ByteView value);

/// Says in which member reading failed, if it did: `structure`.`member`. An error that has a place keeps it.
template <class T, std::size_t N, std::size_t M>
[[nodiscard]] Result<T> in_member(const char (&structure)[N], const char (&member)[M],  // NOLINT(*-avoid-c-arrays)
                                  Result<T> read) {
  if (read || !read.error().where.empty()) return read;
  Error error = read.error();
  error.where = Path(structure) / member;
  return error;
}

}  // namespace mdoc::crypto
