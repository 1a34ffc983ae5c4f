#include <utility>
#include <variant>

#include "core/try.hpp"
#include "facade/record_draft.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "mdoc/recorder.hpp"

namespace mdoc {

using verification::Answer;
using verification::VerifiedDocument;

namespace {

/// The thumbprint (RFC 9679) of the device key.
std::optional<Bytes> device_key_of(const VerifiedDocument& document) {
  const std::optional<crypto::EcPublicKey>& key = document.device_key();
  if (!key) return std::nullopt;
  return fingerprint(cose::encode_cose_key(*key));
}

}  // namespace

struct ReaderRecorder::Impl {
  RecordDraft draft;
  RecordContents contents;
  std::size_t room_for_values;
  unsigned begun = 0;                             // the last round of which the request was sent
  std::optional<model::DeviceRequest> next{};     // taken, and not sent so far
  std::optional<model::DeviceRequest> request{};  // of the round

  /// The round of this number, of which the request has been sent. Null where there is no room for it.
  [[nodiscard]] RecordedRound* round(unsigned number) {
    RecordedRound* const round = draft.round(number);
    if (number <= begun) return round;
    begun = number;
    request = std::exchange(next, std::nullopt);
    if (round != nullptr && request) draft.record_in(*round, [&] { ask(*round); });
    return round;
  }

  void ask(RecordedRound& round) {
    for (std::size_t i = 0; i < request->doc_requests.size(); ++i) {
      const model::ItemsRequest& wanted = request->doc_requests[i].items_request.value();
      RecordedDocRequest* const asked = draft.ask(round, i, wanted.doc_type);
      if (asked != nullptr) draft.ask_elements(*asked, wanted.name_spaces);
    }
    if (request->device_request_info) {
      for (const model::UseCase& use_case : request->device_request_info->value().use_cases) {
        draft.add_use_case(round, use_case.mandatory, use_case.purpose_hints);
      }
    }
  }

  /// What became of each question.
  static void answer(RecordedRound& round, const std::vector<Answer>& answers) {
    for (const Answer& answer : answers) {
      const auto asked = std::ranges::find(round.asked, answer.doc_request, &RecordedDocRequest::doc_request);
      if (asked == round.asked.end()) continue;
      for (RecordedQuestion& question : asked->elements) {
        const bool same = question.asked.name_space == answer.requested.name_space.str() &&
                          question.asked.element == answer.requested.element.str();
        if (same) question.answer = name(answer.kind);
      }
    }
  }

  [[nodiscard]] static std::vector<RecordedCheck> checks(const std::vector<verification::Finding>& findings,
                                                         RecordRoom& room) {
    std::vector<RecordedCheck> list;
    for (const verification::Finding& finding : findings) {
      const std::string_view id = info(finding.check).id;
      const std::string_view reason =
          finding.reason == verification::Reason::none ? "" : verification::name(finding.reason);
      if (!room.take({id, verification::name(finding.outcome), reason})) continue;
      list.push_back({.id = std::string(id),
                      .outcome = std::string(verification::name(finding.outcome)),
                      .reason = std::string(reason)});
    }
    return list;
  }

  [[nodiscard]] static std::vector<std::string> deviations(const std::vector<verification::Warning>& warnings,
                                                           RecordRoom& room) {
    std::vector<std::string> list;
    for (const verification::Warning& warning : warnings) {
      const std::string_view id = info(warning.rule).id;
      if (std::ranges::find(list, id) == list.end() && room.take({id})) list.emplace_back(id);
    }
    return list;
  }

  [[nodiscard]] std::vector<RecordedElement> surplus(const verification::DocumentReport& report) {
    std::vector<RecordedElement> list;
    const auto& found = report.find(verification::CheckId::elements_requested).found;
    const auto* const names = std::get_if<std::vector<model::ElementReference>>(&found);
    if (names == nullptr) return list;
    for (const model::ElementReference& name : *names) {
      if (draft.of_peer().take({name.name_space.str(), name.element.str()})) list.push_back(draft.element(name));
    }
    return list;
  }

  [[nodiscard]] RecordedDocument document(const verification::DocumentReport& report, UtcSeconds now) {
    RecordedDocument document{.doc_type = report.doc_type ? draft.clip(report.doc_type->str()) : "",
                              .valid = report.valid,
                              .encrypted = report.doc_request.has_value(),
                              .checks = checks(report.findings, draft.judged()),
                              .revocations = draft.revocations(report.revocations),
                              .deviations = deviations(report.warnings, draft.judged()),
                              .surplus = surplus(report)};
    if (!report.issuer) return document;
    const verification::IssuerFacts& issuer = *report.issuer;
    const std::string_view provider = issuer.list ? std::string_view(issuer.list->provider) : "";
    if (!draft.judged().take({issuer.subject, issuer.country, issuer.trust_anchor, issuer.source, provider})) {
      return document;
    }
    document.issuer = draft.clip(issuer.subject);
    document.country = draft.clip(issuer.country);
    const bool trusted = issuer.pinned || !issuer.trust_anchor.empty();
    if (trusted) {
      document.anchor =
          draft.anchor(issuer.trust_anchor, issuer.source, issuer.pinned, issuer.list ? &*issuer.list : nullptr, now);
    }
    return document;
  }

  /// Whether the reader said of this element that it would be stored.
  [[nodiscard]] bool was_to_be_retained(const Answer& answer) const {
    if (!request || answer.doc_request >= request->doc_requests.size()) return false;
    for (const auto& [name_space, elements] : request->doc_requests[answer.doc_request].items_request->name_spaces) {
      for (const auto& [identifier, retain] : elements) {
        if (name_space == answer.requested.name_space && identifier == answer.requested.element) return retain;
      }
    }
    return false;
  }

  void keep_value(RecordedDocument& document, const VerifiedDocument& verified, const model::ElementReference& name) {
    const model::DataElementValue* const value = verified.find(name.name_space, name.element);
    if (value == nullptr) return;
    const ByteView encoded = value->encoded().view();
    if (encoded.size() > room_for_values) {
      ++draft.record().left_out;
      return;
    }
    if (!draft.own().take({name.name_space.str(), name.element.str()})) return;  // which counts it
    room_for_values -= encoded.size();
    // A copy: a slice would keep the whole answer.
    document.values.push_back(
        {.element = draft.element(name), .value = SharedBytes::take_secret({encoded.begin(), encoded.end()})});
  }

  /// An alternative inherits the intent of what it stands for (second edition, 10.2.4); of an age that answers for
  /// another one nobody says so.
  void keep_values(RecordedDocument& document, const VerifiedDocument& verified, const std::vector<Answer>& answers) {
    for (const Answer& answer : answers) {
      if (answer.document != verified.index() || !was_to_be_retained(answer)) continue;
      if (answer.kind == Answer::Kind::as_requested) keep_value(document, verified, answer.requested);
      if (answer.kind != Answer::Kind::alternative) continue;
      for (const model::ElementReference& name : answer.by) keep_value(document, verified, name);
    }
  }

  void judge(RecordedRound& round, const ResponseReceived& response) {
    const verification::Report& report = response.outcome.report;
    RecordedVerdict& verdict =
        round.verdict.emplace(RecordedVerdict{.valid = report.valid,
                                              .level = std::string(mdoc::name(report.level)),
                                              .revocation = std::string(trust::name(report.revocation)),
                                              .version = draft.clip(report.version),
                                              .status = report.status,
                                              .checks = checks(report.findings, draft.own()),
                                              .encrypted_documents = report.encrypted_documents,
                                              .zk_documents = report.zk_documents,
                                              .deviations = deviations(report.warnings, draft.own())});
    for (std::size_t i = 0; i < report.documents.size(); ++i) {
      const auto& doc_type = report.documents[i].doc_type;
      if (!draft.judged().take({doc_type ? doc_type->str() : ""})) continue;
      RecordedDocument recorded = document(report.documents[i], report.now);
      for (const VerifiedDocument& verified : response.outcome.documents) {
        if (verified.index() != i) continue;
        if (contents.device_keys) recorded.device_key = device_key_of(verified);
        if (contents.retained_values) keep_values(recorded, verified, report.answers);
      }
      verdict.documents.push_back(std::move(recorded));
    }
    for (const verification::QuestionAnswer& given : response.outcome.answers) {
      const std::string question = draft.clip(given.question.to_string());
      const std::string_view said = name(given.verdict);
      const std::string_view reason = name(given.reason);
      if (!draft.own().take({question, said, reason})) continue;
      verdict.answers.push_back({.question = question, .verdict = std::string(said), .reason = std::string(reason)});
    }
    answer(round, report.answers);
  }
};

ReaderRecorder::ReaderRecorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReaderRecorder::ReaderRecorder(ReaderRecorder&&) noexcept = default;
ReaderRecorder& ReaderRecorder::operator=(ReaderRecorder&&) noexcept = default;
ReaderRecorder::~ReaderRecorder() = default;

Result<ReaderRecorder> ReaderRecorder::start(Rng& rng, Now now, RecordContents contents, RecordLimits limits) {
  MDOC_TRY(auto draft, RecordDraft::start(RecordedBy::reader, rng, now, limits));
  return ReaderRecorder(std::make_unique<Impl>(
      Impl{.draft = std::move(draft), .contents = contents, .room_for_values = limits.max_values}));
}

void ReaderRecorder::on(const model::DeviceRequest& request) { impl_->next = request; }

void ReaderRecorder::on(const RequestSent& sent) {
  RecordedRound* const round = impl_->round(sent.round);
  if (round == nullptr || !impl_->contents.request_digest) return;
  round->request_digest = fingerprint(sent.device_request.view());
}

void ReaderRecorder::on(const ResponseReceived& response) {
  // What was answered was sent, though nobody may have told of it.
  RecordedRound* const round = impl_->round(response.round);
  if (round != nullptr) impl_->draft.record_in(*round, [&] { impl_->judge(*round, response); });
}

void ReaderRecorder::on(const Event& event) { impl_->draft.add(event); }

void ReaderRecorder::on(const Closed& closed) { impl_->draft.end(closed.reason); }

void ReaderRecorder::on(const ReaderEffect& effect) {
  if (const auto* sent = std::get_if<RequestSent>(&effect)) on(*sent);
  if (const auto* response = std::get_if<ResponseReceived>(&effect)) on(*response);
  if (const auto* event = std::get_if<Event>(&effect)) on(*event);
  if (const auto* closed = std::get_if<Closed>(&effect)) on(*closed);
}

void ReaderRecorder::end(const Result<void>& how) {
  impl_->draft.end(how ? std::optional<Error>() : std::optional<Error>(how.error()));
}

const TransactionRecord& ReaderRecorder::record() const noexcept { return impl_->draft.record(); }

}  // namespace mdoc
