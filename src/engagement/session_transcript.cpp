#include "mdoc/engagement/session_transcript.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "mdoc/cbor/fields.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/digest.hpp"

namespace mdoc::engagement {
namespace {

constexpr std::uint8_t encoded_null[] = {0xf6};

bool is_null(ByteView item) noexcept { return std::ranges::equal(item, encoded_null); }

/// Exactly one `#6.24(bstr)`, in whichever encoding a peer chose.
bool is_embedded_item(ByteView item) {
  cbor::Reader reader(item);
  return reader.read_embedded() && reader.finish();
}

/// `#6.24(bstr .cbor any)` / null, not looked into.
Result<ByteView> read_element(cbor::Reader& reader) {
  if (!reader.next_is(cbor::Type::null) && !reader.next_is_tag(cbor::tag_embedded)) {
    return reader.fail(Errc::wrong_type, reader.offset());
  }
  MDOC_TRY(const auto raw, reader.read_raw());
  if (!is_null(raw) && !is_embedded_item(raw)) return reader.fail(Errc::wrong_type);
  return raw;
}

std::optional<ByteView> unless_null(ByteView item) noexcept {
  return is_null(item) ? std::nullopt : std::optional(item);
}

}  // namespace

Result<SessionTranscript> SessionTranscript::for_session(const DeviceEngagement& engagement,
                                                         ByteView e_reader_key_bytes, const Handover& handover,
                                                         const ProtocolConstants& constants) {
  if (is_online(handover)) return Error{.code = Errc::bad_argument, .where = "Handover"};
  return from_elements(engagement.device_engagement_bytes().view(), e_reader_key_bytes, handover, constants);
}

Result<SessionTranscript> SessionTranscript::for_online(const Handover& handover, const ProtocolConstants& constants) {
  if (!is_online(handover)) return Error{.code = Errc::bad_argument, .where = "Handover"};
  return from_elements(std::nullopt, std::nullopt, handover, constants);
}

Result<SessionTranscript> SessionTranscript::from_elements(std::optional<ByteView> device_engagement_bytes,
                                                           std::optional<ByteView> second, const Handover& handover,
                                                           const ProtocolConstants& constants) {
  const Path path("SessionTranscript");
  if (device_engagement_bytes && !is_embedded_item(*device_engagement_bytes)) {
    return Error{.code = Errc::bad_argument, .where = path / "DeviceEngagementBytes"};
  }
  if (second && !is_embedded_item(*second)) return Error{.code = Errc::bad_argument, .where = path / "EReaderKeyBytes"};
  const ByteView null(encoded_null);
  const Bytes encoded_handover = encode(handover, constants);
  cbor::Writer writer(device_engagement_bytes.value_or(null).size() + second.value_or(null).size() +
                      encoded_handover.size() + 1);
  writer.array(3).raw(device_engagement_bytes.value_or(null)).raw(second.value_or(null)).raw(encoded_handover);
  auto transcript = decode(SharedBytes::take(std::move(writer).take()), {}, constants);
  // Only OtherHandover can hold what is not one item.
  if (!transcript) return Error{.code = Errc::bad_argument, .where = path / "Handover"};
  return transcript;
}

Result<SessionTranscript> SessionTranscript::decode(SharedBytes encoded, const cbor::DecodeContext& context,
                                                    const ProtocolConstants& constants) {
  SessionTranscript out;
  cbor::Reader outer(encoded, context, "SessionTranscript");
  ByteView content = encoded.view();
  if (outer.next_is_tag(cbor::tag_embedded)) {
    MDOC_TRY(const auto embedded, outer.read_embedded());
    MDOC_CHECK(outer.finish());
    content = embedded.content;
    out.bytes_ = encoded.slice(content);
    out.wrapped_ = std::move(encoded);
  } else {
    cbor::Writer writer;
    writer.embedded(content);
    out.bytes_ = std::move(encoded);
    out.wrapped_ = SharedBytes::take(std::move(writer).take());
  }
  cbor::Reader reader = outer.within(content);
  const auto read_handover_item = [&](cbor::Reader& r) -> Result<Handover> {
    MDOC_TRY(out.handover_item_, r.read_raw());
    cbor::Reader item = r.within(out.handover_item_);
    return read_handover(item, constants);
  };
  MDOC_CHECK(cbor::read_tuple(reader, cbor::element("DeviceEngagementBytes", out.first_, read_element),
                              cbor::element("EReaderKeyBytes", out.second_, read_element),
                              cbor::element("Handover", out.handover_, read_handover_item)));
  MDOC_CHECK(reader.finish());
  return out;
}

Result<SessionTranscript> SessionTranscript::with_encryption_parameters(ByteView encryption_parameters_bytes) const {
  if (!is_embedded_item(encryption_parameters_bytes)) {
    return Error{.code = Errc::bad_argument, .where = "EncryptionParametersBytes"};
  }
  cbor::Writer writer(first_.size() + encryption_parameters_bytes.size() + handover_item_.size() + 1);
  writer.array(3).raw(first_).raw(encryption_parameters_bytes).raw(handover_item_);
  MDOC_TRY(auto transcript, decode(SharedBytes::take(std::move(writer).take())));
  transcript.handover_ = handover_;  // by whichever constants it was read
  return transcript;
}

Result<Sha256> SessionTranscript::salt() const {
  MDOC_TRY(const auto digest, crypto::digest(crypto::DigestAlgorithm::sha256, wrapped_.view()));
  Sha256 out{};
  std::ranges::copy(digest.view(), out.begin());
  return out;
}

std::optional<ByteView> SessionTranscript::device_engagement_bytes() const noexcept { return unless_null(first_); }

std::optional<ByteView> SessionTranscript::second_element() const noexcept { return unless_null(second_); }

}  // namespace mdoc::engagement
