#pragma once
// Internal. What a TrustKeeper fetches, and when.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "facade/trust_intake.hpp"
#include "mdoc/trust_keeper.hpp"

namespace mdoc {

/// The address of an aggregation document.
struct AggregationUrl {
  std::string url;
};
/// A list that such a document names, as long as it does.
struct AggregatedList {
  std::string uri;
  std::uint64_t aggregation = 0;  ///< TrustTask::number of the one that brought it
};

/// One thing that is fetched on schedule.
struct TrustTask {
  std::uint64_t number = 0;
  std::variant<TrustFeed, AggregationUrl, AggregatedList, trust::WantedSource> subject;
  std::size_t next_uri = 0;           ///< of a WantedSource: they take turns after failures
  std::uint64_t last_wanted_for = 0;  ///< of a WantedSource: counts what was wanted; the least goes first
  bool hurried = false;               ///< due whatever its age
  std::optional<UtcSeconds> last_success{};
  std::optional<UtcSeconds> last_attempt{};
  std::optional<Error> last_error{};
  std::optional<TrustIntake::Received> received{};  ///< what a feed brought last

  [[nodiscard]] const TrustFeed* feed() const { return std::get_if<TrustFeed>(&subject); }
  [[nodiscard]] const trust::WantedSource* wanted() const { return std::get_if<trust::WantedSource>(&subject); }
  [[nodiscard]] const AggregatedList* aggregated() const { return std::get_if<AggregatedList>(&subject); }

  /// What became of the last attempt.
  void end_attempt(const Result<void>& result, UtcSeconds now);
};

/// The tasks of a keeper, in the order in which they came, and the requests that are under way. Borrows all it is made
/// of.
class TrustSchedule {
 public:
  TrustSchedule(trust::RevocationStore& revocation, const TrustIntake& intake, const TrustKeeperOptions& options);

  /// TrustKeeper::due()
  [[nodiscard]] std::vector<FetchRequest> due(UtcSeconds now, std::size_t most);
  /// The task whose request had this id. Null: there is none, it was answered already, or nobody wants it any more.
  [[nodiscard]] TrustTask* take_answered(std::uint64_t request);
  /// TrustKeeper::hurry()
  void hurry() noexcept;

  /// Remembers a source, in the place of another one if need be.
  void want(const trust::WantedSource& source);
  /// Remembers a source if there is room for it.
  void want_if_there_is_room(const trust::WantedSource& source);
  /// What an aggregation document names now. Lists that it does not name any more are forgotten.
  Result<void> replace_aggregated(const TrustTask& aggregation, const std::vector<std::string>& uris);

  [[nodiscard]] std::vector<trust::WantedSource> wanted(trust::BundleKind kind) const;
  /// Whether some source is wanted that this certificate vouches for.
  [[nodiscard]] bool is_wanted(trust::BundleKind kind, const crypto::Certificate& trust_point) const;

  /// What an item of a bundle says of its feed is believed so far: that this feed needs no fetch before the item's
  /// own nextUpdate, or `refresh`. But not of a feed that would have refused the list: its own is still missing.
  void attribute(const trust::BundleItem& item, const TrustIntake::Received& received, UtcSeconds now);
  /// Adds what is wanted, and which feed each item is of.
  void describe(trust::TrustBundle& bundle) const;
  /// What was never received.
  [[nodiscard]] std::vector<TrustItemState> missing(UtcSeconds now) const;

 private:
  using Tasks = std::map<std::uint64_t, TrustTask>;

  TrustTask& add(TrustTask task);
  [[nodiscard]] bool rests(const TrustTask& task, UtcSeconds now) const;
  [[nodiscard]] UtcSeconds next_issue(const TrustTask& task) const;
  [[nodiscard]] bool is_due(const TrustTask& task, const trust::StatusTrust& any_issuer, UtcSeconds now) const;
  [[nodiscard]] bool is_due(const trust::WantedSource& wanted, UtcSeconds now) const;
  [[nodiscard]] bool is_status_list_due(const std::string& uri, const trust::StatusTrust& trust, UtcSeconds now) const;
  [[nodiscard]] bool is_at_hand(const trust::WantedSource& wanted, UtcSeconds now) const;
  [[nodiscard]] Result<FetchRequest> request_for(const TrustTask& task);
  [[nodiscard]] Tasks::iterator find_same(const trust::WantedSource& source);
  [[nodiscard]] std::size_t count_wanted() const;
  [[nodiscard]] Tasks::iterator least_wanted();

  trust::RevocationStore& revocation_;
  const TrustIntake& intake_;
  const TrustKeeperOptions& options_;
  Tasks tasks_{};
  std::map<std::uint64_t, std::uint64_t> in_flight_{};  // request id to task
  std::uint64_t next_task_ = 1;
  std::uint64_t next_request_ = 1;
  std::uint64_t times_wanted_ = 0;
};

}  // namespace mdoc
