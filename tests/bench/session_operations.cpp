// Messages of a session, and hashing.

#include <memory>

#include "bench/floors.hpp"
#include "bench/operation.hpp"
#include "bench/session_case.hpp"
#include "mdoc/crypto/digest.hpp"

namespace mdoc::bench {
namespace {

Operation seal(std::size_t size) {
  const auto test = std::make_shared<SessionCase>(Bytes(size, 0x5a));
  return {.work = [test] { keep(test->device.encrypt(test->plaintext).value()); },
          .floor = [test] { Floor::seal(test->bare_cipher.get(), test->iv, test->plaintext, test->bare_output); }};
}

Operation open(std::size_t size) {
  const auto test = std::make_shared<SessionCase>(Bytes(size, 0x5a));
  return {.work = [test] { keep(test->reader.decrypt(test->sealed).value()); },
          .floor = [test] { test->open_floor(); },
          .prepare = [test] { test->renew_reader(); }};
}

Operation digest(std::size_t size) {
  struct Case {
    Bytes item;
    crypto::Hasher hasher{crypto::DigestAlgorithm::sha256};
    Floor floor;
  };
  const auto test = std::make_shared<Case>(Case{.item = Bytes(size, 0x5a), .floor = {}});
  return {.work =
              [test] {
                test->hasher.update(test->item);
                keep(test->hasher.finish().value());
              },
          .floor = [test] { test->floor.sha256(test->item); }};
}

}  // namespace

void add_session(Operations& to) {
  to.push_back({"digest/100B", [] { return digest(100); }});
  to.push_back({"digest/100kB", [] { return digest(large_message); }});
  for (const std::size_t size : {small_message, large_message}) {
    to.push_back({"session.seal/" + named(size), [size] { return seal(size); }});
    to.push_back({"session.open/" + named(size), [size] { return open(size); }});
  }
}

}  // namespace mdoc::bench
