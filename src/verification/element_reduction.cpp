#include "verification/element_reduction.hpp"

#include <utility>

#include "mdoc/profile/holder_verification.hpp"

namespace mdoc::verification {
namespace {

std::vector<VerifiedElement> holder_means_of(const std::vector<VerifiedElement>& elements) {
  std::vector<VerifiedElement> kept;
  for (const VerifiedElement& element : elements) {
    if (!profile::holder_method(element.name_space.str(), element.identifier.str())) continue;
    const ByteView encoded = element.value.encoded().view();
    kept.push_back({element.name_space, element.identifier,
                    model::DataElementValue(SharedBytes::take_secret({encoded.begin(), encoded.end()}))});
  }
  return kept;
}

/// What contradicts the signer's certificate is a value of the document.
void drop_values(std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    if (finding.check == CheckId::issuer_country || finding.check == CheckId::issuer_jurisdiction) finding.found = {};
  }
}

}  // namespace

struct ElementReduction {
  static void apply(std::vector<VerifiedElement>& elements, bool keep_holder_means) {
    elements = keep_holder_means ? holder_means_of(elements) : std::vector<VerifiedElement>();
  }
  static void apply(VerificationOutcome& outcome, bool keep_holder_means) {
    for (VerifiedDocument& document : outcome.documents) {
      apply(document.issuer_signed_, keep_holder_means);
      apply(document.device_signed_, keep_holder_means);
    }
    for (VerifiedZkDocument& document : outcome.zk_documents) apply(document.elements_, keep_holder_means);
  }
};

void drop_elements(VerificationOutcome& outcome, bool keep_holder_means) {
  ElementReduction::apply(outcome, keep_holder_means);
  for (DocumentReport& report : outcome.report.documents) {
    drop_values(report.findings);
    if (keep_holder_means) continue;
    // There is nothing left to compare anybody with; what the device says of itself, and what was withheld, stays.
    std::erase_if(report.holder, [](const HolderMeans& means) {
      return !means.withheld && means.method != profile::HolderMethod::device;
    });
  }
  for (ZkDocumentReport& report : outcome.report.zk) drop_values(report.findings);
}

}  // namespace mdoc::verification
