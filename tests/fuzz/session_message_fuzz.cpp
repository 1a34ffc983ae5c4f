// Any bytes as a message of a session. Its parts are those of the message, and what is written from
// them is the same message.

#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/session/messages.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

session::SessionMessage read_again(Bytes encoded) {
  auto again = session::decode_session_message(SharedBytes::take(std::move(encoded)), {.level = Level::lenient});
  require(again.has_value());
  return *std::move(again);
}

void check(const SharedBytes& message, const session::SessionEstablishment& establishment) {
  require(fuzz::inside(message.view(), establishment.e_reader_key.bytes()));
  require(fuzz::inside(establishment.e_reader_key.bytes(), establishment.e_reader_key.content()));
  require(fuzz::inside(message.view(), establishment.data.view()));
  require(establishment.data.size() >= session::min_data_bytes);
  const auto again =
      read_again(session::encode_session_establishment(establishment.e_reader_key.bytes(), establishment.data.view()));
  const auto& same = std::get<session::SessionEstablishment>(again);
  require(fuzz::same(same.e_reader_key.bytes(), establishment.e_reader_key.bytes()));
  require(*same.e_reader_key == *establishment.e_reader_key);
  require(fuzz::same(same.data.view(), establishment.data.view()));
}

void check(const SharedBytes& message, const session::SessionData& data) {
  require(data.data || data.status);
  if (data.status) (void)session::name(*data.status);
  std::optional<ByteView> encrypted;
  if (data.data) {
    encrypted = data.data->view();
    require(fuzz::inside(message.view(), *encrypted));
    require(encrypted->size() >= session::min_data_bytes);
  }
  const auto again = read_again(session::encode_session_data(encrypted, data.status));
  const auto& same = std::get<session::SessionData>(again);
  require(same.status == data.status);
  require(same.data.has_value() == encrypted.has_value());
  if (encrypted) require(fuzz::same(same.data->view(), *encrypted));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes message = SharedBytes::copy_of({data, size});
  const auto decoded = fuzz::decode_at_levels(
      [&](Level level) { return session::decode_session_message(message, {.level = level}); }, size);
  if (decoded) std::visit([&](const auto& kind) { check(message, kind); }, *decoded);
  return 0;
}
