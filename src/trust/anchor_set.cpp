#include "trust/anchor_set.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "mdoc/crypto/certificate_path.hpp"
#include "trust/certificate_key.hpp"
#include "trust/path_dates.hpp"
#include "trust/path_search.hpp"

namespace mdoc::trust {
namespace {

/// One outside of its dates as well: a report says whose certificate has expired.
Result<std::vector<crypto::Certificate>> find_path(const crypto::Certificate& leaf,
                                                   std::span<const crypto::Certificate> intermediates,
                                                   std::span<const crypto::Certificate> anchors, UtcSeconds now,
                                                   const ClockPolicy& clock) {
  return crypto::find_certificate_path(leaf, intermediates, anchors, path_options(now, clock, InvalidPath::returned));
}

/// The profile that an anchor of this purpose has in ISO/IEC 18013-5.
std::optional<CertificateRole> anchor_role(Purpose purpose) noexcept {
  switch (purpose) {
    case Purpose::issuance: return CertificateRole::iaca;
    case Purpose::readers: return CertificateRole::reader_ca;
    case Purpose::list_signers:
    case Purpose::status_lists:
    case Purpose::tls: break;
  }
  return std::nullopt;
}

/// Judges the end entity, and the anchor where there is one.
void judge_rules(EvaluatedChain& chain, const ChainRequest& request, PathOutcome outcome) {
  if (outcome == PathOutcome::pinned_key) return;  // whoever presents it may have made this certificate
  const bool path = outcome == PathOutcome::path && chain.path.size() > 1;
  chain.broken = broken_rules(end_entity_context(chain.path, request.role, request.profile));
  const auto role = anchor_role(request.purpose);
  if (!path || !role) return;
  chain.anchor_broken = broken_rules(
      {.certificate = chain.path.back(), .role = *role, .profile = info(*role).profile, .signature_verified = true});
}

AnchorFacts facts_of(const crypto::Certificate& certificate, const AnchorSource& source, bool pinned) {
  AnchorFacts facts{.subject = certificate.subject().text(),
                    .source = source.list ? describe(source.list->provenance()) : source.options.source,
                    .pinned = pinned,
                    .list = source.list,
                    .status_signers = source.status_signers};
  if (const auto country = certificate.country(); country && !pinned) facts.country = std::string(*country);
  return facts;
}

/// Anchors of one name whose signature is looked for; a list may have any number of them.
constexpr std::size_t most_namesakes = 16;

bool has_signed(const crypto::Certificate& issuer, const crypto::Certificate& certificate) {
  if (issuer.subject() != certificate.issuer() || issuer == certificate) return false;
  const auto& key = issuer.public_key();
  return key && certificate.verify_signature(*key);
}

/// Text that a stranger chose, for a report. Cut between characters.
std::string shortened(std::string text) {
  constexpr std::size_t most = 200;
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text + "…";
}

/// Where each certificate stands among entries, by its key_of().
using Places = std::map<std::string, std::size_t>;

Places places_in(const std::vector<AnchorEntry>& entries) {
  Places places;
  for (std::size_t i = 0; i < entries.size(); ++i) places.emplace(key_of(entries[i].certificate), i);
  return places;
}

bool meets_constraints(const AnchorSource& source, std::span<const crypto::Certificate> path) {
  const VerifiedRical* const rical = source.list ? source.list->rical() : nullptr;
  return rical == nullptr || judge_reader_path(*rical, path).trusted();
}

}  // namespace

bool AnchorSource::allows(const DocType& doc_type) const {
  return options.doc_types.empty() || std::ranges::find(options.doc_types, doc_type) != options.doc_types.end();
}

AnchorSet::AnchorSet(const AnchorSet& other)
    : disagreement_(other.disagreement_),
      authorities_(other.authorities_),
      pins_(other.pins_),
      keys_(other.keys_),
      lists_(other.lists_) {}

/// The source of this list, or by hand, of this certificate; a new one where there is none.
AnchorSource& AnchorSet::source_in(std::vector<AnchorEntry>& entries, const crypto::Certificate& certificate,
                                   const std::optional<TrustedList>& list) {
  auto entry = std::ranges::find(entries, certificate, &AnchorEntry::certificate);
  if (entry == entries.end()) entry = entries.insert(entry, {.certificate = certificate});
  const auto source = std::ranges::find(entry->sources, list, &AnchorSource::list);
  if (source != entry->sources.end()) return *source;
  return *entry->sources.insert(list ? entry->sources.end() : entry->sources.begin(), {.list = list});
}

void AnchorSet::add_authority(const crypto::Certificate& certificate, AnchorOptions options) {
  source_in(authorities_, certificate, std::nullopt).options = std::move(options);
}

Result<void> AnchorSet::add_linked(Purpose purpose, const crypto::Certificate& link,
                                   const crypto::Certificate& new_root, UtcSeconds now, const ClockPolicy& clock,
                                   Level level) {
  if (!is_ca(new_root)) return Error{.code = Errc::bad_argument, .where = "NewRoot"};
  const bool same = link.subject() == new_root.subject() &&
                    std::ranges::equal(link.subject_public_key_info(), new_root.subject_public_key_info());
  if (!same) return Error{.code = Errc::subject_mismatch, .where = "LinkCertificate.subject"};
  if (!new_root.is_self_signed()) return Error{.code = Errc::signature_invalid, .where = "NewRoot"};
  std::vector<crypto::Certificate> by_hand;
  for (const AnchorEntry& entry : authorities_) {
    if (!entry.sources.front().list) by_hand.push_back(entry.certificate);
  }
  const auto path = find_path(link, {}, by_hand, now, clock);
  if (!path) return path.error();
  const crypto::Certificate old_root = path->back();
  for (const crypto::Certificate& certificate : {old_root, link, new_root}) {
    switch (clock.judge(now, certificate.not_before(), certificate.not_after())) {
      case DateVerdict::within:
      case DateVerdict::within_skew: break;
      case DateVerdict::too_early: return Error{.code = Errc::not_yet_valid, .where = "LinkCertificate"};
      case DateVerdict::too_late: return Error{.code = Errc::expired, .where = "LinkCertificate"};
      // Who does not know the time cannot say that the old root still vouches for anything.
      case DateVerdict::clock_unknown: return Error{.code = Errc::refused, .where = "LinkCertificate"};
    }
  }
  const CertificateRole role = CertificateRole::iaca_link;
  const bool link_breaks_a_rule = breaks_a_rule({.certificate = link,
                                                 .role = role,
                                                 .profile = info(role).profile,
                                                 .issuer = &old_root,
                                                 .signature_verified = true},
                                                level);
  if (link_breaks_a_rule) return Error{.code = Errc::deviation, .where = "LinkCertificate"};
  if (const auto of_root = anchor_role(purpose)) {
    const bool root_breaks_a_rule = breaks_a_rule(
        {.certificate = new_root, .role = *of_root, .profile = info(*of_root).profile, .signature_verified = true},
        level);
    if (root_breaks_a_rule) return Error{.code = Errc::deviation, .where = "NewRoot"};
  }
  const auto old_entry = std::ranges::find(authorities_, old_root, &AnchorEntry::certificate);
  add_authority(new_root, old_entry->sources.front().options);
  return {};
}

void AnchorSet::pin_certificate(const crypto::Certificate& certificate, AnchorOptions options) {
  source_in(pins_, certificate, std::nullopt).options = std::move(options);
}

void AnchorSet::pin_key(const crypto::PublicKey& key, AnchorOptions options) {
  std::erase_if(keys_, [&](const PinnedKey& known) { return known.key == key; });
  keys_.push_back({key, std::move(options)});
}

void AnchorSet::put_list(const TrustedList& list) {
  const auto earlier =
      std::ranges::find_if(lists_, [&](const TrustedList& known_list) { return known_list.is_same_list(list); });
  if (earlier != lists_.end()) {
    forget_list(authorities_, *earlier);
    forget_list(pins_, *earlier);
    *earlier = list;
  } else {
    lists_.push_back(list);
  }
  // Of thousands of certificates each is looked up once, so not by going through all the others.
  Places of_authorities = places_in(authorities_);
  Places of_pins = places_in(pins_);
  for (const ListedAnchor& anchor : list.anchors()) {
    std::vector<AnchorEntry>& entries = anchor.direct ? pins_ : authorities_;
    Places& places = anchor.direct ? of_pins : of_authorities;
    const auto [place, is_new] = places.emplace(key_of(anchor.certificate), entries.size());
    if (is_new) entries.push_back({.certificate = anchor.certificate});
    entries[place->second].sources.push_back({.options = {.doc_types = anchor.doc_types},
                                              .list = list,
                                              .anchor = anchor.anchor,
                                              .status_signers = anchor.status_signers});
  }
}

bool AnchorSet::remove_list(const TrustedList& list) {
  const auto there = std::ranges::find_if(lists_, [&](const TrustedList& known) { return known.is_same_list(list); });
  if (there == lists_.end()) return false;
  forget_list(authorities_, *there);
  forget_list(pins_, *there);
  lists_.erase(there);
  return true;
}

void AnchorSet::clear() {
  authorities_.clear();
  pins_.clear();
  keys_.clear();
  lists_.clear();
}

void AnchorSet::forget_list(std::vector<AnchorEntry>& entries, const TrustedList& list) {
  for (AnchorEntry& entry : entries) {
    std::erase_if(entry.sources, [&](const AnchorSource& source) { return source.list == list; });
  }
  std::erase_if(entries, [](const AnchorEntry& entry) { return entry.sources.empty(); });
}

std::vector<crypto::Certificate> AnchorSet::given() const {
  std::vector<crypto::Certificate> certificates;
  for (const auto* entries : {&authorities_, &pins_}) {
    for (const AnchorEntry& entry : *entries) {
      if (!entry.sources.front().list) certificates.push_back(entry.certificate);
    }
  }
  return certificates;
}

std::vector<crypto::Certificate> AnchorSet::usable(UtcSeconds now, const ClockPolicy& clock) const {
  const auto counts = [&](const AnchorSource& source) {
    return source.anchor && (!source.list || judge_list_dates(source.list->provenance(), now, clock));
  };
  std::vector<crypto::Certificate> certificates;
  for (const auto* entries : {&authorities_, &pins_}) {
    for (const AnchorEntry& entry : *entries) {
      if (std::ranges::any_of(entry.sources, counts)) certificates.push_back(entry.certificate);
    }
  }
  return certificates;
}

std::vector<crypto::Certificate> AnchorSet::authorities() const {
  std::vector<crypto::Certificate> certificates;
  certificates.reserve(authorities_.size());
  for (const AnchorEntry& entry : authorities_) certificates.push_back(entry.certificate);
  return certificates;
}

AnchorSet::Admission AnchorSet::admit(const AnchorEntry& entry, const Question& question) const {
  Admission admission;
  bool refused_by_a_list = false;
  for (const AnchorSource& source : entry.sources) {
    const bool list_usable =
        !source.list || judge_list_dates(source.list->provenance(), question.now, question.clock).has_value();
    if (!list_usable) {
      admission.obstacles.list_expired = true;
      continue;
    }
    if (!source.anchor) {
      admission.completes = true;
      continue;
    }
    if (source.allows(question.doc_type)) {
      admission.sources.push_back(&source);
    } else {
      admission.obstacles.other_doc_types = true;
      refused_by_a_list = refused_by_a_list || source.list.has_value();
    }
  }
  const auto of_list = [](const AnchorSource* source) { return source->list.has_value(); };
  admission.disputed = refused_by_a_list && std::ranges::any_of(admission.sources, of_list);
  if (refused_by_a_list && disagreement_ == ListDisagreement::all_must_agree) {
    std::erase_if(admission.sources, of_list);
  }
  return admission;
}

Evaluation AnchorSet::evaluate(const ChainRequest& request, std::span<const ByteView> x5chain, UtcSeconds now,
                               const ClockPolicy& clock, const DecodeLimits& limits) const {
  std::vector<crypto::Certificate> parsed;
  parsed.reserve(x5chain.size());
  std::optional<Error> undecodable;
  for (const ByteView der : x5chain) {
    auto certificate = crypto::Certificate::from_der(der, limits.max_certificate_bytes);
    if (!certificate) {
      undecodable = certificate.error();
      undecodable->where = Path("x5chain") / parsed.size();
      break;
    }
    parsed.push_back(*std::move(certificate));
  }
  if (parsed.empty()) return {.error = undecodable};

  const crypto::Certificate& leaf = parsed.front();
  const auto is_self_issued = [](const crypto::Certificate& certificate) { return certificate.is_self_issued(); };
  EvaluatedChain chain{.path = {leaf},
                       .subject = leaf.subject().text(),
                       .valid_from = leaf.not_before(),
                       .valid_until = leaf.not_after(),
                       .includes_self_issued = std::any_of(parsed.begin() + 1, parsed.end(), is_self_issued)};
  Evaluation evaluation{.outcome = PathOutcome::malformed, .error = undecodable};
  if (!undecodable) {
    Refusal refusal;
    evaluation.outcome = judge(chain, parsed, {request.doc_type, now, clock}, refusal);
    evaluation.error = refusal.error;
    evaluation.refused_anchor = std::move(refusal.anchor);
  }
  if (evaluation.outcome == PathOutcome::untrusted) evaluation.dead_end = find_dead_end(parsed);
  judge_rules(chain, request, evaluation.outcome);
  evaluation.chain = std::make_shared<const EvaluatedChain>(std::move(chain));
  return evaluation;
}

PathOutcome AnchorSet::judge(EvaluatedChain& chain, std::span<const crypto::Certificate> x5chain,
                             const Question& question, Refusal& refusal) const {
  if (size() == 0) return PathOutcome::no_anchors;
  Obstacles obstacles;  // something would trust the chain, if it were not for these
  if (const auto pinned = judge_pins(chain, question, obstacles)) return *pinned;
  return judge_path(chain, x5chain, question, obstacles, refusal);
}

/// Over certificates that did sign what is below them: x5chain is not signed, and anybody may add to it.
std::optional<DeadEnd> AnchorSet::find_dead_end(std::span<const crypto::Certificate> x5chain) const {
  std::vector<const crypto::Certificate*> others;
  for (const crypto::Certificate& certificate : x5chain.subspan(1)) others.push_back(&certificate);
  const crypto::Certificate* last = &x5chain.front();
  for (;;) {
    const auto issuer =
        std::ranges::find_if(others, [&](const auto* candidate) { return has_signed(*candidate, *last); });
    if (issuer == others.end()) break;
    last = *issuer;
    others.erase(issuer);  // no certificate twice: two may certify each other
  }
  DeadEnd end{.subject = shortened(last->subject().text()), .issuer = shortened(last->issuer().text())};
  std::size_t namesakes = 0;
  for (const AnchorEntry& entry : authorities_) {
    const bool is_anchor = std::ranges::any_of(entry.sources, &AnchorSource::anchor);
    if (!is_anchor || entry.certificate.subject() != last->issuer()) continue;
    if (++namesakes > most_namesakes) break;
    if (has_signed(entry.certificate, *last)) return std::nullopt;
  }
  end.has_namesake = namesakes != 0 && namesakes <= most_namesakes;
  return end;
}

std::optional<PathOutcome> AnchorSet::judge_pins(EvaluatedChain& chain, const Question& question,
                                                 Obstacles& obstacles) const {
  const crypto::Certificate& leaf = chain.end_entity();
  for (const AnchorEntry& pin : pins_) {
    if (pin.certificate != leaf) continue;
    const Admission admission = admit(pin, question);
    if (admission.sources.empty()) {
      obstacles = admission.obstacles;
      continue;
    }
    chain.anchor = facts_of(leaf, *admission.sources.front(), true);
    chain.anchor->disputed = admission.disputed;
    return PathOutcome::pinned_certificate;
  }
  for (const PinnedKey& pin : keys_) {
    if (!leaf.public_key() || *leaf.public_key() != pin.key) continue;
    if (!AnchorSource{.options = pin.options}.allows(question.doc_type)) {
      obstacles.other_doc_types = true;
      continue;
    }
    chain.anchor = AnchorFacts{.source = pin.options.source, .pinned = true};
    return PathOutcome::pinned_key;
  }
  return std::nullopt;
}

PathOutcome AnchorSet::judge_path(EvaluatedChain& chain, std::span<const crypto::Certificate> x5chain,
                                  const Question& question, Obstacles obstacles, Refusal& refusal) const {
  const crypto::Certificate& leaf = x5chain.front();
  std::vector<crypto::Certificate> intermediates(x5chain.begin() + 1, x5chain.end());
  std::vector<Admission> admissions;
  std::vector<crypto::Certificate> allowed, others;
  admissions.reserve(authorities_.size());
  for (const AnchorEntry& entry : authorities_) {
    const Admission& admission = admissions.emplace_back(admit(entry, question));
    if (!admission.sources.empty()) {
      allowed.push_back(entry.certificate);
    } else if (admission.obstacles.other_doc_types || admission.obstacles.list_expired) {
      others.push_back(entry.certificate);
    }
    if (admission.completes) intermediates.push_back(entry.certificate);
  }

  const auto admission_of = [&](const crypto::Certificate& certificate) -> const Admission& {
    const auto entry = std::ranges::find(authorities_, certificate, &AnchorEntry::certificate);
    return admissions[static_cast<std::size_t>(entry - authorities_.begin())];
  };
  if (auto path = find_path(leaf, intermediates, allowed, question.now, question.clock)) {
    const crypto::Certificate& root = path->back();
    const Admission& admission = admission_of(root);
    const auto source = std::ranges::find_if(admission.sources,
                                             [&](const AnchorSource* each) { return meets_constraints(*each, *path); });
    if (source == admission.sources.end()) {
      refusal.anchor = facts_of(root, *admission.sources.front(), false);
      return PathOutcome::constraints_unmet;
    }
    chain.anchor = facts_of(root, **source, false);
    chain.anchor->disputed = admission.disputed;
    chain.path = *std::move(path);
    for (const crypto::Certificate& certificate : chain.path) {
      chain.valid_from = std::max(chain.valid_from, certificate.not_before());
      chain.valid_until = std::min(chain.valid_until, certificate.not_after());
    }
    return PathOutcome::path;
  } else if (!allowed.empty()) {
    refusal.error = path.error();  // where there are pins alone, no path was looked for
  }
  if (!others.empty()) {
    if (const auto path = find_path(leaf, intermediates, others, question.now, question.clock)) {
      const auto entry = std::ranges::find(authorities_, path->back(), &AnchorEntry::certificate);
      refusal.anchor = facts_of(entry->certificate, entry->sources.front(), false);
      const Obstacles& there = admission_of(path->back()).obstacles;
      obstacles.other_doc_types |= there.other_doc_types;
      obstacles.list_expired |= there.list_expired;
    }
  }
  if (obstacles.other_doc_types || obstacles.list_expired) refusal.error.reset();
  if (obstacles.other_doc_types) return PathOutcome::other_doc_types_only;
  return obstacles.list_expired ? PathOutcome::list_expired : PathOutcome::untrusted;
}

}  // namespace mdoc::trust
