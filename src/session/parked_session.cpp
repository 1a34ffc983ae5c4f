#include "session/parked_session.hpp"

#include <algorithm>
#include <chrono>

#include "core/try.hpp"
#include "mdoc/crypto/digest.hpp"

namespace mdoc::session {
namespace {

constexpr std::uint64_t format = 1;
constexpr std::size_t head_items = 3;
constexpr auto digest_algorithm = crypto::DigestAlgorithm::sha256;

using Milliseconds = std::chrono::duration<std::uint64_t, std::milli>;

/// The time up to a deadline. More than the clock has left was never written by us.
Result<std::chrono::milliseconds> read_time_left(cbor::Reader& reader, TimePoint now) {
  MDOC_TRY(const auto value, reader.read_uint());
  const auto room = std::chrono::floor<std::chrono::milliseconds>(time_after(now));
  if (value > static_cast<std::uint64_t>(room.count())) return reader.fail(Errc::bad_value);
  return std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(value));
}

}  // namespace

void write_parked_head(cbor::Writer& writer, Role role, const SessionCore& core, TimePoint now, std::size_t fields) {
  writer.array(head_items + fields).uint(format).uint(static_cast<std::uint64_t>(role));
  writer.array(6).boolean(core.peer_reached);
  if (core.deadline()) {
    const auto left = std::max(*core.deadline() - now, TimePoint::duration::zero());
    writer.uint(std::chrono::duration_cast<Milliseconds>(left).count());
  } else {
    writer.null();
  }
  const auto* cipher = core.cipher ? &*core.cipher : nullptr;
  const auto counters = cipher != nullptr ? cipher->counters() : MessageCounters{};
  write_optional(writer, cipher != nullptr ? std::optional(cipher->keys().sk_reader.view()) : std::nullopt);
  write_optional(writer, cipher != nullptr ? std::optional(cipher->keys().sk_device.view()) : std::nullopt);
  writer.uint(counters.encrypted).uint(counters.decrypted);
}

void write_optional(cbor::Writer& writer, std::optional<ByteView> bytes) {
  if (bytes) {
    writer.bytes(*bytes);
  } else {
    writer.null();
  }
}

Result<void> write_private_key(cbor::Writer& writer, const std::optional<crypto::PrivateKey>& key) {
  if (!key) {
    writer.null();
    return {};
  }
  MDOC_TRY(const auto scalar, key->scalar());
  writer.array(2).integer(static_cast<std::int64_t>(key->curve())).bytes(scalar.view());
  return {};
}

Result<SecretBytes> finish_parked(cbor::Writer writer) {
  Bytes content = std::move(writer).take();
  const auto digest = crypto::digest(digest_algorithm, content);
  SecretBytes parked;
  if (digest) {
    parked = SecretBytes(digest->size() + content.size());
    const auto rest = std::ranges::copy(digest->view(), parked.mutable_view().begin()).out;
    std::ranges::copy(content, rest);
  }
  secure_zero(content);
  if (!digest) return digest.error();
  return parked;
}

Result<ByteView> open_parked(const SecretBytes& parked) {
  const Error damaged{.code = Errc::bad_value, .where = "parked session"};
  constexpr std::size_t size = crypto::digest_size(digest_algorithm);
  if (parked.size() < size) return damaged;
  const ByteView content = parked.view().subspan(size);
  MDOC_TRY(const auto digest, crypto::digest(digest_algorithm, content));
  if (!std::ranges::equal(digest.view(), parked.view().first(size))) return damaged;
  return content;
}

Result<std::uint64_t> read_parked_format(cbor::Reader& reader) {
  MDOC_TRY(const auto value, reader.read_uint());
  if (value != format) return reader.fail(Errc::bad_value);
  return value;
}

Result<std::uint64_t> read_parked_role(cbor::Reader& reader, Role role) {
  MDOC_TRY(const auto value, reader.read_uint());
  if (value != static_cast<std::uint64_t>(role)) return reader.fail(Errc::bad_value);
  return value;
}

Result<bool> read_parked_core(cbor::Reader& reader, SessionCore& core, Role role, TimePoint now) {
  std::optional<std::chrono::milliseconds> left;
  std::optional<ByteView> sk_reader, sk_device;
  MessageCounters counters;
  const auto read_left = [now](cbor::Reader& r) -> Result<std::optional<std::chrono::milliseconds>> {
    if (r.try_null()) return std::optional<std::chrono::milliseconds>();
    MDOC_TRY(const auto value, read_time_left(r, now));
    return std::optional(value);
  };
  MDOC_CHECK(cbor::read_tuple(reader, cbor::element("peerReached", core.peer_reached, &cbor::Reader::read_bool),
                              cbor::element("timeLeft", left, read_left),
                              cbor::element("readerKey", sk_reader, read_optional),
                              cbor::element("deviceKey", sk_device, read_optional),
                              cbor::element("encrypted", counters.encrypted, &cbor::Reader::read_uint),
                              cbor::element("decrypted", counters.decrypted, &cbor::Reader::read_uint)));
  core.arm(left, now);
  if (sk_reader.has_value() != sk_device.has_value()) return reader.fail(Errc::bad_value);
  if (sk_reader) {
    SessionKeys keys{.sk_reader = SecretBytes::copy_of(*sk_reader), .sk_device = SecretBytes::copy_of(*sk_device)};
    auto cipher = SessionCipher::create(role, std::move(keys), counters, core.options().constants);
    if (!cipher) return reader.fail(Errc::bad_value);
    core.cipher = *std::move(cipher);
  }
  return true;
}

Result<std::optional<ByteView>> read_optional(cbor::Reader& reader) {
  if (reader.try_null()) return std::optional<ByteView>();
  MDOC_TRY(const auto bytes, reader.read_bytes());
  return std::optional(bytes);
}

Result<std::optional<crypto::PrivateKey>> read_private_key(cbor::Reader& reader) {
  if (reader.try_null()) return std::optional<crypto::PrivateKey>();
  std::int64_t curve = 0;
  ByteView scalar;
  MDOC_CHECK(cbor::read_tuple(reader, cbor::element("curve", curve, &cbor::Reader::read_int),
                              cbor::element("scalar", scalar, &cbor::Reader::read_bytes)));
  auto key = crypto::PrivateKey::import(static_cast<crypto::Curve>(curve), scalar);
  if (!key) return reader.fail(Errc::bad_key);
  return std::optional(*std::move(key));
}

}  // namespace mdoc::session
