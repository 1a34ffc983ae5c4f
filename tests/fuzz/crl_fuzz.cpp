#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/crypto/crl.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/private_key.hpp"

// CRLs come from servers that anybody may answer for. What decodes must show its facts, find every entry that stands in
// it, be the same when decoded again, and never verify with the key of an authority that did not sign it.
namespace {

using namespace mdoc;

// Walks the entries without the class under test, and asks it for each of them.
void find_every_entry(const crypto::CertificateRevocationList& list) {
  crypto::der::Reader file(list.der().view(), Errc::bad_crl);
  crypto::der::Reader outer = *file.enter(crypto::der::tag::sequence);
  crypto::der::Reader tbs = *outer.enter(crypto::der::tag::sequence);
  std::size_t sequences = 0;  // algorithm, issuer, and then perhaps the entries
  std::size_t count = 0;
  while (!tbs.at_end()) {
    const auto element = tbs.read_any();
    fuzz::require(element.has_value());
    if (element->tag != crypto::der::tag::sequence || ++sequences != 3) continue;
    crypto::der::Reader entries(element->content, Errc::bad_crl);
    for (; !entries.at_end(); ++count) {
      crypto::der::Reader entry = *entries.enter(crypto::der::tag::sequence);
      const ByteView serial = *entry.read_integer();
      const auto found = list.find(serial);
      fuzz::require(found && fuzz::same(found->serial, serial));
      fuzz::require(fuzz::inside(list.der().view(), found->serial));
    }
  }
  fuzz::require(count == list.entry_count());
}

const crypto::PrivateKey& authority_key() {
  static const crypto::PrivateKey key = *crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x42));
  return key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto list = crypto::CertificateRevocationList::from_der(ByteView{data, size});
  if (!list) {
    fuzz::require_place(list.error(), size);
    return 0;
  }
  fuzz::require(fuzz::same(list->der().view(), {data, size}));
  find_every_entry(*list);
  const auto again = crypto::CertificateRevocationList::from_der(list->der());
  fuzz::require(again && again->entry_count() == list->entry_count());
  // Nobody signs with this key, so nothing may verify.
  fuzz::require(!list->verify_signature(authority_key().public_key()));
  return 0;
}
