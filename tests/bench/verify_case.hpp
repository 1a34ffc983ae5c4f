#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "bench/floors.hpp"
#include "bench/operation.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::bench {

/// The response of an mdoc, the trust that it needs, and the inputs of its floor. Stays where it was made.
struct VerifyCase {
  explicit VerifyCase(testing::SampleMdoc mdoc);
  VerifyCase(const VerifyCase&) = delete;
  VerifyCase& operator=(const VerifyCase&) = delete;

  /// A store that has met no chain yet.
  void renew_trust();
  void verify(SharedBytes message) const;
  void cached_floor() const { floor_behind_issuer(issuer_verifier.get()); }
  void cold_floor() const;

  static Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

  testing::SampleMdoc sample;
  crypto::Certificate authority = sample.iaca_certificate();
  crypto::Certificate signer = sample.signer_certificate();
  std::optional<trust::TrustStore> trust;
  SharedBytes response;
  SharedBytes transcript = SharedBytes::copy_of(sample.transcript);

  Floor floor;
  std::vector<Bytes> items;
  Bytes issuer_message, issuer_signature, device_message, device_signature, salt = Bytes(32, 0x5a);
  Bytes device_point = copy_of(sample.device_key.public_key().point());
  Bytes signer_der = copy_of(signer.der());
  Certificate bare_authority = Floor::parse(authority.der());
  Key signer_key = floor.import_point(sample.signer_key.public_key().point());
  KeyContext issuer_verifier = Floor::verifier(signer_key.get());
  SecretBytes reader_pkcs8 = sample.e_reader_key.pkcs8().value();
  Key reader_key = Floor::private_key(reader_pkcs8.view());

 private:
  void floor_behind_issuer(EVP_PKEY_CTX* issuer) const;
};

/// Gives the sample a portrait of such a size that a response with all of it has about `size` bytes.
void grow_portrait(testing::SampleMdoc& sample, std::size_t size);

}  // namespace mdoc::bench
