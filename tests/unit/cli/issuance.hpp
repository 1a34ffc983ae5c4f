#pragma once

#include <string>
#include <vector>

#include "tool.hpp"

namespace mdoc::testing {

/// An issuer and one mdoc, made by the tool itself: what tests of presentations begin with.
class Issuance {
 public:
  static constexpr const char* doc_type = "org.iso.18013.5.1.mDL";
  static constexpr const char* name_space = "org.iso.18013.5.1";

  explicit Issuance(const Folder& folder);
  /// `issue` with all that it needs, and `more`.
  [[nodiscard]] std::vector<std::string> issue(const std::string& data,
                                               const std::vector<std::string>& more = {}) const;
  /// FILE,KEY of the mdoc.
  [[nodiscard]] std::string credential() const { return mdoc + "," + device_key; }

  std::string iaca, iaca_key, signer, signer_key, device_key, mdoc;
};

}  // namespace mdoc::testing
