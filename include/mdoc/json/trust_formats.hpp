#pragma once

#include "mdoc/core/export.hpp"
#include "mdoc/trust_keeper.hpp"

namespace mdoc::json {

/// What a TrustKeeper needs of JSON: lists of trusted entities (ETSI TS 119 602), list tokens in JWT form, and
/// aggregation documents. Without state; may be used from several threads.
class MDOC_EXPORT TrustFormats final : public ForeignFormats {
 public:
  /// As trusted_list() and purpose_of() have it.
  /// @return further unsupported/unsupported_media_type: a list that names nobody who signs anything of an mdoc
  [[nodiscard]] Result<TrustedEntities> trusted_entities(SharedBytes encoded, const TrustFeed& feed,
                                                         std::span<const crypto::Certificate> anchors, UtcSeconds now,
                                                         const ClockPolicy& clock, Level level) const override;
  [[nodiscard]] Result<trust::StatusToken> status_token(SharedBytes encoded, Level level) const override;
  [[nodiscard]] Result<std::vector<std::string>> aggregation(ByteView document) const override;
};

}  // namespace mdoc::json
