#pragma once
// Internal: what the decoders of both engagements share, and their entry at any place of a message.

#include <string>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/reader_engagement.hpp"

namespace mdoc::engagement {

/// `context` with the size limit of engagements.
[[nodiscard]] cbor::DecodeContext engagement_context(cbor::DecodeContext context) noexcept;

/// Key 0 of the encoded map `content`, read ahead of all else: another major version may have another
/// structure. @return unsupported_version, obsolete_draft, or what is wrong with the map
[[nodiscard]] Result<std::string> read_engagement_version(const cbor::Reader& reader, ByteView content,
                                                          const ProtocolConstants& constants);

/// `Security = [ int, #6.24(bstr .cbor COSE_Key) ]`. @return unsupported_cipher_suite
[[nodiscard]] Result<cbor::Encoded<crypto::PublicKey>> read_security(
    cbor::Reader& reader, Result<cbor::Encoded<crypto::PublicKey>> (*read_key)(cbor::Reader&));

class DeviceEngagementDecoder {
 public:
  /// @param reader  over `content`, the encoded map; its root path names the structure
  /// @param bytes   `content`, owned
  /// @param item    DeviceEngagementBytes where they were received, else empty
  [[nodiscard]] static Result<DeviceEngagement> decode(cbor::Reader& reader, ByteView content, SharedBytes bytes,
                                                       SharedBytes item, const ProtocolConstants& constants);
};

class ReaderEngagementDecoder {
 public:
  [[nodiscard]] static Result<ReaderEngagement> decode(cbor::Reader& reader, ByteView content, SharedBytes bytes,
                                                       const ProtocolConstants& constants);
};

}  // namespace mdoc::engagement
