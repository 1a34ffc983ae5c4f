#pragma once

#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/profile/element_profile.hpp"
#include "mdoc/profile/profile_policy.hpp"

/// @file
/// What is known about docTypes, as data. Views have static storage in the built-in set; an application's own must
/// outlive their use (json::LoadedProfile owns what it loaded).

namespace mdoc::profile {

/// How far one can rely on a profile.
enum class Standing : std::uint8_t {
  published,    ///< "published": of a published standard or rulebook
  provisional,  ///< "provisional": put together from deployments and drafts; what is unpublished is optional
  national,     ///< "national": of whoever wrote it
};
/// As in profiles: "published".
[[nodiscard]] MDOC_EXPORT std::string_view name(Standing standing) noexcept;

/// Where a jurisdiction puts elements of its own (P2): the text with its code in the place of "{region}", which is an
/// ISO 3166-1 alpha-2 or 3166-2 code.
struct DomesticNameSpaces {
  std::string_view pattern{};  ///< "org.iso.18013.5.1.{region}"; empty: the docType has none
  bool lower_case = false;     ///< also "de" for "DE"
  bool version = false;        ///< may be followed by "." and a number
};

/// One docType: its elements, and the choices that a profile of TS 23220-4 makes for it.
struct DocTypeProfile {
  std::string_view doc_type;
  std::string_view id{};  ///< short name for people and tools: "mdl"
  std::span<const LocalText> titles{};
  Standing standing = Standing::national;
  std::span<const std::string_view> sources{};  ///< what it was taken from
  RowSet answered{};                            ///< rows that it answers; the others have the defaults below
  /// Other docTypes that deployments use for the same document. They are known for hints only: documents are judged by
  /// their own docType.
  std::span<const std::string_view> aliases{};

  std::span<const NameSpaceProfile> name_spaces{};
  DomesticNameSpaces domestic{};
  /// Where issuing_country and issuing_jurisdiction stand; compared with the signer's certificate.
  std::string_view issuer_name_space{};
  std::string_view country_element{};       ///< empty: this docType has none
  std::string_view jurisdiction_element{};  ///< empty: this docType has none

  std::span<const WayRule> ways{};  ///< P5, P6 and P7
  bool server_retrieval = false;    ///< P8: whether the issuer may be asked in the holder's place
  AlgorithmPolicy algorithms{};
  ReaderAuthenticationPolicy reader_authentication{};
  MdocAuthenticationPolicy mdoc_authentication{};
  SignerProfile signer{};
  std::span<const std::string_view> reader_key_purposes{};  ///< P12: of reader certificates, dotted; one is needed
  CertificateValidityPolicy certificate_validity{};
  MsoPolicy mso{};
  std::span<const std::string_view> trust_sources{};  ///< P15: "vical", "trusted-list", "trusted-entities", "pinned"
  HolderVerificationPolicy holder_verification{};
  std::span<const PurposeHint> purposes{};
  ExtensionPolicy extensions{};
  const ProtocolConstants* constants = nullptr;  ///< null: those of ISO/IEC 18013-5
};

/// The built-in docTypes: mDL, Photo ID, PID and age verification of the EU, and, provisional, vehicle registration.
[[nodiscard]] MDOC_EXPORT std::span<const DocTypeProfile> doc_types() noexcept;

/// The first of `profiles` for this docType, letter for letter; null if unknown.
[[nodiscard]] MDOC_EXPORT const DocTypeProfile* find_doc_type(std::span<const DocTypeProfile> profiles,
                                                              std::string_view doc_type) noexcept;
/// The first of `profiles` with this short name or docType; null if unknown.
[[nodiscard]] MDOC_EXPORT const DocTypeProfile* find_profile(std::span<const DocTypeProfile> profiles,
                                                             std::string_view id_or_doc_type) noexcept;
/// Null where the profile does not know it.
[[nodiscard]] MDOC_EXPORT const NameSpaceProfile* find_name_space(const DocTypeProfile& profile,
                                                                  std::string_view name_space) noexcept;
/// The first whose identifier, or pattern, is this one; null where the name space does not define it.
[[nodiscard]] MDOC_EXPORT const ElementProfile* find_element(const NameSpaceProfile& profile,
                                                             std::string_view identifier) noexcept;
/// Whether `name_space` is one where a jurisdiction puts elements of its own.
[[nodiscard]] MDOC_EXPORT bool is_domestic(const DocTypeProfile& profile, std::string_view name_space) noexcept;

/// The protocol's names for this docType.
[[nodiscard]] inline const ProtocolConstants& constants(const DocTypeProfile& profile) noexcept {
  return profile.constants == nullptr ? iso18013_5() : *profile.constants;
}

}  // namespace mdoc::profile
