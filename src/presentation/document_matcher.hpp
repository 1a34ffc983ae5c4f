#pragma once
// Internal. What one credential can answer of one DocRequest.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/model/device_request.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/profile/age_over.hpp"

namespace mdoc::presentation {

/// Collects what one credential can answer of one ItemsRequest.
class DocumentMatcher {
 public:
  /// Borrows everything.
  /// @param known the profile of the docType, null if unknown
  /// @param ages  what may still be released; counts what this document would
  DocumentMatcher(const Credential& credential, std::size_t credential_index, const model::ItemsRequest& wanted,
                  const profile::DocTypeProfile* known, ReleasedAges& ages,
                  std::span<const model::ElementReference> device_signed);

  [[nodiscard]] DocumentOption match();

 private:
  using Answer = std::vector<ElementOption>;
  using ElementName = std::pair<std::string_view, std::string_view>;  // name space and identifier

  void match(const model::ElementReference& requested, bool intent_to_retain);
  [[nodiscard]] std::optional<ElementOption> answer(const model::ElementReference& requested);
  [[nodiscard]] std::optional<ElementOption> answer_by_itself(const model::ElementReference& requested) const;
  /// By the nearest attestation, where the profile has that rule.
  [[nodiscard]] std::optional<ElementOption> answer_age(const model::ElementReference& requested, std::uint8_t years);
  /// The device may state this element itself, and is able to.
  [[nodiscard]] bool can_state(const model::ElementReference& requested) const;
  [[nodiscard]] std::optional<Answer> answer_instead(const model::ElementReference& requested);
  [[nodiscard]] std::optional<Answer> answer_set(const model::AlternativeElementSet& set);

  const Credential& credential_;
  const std::size_t index_;
  const model::ItemsRequest& wanted_;
  const profile::DocTypeProfile* known_;
  ReleasedAges& ages_;
  std::span<const model::ElementReference> device_signed_;
  /// By requested element, in the order of the request: a reader can name thousands of both.
  std::multimap<ElementName, const model::AlternativeDataElementsSet*> alternatives_{};
  DocumentOption option_;
};

}  // namespace mdoc::presentation
