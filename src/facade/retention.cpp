#include "mdoc/retention.hpp"

#include <algorithm>

namespace mdoc {

std::vector<std::uint64_t> due_for_erasure(const RetentionPolicy& policy, std::span<const RetainedRecord> records,
                                           UtcSeconds now) {
  std::vector<std::uint64_t> numbers;
  for (const RetainedRecord& record : records) numbers.push_back(record.sequence);
  std::ranges::sort(numbers);
  const std::size_t surplus = numbers.size() - std::min(numbers.size(), policy.max_count.value_or(numbers.size()));
  std::vector<std::uint64_t> due(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(surplus));
  for (const RetainedRecord& record : records) {
    if (policy.max_age && record.started < now && now - record.started > *policy.max_age) {
      due.push_back(record.sequence);
    }
  }
  std::ranges::sort(due);
  due.erase(std::unique(due.begin(), due.end()), due.end());
  return due;
}

}  // namespace mdoc
