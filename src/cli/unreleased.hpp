#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "cli/credentials.hpp"
#include "cli/wording.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/credential.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::cli {

/// A DocRequest for which nothing leaves the holder, and why.
struct Unreleased {
  std::size_t doc_request = 0;
  std::string doc_type;
  std::string title{};  ///< what people call it; empty: nobody knows
  Told reason;

  bool operator==(const Unreleased&) const = default;
};

/// What the search for reasons needs beside the match. Borrowed.
struct ReleaseFacts {
  const presentation::Consent& consent;
  const ConsentRules& rules;  ///< that the consent follows
  bool asked = false;         ///< a person decided, within the rules
  Told kept_back{};           ///< why nothing of what was agreed to was sent; empty: it was
  const presentation::RequestReaders& readers;
  std::span<const presentation::Credential> credentials;
  UtcSeconds now{};                               ///< of the match
  const model::DeviceRequest* request = nullptr;  ///< what was matched; null: not at hand, and the reasons say less
  std::span<const profile::DocTypeProfile> profiles = profile::doc_types();  ///< titles of docTypes
};
[[nodiscard]] std::vector<Unreleased> find_unreleased(const presentation::RequestMatch& match,
                                                      const ReleaseFacts& facts);

/// One line on standard error for each.
void print_unreleased(const std::vector<Unreleased>& unreleased);
/// `[{"docRequest": 0, "docType": "…", "reason": "…"}]`
[[nodiscard]] boost::json::array to_json(const std::vector<Unreleased>& unreleased);

}  // namespace mdoc::cli
