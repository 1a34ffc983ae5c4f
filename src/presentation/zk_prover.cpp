#include "mdoc/presentation/zk_prover.hpp"

#include <algorithm>
#include <array>

#include "mdoc/model/zk_system.hpp"

namespace mdoc::presentation {
namespace {

constexpr std::array<std::string_view, 8> fit_names{"system",       "circuit",    "element-count", "mso-size",
                                                    "digest-count", "device-key", "credential",    "fits"};

std::size_t mso_size(const Credential& credential) {
  const auto& payload = credential.issuer_signed().issuer_auth.payload;
  return payload ? payload->size() : 0;
}

std::size_t digest_count(const Credential& credential) {
  std::size_t count = 0;
  for (const auto& [name_space, digests] : credential.mso().value_digests.name_spaces()) count += digests.size();
  return count;
}

}  // namespace

std::string_view name(ZkFit fit) noexcept { return fit_names[static_cast<std::size_t>(fit)]; }

bool ZkProver::accepts(const ZkQuestion& /*question*/) const { return true; }

Result<Bytes> prove(const ZkProofRequest& request) { return request.prover->prove(request); }

ZkFitting fit(const ZkProver& prover, const ZkQuestion& question) {
  if (prover.system() != question.spec.system) return {.fit = ZkFit::system};
  const auto wanted = model::zk_circuit(question.spec);
  const auto circuits = prover.circuits();
  const auto circuit = std::ranges::find_if(circuits, [&](const ZkCircuit& one) { return one.id == wanted; });
  if (circuit == circuits.end()) return {.fit = ZkFit::circuit};
  if (circuit->elements != question.elements.size()) return {.fit = ZkFit::element_count};
  if (mso_size(question.credential) > circuit->max_mso_bytes) return {.fit = ZkFit::mso_size};
  if (digest_count(question.credential) > circuit->max_digests) return {.fit = ZkFit::digest_count};
  if (!question.key_signs || question.credential.method() == DeviceAuthMethod::mac) return {.fit = ZkFit::device_key};
  if (!prover.accepts(question)) return {.fit = ZkFit::credential};
  return {.fit = ZkFit::fits, .circuit = &*circuit};
}

}  // namespace mdoc::presentation
