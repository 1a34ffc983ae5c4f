#pragma once
// Internal. What a reader had verified once, and cannot verify now.

#include <cstddef>
#include <vector>

#include "mdoc/trust_keeper.hpp"

namespace mdoc {

/// Items of this reader's own storage that do not verify now. They are not lost because of that: once their anchor is
/// back they are to keep earlier issues out.
class DormantItems {
 public:
  /// What became of an item of that storage: from now on it sleeps, or it sleeps no longer.
  void note(const trust::BundleItem& item, const Result<void>& taken);
  /// Lists of anchors among them. Lists of revocations are verified against what came with them, and do not wake.
  [[nodiscard]] std::vector<trust::BundleItem> lists() const;
  /// As many as find room.
  void add_to(trust::TrustBundle& bundle) const;
  [[nodiscard]] std::vector<TrustItemState> state(UtcSeconds now) const;
  /// @return how many there were
  std::size_t forget() noexcept;

 private:
  struct Dormant {
    trust::BundleItem item;
    Error reason{};
  };
  std::vector<Dormant> items_{};
};

}  // namespace mdoc
