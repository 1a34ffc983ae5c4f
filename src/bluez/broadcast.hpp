#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace mdoc::bluez {

/// Whoever holds one is told; whoever lets go of it is not told any more, at once.
using Subscription = std::shared_ptr<void>;

/// Tells several listeners of something. They may come and go while they are told. Not thread-safe.
template <class... Args>
class Broadcast {
 public:
  using Listener = std::function<void(Args...)>;

  [[nodiscard]] Subscription subscribe(Listener listener) {
    auto kept = std::make_shared<Listener>(std::move(listener));
    listeners_.push_back(kept);
    return kept;
  }

  void operator()(Args... args) {
    std::erase_if(listeners_, [](const auto& each) { return each.expired(); });
    const auto now = listeners_;
    for (const auto& each : now) {
      if (const auto listener = each.lock()) (*listener)(args...);
    }
  }

 private:
  std::vector<std::weak_ptr<Listener>> listeners_;
};

}  // namespace mdoc::bluez
