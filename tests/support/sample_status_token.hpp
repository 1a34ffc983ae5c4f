#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/signature.hpp"
#include "support/sample_mdoc.hpp"

/// @file
/// A workshop for list tokens with one fault each. Like SampleMdoc, it encodes and signs on its own.

namespace mdoc::testing {

/// Members of a map with integer keys: key and encoded value, in the order in which they are written.
class NumberedMembers {
 public:
  NumberedMembers(std::initializer_list<std::pair<std::int64_t, Bytes>> members) : members_(members) {}
  Bytes& operator[](std::int64_t key) {
    const auto known = std::ranges::find(members_, key, &std::pair<std::int64_t, Bytes>::first);
    return known != members_.end() ? known->second : members_.emplace_back(key, Bytes{}).second;
  }
  void erase(std::int64_t key) {
    std::erase_if(members_, [&](const auto& member) { return member.first == key; });
  }
  [[nodiscard]] Bytes encode() const {
    cbor::Writer writer;
    writer.map(members_.size());
    for (const auto& [key, value] : members_) writer.integer(key).raw(value);
    return std::move(writer).take();
  }

 private:
  std::vector<std::pair<std::int64_t, Bytes>> members_;
};

/// A list token and the PKI around it. As it is made, it is faultless at every level. The list has 16 statuses, of
/// which 0, 3, 4, 5, 7, 8, 9, 13 and 15 are invalid.
class SampleStatusToken {
 public:
  static constexpr std::int64_t sub = 2, exp = 4, iat = 6, identifier_list = 65530, status_list = 65533, ttl = 65534;
  static constexpr std::string_view uri = "https://example.com/statuslists/1";

  SampleMdoc pki;  ///< its issuing authority signs the list signer's certificate
  UtcSeconds now = utc("2026-05-01T12:00:00Z");
  crypto::PrivateKey key;              ///< of the list signer
  crypto::CertificateTemplate signer;  ///< B.1.7
  std::optional<std::uint64_t> tag = 18;
  NumberedMembers protected_header{{1, cbor_int(-7)}, {16, cbor_text("application/statuslist+cwt")}};
  NumberedMembers unprotected_header{};
  NumberedMembers claims{{sub, cbor_text(uri)},
                         {iat, date("2026-05-01T00:00:00Z")},
                         {exp, date("2026-05-03T00:00:00Z")},
                         {ttl, cbor_uint(43200)},
                         {status_list, status_list_of(1, short_list())}};
  std::optional<std::vector<Bytes>> x5chain{};  ///< DER; nothing: the signer's certificate alone
  enum class Place { protected_header, unprotected_header, nowhere } x5chain_place = Place::protected_header;

  SampleStatusToken() : key(new_key(21)), signer(pki.signer) {
    signer.subject = crypto::DistinguishedName::build(
                         {{.type = std::string(crypto::attribute::common_name), .value = "Utopia status lists"}})
                         .value();
    signer.extended_key_usage.clear();
  }

  /// Turns it into an identifier list.
  void revoke(const std::vector<Bytes>& identifiers) {
    protected_header[16] = cbor_text("application/identifierlist+cwt");
    claims.erase(status_list);
    claims[identifier_list] = identifier_list_of(identifiers);
  }

  /// The list signer's, made at the first call. Change `key`, `signer` and `pki` before.
  [[nodiscard]] crypto::Certificate certificate() {
    if (!certificate_) {
      CountingRng rng(22);
      certificate_ =
          crypto::issue_certificate(signer, key.public_key(), pki.iaca_certificate(), pki.iaca_key, rng).value();
    }
    return *certificate_;
  }

  [[nodiscard]] Bytes encode() {
    NumberedMembers protected_members = protected_header;
    NumberedMembers unprotected_members = unprotected_header;
    if (x5chain_place != Place::nowhere) {
      auto& place = x5chain_place == Place::protected_header ? protected_members : unprotected_members;
      place[33] = encode_chain();
    }
    CoseParts parts{.protected_header = protected_members.encode(),
                    .unprotected_header = unprotected_members.encode(),
                    .payload = claims.encode(),
                    .signature = {}};
    const auto algorithm = crypto::signature_algorithm(key.curve()).value();
    parts.signature =
        crypto::sign(key, algorithm, cose_structure("Signature1", parts.protected_header, *parts.payload)).value().raw;
    cbor::Writer writer;
    if (tag) writer.tag(*tag);
    writer.raw(parts.encode());
    return std::move(writer).take();
  }

  [[nodiscard]] static crypto::PrivateKey new_key(std::uint64_t seed, crypto::Curve curve = crypto::Curve::p256) {
    CountingRng rng(seed);
    return crypto::PrivateKey::generate(curve, rng).value();
  }
  [[nodiscard]] static Bytes date(std::string_view rfc3339) {
    return cbor_int(utc(rfc3339).time_since_epoch().count());
  }
  /// The first example of the Token Status List: b9 a3, compressed.
  [[nodiscard]] static Bytes short_list() { return {0x78, 0xda, 0xdb, 0xb9, 0x18, 0x00, 0x02, 0x17, 0x01, 0x5d}; }
  [[nodiscard]] static Bytes status_list_of(std::uint64_t bits, ByteView lst) {
    return Members{{"bits", cbor_uint(bits)}, {"lst", cbor_bytes(lst)}}.encode();
  }
  [[nodiscard]] static Bytes identifier_list_of(const std::vector<Bytes>& identifiers) {
    cbor::Writer map;
    map.map(identifiers.size());
    for (const Bytes& id : identifiers) map.bytes(id).map(0);
    return Members{{"identifiers", std::move(map).take()}}.encode();
  }

 private:
  [[nodiscard]] Bytes encode_chain() {
    std::vector<Bytes> chain;
    if (x5chain) {
      chain = *x5chain;
    } else {
      const crypto::Certificate own = certificate();
      chain.emplace_back(own.der().begin(), own.der().end());
    }
    if (chain.size() == 1) return cbor_bytes(chain.front());
    std::vector<Bytes> elements;
    for (const Bytes& der : chain) elements.push_back(cbor_bytes(der));
    return cbor_array(elements);
  }
  std::optional<crypto::Certificate> certificate_;
};

}  // namespace mdoc::testing
