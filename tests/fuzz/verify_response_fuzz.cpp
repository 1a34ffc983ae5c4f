// A response of any bytes, or a good one with some of its bytes changed. Whatever comes: no crash,
// and no value is released that the good response did not have.
//
// The first byte chooses: 0 and what follows is a response; 1 and what follows are edits of the good
// response, five bytes each: what to do, where (2), with what, how often.

#include <algorithm>
#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/released.hpp"
#include "support/sample_mdoc.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

/// EdDSA throughout: its signatures are repeatable, so a corpus keeps its meaning.
struct Target {
  testing::SampleMdoc sample{crypto::Curve::ed25519, crypto::Curve::ed25519};
  trust::TrustStore trust;
  Bytes good;

  Target() {
    sample.iaca_key = crypto::PrivateKey::import(crypto::Curve::ed25519, Bytes(32, 0x42)).value();
    require(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate()).has_value());
    good = sample.response();
  }

  /// Gives the verdict's documents, after checking what holds for every report.
  [[nodiscard]] std::vector<verification::VerifiedDocument> judge(const Bytes& response, Level level) const {
    const auto decoded = verification::UnverifiedResponse::decode(SharedBytes::copy_of(response), level);
    if (!decoded) return {};
    verification::VerificationInput input{.trust = trust, .now = {.utc = sample.now, .steady = {}}};
    input.session_transcript = SharedBytes::copy_of(sample.transcript);
    auto outcome = verification::verify(*decoded, input);
    const verification::Report& report = outcome.report;
    require(report.findings.size() == checks(verification::Scope::response).size());
    for (const auto& document : report.documents) {
      require(document.findings.size() == checks(verification::Scope::document).size());
      require(document.valid || !report.valid);
    }
    const auto valid = std::ranges::count_if(report.documents, &verification::DocumentReport::valid);
    require(outcome.documents.size() <= static_cast<std::size_t>(valid));
    return std::move(outcome.documents);
  }
};

Bytes edited(Bytes response, std::span<const std::uint8_t> script) {
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Target target;
  static const testing::Released whole(target.judge(target.good, Level::strict).at(0));

  if (size == 0 || size > 16384) return 0;
  const std::span<const std::uint8_t> rest(data + 1, size - 1);
  const Bytes response = data[0] % 2 == 0 ? Bytes(rest.begin(), rest.end()) : edited(target.good, rest);
  for (const Level level : {Level::strict, Level::lenient}) {
    for (const auto& document : target.judge(response, level)) require(testing::Released(document).is_part_of(whole));
  }
  return 0;
}
