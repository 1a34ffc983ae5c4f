#pragma once
// One value against its rule.

#include <cstddef>
#include <optional>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/profile/validate.hpp"

namespace mdoc::profile {

/// A day, and within it the second where the value says that.
struct DateValue {
  std::chrono::sys_days day{};
  std::optional<UtcSeconds> time{};
};
/// Of an element that may hold either form; nothing where it holds no date.
[[nodiscard]] std::optional<DateValue> date_value(const model::ElementDate& date) noexcept;
/// Both by the second where both say it, else by the day: a document may be issued and end on one day.
[[nodiscard]] bool is_after(const DateValue& a, const DateValue& b) noexcept;

/// For what is around dates: it was decoded before, and deviates as that level allowed. Limits hold for what is read.
[[nodiscard]] cbor::DecodeContext structure_context(const cbor::DecodeContext& context) noexcept;

/// Finds what is wrong with the value of one element, at any depth of it, and appends that.
class ValueJudge {
 public:
  /// `element` names the element in findings. All arguments outlive the object.
  ValueJudge(const ElementFinding& element, const cbor::DecodeContext& context, ElementFindings& findings)
      : finding_(element), context_(context), findings_(findings) {}

  void judge(const model::DataElementValue& value, const ValueRule& rule);

 private:
  /// Each consumes one item.
  void judge(cbor::Reader& reader, const ValueRule& rule);
  void judge_date(cbor::Reader& reader, const ValueRule& rule);
  void judge_array(cbor::Reader& reader, const ValueRule& rule);
  void judge_map(cbor::Reader& reader, const ValueRule& rule);

  void judge_text(std::string_view text, const ValueRule& rule);
  void judge_bytes(ByteView bytes, const ValueRule& rule);
  void judge_number(std::uint64_t number, const ValueRule& rule);
  void judge_length(std::size_t length, const ValueRule& rule);
  void report(ElementFault fault, std::string_view other = {});
  /// At a member of the map that is judged.
  void report_at(std::string_view member, ElementFault fault, std::string_view other = {});
  [[nodiscard]] bool full() const noexcept { return reported_ >= ElementFindings::per_element; }

  ElementFinding finding_;
  const cbor::DecodeContext& context_;
  ElementFindings& findings_;
  std::size_t reported_ = 0;
  std::optional<DateValue> date_;  // of the item that was judged last
  std::optional<FullDate> full_date_;
};

}  // namespace mdoc::profile
