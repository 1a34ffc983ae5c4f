#include "trust/path_search.hpp"

#include <algorithm>

namespace mdoc::trust {

crypto::CertificatePathOptions path_options(UtcSeconds now, const ClockPolicy& clock, InvalidPath invalid) {
  crypto::CertificatePathOptions options;
  if (clock.quality == ClockQuality::unknown) return options;
  const std::chrono::seconds skew = std::clamp(clock.skew, std::chrono::seconds{0}, ClockPolicy::max_skew);
  options.at = {now, now - skew, now + skew};
  if (invalid == InvalidPath::returned) options.at.emplace_back(std::nullopt);
  return options;
}

CertificateContext end_entity_context(std::span<const crypto::Certificate> path, CertificateRole role,
                                      const CertificateProfile& profile) {
  CertificateContext context{.certificate = path.front(), .role = role, .profile = profile};
  if (path.size() > 1) {
    context.issuer = &path[1];
    context.intermediates = path.size() - 2;
    context.signature_verified = true;  // by the search for the path
  }
  return context;
}

bool breaks_a_rule(const CertificateContext& context, Level level) {
  const std::vector<RuleFinding> broken = broken_rules(context);
  return std::ranges::any_of(
      broken, [&](const RuleFinding& finding) { return info(finding.rule).weight(level) == Weight::error; });
}

bool is_ca(const crypto::Certificate& certificate) {
  return certificate.basic_constraints() && certificate.basic_constraints()->ca;
}

}  // namespace mdoc::trust
