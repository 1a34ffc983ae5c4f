#include "mdoc/trust_keeper.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <variant>

#include "core/try.hpp"
#include "facade/trust_intake.hpp"
#include "mdoc/crypto/der.hpp"

namespace mdoc {
namespace {

using trust::BundleKind;
using trust::RevocationSource;
using trust::WantedSource;

/// A Freshness, a ListState or dates as one verdict.
using Verdict = TrustItemState::Verdict;

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

bool is_revocation(BundleKind kind) {
  return kind == BundleKind::crl || kind == BundleKind::ocsp || kind == BundleKind::status_list;
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

/// Of a certificate's sources only those that it names itself: anybody can write another address beside it.
bool names_itself(const WantedSource& wanted) {
  if (!wanted.certificate || !wanted.issuer) return wanted.trust.has_value();
  const auto& key = wanted.issuer->public_key();
  if (!key || !wanted.certificate->verify_signature(*key)) return false;
  const std::vector<std::string>& named = wanted.kind == RevocationSource::crl
                                              ? wanted.certificate->crl_distribution_points()
                                              : wanted.certificate->ocsp_responders();
  return std::ranges::all_of(wanted.uris, [&](const std::string& uri) { return std::ranges::count(named, uri) != 0; });
}

}  // namespace

std::string_view name(TrustItemState::Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::current: return "current";
    case Verdict::due: return "due";
    case Verdict::expired: return "expired";
    case Verdict::missing: return "missing";
    case Verdict::dormant: return "dormant";
  }
  return "unknown";
}

struct TrustKeeper::Impl {
  /// The address of an aggregation document.
  struct AggregationUrl {
    std::string url;
  };
  /// A list that such a document names, as long as it does.
  struct AggregatedList {
    std::string uri;
    std::uint64_t aggregation = 0;  // the task that brought it
  };

  /// One thing that is fetched on schedule.
  struct Task {
    std::variant<TrustFeed, AggregationUrl, AggregatedList, WantedSource> subject;
    std::size_t next_uri = 0;           // of a WantedSource: they take turns after failures
    std::uint64_t last_wanted_for = 0;  // of a WantedSource: counts what was wanted; the least goes first
    bool hurried = false;               // due whatever its age
    std::optional<UtcSeconds> last_success{};
    std::optional<UtcSeconds> last_attempt{};
    std::optional<Error> last_error{};
    std::optional<TrustIntake::Received> received{};  // what a feed brought last

    [[nodiscard]] const TrustFeed* feed() const { return std::get_if<TrustFeed>(&subject); }
    [[nodiscard]] const WantedSource* wanted() const { return std::get_if<WantedSource>(&subject); }
    [[nodiscard]] const AggregatedList* aggregated() const { return std::get_if<AggregatedList>(&subject); }

    /// What became of the last attempt.
    void end_attempt(const Result<void>& result, UtcSeconds now) {
      if (result) {
        last_success = now;
        last_error.reset();
      } else {
        last_error = result.error();
        ++next_uri;
      }
    }
  };

  /// An item of this reader's own storage that does not verify now.
  struct Dormant {
    trust::BundleItem item;
    Error reason{};
  };

  trust::TrustStore& store;
  trust::RevocationStore& revocation;
  TrustKeeperOptions options;
  TrustIntake intake;
  std::map<std::uint64_t, Task> tasks{};               // in the order in which they came
  std::map<std::uint64_t, std::uint64_t> in_flight{};  // request id to task
  std::vector<Dormant> dormant{};
  std::uint64_t next_task = 1;
  std::uint64_t next_request = 1;
  std::uint64_t times_wanted = 0;

  Impl(trust::TrustStore& trust_store, trust::RevocationStore& revocation_store, TrustKeeperOptions given)
      : store(trust_store),
        revocation(revocation_store),
        options(std::move(given)),
        intake(store, revocation, options) {
    for (const TrustFeed& feed : options.feeds) tasks.emplace(next_task++, Task{.subject = feed});
    for (const std::string& url : options.aggregations) {
      tasks.emplace(next_task++, Task{.subject = AggregationUrl{url}});
    }
  }

  // ---- when ---------------------------------------------------------------------------------------

  /// When the next issue of what a feed brought is to be fetched.
  [[nodiscard]] UtcSeconds next_issue(const Task& task) const {
    UtcSeconds next = *task.last_success + options.refresh;
    if (!task.received || !task.received->next_update) return next;
    return std::min(next, std::max(*task.received->next_update, *task.last_success));
  }

  /// It was asked for a moment ago. A clock that was set back since then does not count as one.
  [[nodiscard]] bool rests(const Task& task, UtcSeconds now) const {
    return task.last_attempt && *task.last_attempt <= now && now < *task.last_attempt + options.retry;
  }

  /// @param any_issuer  TrustIntake::any_issuer(), made once for all tasks
  [[nodiscard]] bool is_due(const Task& task, const trust::StatusTrust& any_issuer, UtcSeconds now) const {
    if (task.hurried) return true;
    if (rests(task, now)) return false;
    if (const auto* wanted = task.wanted()) return is_due(*wanted, now);
    if (const auto* list = task.aggregated()) {
      return is_status_list_due(list->uri, any_issuer, now);
    }
    return !task.last_success || next_issue(task) <= now;
  }

  [[nodiscard]] bool is_status_list_due(const std::string& uri, const trust::StatusTrust& trust, UtcSeconds now) const {
    const auto cached = revocation.status_lists().get(uri, trust, now);
    return !cached || cached->freshness != trust::Freshness::fresh;
  }

  [[nodiscard]] bool is_due(const WantedSource& wanted, UtcSeconds now) const {
    switch (wanted.kind) {
      case RevocationSource::crl: {
        const auto cached = wanted.issuer ? revocation.crls().find(*wanted.issuer) : std::nullopt;
        if (!cached) return true;
        // Before its time as well: after a theft of keys the next list does not wait for nextUpdate (B.2).
        const UtcSeconds refresh = cached->received_at + options.refresh;
        return std::min(cached->crl.list().next_update().value_or(refresh), refresh) <= now;
      }
      case RevocationSource::ocsp: {
        // Answers are short-lived: one a day, unless the responder says otherwise by its nextUpdate, at most.
        const auto cached = wanted.certificate ? revocation.ocsp_responses().find(*wanted.certificate) : std::nullopt;
        return !cached || cached->received_at + options.refresh <= now;
      }
      case RevocationSource::status_list:
      case RevocationSource::identifier_list:
        return wanted.trust && is_status_list_due(wanted.uris.front(), *wanted.trust, now);
      case RevocationSource::none: break;
    }
    return false;
  }

  /// Something was received, whatever its age.
  [[nodiscard]] bool is_at_hand(const WantedSource& wanted, UtcSeconds now) const {
    switch (wanted.kind) {
      case RevocationSource::crl: return wanted.issuer && revocation.crls().find(*wanted.issuer);
      case RevocationSource::ocsp: return wanted.certificate && revocation.ocsp_responses().find(*wanted.certificate);
      case RevocationSource::status_list:
      case RevocationSource::identifier_list:
        return wanted.trust && revocation.status_lists().get(wanted.uris.front(), *wanted.trust, now);
      case RevocationSource::none: break;
    }
    return false;
  }

  // ---- what ---------------------------------------------------------------------------------------

  [[nodiscard]] Result<FetchRequest> request_for(const Task& task) {
    FetchRequest request{.id = next_request++, .url = {}, .limits = options.limits};
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

  Result<void> take(std::uint64_t number, Task& task, const FetchResponse& answer, UtcSeconds now) {
    SharedBytes body = SharedBytes::copy_of(answer.body);
    if (const auto* wanted = task.wanted()) return intake.take(*wanted, std::move(body), now);
    if (const auto* list = task.aggregated()) return intake.take_aggregated(list->uri, std::move(body), now);
    const auto* feed = task.feed();
    if (feed == nullptr) return take_aggregation(number, body);
    const trust::TrustedList* earlier = task.received && task.received->list ? &*task.received->list : nullptr;
    MDOC_TRY(task.received, intake.take(*feed, std::move(body), now, earlier));
    return {};
  }

  /// Lists of an aggregation document are fetched before any document refers to them, so that no fetch tells who
  /// presented something. They are believed from the CA of some document signer; a document that names another signer
  /// for its list will ask for it. Those that the document does not name any more are forgotten.
  Result<void> take_aggregation(std::uint64_t aggregation, const SharedBytes& document) {
    if (options.formats == nullptr) return Error{.code = Errc::unsupported_media_type, .where = "StatusAggregation"};
    MDOC_TRY(const std::vector<std::string> uris, options.formats->aggregation(document.view()));
    std::set<std::string> missing(uris.begin(), uris.end());
    std::size_t others = 0;
    for (auto task = tasks.begin(); task != tasks.end();) {
      const auto* list = task->second.aggregated();
      const bool own = list != nullptr && list->aggregation == aggregation;
      const bool named = own && missing.erase(list->uri) != 0;
      if (list != nullptr && (!own || named)) ++others;
      task = own && !named ? tasks.erase(task) : std::next(task);
    }
    for (const std::string& uri : missing) {
      if (others++ >= options.max_wanted) return Error{.code = Errc::too_many, .where = "StatusAggregation"};
      tasks.emplace(next_task++, Task{.subject = AggregatedList{.uri = uri, .aggregation = aggregation}});
    }
    return {};
  }

  // ---- by hand ------------------------------------------------------------------------------------

  Result<void> take(BundleKind kind, SharedBytes content, UtcSeconds now) {
    switch (kind) {
      case BundleKind::vical:
      case BundleKind::rical: return take_for({.kind = kind}, std::move(content), now);
      case BundleKind::trusted_entities: return take_for_feeds(content, now);
      case BundleKind::crl:
      case BundleKind::status_list:
      case BundleKind::ocsp: break;
    }
    return take_revocation(kind, content, now);
  }

  Result<void> take_for(const TrustFeed& feed, SharedBytes content, UtcSeconds now) {
    MDOC_TRY(const auto received, intake.take(feed, std::move(content), now, nullptr));
    (void)received;
    return {};
  }

  /// Which feed's list it is, its type and its signer say.
  Result<void> take_for_feeds(const SharedBytes& content, UtcSeconds now) {
    Error last{.code = Errc::bad_argument, .where = "TrustFeed"};
    for (const TrustFeed& feed : options.feeds) {
      if (feed.kind != BundleKind::trusted_entities) continue;
      const auto taken = take_for(feed, content, now);
      if (taken || taken.error().code == Errc::superseded) return taken;
      last = taken.error();
    }
    return last;
  }

  Result<void> take_revocation(BundleKind kind, const SharedBytes& content, UtcSeconds now) {
    std::vector<WantedSource> wanted;
    for (const auto& [number, task] : tasks) {
      const auto* source = task.wanted();
      if (source != nullptr && kind_of(*source) == kind) wanted.push_back(*source);
    }
    return intake.take_revocation(kind, content, wanted, now);
  }

  // ---- bundles ------------------------------------------------------------------------------------

  /// What an item of a bundle says of its feed is believed so far: that this feed needs no fetch before the item's
  /// own nextUpdate, or `refresh`. But not of a feed that would have refused the list: its own is still missing.
  void attribute(const trust::BundleItem& item, const TrustIntake::Received& received, UtcSeconds now) {
    for (auto& [number, task] : tasks) {
      const auto* feed = task.feed();
      if (feed == nullptr || feed->kind != item.kind || feed->url != item.url) continue;
      if (received.list && (feed->type != item.type || !intake.may_sign(*feed, *received.list))) continue;
      task.received = received;
      task.last_success = std::min(item.fetched, now);
    }
  }

  [[nodiscard]] bool is_wanted(BundleKind kind, const crypto::Certificate& trust_point) const {
    return std::ranges::any_of(tasks, [&](const auto& entry) {
      const auto* wanted = entry.second.wanted();
      if (wanted == nullptr || kind_of(*wanted) != kind) return false;
      if (wanted->trust) return std::ranges::count(wanted->trust->certificates(), trust_point) != 0;
      return wanted->issuer == trust_point;
    });
  }

  /// Revocation lists are verified against the certificate that the bundle brings with them: whoever made the bundle
  /// may have made that as well.
  /// @return that certificate, if somebody vouches for it here
  [[nodiscard]] Result<crypto::Certificate> known_trust_point(const trust::BundleItem& item, UtcSeconds now) const {
    MDOC_TRY(const auto trust_point, named_trust_point(item));
    if (is_wanted(item.kind, trust_point) || intake.is_vouched_for(trust_point, now)) return trust_point;
    return Error{.code = Errc::chain_untrusted, .where = Path("TrustBundle") / "items" / "trustPoint"};
  }

  [[nodiscard]] static Result<crypto::Certificate> named_trust_point(const trust::BundleItem& item) {
    if (item.trust_point) return crypto::Certificate::from_der(item.trust_point->view());
    return Error{.code = Errc::missing_element, .where = Path("TrustBundle") / "items" / "trustPoint"};
  }

  [[nodiscard]] bool is_vouched_for(const WantedSource& wanted, UtcSeconds now) const {
    if (!names_itself(wanted)) return false;
    if (wanted.issuer) return intake.is_vouched_for(*wanted.issuer, now);
    return std::ranges::all_of(wanted.trust->certificates(), [&](const crypto::Certificate& certificate) {
      return intake.is_vouched_for(certificate, now);
    });
  }

  /// @param own  from this keeper's own storage: it was verified when it came
  Result<void> take(const trust::BundleItem& item, UtcSeconds now, bool own) {
    TrustIntake::Received received;
    const UtcSeconds at = own ? item.fetched : now;
    if (is_revocation(item.kind)) {
      MDOC_TRY(const auto trust_point, own ? named_trust_point(item) : known_trust_point(item, now));
      MDOC_TRY(received, intake.take_revocation(item, trust_point, at));
    } else {
      MDOC_TRY(received, intake.take_anchors(item, at));
    }
    attribute(item, received, now);
    return {};
  }

  std::vector<ImportResult> take(const trust::TrustBundle& bundle, UtcSeconds now, bool own) {
    std::vector<ImportResult> results(bundle.items.size());
    // Lists of anchors first, whatever their place: they say who may revoke.
    for (const bool revocations : {false, true}) {
      for (std::size_t i = 0; i < bundle.items.size(); ++i) {
        const trust::BundleItem& item = bundle.items[i];
        if (is_revocation(item.kind) != revocations) continue;
        results[i] = {.kind = item.kind, .index = i};
        const auto taken = take(item, now, own);
        if (!taken) results[i].error = taken.error();
        if (own) note_dormant(item, taken);
      }
    }
    return results;
  }

  /// What this reader had verified once is not lost because it cannot be verified now.
  void note_dormant(const trust::BundleItem& item, const Result<void>& taken) {
    const auto known = std::ranges::find_if(dormant, [&](const Dormant& each) {
      return each.item.kind == item.kind && std::ranges::equal(each.item.content.view(), item.content.view());
    });
    const bool sleeps = !taken && taken.error().code != Errc::superseded;
    if (known != dormant.end()) {
      if (sleeps) {
        known->reason = taken.error();
      } else {
        dormant.erase(known);
      }
    } else if (sleeps && dormant.size() < trust::TrustBundleLimits{}.max_items) {
      dormant.push_back({.item = item, .reason = taken.error()});
    }
  }

  /// Before any list is taken: one that verifies again, as its anchor is back, is to keep an earlier issue out. Lists
  /// of revocations are verified against what came with them, and do not wake.
  void wake_lists(UtcSeconds now) {
    std::vector<trust::BundleItem> lists;
    for (const Dormant& each : dormant) {
      if (!is_revocation(each.item.kind)) lists.push_back(each.item);
    }
    for (const trust::BundleItem& list : lists) note_dormant(list, take(list, now, true));
  }

  [[nodiscard]] static TrustItemState state_of(const Dormant& dormant, UtcSeconds now) {
    return {.kind = dormant.item.kind,
            .name = trust::describe(dormant.item),
            .verdict = Verdict::dormant,
            .age = std::max(now - dormant.item.fetched, std::chrono::seconds{0}),
            .last_error = dormant.reason};
  }

  // ---- what reports missed ------------------------------------------------------------------------

  [[nodiscard]] std::size_t count_wanted() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(tasks, [](const auto& entry) { return entry.second.wanted() != nullptr; }));
  }

  /// The one that was wanted least recently; the end if there is none.
  [[nodiscard]] std::map<std::uint64_t, Task>::iterator least_wanted() {
    auto least = tasks.end();
    for (auto task = tasks.begin(); task != tasks.end(); ++task) {
      if (task->second.wanted() == nullptr) continue;
      if (least == tasks.end() || task->second.last_wanted_for < least->second.last_wanted_for) least = task;
    }
    return least;
  }

  /// @param makes_room  in the place of another one, if need be
  void remember(const WantedSource& wanted, bool makes_room) {
    if (!trust::can_be_carried(wanted) || options.max_wanted == 0) return;
    const auto known = std::ranges::find_if(tasks, [&](const auto& entry) {
      return entry.second.wanted() != nullptr && is_same(*entry.second.wanted(), wanted);
    });
    const std::uint64_t recency = makes_room ? ++times_wanted : 0;
    if (known != tasks.end()) {
      known->second.last_wanted_for = std::max(known->second.last_wanted_for, recency);
      return;
    }
    if (count_wanted() >= options.max_wanted) {
      if (!makes_room) return;
      tasks.erase(least_wanted());
    }
    tasks.emplace(next_task++, Task{.subject = wanted, .last_wanted_for = recency});
  }
};

TrustKeeper::TrustKeeper(trust::TrustStore& store, trust::RevocationStore& revocation, TrustKeeperOptions options)
    : impl_(std::make_unique<Impl>(store, revocation, std::move(options))) {}
TrustKeeper::TrustKeeper(TrustKeeper&&) noexcept = default;
TrustKeeper& TrustKeeper::operator=(TrustKeeper&&) noexcept = default;
TrustKeeper::~TrustKeeper() = default;

void TrustKeeper::want(std::span<const trust::WantedSource> sources) {
  for (const WantedSource& wanted : sources) impl_->remember(wanted, true);
}

std::vector<FetchRequest> TrustKeeper::due(UtcSeconds now, std::size_t most) {
  // A request whose answer never came is given up after a while, and its answer ignored.
  std::erase_if(impl_->in_flight, [&](const auto& entry) {
    const auto task = impl_->tasks.find(entry.second);
    return task == impl_->tasks.end() || !impl_->rests(task->second, now);
  });
  const trust::StatusTrust any_issuer = impl_->intake.any_issuer();
  std::vector<FetchRequest> requests;
  for (auto& [number, task] : impl_->tasks) {
    if (requests.size() >= most) break;
    if (!impl_->is_due(task, any_issuer, now)) continue;
    task.last_attempt = now;
    task.hurried = false;
    auto request = impl_->request_for(task);
    if (!request) {
      task.end_attempt(request.error(), now);
      continue;
    }
    impl_->in_flight.emplace(request->id, number);
    requests.push_back(*std::move(request));
  }
  return requests;
}

Result<void> TrustKeeper::on_fetched(std::uint64_t id, const Result<FetchResponse>& answer, UtcSeconds now) {
  const auto request = impl_->in_flight.find(id);
  if (request == impl_->in_flight.end()) return {};
  const auto task = impl_->tasks.find(request->second);
  impl_->in_flight.erase(request);
  if (task == impl_->tasks.end()) return {};  // nobody wants it any more
  if (task->second.feed() != nullptr) impl_->wake_lists(now);
  const Result<void> result =
      answer ? impl_->take(task->first, task->second, *answer, now) : Result<void>(answer.error());
  task->second.end_attempt(result, now);
  return result;
}

void TrustKeeper::hurry() noexcept {
  for (auto& [number, task] : impl_->tasks) task.hurried = true;
}

Result<void> TrustKeeper::take(BundleKind kind, SharedBytes content, UtcSeconds now) {
  impl_->wake_lists(now);
  return impl_->take(kind, std::move(content), now);
}

trust::TrustBundle TrustKeeper::bundle(UtcSeconds now) const {
  trust::TrustBundle bundle = impl_->intake.bundle(now);
  for (const Impl::Dormant& each : impl_->dormant) {
    if (bundle.items.size() < trust::TrustBundleLimits{}.max_items) bundle.items.push_back(each.item);
  }
  for (const auto& [number, task] : impl_->tasks) {
    if (const auto* wanted = task.wanted()) bundle.wanted.push_back(*wanted);
    if (task.feed() == nullptr || !task.received) continue;
    for (trust::BundleItem& item : bundle.items) {
      if (std::ranges::equal(item.content.view(), task.received->content.view())) item.url = task.feed()->url;
    }
  }
  return bundle;
}

std::vector<ImportResult> TrustKeeper::import(const trust::TrustBundle& bundle, UtcSeconds now) {
  impl_->wake_lists(now);
  auto results = impl_->take(bundle, now, false);
  for (const WantedSource& wanted : bundle.wanted) {
    if (impl_->is_vouched_for(wanted, now)) impl_->remember(wanted, false);
  }
  return results;
}

std::vector<ImportResult> TrustKeeper::restore(const trust::TrustBundle& bundle, UtcSeconds now) {
  want(bundle.wanted);
  impl_->wake_lists(now);
  return impl_->take(bundle, now, true);
}

std::size_t TrustKeeper::forget_dormant() noexcept {
  const std::size_t count = impl_->dormant.size();
  impl_->dormant.clear();
  return count;
}

std::vector<TrustItemState> TrustKeeper::state(UtcSeconds now) const {
  std::vector<TrustItemState> states = impl_->intake.state(now);
  for (const Impl::Dormant& each : impl_->dormant) states.push_back(Impl::state_of(each, now));
  const trust::StatusTrust any_issuer = impl_->intake.any_issuer();
  for (const auto& [number, task] : impl_->tasks) {
    TrustItemState missing{.name = {}, .verdict = Verdict::missing, .last_error = task.last_error};
    if (const auto* feed = task.feed()) {
      if (task.received) continue;
      missing.kind = feed->kind;
      missing.name = feed->url;
    } else if (const auto* wanted = task.wanted()) {
      if (impl_->is_at_hand(*wanted, now)) continue;
      missing.kind = kind_of(*wanted);
      missing.name = wanted->uris.front();
    } else if (const auto* list = task.aggregated()) {
      if (impl_->revocation.status_lists().get(list->uri, any_issuer, now)) continue;
      missing.kind = BundleKind::status_list;
      missing.name = list->uri;
    } else {
      continue;
    }
    states.push_back(std::move(missing));
  }
  return states;
}

}  // namespace mdoc
