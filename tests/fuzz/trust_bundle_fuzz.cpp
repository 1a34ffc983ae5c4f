// Any bytes as a bundle of lists. What decodes is the same when it is encoded and decoded again; and whatever it holds,
// a reader that trusts somebody else takes none of it, remembers no source of it, and keeps what it had.

#include <algorithm>
#include <cstdint>

#include "fuzz/invariants.hpp"
#include "fuzz/status_checks.hpp"
#include "mdoc/trust/trust_bundle.hpp"
#include "mdoc/trust_keeper.hpp"
#include "support/sample_mdoc.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

bool is_same(const trust::BundleItem& a, const trust::BundleItem& b) {
  const bool same_point = a.trust_point && b.trust_point ? fuzz::same(a.trust_point->view(), b.trust_point->view())
                                                         : a.trust_point.has_value() == b.trust_point.has_value();
  return a.kind == b.kind && fuzz::same(a.content.view(), b.content.view()) && a.fetched == b.fetched && same_point &&
         a.named_by_document == b.named_by_document && a.type == b.type && a.url == b.url;
}

/// A reader with an anchor for every purpose, of whom nobody has the key.
struct Reader {
  trust::TrustStore store;
  trust::RevocationStore revocation;
  TrustKeeper keeper{store, revocation, {.level = Level::lenient}};
  testing::SampleMdoc sample;

  Reader() {
    for (const auto purpose : {trust::Purpose::issuance, trust::Purpose::readers, trust::Purpose::list_signers}) {
      require(store.add_anchor(purpose, fuzz::namesake()).has_value());
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes input = SharedBytes::copy_of({data, size});
  const auto bundle = trust::decode_trust_bundle(input, {.max_items = 64});
  if (!bundle) {
    fuzz::require_place(bundle.error(), size);
    return 0;
  }
  require(bundle->items.size() <= 64);
  for (const trust::BundleItem& item : bundle->items) require(fuzz::inside(input.view(), item.content.view()));
  const Bytes encoded = trust::encode(*bundle);
  const auto again = trust::decode_trust_bundle(SharedBytes::copy_of(encoded));
  require(again && std::ranges::equal(again->items, bundle->items, is_same));
  require(again->wanted.size() == bundle->wanted.size() && again->created == bundle->created);
  require(fuzz::same(trust::encode(*again), encoded));

  static Reader reader;
  for (const ImportResult& result : reader.keeper.import(*bundle, reader.sample.now)) {
    require(result.index < bundle->items.size() && result.error.has_value());
  }
  require(reader.store.lists(trust::Purpose::issuance).empty() && reader.store.lists(trust::Purpose::readers).empty());
  require(reader.revocation.crls().size() == 0 && reader.revocation.status_lists().size() == 0);
  require(reader.keeper.due(reader.sample.now).empty());
  return 0;
}
