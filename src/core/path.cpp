#include "mdoc/core/path.hpp"

#include <algorithm>

namespace mdoc {

std::string Path::text() const {
  std::string out;
  const std::size_t kept = std::min<std::size_t>(size_, max_segments);
  for (std::size_t i = 0; i < kept; ++i) {
    if ((index_mask_ >> i & 1u) != 0) {
      out.append("[").append(std::to_string(segments_[i].index)).append("]");
    } else {
      if (!out.empty()) out += '.';
      out += segments_[i].name;
    }
  }
  if (size_ > max_segments) out += "...";
  return out;
}

}  // namespace mdoc
