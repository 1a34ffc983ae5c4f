#pragma once
// A proof system that proves nothing, for what stands around proofs: its proof is a digest of the statement that only
// somebody who has the document signed by the device can have made, because this prover looks for the signature.

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/crypto/digest.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/presentation/zk_prover.hpp"
#include "mdoc/verification/zk_verifier.hpp"

namespace mdoc::testing {

inline constexpr std::string_view fake_zk_system = "fake-zk-v1";
inline const std::string fake_zk_circuit = "c1c0";

/// The digest of everything that a proof is about.
inline Bytes fake_zk_proof(std::string_view circuit, ByteView transcript, const DocType& doc_type,
                           std::span<const model::ZkElement> elements, const crypto::EcPublicKey& issuer_key,
                           UtcSeconds time) {
  crypto::Hasher hasher(crypto::DigestAlgorithm::sha256);
  const auto add = [&](ByteView part) {
    hasher.update(as_bytes(std::to_string(part.size()) + ":"));
    hasher.update(part);
  };
  add(as_bytes(circuit));
  add(transcript);
  add(as_bytes(doc_type.str()));
  for (const model::ZkElement& element : elements) {
    add(as_bytes(element.name_space.str()));
    add(as_bytes(element.identifier.str()));
    add(element.value.encoded().view());
  }
  add(issuer_key.x);
  add(issuer_key.y);
  add(as_bytes(to_rfc3339(time)));
  return hasher.finish().value().to_bytes();
}

class FakeZkProver final : public presentation::ZkProver {
 public:
  std::string name = std::string(fake_zk_system);
  std::vector<presentation::ZkCircuit> known{{.id = fake_zk_circuit, .elements = 1}, {.id = "c2c0", .elements = 2}};
  std::function<bool(const presentation::ZkQuestion&)> accept{};
  presentation::ZkTimestampForm form = presentation::ZkTimestampForm::tdate;
  std::optional<Error> failure{};
  mutable unsigned proofs = 0;  ///< made or refused

  [[nodiscard]] std::string_view system() const noexcept override { return name; }
  [[nodiscard]] std::span<const presentation::ZkCircuit> circuits() const noexcept override { return known; }
  [[nodiscard]] bool accepts(const presentation::ZkQuestion& question) const override {
    return !accept || accept(question);
  }
  [[nodiscard]] presentation::ZkTimestampForm timestamp_form() const noexcept override { return form; }
  [[nodiscard]] Result<Bytes> prove(const presentation::ZkProofRequest& request) const override {
    ++proofs;
    if (failure) return *failure;
    const auto response = model::decode_device_response(request.device_response);
    const bool is_signed = response && response->documents.size() == 1 && response->documents[0].value &&
                           response->documents[0].value->device_signed &&
                           response->documents[0].value->device_signed->device_auth.signature() != nullptr;
    if (!is_signed) return Error{.code = Errc::bad_argument, .where = "device_response"};
    return fake_zk_proof(request.circuit, request.session_transcript.view(), request.doc_type, request.elements,
                         request.issuer_key, request.time);
  }
};

class FakeZkVerifier final : public verification::ZkVerifier {
 public:
  std::string name = std::string(fake_zk_system);
  std::vector<std::string> known{fake_zk_circuit, "c2c0"};
  mutable unsigned calls = 0;

  [[nodiscard]] std::string_view system() const noexcept override { return name; }
  [[nodiscard]] std::span<const std::string> circuits() const noexcept override { return known; }
  [[nodiscard]] Result<void> verify(const verification::ZkStatement& statement) const override {
    ++calls;
    const Bytes expected = fake_zk_proof(statement.circuit, statement.session_transcript, statement.doc_type,
                                         statement.elements, statement.issuer_key.coordinates(), statement.time.time);
    if (!std::ranges::equal(expected, statement.proof)) {
      return Error{.code = Errc::signature_invalid, .where = "proof"};
    }
    return {};
  }
};

/// "systemSpecs" with this circuit.
inline model::ZkSystemSpec fake_zk_spec(const std::string& id = "z1", const std::string& circuit = fake_zk_circuit) {
  model::ZkSystemSpec spec{.zk_system_id = id, .system = std::string(fake_zk_system), .params = {}};
  cbor::Writer key, value;
  key.text("circuit_hash");
  value.text(circuit);
  spec.params.push_back(
      {.key = SharedBytes::take(std::move(key).take()), .value = SharedBytes::take(std::move(value).take())});
  return spec;
}

}  // namespace mdoc::testing
