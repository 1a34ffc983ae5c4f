#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc {

/// How long records are kept. A limit that is not set does not count.
struct RetentionPolicy {
  std::optional<std::chrono::seconds> max_age{};  ///< of TransactionRecord::started; a record of exactly this age stays
  std::optional<std::size_t> max_count{};         ///< of records that are not erased; the newest stay
};

/// One record of a log, as far as its retention goes.
struct RetainedRecord {
  std::uint64_t sequence = 0;  ///< its number in the log
  UtcSeconds started{};
};

/// What has to go, in ascending order. The newest are those with the highest numbers, whatever their dates: a clock can
/// be wrong, the order of a log is not. A record from the future is as old as one of now.
[[nodiscard]] MDOC_EXPORT std::vector<std::uint64_t> due_for_erasure(const RetentionPolicy& policy,
                                                                     std::span<const RetainedRecord> records,
                                                                     UtcSeconds now);

}  // namespace mdoc
