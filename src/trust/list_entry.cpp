#include <algorithm>
#include <array>

#include "trust/list_decoding.hpp"

namespace mdoc::trust {
namespace {

using cbor::Reader;

constexpr std::uint64_t tag_biguint = 2;  // RFC 8949, 3.4.3

ByteView without_leading_zeros(ByteView number) noexcept {
  while (!number.empty() && number.front() == 0) number = number.subspan(1);
  return number;
}

/// The identifier within `04 len` wrappers: extnValue and the KeyIdentifier inside are OCTET STRINGs both.
ByteView unwrapped(ByteView identifier) noexcept {
  constexpr std::uint8_t octet_string = 0x04;
  for (int layer = 0; layer < 2; ++layer) {
    if (identifier.size() < 2 || identifier[0] != octet_string || identifier[1] != identifier.size() - 2) break;
    identifier = identifier.subspan(2);
  }
  return identifier;
}

/// Compares the hints of one entry, one after the other.
class HintComparison {
 public:
  HintComparison(Reader& reader, ListDecoding& decoding, ListedCertificate& listed) noexcept
      : reader_(reader), decoding_(decoding), listed_(listed) {}

  Result<void> expect(EntryMember member, bool agrees) {
    if (agrees) return {};
    listed_.differing.push_back(member);
    return report(member, Rule::list_entry_differs);
  }

  Result<void> expect_text(EntryMember member, const std::optional<std::string>& hint,
                           std::optional<std::string_view> fact) {
    return expect(member, !hint || fact == std::string_view(*hint));
  }

  Result<void> expect_name(EntryMember member, const std::optional<SharedBytes>& hint, ByteView fact) {
    return expect(member, !hint || same(hint->view(), fact));
  }

  Result<void> expect_date(EntryMember member, const std::optional<UtcSeconds>& hint, UtcSeconds fact) {
    return expect(member, !hint || *hint == fact);
  }

  Result<void> expect_identifier(EntryMember member, ByteView hint, std::optional<ByteView> fact) {
    if (!fact || same(hint, *fact)) return {};  // an identifier that the certificate leaves out cannot be checked
    if (same(unwrapped(hint), *fact)) return report(member, Rule::vical_ski_wrapped);
    return expect(member, false);
  }

 private:
  Result<void> report(EntryMember member, Rule rule) {
    const auto scope = reader_.at_name(name(member).data());
    return decoding_.deviation(reader_, rule);
  }

  Reader& reader_;
  ListDecoding& decoding_;
  ListedCertificate& listed_;
};

}  // namespace

Result<void> ListDecoding::deviation(Reader& reader, Rule rule) {
  if (std::ranges::find(reported_, rule) != reported_.end()) return {};
  reported_.push_back(rule);
  return reader.deviation(rule);
}

Result<void> ListDecoding::count(Reader& reader, const cbor::UnknownMembers& members) {
  unknown_members_ += members.size();
  if (unknown_members_ > limits_.max_unknown_members) return reader.fail(Errc::too_many);
  return {};
}

Result<SharedBytes> read_encoded_map(Reader& reader) {
  if (!reader.next_is(cbor::Type::map)) {
    MDOC_CHECK(reader.peek());
    return reader.fail(Errc::wrong_type, reader.offset());
  }
  return reader.read_raw_shared();
}

Result<SharedBytes> read_serial_number(Reader& reader) {
  if (reader.next_is(cbor::Type::uint)) {
    MDOC_TRY(std::uint64_t number, reader.read_uint());
    std::array<std::uint8_t, 8> magnitude{};
    for (std::size_t i = magnitude.size(); i-- > 0; number >>= 8) magnitude[i] = static_cast<std::uint8_t>(number);
    return SharedBytes::copy_of(without_leading_zeros(magnitude));
  }
  MDOC_CHECK(reader.expect_tag(tag_biguint));
  return reader.read_bytes_shared();
}

Result<SharedBytes> read_certificate(Reader& reader, ListDecoding& decoding, std::size_t index,
                                     std::optional<crypto::Certificate>& certificate) {
  const std::uint32_t offset = reader.offset();
  MDOC_TRY(SharedBytes der, reader.read_bytes_shared());
  auto decoded = crypto::Certificate::from_der(der.view(), decoding.limits().max_certificate_bytes);
  if (decoded) {
    certificate = *decoded;
  } else {
    decoding.add_fault(index, Error{.code = decoded.error().code, .where = reader.path(), .offset = offset});
  }
  return der;
}

Result<void> compare_hints(Reader& reader, ListDecoding& decoding, ListedCertificate& listed,
                           const std::optional<SharedBytes>& aki) {
  if (!listed.certificate) return {};
  const crypto::Certificate certificate = *listed.certificate;
  HintComparison hints(reader, decoding, listed);
  MDOC_CHECK(hints.expect(EntryMember::serial_number, same(without_leading_zeros(listed.serial_number.view()),
                                                           without_leading_zeros(certificate.serial()))));
  MDOC_CHECK(hints.expect_identifier(EntryMember::ski, listed.ski.view(), certificate.subject_key_identifier()));
  if (aki) {
    MDOC_CHECK(hints.expect_identifier(EntryMember::aki, aki->view(), certificate.authority_key_identifier()));
  }
  MDOC_CHECK(hints.expect_text(EntryMember::issuing_country, listed.issuing_country, certificate.country()));
  MDOC_CHECK(hints.expect_text(EntryMember::state_or_province_name, listed.state_or_province_name,
                               certificate.state_or_province()));
  MDOC_CHECK(hints.expect_name(EntryMember::issuer, listed.issuer, certificate.issuer().der()));
  MDOC_CHECK(hints.expect_name(EntryMember::subject, listed.subject, certificate.subject().der()));
  MDOC_CHECK(hints.expect_date(EntryMember::not_before, listed.not_before, certificate.not_before()));
  return hints.expect_date(EntryMember::not_after, listed.not_after, certificate.not_after());
}

Result<ListedCertificate> describe_certificate(const crypto::Certificate& certificate) {
  const auto ski = certificate.subject_key_identifier();
  if (!ski) return Error{.code = Errc::bad_argument, .where = "ski"};
  ListedCertificate listed{.encoded = SharedBytes::copy_of(certificate.der()),
                           .certificate = certificate,
                           .serial_number = SharedBytes::copy_of(without_leading_zeros(certificate.serial())),
                           .ski = SharedBytes::copy_of(*ski),
                           .issuer = SharedBytes::copy_of(certificate.issuer().der()),
                           .subject = SharedBytes::copy_of(certificate.subject().der()),
                           .not_before = certificate.not_before(),
                           .not_after = certificate.not_after()};
  if (const auto country = certificate.country()) listed.issuing_country = std::string(*country);
  if (const auto state = certificate.state_or_province()) listed.state_or_province_name = std::string(*state);
  return listed;
}

void put_listed_certificate(cbor::SortedMap& map, const ListedCertificate& listed) {
  map.put("certificate").bytes(listed.encoded.view());
  map.put("serialNumber").tag(tag_biguint).bytes(listed.serial_number.view());
  map.put("ski").bytes(listed.ski.view());
  if (listed.issuing_country) map.put("issuingCountry").text(*listed.issuing_country);
  if (listed.state_or_province_name) map.put("stateOrProvinceName").text(*listed.state_or_province_name);
  if (listed.issuer) map.put("issuer").bytes(listed.issuer->view());
  if (listed.subject) map.put("subject").bytes(listed.subject->view());
  if (listed.not_before) map.put("notBefore").tdate(*listed.not_before);
  if (listed.not_after) map.put("notAfter").tdate(*listed.not_after);
  if (listed.extensions) map.put("extensions").raw(listed.extensions->view());
  map.members(listed.others);
}

}  // namespace mdoc::trust
