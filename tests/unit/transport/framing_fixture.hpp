#pragma once

#include <cstddef>
#include <string>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::transport {

/// A message in which every byte differs from its neighbours, and no stretch comes again soon.
inline Bytes message_of(std::size_t size, std::uint8_t seed = 0) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(seed + 1 + i * 7 + i / 256 * 5);
  return bytes;
}

inline Bytes operator+(Bytes a, ByteView b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// SessionData with status 20 alone.
inline const Bytes status_20{0xa1, 0x66, 0x73, 0x74, 0x61, 0x74, 0x75, 0x73, 0x14};

/// "bad_frame (Client2Server, byte 17)": what a test expects of an error.
template <class T>
std::string fault(const Result<T>& result) {
  if (result) return "none";
  const Error& error = result.error();
  std::string text = std::string(name(error.code)) + " (" + error.where.text();
  if (error.offset != Error::no_offset) text += ", byte " + std::to_string(error.offset);
  return text + ")";
}

}  // namespace mdoc::transport
