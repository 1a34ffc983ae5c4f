#include "mdoc/engagement/ndef.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "mdoc/engagement/device_engagement.hpp"

// NFC Data Exchange Format 1.0, 3.2. A record is
//   flags | type length | payload length (1 or 4 bytes) | [id length] | type | [id] | payload

namespace mdoc::engagement {
namespace {

namespace flag {
constexpr std::uint8_t message_begin = 0x80;
constexpr std::uint8_t message_end = 0x40;
constexpr std::uint8_t chunk = 0x20;
constexpr std::uint8_t short_record = 0x10;
constexpr std::uint8_t id_length = 0x08;
constexpr std::uint8_t type_name_mask = 0x07;
}  // namespace flag
constexpr std::uint8_t unchanged = 6;  // type name of every chunk but the first
constexpr std::uint8_t reserved = 7;

/// One record, or one chunk of a record, as it stands in the message.
struct RawRecord {
  std::uint8_t flags = 0;
  std::uint8_t type_name = 0;
  ByteView type, id, payload;
};

class NdefDecoder {
 public:
  NdefDecoder(SharedBytes message, const cbor::DecodeContext& context)
      : message_(std::move(message)), context_(context), rest_(message_.view()) {}

  Result<std::vector<NdefRecord>> decode() {
    if (rest_.size() > std::min(context_.limits.max_bytes, max_engagement_bytes)) return fail(Errc::too_large);
    std::vector<NdefRecord> records;
    for (bool last = false; !last;) {
      MDOC_TRY(const auto first, read_raw_record());
      const bool begins = (first.flags & flag::message_begin) != 0;
      if (begins != records.empty() || first.type_name == unchanged) return fail(Errc::bad_frame);
      if (records.size() == context_.limits.max_entries) return fail(Errc::too_many);
      MDOC_CHECK(check_type(first));
      NdefRecord record{.type_name = type_name_of(first),
                        .type = message_.slice(first.type),
                        .id = message_.slice(first.id),
                        .payload = message_.slice(first.payload)};
      last = (first.flags & flag::message_end) != 0;
      if ((first.flags & flag::chunk) != 0) {
        MDOC_TRY(last, join_chunks(first, record));
      }
      records.push_back(std::move(record));
    }
    if (!rest_.empty()) {
      record_ = position();
      return fail(Errc::trailing_bytes);
    }
    return records;
  }

 private:
  [[nodiscard]] std::size_t position() const noexcept { return message_.size() - rest_.size(); }
  [[nodiscard]] Error fail(Errc code) const {
    return {.code = code, .where = path, .offset = static_cast<std::uint32_t>(record_)};
  }

  Result<ByteView> take(std::size_t size) {
    if (size > rest_.size()) return fail(Errc::truncated);
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  Result<std::size_t> take_number(std::size_t size) {
    MDOC_TRY(const auto bytes, take(size));
    std::size_t number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8 | byte;
    return number;
  }

  Result<RawRecord> read_raw_record() {
    record_ = position();
    RawRecord raw;
    MDOC_TRY(const auto flags, take_number(1));
    raw.flags = static_cast<std::uint8_t>(flags);
    raw.type_name = raw.flags & flag::type_name_mask;
    MDOC_TRY(const auto type_size, take_number(1));
    MDOC_TRY(const auto payload_size, take_number((raw.flags & flag::short_record) != 0 ? 1 : 4));
    std::size_t id_size = 0;
    if ((raw.flags & flag::id_length) != 0) {
      MDOC_TRY(id_size, take_number(1));
    }
    MDOC_TRY(raw.type, take(type_size));
    MDOC_TRY(raw.id, take(id_size));
    MDOC_TRY(raw.payload, take(payload_size));
    return raw;
  }

  /// 3.2.6: an empty record has nothing; records of unknown type have no type.
  Result<void> check_type(const RawRecord& raw) const {
    const bool empty = raw.type_name == static_cast<std::uint8_t>(NdefTypeName::empty);
    const bool untyped = empty || type_name_of(raw) == NdefTypeName::unknown;
    if (untyped && !raw.type.empty()) return fail(Errc::bad_frame);
    if (empty && !(raw.id.empty() && raw.payload.empty())) return fail(Errc::bad_frame);
    return {};
  }

  static NdefTypeName type_name_of(const RawRecord& raw) noexcept {
    return raw.type_name == reserved ? NdefTypeName::unknown : static_cast<NdefTypeName>(raw.type_name);
  }

  /// 2.3.3: the first chunk has type and id; the others have neither; the last one has no chunk flag.
  /// @return whether the message ends with the record
  Result<bool> join_chunks(const RawRecord& first, NdefRecord& record) {
    if ((first.flags & flag::message_end) != 0) return fail(Errc::bad_frame);
    MDOC_CHECK(cbor::deviation(context_, Rule::ndef_chunked, path, static_cast<std::uint32_t>(record_)));
    Bytes payload(first.payload.begin(), first.payload.end());
    for (;;) {
      MDOC_TRY(const auto next, read_raw_record());
      const bool more = (next.flags & flag::chunk) != 0;
      const bool ends = (next.flags & flag::message_end) != 0;
      const bool well_formed = next.type_name == unchanged && next.type.empty() &&
                               (next.flags & (flag::id_length | flag::message_begin)) == 0 && !(more && ends);
      if (!well_formed) return fail(Errc::bad_frame);
      payload.insert(payload.end(), next.payload.begin(), next.payload.end());
      if (more) continue;
      record.payload = SharedBytes::take(std::move(payload));
      return ends;
    }
  }

  static constexpr Path path{"NDEF message"};
  SharedBytes message_;
  cbor::DecodeContext context_;
  ByteView rest_;
  std::size_t record_ = 0;  // where the record being read begins
};

}  // namespace

Result<std::vector<NdefRecord>> decode_ndef_message(SharedBytes message, const cbor::DecodeContext& context) {
  return NdefDecoder(std::move(message), context).decode();
}

Result<Bytes> encode_ndef_message(std::span<const NdefRecord> records) {
  constexpr std::size_t max_short = 255;
  if (records.empty()) return Error{.code = Errc::bad_argument, .where = "NDEF message"};
  Bytes out;
  const auto append = [&](ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
  for (std::size_t i = 0; i < records.size(); ++i) {
    const NdefRecord& record = records[i];
    const bool empty = record.type_name == NdefTypeName::empty;
    const bool untyped = empty || record.type_name == NdefTypeName::unknown;
    const bool fits = record.type.size() <= max_short && record.id.size() <= max_short &&
                      record.payload.size() <= max_engagement_bytes && !(untyped && !record.type.empty()) &&
                      !(empty && !(record.id.empty() && record.payload.empty()));
    if (!fits) return Error{.code = Errc::bad_argument, .where = Path("NDEF message") / i};
    const bool is_short = record.payload.size() <= max_short;
    const bool has_id = !record.id.empty();
    auto flags = static_cast<std::uint8_t>(record.type_name);
    if (i == 0) flags |= flag::message_begin;
    if (i + 1 == records.size()) flags |= flag::message_end;
    if (is_short) flags |= flag::short_record;
    if (has_id) flags |= flag::id_length;
    out.push_back(flags);
    out.push_back(static_cast<std::uint8_t>(record.type.size()));
    for (unsigned shift = is_short ? 0 : 24;; shift -= 8) {
      out.push_back(static_cast<std::uint8_t>(record.payload.size() >> shift));
      if (shift == 0) break;
    }
    if (has_id) out.push_back(static_cast<std::uint8_t>(record.id.size()));
    append(record.type.view());
    append(record.id.view());
    append(record.payload.view());
  }
  return out;
}

}  // namespace mdoc::engagement
