#pragma once

#include <compare>
#include <cstddef>
#include <set>

#include "mdoc/core/export.hpp"
#include "mdoc/core/strong.hpp"

namespace mdoc::presentation {

class Consent;

/// The attestations `age_over_NN` that left the device in one session, from all of its documents.
///
/// Two at most are released (7.2.5), so that a reader learns whether somebody is old enough and not how old. Rounds
/// of one session are put to the same person by the same reader, which could ask for two more in each: they share
/// the two. One that was released before tells nothing new and is released again.
class MDOC_EXPORT ReleasedAges {
 public:
  /// @param credential index into the credentials of the session
  [[nodiscard]] bool contains(std::size_t credential, const NameSpace& name_space,
                              const ElementIdentifier& identifier) const;
  /// A further one may be released.
  [[nodiscard]] bool has_room() const noexcept;

  /// Adds one. @return false: it is one too many, and nothing was added
  [[nodiscard]] bool add(std::size_t credential, const NameSpace& name_space, const ElementIdentifier& identifier);
  /// Adds those that `consent` releases. @return false: they are too many, and nothing was added
  [[nodiscard]] bool add(const Consent& consent);

 private:
  struct Attestation {
    std::size_t credential = 0;
    NameSpace name_space;
    ElementIdentifier identifier;
    friend auto operator<=>(const Attestation&, const Attestation&) = default;
  };
  std::set<Attestation> released_;
};

}  // namespace mdoc::presentation
