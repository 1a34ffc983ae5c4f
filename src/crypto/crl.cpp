#include "mdoc/crypto/crl.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "core/try.hpp"
#include "crypto/extension_list.hpp"
#include "crypto/pem.hpp"
#include "crypto/x509_impl.hpp"
#include "mdoc/crypto/x509_signature.hpp"

namespace mdoc::crypto {
namespace {

// Contents of the OBJECT IDENTIFIERs of entry extensions, so that reading an entry allocates nothing.
constexpr std::array<std::uint8_t, 3> reason_code_id{0x55, 0x1d, 0x15};
constexpr std::array<std::uint8_t, 3> invalidity_date_id{0x55, 0x1d, 0x18};
constexpr std::array<std::uint8_t, 3> certificate_issuer_id{0x55, 0x1d, 0x1d};

// How much an entry weighs against another one of the same certificate; smaller weighs more.
enum class Rank : std::uint8_t { revoked, on_hold, removed };

Rank rank_of(const std::optional<RevocationReason>& reason) noexcept {
  if (reason == RevocationReason::certificate_hold) return Rank::on_hold;
  if (reason == RevocationReason::remove_from_crl) return Rank::removed;
  return Rank::revoked;
}

// Where an entry is that was read once, and so is well-formed.
struct IndexedEntry {
  std::uint32_t offset;  // of its SEQUENCE
  Rank rank;
};

// Serial number of the entry: the first thing in the SEQUENCE, and the octets of its length are one. This is what
// sorting and finding do most, so it does not take the way over der::Reader.
ByteView serial_at(ByteView der, std::uint32_t offset) noexcept {
  const std::uint8_t length = der[offset + 1];
  const std::size_t serial = offset + 2 + (length < 0x80 ? 0u : length & 0x7fu);
  return der.subspan(serial + 2, der[serial + 1]);
}

// Any total order would do; this one compares little.
int compare_serials(ByteView a, ByteView b) noexcept {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  const auto [x, y] = std::ranges::mismatch(a, b);
  return x == a.end() ? 0 : *x < *y ? -1 : 1;
}

// What an entry says, and what is to be known about the list because of it.
struct ReadEntry {
  RevokedCertificate revoked;
  bool has_extensions = false;
  bool has_certificate_issuer = false;
  bool has_unknown_critical = false;
};

Result<void> read_entry_extension(const ExtensionView& extension, Errc on_error, ReadEntry& into) {
  der::Reader value(extension.value, on_error);
  if (std::ranges::equal(extension.id.content, reason_code_id)) {
    if (into.revoked.reason) return value.error();
    MDOC_TRY(const der::Element code, value.read(der::tag::enumerated));
    if (code.content.size() != 1 || code.content[0] > 0x7f) return value.error();
    into.revoked.reason = static_cast<RevocationReason>(code.content[0]);
    return value.end();
  }
  if (std::ranges::equal(extension.id.content, invalidity_date_id)) {
    if (into.revoked.invalidity_date) return value.error();
    MDOC_TRY(into.revoked.invalidity_date, value.read_time());
    return value.end();
  }
  into.has_certificate_issuer =
      into.has_certificate_issuer || std::ranges::equal(extension.id.content, certificate_issuer_id);
  into.has_unknown_critical = into.has_unknown_critical || extension.critical;
  return {};
}

// SEQUENCE { userCertificate, revocationDate, crlEntryExtensions OPTIONAL } (RFC 5280, 5.1)
Result<ReadEntry> read_entry(der::Reader entry, std::size_t max_extensions) {
  constexpr std::size_t max_serial = 127;  // octets; RFC 5280, 4.1.2.2 allows 20
  ReadEntry read;
  MDOC_TRY(read.revoked.serial, entry.read_integer());
  if (read.revoked.serial.size() > max_serial) return entry.error();
  MDOC_TRY(read.revoked.revocation_date, entry.read_time());
  if (entry.at_end()) return read;
  read.has_extensions = true;
  MDOC_TRY(der::Reader extensions, entry.enter(der::tag::sequence));
  MDOC_CHECK(entry.end());
  for (std::size_t count = 0; !extensions.at_end(); ++count) {
    if (count == max_extensions) return Error{.code = Errc::too_many};
    MDOC_TRY(const ExtensionView extension, read_extension(extensions));
    MDOC_CHECK(read_entry_extension(extension, entry.error().code, read));
  }
  return read;
}

}  // namespace

struct CertificateRevocationList::Impl {
  SharedBytes der;
  CrlLimits limits;

  int version = 1;
  std::string signed_algorithm;
  std::string algorithm;
  DistinguishedName issuer;
  UtcSeconds this_update;
  std::optional<UtcSeconds> next_update;
  std::vector<CertificateExtension> extensions;
  std::optional<ByteView> authority_key_identifier;  // of extensions
  std::optional<ByteView> crl_number;                // of extensions

  bool revoked_list_empty = false;
  bool entry_extensions = false;
  bool delta = false;
  bool indirect = false;
  bool distribution_point = false;
  bool unknown_critical = false;
  std::size_t entry_count = 0;
  std::vector<IndexedEntry> entries;  // by serial; one for each

  Result<void> read();
  Result<void> read_signed_part(der::Reader tbs);
  Result<void> read_entries(der::Reader revoked);
  void sort_entries();
  Result<void> read_extensions(der::Reader reader);
  Result<void> read_extension_content(const CertificateExtension& extension);
};

Result<void> CertificateRevocationList::Impl::read() {
  const ByteView bytes = der.view();
  if (bytes.size() > std::min<std::size_t>(limits.max_bytes, std::numeric_limits<std::uint32_t>::max())) {
    return Error{.code = Errc::too_large, .where = "CertificateList"};
  }
  der::Reader file(bytes, Errc::bad_crl);
  if (!file.read(der::tag::sequence)) return Error{.code = Errc::bad_crl, .where = "CertificateList"};
  if (!file.at_end()) return Error{.code = Errc::trailing_bytes, .where = "CertificateList"};
  MDOC_TRY(const SignedObject object,
           in_member("CertificateList", "signature", read_signed_object(bytes, Errc::bad_crl)));
  algorithm = object.algorithm;
  der::Reader signed_part(object.signed_part, Errc::bad_crl);
  MDOC_TRY(const der::Reader tbs, signed_part.enter(der::tag::sequence));
  return in_member("CertificateList", "tbsCertList", read_signed_part(tbs));
}

// TBSCertList (RFC 5280, 5.1)
Result<void> CertificateRevocationList::Impl::read_signed_part(der::Reader tbs) {
  if (tbs.next_is(der::tag::integer)) {
    // "if present, MUST be v2": the number is 1
    MDOC_TRY(const std::uint32_t number, in_member("CertificateList", "version", tbs.read_uint32()));
    if (number > 1) return Error{.code = Errc::bad_crl, .where = Path("CertificateList") / "version"};
    version = static_cast<int>(number) + 1;
  }
  MDOC_TRY(signed_algorithm, in_member("CertificateList", "algorithm", read_x509_algorithm(tbs)));
  MDOC_TRY(const der::Element name, in_member("CertificateList", "issuer", tbs.read(der::tag::sequence)));
  auto parsed_name = DistinguishedName::from_der(name.whole);
  if (!parsed_name) return Error{.code = Errc::bad_crl, .where = Path("CertificateList") / "issuer"};
  issuer = *std::move(parsed_name);
  MDOC_TRY(this_update, in_member("CertificateList", "thisUpdate", tbs.read_time()));
  if (tbs.next_is(der::tag::utc_time) || tbs.next_is(der::tag::generalized_time)) {
    MDOC_TRY(next_update, in_member("CertificateList", "nextUpdate", tbs.read_time()));
  }
  if (tbs.next_is(der::tag::sequence)) {
    MDOC_TRY(const der::Reader revoked, tbs.enter(der::tag::sequence));
    MDOC_CHECK(in_member("CertificateList", "revokedCertificates", read_entries(revoked)));
  }
  if (tbs.next_is(der::tag::context_constructed(0))) {
    MDOC_TRY(const der::Reader list, tbs.enter(der::tag::context_constructed(0)));
    MDOC_CHECK(in_member("CertificateList", "crlExtensions", read_extensions(list)));
  }
  return tbs.end();
}

Result<void> CertificateRevocationList::Impl::read_entries(der::Reader revoked) {
  revoked_list_empty = revoked.at_end();
  const std::uint8_t* const begin = der.view().data();
  for (std::size_t index = 0; !revoked.at_end(); ++index) {
    const Path where = Path("CertificateList") / "revokedCertificates" / index;
    const auto element = revoked.read(der::tag::sequence);
    if (!element) return Error{.code = element.error().code, .where = where};
    const der::Reader content(element->content, revoked.error().code);
    const auto offset = static_cast<std::uint32_t>(element->whole.data() - begin);
    const auto entry = read_entry(content, limits.max_entry_extensions);
    if (!entry) return Error{.code = entry.error().code, .where = where, .offset = offset};
    entry_extensions = entry_extensions || entry->has_extensions;
    indirect = indirect || entry->has_certificate_issuer;
    unknown_critical = unknown_critical || entry->has_unknown_critical;
    entries.push_back({offset, rank_of(entry->revoked.reason)});
  }
  entry_count = entries.size();
  sort_entries();
  return {};
}

// By serial number; the entries of one certificate by weight, and only the first of them stays.
void CertificateRevocationList::Impl::sort_entries() {
  const ByteView bytes = der.view();
  std::ranges::sort(entries, [bytes](const IndexedEntry& a, const IndexedEntry& b) {
    const int order = compare_serials(serial_at(bytes, a.offset), serial_at(bytes, b.offset));
    if (order != 0) return order < 0;
    return a.rank != b.rank ? a.rank < b.rank : a.offset < b.offset;
  });
  const auto same_serial = [bytes](const IndexedEntry& a, const IndexedEntry& b) {
    return compare_serials(serial_at(bytes, a.offset), serial_at(bytes, b.offset)) == 0;
  };
  entries.erase(std::unique(entries.begin(), entries.end(), same_serial), entries.end());
  entries.shrink_to_fit();
}

Result<void> CertificateRevocationList::Impl::read_extensions(der::Reader reader) {
  MDOC_TRY(extensions, read_extension_list(reader, limits.max_extensions));
  for (const CertificateExtension& extension : extensions) MDOC_CHECK(read_extension_content(extension));
  return {};
}

Result<void> CertificateRevocationList::Impl::read_extension_content(const CertificateExtension& extension) {
  der::Reader value(extension.value, Errc::bad_crl);
  if (extension.oid == extension::authority_key_identifier) {
    MDOC_TRY(authority_key_identifier, read_authority_key_identifier(value));
    return {};
  }
  if (extension.oid == crl_extension::crl_number) {
    MDOC_TRY(crl_number, value.read_unsigned());
    return value.end();
  }
  if (extension.oid == crl_extension::delta_crl_indicator) {
    delta = true;
    return {};
  }
  if (extension.oid == crl_extension::issuing_distribution_point) {
    distribution_point = true;
    MDOC_TRY(der::Reader point, value.enter(der::tag::sequence));
    MDOC_CHECK(value.end());
    while (!point.at_end()) {
      MDOC_TRY(const der::Element member, point.read_any());
      if (member.tag != der::tag::context(4)) continue;  // indirectCRL
      if (member.content.size() != 1) return point.error();
      indirect = indirect || member.content[0] != 0;
    }
    return {};
  }
  unknown_critical = unknown_critical || extension.critical;
  return {};
}

Result<CertificateRevocationList> CertificateRevocationList::from_der(SharedBytes der, const CrlLimits& limits) {
  const auto impl = std::make_shared<Impl>();
  impl->der = std::move(der);  // what is read keeps views of it
  impl->limits = limits;
  MDOC_CHECK(impl->read());
  return CertificateRevocationList(impl);
}

Result<CertificateRevocationList> CertificateRevocationList::from_der(ByteView der, const CrlLimits& limits) {
  if (der.size() > limits.max_bytes) return Error{.code = Errc::too_large, .where = "CertificateList"};
  return from_der(SharedBytes::copy_of(der), limits);
}

Result<CertificateRevocationList> CertificateRevocationList::from_pem(std::string_view pem, const CrlLimits& limits) {
  // Three bytes are four characters, and there are line ends.
  constexpr std::size_t frame = 1024;
  if (pem.size() / 2 > limits.max_bytes + frame) return Error{.code = Errc::too_large, .where = "CertificateList"};
  MDOC_TRY(const SecretBytes der, find_pem(pem, {"X509 CRL"}));
  return from_der(der.view(), limits);
}

const SharedBytes& CertificateRevocationList::der() const& noexcept { return impl_->der; }
int CertificateRevocationList::version() const noexcept { return impl_->version; }
const DistinguishedName& CertificateRevocationList::issuer() const noexcept { return impl_->issuer; }
UtcSeconds CertificateRevocationList::this_update() const noexcept { return impl_->this_update; }
std::optional<UtcSeconds> CertificateRevocationList::next_update() const noexcept { return impl_->next_update; }
std::string_view CertificateRevocationList::signature_algorithm() const noexcept { return impl_->algorithm; }
std::string_view CertificateRevocationList::signed_signature_algorithm() const noexcept {
  return impl_->signed_algorithm;
}

const std::vector<CertificateExtension>& CertificateRevocationList::extensions() const noexcept {
  return impl_->extensions;
}

const CertificateExtension* CertificateRevocationList::find_extension(std::string_view oid) const noexcept {
  const auto found = std::ranges::find(impl_->extensions, oid, &CertificateExtension::oid);
  return found == impl_->extensions.end() ? nullptr : &*found;
}

std::optional<ByteView> CertificateRevocationList::authority_key_identifier() const noexcept {
  return impl_->authority_key_identifier;
}
std::optional<ByteView> CertificateRevocationList::crl_number() const noexcept { return impl_->crl_number; }
bool CertificateRevocationList::is_revoked_list_empty() const noexcept { return impl_->revoked_list_empty; }
bool CertificateRevocationList::has_entry_extensions() const noexcept { return impl_->entry_extensions; }
bool CertificateRevocationList::is_delta() const noexcept { return impl_->delta; }
bool CertificateRevocationList::is_indirect() const noexcept { return impl_->indirect; }
bool CertificateRevocationList::has_issuing_distribution_point() const noexcept { return impl_->distribution_point; }
bool CertificateRevocationList::has_unknown_critical_extension() const noexcept { return impl_->unknown_critical; }
std::size_t CertificateRevocationList::entry_count() const noexcept { return impl_->entry_count; }

std::optional<RevokedCertificate> CertificateRevocationList::find(ByteView serial) const noexcept {
  const ByteView bytes = impl_->der.view();
  const auto found = std::ranges::lower_bound(
      impl_->entries, serial, [](ByteView a, ByteView b) { return compare_serials(a, b) < 0; },
      [bytes](const IndexedEntry& entry) { return serial_at(bytes, entry.offset); });
  if (found == impl_->entries.end()) return std::nullopt;
  if (compare_serials(serial_at(bytes, found->offset), serial) != 0) return std::nullopt;
  return revoked(static_cast<std::size_t>(found - impl_->entries.begin()));
}

std::size_t CertificateRevocationList::revoked_count() const noexcept { return impl_->entries.size(); }

RevokedCertificate CertificateRevocationList::revoked(std::size_t index) const noexcept {
  const ByteView there = impl_->der.view().subspan(impl_->entries[index].offset);
  const auto element = der::Reader(there, Errc::bad_crl).read(der::tag::sequence);
  const auto entry = read_entry(der::Reader(element->content, Errc::bad_crl), impl_->limits.max_entry_extensions);
  return entry->revoked;  // it was read once before, and so it can be read again
}

Result<void> CertificateRevocationList::verify_signature(const PublicKey& issuer) const {
  // RFC 5280, 5.1.1.2: both algorithm fields are the same.
  if (impl_->algorithm != impl_->signed_algorithm) return Error{.code = Errc::signature_invalid};
  MDOC_TRY(const SignedObject object, read_signed_object(impl_->der.view(), Errc::bad_crl));
  return verify_signed_object(issuer, object);
}

}  // namespace mdoc::crypto
