#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "mdoc/core/export.hpp"

namespace mdoc {

/// Where in a structure something was found: `DeviceResponse.documents[0].issuerSigned`.
///
/// Segments are string literals and indexes, never text of the peer, so a Path is safe to log. It
/// lives inline, is trivially copyable and never allocates. Segments beyond `max_segments` are
/// counted but not kept; text() then ends in "...".
class MDOC_EXPORT Path {
 public:
  static constexpr std::size_t max_segments = 12;

  constexpr Path() = default;
  /// A path of one name. Only literals and other arrays with static storage belong here.
  template <std::size_t N>
  constexpr Path(const char (&name)[N]) {  // NOLINT(*-explicit-*,*-avoid-c-arrays)
    push_name(name);
  }

  /// This path, extended by a member name (a literal) or an index.
  template <std::size_t N>
  [[nodiscard]] constexpr Path operator/(const char (&name)[N]) const {  // NOLINT(*-avoid-c-arrays)
    Path longer = *this;
    longer.push_name(name);
    return longer;
  }
  [[nodiscard]] constexpr Path operator/(std::size_t index) const {
    Path longer = *this;
    longer.push_index(index);
    return longer;
  }

  /// Appends a name with static storage. @pre `name` is a literal or lives in a constant table.
  constexpr void push_name(const char* name) {
    if (size_ < max_segments) segments_[size_].name = name;
    if (size_ < 0xff) ++size_;
  }
  constexpr void push_index(std::size_t index) {
    if (size_ < max_segments) {
      segments_[size_].index = index;
      index_mask_ = static_cast<std::uint16_t>(index_mask_ | (1u << size_));
    }
    if (size_ < 0xff) ++size_;
  }
  /// Removes the last segment. @pre not empty
  constexpr void pop() {
    --size_;
    if (size_ < max_segments) index_mask_ = static_cast<std::uint16_t>(index_mask_ & ~(1u << size_));
  }

  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  /// `a.b[3].c`; empty for the empty path.
  [[nodiscard]] std::string text() const;

 private:
  union Segment {
    const char* name = nullptr;
    std::size_t index;
  };
  std::array<Segment, max_segments> segments_{};
  std::uint16_t index_mask_ = 0;  // bit n: segment n is an index
  std::uint8_t size_ = 0;         // may exceed max_segments
};

}  // namespace mdoc
