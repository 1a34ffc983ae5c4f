// Performs one operation, for scripts/instructions to count under callgrind.

#include <cstdio>
#include <string_view>

#include "bench/operation.hpp"

namespace mdoc::bench {

/// Callgrind counts between entry and return: the name is an argument of scripts/instructions.
[[gnu::noinline]] void measured(const std::function<void()>& work) {
  work();
  keep(work);  // not a tail call, which would leave the function before the work begins
}

}  // namespace mdoc::bench

// mdoc_instructions                  the names of all operations
// mdoc_instructions --build          the compiler, on which the counts depend
// mdoc_instructions <name>           the operation: once to get everything fetched and cached, once measured
// mdoc_instructions <name> floor     its floor in the same way, for a profile to compare with
int main(int argc, char** argv) {
  using namespace mdoc::bench;
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  if (wanted == "--build") {
#if defined(__clang__)
    std::puts("clang++ " __clang_version__);
#else
    std::puts("g++ " __VERSION__);
#endif
    return 0;
  }
  for (const NamedOperation& named : operations()) {
    if (wanted.empty()) std::puts(named.name.c_str());
    if (wanted != named.name) continue;
    const Operation operation = named.make();
    const bool floor = argc > 2 && std::string_view(argv[2]) == "floor";
    const auto& work = floor ? operation.floor : operation.work;
    operation.prepare();
    work();
    operation.prepare();
    measured(work);
    return 0;
  }
  return wanted.empty() ? 0 : 2;
}
