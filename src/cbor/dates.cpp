#include "mdoc/cbor/dates.hpp"

#include "core/try.hpp"

namespace mdoc::cbor {
namespace {

/// Reads text under `tag`. `untagged` is the rule for text without a tag.
Result<std::string_view> read_tagged_text(Reader& reader, std::uint64_t tag, Rule untagged) {
  const bool tagged = reader.try_tag(tag);
  if (!tagged && reader.next_is(Type::tag)) MDOC_CHECK(reader.expect_tag(tag));
  MDOC_TRY(const std::string_view text, reader.read_text());
  if (!tagged) MDOC_CHECK(reader.deviation(untagged));
  return text;
}

}  // namespace

Result<UtcSeconds> read_tdate(Reader& reader) {
  MDOC_TRY(const std::string_view text, read_tagged_text(reader, tag_tdate, Rule::tdate_untagged));
  const auto parsed = parse_date_time(text);
  if (!parsed) return reader.fail(Errc::bad_tdate);
  if (parsed->fraction) MDOC_CHECK(reader.deviation(Rule::tdate_fraction));
  if (parsed->offset) MDOC_CHECK(reader.deviation(Rule::tdate_offset));
  if (parsed->lower_case) MDOC_CHECK(reader.deviation(Rule::tdate_lower_case));
  return parsed->time;
}

Result<FullDate> read_full_date(Reader& reader) {
  MDOC_TRY(const std::string_view text, read_tagged_text(reader, tag_full_date, Rule::full_date_untagged));
  const auto date = parse_full_date(text);
  if (!date) return reader.fail(Errc::bad_full_date);
  return *date;
}

}  // namespace mdoc::cbor
