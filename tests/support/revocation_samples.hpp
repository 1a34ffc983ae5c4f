#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/signature.hpp"

/// @file
/// A workshop for CRLs and OCSP responses with one fault each: it writes whatever it is told, and signs it.

namespace mdoc::testing {

namespace der = crypto::der;

inline Bytes joined(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline Bytes der_sequence(const std::vector<Bytes>& parts) { return der::encode(der::tag::sequence, joined(parts)); }
inline Bytes der_explicit(unsigned number, ByteView content) {
  return der::encode(der::tag::context_constructed(number), content);
}
inline Bytes der_oid(std::string_view dotted) { return der::encode_object_identifier(dotted).value(); }
inline Bytes der_enumerated(std::uint8_t value) { return der::encode(der::tag::enumerated, Bytes{value}); }
inline Bytes der_integer(ByteView content) { return der::encode(der::tag::integer, content); }

inline Bytes der_generalized_time(UtcSeconds time) {
  std::string text;  // YYYY-MM-DDThh:mm:ssZ without its marks
  for (const char c : to_rfc3339(time)) {
    if (c != '-' && c != ':' && c != 'T') text += c;
  }
  return der::encode(der::tag::generalized_time, as_bytes(text));
}

/// One Extension.
inline Bytes der_extension(std::string_view oid, ByteView value, bool critical = false) {
  return der_sequence(
      {der_oid(oid), critical ? der::encode_boolean(true) : Bytes{}, der::encode(der::tag::octet_string, value)});
}
/// So many different ones that nobody knows.
inline std::vector<Bytes> der_extensions(std::size_t count) {
  std::vector<Bytes> extensions;
  for (std::size_t i = 0; i < count; ++i) {
    extensions.push_back(der_extension("1.2.3." + std::to_string(i), der::encode(der::tag::null, {})));
  }
  return extensions;
}
inline Bytes authority_key_identifier(ByteView key_identifier) {
  return der_extension("2.5.29.35", der_sequence({der::encode(der::tag::context(0), key_identifier)}));
}
inline Bytes crl_number(std::uint32_t number) { return der_extension("2.5.29.20", der::encode_uint32(number)); }
inline Bytes reason_code(std::uint8_t reason) { return der_extension("2.5.29.21", der_enumerated(reason)); }

/// SEQUENCE { signed_part, algorithm, BIT STRING } as it is signed with `key`, and what may come after it.
inline Bytes sign_object(const Bytes& signed_part, const crypto::PrivateKey& key, const Bytes& after = {}) {
  const bool p256 = key.curve() == crypto::Curve::p256;
  const Bytes algorithm = der_sequence({der_oid(p256 ? "1.2.840.10045.4.3.2" : "1.2.840.10045.4.3.3")});
  const auto wanted = crypto::signature_algorithm(key.curve()).value();
  const crypto::Signature signature = crypto::sign(key, wanted, signed_part).value();
  const Bytes bits = crypto::signature_to_der(key.curve(), signature.raw).value();
  return der_sequence({signed_part, algorithm, der::encode_octets_in_bit_string(bits), after});
}

/// One entry of a CRL.
struct SampleCrlEntry {
  Bytes serial;
  UtcSeconds revocation_date{};
  std::vector<Bytes> extensions{};  ///< encoded; empty: none

  [[nodiscard]] Bytes encode() const {
    return der_sequence({der_integer(serial), der::encode_time(revocation_date).value(),
                         extensions.empty() ? Bytes{} : der_sequence(extensions)});
  }
};

/// A CRL as table B.10 wants it, until it is changed.
struct SampleCrl {
  std::optional<std::uint32_t> version = 1;  ///< the number in the list: 1 is version 2
  Bytes algorithm = der_sequence({der_oid("1.2.840.10045.4.3.2")});
  Bytes issuer;  ///< DER
  UtcSeconds this_update{};
  std::optional<UtcSeconds> next_update{};
  std::optional<std::vector<SampleCrlEntry>> revoked{};
  std::vector<Bytes> extensions{};  ///< encoded; empty: none
  Bytes after{};                    ///< behind the extensions

  [[nodiscard]] static SampleCrl of(const crypto::Certificate& issuer, UtcSeconds this_update, UtcSeconds next_update) {
    return {.issuer = Bytes(issuer.subject().der().begin(), issuer.subject().der().end()),
            .this_update = this_update,
            .next_update = next_update,
            .extensions = {authority_key_identifier(*issuer.subject_key_identifier()), crl_number(7)}};
  }

  void revoke(const crypto::Certificate& certificate, UtcSeconds date, std::vector<Bytes> entry_extensions = {}) {
    if (!revoked) revoked.emplace();
    revoked->push_back({Bytes(certificate.serial().begin(), certificate.serial().end()), date, entry_extensions});
  }

  [[nodiscard]] Bytes signed_part() const {
    Bytes list;
    if (revoked) {
      Bytes entries;
      for (const SampleCrlEntry& entry : *revoked) {
        const Bytes one = entry.encode();
        entries.insert(entries.end(), one.begin(), one.end());
      }
      list = der::encode(der::tag::sequence, entries);
    }
    return der_sequence({version ? der::encode_uint32(*version) : Bytes{}, algorithm, issuer,
                         der::encode_time(this_update).value(),
                         next_update ? der::encode_time(*next_update).value() : Bytes{}, list,
                         extensions.empty() ? Bytes{} : der_explicit(0, der_sequence(extensions)), after});
  }
  [[nodiscard]] Bytes sign(const crypto::PrivateKey& key) const { return sign_object(signed_part(), key); }
};

// CertStatus, encoded.
inline Bytes ocsp_good() { return {0x80, 0x00}; }
inline Bytes ocsp_unknown() { return {0x82, 0x00}; }
inline Bytes ocsp_revoked(UtcSeconds date, std::optional<std::uint8_t> reason = std::nullopt) {
  const Bytes coded = reason ? der_explicit(0, der_enumerated(*reason)) : Bytes{};
  return der::encode(der::tag::context_constructed(1), joined({der_generalized_time(date), coded}));
}

/// CertID with SHA-256. That with SHA-1 is taken from the requests of the library, which OpenSSL reads in its tests.
inline Bytes sha256_certificate_id(const crypto::Certificate& certificate, const crypto::Certificate& issuer) {
  der::Reader info(issuer.subject_public_key_info(), Errc::bad_key);
  der::Reader members = info.enter(der::tag::sequence).value();
  (void)members.read_any();
  const auto hash = [](ByteView bytes) {
    return der::encode(der::tag::octet_string,
                       crypto::digest(crypto::DigestAlgorithm::sha256, bytes).value().to_bytes());
  };
  return der_sequence({der_sequence({der_oid("2.16.840.1.101.3.4.2.1")}), hash(issuer.subject().der()),
                       hash(members.read_octets_in_bit_string().value()), der_integer(certificate.serial())});
}

/// One answer of an OCSP response.
struct SampleAnswer {
  Bytes id;      ///< CertID
  Bytes status;  ///< CertStatus
  UtcSeconds this_update{};
  std::optional<UtcSeconds> next_update{};
  std::vector<Bytes> extensions{};  ///< encoded; empty: none

  [[nodiscard]] Bytes encode() const {
    return der_sequence({id, status, der_generalized_time(this_update),
                         next_update ? der_explicit(0, der_generalized_time(*next_update)) : Bytes{},
                         extensions.empty() ? Bytes{} : der_explicit(1, der_sequence(extensions))});
  }
};

/// A response of OCSP.
struct SampleOcsp {
  std::uint8_t status = 0;
  std::string_view type = "1.3.6.1.5.5.7.48.1.1";
  Bytes version{};       ///< encoded, with its tag
  Bytes responder_id{};  ///< encoded
  UtcSeconds produced_at{};
  std::vector<SampleAnswer> answers{};
  std::vector<Bytes> extensions{};  ///< encoded; empty: none
  std::vector<Bytes> certs{};       ///< DER; empty: none

  [[nodiscard]] static Bytes by_name(const crypto::Certificate& responder) {
    return der_explicit(1, responder.subject().der());
  }
  [[nodiscard]] static Bytes by_key(const crypto::Certificate& responder) {
    return der_explicit(2, der::encode(der::tag::octet_string, responder.public_key()->key_identifier().value()));
  }
  [[nodiscard]] static Bytes nonce(ByteView value) {
    return der_extension("1.3.6.1.5.5.7.48.1.2", der::encode(der::tag::octet_string, value));
  }

  [[nodiscard]] Bytes sign(const crypto::PrivateKey& key) const {
    Bytes singles;
    for (const SampleAnswer& answer : answers) {
      const Bytes one = answer.encode();
      singles.insert(singles.end(), one.begin(), one.end());
    }
    const Bytes data = der_sequence({version, responder_id, der_generalized_time(produced_at),
                                     der::encode(der::tag::sequence, singles),
                                     extensions.empty() ? Bytes{} : der_explicit(1, der_sequence(extensions))});
    const Bytes basic = sign_object(data, key, certs.empty() ? Bytes{} : der_explicit(0, der_sequence(certs)));
    const Bytes bytes = der_sequence({der_oid(type), der::encode(der::tag::octet_string, basic)});
    return der_sequence({der_enumerated(status), der_explicit(0, bytes)});
  }
  /// One without an answer.
  [[nodiscard]] static Bytes failure(std::uint8_t status) { return der_sequence({der_enumerated(status)}); }
};

}  // namespace mdoc::testing
