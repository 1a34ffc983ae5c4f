#include "mdoc/core/rules.hpp"

#include <array>
#include <cassert>

#include "core/enum_table.hpp"

namespace mdoc {
namespace {

constexpr Weight ignore = Weight::ignore;
constexpr Weight warning = Weight::warning;
constexpr Weight error = Weight::error;

// One row for each Rule, in the order of the enumeration. Clauses are those of ISO/IEC 18013-5,
// second edition as publicly drafted, unless another document is named.
constexpr std::array table{
    RuleInfo{Rule::cbor_non_preferred, "cbor.non-preferred", "8.3", "a longer encoding than needed", error, warning,
             warning},
    RuleInfo{Rule::cbor_indefinite_length, "cbor.indefinite-length", "8.3", "an item of indefinite length", error,
             warning, warning},
    RuleInfo{Rule::tdate_fraction, "tdate.fraction", "12.3.4", "a tdate with fractional seconds", error, warning,
             warning},
    RuleInfo{Rule::tdate_offset, "tdate.offset", "12.3.4", "a tdate with a numeric UTC offset", error, warning,
             warning},
    RuleInfo{Rule::tdate_lower_case, "tdate.lower-case", "RFC 3339, 5.6", "a tdate with lower-case letters", error,
             warning, warning},
    RuleInfo{Rule::tdate_untagged, "tdate.untagged", "RFC 8610, D", "a tdate without tag 0", error, error, warning},
    RuleInfo{Rule::full_date_untagged, "full-date.untagged", "RFC 8943", "a full-date without tag 1004", error, error,
             warning},
    RuleInfo{Rule::cose_tagged, "cose.tagged", "12.3.4", "a COSE structure with its CBOR tag", error, warning, warning},
    RuleInfo{Rule::cose_fully_specified_algorithm, "cose.fully-specified-algorithm", "12.3.4",
             "an algorithm identifier of RFC 9864", error, warning, warning},
    RuleInfo{Rule::x5chain_array_of_one, "x5chain.array-of-one", "RFC 9360, 2", "a single certificate in an array",
             error, warning, warning},
    RuleInfo{Rule::x5chain_protected, "x5chain.protected", "12.3.4", "x5chain in the protected header", warning,
             warning, ignore},
    RuleInfo{Rule::x5chain_text_label, "x5chain.text-label", "RFC 9360, 2", "x5chain labelled with text", error, error,
             warning},
    RuleInfo{Rule::x5chain_includes_root, "x5chain.includes-root", "12.3.4", "a self-signed certificate in x5chain",
             error, warning, warning},
    RuleInfo{Rule::mso_payload_untagged, "mso.payload-untagged", "12.3.4",
             "an IssuerAuth payload without tag 24 around the MSO", error, error, warning},
    RuleInfo{Rule::name_spaces_empty, "name-spaces.empty", "10.3.3", "an empty list of name spaces or elements", error,
             error, warning},
    RuleInfo{Rule::salt_short, "salt.short", "12.3.5", "a random value below 16 bytes", error, warning, warning},
    RuleInfo{Rule::salt_reused, "salt.reused", "12.3.5", "one random value for two elements", error, warning, warning},
    RuleInfo{Rule::cose_key_extra_parameters, "cose-key.extra-parameters", "12.7.2",
             "parameters of a COSE_Key beyond the key itself", warning, ignore, ignore},
    RuleInfo{Rule::key_authorizations_overlap, "key-authorizations.overlap", "12.3.4",
             "a name space authorised as a whole and by element", error, warning, warning},
    RuleInfo{Rule::key_authorizations_empty, "key-authorizations.empty", "12.3.4", "empty keyAuthorizations", error,
             warning, warning},
    RuleInfo{Rule::qr_scheme, "qr.scheme", "9.3", "a scheme other than lower-case mdoc without slashes", error, warning,
             warning},
    RuleInfo{Rule::qr_padding, "qr.padding", "9.3", "base64url with padding", error, warning, warning},
    RuleInfo{Rule::qr_white_space, "qr.white-space", "9.3", "white space around the engagement", error, warning,
             warning},
    RuleInfo{Rule::engagement_version, "engagement.version", "9.1", "a version that does not fit the keys present",
             error, warning, warning},
    RuleInfo{Rule::engagement_duplicate_method, "engagement.duplicate-method", "9.1", "a retrieval method given twice",
             error, warning, warning},
    RuleInfo{Rule::engagement_options, "engagement.options", "11.1.2", "retrieval options against their table", error,
             warning, warning},
    RuleInfo{Rule::engagement_capabilities, "engagement.capabilities", "9.1", "capabilities against their table", error,
             warning, warning},
    RuleInfo{Rule::request_info_empty, "request.info-empty", "10.2.4", "request information without a member", error,
             warning, warning},
    RuleInfo{Rule::request_version, "request.version", "10.2.2", "a version that does not fit the members present",
             error, warning, warning},
    RuleInfo{Rule::document_errors_empty, "response.errors-empty", "10.3.3", "an empty list of errors", error, warning,
             warning},
    RuleInfo{Rule::response_documents_despite_status, "response.documents-despite-status", "10.3.6",
             "documents beside an error status", error, warning, warning},
    RuleInfo{Rule::engagement_methods_in_nfc, "engagement.methods-in-nfc", "9.1",
             "retrieval methods in an engagement by NFC", error, warning, warning},
    RuleInfo{Rule::engagement_message_wrapped, "engagement.message-wrapped", "TS 18013-7, A.7",
             "DeviceEngagementBytes within a further byte string", error, warning, warning},
    RuleInfo{Rule::ndef_chunked, "ndef.chunked", "9.2", "an NDEF record in chunks", error, warning, warning},
    RuleInfo{Rule::nfc_handover, "nfc.handover", "9.2.1", "carriers or references of a handover against their table",
             error, warning, warning},
    RuleInfo{Rule::nfc_carrier, "nfc.carrier", "9.2.2", "a carrier record against its table", error, warning, warning},
    RuleInfo{Rule::x5chain_empty, "x5chain.empty", "RFC 9360, 2", "an x5chain without a certificate", error, warning,
             warning},
    RuleInfo{Rule::request_info_untagged, "request.info-untagged", "10.2.2", "deviceRequestInfo without tag 24", error,
             warning, warning},
    RuleInfo{Rule::request_null_member, "request.null-member", "10.2.2", "null in the place of an absent member", error,
             warning, warning},
    RuleInfo{Rule::request_flat_alternatives, "request.flat-alternatives", "10.2.4",
             "alternative data elements in the form of an early draft", error, error, warning},
    RuleInfo{Rule::request_zk_first_draft, "request.zk-first-draft", "10.2.7",
             "a zero-knowledge request in the form of an early draft", error, warning, warning},
    RuleInfo{Rule::mso_signed_outside_signer, "mso.signed-outside-signer", "12.8.1",
             "an MSO signed outside the validity of the document signer certificate", error, error, warning},
    RuleInfo{Rule::mso_outlasts_signer, "mso.outlasts-signer", "12.3.4",
             "an MSO valid longer than the document signer certificate", error, warning, warning},
    RuleInfo{Rule::issuing_country_differs, "issuing-country.differs", "13.4.2",
             "an issuing_country other than the document signer's", error, error, warning},
    RuleInfo{Rule::issuing_jurisdiction_differs, "issuing-jurisdiction.differs", "13.4.2",
             "an issuing_jurisdiction other than the document signer's", error, error, warning},
    RuleInfo{Rule::element_form, "element.form", "13.4.2", "an element in another form than its profile defines", error,
             warning, warning},
    RuleInfo{Rule::element_unrequested, "element.unrequested", "10.3.3", "an element that was not asked for", error,
             warning, warning},
    RuleInfo{Rule::document_surplus, "document.surplus", "10.2.4", "more documents than were asked for", error, error,
             warning},
    RuleInfo{Rule::origin_info_text, "origin-info.text", "TS 18013-7, A.3", "details of an origin as bare text", error,
             error, warning},
    RuleInfo{Rule::documents_empty, "response.documents-empty", "10.3.2", "an empty list of documents", error, warning,
             warning},
    RuleInfo{Rule::document_error_pairs, "response.error-pairs", "10.3.2",
             "a document error for several documents at once", error, warning, warning},
    RuleInfo{Rule::session_key_repeated, "session.key-repeated", "TS 18013-7, A.7",
             "SessionEstablishment with the key that was announced already", error, warning, warning},
    RuleInfo{Rule::mso_null_member, "mso.null-member", "12.3.4", "null in the place of an absent member of the MSO",
             error, warning, warning},
    RuleInfo{Rule::list_tag, "list.tag", "C.1.7",
             "a signed list with a CBOR tag it should not have, or without the one it should", error, warning, warning},
    RuleInfo{Rule::list_x5chain_place, "list.x5chain-place", "C.1.7", "x5chain of a signed list in the other header",
             error, warning, warning},
    RuleInfo{Rule::list_null_member, "list.null-member", "C.1.7.1", "null for a member of a signed list", error,
             warning, warning},
    RuleInfo{Rule::list_entry_differs, "list.entry-differs", "C.1.7.1",
             "an entry that describes its certificate wrongly", error, warning, warning},
    RuleInfo{Rule::list_empty, "list.empty", "F.1", "a list without entries", error, error, warning},
    RuleInfo{Rule::vical_ski_wrapped, "vical.ski-wrapped", "C.1.7.1", "a key identifier in its DER wrapping", error,
             warning, ignore},
    RuleInfo{Rule::vical_key_case, "vical.key-case", "C.1.7.1", "a member name in other case", error, warning, ignore},
    RuleInfo{Rule::vical_doc_types_empty, "vical.doc-types-empty", "C.1.7.1", "an entry without docTypes", error,
             warning, warning},
    RuleInfo{Rule::rical_anchor_flag_missing, "rical.anchor-flag-missing", "F.1",
             "an entry that does not say whether it is an anchor", error, warning, warning},
    RuleInfo{Rule::rical_constraints_misspelt, "rical.constraints-misspelt", "F.1", "\"trustContraints\"", warning,
             warning, ignore},
    RuleInfo{Rule::status_typ_short, "status.typ-short", "12.3.6", "the type of a list token in a short form", error,
             warning, warning},
    RuleInfo{Rule::status_typ_claim, "status.typ-claim", "12.3.6", "the type of a list token as a claim", error,
             warning, warning},
    RuleInfo{Rule::status_no_expiry, "status.no-expiry", "12.3.6", "a list token without expiration time", error,
             warning, warning},
    RuleInfo{Rule::status_bits, "status.bits", "12.3.6.1", "more than one bit for a status", error, warning, warning},
    RuleInfo{Rule::status_identifier_text, "status.identifier-text", "12.3.6.4", "an identifier as text", error,
             warning, warning},
    RuleInfo{Rule::crl_version, "crl.version", "B.2", "a CRL of version 1", error, warning, warning},
    RuleInfo{Rule::crl_revoked_empty, "crl.revoked-empty", "B.2", "an empty list of revoked certificates", error,
             warning, warning},
    RuleInfo{Rule::crl_entry_extensions, "crl.entry-extensions", "B.2", "extensions of an entry", error, warning,
             ignore},
    RuleInfo{Rule::crl_extensions, "crl.extensions", "B.2", "other extensions than key identifier and number", error,
             warning, ignore},
    RuleInfo{Rule::holder_means_withheld, "holder-means.withheld", "13.4.2",
             "elements without what verifies their holder, which was asked for", error, warning, warning},
    RuleInfo{Rule::request_identifier_bytes, "request.identifier-bytes", "10.2.3",
             "a byte string in the place of an element's identifier", error, warning, warning},
    RuleInfo{Rule::reader_auth_all_short, "reader-auth-all.short", "12.5.4",
             "readerAuthAll over three elements, without deviceRequestInfo", error, error, warning},
    RuleInfo{Rule::profile_choice, "profile.choice", "TS 23220-4, Annex B",
             "a document that was made or proven otherwise than its profile has it", error, warning, warning},
    RuleInfo{Rule::element_contradiction, "element.contradiction", "13.4.6", "elements that contradict each other",
             error, warning, warning},
};
static_assert(is_indexed_by(table, &RuleInfo::rule, Rule::element_contradiction));

}  // namespace

std::span<const RuleInfo> rules() noexcept { return table; }

const RuleInfo& info(Rule rule) noexcept {
  assert(static_cast<std::size_t>(rule) < table.size());
  return table[static_cast<std::size_t>(rule)];
}

Weight weight(Rule rule, Level level) noexcept {
  const RuleInfo& row = info(rule);
  switch (level) {
    case Level::strict: return row.strict;
    case Level::interop: return row.interop;
    case Level::lenient: return row.lenient;
  }
  return Weight::error;
}

std::string_view name(Level level) noexcept {
  switch (level) {
    case Level::strict: return "strict";
    case Level::interop: return "interop";
    case Level::lenient: return "lenient";
  }
  return "unknown";
}

}  // namespace mdoc
