#pragma once

#include <functional>
#include <string>
#include <vector>

/// @file
/// What is measured: each operation of the library that a user waits for, beside its floor (floors.hpp).
/// mdoc_bench measures time and heap of these, mdoc_instructions performs one of them for callgrind.

namespace mdoc::bench {

struct Operation {
  std::function<void()> work;
  std::function<void()> floor;
  std::function<void()> prepare = [] {};  ///< before each turn of `work`; not measured
};

/// Its inputs are made when they are needed.
struct NamedOperation {
  std::string name;  ///< "subject.operation/variant/size"; a size without a unit counts elements
  std::function<Operation()> make;
};
using Operations = std::vector<NamedOperation>;

void add_cbor(Operations& to);
void add_session(Operations& to);
void add_conversation(Operations& to);
void add_issue_and_respond(Operations& to);
void add_verify(Operations& to);
void add_answer(Operations& to);
void add_many(Operations& to);
void add_profile(Operations& to);
void add_tap(Operations& to);
void add_trust(Operations& to);
void add_threads(Operations& to);  ///< depends on the machine: not among operations()

[[nodiscard]] inline Operations operations() {
  Operations all;
  add_cbor(all);
  add_session(all);
  add_conversation(all);
  add_issue_and_respond(all);
  add_verify(all);
  add_answer(all);
  add_many(all);
  add_profile(all);
  add_tap(all);
  add_trust(all);
  return all;
}

/// Keeps the compiler from dropping what leads to `value`.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "m"(value) : "memory");
}

/// Aborts the program: an operation that fails would be fast.
void must(bool done);

constexpr std::size_t small_message = 3'000;
constexpr std::size_t large_message = 100'000;
[[nodiscard]] inline std::string named(std::size_t size) { return std::to_string(size / 1000) + "kB"; }

}  // namespace mdoc::bench
