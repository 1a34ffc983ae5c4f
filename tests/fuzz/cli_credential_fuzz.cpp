// Any bytes as the FILE of --credential: IssuerSigned, or a Document that has one. What is taken out of a Document is
// what the issuer signed, byte for byte.

#include <cstdint>

#include "cli/credentials.hpp"
#include "fuzz/cli_checks.hpp"
#include "mdoc/model/device_response.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

bool same_items(const model::IssuerNameSpaces& a, const model::IssuerNameSpaces& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return x.first == y.first && std::ranges::equal(x.second, y.second, [](const auto& i, const auto& j) {
             return fuzz::same(i.bytes(), j.bytes());
           });
  });
}

/// The IssuerSigned in the input, be it alone or in a Document.
model::IssuerSigned source(const SharedBytes& content) {
  if (auto alone = model::decode_issuer_signed(content)) return *std::move(alone);
  cbor::Reader reader(content, {}, "Document");
  return model::decode_document(reader).value().issuer_signed;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = fuzz::accepted([&] { return cli::detect_input({data, data + size}, fuzz::input_name); });
  require(input.has_value());
  const auto encoded = fuzz::accepted([&] { return cli::issuer_signed_of(*input); });
  if (!encoded) return 0;
  const auto decoded = model::decode_issuer_signed(*encoded);
  require(decoded.has_value());
  const model::IssuerSigned from = source(SharedBytes::copy_of(input->bytes));
  require(fuzz::same(decoded->issuer_auth.encoded.view(), from.issuer_auth.encoded.view()));
  require(same_items(decoded->name_spaces, from.name_spaces));

  const auto credential = presentation::Credential::decode("id", *encoded, crypto::KeyRef("key"));
  if (credential) {
    require(credential->doc_type() == credential->mso().doc_type);
    require(same_items(credential->issuer_signed().name_spaces, from.name_spaces));
  } else {
    fuzz::require_place(credential.error(), encoded->size());
  }
  return 0;
}
