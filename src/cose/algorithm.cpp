#include "mdoc/cose/algorithm.hpp"

#include <algorithm>
#include <array>

namespace mdoc::cose {
namespace {

using crypto::Curve;
using crypto::SignatureAlgorithm;

constexpr std::array es256{Curve::p256, Curve::brainpool_p256r1};
constexpr std::array es384{Curve::p384, Curve::brainpool_p320r1, Curve::brainpool_p384r1};
constexpr std::array es512{Curve::p521, Curve::brainpool_p512r1};
constexpr std::array eddsa{Curve::ed25519, Curve::ed448};
constexpr std::array p256{Curve::p256};
constexpr std::array p384{Curve::p384};
constexpr std::array p521{Curve::p521};
constexpr std::array brainpool_p256r1{Curve::brainpool_p256r1};
constexpr std::array brainpool_p320r1{Curve::brainpool_p320r1};
constexpr std::array brainpool_p384r1{Curve::brainpool_p384r1};
constexpr std::array brainpool_p512r1{Curve::brainpool_p512r1};
constexpr std::array ed25519{Curve::ed25519};
constexpr std::array ed448{Curve::ed448};

constexpr std::array table{
    // ISO/IEC 18013-5, second edition, 12.3.4
    AlgorithmInfo{-7, "ES256", SignatureAlgorithm::es256, es256},
    AlgorithmInfo{-8, "EdDSA", SignatureAlgorithm::eddsa, eddsa},
    AlgorithmInfo{-35, "ES384", SignatureAlgorithm::es384, es384},
    AlgorithmInfo{-36, "ES512", SignatureAlgorithm::es512, es512},
    // RFC 9864, 2
    AlgorithmInfo{-9, "ESP256", SignatureAlgorithm::es256, p256, true},
    AlgorithmInfo{-19, "Ed25519", SignatureAlgorithm::eddsa, ed25519, true},
    AlgorithmInfo{-51, "ESP384", SignatureAlgorithm::es384, p384, true},
    AlgorithmInfo{-52, "ESP512", SignatureAlgorithm::es512, p521, true},
    AlgorithmInfo{-53, "Ed448", SignatureAlgorithm::eddsa, ed448, true},
    AlgorithmInfo{-265, "ESB256", SignatureAlgorithm::es256, brainpool_p256r1, true},
    AlgorithmInfo{-266, "ESB320", SignatureAlgorithm::es384, brainpool_p320r1, true},
    AlgorithmInfo{-267, "ESB384", SignatureAlgorithm::es384, brainpool_p384r1, true},
    AlgorithmInfo{-268, "ESB512", SignatureAlgorithm::es512, brainpool_p512r1, true},
};

}  // namespace

std::span<const AlgorithmInfo> algorithms() noexcept { return table; }

const AlgorithmInfo* find_algorithm(std::int64_t id) noexcept {
  const auto row = std::ranges::find(table, id, &AlgorithmInfo::id);
  return row == table.end() ? nullptr : &*row;
}

Result<crypto::SignatureAlgorithm> signature_algorithm(std::int64_t id, crypto::Curve curve) noexcept {
  const AlgorithmInfo* row = find_algorithm(id);
  if (row == nullptr) return Error{.code = Errc::unsupported_algorithm, .where = "alg"};
  if (std::ranges::find(row->curves, curve) == row->curves.end()) {
    return Error{.code = Errc::algorithm_mismatch, .where = "alg"};
  }
  return row->algorithm;
}

}  // namespace mdoc::cose
