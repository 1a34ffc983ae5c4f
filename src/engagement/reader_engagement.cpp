#include "mdoc/engagement/reader_engagement.hpp"

#include "core/try.hpp"
#include "engagement/engagement_decoder.hpp"
#include "mdoc/cbor/fields.hpp"
#include "mdoc/cbor/writer.hpp"

namespace mdoc::engagement {

// ReaderEngagement = { 0 : Version, ? 1 : Security, ? 2 : DeviceRetrievalMethods, * uint => RFU, * nint => Ext }
Result<ReaderEngagement> ReaderEngagementDecoder::decode(cbor::Reader& reader, ByteView content, SharedBytes bytes,
                                                         const ProtocolConstants& constants) {
  ReaderEngagement engagement;
  MDOC_TRY(engagement.version_, read_engagement_version(reader, content, constants));
  ByteView version_item;
  MDOC_CHECK(cbor::read_map(reader, engagement.others_,
                            cbor::required({0, "version"}, version_item, &cbor::Reader::read_raw),
                            cbor::optional({1, "security"}, engagement.e_reader_key_bytes_,
                                           [](cbor::Reader& r) { return read_security(r, read_e_reader_key_bytes); }),
                            cbor::optional({2, "deviceRetrievalMethods"}, engagement.methods_,
                                           [&](cbor::Reader& r) { return decode_retrieval_methods(r, constants); })));
  MDOC_CHECK(reader.finish());
  engagement.bytes_ = std::move(bytes);
  return engagement;
}

Result<ReaderEngagement> decode_reader_engagement(SharedBytes map, const cbor::DecodeContext& context,
                                                  const ProtocolConstants& constants) {
  const ByteView content = map.view();
  cbor::Reader reader(map, engagement_context(context), "ReaderEngagement");
  return ReaderEngagementDecoder::decode(reader, content, std::move(map), constants);
}

Bytes ReaderEngagement::reader_engagement_bytes() const {
  cbor::Writer writer;
  writer.embedded(bytes_.view());
  return std::move(writer).take();
}

}  // namespace mdoc::engagement
