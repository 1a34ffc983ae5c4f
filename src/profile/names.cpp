#include <array>

#include "core/enum_table.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::profile {
namespace {

// One row for each Row, in order.
constexpr std::array table{
    RowInfo{Row::doc_type, "P1", "docType", "Which docType does the document have?"},
    RowInfo{Row::name_spaces, "P2", "domesticNameSpaces",
            "Which name spaces does it have, and where does a jurisdiction put elements of its own?"},
    RowInfo{Row::elements, "P3", "nameSpaces", "Which elements, in which form, and which of them must be there?"},
    RowInfo{Row::age_attestations, "P4", "ageAttestations",
            "In which name spaces is a question of age answered by the nearest attestation?"},
    RowInfo{Row::engagement, "P5", "engagement", "How do mdoc and mdoc reader meet?"},
    RowInfo{Row::device_retrieval, "P6", "deviceRetrieval", "Over which transports do they talk in proximity?"},
    RowInfo{Row::online, "P7", "online", "Over which do they talk on the internet?"},
    RowInfo{Row::server_retrieval, "P8", "serverRetrieval", "May the issuer be asked in the holder's place?"},
    RowInfo{Row::algorithms, "P9", "algorithms",
            "Which cipher suites, curves and digests, and is mdoc authentication a signature or a MAC?"},
    RowInfo{Row::reader_authentication, "P10", "readerAuthentication", "What depends on who the reader proves to be?"},
    RowInfo{Row::mdoc_authentication, "P11", "mdocAuthentication",
            "May the device sign elements, and may documents share its key?"},
    RowInfo{Row::certificates, "P12", "certificates", "Which purposes and policies do certificates name?"},
    RowInfo{Row::certificate_validity, "P13", "certificateValidity",
            "How long are certificates valid, and how are they revoked?"},
    RowInfo{Row::mso, "P14", "mso", "How long is a document valid, and how is it revoked?"},
    RowInfo{Row::trust_sources, "P15", "trustSources", "Where do readers learn which issuers to trust?"},
    RowInfo{Row::holder_verification, "P16", "holderVerification",
            "How does a reader verify that the presenter is the holder?"},
    RowInfo{Row::purposes, "P17", "purposes", "Which purposes may a request name?"},
    RowInfo{Row::extensions, "P18", "extensions", "Which keys does the profile add to structures of the standard?"},
    RowInfo{Row::protocol_constants, "constants", "protocolConstants",
            "Which names of the protocol differ from those of ISO/IEC 18013-5?"},
};
static_assert(is_indexed_by(table, &RowInfo::row, row_count));

}  // namespace

std::span<const RowInfo> rows() noexcept { return table; }

std::string_view name(Way way) noexcept {
  switch (way) {
    case Way::qr: return "qr";
    case Way::nfc_static: return "nfc-static";
    case Way::nfc_negotiated: return "nfc-negotiated";
    case Way::reader_engagement: return "reader-engagement";
    case Way::ble: return "ble";
    case Way::nfc: return "nfc";
    case Way::wifi_aware: return "wifi-aware";
    case Way::website: return "website";
    case Way::openid4vp: return "openid4vp";
    case Way::dc_api: return "dc-api";
    case Way::dc_api_openid4vp: return "dc-api-openid4vp";
  }
  return {};
}

Row row_of(Way way) noexcept {
  if (way <= Way::reader_engagement) return Row::engagement;
  return way <= Way::wifi_aware ? Row::device_retrieval : Row::online;
}

std::string_view name(ElementClass which) noexcept {
  switch (which) {
    case ElementClass::other: return "other";
    case ElementClass::name: return "name";
    case ElementClass::birth: return "birth";
    case ElementClass::age: return "age";
    case ElementClass::biometric: return "biometric";
    case ElementClass::address: return "address";
    case ElementClass::identifier: return "identifier";
    case ElementClass::contact: return "contact";
    case ElementClass::appearance: return "appearance";
    case ElementClass::nationality: return "nationality";
    case ElementClass::document: return "document";
    case ElementClass::entitlement: return "entitlement";
    case ElementClass::vehicle: return "vehicle";
  }
  return {};
}

std::string_view name(ValueForm form) noexcept {
  switch (form) {
    case ValueForm::none: break;
    case ValueForm::text: return "text";
    case ValueForm::latin1: return "latin1";
    case ValueForm::uint: return "uint";
    case ValueForm::boolean: return "boolean";
    case ValueForm::bytes: return "bytes";
    case ValueForm::image: return "image";
    case ValueForm::array: return "array";
    case ValueForm::map: return "map";
    case ValueForm::full_date: return "full-date";
    case ValueForm::tdate: return "tdate";
  }
  return {};
}

std::string_view name(ValueFormat format) noexcept {
  switch (format) {
    case ValueFormat::none: break;
    case ValueFormat::country: return "country";
    case ValueFormat::country_2_or_3: return "country-2-or-3";
    case ValueFormat::subdivision: return "subdivision";
    case ValueFormat::date_mask: return "date-mask";
    case ValueFormat::phone: return "phone";
    case ValueFormat::email: return "email";
    case ValueFormat::digits: return "digits";
    case ValueFormat::biometric_template: return "biometric-template";
    case ValueFormat::image_or_empty: return "image-or-empty";
  }
  return {};
}

std::string_view name(Presence presence) noexcept {
  switch (presence) {
    case Presence::mandatory: return "mandatory";
    case Presence::recommended: return "recommended";
    case Presence::optional: return "optional";
    case Presence::conditional: return "conditional";
  }
  return {};
}

std::string_view name(Standing standing) noexcept {
  switch (standing) {
    case Standing::published: return "published";
    case Standing::provisional: return "provisional";
    case Standing::national: return "national";
  }
  return {};
}

}  // namespace mdoc::profile
