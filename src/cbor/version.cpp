#include "mdoc/cbor/version.hpp"

#include "core/try.hpp"

namespace mdoc::cbor {

Result<Version> read_version_of(Reader& reader, std::uint32_t major) {
  MDOC_TRY(const std::string_view text, reader.read_text());
  const auto version = parse_version(text);
  if (!version) return reader.fail(Errc::bad_value);
  if (version->major != major) return reader.fail(Errc::unsupported_version);
  return *version;
}

Result<Version> read_version(Reader& reader) { return read_version_of(reader, 1); }

}  // namespace mdoc::cbor
