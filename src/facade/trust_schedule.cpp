#include "facade/trust_schedule.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/try.hpp"

namespace mdoc {
namespace {

using trust::BundleKind;
using trust::RevocationSource;
using trust::WantedSource;

std::vector<std::string> accepted_media_types(BundleKind kind) {
  const auto types = trust::media_types(kind);
  return {types.begin(), types.end()};
}

BundleKind kind_of(const WantedSource& wanted) {
  switch (wanted.kind) {
    case RevocationSource::crl: return BundleKind::crl;
    case RevocationSource::ocsp: return BundleKind::ocsp;
    default: return BundleKind::status_list;
  }
}

/// Whether one answer serves both. A CRL tells about all certificates of its issuer, an OCSP response about one.
bool is_same(const WantedSource& a, const WantedSource& b) {
  const auto same_certificates = [](const std::optional<trust::StatusTrust>& x,
                                    const std::optional<trust::StatusTrust>& y) {
    if (x.has_value() != y.has_value()) return false;
    return !x || std::ranges::equal(x->certificates(), y->certificates());
  };
  if (a.kind == RevocationSource::ocsp && a.certificate != b.certificate) return false;
  return a.kind == b.kind && a.uris == b.uris && a.issuer == b.issuer && same_certificates(a.trust, b.trust);
}

}  // namespace

void TrustTask::end_attempt(const Result<void>& result, UtcSeconds now) {
  if (result) {
    last_success = now;
    last_error.reset();
  } else {
    last_error = result.error();
    ++next_uri;
  }
}

TrustSchedule::TrustSchedule(trust::RevocationStore& revocation, const TrustIntake& intake,
                             const TrustKeeperOptions& options)
    : revocation_(revocation), intake_(intake), options_(options) {
  for (const TrustFeed& feed : options.feeds) add({.subject = feed});
  for (const std::string& url : options.aggregations) add({.subject = AggregationUrl{url}});
}

TrustTask& TrustSchedule::add(TrustTask task) {
  task.number = next_task_++;
  return tasks_.emplace(task.number, std::move(task)).first->second;
}

// ---- when -----------------------------------------------------------------------------------------

/// When the next issue of what a feed brought is to be fetched.
UtcSeconds TrustSchedule::next_issue(const TrustTask& task) const {
  UtcSeconds next = *task.last_success + options_.refresh;
  if (!task.received || !task.received->next_update) return next;
  return std::min(next, std::max(*task.received->next_update, *task.last_success));
}

/// It was asked for a moment ago. A clock that was set back since then does not count as one.
bool TrustSchedule::rests(const TrustTask& task, UtcSeconds now) const {
  return task.last_attempt && *task.last_attempt <= now && now < *task.last_attempt + options_.retry;
}

/// @param any_issuer  TrustIntake::any_issuer(), made once for all tasks
bool TrustSchedule::is_due(const TrustTask& task, const trust::StatusTrust& any_issuer, UtcSeconds now) const {
  if (task.hurried) return true;
  if (rests(task, now)) return false;
  if (const auto* wanted = task.wanted()) return is_due(*wanted, now);
  if (const auto* list = task.aggregated()) return is_status_list_due(list->uri, any_issuer, now);
  return !task.last_success || next_issue(task) <= now;
}

bool TrustSchedule::is_status_list_due(const std::string& uri, const trust::StatusTrust& trust, UtcSeconds now) const {
  const auto cached = revocation_.status_lists().get(uri, trust, now);
  return !cached || cached->freshness != trust::Freshness::fresh;
}

bool TrustSchedule::is_due(const WantedSource& wanted, UtcSeconds now) const {
  switch (wanted.kind) {
    case RevocationSource::crl: {
      const auto cached = wanted.issuer ? revocation_.crls().find(*wanted.issuer) : std::nullopt;
      if (!cached) return true;
      // Before its time as well: after a theft of keys the next list does not wait for nextUpdate (B.2).
      const UtcSeconds refresh = cached->received_at + options_.refresh;
      return std::min(cached->crl.list().next_update().value_or(refresh), refresh) <= now;
    }
    case RevocationSource::ocsp: {
      // Answers are short-lived: one a day, unless the responder says otherwise by its nextUpdate, at most.
      const auto cached = wanted.certificate ? revocation_.ocsp_responses().find(*wanted.certificate) : std::nullopt;
      return !cached || cached->received_at + options_.refresh <= now;
    }
    case RevocationSource::status_list:
    case RevocationSource::identifier_list:
      return wanted.trust && is_status_list_due(wanted.uris.front(), *wanted.trust, now);
    case RevocationSource::none: break;
  }
  return false;
}

/// Something was received, whatever its age.
bool TrustSchedule::is_at_hand(const WantedSource& wanted, UtcSeconds now) const {
  switch (wanted.kind) {
    case RevocationSource::crl: return wanted.issuer && revocation_.crls().find(*wanted.issuer);
    case RevocationSource::ocsp: return wanted.certificate && revocation_.ocsp_responses().find(*wanted.certificate);
    case RevocationSource::status_list:
    case RevocationSource::identifier_list:
      return wanted.trust && revocation_.status_lists().get(wanted.uris.front(), *wanted.trust, now);
    case RevocationSource::none: break;
  }
  return false;
}

// ---- requests -------------------------------------------------------------------------------------

std::vector<FetchRequest> TrustSchedule::due(UtcSeconds now, std::size_t most) {
  // A request whose answer never came is given up after a while, and its answer ignored.
  std::erase_if(in_flight_, [&](const auto& entry) {
    const auto task = tasks_.find(entry.second);
    return task == tasks_.end() || !rests(task->second, now);
  });
  const trust::StatusTrust any_issuer = intake_.any_issuer();
  std::vector<FetchRequest> requests;
  for (auto& [number, task] : tasks_) {
    if (requests.size() >= most) break;
    if (!is_due(task, any_issuer, now)) continue;
    task.last_attempt = now;
    task.hurried = false;
    auto request = request_for(task);
    if (!request) {
      task.end_attempt(request.error(), now);
      continue;
    }
    in_flight_.emplace(request->id, number);
    requests.push_back(*std::move(request));
  }
  return requests;
}

Result<FetchRequest> TrustSchedule::request_for(const TrustTask& task) {
  FetchRequest request{.id = next_request_++, .url = {}, .limits = options_.limits};
  if (const auto* feed = task.feed()) {
    request.url = feed->url;
    request.accept = accepted_media_types(feed->kind);
  } else if (const auto* aggregation = std::get_if<AggregationUrl>(&task.subject)) {
    request.url = aggregation->url;
    request.accept = {"application/json"};
  } else if (const auto* list = task.aggregated()) {
    request.url = list->uri;
    request.accept = accepted_media_types(BundleKind::status_list);
  } else {
    const WantedSource& wanted = *task.wanted();
    request.url = wanted.uris[task.next_uri % wanted.uris.size()];
    request.accept = accepted_media_types(kind_of(wanted));
    if (wanted.kind == RevocationSource::ocsp) {
      request.method = FetchMethod::post;
      MDOC_TRY(request.body, crypto::encode_ocsp_request(*wanted.certificate, *wanted.issuer));
      request.content_type = "application/ocsp-request";
    }
  }
  return request;
}

TrustTask* TrustSchedule::take_answered(std::uint64_t request) {
  const auto sent = in_flight_.find(request);
  if (sent == in_flight_.end()) return nullptr;
  const auto task = tasks_.find(sent->second);
  in_flight_.erase(sent);
  return task != tasks_.end() ? &task->second : nullptr;
}

void TrustSchedule::hurry() noexcept {
  for (auto& [number, task] : tasks_) task.hurried = true;
}

// ---- what is wanted -------------------------------------------------------------------------------

TrustSchedule::Tasks::iterator TrustSchedule::find_same(const WantedSource& source) {
  return std::ranges::find_if(tasks_, [&](const auto& entry) {
    return entry.second.wanted() != nullptr && is_same(*entry.second.wanted(), source);
  });
}

std::size_t TrustSchedule::count_wanted() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(tasks_, [](const auto& entry) { return entry.second.wanted() != nullptr; }));
}

/// The one that was wanted least recently; the end if there is none.
TrustSchedule::Tasks::iterator TrustSchedule::least_wanted() {
  auto least = tasks_.end();
  for (auto task = tasks_.begin(); task != tasks_.end(); ++task) {
    if (task->second.wanted() == nullptr) continue;
    if (least == tasks_.end() || task->second.last_wanted_for < least->second.last_wanted_for) least = task;
  }
  return least;
}

void TrustSchedule::want(const WantedSource& source) {
  if (!trust::can_be_carried(source) || options_.max_wanted == 0) return;
  const std::uint64_t recency = ++times_wanted_;
  if (const auto known = find_same(source); known != tasks_.end()) {
    known->second.last_wanted_for = recency;
    return;
  }
  if (count_wanted() >= options_.max_wanted) tasks_.erase(least_wanted());
  add({.subject = source, .last_wanted_for = recency});
}

void TrustSchedule::want_if_there_is_room(const WantedSource& source) {
  if (!trust::can_be_carried(source) || count_wanted() >= options_.max_wanted) return;
  if (find_same(source) == tasks_.end()) add({.subject = source});
}

Result<void> TrustSchedule::replace_aggregated(const TrustTask& aggregation, const std::vector<std::string>& uris) {
  std::set<std::string> missing(uris.begin(), uris.end());
  std::size_t others = 0;
  for (auto task = tasks_.begin(); task != tasks_.end();) {
    const auto* list = task->second.aggregated();
    const bool own = list != nullptr && list->aggregation == aggregation.number;
    const bool named = own && missing.erase(list->uri) != 0;
    if (list != nullptr && (!own || named)) ++others;
    task = own && !named ? tasks_.erase(task) : std::next(task);
  }
  for (const std::string& uri : missing) {
    if (others++ >= options_.max_wanted) return Error{.code = Errc::too_many, .where = "StatusAggregation"};
    add({.subject = AggregatedList{.uri = uri, .aggregation = aggregation.number}});
  }
  return {};
}

std::vector<WantedSource> TrustSchedule::wanted(BundleKind kind) const {
  std::vector<WantedSource> sources;
  for (const auto& [number, task] : tasks_) {
    const auto* source = task.wanted();
    if (source != nullptr && kind_of(*source) == kind) sources.push_back(*source);
  }
  return sources;
}

bool TrustSchedule::is_wanted(BundleKind kind, const crypto::Certificate& trust_point) const {
  return std::ranges::any_of(tasks_, [&](const auto& entry) {
    const auto* wanted = entry.second.wanted();
    if (wanted == nullptr || kind_of(*wanted) != kind) return false;
    if (wanted->trust) return std::ranges::count(wanted->trust->certificates(), trust_point) != 0;
    return wanted->issuer == trust_point;
  });
}

// ---- bundles and state ----------------------------------------------------------------------------

void TrustSchedule::attribute(const trust::BundleItem& item, const TrustIntake::Received& received, UtcSeconds now) {
  for (auto& [number, task] : tasks_) {
    const auto* feed = task.feed();
    if (feed == nullptr || feed->kind != item.kind || feed->url != item.url) continue;
    if (received.list && (feed->type != item.type || !intake_.may_sign(*feed, *received.list))) continue;
    task.received = received;
    task.last_success = std::min(item.fetched, now);
  }
}

void TrustSchedule::describe(trust::TrustBundle& bundle) const {
  for (const auto& [number, task] : tasks_) {
    if (const auto* wanted = task.wanted()) bundle.wanted.push_back(*wanted);
    if (task.feed() == nullptr || !task.received) continue;
    for (trust::BundleItem& item : bundle.items) {
      if (std::ranges::equal(item.content.view(), task.received->content.view())) item.url = task.feed()->url;
    }
  }
}

std::vector<TrustItemState> TrustSchedule::missing(UtcSeconds now) const {
  std::vector<TrustItemState> states;
  const trust::StatusTrust any_issuer = intake_.any_issuer();
  for (const auto& [number, task] : tasks_) {
    TrustItemState state{.name = {}, .verdict = TrustItemState::Verdict::missing, .last_error = task.last_error};
    if (const auto* feed = task.feed()) {
      if (task.received) continue;
      state.kind = feed->kind;
      state.name = feed->url;
    } else if (const auto* wanted = task.wanted()) {
      if (is_at_hand(*wanted, now)) continue;
      state.kind = kind_of(*wanted);
      state.name = wanted->uris.front();
    } else if (const auto* list = task.aggregated()) {
      if (revocation_.status_lists().get(list->uri, any_issuer, now)) continue;
      state.kind = BundleKind::status_list;
      state.name = list->uri;
    } else {
      continue;
    }
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace mdoc
