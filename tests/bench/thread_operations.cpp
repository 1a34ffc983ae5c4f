// Readers in several threads over one TrustStore: what each further core brings.

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/operation.hpp"
#include "bench/verify_case.hpp"

namespace mdoc::bench {
namespace {

constexpr std::size_t presentations = 50;

using Readers = std::vector<std::shared_ptr<const VerifyCase>>;  // one for each thread

std::shared_ptr<const VerifyCase> ready_case() {
  auto test = std::make_shared<VerifyCase>(testing::SampleMdoc());
  test->verify(test->response);
  return test;
}

/// One store for all.
Readers sharing(std::size_t threads) { return Readers(threads, ready_case()); }

/// Each with a store of its own.
Readers apart(std::size_t threads) {
  Readers readers;
  while (readers.size() < threads) readers.push_back(ready_case());
  return readers;
}

void verify_all(const Readers& readers) {
  std::vector<std::thread> threads;
  for (const auto& reader : readers) {
    threads.emplace_back([&reader] {
      for (std::size_t n = 0; n < presentations; ++n) reader->verify(reader->response);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

/// The floor is one thread with the work of one: as many cores as threads would take no longer.
Operation one_store_beside_one_thread(std::size_t threads) {
  return {.work = [readers = sharing(threads)] { verify_all(readers); },
          .floor = [reader = sharing(1)] { verify_all(reader); }};
}

/// The floor is as many threads that share nothing of ours: what the machine and OpenSSL leave to be had.
Operation one_store_beside_many(std::size_t threads) {
  return {.work = [readers = sharing(threads)] { verify_all(readers); },
          .floor = [readers = apart(threads)] { verify_all(readers); }};
}

}  // namespace

void add_threads(Operations& to) {
  const std::size_t cores = std::thread::hardware_concurrency();
  for (std::size_t threads = 2; threads <= cores; threads *= 2) {
    const std::string count = std::to_string(threads);
    to.push_back({"verify/threads/" + count, [threads] { return one_store_beside_one_thread(threads); }});
    to.push_back({"verify/threads/shared/" + count, [threads] { return one_store_beside_many(threads); }});
  }
}

}  // namespace mdoc::bench
