#include "mdoc/crypto/crl_builder.hpp"

#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "crypto/extension_list.hpp"
#include "crypto/x509_impl.hpp"

namespace mdoc::crypto {
namespace {

constexpr Error bad_argument{.code = Errc::bad_argument};

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

bool is_serial(ByteView serial) {
  constexpr std::size_t max_octets = 20;  // RFC 5280, 4.1.2.2
  if (serial.size() > max_octets) return false;
  const Bytes encoded = der::encode(der::tag::integer, serial);
  return der::Reader(encoded, Errc::bad_argument).read_integer().has_value();
}

// Nothing if there are none: revokedCertificates is absent then (RFC 5280, 5.1.2.6).
Result<Bytes> encode_revoked(const std::vector<RevokedSerial>& revoked) {
  if (revoked.empty()) return Bytes{};
  std::vector<ByteView> serials;
  serials.reserve(revoked.size());
  Bytes content;
  for (const RevokedSerial& entry : revoked) {
    if (!is_serial(entry.serial)) return bad_argument;
    MDOC_TRY(const Bytes date, der::encode_time(entry.revocation_date));
    const Bytes serial = der::encode(der::tag::integer, entry.serial);
    append(content, der::encode(der::tag::sequence, {serial, date}));
    serials.emplace_back(entry.serial);
  }
  std::ranges::sort(serials, [](ByteView a, ByteView b) { return std::ranges::lexicographical_compare(a, b); });
  const auto same = [](ByteView a, ByteView b) { return std::ranges::equal(a, b); };
  if (std::ranges::adjacent_find(serials, same) != serials.end()) return bad_argument;
  return der::encode(der::tag::sequence, content);
}

Bytes encode_number(std::uint64_t number) {
  std::array<std::uint8_t, 8> octets{};
  for (std::size_t i = octets.size(); i-- > 0; number >>= 8) octets[i] = static_cast<std::uint8_t>(number);
  return der::encode_unsigned(octets);
}

// "exactly authority key identifier and CRL number" (B.2)
Result<Bytes> encode_crl_extensions(ByteView key_identifier, std::uint64_t number) {
  const Bytes identifier = der::encode(der::tag::context(0), key_identifier);
  MDOC_TRY(const Bytes authority,
           encode_extension(extension::authority_key_identifier, false, der::encode(der::tag::sequence, identifier)));
  MDOC_TRY(const Bytes crl_number, encode_extension(crl_extension::crl_number, false, encode_number(number)));
  return der::encode(der::tag::context_constructed(0), der::encode(der::tag::sequence, {authority, crl_number}));
}

}  // namespace

Result<CertificateRevocationList> CrlDraft::finish(const Signature& signature, const CrlLimits& limits) const {
  MDOC_TRY(Bytes der, finish_signed_object(to_be_signed_, issuer_key_, algorithm_, signature));
  return CertificateRevocationList::from_der(SharedBytes::take(std::move(der)), limits);
}

Result<CrlDraft> draft_crl(const CrlTemplate& content, const Certificate& issuer) {
  const std::uint16_t usage = issuer.key_usage().value_or(0);
  if ((usage & key_usage::crl_sign) == 0 || !issuer.public_key() || !issuer.subject_key_identifier() ||
      content.next_update <= content.this_update) {
    return bad_argument;
  }
  const std::optional<SignatureAlgorithm> algorithm = signature_algorithm(issuer.public_key()->curve());
  if (!algorithm) return bad_argument;
  MDOC_TRY(const Bytes this_update, der::encode_time(content.this_update));
  MDOC_TRY(const Bytes next_update, der::encode_time(content.next_update));
  MDOC_TRY(const Bytes revoked, encode_revoked(content.revoked));
  MDOC_TRY(const Bytes extensions, encode_crl_extensions(*issuer.subject_key_identifier(), content.number));
  const Bytes version_2 = der::encode_uint32(1);
  Bytes signed_part =
      der::encode(der::tag::sequence, {version_2, x509_algorithm_identifier(*algorithm, issuer.public_key()->curve()),
                                       issuer.subject().der(), this_update, next_update, revoked, extensions});
  return CrlDraft(std::move(signed_part), *issuer.public_key(), *algorithm);
}

Result<CertificateRevocationList> issue_crl(const CrlTemplate& content, const Certificate& issuer,
                                            const PrivateKey& issuer_key, const CrlLimits& limits) {
  if (!issuer.public_key() || *issuer.public_key() != issuer_key.public_key()) return bad_argument;
  MDOC_TRY(const CrlDraft draft, draft_crl(content, issuer));
  MDOC_TRY(const Signature signature, sign(issuer_key, draft.algorithm(), draft.to_be_signed()));
  return draft.finish(signature, limits);
}

}  // namespace mdoc::crypto
