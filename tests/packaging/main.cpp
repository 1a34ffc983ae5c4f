// What an application does first, linked the way an application links.
#include <mdoc/core/encoding.hpp>
#include <mdoc/core/error.hpp>
#include <mdoc/core/protocol_constants.hpp>

#include <iostream>

int main() {
  const auto bytes = mdoc::from_hex("a0f");
  if (bytes) return 1;  // half a byte is refused
  std::cout << mdoc::iso18013_5().id << ": " << mdoc::describe(bytes.error()) << '\n';
  return 0;
}
