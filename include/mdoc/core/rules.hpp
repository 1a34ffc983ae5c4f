#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"

namespace mdoc {

/// How much deviation from the standard is accepted from a peer. The level selects a column of the
/// rule table; no code compares levels.
enum class Level : std::uint8_t {
  strict,   ///< the text of the standard
  interop,  ///< default: what deployed, honest peers are known to send
  lenient,  ///< also what is known from test events and old drafts
};

/// What a level makes of a deviation.
enum class Weight : std::uint8_t { ignore, warning, error };

/// Known deviations of peers. Each has one row in the table of rules.cpp. Append only.
enum class Rule : std::uint8_t {
  cbor_non_preferred,                 ///< a length or number in a longer form than needed
  cbor_indefinite_length,             ///< string, array or map of indefinite length
  tdate_fraction,                     ///< fractional seconds
  tdate_offset,                       ///< an offset other than "Z" that is zero
  tdate_lower_case,                   ///< "t" or "z" in lower case
  tdate_untagged,                     ///< tdate without tag 0
  full_date_untagged,                 ///< full-date without tag 1004
  cose_tagged,                        ///< COSE_Sign1 or COSE_Mac0 with its CBOR tag
  cose_fully_specified_algorithm,     ///< RFC 9864 identifier
  x5chain_array_of_one,               ///< one certificate, sent as an array
  x5chain_protected,                  ///< x5chain in the protected header
  x5chain_text_label,                 ///< header label "33" as text
  x5chain_includes_root,              ///< self-signed certificate in x5chain
  mso_payload_untagged,               ///< IssuerAuth payload is the bare MSO, without tag 24
  name_spaces_empty,                  ///< an empty map or array of name spaces or items
  salt_short,                         ///< IssuerSignedItem.random below 16 bytes
  salt_reused,                        ///< two items with the same random
  cose_key_extra_parameters,          ///< kid, alg, key_ops … in a COSE_Key
  key_authorizations_overlap,         ///< name space both in nameSpaces and dataElements
  key_authorizations_empty,           ///< present but empty
  qr_scheme,                          ///< "mdoc://" or a scheme in other case
  qr_padding,                         ///< base64url with padding
  qr_white_space,                     ///< white space around or inside
  engagement_version,                 ///< version does not fit the keys present
  engagement_duplicate_method,        ///< a retrieval method given twice
  engagement_options,                 ///< options against the table of the technology
  engagement_capabilities,            ///< capabilities that are false, or without origin infos
  request_info_empty,                 ///< requestInfo, deviceRequestInfo or an optional list without content
  request_version,                    ///< version does not fit the members present
  document_errors_empty,              ///< documentErrors or errors present but empty
  response_documents_despite_status,  ///< documents with a status other than 0
  engagement_methods_in_nfc,          ///< retrieval methods in an engagement by NFC
  engagement_message_wrapped,         ///< deviceEngagementBytes within a further byte string
  ndef_chunked,                       ///< an NDEF record in chunks
  nfc_handover,                       ///< alternative carriers or their references against their table
  nfc_carrier,                        ///< payload of a carrier record against its table
  x5chain_empty,                      ///< x5chain without a certificate
  request_info_untagged,              ///< deviceRequestInfo as a bare map, without tag 24
  request_null_member,                ///< null for a member that should be absent
  request_flat_alternatives,          ///< alternativeDataElements in the form of an early draft
  request_zk_first_draft,             ///< zkRequest with member names of an early draft
  mso_signed_outside_signer,          ///< `signed` outside the validity of the document signer certificate
  mso_outlasts_signer,                ///< validUntil after the end of the document signer certificate
  issuing_country_differs,            ///< issuing_country is not the document signer's country
  issuing_jurisdiction_differs,       ///< issuing_jurisdiction is not the document signer's state
  element_form,                       ///< an element of another type or form than its profile says
  element_unrequested,                ///< an element that nobody asked for
  document_surplus,                   ///< more documents than uniqueDocSetRequired allows
  origin_info_text,                   ///< details of an OriginInfo as bare text
  documents_empty,                    ///< documents, zkDocuments or encryptedDocuments present but empty
  document_error_pairs,               ///< more than one docType in one DocumentError
  session_key_repeated,               ///< SessionEstablishment with the key that the link announced
  mso_null_member,                    ///< null for a member of the MSO that should be absent
  list_tag,                    ///< a CBOR tag around a signed list that should not be there, or none where one should
  list_x5chain_place,          ///< x5chain of a signed list in the header where it does not belong
  list_null_member,            ///< null for a member of a signed list that should be absent
  list_entry_differs,          ///< members of an entry that disagree with its certificate
  list_empty,                  ///< a trust list without entries, where one is needed
  vical_ski_wrapped,           ///< ski as the DER value of the extension, not as the bare identifier
  vical_key_case,              ///< "Extensions" or "CertificateProfile" with a capital letter
  vical_doc_types_empty,       ///< an entry whose docType list is empty
  rical_anchor_flag_missing,   ///< no isTrustAnchor: a self-signed certificate counts as an anchor
  rical_constraints_misspelt,  ///< "trustContraints", as a draft has it
  status_typ_short,            ///< typ of a list token without "application/", or misspelt as in a draft
  status_typ_claim,            ///< typ of a list token among the claims instead of the header
  status_no_expiry,            ///< a list token without exp
  status_bits,                 ///< a status list of an mdoc with more than one bit for each status
  status_identifier_text,      ///< the identifier of an MSO in an identifier list as text
  crl_version,                 ///< a CRL of version 1
  crl_revoked_empty,           ///< revokedCertificates present but empty
  crl_entry_extensions,        ///< entry extensions in a CRL
  crl_extensions,              ///< extensions of a CRL other than exactly authority key identifier and CRL number
  holder_means_withheld,       ///< what verifies the holder was asked for and withheld, and other elements were not
  request_identifier_bytes,    ///< a byte string in the place of an element's identifier
  reader_auth_all_short,       ///< readerAuthAll over three elements, deviceRequestInfo left out
  profile_choice,              ///< made or proven otherwise than the profile of the docType has it
  element_contradiction,       ///< elements that contradict each other: ages, dates, the issuer's country
};

/// One row of the table.
struct RuleInfo {
  Rule rule;
  std::string_view id;      ///< stable: "tdate.fraction"
  std::string_view clause;  ///< where the standard says otherwise
  std::string_view what;    ///< one English sentence fragment
  Weight strict, interop, lenient;
};

[[nodiscard]] MDOC_EXPORT std::span<const RuleInfo> rules() noexcept;
[[nodiscard]] MDOC_EXPORT const RuleInfo& info(Rule rule) noexcept;
[[nodiscard]] MDOC_EXPORT Weight weight(Rule rule, Level level) noexcept;
[[nodiscard]] MDOC_EXPORT std::string_view name(Level level) noexcept;

}  // namespace mdoc
