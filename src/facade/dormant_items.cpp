#include "facade/dormant_items.hpp"

#include <algorithm>

#include "facade/trust_intake.hpp"

namespace mdoc {

void DormantItems::note(const trust::BundleItem& item, const Result<void>& taken) {
  const auto known = std::ranges::find_if(items_, [&](const Dormant& each) {
    return each.item.kind == item.kind && std::ranges::equal(each.item.content.view(), item.content.view());
  });
  const bool sleeps = !taken && taken.error().code != Errc::superseded;
  if (known != items_.end()) {
    if (sleeps) {
      known->reason = taken.error();
    } else {
      items_.erase(known);
    }
  } else if (sleeps && items_.size() < trust::TrustBundleLimits{}.max_items) {
    items_.push_back({.item = item, .reason = taken.error()});
  }
}

std::vector<trust::BundleItem> DormantItems::lists() const {
  std::vector<trust::BundleItem> lists;
  for (const Dormant& each : items_) {
    if (!is_revocation(each.item.kind)) lists.push_back(each.item);
  }
  return lists;
}

void DormantItems::add_to(trust::TrustBundle& bundle) const {
  for (const Dormant& each : items_) {
    if (bundle.items.size() < trust::TrustBundleLimits{}.max_items) bundle.items.push_back(each.item);
  }
}

std::vector<TrustItemState> DormantItems::state(UtcSeconds now) const {
  std::vector<TrustItemState> states;
  for (const Dormant& each : items_) {
    states.push_back({.kind = each.item.kind,
                      .name = trust::describe(each.item),
                      .verdict = TrustItemState::Verdict::dormant,
                      .age = std::max(now - each.item.fetched, std::chrono::seconds{0}),
                      .last_error = each.reason});
  }
  return states;
}

std::size_t DormantItems::forget() noexcept {
  const std::size_t count = items_.size();
  items_.clear();
  return count;
}

}  // namespace mdoc
