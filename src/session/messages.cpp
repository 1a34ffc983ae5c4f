#include "mdoc/session/messages.hpp"

#include "core/try.hpp"
#include "mdoc/cbor/fields.hpp"
#include "mdoc/cbor/writer.hpp"

namespace mdoc::session {

Result<SessionMessage> decode_session_message(SharedBytes message, const cbor::DecodeContext& context) {
  cbor::Reader reader(std::move(message), context, "session message");
  std::optional<engagement::EReaderKeyBytes> e_reader_key;
  std::optional<SharedBytes> data;
  std::optional<std::uint64_t> status;
  cbor::UnknownMembers others;
  MDOC_CHECK(cbor::read_map(reader, others,
                            cbor::optional("eReaderKey", e_reader_key, engagement::read_e_reader_key_bytes),
                            cbor::optional("data", data, &cbor::Reader::read_bytes_shared),
                            cbor::optional("status", status, &cbor::Reader::read_uint)));
  MDOC_CHECK(reader.finish());
  if (data && data->size() < min_data_bytes) return reader.fail(Errc::bad_value);
  if (e_reader_key) {
    if (!data) return reader.fail(Errc::missing_element);
    return SessionMessage(SessionEstablishment{*std::move(e_reader_key), *std::move(data), std::move(others)});
  }
  if (!data && !status) return reader.fail(Errc::missing_element);
  SessionData out{.data = std::move(data), .others = std::move(others)};
  if (status) out.status = static_cast<SessionStatus>(*status);
  // 12.2.4, table of status codes: errors come without data.
  const bool is_error = out.status == SessionStatus::encryption_error || out.status == SessionStatus::decoding_error;
  if (is_error && out.data) return reader.fail(Errc::bad_value);
  return SessionMessage(std::move(out));
}

Bytes encode_session_establishment(ByteView e_reader_key_bytes, ByteView data) {
  constexpr std::size_t heads = 32;
  cbor::Writer writer(e_reader_key_bytes.size() + data.size() + heads);
  writer.map(2).text("eReaderKey").raw(e_reader_key_bytes).text("data").bytes(data);
  return std::move(writer).take();
}

Bytes encode_session_data(std::optional<ByteView> data, std::optional<SessionStatus> status) {
  constexpr std::size_t heads = 32;
  cbor::Writer writer((data ? data->size() : 0) + heads);
  writer.map((data ? 1u : 0u) + (status ? 1u : 0u));
  if (data) writer.text("data").bytes(*data);
  if (status) writer.text("status").uint(static_cast<std::uint64_t>(*status));
  return std::move(writer).take();
}

}  // namespace mdoc::session
