// The linker leads every call of a function named here to the one that takes down what it says (`--wrap`). The names
// are those of the Itanium C++ ABI; a test sees to it that none has gone stale.
#include <string>
#include <utility>

#include "mdoc/core/error.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/model/issuer_signed.hpp"
#include "support/suite_texts.hpp"

namespace mdoc::testing {
namespace {

[[maybe_unused]] const bool noted = note_process();

}  // namespace

std::string real_describe(const Error& error) __asm__("__real__ZN4mdoc8describeB5cxx11ERKNS_5ErrorE");
std::string watched_describe(const Error& error) __asm__("__wrap__ZN4mdoc8describeB5cxx11ERKNS_5ErrorE");
std::string watched_describe(const Error& error) {
  std::string text = real_describe(error);
  note_text("error", text);
  return text;
}

std::string real_text(const Path* path) __asm__("__real__ZNK4mdoc4Path4textB5cxx11Ev");
std::string watched_text(const Path* path) __asm__("__wrap__ZNK4mdoc4Path4textB5cxx11Ev");
std::string watched_text(const Path* path) {
  std::string text = real_text(path);
  note_text("place", text);
  return text;
}

// What issuers sign, and with it every value of a document that the library made.
model::IssuerSignedItemBytes real_encode(model::IssuerSignedItem item, model::MapOrder order) __asm__(
    "__real__ZN4mdoc5model25encode_issuer_signed_itemENS0_16IssuerSignedItemENS0_8MapOrderE");
model::IssuerSignedItemBytes watched_encode(model::IssuerSignedItem item, model::MapOrder order) __asm__(
    "__wrap__ZN4mdoc5model25encode_issuer_signed_itemENS0_16IssuerSignedItemENS0_8MapOrderE");
model::IssuerSignedItemBytes watched_encode(model::IssuerSignedItem item, model::MapOrder order) {
  note_value(item.element_value.encoded().view());
  return real_encode(std::move(item), order);
}

// What holders have and readers get, whoever made it.
Result<model::IssuerSigned> real_decode_issuer_signed(SharedBytes encoded, const cbor::DecodeContext& context) __asm__(
    "__real__ZN4mdoc5model20decode_issuer_signedENS_11SharedBytesERKNS_4cbor13DecodeContextE");
Result<model::IssuerSigned>
watched_decode_issuer_signed(SharedBytes encoded, const cbor::DecodeContext& context) __asm__(
    "__wrap__ZN4mdoc5model20decode_issuer_signedENS_11SharedBytesERKNS_4cbor13DecodeContextE");
Result<model::IssuerSigned> watched_decode_issuer_signed(SharedBytes encoded, const cbor::DecodeContext& context) {
  note_values_in(encoded.view());
  return real_decode_issuer_signed(std::move(encoded), context);
}

Result<model::DeviceResponse> real_decode_response(SharedBytes encoded, const cbor::DecodeContext& context) __asm__(
    "__real__ZN4mdoc5model22decode_device_responseENS_11SharedBytesERKNS_4cbor13DecodeContextE");
Result<model::DeviceResponse> watched_decode_response(SharedBytes encoded, const cbor::DecodeContext& context) __asm__(
    "__wrap__ZN4mdoc5model22decode_device_responseENS_11SharedBytesERKNS_4cbor13DecodeContextE");
Result<model::DeviceResponse> watched_decode_response(SharedBytes encoded, const cbor::DecodeContext& context) {
  note_values_in(encoded.view());
  return real_decode_response(std::move(encoded), context);
}

}  // namespace mdoc::testing
