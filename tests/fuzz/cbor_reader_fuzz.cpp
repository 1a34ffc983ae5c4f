// Any bytes, read in every way that Reader offers. What is accepted must be consistent: the raw item
// is the whole input, it is well-formed on the second reading, and its text is bounded.

#include <cstdint>

#include "core/try.hpp"
#include "fuzz/invariants.hpp"
#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/cbor/fields.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using cbor::Reader;
using cbor::Type;
using fuzz::require;

/// Goes through an item with the pull interface, opening embedded items on the way.
Result<void> walk(Reader& reader) {
  MDOC_TRY(const Type type, reader.peek());
  switch (type) {
    case Type::array: {
      auto array = reader.enter_array();
      while (array.next()) {
        if (array.index() % 3 != 2) MDOC_CHECK(walk(reader));  // each third element is left alone
      }
      return array.finish();
    }
    case Type::map: {
      cbor::UnknownMembers members;
      auto map = reader.enter_map();
      while (map.next()) {
        const auto scope = reader.at(map.index());
        require(!map.raw_key().empty());
        require(!(map.key().text() && map.key().integer()));
        if (map.index() % 3 == 0) {
          MDOC_CHECK(walk(reader));
        } else if (map.index() % 3 == 1) {
          MDOC_CHECK(map.keep(members));
        }
      }
      return map.finish();
    }
    case Type::tag: {
      if (reader.next_is_tag(cbor::tag_tdate)) {
        MDOC_CHECK(cbor::read_tdate(reader));
        return {};
      }
      if (reader.next_is_tag(cbor::tag_embedded)) {
        Reader nested = reader.enter_embedded();
        MDOC_CHECK(walk(nested));
        return nested.finish();
      }
      return reader.skip();
    }
    case Type::text: {
      MDOC_CHECK(reader.read_text());
      return {};
    }
    case Type::bytes: {
      MDOC_CHECK(reader.read_bytes());
      return {};
    }
    default: return reader.skip();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  cbor::DeviationLog log;
  const cbor::DecodeContext context{.level = Level::lenient, .sink = &log};

  Reader reader(input, context);
  const auto raw = reader.read_raw();
  const bool accepted = raw && reader.finish();
  if (accepted) require(raw->size() == size);
  if (!reader.status()) require(reader.status().error().offset <= size);

  const auto plain = cbor::diagnostic(input);
  require(plain.has_value() == accepted);
  const auto opened = cbor::diagnostic(input, {.pretty = true, .open_embedded = true});
  require(opened.has_value() == accepted);
  if (opened) require(opened->size() <= cbor::DiagnosticOptions{}.max_output);

  // What the strict accept has no deviation, and is accepted at every level.
  Reader strict(input, {.level = Level::strict});
  const bool strictly = strict.skip() && strict.finish();
  require(strictly == (accepted && log.empty()));

  const SharedBytes message = SharedBytes::copy_of(input);
  Reader walker(message, context, "Fuzz");
  const auto walked = walk(walker);
  if (walked && walker.finish()) require(accepted);
  if (!walked) require(walked.error().offset <= size);
  return 0;
}
