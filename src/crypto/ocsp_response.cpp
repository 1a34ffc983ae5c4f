#include <algorithm>
#include <utility>

#include "core/try.hpp"
#include "crypto/extension_list.hpp"
#include "crypto/ocsp_impl.hpp"
#include "crypto/x509_impl.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/ocsp.hpp"
#include "mdoc/crypto/x509_signature.hpp"

namespace mdoc::crypto {
namespace {

constexpr std::string_view id_pkix_ocsp_basic = "1.3.6.1.5.5.7.48.1.1";

Result<OcspResponseStatus> read_status(der::Reader& response) {
  MDOC_TRY(const der::Element status, response.read(der::tag::enumerated));
  if (status.content.size() != 1) return response.error();
  switch (const auto value = static_cast<OcspResponseStatus>(status.content[0])) {
    case OcspResponseStatus::successful:
    case OcspResponseStatus::malformed_request:
    case OcspResponseStatus::internal_error:
    case OcspResponseStatus::try_later:
    case OcspResponseStatus::sig_required:
    case OcspResponseStatus::unauthorized: return value;
  }
  return response.error();
}

// All times of OCSP are GeneralizedTime, without fraction (RFC 6960, 4.2.2.1 by RFC 5280, 4.1.2.5.2).
Result<UtcSeconds> read_generalized_time(der::Reader& reader) {
  if (!reader.next_is(der::tag::generalized_time)) return reader.error();
  return reader.read_time();
}

// A time or anything else in [number] EXPLICIT, alone.
template <class Read>
auto read_explicit(der::Reader& reader, unsigned number, Read read) -> decltype(read(reader)) {
  MDOC_TRY(der::Reader inner, reader.enter(der::tag::context_constructed(number)));
  MDOC_TRY(auto value, read(inner));
  MDOC_CHECK(inner.end());
  return value;
}

// CertID (RFC 6960, 4.1.1)
Result<OcspCertificateId> read_certificate_id(der::Reader& reader) {
  MDOC_TRY(der::Reader sequence, reader.enter(der::tag::sequence));
  OcspCertificateId id;
  MDOC_TRY(id.hash_algorithm, read_x509_algorithm(sequence));
  MDOC_TRY(const der::Element name_hash, sequence.read(der::tag::octet_string));
  MDOC_TRY(const der::Element key_hash, sequence.read(der::tag::octet_string));
  MDOC_TRY(const ByteView serial, sequence.read_integer());
  MDOC_CHECK(sequence.end());
  id.issuer_name_hash.assign(name_hash.content.begin(), name_hash.content.end());
  id.issuer_key_hash.assign(key_hash.content.begin(), key_hash.content.end());
  id.serial.assign(serial.begin(), serial.end());
  return id;
}

Result<RevocationReason> read_reason(der::Reader& reader) {
  MDOC_TRY(const der::Element code, reader.read(der::tag::enumerated));
  if (code.content.size() != 1 || code.content[0] > 0x7f) return reader.error();
  return static_cast<RevocationReason>(code.content[0]);
}

// CertStatus ::= CHOICE { good [0] IMPLICIT NULL, revoked [1] IMPLICIT RevokedInfo, unknown [2] IMPLICIT NULL }
Result<void> read_certificate_status(der::Reader& reader, OcspSingleResponse& into) {
  MDOC_TRY(const der::Element choice, reader.read_any());
  switch (choice.tag) {
    case der::tag::context(0):
    case der::tag::context(2):
      if (!choice.content.empty()) return reader.error();
      into.status = choice.tag == der::tag::context(0) ? OcspCertificateStatus::good : OcspCertificateStatus::unknown;
      return {};
    case der::tag::context_constructed(1): break;
    default: return reader.error();
  }
  into.status = OcspCertificateStatus::revoked;
  der::Reader info(choice.content, reader.error().code);
  MDOC_TRY(into.revocation_date, read_generalized_time(info));
  if (!info.at_end()) {
    MDOC_TRY(into.reason, read_explicit(info, 0, read_reason));
  }
  return info.end();
}

Result<OcspSingleResponse> read_single_response(der::Reader single, std::size_t max_extensions) {
  OcspSingleResponse read;
  MDOC_TRY(read.id, read_certificate_id(single));
  MDOC_CHECK(read_certificate_status(single, read));
  MDOC_TRY(read.this_update, read_generalized_time(single));
  if (single.next_is(der::tag::context_constructed(0))) {
    MDOC_TRY(read.next_update, read_explicit(single, 0, read_generalized_time));
  }
  if (single.next_is(der::tag::context_constructed(1))) {
    MDOC_TRY(const der::Reader list, single.enter(der::tag::context_constructed(1)));
    MDOC_TRY(const auto extensions, read_extension_list(list, max_extensions));
    read.has_critical_extension = std::ranges::any_of(extensions, &CertificateExtension::critical);
  }
  MDOC_CHECK(single.end());
  return read;
}

}  // namespace

struct OcspResponse::Impl {
  SharedBytes der;
  OcspLimits limits;

  OcspResponseStatus status{};
  std::optional<SignedObject> object;  // of der; in a successful response
  std::optional<DistinguishedName> responder_name;
  std::optional<ByteView> responder_key_hash;  // of der
  UtcSeconds produced_at;
  std::vector<OcspSingleResponse> responses;
  std::vector<Certificate> certificates;
  std::vector<CertificateExtension> extensions;
  std::optional<ByteView> nonce;  // of extensions

  Result<void> read();
  Result<void> read_basic_response(ByteView basic_response);
  Result<void> read_response_data(der::Reader data);
  Result<void> read_responder_id(der::Reader& data);
  Result<void> read_responses(der::Reader list);
  Result<void> read_response_extensions(der::Reader reader);
  Result<void> read_certificates(der::Reader reader);
};

// OCSPResponse ::= SEQUENCE { responseStatus, responseBytes [0] EXPLICIT SEQUENCE { OID, OCTET STRING } OPTIONAL }
Result<void> OcspResponse::Impl::read() {
  if (der.size() > limits.max_bytes) return Error{.code = Errc::too_large, .where = "OCSPResponse"};
  der::Reader file(der.view(), Errc::bad_ocsp_response);
  auto outer = file.enter(der::tag::sequence);
  if (!outer) return Error{.code = Errc::bad_ocsp_response, .where = "OCSPResponse"};
  if (!file.at_end()) return Error{.code = Errc::trailing_bytes, .where = "OCSPResponse"};
  MDOC_TRY(status, in_member("OCSPResponse", "responseStatus", read_status(*outer)));
  // RFC 6960, 4.2.1: in an error responseBytes are not set.
  if (status != OcspResponseStatus::successful) return in_member("OCSPResponse", "responseBytes", outer->end());
  const auto read_bytes = [&]() -> Result<ByteView> {
    MDOC_TRY(der::Reader wrapper, outer->enter(der::tag::context_constructed(0)));
    MDOC_CHECK(outer->end());
    MDOC_TRY(der::Reader bytes, wrapper.enter(der::tag::sequence));
    MDOC_CHECK(wrapper.end());
    MDOC_TRY(const std::string type, bytes.read_object_identifier());
    MDOC_TRY(const der::Element content, bytes.read(der::tag::octet_string));
    MDOC_CHECK(bytes.end());
    if (type != id_pkix_ocsp_basic) return Error{.code = Errc::unsupported_version};
    return content.content;
  };
  MDOC_TRY(const ByteView basic_response, in_member("OCSPResponse", "responseBytes", read_bytes()));
  return in_member("BasicOCSPResponse", "tbsResponseData", read_basic_response(basic_response));
}

// BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature, certs [0] EXPLICIT OPTIONAL }
Result<void> OcspResponse::Impl::read_basic_response(ByteView basic_response) {
  der::Reader file(basic_response, Errc::bad_ocsp_response);
  MDOC_TRY(der::Reader basic, file.enter(der::tag::sequence));
  MDOC_CHECK(file.end());
  MDOC_TRY(const der::Element data, basic.read(der::tag::sequence));
  MDOC_TRY(std::string algorithm, in_member("BasicOCSPResponse", "signatureAlgorithm", read_x509_algorithm(basic)));
  MDOC_TRY(const ByteView signature, in_member("BasicOCSPResponse", "signature", basic.read_octets_in_bit_string()));
  if (!basic.at_end()) {
    MDOC_TRY(const der::Reader certs,
             in_member("BasicOCSPResponse", "certs", basic.enter(der::tag::context_constructed(0))));
    MDOC_CHECK(in_member("BasicOCSPResponse", "certs", basic.end()));
    MDOC_CHECK(in_member("BasicOCSPResponse", "certs", read_certificates(certs)));
  }
  MDOC_CHECK(read_response_data(der::Reader(data.content, Errc::bad_ocsp_response)));
  object = SignedObject{data.whole, std::move(algorithm), signature};
  return {};
}

// ResponseData (RFC 6960, 4.2.1)
Result<void> OcspResponse::Impl::read_response_data(der::Reader data) {
  if (data.next_is(der::tag::context_constructed(0))) {
    const auto read_number = [](der::Reader& reader) { return reader.read_uint32(); };
    MDOC_TRY(const std::uint32_t version, in_member("ResponseData", "version", read_explicit(data, 0, read_number)));
    if (version != 0) return Error{.code = Errc::unsupported_version, .where = Path("ResponseData") / "version"};
  }
  MDOC_CHECK(in_member("ResponseData", "responderID", read_responder_id(data)));
  MDOC_TRY(produced_at, in_member("ResponseData", "producedAt", read_generalized_time(data)));
  MDOC_TRY(const der::Reader list, in_member("ResponseData", "responses", data.enter(der::tag::sequence)));
  MDOC_CHECK(read_responses(list));
  if (data.next_is(der::tag::context_constructed(1))) {
    MDOC_TRY(const der::Reader wrapper, data.enter(der::tag::context_constructed(1)));
    MDOC_CHECK(in_member("ResponseData", "responseExtensions", read_response_extensions(wrapper)));
  }
  return data.end();
}

// ResponderID ::= CHOICE { byName [1] Name, byKey [2] KeyHash }, both EXPLICIT
Result<void> OcspResponse::Impl::read_responder_id(der::Reader& data) {
  if (data.next_is(der::tag::context_constructed(1))) {
    MDOC_TRY(const der::Element by_name, data.read_any());
    auto name = DistinguishedName::from_der(by_name.content);
    if (!name) return data.error();
    responder_name = *std::move(name);
    return {};
  }
  const auto read_hash = [](der::Reader& reader) { return reader.read(der::tag::octet_string); };
  MDOC_TRY(const der::Element by_key, read_explicit(data, 2, read_hash));
  constexpr std::size_t sha1_size = 20;
  if (by_key.content.size() != sha1_size) return data.error();
  responder_key_hash = by_key.content;
  return {};
}

Result<void> OcspResponse::Impl::read_responses(der::Reader list) {
  while (!list.at_end()) {
    const std::size_t index = responses.size();
    const auto failed = [&](Errc code) {
      return Error{.code = code, .where = Path("ResponseData") / "responses" / index};
    };
    if (index == limits.max_responses) return failed(Errc::too_many);
    const auto single = list.enter(der::tag::sequence);
    if (!single) return failed(single.error().code);
    auto read = read_single_response(*single, limits.max_extensions);
    if (!read) return failed(read.error().code);
    responses.push_back(*std::move(read));
  }
  return {};
}

Result<void> OcspResponse::Impl::read_response_extensions(der::Reader reader) {
  MDOC_TRY(extensions, read_extension_list(reader, limits.max_extensions));
  const auto found = std::ranges::find(extensions, id_pkix_ocsp_nonce, &CertificateExtension::oid);
  if (found == extensions.end()) return {};
  der::Reader value(found->value, Errc::bad_ocsp_response);
  MDOC_TRY(const der::Element octets, value.read(der::tag::octet_string));
  nonce = octets.content;
  return value.end();
}

Result<void> OcspResponse::Impl::read_certificates(der::Reader reader) {
  MDOC_TRY(der::Reader list, reader.enter(der::tag::sequence));
  MDOC_CHECK(reader.end());
  while (!list.at_end()) {
    if (certificates.size() == limits.max_certificates) return Error{.code = Errc::too_many};
    MDOC_TRY(const der::Element element, list.read(der::tag::sequence));
    const auto certificate = Certificate::from_der(element.whole, limits.max_certificate_bytes);
    if (!certificate) {
      const bool over_limit = certificate.error().kind() == ErrorKind::limit;
      return Error{.code = over_limit ? certificate.error().code : Errc::bad_ocsp_response,
                   .where = Path("BasicOCSPResponse") / "certs" / certificates.size()};
    }
    certificates.push_back(*certificate);
  }
  return {};
}

Result<OcspResponse> OcspResponse::from_der(ByteView der, const OcspLimits& limits) {
  if (der.size() > limits.max_bytes) return Error{.code = Errc::too_large, .where = "OCSPResponse"};
  const auto impl = std::make_shared<Impl>();
  impl->der = SharedBytes::copy_of(der);  // what is read keeps views of it
  impl->limits = limits;
  MDOC_CHECK(impl->read());
  return OcspResponse(impl);
}

std::string_view name(OcspResponseStatus status) noexcept {
  switch (status) {
    case OcspResponseStatus::successful: return "successful";
    case OcspResponseStatus::malformed_request: return "malformedRequest";
    case OcspResponseStatus::internal_error: return "internalError";
    case OcspResponseStatus::try_later: return "tryLater";
    case OcspResponseStatus::sig_required: return "sigRequired";
    case OcspResponseStatus::unauthorized: return "unauthorized";
  }
  return "unknown";
}

const SharedBytes& OcspResponse::der() const& noexcept { return impl_->der; }
OcspResponseStatus OcspResponse::status() const noexcept { return impl_->status; }
const std::optional<DistinguishedName>& OcspResponse::responder_name() const noexcept { return impl_->responder_name; }
std::optional<ByteView> OcspResponse::responder_key_hash() const noexcept { return impl_->responder_key_hash; }
UtcSeconds OcspResponse::produced_at() const noexcept { return impl_->produced_at; }
const std::vector<OcspSingleResponse>& OcspResponse::responses() const noexcept { return impl_->responses; }
const std::vector<Certificate>& OcspResponse::certificates() const noexcept { return impl_->certificates; }
const std::vector<CertificateExtension>& OcspResponse::extensions() const noexcept { return impl_->extensions; }
std::optional<ByteView> OcspResponse::nonce() const noexcept { return impl_->nonce; }

bool OcspResponse::has_unknown_critical_extension() const noexcept {
  return std::ranges::any_of(impl_->extensions, [](const CertificateExtension& extension) {
    return extension.critical && extension.oid != id_pkix_ocsp_nonce;
  });
}

std::string_view OcspResponse::signature_algorithm() const noexcept {
  return impl_->object ? std::string_view(impl_->object->algorithm) : std::string_view();
}

bool OcspResponse::is_responder(const Certificate& certificate) const {
  if (impl_->responder_name) return *impl_->responder_name == certificate.subject();
  if (!impl_->responder_key_hash) return false;
  const auto key_bits = subject_public_key_bits(certificate);
  if (!key_bits) return false;
  const auto hash = sha1(*key_bits);
  return hash && std::ranges::equal(*hash, *impl_->responder_key_hash);
}

Result<void> OcspResponse::verify_signature(const PublicKey& responder) const {
  if (!impl_->object) return Error{.code = Errc::signature_invalid};
  return verify_signed_object(responder, *impl_->object);
}

}  // namespace mdoc::crypto
