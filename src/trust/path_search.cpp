#include "trust/path_search.hpp"

#include <algorithm>

namespace mdoc::trust {

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
