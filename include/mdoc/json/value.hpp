#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"

/// @file
/// CBOR values as JSON, and back. What JSON has, stays as it is: text, booleans, null, arrays, maps
/// with text keys, integers up to 2^53 and finite numbers. The rest is an object with one member, or
/// two for a tag:
///
/// | CBOR                        | JSON                                  |
/// |-----------------------------|---------------------------------------|
/// | byte string                 | `{"bytes": "<base64url>"}`            |
/// | tag 0 with text             | `{"tdate": "2024-05-01T00:00:00Z"}`   |
/// | tag 1004 with text          | `{"full-date": "2024-05-01"}`         |
/// | any other tag               | `{"tag": n, "value": …}`              |
/// | integer beyond 2^53         | `{"integer": "18446744073709551615"}` |
/// | NaN, infinities             | `{"float": "NaN"}`                    |
/// | undefined, simple value     | `{"simple": 23}`                      |
///
/// Integer keys of maps become decimal text; other keys become their diagnostic notation. Where two keys
/// become one text, the later members are marked: `1'`, `1'2`, `1'3`.

namespace mdoc::json {

struct ValueOptions {
  /// CBOR within CBOR is shown as well: the object of a tag 24, and that of a byte string which holds
  /// exactly one such item (the payload of IssuerAuth), get a member "content" where it decodes. What lies in each
  /// other is there once for each: after three bytes opened for one of the item, and 64 KiB in any case, further ones
  /// have a member "contentLeftOut" with their size in its place.
  bool open_embedded = false;
  /// Data items in one JSON text. Each may take two hundred times its bytes as JSON.
  std::size_t max_items = std::size_t{1} << 17;
};

/// The JSON text of exactly one data item.
/// @return malformed and limit errors of the item; limit/too_large: more than max_items
[[nodiscard]] MDOC_EXPORT Result<std::string> from_cbor(ByteView item, const cbor::DecodeContext& context = {},
                                                        const ValueOptions& options = {});

/// The encoded data item of a JSON text, with the objects of the table above read as what they stand
/// for. Maps come out sorted; keys stay text. A "content" or "contentLeftOut" made by open_embedded is not read. A
/// number with a fraction or an exponent may come out as the neighbour of the nearest double.
/// @return malformed/bad_encoding: not JSON; malformed/duplicate_key: a name twice in one object; malformed/bad_value:
///         an object of the table that does not fit, or a number beyond a double; limit/too_large, too_many, too_deep:
///         more than 8 MiB, 2^18 values or 32 levels
[[nodiscard]] MDOC_EXPORT Result<Bytes> to_cbor(std::string_view json);

}  // namespace mdoc::json
