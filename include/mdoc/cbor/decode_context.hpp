#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rules.hpp"

namespace mdoc::cbor {

/// A known deviation of a peer that the level tolerated.
struct Deviation {
  Rule rule{};
  Path where{};
  std::uint32_t offset = Error::no_offset;  ///< byte in the outermost message, as Error::offset
};

/// The deviations met while decoding, in order. Bounded: what comes after `capacity` is counted
/// only, so that a peer cannot make it grow.
class MDOC_EXPORT DeviationLog {
 public:
  static constexpr std::size_t capacity = 32;

  /// One deviation at one place is kept once, however often the bytes are read.
  void append(const Deviation& deviation);

  [[nodiscard]] std::span<const Deviation> entries() const noexcept { return entries_; }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  /// Deviations that found no room.
  [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }

 private:
  std::vector<Deviation> entries_{};  // on the heap, as few messages deviate and stacks are small
  std::size_t dropped_ = 0;
};

/// What a decoder needs to know beyond the bytes.
struct DecodeContext {
  DecodeLimits limits{};
  Level level = Level::interop;  ///< the column of the rule table that deviation() asks
  DeviationLog* sink = nullptr;  ///< takes the warnings; may be null; outlives every Reader that has it
};

/// Judges a deviation by the table of `context.level`: an error there is returned, a warning goes
/// to the sink, and what the level ignores leaves no trace. Decoders of CBOR call
/// Reader::deviation() instead, which knows place and offset.
///
/// @return the rule's own Errc (indefinite_length, non_preferred_encoding, bad_tdate,
///         bad_full_date, empty_structure …), or malformed/deviation where none fits better
[[nodiscard]] MDOC_EXPORT Result<void> deviation(const DecodeContext& context, Rule rule, const Path& where,
                                                 std::uint32_t offset = Error::no_offset);

}  // namespace mdoc::cbor
