#pragma once

#include <algorithm>
#include <set>
#include <string>

#include "mdoc/verification/verified_document.hpp"

namespace mdoc::testing {

/// What an application gets to see of a document, in a form that can be compared.
struct Released {
  std::string facts;               ///< docType, issuer, anchor, validity
  std::set<std::string> elements;  ///< in no order: none is authenticated

  explicit Released(const verification::VerifiedDocument& document) {
    facts = document.doc_type().str() + '\n' + document.issuer().subject + '\n' + document.issuer().trust_anchor +
            '\n' + to_rfc3339(document.mso().signed_at) + to_rfc3339(document.mso().valid_from) +
            to_rfc3339(document.mso().valid_until);
    for (const auto* part : {&document.issuer_signed(), &document.device_signed()}) {
      for (const verification::VerifiedElement& element : *part) {
        const ByteView value = element.value.encoded().view();
        elements.insert(element.name_space.str() + '/' + element.identifier.str() + '=' +
                        std::string(value.begin(), value.end()));
      }
    }
  }

  /// The same facts, and no element that `whole` does not have.
  [[nodiscard]] bool is_part_of(const Released& whole) const {
    return facts == whole.facts && std::ranges::includes(whole.elements, elements);
  }
  friend bool operator==(const Released&, const Released&) = default;
};

}  // namespace mdoc::testing
