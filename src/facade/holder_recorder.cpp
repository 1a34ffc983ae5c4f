#include <algorithm>
#include <set>
#include <utility>

#include "core/try.hpp"
#include "facade/record_draft.hpp"
#include "mdoc/recorder.hpp"

namespace mdoc {

using presentation::Consent;

namespace {

constexpr std::string_view agreed_to = "agreed", declined = "declined", nothing_offered = "nothing-offered";

// RecordedQuestion::answer
constexpr std::string_view element_offered = "offered", element_not_offered = "not-offered", element_agreed = "agreed",
                           element_withheld = "withheld";

/// Whether documents for this DocRequest may leave at all: with use cases those alone that serve one.
bool can_leave(const presentation::RequestMatch& match, std::size_t doc_request) {
  if (!match.answerable || match.use_cases.empty() || match.takes_parts_of_sets) return match.answerable;
  return std::ranges::any_of(match.use_cases, [doc_request](const presentation::UseCaseMatch& use_case) {
    return std::ranges::any_of(use_case.document_sets, [doc_request](const presentation::DocumentSetOption& set) {
      return std::ranges::find(set.doc_requests, doc_request) != set.doc_requests.end();
    });
  });
}

/// Whether the reader has what it wants of this DocRequest from others: of a use case, another document set was taken.
bool is_replaced(const std::vector<presentation::UseCaseMatch>& use_cases, std::size_t doc_request,
                 const std::set<std::size_t>& taken) {
  const auto has = [doc_request](const presentation::DocumentSetOption& set) {
    return std::ranges::find(set.doc_requests, doc_request) != set.doc_requests.end();
  };
  const auto is_taken = [&taken](const presentation::DocumentSetOption& set) {
    return std::ranges::all_of(set.doc_requests, [&taken](std::size_t each) { return taken.contains(each); });
  };
  return !taken.contains(doc_request) &&
         std::ranges::any_of(use_cases, [&](const presentation::UseCaseMatch& use_case) {
           return std::ranges::any_of(use_case.document_sets, has) &&
                  std::ranges::any_of(use_case.document_sets, is_taken);
         });
}

/// A name, as a record has it.
using NameInRecord = std::pair<std::string, std::string>;
NameInRecord name_of(const RecordedElement& element) { return {element.name_space, element.element}; }

/// What the person decided.
struct ToldDecision {
  bool agrees = false;      // to one document at least
  bool is_consent = false;  // to something or to nothing; else the question was declined
  std::vector<RecordedAgreement> documents{};
  std::size_t left_out = 0;                                   // parts of them that found no room
  std::set<std::size_t> doc_requests{};                       // of the documents
  std::set<std::pair<std::size_t, NameInRecord>> answered{};  // DocRequest, and what was asked for
};

/// Elements, each with the credential that has it.
using ReleasedNames = std::set<std::pair<std::string, NameInRecord>>;

/// What rounds of this record released.
ReleasedNames released_by(const TransactionRecord& record) {
  ReleasedNames released;
  for (const RecordedRound& round : record.rounds) {
    if (round.outcome != name(ResponseOutcome::released)) continue;
    for (const RecordedAgreement& agreed : round.agreed) {
      if (!agreed.not_sent.empty()) continue;
      for (const RecordedRelease& each : agreed.elements) released.emplace(agreed.credential, name_of(each.released));
    }
  }
  return released;
}

}  // namespace

struct HolderRecorder::Impl {
  RecordDraft draft;
  RecordContents contents;
  /// As long as the Holder has not said that it took it.
  std::optional<ToldDecision> decision{};
  bool is_offering = false;                             // there was something to decide about
  std::vector<presentation::UseCaseMatch> use_cases{};  // of the question

  [[nodiscard]] std::optional<RecordedReader> who_asks(const presentation::DocRequestReaders& readers, UtcSeconds now) {
    const presentation::ReaderJudgement* const best = readers.best();
    const presentation::VerifiedReader* const reader = readers.verified_reader();
    const std::string_view claimed = best != nullptr && reader == nullptr ? best->claimed_subject() : "";
    if (!draft.judged().take({claimed})) return std::nullopt;
    RecordedReader recorded{.result = std::string(presentation::name(readers.result())),
                            .reason = std::string(presentation::name(readers.reason())),
                            .claimed = draft.clip(claimed)};
    if (best != nullptr) recorded.revocations = draft.revocations(best->revocations());
    if (reader == nullptr) return recorded;
    const trust::AnchorFacts& anchor = reader->anchor();
    const trust::ListProvenance* const list = anchor.list ? &anchor.list->provenance() : nullptr;
    const std::string_view provider = list != nullptr ? std::string_view(list->provider) : "";
    if (!draft.judged().take({reader->subject(), anchor.subject, anchor.source, provider})) return recorded;
    recorded.subject = draft.clip(reader->subject());
    recorded.anchor = draft.anchor(anchor.subject, anchor.source, anchor.pinned, list, now);
    return recorded;
  }

  void ask(RecordedRound& round, const ConsentNeeded& question) {
    const auto& doc_requests = question.options.doc_requests;
    // Every DocRequest before the elements of the first: their names may fill the room.
    for (std::size_t i = 0; i < doc_requests.size(); ++i) {
      RecordedDocRequest* const asked = draft.ask(round, i, doc_requests[i].doc_type);
      if (asked == nullptr) continue;
      if (doc_requests[i].obstacle) asked->obstacle = presentation::name(*doc_requests[i].obstacle);
      if (i < question.readers.doc_requests.size()) {
        asked->reader = who_asks(question.readers.doc_requests[i], question.readers.now);
      }
    }
    for (RecordedDocRequest& asked : round.asked) {
      const presentation::DocRequestMatch& match = doc_requests[asked.doc_request];
      draft.ask_elements(asked, match.name_spaces);
      mark_offered(asked, can_leave(question.options, asked.doc_request)
                              ? match.documents
                              : std::span<const presentation::DocumentOption>{});
    }
    for (const presentation::UseCaseMatch& use_case : question.options.use_cases) {
      draft.add_use_case(round, use_case.mandatory, use_case.purpose_hints);
    }
    if (contents.request_digest) round.request_digest = question.options.request_digest.to_bytes();
  }

  void mark_offered(RecordedDocRequest& asked, std::span<const presentation::DocumentOption> documents) const {
    std::set<NameInRecord> offered;
    for (const presentation::DocumentOption& document : documents) {
      for (const presentation::ElementOption& each : document.elements) {
        offered.insert(name_of(draft.element(each.requested)));
      }
    }
    for (RecordedQuestion& question : asked.elements) {
      question.answer = offered.contains(name_of(question.asked)) ? element_offered : element_not_offered;
    }
  }

  /// Each element that leaves once for its document, whatever it answers: a reader may put any number of questions that
  /// one element answers (alternatives: second edition, 10.2.4). Where there is no room left, those are there
  /// nevertheless that no earlier round of this record has released.
  [[nodiscard]] std::vector<RecordedAgreement> agreement(const Consent& consent) {
    ReleasedNames known = released_by(draft.record());
    std::vector<RecordedAgreement> agreed;
    for (const presentation::DocumentOption& document : consent.documents()) {
      RecordedAgreement recorded{.doc_request = document.doc_request,
                                 .doc_type = draft.clip(document.doc_type.str()),
                                 .credential = draft.clip(document.credential_id),
                                 .encrypted = document.encrypted_to.has_value()};
      const bool has_room = draft.own().try_take({document.doc_type.str(), document.credential_id});
      std::set<NameInRecord> leaving;
      for (const presentation::ElementOption& element : document.elements) {
        const RecordedElement released = draft.element(element.released);
        if (!leaving.insert(name_of(released)).second) continue;
        const bool is_new = known.emplace(recorded.credential, name_of(released)).second;
        if ((has_room && draft.own().try_take({released.name_space, released.element})) || is_new) {
          recorded.elements.push_back(release(element));
        } else {
          ++draft.record().left_out;
        }
      }
      if (has_room || !recorded.elements.empty()) {
        agreed.push_back(std::move(recorded));
      } else {
        ++draft.record().left_out;
      }
    }
    return agreed;
  }

  [[nodiscard]] RecordedRelease release(const presentation::ElementOption& element) {
    RecordedRelease release{.released = draft.element(element.released),
                            .basis = std::string(presentation::name(element.basis))};
    const bool another = !(element.released == element.requested);
    if (another && draft.of_peer().take({element.requested.name_space.str(), element.requested.element.str()})) {
      release.instead = draft.element(element.requested);
    }
    return release;
  }

  void decided(RecordedRound& round) {
    auto taken = std::exchange(decision, std::nullopt);
    if (!taken) return;  // nobody told
    const std::string_view refused = taken->is_consent && !is_offering ? nothing_offered : declined;
    round.decision = taken->agrees ? agreed_to : refused;
    round.agreed = std::move(taken->documents);
    round.left_out += taken->left_out;
    for (RecordedDocRequest& asked : round.asked) {
      // Of alternative documents one was to be chosen: nobody withheld the others.
      if (taken->agrees && is_replaced(use_cases, asked.doc_request, taken->doc_requests)) continue;
      for (RecordedQuestion& question : asked.elements) {
        if (question.answer != element_offered) continue;
        const bool agreed = taken->answered.contains({asked.doc_request, name_of(question.asked)});
        question.answer = agreed ? element_agreed : element_withheld;
      }
    }
  }

  /// A decision that does not fit what came of it was not the one that the Holder took. Which one it took, nobody told.
  static void check_decision(RecordedRound& round, const ResponseSent& sent) {
    const bool nothing_by_choice = sent.outcome == ResponseOutcome::nothing && !sent.reason;
    if (round.decision.empty() || (round.decision == agreed_to) != nothing_by_choice) return;
    round.decision.clear();
    round.agreed.clear();
    for (RecordedDocRequest& asked : round.asked) {
      for (RecordedQuestion& question : asked.elements) {
        if (question.answer != element_not_offered) question.answer = element_offered;
      }
    }
  }
};

HolderRecorder::HolderRecorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HolderRecorder::HolderRecorder(HolderRecorder&&) noexcept = default;
HolderRecorder& HolderRecorder::operator=(HolderRecorder&&) noexcept = default;
HolderRecorder::~HolderRecorder() = default;

Result<HolderRecorder> HolderRecorder::start(Rng& rng, Now now, RecordContents contents, RecordLimits limits) {
  MDOC_TRY(auto draft, RecordDraft::start(RecordedBy::holder, rng, now, limits));
  return HolderRecorder(std::make_unique<Impl>(Impl{.draft = std::move(draft), .contents = contents}));
}

void HolderRecorder::on(const ConsentNeeded& question) {
  impl_->decision.reset();  // whatever it was, it was about another question
  impl_->is_offering = question.options.answerable;
  impl_->use_cases = question.options.use_cases;
  RecordedRound* const round = impl_->draft.round(question.round);
  if (round != nullptr) impl_->draft.record_in(*round, [&] { impl_->ask(*round, question); });
}

void HolderRecorder::on(const std::optional<Consent>& decision) {
  ToldDecision& told = impl_->decision.emplace();
  if (!decision) return;
  told.is_consent = true;
  told.agrees = !decision->documents().empty();
  const std::size_t left_out = impl_->draft.record().left_out;
  told.documents = impl_->agreement(*decision);
  told.left_out = impl_->draft.record().left_out - left_out;
  for (const presentation::DocumentOption& document : decision->documents()) {
    told.doc_requests.insert(document.doc_request);
    for (const presentation::ElementOption& element : document.elements) {
      told.answered.emplace(document.doc_request, name_of(impl_->draft.element(element.requested)));
    }
  }
}

void HolderRecorder::on(const Event& event) {
  impl_->draft.add(event);
  if (event.phase != Phase::consent_given) return;
  const bool releases = impl_->decision && impl_->decision->agrees;
  if (RecordedRound* const round = impl_->draft.round(event.round, releases)) impl_->decided(*round);
}

void HolderRecorder::on(const ResponseSent& sent) {
  RecordedRound* const round = impl_->draft.round(sent.round);
  if (round == nullptr) return;
  round->status = static_cast<std::uint64_t>(sent.status);
  round->outcome = name(sent.outcome);
  Impl::check_decision(*round, sent);
  for (const presentation::LostDocument& lost : sent.lost) {
    const std::string credential = impl_->draft.clip(lost.credential_id);
    for (RecordedAgreement& agreed : round->agreed) {
      if (agreed.doc_request != lost.doc_request || agreed.credential != credential) continue;
      agreed.not_sent = word_for(lost.reason);
    }
  }
}

void HolderRecorder::on(const Closed& closed) { impl_->draft.end(closed.reason); }

void HolderRecorder::on(const HolderEffect& effect) {
  if (const auto* question = std::get_if<ConsentNeeded>(&effect)) on(*question);
  if (const auto* sent = std::get_if<ResponseSent>(&effect)) on(*sent);
  if (const auto* event = std::get_if<Event>(&effect)) on(*event);
  if (const auto* closed = std::get_if<Closed>(&effect)) on(*closed);
}

void HolderRecorder::end(const Result<void>& how) {
  impl_->draft.end(how ? std::optional<Error>() : std::optional<Error>(how.error()));
}

const TransactionRecord& HolderRecorder::record() const noexcept { return impl_->draft.record(); }

}  // namespace mdoc
