#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/try.hpp"
#include "mdoc/cbor/dates.hpp"
#include "mdoc/cbor/fields.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/trust/trust_list.hpp"

/// @file
/// Internal. What the decoders and encoders of VICAL and RICAL have in common.

namespace mdoc::trust {

/// What a decoder of one list carries through it.
class ListDecoding {
 public:
  explicit ListDecoding(const TrustListLimits& limits) noexcept : limits_(limits) {}

  [[nodiscard]] const TrustListLimits& limits() const noexcept { return limits_; }

  /// As Reader::deviation(), but a tolerated rule is reported at its first place only: what one entry has, all entries
  /// of a provider tend to have, and the log is short.
  [[nodiscard]] Result<void> deviation(cbor::Reader& reader, Rule rule);

  /// Unknown members are small to send and large to keep, so they are counted through the whole list.
  [[nodiscard]] Result<void> count(cbor::Reader& reader, const cbor::UnknownMembers& members);

  void add_fault(std::size_t index, const Error& error) { faults_.push_back({.index = index, .error = error}); }
  [[nodiscard]] std::vector<EntryFault> take_faults() && { return std::move(faults_); }

  /// An optional member, for which some senders write null instead of leaving it out.
  template <class Read>
  [[nodiscard]] auto or_null(Read read) {
    using Value = typename std::invoke_result_t<const Read&, cbor::Reader&>::value_type;
    return [this, read = std::move(read)](cbor::Reader& reader) -> Result<std::optional<Value>> {
      if (reader.try_null()) {
        MDOC_CHECK(deviation(reader, Rule::list_null_member));
        return std::optional<Value>{};
      }
      MDOC_TRY(Value value, std::invoke(read, reader));
      return std::optional<Value>(std::move(value));
    };
  }

  /// A member under a name that deviates from its own.
  template <class Read>
  [[nodiscard]] auto misnamed(Rule rule, Read read) {
    return [this, rule, read = std::move(read)](cbor::Reader& reader) -> std::invoke_result_t<Read, cbor::Reader&> {
      MDOC_CHECK(deviation(reader, rule));
      return std::invoke(read, reader);
    };
  }

 private:
  TrustListLimits limits_;
  std::vector<Rule> reported_{};
  std::vector<EntryFault> faults_{};
  std::size_t unknown_members_ = 0;
};

/// `{ * tstr => any }`, kept as it is.
[[nodiscard]] Result<SharedBytes> read_encoded_map(cbor::Reader& reader);
/// `biguint = #6.2(bstr)`; the plain integer, which is its preferred serialization (RFC 8949, 3.4.3), is read as well.
[[nodiscard]] Result<SharedBytes> read_serial_number(cbor::Reader& reader);
/// Takes up the certificate of the entry at `index`. One that does not decode is a fault of the entry.
[[nodiscard]] Result<SharedBytes> read_certificate(cbor::Reader& reader, ListDecoding& decoding, std::size_t index,
                                                   std::optional<crypto::Certificate>& certificate);
/// Holds the hints of an entry against its certificate (C.1.7.1).
/// @param aki  the entry's own, if it has one
[[nodiscard]] Result<void> compare_hints(cbor::Reader& reader, ListDecoding& decoding, ListedCertificate& listed,
                                         const std::optional<SharedBytes>& aki);

/// Reads one entry: what both lists have, and the fields that only one of them has.
template <class... Targets, class... Reads>
[[nodiscard]] Result<void> read_listed_certificate(cbor::Reader& reader, ListDecoding& decoding, std::size_t index,
                                                   ListedCertificate& listed,
                                                   const cbor::Field<Targets, Reads>&... further) {
  const auto read_der = [&](cbor::Reader& field) {
    return read_certificate(field, decoding, index, listed.certificate);
  };
  MDOC_CHECK(cbor::read_map(
      reader, listed.others, cbor::required("certificate", listed.encoded, read_der),
      cbor::required("serialNumber", listed.serial_number, read_serial_number),
      cbor::required("ski", listed.ski, &cbor::Reader::read_bytes_shared),
      cbor::optional("issuingCountry", listed.issuing_country, decoding.or_null(&cbor::Reader::read_string)),
      cbor::optional("stateOrProvinceName", listed.state_or_province_name,
                     decoding.or_null(&cbor::Reader::read_string)),
      cbor::optional("issuer", listed.issuer, decoding.or_null(&cbor::Reader::read_bytes_shared)),
      cbor::optional("subject", listed.subject, decoding.or_null(&cbor::Reader::read_bytes_shared)),
      cbor::optional("notBefore", listed.not_before, decoding.or_null(cbor::read_tdate)),
      cbor::optional("notAfter", listed.not_after, decoding.or_null(cbor::read_tdate)),
      cbor::optional("extensions", listed.extensions, decoding.or_null(read_encoded_map)), further...));
  return decoding.count(reader, listed.others);
}

/// The hints of a certificate as they should be.
/// @return usage/bad_argument: it has no subject key identifier
[[nodiscard]] Result<ListedCertificate> describe_certificate(const crypto::Certificate& certificate);
/// Writes what read_listed_certificate() reads.
void put_listed_certificate(cbor::SortedMap& map, const ListedCertificate& listed);

/// Equal bytes.
[[nodiscard]] inline bool same(ByteView a, ByteView b) noexcept { return std::ranges::equal(a, b); }

}  // namespace mdoc::trust
