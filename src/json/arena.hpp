#pragma once
// Internal to mdoc::json: what a loaded profile's views point to.

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mdoc::json {

/// Keeps texts and arrays at addresses that do not change while it lives. Not movable, as views would not follow.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  [[nodiscard]] std::string_view text(std::string_view text) { return texts_.emplace_back(text); }
  template <class T>
  [[nodiscard]] std::span<const T> array(std::vector<T> values) {
    if (values.empty()) return {};
    auto kept = std::make_shared<const std::vector<T>>(std::move(values));
    const std::span<const T> view = *kept;
    arrays_.push_back(std::move(kept));
    return view;
  }
  template <class T>
  [[nodiscard]] const T* one(T value) {
    return array(std::vector<T>{std::move(value)}).data();
  }

 private:
  std::deque<std::string> texts_;
  std::vector<std::shared_ptr<const void>> arrays_;
};

}  // namespace mdoc::json
