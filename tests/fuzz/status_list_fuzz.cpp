// Any bytes as the compressed content of a status list, and as the CBOR of an identifier list. Memory stays within the
// limit, statuses exist for every index below the size and for none beyond, and what is packed again is the same list.

#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/trust/status_list.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

constexpr std::size_t max_inflated = std::size_t{1} << 16;
constexpr std::size_t max_identifiers = 64;

void check_status_list(ByteView compressed) {
  for (const unsigned bits : {1u, 2u, 4u, 8u}) {
    const auto list = trust::StatusList::inflate(bits, compressed, max_inflated);
    if (!list) {
      require(list.error().code == Errc::bad_compression || list.error().code == Errc::too_large);
      continue;
    }
    require(list->bytes().size() <= max_inflated && list->size() == list->bytes().size() * (8 / bits));
    for (std::uint64_t i = 0; i < list->size(); i += 1 + list->size() / 64) {
      require(list->at(i).has_value() && static_cast<unsigned>(*list->at(i)) >> bits == 0);
    }
    require(!list->at(list->size()) && !list->at(UINT64_MAX));
    const auto again = trust::StatusList::inflate(bits, list->deflate(), max_inflated);
    require(again && fuzz::same(again->bytes(), list->bytes()));
  }
}

void check_identifier_list(const SharedBytes& message) {
  const auto list = fuzz::decode_at_levels(
      [&](Level level) {
        cbor::Reader reader(message, {.level = level}, "IdentifierList");
        return trust::IdentifierList::decode(reader, max_identifiers);
      },
      message.size());
  if (!list) return;
  require(list->size() <= max_identifiers);
  for (const ByteView id : list->identifiers()) {
    require(fuzz::inside(message.view(), id) && list->contains(id));
  }
  const auto again = trust::IdentifierList::of(list->identifiers());
  require(again && again->size() == list->size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_status_list({data, size});
  check_identifier_list(SharedBytes::copy_of({data, size}));
  return 0;
}
