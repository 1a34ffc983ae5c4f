#include "mdoc/presentation/consent.hpp"

#include <algorithm>

namespace mdoc::presentation {

Consent Consent::to_all(const RequestMatch& match) {
  return to(match, [](const DocumentOption&, const ElementOption&) { return true; });
}

Consent Consent::to(const RequestMatch& match,
                    const std::function<bool(const DocumentOption&, const ElementOption&)>& approve) {
  Consent consent;
  consent.request_digest_ = match.request_digest;
  for (const DocumentOption& offered : match.documents) {
    DocumentOption approved{.doc_request = offered.doc_request,
                            .credential = offered.credential,
                            .credential_id = offered.credential_id,
                            .doc_type = offered.doc_type,
                            .elements = offered.elements,
                            .unavailable = {}};
    std::erase_if(approved.elements, [&](const ElementOption& element) { return !approve(offered, element); });
    if (!approved.elements.empty()) consent.documents_.push_back(std::move(approved));
  }
  return consent;
}

}  // namespace mdoc::presentation
