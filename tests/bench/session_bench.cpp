#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>

#include "bench/floors.hpp"
#include "bench/paired.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/session/session_cipher.hpp"

namespace mdoc::bench {
namespace {

session::SessionCipher cipher(session::Role role, session::MessageCounters counters = {}) {
  session::SessionKeys keys{.sk_reader = SecretBytes::copy_of(Bytes(32, 1)),
                            .sk_device = SecretBytes::copy_of(Bytes(32, 2))};
  return session::SessionCipher::create(role, std::move(keys), counters).value();
}

void BM_Seal(benchmark::State& state) {
  const Bytes message(static_cast<std::size_t>(state.range(0)), 0x5a);
  const Bytes key(32, 2), iv(12, 0);
  const Floor floor;
  auto device = cipher(session::Role::mdoc);
  Bytes bare;
  paired(
      state, [&] { benchmark::DoNotOptimize(device.encrypt(message).value().size()); },
      [&] { floor.seal(key, iv, message, bare); });
}

void BM_Open(benchmark::State& state) {
  const Bytes message(static_cast<std::size_t>(state.range(0)), 0x5a);
  const Bytes sealed = cipher(session::Role::mdoc).encrypt(message).value();
  const Bytes key(32, 2);
  Bytes iv(12, 0);
  iv[7] = iv[11] = 1;
  const Floor floor;
  Bytes bare;
  // A cipher opens each message once, so every turn gets a new one.
  auto reader = cipher(session::Role::mdoc_reader);
  paired(
      state, [&] { benchmark::DoNotOptimize(reader.decrypt(sealed).value().size()); },
      [&] { floor.open(key, iv, sealed, bare); }, [&] { reader = cipher(session::Role::mdoc_reader); });
}

void BM_Digest(benchmark::State& state) {
  const Bytes item(static_cast<std::size_t>(state.range(0)), 0x5a);
  const Floor floor;
  crypto::Hasher hasher(crypto::DigestAlgorithm::sha256);
  paired(
      state,
      [&] {
        hasher.update(item);
        benchmark::DoNotOptimize(hasher.finish().value().size());
      },
      [&] { floor.sha256(item); });
}

BENCHMARK(BM_Seal)->Arg(3'000)->Arg(100'000)->UseManualTime();
BENCHMARK(BM_Open)->Arg(3'000)->Arg(100'000)->UseManualTime();
BENCHMARK(BM_Digest)->Arg(100)->Arg(100'000)->UseManualTime();

}  // namespace
}  // namespace mdoc::bench
