#pragma once
// Internal. PEM text (RFC 7468).

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/result.hpp"
#include "mdoc/core/secret.hpp"

namespace mdoc::crypto {

struct PemBlock {
  std::string label;  ///< "CERTIFICATE"
  SecretBytes content;
};

/// The blocks of a text, in order; other text is skipped. Blocks with headers (encrypted keys of old)
/// are no base64.
/// @return malformed/bad_encoding: a block is cut off or no base64; limit/too_many: over `max_count`
[[nodiscard]] Result<std::vector<PemBlock>> read_pem(std::string_view text, std::size_t max_count);
/// The first block with one of these labels. @return malformed/bad_encoding: there is none
[[nodiscard]] Result<SecretBytes> find_pem(std::string_view text, std::initializer_list<std::string_view> labels);
/// One block, lines of 64 characters.
[[nodiscard]] SecretBytes write_pem(std::string_view label, ByteView content);

}  // namespace mdoc::crypto
