#include "cbor/head.hpp"

#include <cbor.h>

namespace mdoc::cbor {
namespace {

Head& as_head(void* context) { return *static_cast<Head*>(context); }

// The number types of libcbor's callbacks differ between its versions; they are deduced here.
template <Type type, class Number>
void on_number(void* context, Number number) {
  as_head(context).type = type;
  as_head(context).argument = number;
}

template <Type type, class Size>
void on_string(void* context, cbor_data data, Size size) {
  as_head(context).type = type;
  as_head(context).argument = size;
  as_head(context).content = {data, static_cast<std::size_t>(size)};
}

template <Type type>
void on_indefinite(void* context) {
  as_head(context).type = type;
  as_head(context).indefinite = true;
}

template <Type type>
void on_plain(void* context) {
  as_head(context).type = type;
}

template <class Float>
void on_float(void* context, Float value) {
  as_head(context).type = Type::floating;
  as_head(context).floating = static_cast<double>(value);
}

void on_break(void* context) {
  as_head(context).type = Type::simple;
  as_head(context).is_break = true;
}

// The streaming decoder allocates nothing. cbor_load() would allocate from announced lengths before
// their bytes are there, and accepts duplicate keys.
constexpr cbor_callbacks callbacks = [] {
  cbor_callbacks c{};
  c.uint8 = on_number<Type::uint>;
  c.uint16 = on_number<Type::uint>;
  c.uint32 = on_number<Type::uint>;
  c.uint64 = on_number<Type::uint>;
  c.negint8 = on_number<Type::negative>;
  c.negint16 = on_number<Type::negative>;
  c.negint32 = on_number<Type::negative>;
  c.negint64 = on_number<Type::negative>;
  c.byte_string = on_string<Type::bytes>;
  c.byte_string_start = on_indefinite<Type::bytes>;
  c.string = on_string<Type::text>;
  c.string_start = on_indefinite<Type::text>;
  c.array_start = on_number<Type::array>;
  c.indef_array_start = on_indefinite<Type::array>;
  c.map_start = on_number<Type::map>;
  c.indef_map_start = on_indefinite<Type::map>;
  c.tag = on_number<Type::tag>;
  c.float2 = on_float<float>;
  c.float4 = on_float<float>;
  c.float8 = on_float<double>;
  c.boolean = on_number<Type::boolean>;
  c.null = on_plain<Type::null>;
  c.undefined = on_plain<Type::undefined>;
  c.indef_break = on_break;
  return c;
}();

HeadStatus set(Head& head, Type type, std::uint64_t argument, std::size_t size) noexcept {
  head.type = type;
  head.argument = argument;
  head.size = size;
  return HeadStatus::ok;
}

/// RFC 8949, 4.1: no form longer than the argument needs. `info` is the additional information.
bool is_preferred(unsigned info, std::uint64_t argument) noexcept {
  switch (info) {
    case 24: return argument >= 24;
    case 25: return argument > 0xff;
    case 26: return argument > 0xffff;
    case 27: return argument > 0xffffffff;
    default: return true;
  }
}

}  // namespace

Type type_of(std::uint8_t initial_byte) noexcept {
  const unsigned major = initial_byte >> 5;
  if (major < 7) return static_cast<Type>(major);
  switch (initial_byte & 0x1f) {
    case 20:
    case 21: return Type::boolean;
    case 22: return Type::null;
    case 23: return Type::undefined;
    case 25:
    case 26:
    case 27: return Type::floating;
    default: return Type::simple;
  }
}

HeadStatus decode_long_head(ByteView input, Head& head) noexcept {
  const unsigned major = input[0] >> 5;
  const unsigned info = input[0] & 0x1f;

  // libcbor refuses simple values. Their heads are read here.
  if (major == 7 && info < 20) return set(head, Type::simple, info, 1);
  if (major == 7 && info == 24) {
    if (input.size() < 2) return HeadStatus::truncated;
    if (input[1] < 32) return HeadStatus::not_well_formed;  // RFC 8949, 3.3
    return set(head, Type::simple, input[1], 2);
  }
  // libcbor counts strings and members in size_t. Where that has 32 bits, a longer length would
  // lose its upper half; no input is that long.
  if (major >= 2 && major <= 5 && info == 27 && input.size() >= 9 && (input[1] | input[2] | input[3] | input[4]) != 0) {
    return HeadStatus::truncated;
  }

  const cbor_decoder_result result = cbor_stream_decode(input.data(), input.size(), &callbacks, &head);
  if (result.status == CBOR_DECODER_NEDATA) return HeadStatus::truncated;
  if (result.status != CBOR_DECODER_FINISHED) return HeadStatus::not_well_formed;
  head.size = result.read;
  if (major < 7) head.preferred = is_preferred(info, head.argument);
  return HeadStatus::ok;
}

}  // namespace mdoc::cbor
