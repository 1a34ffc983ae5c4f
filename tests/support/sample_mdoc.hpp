#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/private_key.hpp"

/// @file
/// A workshop for mdocs with one fault each. It encodes and signs on its own, with nothing of the
/// library above `cbor` and `crypto`, so that the library is checked against it and can be asked to
/// judge what it would never make itself.

namespace mdoc::testing {

/// Repeatable bytes without end.
class CountingRng final : public Rng {
 public:
  explicit CountingRng(std::uint64_t seed = 0) : state_(seed) {}
  Result<void> fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

/// Members of a map in the order in which they are written: name and encoded value.
class Members {
 public:
  Members() = default;
  Members(std::initializer_list<std::pair<std::string, Bytes>> members) : members_(members) {}
  /// The value of a member; a new one at the end if there is none.
  Bytes& operator[](std::string_view name);
  [[nodiscard]] const Bytes& at(std::string_view name) const;
  void erase(std::string_view name);
  [[nodiscard]] Bytes encode() const;

 private:
  std::vector<std::pair<std::string, Bytes>> members_;
};

// Encoded values.
[[nodiscard]] Bytes cbor_text(std::string_view value);
[[nodiscard]] Bytes cbor_bytes(ByteView value);
[[nodiscard]] Bytes cbor_uint(std::uint64_t value);
[[nodiscard]] Bytes cbor_int(std::int64_t value);
[[nodiscard]] Bytes cbor_bool(bool value);
[[nodiscard]] Bytes cbor_tdate(UtcSeconds value);
[[nodiscard]] Bytes cbor_full_date(std::string_view date);
[[nodiscard]] Bytes cbor_array(const std::vector<Bytes>& elements);
[[nodiscard]] Bytes cbor_embedded(ByteView encoded);  ///< tag 24

/// SOI and a frame header of one grey pixel: with anything behind it, what a picture has to begin as.
[[nodiscard]] Bytes sample_jpeg_header();

[[nodiscard]] UtcSeconds utc(std::string_view rfc3339);

/// The four elements of a COSE_Sign1 or COSE_Mac0.
struct CoseParts {
  Bytes protected_header;        ///< content of the byte string
  Bytes unprotected_header;      ///< encoded map
  std::optional<Bytes> payload;  ///< nothing: nil
  Bytes signature;               ///< or tag
  [[nodiscard]] Bytes encode() const;
};
/// `["Signature1" or "MAC0", protected, h'', payload]`
[[nodiscard]] Bytes cose_structure(std::string_view context, ByteView protected_header, ByteView payload);

struct SampleItem {
  std::string name_space;
  std::uint64_t digest_id;
  Bytes random;
  std::string identifier;
  Bytes value;                         ///< encoded
  [[nodiscard]] Bytes encode() const;  ///< IssuerSignedItemBytes, tag 24 included
};

/// One mdoc and one presentation of it. Change any member, or hang in where things are put together,
/// before asking for a result. As it is made, it is faultless at every level.
class SampleMdoc {
 public:
  explicit SampleMdoc(crypto::Curve device_curve = crypto::Curve::p256,
                      crypto::Curve signer_curve = crypto::Curve::p256);

  UtcSeconds now = utc("2026-05-01T12:00:00Z");
  std::string doc_type = "org.iso.18013.5.1.mDL";

  crypto::PrivateKey iaca_key, signer_key, device_key, e_reader_key;
  crypto::CertificateTemplate iaca, signer;

  std::vector<SampleItem> items;
  crypto::DigestAlgorithm digest_algorithm = crypto::DigestAlgorithm::sha256;
  UtcSeconds signed_at = utc("2026-04-01T00:00:00Z");
  UtcSeconds valid_from = utc("2026-04-01T00:00:00Z");
  UtcSeconds valid_until = utc("2026-06-01T00:00:00Z");
  Members device_name_spaces{};               ///< name space to encoded map of elements
  std::optional<Bytes> key_authorizations{};  ///< encoded

  bool mac = false;
  Bytes transcript;
  std::vector<Bytes> further_certificates{};  ///< DER, after the signer's in x5chain

  // Hooks, in the order in which they are called.
  std::function<void(Members& mso)> on_mso{};
  std::function<void(Bytes& payload)> on_payload{};  ///< MobileSecurityObjectBytes
  std::function<void(CoseParts& unsigned_auth)> on_issuer_auth_headers{};
  std::function<void(CoseParts& issuer_auth)> on_issuer_auth{};
  std::function<void(std::vector<SampleItem>& items)> on_items{};  ///< as presented, after they were digested
  std::function<void(Members& issuer_signed)> on_issuer_signed{};
  std::function<void(CoseParts& unsigned_auth)> on_device_auth_headers{};
  std::function<void(CoseParts& device_auth)> on_device_auth{};
  std::function<void(Members& device_auth)> on_device_auth_members{};
  std::function<void(Members& device_signed)> on_device_signed{};
  std::function<void(Members& document)> on_document{};
  std::function<void(Members& response)> on_response{};
  std::string authenticated_doc_type{};  ///< of DeviceAuthentication; empty: doc_type

  [[nodiscard]] crypto::Certificate iaca_certificate();
  [[nodiscard]] crypto::Certificate signer_certificate();
  [[nodiscard]] Bytes issuer_signed();
  [[nodiscard]] Bytes document();
  [[nodiscard]] Bytes response();
  /// A response of documents that were made elsewhere.
  [[nodiscard]] static Bytes response_of(const std::vector<Bytes>& documents);

 private:
  [[nodiscard]] Bytes issuer_auth();
  [[nodiscard]] Bytes device_signed();
  std::optional<crypto::Certificate> iaca_certificate_, signer_certificate_;
};

}  // namespace mdoc::testing
