#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"

/// @file
/// Lists of trusted entities (LoTE, ETSI TS 119 602) in their JSON form, as the European Union publishes them: who
/// issues PIDs, mDLs and wallets, and who certifies their readers. This is the content, the payload of a JWS; nothing
/// of it is to be believed before verify_list_of_trusted_entities() of verified_trusted_entities.hpp passed.

namespace mdoc::json {

/// LoTEType of the lists of ETSI TS 119 602, Annexes D to I. Others exist, national ones and the Commission's list of
/// mDL providers among them.
namespace lote_type {
inline constexpr std::string_view pid_providers = "http://uri.etsi.org/19602/LoTEType/EUPIDProvidersList";
inline constexpr std::string_view wallet_providers = "http://uri.etsi.org/19602/LoTEType/EUWalletProvidersList";
inline constexpr std::string_view access_certificate_providers =
    "http://uri.etsi.org/19602/LoTEType/EUWRPACProvidersList";  ///< reader CAs
inline constexpr std::string_view registration_certificate_providers =
    "http://uri.etsi.org/19602/LoTEType/EUWRPRCProvidersList";
inline constexpr std::string_view pub_eaa_providers = "http://uri.etsi.org/19602/LoTEType/EUPubEAAProvidersList";
inline constexpr std::string_view registrars = "http://uri.etsi.org/19602/LoTEType/EURegistrarsAndRegistersList";
}  // namespace lote_type

/// "typ" of the JWS in the EU's reference deployment.
inline constexpr std::string_view trust_list_typ = "trustlist+jwt";

/// Bytes of one name or URI of a list.
inline constexpr std::size_t max_list_text_bytes = 2048;

/// Text in one language. Text of a peer: escape before showing.
struct MultiLangString {
  std::string lang;   ///< "lang": RFC 5646
  std::string value;  ///< "value"
  friend bool operator==(const MultiLangString&, const MultiLangString&) = default;
};

/// The English text, or the first one; empty without any. Borrowed.
[[nodiscard]] MDOC_EXPORT std::string_view preferred_text(const std::vector<MultiLangString>& texts) noexcept;

/// What is said about the list itself.
struct ListAndSchemeInformation {
  std::uint64_t version_identifier = 1;                 ///< "LoTEVersionIdentifier", always 1
  std::uint64_t sequence_number = 1;                    ///< "LoTESequenceNumber", from 1, grows with each issue
  std::string type{};                                   ///< "LoTEType", a URI; empty: absent
  std::vector<MultiLangString> scheme_operator_name{};  ///< "SchemeOperatorName", not empty
  std::string scheme_territory{};                       ///< "SchemeTerritory": country code, or "EU"; empty: absent
  UtcSeconds list_issue_date_time{};                    ///< "ListIssueDateTime"
  UtcSeconds next_update{};                             ///< "NextUpdate": when the next issue is there at the latest
};

/// "ServiceInformation" of one service. Its history is not read: only the present counts.
struct TrustedEntityService {
  std::string type_identifier{};                    ///< "ServiceTypeIdentifier", a URI; empty: absent
  std::vector<MultiLangString> name{};              ///< "ServiceName"
  std::string status{};                             ///< "ServiceStatus", a URI; empty: absent
  std::vector<crypto::Certificate> certificates{};  ///< "X509Certificates" that decode: a CA's or the signer's own
  std::vector<Bytes> subject_key_identifiers{};     ///< "X509SKIs" that decode: hints, no anchors
};

struct TrustedEntity {
  std::vector<MultiLangString> name{};           ///< "TEName"
  std::vector<TrustedEntityService> services{};  ///< "TrustedEntityServices"
  /// An entry in the form from before the standard, "TrustServiceProvider", of which nothing is read. Kept, so that the
  /// entities have the indexes of the list.
  bool pre_standard = false;
};

/// A list as it says it is.
struct ListOfTrustedEntities {
  ListAndSchemeInformation information{};  ///< "ListAndSchemeInformation"
  std::vector<TrustedEntity> entities{};   ///< "TrustedEntitiesList"; may be empty
  /// What is in the list and could not be read, each with its place: bad_encoding, bad_certificate, trailing_bytes or
  /// too_large for a certificate or key identifier, obsolete_draft for an entry in the form from before the standard.
  /// The rest of the list stands.
  std::vector<Error> unreadable{};
};

/// Reads the payload of a list, `{"LoTE": {…}}`. The object inside alone is taken as well: published lists have been
/// signed without the outer one. Unknown members are skipped. Deviations: tdate_fraction, tdate_offset,
/// tdate_lower_case, list_null_member, list_empty ("TrustedEntitiesList" as an empty array; a list without that member
/// is an empty list).
///
/// Paths begin with "LoTE" in both cases. Bounded by limits: max_bytes, max_depth, max_entries for each array and for
/// all certificates and key identifiers together, 64 times that for all JSON values, max_certificate_bytes; and by
/// max_list_text_bytes.
/// @return malformed/bad_encoding: not JSON; duplicate_key, missing_element, wrong_type, bad_tdate; bad_value: a
/// sequence
///         number of zero, no name of the operator, both forms at once, or a next update before the issue;
///         unsupported/unsupported_version; limit/too_large, too_many, too_deep
[[nodiscard]] MDOC_EXPORT Result<ListOfTrustedEntities> decode_list_of_trusted_entities(
    ByteView payload, const cbor::DecodeContext& context = {});

/// The payload of a list, with the outer "LoTE". Sign it with JwsDraft and trust_list_typ. `unreadable` and entries
/// from before the standard are not written.
/// @return usage/bad_argument: what decode_list_of_trusted_entities() would refuse at the strict level, at that place
[[nodiscard]] MDOC_EXPORT Result<std::string> encode_list_of_trusted_entities(const ListOfTrustedEntities& list);

}  // namespace mdoc::json
