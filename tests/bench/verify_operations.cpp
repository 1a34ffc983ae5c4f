// What an mdoc reader does with a response.

#include <algorithm>
#include <memory>

#include "bench/operation.hpp"
#include "bench/session_case.hpp"
#include "bench/verify_case.hpp"

namespace mdoc::bench {
namespace {

enum class Proof : bool { signature, mac };
enum class Chain : bool { cached, cold };

std::shared_ptr<VerifyCase> licence(std::size_t size, Proof proof) {
  testing::SampleMdoc sample;
  sample.mac = proof == Proof::mac;
  grow_portrait(sample, size);
  return std::make_shared<VerifyCase>(std::move(sample));
}

Operation verify(std::size_t size, Proof proof, Chain chain) {
  const auto test = licence(size, proof);
  const auto work = [test] { test->verify(test->response); };
  if (chain == Chain::cold) {
    return {.work = work, .floor = [test] { test->cold_floor(); }, .prepare = [test] { test->renew_trust(); }};
  }
  work();
  return {.work = work, .floor = [test] { test->cached_floor(); }};
}

/// Decrypted, decoded and verified.
Operation receive(std::size_t size) {
  const auto test = licence(size, Proof::signature);
  const auto session = std::make_shared<SessionCase>(VerifyCase::copy_of(test->response.view()));
  const auto work = [test, session] { test->verify(session->reader.decrypt(session->sealed).value()); };
  const auto floor = [test, session] {
    session->open_floor();
    test->cached_floor();
  };
  const auto prepare = [session] { session->renew_reader(); };
  work();
  return {.work = work, .floor = floor, .prepare = prepare};
}

}  // namespace

void add_verify(Operations& to) {
  for (const Chain chain : {Chain::cached, Chain::cold}) {
    for (const Proof proof : {Proof::signature, Proof::mac}) {
      for (const std::size_t size : {small_message, large_message}) {
        std::string name = proof == Proof::mac ? "verify/mac/" : "verify/signature/";
        name += named(size) + (chain == Chain::cold ? "/cold" : "/cached");
        to.push_back({std::move(name), [=] { return verify(size, proof, chain); }});
      }
    }
  }
  for (const std::size_t size : {small_message, large_message}) {
    to.push_back({"receive/signature/" + named(size) + "/cached", [size] { return receive(size); }});
  }
}

}  // namespace mdoc::bench
