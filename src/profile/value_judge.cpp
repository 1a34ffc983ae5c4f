#include "profile/value_judge.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <tuple>

#include "mdoc/cbor/dates.hpp"
#include "profile/value_formats.hpp"

namespace mdoc::profile {

cbor::DecodeContext structure_context(const cbor::DecodeContext& context) noexcept {
  return {.limits = context.limits, .level = Level::lenient, .sink = nullptr};
}

std::optional<DateValue> date_value(const model::ElementDate& date) noexcept {
  if (const auto* const time = std::get_if<UtcSeconds>(&date)) {
    return DateValue{.day = std::chrono::floor<std::chrono::days>(*time), .time = *time};
  }
  return DateValue{.day = std::chrono::sys_days(std::get<FullDate>(date)), .time = std::nullopt};
}

bool is_after(const DateValue& a, const DateValue& b) noexcept {
  return a.time && b.time ? *a.time > *b.time : a.day > b.day;
}

void ValueJudge::judge(const model::DataElementValue& value, const ValueRule& rule) {
  cbor::Reader reader = value.reader(structure_context(context_));
  judge(reader, rule);
  if (!reader.finish()) report(ElementFault::unreadable);
}

void ValueJudge::judge(cbor::Reader& reader, const ValueRule& rule) {
  date_.reset();
  full_date_.reset();
  const auto type = reader.peek();
  if (!type) return;
  const auto refuse = [&] {
    if (reader.skip()) report(ElementFault::wrong_form);
  };
  if (rule.form == ValueForm::none) {
    (void)reader.skip();
    return;
  }
  switch (*type) {
    case cbor::Type::text: {
      // A date without its tag, where the level allows that, if the rule knows no other text.
      if (!includes(rule.form, ValueForm::text | ValueForm::latin1)) return judge_date(reader, rule);
      if (const auto text = reader.read_text()) judge_text(*text, rule);
      return;
    }
    case cbor::Type::tag: return judge_date(reader, rule);
    case cbor::Type::uint: {
      if (!includes(rule.form, ValueForm::uint)) return refuse();
      if (const auto number = reader.read_uint()) judge_number(*number, rule);
      return;
    }
    case cbor::Type::bytes: {
      if (!includes(rule.form, ValueForm::bytes | ValueForm::image)) return refuse();
      if (const auto bytes = reader.read_bytes()) judge_bytes(*bytes, rule);
      return;
    }
    case cbor::Type::boolean: {
      if (!includes(rule.form, ValueForm::boolean)) return refuse();
      (void)reader.skip();
      return;
    }
    case cbor::Type::array: return includes(rule.form, ValueForm::array) ? judge_array(reader, rule) : refuse();
    case cbor::Type::map: return includes(rule.form, ValueForm::map) ? judge_map(reader, rule) : refuse();
    case cbor::Type::negative:
    case cbor::Type::null:
    case cbor::Type::undefined:
    case cbor::Type::simple:
    case cbor::Type::floating: return refuse();
  }
}

void ValueJudge::judge_date(cbor::Reader& reader, const ValueRule& rule) {
  const auto item = reader.read_raw();
  if (!item) return;
  const cbor::DecodeContext context{.limits = context_.limits, .level = context_.level, .sink = nullptr};
  const auto as_full_date = [&] {
    cbor::Reader date(*item, context);
    const auto read = cbor::read_full_date(date);
    if (!read || !date.finish()) return false;
    full_date_ = *read;
    date_ = date_value(*read);
    return true;
  };
  const auto as_tdate = [&] {
    cbor::Reader date(*item, context);
    const auto read = cbor::read_tdate(date);
    if (!read || !date.finish()) return false;
    date_ = date_value(*read);
    return true;
  };
  const bool full_date = includes(rule.form, ValueForm::full_date);
  const bool tdate = includes(rule.form, ValueForm::tdate);
  const cbor::Reader tag(*item, context);
  if (tag.next_is_tag(cbor::tag_full_date)) {
    if (!full_date) return report(ElementFault::wrong_form);
    if (!as_full_date()) report(ElementFault::bad_date);
  } else if (tag.next_is_tag(cbor::tag_tdate)) {
    if (!tdate) return report(ElementFault::wrong_form);
    if (!as_tdate()) report(ElementFault::bad_date);
  } else if (!(full_date && as_full_date()) && !(tdate && as_tdate())) {
    report(ElementFault::wrong_form);
  }
}

void ValueJudge::judge_array(cbor::Reader& reader, const ValueRule& rule) {
  std::size_t length = 0;
  auto array = reader.enter_array();
  while (array.next()) {
    ++length;
    if (rule.items == nullptr || full()) continue;
    finding_.place.push_index(array.index());
    judge(reader, *rule.items);
    finding_.place.pop();
  }
  if (array.finish()) judge_length(length, rule);
  date_.reset();
  full_date_.reset();
}

void ValueJudge::judge_map(cbor::Reader& reader, const ValueRule& rule) {
  constexpr std::size_t max_members = 256;
  std::bitset<max_members> seen;
  std::size_t length = 0;
  std::optional<DateValue> issue, expiry;
  std::optional<FullDate> masked_date;
  std::string_view mask, mask_key;

  auto map = reader.enter_map();
  while (map.next()) {
    ++length;
    const auto key = map.key().text();
    if (!key) continue;
    const auto member = std::ranges::find(rule.members, *key, &MemberRule::key);
    if (member == rule.members.end()) continue;
    const auto index = static_cast<std::size_t>(member - rule.members.begin());
    if (index < max_members) seen.set(index);
    if (full()) continue;
    finding_.place.push_key(member->key);
    if (member->rule.format == ValueFormat::date_mask && reader.next_is(cbor::Type::text)) {
      if (const auto text = reader.read_text()) {
        judge_text(*text, member->rule);
        if (is_date_mask(*text)) std::tie(mask, mask_key) = std::tie(*text, member->key);
      }
    } else {
      judge(reader, member->rule);
      if (member->key == "issue_date") issue = date_;
      if (member->key == "expiry_date") expiry = date_;
      if (member->key == "birth_date") masked_date = full_date_;
    }
    finding_.place.pop();
  }
  if (!map.finish()) return;
  judge_length(length, rule);
  for (std::size_t i = 0; i < std::min(rule.members.size(), max_members) && !full(); ++i) {
    if (rule.members[i].presence != Presence::mandatory || seen.test(i)) continue;
    report_at(rule.members[i].key, ElementFault::missing_member);
  }
  if (issue && expiry && is_after(*issue, *expiry)) {
    report_at("expiry_date", ElementFault::dates_out_of_order, "issue_date");
  }
  if (masked_date && !mask.empty() && !agrees(*masked_date, mask)) {
    report_at(mask_key, ElementFault::mask_contradicts_date, "birth_date");
  }
  date_.reset();
  full_date_.reset();
}

void ValueJudge::judge_text(std::string_view text, const ValueRule& rule) {
  if (!includes(rule.form, ValueForm::text) && !is_latin1(text)) report(ElementFault::not_latin1);
  if (rule.min_length != 0 || rule.max_length != 0) judge_length(character_count(text), rule);
  if (std::ranges::find(rule.words, text) != rule.words.end()) return;
  if (!rule.words.empty() && rule.format == ValueFormat::none) return report(ElementFault::value_not_defined);
  if (const auto fault = fault_of(text, rule.format)) report(*fault);
}

void ValueJudge::judge_bytes(ByteView bytes, const ValueRule& rule) {
  constexpr std::array<std::uint8_t, 2> biometric_template{0x7f, 0x61};
  judge_length(bytes.size(), rule);
  if (rule.format == ValueFormat::biometric_template &&
      (bytes.size() < biometric_template.size() ||
       !std::ranges::equal(bytes.first(biometric_template.size()), biometric_template))) {
    report(ElementFault::not_a_biometric_template);
  }
  const bool optional_image = rule.format == ValueFormat::image_or_empty;
  if (optional_image && bytes.empty()) return;
  if ((optional_image || !includes(rule.form, ValueForm::bytes)) && !begins_as_image(bytes)) {
    report(ElementFault::not_an_image);
  }
}

void ValueJudge::judge_number(std::uint64_t number, const ValueRule& rule) {
  if (rule.max_number != 0 && number > rule.max_number) report(ElementFault::out_of_range);
  if (!rule.numbers.empty() && std::ranges::find(rule.numbers, number) == rule.numbers.end()) {
    report(ElementFault::value_not_defined);
  }
}

void ValueJudge::judge_length(std::size_t length, const ValueRule& rule) {
  if (length < rule.min_length) report(ElementFault::too_short);
  if (rule.max_length != 0 && length > rule.max_length) report(ElementFault::too_long);
}

void ValueJudge::report_at(std::string_view member, ElementFault fault, std::string_view other) {
  finding_.place.push_key(member);
  report(fault, other);
  finding_.place.pop();
}

void ValueJudge::report(ElementFault fault, std::string_view other) {
  if (full()) return;
  ++reported_;
  finding_.fault = fault;
  finding_.other = other;
  findings_.append(finding_);
}

}  // namespace mdoc::profile
