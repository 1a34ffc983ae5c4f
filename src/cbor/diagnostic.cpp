#include "mdoc/cbor/diagnostic.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "cbor/head.hpp"
#include "core/try.hpp"
#include "core/utf8.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::cbor {
namespace {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  std::string_view before = text;
  for (; const auto c = take_character(text); before = text) {
    if (is_unsafe_to_show(*c)) {
      out += escaped(*c);
      continue;
    }
    if (*c == U'"' || *c == U'\\') out += '\\';
    out.append(before.substr(0, before.size() - text.size()));
  }
  out += '"';
}

/// The shortest decimal that reads back as `value`, with a point so that it is no integer.
void append_float(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  const std::string_view digits(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t exponent = std::min(digits.find('e'), digits.size());
  out += digits.substr(0, exponent);
  if (digits.substr(0, exponent).find('.') == std::string_view::npos) out += ".0";
  if (exponent == digits.size()) return;
  out += digits.substr(exponent, 2);  // 'e' and its sign
  const std::string_view power = digits.substr(exponent + 2);
  out += power.substr(std::min(power.find_first_not_of('0'), power.size() - 1));
}

/// -1 - argument, of which the smallest needs 65 bits.
void append_negative(std::string& out, std::uint64_t argument) {
  out += argument == UINT64_MAX ? "-18446744073709551616" : "-" + std::to_string(argument + 1);
}

}  // namespace

bool is_unsafe_to_show(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||         // C0, DEL, C1
         c == 0x061c || c == 0x200e || c == 0x200f ||    // direction marks
         (c >= 0x2028 && c <= 0x202e) || c == 0xfeff ||  // line separators, embeddings, overrides, byte order mark
         c == 0x00ad || c == 0x034f || c == 0x200b ||    // soft hyphen, joiner of graphemes, zero width
         (c >= 0x2060 && c <= 0x206f) ||                 // invisible operators, isolates, old format characters
         c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 ||      // Hangul fillers
         (c >= 0x180b && c <= 0x180f) || (c >= 0xfe00 && c <= 0xfe0f) ||  // selectors of variants, Mongolian separator
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe01ef);  // annotations, tags, more selectors
}

std::string escaped(char32_t c) {
  const std::array<std::uint8_t, 3> unit{static_cast<std::uint8_t>(c >> 16), static_cast<std::uint8_t>(c >> 8),
                                         static_cast<std::uint8_t>(c)};
  if (unit[0] == 0) return "\\u" + to_hex(ByteView(unit).subspan(1));
  const std::string digits = to_hex(unit);
  return "\\u{" + digits.substr(digits.find_first_not_of('0')) + "}";
}

/// Writes one item. Recursive: frames are small, and Reader bounds their number.
class DiagnosticPrinter {
 public:
  explicit DiagnosticPrinter(const DiagnosticOptions& options) : options_(options) {}

  bool print(Reader& reader) {
    Head head;
    if (!reader.consume_head(head)) return false;
    switch (head.type) {
      case Type::uint: out_ += std::to_string(head.argument); break;
      case Type::negative: append_negative(out_, head.argument); break;
      case Type::bytes:
      case Type::text: return print_string(reader, head);
      case Type::array:
      case Type::map: return print_members(reader, head);
      case Type::tag: return print_tagged(reader, head);
      case Type::boolean: out_ += head.argument != 0 ? "true" : "false"; break;
      case Type::null: out_ += "null"; break;
      case Type::undefined: out_ += "undefined"; break;
      case Type::simple: out_.append("simple(").append(std::to_string(head.argument)).append(")"); break;
      case Type::floating: append_float(out_, head.floating); break;
    }
    return fits(reader);
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  bool fits(Reader& reader) {
    if (out_.size() > options_.max_output) reader.fail(Errc::too_large);
    return !reader.failure_;
  }

  void new_line() {
    if (!options_.pretty) return;
    out_ += '\n';
    out_.append(2 * indent_, ' ');
  }

  void print_content(Type type, ByteView content) {
    if (type == Type::text) return append_quoted(out_, as_text(content));
    const bool whole = content.size() <= options_.max_bytes;
    out_.append("h'").append(to_hex(whole ? content : content.first(options_.max_bytes))).append(whole ? "'" : "...'");
  }

  bool print_string(Reader& reader, const Head& head) {
    if (!head.indefinite) {
      if (head.type == Type::text && !reader.check_text(head.content)) return false;
      print_content(head.type, head.content);
      return fits(reader);
    }
    if (!reader.judge(Rule::cbor_indefinite_length)) return false;
    out_ += "(_ ";
    ByteView chunk;
    for (bool first = true; reader.next_chunk(head.type, chunk); first = false) {
      if (!first) out_ += ", ";
      print_content(head.type, chunk);
      if (!fits(reader)) return false;
    }
    out_ += ')';
    return fits(reader);
  }

  bool print_members(Reader& reader, const Head& head) {
    const bool map = head.type == Type::map;
    Reader::Container container;
    if (!reader.open(head, container)) return false;
    out_ += map ? '{' : '[';
    if (head.indefinite) out_ += "_ ";
    ++indent_;
    bool empty = true;
    for (; reader.next_member(container); empty = false) {
      if (!empty) out_ += options_.pretty ? "," : ", ";
      new_line();
      if (map && !print_key(reader, container)) return false;
      if (!print(reader)) return false;
    }
    --indent_;
    if (reader.failure_) return false;
    reader.close(container);
    if (!empty) new_line();
    out_ += map ? '}' : ']';
    return fits(reader);
  }

  bool print_key(Reader& reader, Reader::Container& container) {
    const std::size_t begin = reader.position_;
    MapKey key;
    if (!reader.read_key(container, key)) return false;
    // What was read, and is fine, is gone over once more, this time for its text.
    reader.position_ = begin;
    if (!print(reader)) return false;
    out_ += ": ";
    return true;
  }

  bool print_tagged(Reader& reader, const Head& head) {
    Reader::Container container;
    if (!reader.open(head, container)) return false;
    out_.append(std::to_string(head.argument)).append("(");
    const bool embedded = options_.open_embedded && head.argument == tag_embedded && reader.next_is(Type::bytes);
    if (!(embedded ? print_embedded(reader) : print(reader))) return false;
    reader.close(container);
    out_ += ')';
    return fits(reader);
  }

  /// `<< item >>`, or the byte string where it holds no well-formed item.
  bool print_embedded(Reader& reader) {
    Head head;
    if (!reader.consume_head(head)) return false;
    if (head.indefinite) return print_string(reader, head);
    const std::size_t mark = out_.size();
    const std::size_t indent = indent_;
    Reader nested = reader.within(head.content);
    nested.context_.sink = nullptr;  // what is shown here was not accepted
    out_ += "<<";
    ++indent_;
    options_.pretty ? new_line() : void(out_ += ' ');
    const bool printed = print(nested) && nested.finish();
    indent_ = indent;
    options_.pretty ? new_line() : void(out_ += ' ');
    out_ += ">>";
    if (printed) return fits(reader);
    if (!fits(reader)) return false;
    out_.resize(mark);
    print_content(Type::bytes, head.content);
    return fits(reader);
  }

  DiagnosticOptions options_;
  std::string out_;
  std::size_t indent_ = 0;
};

Result<std::string> diagnostic(Reader& reader, const DiagnosticOptions& options) {
  DiagnosticPrinter printer(options);
  if (!printer.print(reader)) return reader.status().error();
  return std::move(printer).take();
}

Result<std::string> diagnostic(ByteView item, const DiagnosticOptions& options) {
  Reader reader(item);
  MDOC_TRY(std::string text, diagnostic(reader, options));
  MDOC_CHECK(reader.finish());
  return text;
}

}  // namespace mdoc::cbor
