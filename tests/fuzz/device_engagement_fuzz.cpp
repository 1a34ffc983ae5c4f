// Any bytes as a DeviceEngagement, in every form in which one comes: the encoded map, with tag 24, in the
// message to a website, and as the text of a QR code. Its parts are those of the input, and each form
// written from it gives the same bytes.

#include <array>
#include <cstdint>

#include "fuzz/engagement_checks.hpp"
#include "fuzz/invariants.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/engagement/session_transcript.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using engagement::DeviceEngagement;
using fuzz::require;

constexpr cbor::DecodeContext lenient{.level = Level::lenient};

void require_same(const Result<DeviceEngagement>& again, const DeviceEngagement& decoded) {
  require(again.has_value());
  require(fuzz::same(again->bytes().view(), decoded.bytes().view()));
  require(again->version() == decoded.version());
  require(again->e_device_key() == decoded.e_device_key());
}

void check(const DeviceEngagement& decoded) {
  const SharedBytes& bytes = decoded.bytes();
  require(fuzz::inside(bytes.view(), decoded.e_device_key_bytes().bytes()));
  fuzz::check_methods(bytes.view(), decoded.retrieval_methods());
  for (const auto* member : {&decoded.server_retrieval_methods(), &decoded.origin_infos()}) {
    if (*member) require(fuzz::inside(bytes.view(), (*member)->view()));
  }
  if (decoded.capabilities())
    require(decoded.capabilities()->mac_keys || decoded.capabilities()->mac_key_curves.empty());
  const auto origins = fuzz::decode_at_levels(
      [&](Level level) { return engagement::decode_origin_infos(decoded, {.level = level}); }, bytes.size());
  constexpr std::array<std::string_view, 1> own{"example.com"};
  if (origins) (void)engagement::match_origin(*origins, own);
  (void)fuzz::decode_at_levels(
      [&](Level level) { return engagement::decode_server_retrieval_methods(decoded, {.level = level}); },
      bytes.size());

  require_same(engagement::decode_device_engagement(bytes, lenient), decoded);
  cbor::Reader tagged(decoded.device_engagement_bytes(), lenient);
  require_same(engagement::read_device_engagement_bytes(tagged), decoded);
  const Bytes message = engagement::encode_device_engagement_message(decoded);
  const auto from_message = engagement::decode_device_engagement_message(SharedBytes::copy_of(message), lenient);
  require_same(from_message, decoded);
  require(fuzz::same(from_message->device_engagement_bytes().view(), decoded.device_engagement_bytes().view()));
  if (engagement::any_known(decoded.retrieval_methods())) {
    require_same(engagement::parse_qr_code(engagement::qr_code_text(decoded), lenient), decoded);
  }
  const auto transcript = engagement::SessionTranscript::for_session(decoded, decoded.e_device_key_bytes().bytes(),
                                                                     engagement::QrHandover{});
  require(transcript.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes input = SharedBytes::copy_of({data, size});

  const auto from_map = fuzz::decode_at_levels(
      [&](Level level) { return engagement::decode_device_engagement(input, {.level = level}); }, size);
  if (from_map) {
    require(fuzz::inside(input.view(), from_map->bytes().view()) && from_map->bytes().size() == size);
    check(*from_map);
  }
  const auto from_item = fuzz::decode_at_levels(
      [&](Level level) {
        cbor::Reader reader(input, {.level = level});
        return engagement::read_device_engagement_bytes(reader);
      },
      size);
  if (from_item) {
    require(fuzz::inside(input.view(), from_item->device_engagement_bytes().view()));
    require(fuzz::inside(from_item->device_engagement_bytes().view(), from_item->bytes().view()));
    check(*from_item);
  }
  const auto from_message = fuzz::decode_at_levels(
      [&](Level level) { return engagement::decode_device_engagement_message(input, {.level = level}); }, size);
  if (from_message) {
    require(fuzz::inside(input.view(), from_message->device_engagement_bytes().view()));
    check(*from_message);
  }
  const std::string_view text = as_text(input.view());
  const auto from_text =
      fuzz::decode_at_levels([&](Level level) { return engagement::parse_qr_code(text, {.level = level}); }, size);
  if (from_text) {
    require(engagement::any_known(from_text->retrieval_methods()));
    require(engagement::decode_engagement_text(text, lenient).has_value());
    check(*from_text);
  }
  return 0;
}
