#include "verification/element_reduction.hpp"

#include <utility>

#include "mdoc/profile/holder_verification.hpp"

namespace mdoc::verification {
namespace {

std::vector<VerifiedElement> portraits_of(const std::vector<VerifiedElement>& elements) {
  std::vector<VerifiedElement> kept;
  for (const VerifiedElement& element : elements) {
    const auto method = profile::holder_method(element.name_space.str(), element.identifier.str());
    if (method != profile::HolderMethod::portrait) continue;
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
  static void apply(std::vector<VerifiedElement>& elements, bool keep_portrait) {
    elements = keep_portrait ? portraits_of(elements) : std::vector<VerifiedElement>();
  }
  static void apply(VerificationOutcome& outcome, bool keep_portrait) {
    for (VerifiedDocument& document : outcome.documents) {
      apply(document.issuer_signed_, keep_portrait);
      apply(document.device_signed_, keep_portrait);
      document.device_key_.reset();  // tells the document from all others, as its values may
    }
    for (VerifiedZkDocument& document : outcome.zk_documents) apply(document.elements_, keep_portrait);
  }
};

void drop_elements(VerificationOutcome& outcome, bool keep_portrait) {
  ElementReduction::apply(outcome, keep_portrait);
  for (DocumentReport& report : outcome.report.documents) {
    drop_values(report.findings);
    // What is left to compare anybody with; what the device says of itself, and what was withheld, stays.
    std::erase_if(report.holder, [keep_portrait](const HolderMeans& means) {
      const bool kept = keep_portrait && means.method == profile::HolderMethod::portrait;
      return !means.withheld && !kept && means.method != profile::HolderMethod::device;
    });
  }
  for (ZkDocumentReport& report : outcome.report.zk) drop_values(report.findings);
}

}  // namespace mdoc::verification
