// Any bytes as IssuerSigned and as a MobileSecurityObject. What was hashed and signed is a slice of the
// message, and what is written from the values reads as the same.

#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/model/issuer_signed.hpp"
#include "mdoc/model/mobile_security_object.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;
using model::IssuerSigned;
using model::MobileSecurityObject;

constexpr cbor::DecodeContext lenient{.level = Level::lenient};

template <class T>
void check_accessor(const Result<T>& value, std::size_t size) {
  if (!value) fuzz::require_place(value.error(), size);
}

void check_value(const SharedBytes& message, const model::DataElementValue& value) {
  require(!value.encoded().empty());
  require(fuzz::inside(message.view(), value.encoded().view()));
  check_accessor(value.as_text(), message.size());
  check_accessor(value.as_bytes(), message.size());
  check_accessor(value.as_bool(), message.size());
  check_accessor(value.as_uint(), message.size());
  check_accessor(value.as_int(), message.size());
  check_accessor(value.as_full_date(lenient), message.size());
  check_accessor(value.as_tdate(lenient), message.size());
  check_accessor(value.as_date(lenient), message.size());
}

void check_item(const SharedBytes& message, const model::IssuerSignedItemBytes& item) {
  require(fuzz::inside(message.view(), item.bytes()));
  require(fuzz::inside(item.bytes(), item.content()));
  require(fuzz::inside(message.view(), item->random.view()));
  check_value(message, item->element_value);

  const auto encoded = model::encode_issuer_signed_item(*item);
  cbor::Reader reader(encoded.content(), lenient);
  const auto again = model::decode_issuer_signed_item(reader);
  require(again.has_value() && reader.finish().has_value());
  require(again->digest_id == item->digest_id);
  require(fuzz::same(again->random.view(), item->random.view()));
  require(again->element_identifier == item->element_identifier);
  require(again->element_value == item->element_value);
  require(again->others.size() == item->others.size());
}

/// What holds for `decoded`, and that what is written from it has the same items, byte for byte.
void check(const SharedBytes& message, const IssuerSigned& decoded) {
  require(fuzz::inside(message.view(), decoded.issuer_auth.encoded.view()));
  for (const auto& [name_space, items] : decoded.name_spaces) {
    for (const auto& item : items) {
      check_item(message, item);
      require(decoded.find(name_space, item->element_identifier) != nullptr);
    }
  }
  cbor::Writer writer;
  model::encode_issuer_signed(writer, decoded, model::MapOrder::cddl);
  const auto again = model::decode_issuer_signed(SharedBytes::take(std::move(writer).take()), lenient);
  require(again.has_value());
  require(fuzz::same(again->issuer_auth.encoded.view(), decoded.issuer_auth.encoded.view()));
  require(again->name_spaces.size() == decoded.name_spaces.size());
  for (std::size_t i = 0; i < decoded.name_spaces.size(); ++i) {
    require(again->name_spaces[i].first == decoded.name_spaces[i].first);
    require(std::ranges::equal(again->name_spaces[i].second, decoded.name_spaces[i].second,
                               [](const auto& a, const auto& b) { return fuzz::same(a.bytes(), b.bytes()); }));
  }
  const auto nothing = model::select_elements(decoded, [](const auto&, const auto&) { return false; });
  require(nothing.name_spaces.empty() && nothing.others.empty());
}

void check(const SharedBytes& message, const MobileSecurityObject& mso) {
  require(fuzz::inside(message.view(), mso.encoded.view()));
  for (const auto& [name_space, digests] : mso.value_digests.name_spaces()) {
    for (const auto& [id, digest] : digests) {
      require(fuzz::inside(message.view(), digest.view()));
      const SharedBytes* const found = mso.value_digests.find(name_space, id);
      require(found != nullptr && fuzz::same(found->view(), digest.view()));
    }
  }
  const Bytes encoded = model::encode_mobile_security_object(mso);
  const auto again = model::decode_mobile_security_object(SharedBytes::copy_of(encoded), lenient);
  require(again.has_value());
  require(again->version == mso.version && again->digest_algorithm == mso.digest_algorithm);
  require(again->doc_type == mso.doc_type);
  require(again->validity_info.signed_at == mso.validity_info.signed_at);
  require(again->validity_info.valid_from == mso.validity_info.valid_from);
  require(again->validity_info.valid_until == mso.validity_info.valid_until);
  require(again->validity_info.expected_update == mso.validity_info.expected_update);
  require(fuzz::same(model::encode_mobile_security_object(*again), encoded));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes message = SharedBytes::copy_of({data, size});
  const auto decoded =
      fuzz::decode_at_levels([&](Level level) { return model::decode_issuer_signed(message, {.level = level}); }, size);
  if (decoded) {
    check(message, *decoded);
    const auto mso = fuzz::decode_at_levels(
        [&](Level level) { return model::decode_mobile_security_object(decoded->issuer_auth, {.level = level}); },
        size);
    if (mso) check(message, *mso);
  }
  const auto alone = fuzz::decode_at_levels(
      [&](Level level) { return model::decode_mobile_security_object(message, {.level = level}); }, size);
  if (alone) check(message, *alone);
  return 0;
}
