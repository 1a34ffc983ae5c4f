#pragma once
// A verification to be fooled: a trusted issuer, a good response, and bytes that alter it.
//
// The first byte of an input chooses: 0 and what follows is a response; 1 and what follows are edits of the good
// response, five bytes each: what to do, where (2), with what, how often.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fuzz/invariants.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::fuzz {

/// Verifies whatever comes.
class CredulousVerifier final : public verification::ZkVerifier {
 public:
  [[nodiscard]] std::string_view system() const noexcept override { return "credulous"; }
  [[nodiscard]] std::span<const std::string> circuits() const noexcept override { return {}; }
  [[nodiscard]] Result<void> verify(const verification::ZkStatement& /*statement*/) const override { return {}; }
};

/// EdDSA throughout: its signatures are repeatable, so a corpus keeps its meaning. Certificates are not to be signed
/// with it, which is refused above the lenient level.
struct Verifier {
  testing::SampleMdoc sample{crypto::Curve::ed25519, crypto::Curve::ed25519};
  trust::TrustStore trust;
  std::vector<std::shared_ptr<const verification::ZkVerifier>> zk_verifiers{std::make_shared<CredulousVerifier>()};
  Bytes good;

  Verifier() {
    sample.iaca_key = crypto::PrivateKey::import(crypto::Curve::ed25519, Bytes(32, 0x42)).value();
    require(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate()).has_value());
    good = sample.response();
  }

  /// The outcome, after checking what holds for every one; nothing where the response does not decode.
  [[nodiscard]] std::optional<verification::VerificationOutcome> judge(const Bytes& response, Level level) const {
    const auto decoded = verification::UnverifiedResponse::decode(SharedBytes::copy_of(response), level);
    if (!decoded) return std::nullopt;
    verification::VerificationInput input{.trust = trust, .now = {.utc = sample.now, .steady = {}}};
    input.session_transcript = SharedBytes::copy_of(sample.transcript);
    input.revocation = trust::RevocationPolicy::soft;  // no lists are at hand
    input.zk_verifiers = zk_verifiers;
    auto outcome = verification::verify(*decoded, input);
    const verification::Report& report = outcome.report;
    require(report.findings.size() == checks(verification::Scope::response).size());
    for (const auto& document : report.documents) {
      require(document.findings.size() == checks(verification::Scope::document).size());
      require(document.valid || !report.valid);
    }
    // No request offered a proof system, and no response can say what it is to be verified by.
    require(outcome.zk_documents.empty() && report.zk_documents == report.zk.size());
    const auto valid = std::ranges::count_if(report.documents, &verification::DocumentReport::valid);
    require(outcome.documents.size() <= static_cast<std::size_t>(valid));
    return outcome;
  }
};

inline Bytes edited(Bytes response, std::span<const std::uint8_t> script) {
  for (; script.size() >= 5 && !response.empty(); script = script.subspan(5)) {
    const std::size_t place = (std::size_t{script[1]} << 8 | script[2]) % response.size();
    const std::size_t count = std::min<std::size_t>(script[4], response.size() - place);
    const auto begin = response.begin() + static_cast<std::ptrdiff_t>(place);
    const auto end = begin + static_cast<std::ptrdiff_t>(count);
    switch (script[0] % 5) {
      case 0: response[place] = script[3]; break;
      case 1: response[place] ^= static_cast<std::uint8_t>(1u << script[3] % 8); break;
      case 2: response.erase(begin, end); break;
      case 3: response.insert(begin, script[4], script[3]); break;
      case 4: {
        const Bytes part(begin, end);  // once more
        response.insert(begin, part.begin(), part.end());
        break;
      }
    }
  }
  return response;
}

/// The response that an input stands for. @pre `input` is not empty
inline Bytes response_of(ByteView input, const Bytes& good) {
  const ByteView rest = input.subspan(1);
  return input[0] % 2 == 0 ? Bytes(rest.begin(), rest.end()) : edited(good, rest);
}

}  // namespace mdoc::fuzz
