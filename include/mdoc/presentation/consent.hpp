#pragma once

#include <functional>
#include <span>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/presentation/match.hpp"

namespace mdoc::presentation {

/// The holder's decision about one request: which of the offered elements may leave the device.
///
/// A Consent is only ever made from a RequestMatch and narrows it, so it cannot name what was not
/// asked for, and it is bound to the digest of that request: given for one request, it is refused
/// for any other. A document from which no element is left is not sent.
class MDOC_EXPORT Consent {
 public:
  /// Everything that was offered.
  [[nodiscard]] static Consent to_all(const RequestMatch& match);
  /// The offered elements for which `approve` says yes.
  [[nodiscard]] static Consent to(const RequestMatch& match,
                                  const std::function<bool(const DocumentOption&, const ElementOption&)>& approve);

  [[nodiscard]] const crypto::Digest& request_digest() const noexcept { return request_digest_; }
  /// What will be released, exactly.
  [[nodiscard]] std::span<const DocumentOption> documents() const noexcept { return documents_; }

 private:
  Consent() = default;
  crypto::Digest request_digest_;
  std::vector<DocumentOption> documents_;
};

}  // namespace mdoc::presentation
