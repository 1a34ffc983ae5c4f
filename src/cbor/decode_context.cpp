#include "mdoc/cbor/decode_context.hpp"

#include <algorithm>

namespace mdoc::cbor {
namespace {

Errc error_of(Rule rule) noexcept {
  switch (rule) {
    case Rule::cbor_non_preferred: return Errc::non_preferred_encoding;
    case Rule::cbor_indefinite_length: return Errc::indefinite_length;
    case Rule::tdate_fraction:
    case Rule::tdate_offset:
    case Rule::tdate_lower_case:
    case Rule::tdate_untagged: return Errc::bad_tdate;
    case Rule::full_date_untagged: return Errc::bad_full_date;
    case Rule::cose_tagged: return Errc::unexpected_tag;
    case Rule::x5chain_array_of_one:
    case Rule::mso_payload_untagged: return Errc::wrong_type;
    case Rule::name_spaces_empty:
    case Rule::key_authorizations_empty:
    case Rule::request_info_empty:
    case Rule::document_errors_empty:
    case Rule::documents_empty: return Errc::empty_structure;
    default: return Errc::deviation;
  }
}

}  // namespace

void DeviationLog::append(const Deviation& deviation) {
  const auto known = [&](const Deviation& entry) {
    return entry.rule == deviation.rule && entry.offset == deviation.offset && entry.offset != Error::no_offset;
  };
  if (std::ranges::any_of(entries(), known)) return;
  if (entries_.size() == capacity) {
    ++dropped_;
  } else {
    entries_.push_back(deviation);
  }
}

Result<void> deviation(const DecodeContext& context, Rule rule, const Path& where, std::uint32_t offset) {
  switch (weight(rule, context.level)) {
    case Weight::ignore: return {};
    case Weight::warning:
      if (context.sink != nullptr) context.sink->append({.rule = rule, .where = where, .offset = offset});
      return {};
    case Weight::error: break;
  }
  return Error{.code = error_of(rule), .where = where, .offset = offset};
}

}  // namespace mdoc::cbor
