#pragma once

#include <cstddef>
#include <cstdint>
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

/// Engagements and handover messages beyond this are limit/too_large.
inline constexpr std::size_t max_engagement_bytes = std::size_t{64} << 10;
/// Cipher suite 1, the only one (second edition, 12.7.2).
inline constexpr std::int64_t cipher_suite_1 = 1;

/// Capabilities of the mdoc (second edition, 9.1; keys 0 and 1: TS 18013-7, A.2), as announced.
struct Capabilities {
  bool mac_keys = false;                        ///< key 0: `macKeys` may be sent
  std::vector<std::int64_t> mac_key_curves{};   ///< key 1: COSE "crv" values; empty unless mac_keys
  bool handover_session_establishment = false;  ///< key 2
  bool reader_auth_all = false;                 ///< key 3
  bool extended_request = false;                ///< key 4: all three extensions of requests are understood
  cbor::UnknownMembers others{};                ///< as received
};

/// One entry of OriginInfos (TS 18013-7, A.3).
struct OriginInfo {
  static constexpr std::uint64_t category_1 = 1;  ///< the only category
  static constexpr std::uint64_t other_type = 0;
  static constexpr std::uint64_t domain_type = 1;

  std::uint64_t category = category_1;  ///< "cat"
  std::uint64_t type = other_type;      ///< "type"
  std::optional<std::string> domain{};  ///< "details"."domain": present exactly with domain_type; "" = unknown
  SharedBytes details{};                ///< "details", encoded, as received
};

/// What the mdoc says about where it was invoked, compared with where we are.
enum class OriginMatch : std::uint8_t {
  matches,
  unknown,   ///< domain "": the mdoc could not tell; for policy to judge
  absent,    ///< no entry of domain_type; counts as a mismatch
  mismatch,  ///< end the transaction and discard everything received (TS 18013-7, 6.4.4.3)
};
/// Compares without regard to case or a trailing dot.
/// @param own_domains hosts under which the request page was served: no scheme, port or path
[[nodiscard]] MDOC_EXPORT OriginMatch match_origin(std::span<const OriginInfo> infos,
                                                   std::span<const std::string_view> own_domains) noexcept;

/// `WebApi` and `Oidc` of the first edition (8.2.1.2): where the issuer can be asked. Unprotected in
/// an engagement, so never followed by default.
struct ServerRetrievalMethod {
  std::uint64_t version = 0;
  std::string issuer_url{};
  std::string token{};
};
struct ServerRetrievalMethods {
  std::optional<ServerRetrievalMethod> web_api{};  ///< "webApi"
  std::optional<ServerRetrievalMethod> oidc{};     ///< "oidc"
  cbor::UnknownMembers others{};
};

/// `macKeys` support, for retrieval by websites (TS 18013-7, A.5).
struct MacKeysSupport {
  std::vector<crypto::Curve> curves{};  ///< must not reveal which documents exist; empty: not said
};

/// Capabilities that an engagement of ours announces: none but those that the application sets, as only it
/// knows what it can do. False is written by leaving out, and session establishment during handover has
/// no member here: its service name is not assigned yet.
struct OfferedCapabilities {
  bool reader_auth_all = false;
  /// To be set only where alternative elements, issuer identifiers and use cases are all parsed.
  bool extended_request = false;
  std::optional<MacKeysSupport> mac_keys{};
};

/// A member with a negative key, free for applications.
struct EngagementExtension {
  std::int64_t key = -1;  ///< below zero
  Bytes value{};          ///< one encoded item
};

struct DeviceEngagementOptions {
  /// With none, the engagement is one of the first edition, version 1.0 without keys 5 and 6 (for a website
  /// with key 5): some readers mishandle keys they do not know.
  OfferedCapabilities capabilities{};
  std::vector<EngagementExtension> extensions{};
};

/// DeviceEngagement (ISO/IEC 18013-5:2021, 8.2.1.1; second edition, 9.1): the mdoc's ephemeral key
/// and how to reach the mdoc.
///
/// Immutable, with the exact bytes that it was made from or written as; the SessionTranscript takes
/// those. It is decoded from a peer's bytes, or made by one of for_qr(), for_nfc(), for_website():
/// each writes what its channel needs and cannot write what the channel forbids, and the version
/// follows from the content. Copies share the bytes.
class MDOC_EXPORT DeviceEngagement {
 public:
  /// For a QR code.
  /// @param methods in order of preference, at least one, each type once
  /// @return usage/bad_argument
  [[nodiscard]] static Result<DeviceEngagement> for_qr(const crypto::PublicKey& e_device_key,
                                                       std::span<const RetrievalMethod> methods,
                                                       const DeviceEngagementOptions& options = {},
                                                       const ProtocolConstants& constants = iso18013_5());
  /// For NFC, where the carriers stand in the handover message.
  /// @return usage/bad_argument
  [[nodiscard]] static Result<DeviceEngagement> for_nfc(const crypto::PublicKey& e_device_key,
                                                        const DeviceEngagementOptions& options = {},
                                                        const ProtocolConstants& constants = iso18013_5());
  /// For retrieval by a website (TS 18013-7, Annex A).
  /// @param domain host of the page that invoked the mdoc, from a source that the mdoc trusts, never
  ///        from the ReaderEngagement; "" if unknown. No scheme, port or path
  /// @return usage/bad_argument
  [[nodiscard]] static Result<DeviceEngagement> for_website(const crypto::PublicKey& e_device_key,
                                                            std::string_view domain,
                                                            const DeviceEngagementOptions& options = {},
                                                            const ProtocolConstants& constants = iso18013_5());

  /// The encoded map, without tag 24: what a QR code and an NDEF record carry.
  [[nodiscard]] const SharedBytes& bytes() const noexcept { return bytes_; }
  /// `DeviceEngagementBytes = #6.24(bstr .cbor DeviceEngagement)`: the first element of the
  /// SessionTranscript, and as received where it came in this form.
  [[nodiscard]] const SharedBytes& device_engagement_bytes() const noexcept { return item_; }

  [[nodiscard]] std::string_view version() const noexcept { return version_; }  ///< key 0
  [[nodiscard]] const crypto::PublicKey& e_device_key() const noexcept { return e_device_key_bytes_.value(); }
  [[nodiscard]] const EDeviceKeyBytes& e_device_key_bytes() const noexcept { return e_device_key_bytes_; }  ///< key 1
  /// Key 2, in the mdoc's order of preference; empty if absent.
  [[nodiscard]] std::span<const RetrievalMethod> retrieval_methods() const noexcept { return methods_; }
  /// Key 3 as received (RFU in the second edition); decode_server_retrieval_methods() reads it.
  [[nodiscard]] const std::optional<SharedBytes>& server_retrieval_methods() const noexcept {
    return server_retrieval_;
  }
  /// Key 5 as received (RFU content in proximity); decode_origin_infos() reads it.
  [[nodiscard]] const std::optional<SharedBytes>& origin_infos() const noexcept { return origin_infos_; }
  [[nodiscard]] const std::optional<Capabilities>& capabilities() const noexcept { return capabilities_; }  ///< key 6
  /// Key 4, RFU and extension members.
  [[nodiscard]] const cbor::UnknownMembers& others() const noexcept { return others_; }

 private:
  friend class DeviceEngagementDecoder;
  explicit DeviceEngagement(EDeviceKeyBytes key) : e_device_key_bytes_(std::move(key)) {}

  SharedBytes bytes_;
  SharedBytes item_;
  std::string version_;
  EDeviceKeyBytes e_device_key_bytes_;
  std::vector<RetrievalMethod> methods_;
  std::optional<SharedBytes> server_retrieval_;
  std::optional<SharedBytes> origin_infos_;
  std::optional<Capabilities> capabilities_;
  cbor::UnknownMembers others_;
};

/// Decodes the encoded map.
///
/// Judged by rule: engagement_version, engagement_capabilities and those of
/// decode_retrieval_methods(). Unknown members are kept.
/// @return unsupported/unsupported_version: another major number; unsupported/obsolete_draft: an
///         array, as before 2020; unsupported/unsupported_cipher_suite; else malformed with its place
[[nodiscard]] MDOC_EXPORT Result<DeviceEngagement> decode_device_engagement(
    SharedBytes map, const cbor::DecodeContext& context = {}, const ProtocolConstants& constants = iso18013_5());
/// Reads DeviceEngagementBytes, the form with tag 24.
[[nodiscard]] MDOC_EXPORT Result<DeviceEngagement> read_device_engagement_bytes(
    cbor::Reader& reader, const ProtocolConstants& constants = iso18013_5());

/// Reads OriginInfos, key 5; empty if absent.
/// @return bad_value: two entries of one type; missing_element: a domain entry without domain
[[nodiscard]] MDOC_EXPORT Result<std::vector<OriginInfo>> decode_origin_infos(const DeviceEngagement& engagement,
                                                                              const cbor::DecodeContext& context = {});
/// Reads ServerRetrievalMethods, key 3.
/// @return missing_element: absent; empty_structure: neither "webApi" nor "oidc"
[[nodiscard]] MDOC_EXPORT Result<ServerRetrievalMethods> decode_server_retrieval_methods(
    const DeviceEngagement& engagement, const cbor::DecodeContext& context = {});

/// `DeviceEngagementMessage = { "deviceEngagementBytes" : DeviceEngagementBytes }`: the mdoc's first
/// message to a website (TS 18013-7, A.7). The content may stand in a further byte string, as one
/// wallet writes it (Rule::engagement_message_wrapped).
[[nodiscard]] MDOC_EXPORT Result<DeviceEngagement> decode_device_engagement_message(
    SharedBytes message, const cbor::DecodeContext& context = {}, const ProtocolConstants& constants = iso18013_5());
[[nodiscard]] MDOC_EXPORT Bytes encode_device_engagement_message(const DeviceEngagement& engagement);

}  // namespace mdoc::engagement
