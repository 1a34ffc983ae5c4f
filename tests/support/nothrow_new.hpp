#pragma once
// For a program that replaces operator new, in the one source that does: the form that does not throw. Of the C++
// library it would call the replaced one; that of AddressSanitizer is another allocator's.

#include <cstddef>
#include <new>

void* operator new(std::size_t size, const std::nothrow_t& /*nothrow*/) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
