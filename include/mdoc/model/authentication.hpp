#pragma once

#include <optional>
#include <span>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/crypto/message_parts.hpp"

/// @file
/// The structures that are signed or authenticated but never sent (ISO/IEC 18013-5:2021, 9.1.3.4 and
/// 9.1.4.5; second edition, 12.4 and 12.5). `session_transcript` is the bare array, without tag 24.

namespace mdoc::model {

/// One such structure, `#6.24(bstr .cbor […])`, in pieces: what came from elsewhere is borrowed, so
/// that it is hashed without being copied. Lives no longer than the bytes it was made of.
class MDOC_EXPORT AuthenticationBytes {
 public:
  AuthenticationBytes(AuthenticationBytes&&) noexcept = default;
  AuthenticationBytes& operator=(AuthenticationBytes&&) noexcept = default;
  AuthenticationBytes(const AuthenticationBytes&) = delete;
  AuthenticationBytes& operator=(const AuthenticationBytes&) = delete;
  ~AuthenticationBytes() = default;

  /// For verify_detached(), prepare_detached() and mac_detached().
  [[nodiscard]] std::span<const ByteView> parts() const& noexcept { return parts_; }
  std::span<const ByteView> parts() const&& = delete;  // would dangle
  /// The pieces joined.
  [[nodiscard]] Bytes joined() const;

 private:
  friend class AuthenticationBuilder;
  AuthenticationBytes() = default;
  Bytes own_;  // heads, context string and docType
  std::vector<ByteView> parts_;
};

/// `#6.24(bstr .cbor [ "DeviceAuthentication", SessionTranscript, DocType, DeviceNameSpacesBytes ])`
/// @param device_name_spaces_bytes as in the document, tag 24 included
[[nodiscard]] MDOC_EXPORT AuthenticationBytes device_authentication_bytes(const ProtocolConstants& constants,
                                                                          ByteView session_transcript,
                                                                          const DocType& doc_type,
                                                                          ByteView device_name_spaces_bytes);

/// `#6.24(bstr .cbor [ "ReaderAuthentication", SessionTranscript, ItemsRequestBytes ])`
/// @param items_request_bytes as in the request, tag 24 included
[[nodiscard]] MDOC_EXPORT AuthenticationBytes reader_authentication_bytes(const ProtocolConstants& constants,
                                                                          ByteView session_transcript,
                                                                          ByteView items_request_bytes);

/// `#6.24(bstr .cbor [ "ReaderAuthenticationAll", SessionTranscript, [ * ItemsRequestBytes ],
/// DeviceRequestInfoBytes / null ])`
/// @param items_request_bytes all of the request, in its order
[[nodiscard]] MDOC_EXPORT AuthenticationBytes reader_authentication_all_bytes(
    const ProtocolConstants& constants, ByteView session_transcript, std::span<const ByteView> items_request_bytes,
    std::optional<ByteView> device_request_info_bytes);

/// `#6.24(bstr .cbor [ "ReaderAuthenticationAll", SessionTranscript, [ * ItemsRequestBytes ] ])`: as a draft had it,
/// and readers made after it sign. It says nothing about deviceRequestInfo. Only ever verified
/// (Rule::reader_auth_all_short).
[[nodiscard]] MDOC_EXPORT AuthenticationBytes reader_authentication_all_short_bytes(
    const ProtocolConstants& constants, ByteView session_transcript, std::span<const ByteView> items_request_bytes);

}  // namespace mdoc::model
