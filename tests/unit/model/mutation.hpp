#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"

/// @file
/// Spoils a good structure in one place at a time, and checks that its decoder notices.

namespace mdoc::testing {

/// A map taken apart: encoded keys and values in their order.
class MapParts {
 public:
  explicit MapParts(ByteView encoded_map);

  [[nodiscard]] Bytes& operator[](std::string_view name);  ///< @pre there is such a member
  void erase(std::string_view name);
  void append(std::string_view name, Bytes encoded_value);
  [[nodiscard]] Bytes encode() const;

 private:
  using Member = std::pair<Bytes, Bytes>;
  [[nodiscard]] std::vector<Member>::iterator find(std::string_view name);
  std::vector<Member> members_;
};

/// What the CDDL says about one member.
struct MemberRule {
  std::string name;
  bool required = false;
  std::vector<cbor::Type> types{};  ///< empty: any
};

using Attempt = std::function<Result<void>(const Bytes& map)>;

/// Checks a decoder of maps: a required member that is absent is missing_element, with the member's name
/// in the path; one that occurs twice is duplicate_key; one of a type that it does not have is refused;
/// an optional one may be absent; an unknown one changes nothing.
/// @param attempt puts the map where it belongs and decodes the whole
void expect_members(const Bytes& good, const std::vector<MemberRule>& members, const Attempt& attempt);

/// Checks that every truncation of `good` is refused, and so are bytes behind it.
void expect_exact_length(const Bytes& good, const Attempt& attempt);

/// "ok", or name and path of the error: "missing_element MSO.version"
[[nodiscard]] std::string outcome(const Result<void>& result);
template <class T>
[[nodiscard]] Result<void> without_value(const Result<T>& result) {
  if (!result) return result.error();
  return {};
}

}  // namespace mdoc::testing
