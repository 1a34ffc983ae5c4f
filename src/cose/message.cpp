#include "cose/message.hpp"

#include <algorithm>
#include <variant>

#include "core/try.hpp"
#include "mdoc/cbor/fields.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/cose/algorithm.hpp"

namespace mdoc::cose {
namespace {

using cbor::Reader;

/// One of the two header maps.
struct HeaderMap {
  SharedBytes bytes;  // content of the protected byte string
  std::optional<std::int64_t> algorithm;
  std::optional<X5Chain> x5chain;
  std::optional<CertificateHash> x5t;
  std::vector<std::int64_t> critical;
  cbor::UnknownMembers others;
};

Result<std::int64_t> read_algorithm(Reader& reader) {
  // A name instead of a number is a private matter of others.
  if (reader.next_is(cbor::Type::text)) return reader.fail(Errc::unsupported_algorithm, reader.offset());
  MDOC_TRY(const auto id, reader.read_int());
  const AlgorithmInfo* algorithm = find_algorithm(id);
  if (algorithm != nullptr && algorithm->fully_specified) {
    MDOC_CHECK(reader.deviation(Rule::cose_fully_specified_algorithm));
  }
  return id;
}

Result<X5Chain> read_x5chain_with_text_label(Reader& reader) {
  MDOC_CHECK(reader.deviation(Rule::x5chain_text_label));
  return decode_x5chain(reader);
}

Result<CertificateHash> read_x5t(Reader& reader) {
  CertificateHash hash;
  MDOC_CHECK(cbor::read_tuple(reader, cbor::element("hashAlg", hash.algorithm, &Reader::read_int),
                              cbor::element("hashValue", hash.value, &Reader::read_bytes_shared)));
  return hash;
}

/// RFC 9052, 3.1: labels 1 to 7 are known to everybody.
bool is_known(std::int64_t critical) noexcept {
  return (critical >= 1 && critical <= 7) || critical == label::x5chain || critical == label::x5t;
}

Result<std::int64_t> read_critical_label(Reader& reader) {
  if (reader.next_is(cbor::Type::text)) return reader.fail(Errc::unsupported_critical_header, reader.offset());
  MDOC_TRY(const auto critical, reader.read_int());
  if (!is_known(critical)) return reader.fail(Errc::unsupported_critical_header);
  return critical;
}

Result<std::vector<std::int64_t>> read_critical_labels(Reader& reader) {
  MDOC_TRY(auto labels, cbor::read_array(reader, read_critical_label));
  if (labels.empty()) return reader.fail(Errc::bad_header);
  return labels;
}

Result<std::vector<std::int64_t>> refuse_unprotected_critical(Reader& reader) {
  return reader.fail(Errc::bad_header, reader.offset());
}

/// The chain under either label. Both at once are the same or an error, as in two headers.
Result<void> merge(Reader& reader, std::optional<X5Chain>& chain, std::optional<X5Chain>&& other) {
  if (!other) return {};
  const auto same = [](const SharedBytes& a, const SharedBytes& b) { return std::ranges::equal(a.view(), b.view()); };
  if (chain && !std::ranges::equal(*chain, *other, same)) {
    const auto scope = reader.at("x5chain");
    return reader.fail(Errc::bad_header);
  }
  chain = std::move(other);
  return {};
}

bool has(const HeaderMap& header, std::int64_t wanted) {
  switch (wanted) {
    case label::alg: return header.algorithm.has_value();
    case label::crit: return true;
    case label::x5chain: return header.x5chain.has_value();
    case label::x5t: return header.x5t.has_value();
    default: return std::ranges::any_of(header.others, [&](const auto& member) { return label_of(member) == wanted; });
  }
}

Result<HeaderMap> decode_protected_map(Reader& reader) {
  HeaderMap header;
  std::optional<X5Chain> text_labelled;
  MDOC_CHECK(cbor::read_map(reader, header.others,
                            cbor::optional({label::alg, "alg"}, header.algorithm, read_algorithm),
                            cbor::optional({label::crit, "crit"}, header.critical, read_critical_labels),
                            cbor::optional({label::x5chain, "x5chain"}, header.x5chain, decode_x5chain),
                            cbor::optional("33", text_labelled, read_x5chain_with_text_label),
                            cbor::optional({label::x5t, "x5t"}, header.x5t, read_x5t)));
  MDOC_CHECK(merge(reader, header.x5chain, std::move(text_labelled)));
  // RFC 9052, 3.1: a label in crit that is not in the protected header is a fatal error.
  if (!std::ranges::all_of(header.critical, [&](std::int64_t critical) { return has(header, critical); })) {
    const auto scope = reader.at("crit");
    return reader.fail(Errc::bad_header);
  }
  return header;
}

Result<HeaderMap> decode_protected(Reader& reader) {
  MDOC_TRY(const ByteView content, reader.read_bytes());
  HeaderMap header;
  if (!content.empty()) {  // an empty map may be sent as an empty string (RFC 9052, 3)
    Reader nested = reader.within(content);
    MDOC_TRY(header, decode_protected_map(nested));
    MDOC_CHECK(nested.finish());
  }
  header.bytes = reader.slice(content);
  return header;
}

Result<HeaderMap> decode_unprotected(Reader& reader) {
  HeaderMap header;
  std::optional<X5Chain> text_labelled;
  // alg counts in the protected header only; here it is one of the others.
  MDOC_CHECK(cbor::read_map(reader, header.others,
                            cbor::optional({label::crit, "crit"}, header.critical, refuse_unprotected_critical),
                            cbor::optional({label::x5chain, "x5chain"}, header.x5chain, decode_x5chain),
                            cbor::optional("33", text_labelled, read_x5chain_with_text_label)));
  MDOC_CHECK(merge(reader, header.x5chain, std::move(text_labelled)));
  return header;
}

struct Payload {
  std::optional<SharedBytes> bytes;
  std::uint32_t offset = 0;
};

Result<Payload> decode_payload(Reader& reader) {
  if (reader.try_null()) return Payload{};
  MDOC_TRY(const ByteView content, reader.read_bytes());
  return Payload{.bytes = reader.slice(content), .offset = reader.within(content).offset()};
}

}  // namespace

Result<Message> decode_message(Reader& outer, std::uint64_t tag, Profile profile) {
  MDOC_TRY(const ByteView item, outer.read_raw());
  Reader reader = outer.within(item);
  if (reader.try_tag(tag) && profile == Profile::mdoc) MDOC_CHECK(reader.deviation(Rule::cose_tagged));

  HeaderMap protected_header;
  HeaderMap unprotected_header;
  Payload payload;
  Message message;
  MDOC_CHECK(cbor::read_tuple(reader, cbor::element("protected", protected_header, decode_protected),
                              cbor::element("unprotected", unprotected_header, decode_unprotected),
                              cbor::element("payload", payload, decode_payload),
                              cbor::element("proof", message.proof, &Reader::read_bytes_shared)));
  if (protected_header.x5chain && profile == Profile::mdoc) {
    const auto scope = reader.at("protected");
    MDOC_CHECK(reader.deviation(Rule::x5chain_protected));
  }
  MDOC_CHECK(merge(reader, unprotected_header.x5chain, std::move(protected_header.x5chain)));

  message.encoded = outer.slice(item);
  message.payload = std::move(payload.bytes);
  message.payload_offset = payload.offset;
  message.headers = Headers{.protected_bytes = std::move(protected_header.bytes),
                            .algorithm = protected_header.algorithm,
                            .x5chain = std::move(unprotected_header.x5chain).value_or(X5Chain{}),
                            .x5t = std::move(protected_header.x5t),
                            .protected_others = std::move(protected_header.others),
                            .unprotected_others = std::move(unprotected_header.others)};
  return message;
}

Structure::Structure(std::string_view context, ByteView protected_bytes, const crypto::MessageParts& payload) {
  cbor::Writer writer(32);
  writer.array(4).text(context).bytes_head(protected_bytes.size());
  const std::size_t first = writer.size();
  constexpr ByteView external_aad;
  writer.bytes(external_aad).bytes_head(payload.size());
  own_ = std::move(writer).take();

  const ByteView own = own_;
  parts_.reserve(3 + payload.parts().size());
  parts_.insert(parts_.end(), {own.first(first), protected_bytes, own.subspan(first)});
  parts_.insert(parts_.end(), payload.parts().begin(), payload.parts().end());
}

Bytes Structure::joined() const {
  Bytes joined;
  joined.reserve(crypto::MessageParts(parts()).size());
  for (const ByteView part : parts_) joined.insert(joined.end(), part.begin(), part.end());
  return joined;
}

}  // namespace mdoc::cose
