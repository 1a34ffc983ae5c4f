#pragma once

#include <cstddef>

namespace mdoc {

/// Bounds on what a peer may send. Reaching one is Errc::too_large, too_deep or too_many.
struct DecodeLimits {
  std::size_t max_bytes = std::size_t{8} << 20;   ///< one whole message
  std::size_t max_string = std::size_t{2} << 20;  ///< one byte or text string
  /// One array or map; elements of one document or docRequest; element references in the alternatives of one
  /// docRequest; document sets of one request.
  std::size_t max_entries = 4096;
  /// Bytes of one docType, name space or element identifier. A name space is sent once and stands beside each of its
  /// elements afterwards, so its size multiplies.
  std::size_t max_identifier = 256;
  unsigned max_depth = 32;            ///< arrays, maps and tags, embedded CBOR counted through
  std::size_t max_documents = 32;     ///< documents of a response, docRequests of a request
  std::size_t max_certificates = 10;  ///< one x5chain
  std::size_t max_certificate_bytes = std::size_t{16} << 10;
};

}  // namespace mdoc
