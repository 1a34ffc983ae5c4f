#include "mdoc/trust_keeper.hpp"

#include <algorithm>
#include <iterator>

#include "core/try.hpp"
#include "facade/dormant_items.hpp"
#include "facade/trust_intake.hpp"
#include "facade/trust_schedule.hpp"

namespace mdoc {
namespace {

using trust::BundleKind;
using trust::RevocationSource;
using trust::WantedSource;

using Verdict = TrustItemState::Verdict;

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

Result<crypto::Certificate> named_trust_point(const trust::BundleItem& item) {
  if (item.trust_point) return crypto::Certificate::from_der(item.trust_point->view());
  return Error{.code = Errc::missing_element, .where = Path("TrustBundle") / "items" / "trustPoint"};
}

/// What `take` makes of each item: lists of anchors first, whatever their place, as they say who may revoke.
template <class Take>
std::vector<ImportResult> take_anchors_first(const trust::TrustBundle& bundle, Take take) {
  std::vector<ImportResult> results(bundle.items.size());
  for (const bool revocations : {false, true}) {
    for (std::size_t i = 0; i < bundle.items.size(); ++i) {
      const trust::BundleItem& item = bundle.items[i];
      if (is_revocation(item.kind) != revocations) continue;
      results[i] = {.kind = item.kind, .index = i};
      if (const Result<void> taken = take(item); !taken) results[i].error = taken.error();
    }
  }
  return results;
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

/// Who may bring what: an answer to a request, somebody by hand, a bundle of anybody, and this reader's own storage.
struct TrustKeeper::Impl {
  TrustKeeperOptions options;
  TrustIntake intake;
  TrustSchedule schedule;
  DormantItems dormant{};

  Impl(trust::TrustStore& store, trust::RevocationStore& revocation, TrustKeeperOptions given)
      : options(std::move(given)), intake(store, revocation, options), schedule(revocation, intake, options) {}

  Result<void> take_answer(TrustTask& task, const FetchResponse& answer, UtcSeconds now) {
    SharedBytes body = SharedBytes::copy_of(answer.body);
    if (const auto* wanted = task.wanted()) return intake.take(*wanted, std::move(body), now);
    if (const auto* list = task.aggregated()) return intake.take_aggregated(list->uri, std::move(body), now);
    const auto* feed = task.feed();
    if (feed == nullptr) return take_aggregation(task, body);
    const trust::TrustedList* earlier = task.received && task.received->list ? &*task.received->list : nullptr;
    MDOC_TRY(task.received, intake.take(*feed, std::move(body), now, earlier));
    return {};
  }

  /// Lists of an aggregation document are fetched before any document refers to them, so that no fetch tells who
  /// presented something. They are believed from the CA of some document signer; a document that names another signer
  /// for its list will ask for it.
  Result<void> take_aggregation(const TrustTask& aggregation, const SharedBytes& document) {
    if (options.formats == nullptr) return Error{.code = Errc::unsupported_media_type, .where = "StatusAggregation"};
    MDOC_TRY(const std::vector<std::string> uris, options.formats->aggregation(document.view()));
    return schedule.replace_aggregated(aggregation, uris);
  }

  Result<void> take_by_hand(BundleKind kind, SharedBytes content, UtcSeconds now) {
    switch (kind) {
      case BundleKind::vical:
      case BundleKind::rical: return take_for({.kind = kind}, std::move(content), now);
      case BundleKind::trusted_entities: return take_for_feeds(content, now);
      case BundleKind::crl:
      case BundleKind::status_list:
      case BundleKind::ocsp: break;
    }
    return intake.take_revocation(kind, content, schedule.wanted(kind), now);
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

  /// An item of a bundle that may have come through any hands.
  Result<void> import_item(const trust::BundleItem& item, UtcSeconds now) {
    if (!is_revocation(item.kind)) return take_anchors(item, now, now);
    MDOC_TRY(const auto trust_point, known_trust_point(item, now));
    return take_revocation(item, trust_point, now, now);
  }

  /// An item of this keeper's own storage: it was verified when it came, and is so as of then.
  Result<void> restore_item(const trust::BundleItem& item, UtcSeconds now) {
    const Result<void> taken = take_restored(item, now);
    dormant.note(item, taken);
    return taken;
  }
  Result<void> take_restored(const trust::BundleItem& item, UtcSeconds now) {
    if (!is_revocation(item.kind)) return take_anchors(item, item.fetched, now);
    MDOC_TRY(const auto trust_point, named_trust_point(item));
    return take_revocation(item, trust_point, item.fetched, now);
  }

  /// @param at  as of when it is verified
  Result<void> take_anchors(const trust::BundleItem& item, UtcSeconds at, UtcSeconds now) {
    MDOC_TRY(const auto received, intake.take_anchors(item, at));
    schedule.attribute(item, received, now);
    return {};
  }
  Result<void> take_revocation(const trust::BundleItem& item, const crypto::Certificate& trust_point, UtcSeconds at,
                               UtcSeconds now) {
    MDOC_TRY(const auto received, intake.take_revocation(item, trust_point, at));
    schedule.attribute(item, received, now);
    return {};
  }

  /// Revocation lists are verified against the certificate that the bundle brings with them: whoever made the bundle
  /// may have made that as well.
  /// @return that certificate, if somebody vouches for it here
  [[nodiscard]] Result<crypto::Certificate> known_trust_point(const trust::BundleItem& item, UtcSeconds now) const {
    MDOC_TRY(const auto trust_point, named_trust_point(item));
    if (schedule.is_wanted(item.kind, trust_point) || intake.is_vouched_for(trust_point, now)) return trust_point;
    return Error{.code = Errc::chain_untrusted, .where = Path("TrustBundle") / "items" / "trustPoint"};
  }

  [[nodiscard]] bool is_vouched_for(const WantedSource& wanted, UtcSeconds now) const {
    if (!names_itself(wanted)) return false;
    if (wanted.issuer) return intake.is_vouched_for(*wanted.issuer, now);
    return std::ranges::all_of(wanted.trust->certificates(), [&](const crypto::Certificate& certificate) {
      return intake.is_vouched_for(certificate, now);
    });
  }

  /// Before any list is taken: one that verifies again, as its anchor is back, is to keep an earlier issue out.
  void wake_lists(UtcSeconds now) {
    for (const trust::BundleItem& list : dormant.lists()) (void)restore_item(list, now);
  }
};

TrustKeeper::TrustKeeper(trust::TrustStore& store, trust::RevocationStore& revocation, TrustKeeperOptions options)
    : impl_(std::make_unique<Impl>(store, revocation, std::move(options))) {}
TrustKeeper::TrustKeeper(TrustKeeper&&) noexcept = default;
TrustKeeper& TrustKeeper::operator=(TrustKeeper&&) noexcept = default;
TrustKeeper::~TrustKeeper() = default;

void TrustKeeper::want(std::span<const trust::WantedSource> sources) {
  for (const WantedSource& source : sources) impl_->schedule.want(source);
}

std::vector<FetchRequest> TrustKeeper::due(UtcSeconds now, std::size_t most) { return impl_->schedule.due(now, most); }

Result<void> TrustKeeper::on_fetched(std::uint64_t id, const Result<FetchResponse>& answer, UtcSeconds now) {
  TrustTask* const task = impl_->schedule.take_answered(id);
  if (task == nullptr) return {};
  if (task->feed() != nullptr) impl_->wake_lists(now);
  const Result<void> result = answer ? impl_->take_answer(*task, *answer, now) : Result<void>(answer.error());
  task->end_attempt(result, now);
  return result;
}

void TrustKeeper::hurry() noexcept { impl_->schedule.hurry(); }

Result<void> TrustKeeper::take(BundleKind kind, SharedBytes content, UtcSeconds now) {
  impl_->wake_lists(now);
  return impl_->take_by_hand(kind, std::move(content), now);
}

trust::TrustBundle TrustKeeper::bundle(UtcSeconds now) const {
  trust::TrustBundle bundle = impl_->intake.bundle(now);
  impl_->dormant.add_to(bundle);
  impl_->schedule.describe(bundle);
  return bundle;
}

std::vector<ImportResult> TrustKeeper::import(const trust::TrustBundle& bundle, UtcSeconds now) {
  impl_->wake_lists(now);
  auto results =
      take_anchors_first(bundle, [&](const trust::BundleItem& item) { return impl_->import_item(item, now); });
  for (const WantedSource& wanted : bundle.wanted) {
    if (impl_->is_vouched_for(wanted, now)) impl_->schedule.want_if_there_is_room(wanted);
  }
  return results;
}

std::vector<ImportResult> TrustKeeper::restore(const trust::TrustBundle& bundle, UtcSeconds now) {
  want(bundle.wanted);
  impl_->wake_lists(now);
  return take_anchors_first(bundle, [&](const trust::BundleItem& item) { return impl_->restore_item(item, now); });
}

std::size_t TrustKeeper::forget_dormant() noexcept { return impl_->dormant.forget(); }

std::vector<TrustItemState> TrustKeeper::state(UtcSeconds now) const {
  std::vector<TrustItemState> states = impl_->intake.state(now);
  std::ranges::move(impl_->dormant.state(now), std::back_inserter(states));
  std::ranges::move(impl_->schedule.missing(now), std::back_inserter(states));
  return states;
}

}  // namespace mdoc
