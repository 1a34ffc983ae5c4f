#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace mdoc {

/// A text identifier that does not convert to another kind of identifier. Compared byte by byte.
template <class Tag>
class StrongText {
 public:
  StrongText() = default;
  explicit StrongText(std::string_view text) : text_(text) {}
  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  friend auto operator<=>(const StrongText&, const StrongText&) = default;

 private:
  std::string text_;
};

using DocType = StrongText<struct DocTypeTag>;                      ///< "org.iso.18013.5.1.mDL"
using NameSpace = StrongText<struct NameSpaceTag>;                  ///< "org.iso.18013.5.1"
using ElementIdentifier = StrongText<struct ElementIdentifierTag>;  ///< "age_over_18"

}  // namespace mdoc
