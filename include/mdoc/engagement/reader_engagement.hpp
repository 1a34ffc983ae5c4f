#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/engagement/ephemeral_key.hpp"
#include "mdoc/engagement/retrieval_method.hpp"

namespace mdoc::engagement {

/// ReaderEngagement: engagement that begins at the mdoc reader. By link or QR code it carries the
/// reader's key and address (ISO/IEC TS 18013-7, A.1); in an NFC handover request it is a mere version
/// (ISO/IEC 18013-5, second edition, 9.2.1).
///
/// Immutable, with its exact bytes: they are hashed into the SessionTranscript. Copies share them.
class MDOC_EXPORT ReaderEngagement {
 public:
  /// For NFC: `{ 0: "1.0" }`.
  [[nodiscard]] static Result<ReaderEngagement> for_nfc(const ProtocolConstants& constants = iso18013_5());
  /// For retrieval by a website, or for reader-initiated proximity flows of national profiles.
  /// @param methods at least one, each type once
  /// @return usage/bad_argument
  [[nodiscard]] static Result<ReaderEngagement> for_link(const crypto::PublicKey& e_reader_key,
                                                         std::span<const RetrievalMethod> methods,
                                                         const ProtocolConstants& constants = iso18013_5());

  /// The encoded map, without tag 24: what links and NDEF records carry.
  [[nodiscard]] const SharedBytes& bytes() const noexcept { return bytes_; }
  /// `ReaderEngagementBytes = #6.24(bstr .cbor ReaderEngagement)`: what WebHandover hashes.
  [[nodiscard]] Bytes reader_engagement_bytes() const;

  [[nodiscard]] std::string_view version() const noexcept { return version_; }  ///< key 0
  /// Key 1; absent in NFC, and where the reader's key comes in SessionEstablishment.
  [[nodiscard]] const std::optional<EReaderKeyBytes>& e_reader_key_bytes() const noexcept {
    return e_reader_key_bytes_;
  }
  [[nodiscard]] std::span<const RetrievalMethod> retrieval_methods() const noexcept { return methods_; }  ///< key 2
  [[nodiscard]] const cbor::UnknownMembers& others() const noexcept { return others_; }

 private:
  friend class ReaderEngagementDecoder;
  ReaderEngagement() = default;

  SharedBytes bytes_;
  std::string version_;
  std::optional<EReaderKeyBytes> e_reader_key_bytes_;
  std::vector<RetrievalMethod> methods_;
  cbor::UnknownMembers others_;
};

/// Decodes the encoded map. Errors and rules as decode_device_engagement().
[[nodiscard]] MDOC_EXPORT Result<ReaderEngagement> decode_reader_engagement(
    SharedBytes map, const cbor::DecodeContext& context = {}, const ProtocolConstants& constants = iso18013_5());

}  // namespace mdoc::engagement
