#include "mdoc/core/shared_bytes.hpp"

#include <cassert>
#include <utility>

#include "mdoc/core/secret.hpp"

namespace mdoc {

SharedBytes SharedBytes::take(Bytes bytes) {
  auto owner = std::make_shared<const Bytes>(std::move(bytes));
  const ByteView view = *owner;
  return {std::move(owner), view};
}

SharedBytes SharedBytes::take_secret(Bytes plaintext) {
  const auto wipe_and_free = [](Bytes* bytes) {
    secure_zero(*bytes);
    delete bytes;
  };
  const std::shared_ptr<Bytes> owner(new Bytes(std::move(plaintext)), wipe_and_free);
  const ByteView view = *owner;
  return {owner, view};
}

SharedBytes SharedBytes::copy_of(ByteView source) { return take(Bytes(source.begin(), source.end())); }

SharedBytes SharedBytes::slice(ByteView part) const noexcept {
  assert(part.empty() || (part.data() >= view_.data() && part.data() + part.size() <= view_.data() + view_.size()));
  return {owner_, part};
}

}  // namespace mdoc
