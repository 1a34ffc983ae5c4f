#include "mdoc/verification/verify.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/try.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/version.hpp"
#include "mdoc/model/device_response.hpp"
#include "verification/document_verifier.hpp"
#include "verification/element_reduction.hpp"
#include "verification/finding.hpp"
#include "verification/request_matching.hpp"
#include "verification/unverified_response.hpp"
#include "verification/zk_document_verifier.hpp"

namespace mdoc::verification {
namespace {

/// Whether `encoded` is one well-formed map at all: what is wrong in a part of it is a matter for the report.
Result<void> check_is_map(const SharedBytes& encoded, const Path& where, const DecodeLimits& limits) {
  cbor::Reader reader(encoded, {.limits = limits, .level = Level::lenient}, where);
  if (!reader.next_is(cbor::Type::map)) return reader.fail(Errc::wrong_type);
  MDOC_CHECK(reader.skip());
  return reader.finish();
}

/// Where a document or proof came from, and what follows from that.
struct Origin {
  const SharedBytes* session_transcript = nullptr;  ///< what it is bound to; null: the transcript of the session
  std::optional<std::size_t> doc_request{};         ///< for which it was encrypted; nothing: it may answer any
  std::optional<Encryption> encryption{};           ///< nothing: it came in the clear
  bool refused = false;                             ///< what stands around it is: judged, and never released
};

/// A document with its origin.
struct PlacedDocument {
  const Slot& slot;
  Origin origin;
};

/// A zero-knowledge document likewise.
struct PlacedProof {
  Path where;
  const Result<model::ZkDocument>& document;
  Origin origin;
};

/// What an EncryptedDocuments held. What is placed refers to it.
struct Envelope {
  Frame frame{};
  std::vector<model::Decoded<model::ZkDocument>> proofs{};
};

/// @return malformed, limit: it is no EncryptedDocumentsPlaintext at any level
Result<Envelope> read_envelope(const SharedBytes& plaintext, const Path& where, Level level,
                               const DecodeLimits& limits) {
  auto salvaged = salvage(level, limits, [&](const cbor::DecodeContext& context) {
    return model::decode_encrypted_documents_plaintext(plaintext, context, where);
  });
  if (!salvaged.value) return *salvaged.error;
  Envelope envelope{.frame = {.error = salvaged.error,
                              .warnings = std::move(salvaged.warnings),
                              .further_warnings = salvaged.further_warnings},
                    .proofs = std::move(salvaged.value->zk_documents)};
  // Proofs that were read more tolerantly than the level allows make an error of the frame, as in a response.
  envelope.frame.fill_slots(std::move(salvaged.value->documents), plaintext, where, level, limits);
  return envelope;
}

/// Judges a response, document after document.
class ResponseVerifier {
 public:
  ResponseVerifier(const VerificationInput& input, Level level, const DecodeLimits& limits)
      : input_(input), clock_(input.clock.value_or(ClockPolicy::for_level(level))), limits_(limits) {
    report_.level = level;
    report_.now = input.now.utc;
    report_.revocation = revocation_policy(input, level);
    for (const CheckInfo& check : checks(Scope::response)) {
      Finding& finding = report_.findings.emplace_back();
      finding.check = check.check;
      not_applicable(finding, Reason::not_present);  // until a response is judged
    }
  }

  VerificationOutcome verify(const UnverifiedResponse::Impl& impl) {
    frame(impl);
    refused_ = !lets_through(at(CheckId::response_encoding)) || !lets_through(at(CheckId::response_version)) ||
               !lets_through(at(CheckId::response_status));
    for (const Slot& slot : impl.frame.slots) placed_.push_back({.slot = slot, .origin = {}});
    for (std::size_t i = 0; i < impl.response.zk_documents.size(); ++i) {
      proofs_.push_back({.where = Path("DeviceResponse") / "zkDocuments" / i,
                         .document = impl.response.zk_documents[i].value,
                         .origin = {}});
    }
    open(impl);
    for (const PlacedDocument& document : placed_) judge(document);
    judge_proofs();
    Finding& documents = at(CheckId::response_documents);
    placed_.empty() && zk_documents_.empty() ? fail(documents, Reason::absent) : pass(documents);
    return finish();
  }

  VerificationOutcome verify(DocumentInput document) {
    document.doc_requests = doc_requests_for({});
    judge(std::move(document), Origin{});
    return finish();
  }

 private:
  Finding& at(CheckId check) { return report_.findings[static_cast<std::size_t>(check)]; }

  /// The checks that need no document.
  void frame(const UnverifiedResponse::Impl& impl) {
    const model::DeviceResponse& response = impl.response;
    report_.version = response.version;
    report_.status = static_cast<std::uint64_t>(response.status);
    report_.warnings = impl.frame.warnings;
    report_.further_warnings = impl.frame.further_warnings;
    report_.document_errors = response.document_errors;

    Finding& encoding = at(CheckId::response_encoding);
    pass(encoding);
    if (!impl.frame.warnings.empty()) warn(encoding, Reason::deviation);
    if (impl.frame.error) {
      fail(encoding, Reason::deviation);
      encoding.error = impl.frame.error;
    }

    Finding& version = at(CheckId::response_version);
    const auto parsed = parse_version(response.version);
    pass(version);
    if (!parsed || parsed->major != 1) {
      fail(version, parsed ? Reason::unsupported : Reason::malformed);
      version.found = response.version;
    }

    Finding& status = at(CheckId::response_status);
    pass(status);
    if (response.status != model::ResponseStatus::ok) {
      fail(status, Reason::mismatch);
      status.expected = std::int64_t{0};
      status.found = static_cast<std::int64_t>(*report_.status);
    }
  }

  /// Judges what came as a proof. One that nobody here can verify is handed on as it is.
  void judge_proofs() {
    Finding& finding = at(CheckId::response_zk_documents);
    not_applicable(finding, Reason::not_present);
    const Finding* wrong = nullptr;
    for (std::size_t i = 0; i < proofs_.size(); ++i) {
      const PlacedProof& proof = proofs_[i];
      ZkDocumentVerifier verifier({.index = i,
                                   .where = proof.where,
                                   .document = proof.document,
                                   .doc_requests = doc_requests_for(proof.origin),
                                   .surplus = proof.document && is_surplus_proof(*proof.document, proof.origin),
                                   .session_transcript = proof.origin.session_transcript},
                                  input_, clock_, report_.level, limits_);
      verifier.verify();
      auto released = refuses(proof.origin) ? std::nullopt : verifier.release();
      if (released) zk_documents_.push_back(*std::move(released));
      report_.zk.push_back(verifier.take_report());
      report_.zk.back().doc_request = proof.origin.doc_request;
      report_.zk.back().encryption = proof.origin.encryption;
    }
    if (proofs_.empty()) return;
    pass(finding);
    for (const ZkDocumentReport& one : report_.zk) {
      if (one.valid) continue;
      ++report_.zk_documents;
      if (wrong == nullptr) wrong = refusal_of(one);
    }
    if (report_.zk_documents == 0) return;
    if (wrong == nullptr) return opaque(finding, report_.zk_documents);
    fail(finding, wrong->reason);
    finding.error = wrong->error;
  }

  /// What is wrong with a proof; null where it only could not be verified here.
  [[nodiscard]] const Finding* refusal_of(const ZkDocumentReport& report) const {
    const Finding& structure = report.find(CheckId::zk_structure);
    if (structure.error) return &structure;  // it does not decode
    if (input_.zk_verifiers.empty()) return nullptr;
    const auto skipped = [](const Finding& finding) {
      return finding.outcome == Outcome::skipped &&
             (finding.reason == Reason::no_verifier || finding.reason == Reason::no_request);
    };
    if (std::ranges::any_of(report.findings, skipped)) return nullptr;
    const auto refused =
        std::ranges::find_if(report.findings, [](const Finding& finding) { return !lets_through(finding); });
    return &*refused;
  }

  /// Documents that are handed on as they are: not judged, and not hidden either.
  static void opaque(Finding& finding, std::size_t count) {
    if (count == 0) return not_applicable(finding, Reason::not_present);
    warn(finding, Reason::opaque);
    finding.found = static_cast<std::int64_t>(count);
  }

  /// Takes in what was encrypted and could be opened. What is for somebody else is handed on as it is.
  void open(const UnverifiedResponse::Impl& impl) {
    Finding& finding = at(CheckId::response_encrypted_documents);
    const auto& all = impl.response.encrypted_documents;
    if (all.empty()) return not_applicable(finding, Reason::not_present);
    pass(finding);
    envelopes_.reserve(all.size());
    std::vector<std::uint64_t> answered;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Path where = Path("DeviceResponse") / "encryptedDocuments" / i;
      if (!all[i].value) {
        refuse_envelope(reason_of(all[i].value.error()), all[i].value.error());
      } else if (names_its_question(*all[i].value, answered, where) && open(i, all[i].value->doc_request_id, where)) {
        continue;
      }
      ++report_.encrypted_documents;
    }
    if (finding.outcome != Outcome::fail && report_.encrypted_documents != 0)
      opaque(finding, report_.encrypted_documents);
  }

  /// 10.3.5: docRequestID is that of a DocRequest that asked for encryption, and there is one EncryptedDocuments for
  /// each: a second one would answer for somebody else. Whoever the recipient is, this side asked.
  bool names_its_question(const model::EncryptedDocuments& sealed, std::vector<std::uint64_t>& answered,
                          const Path& where) {
    const std::uint64_t id = sealed.doc_request_id;
    const bool repeated = std::ranges::find(answered, id) != answered.end();
    answered.push_back(id);
    const bool asked = input_.request == nullptr || encryption_parameters(*input_.request, id) != nullptr;
    if (asked && !repeated) return true;
    refuse_envelope(asked ? Reason::surplus : Reason::unrequested,
                    Error{.code = Errc::bad_value, .where = where / "docRequestID"});
    return false;
  }

  /// Whether there is something to be judged in it.
  bool open(std::size_t index, std::uint64_t doc_request_id, const Path& where) {
    const OpenedDocuments* const opened = find_opened(index);
    if (opened == nullptr) return false;
    if (!opened->plaintext) {
      refuse_envelope(reason_of(opened->plaintext.error()), opened->plaintext.error());
      return false;
    }
    auto read = read_envelope(*opened->plaintext, where, report_.level, limits_);
    if (!read) {
      refuse_envelope(reason_of(read.error()), read.error());
      return false;
    }
    const Envelope& envelope = envelopes_.emplace_back(*std::move(read));
    const Frame& frame = envelope.frame;
    report_.warnings.insert(report_.warnings.end(), frame.warnings.begin(), frame.warnings.end());
    report_.further_warnings += frame.further_warnings;
    Finding& finding = at(CheckId::response_encrypted_documents);
    if (frame.error) refuse_envelope(Reason::deviation, *frame.error);
    if (!frame.warnings.empty() && finding.outcome == Outcome::pass) warn(finding, Reason::deviation);

    Origin origin{.session_transcript = &opened->session_transcript, .refused = frame.error.has_value()};
    if (input_.request != nullptr) origin.doc_request = static_cast<std::size_t>(doc_request_id);
    origin.encryption = Encryption{.envelope = index, .recipient = opened->recipient};
    for (std::size_t i = 0; i < frame.slots.size(); ++i) {
      origin.encryption->index = i;
      placed_.push_back({.slot = frame.slots[i], .origin = origin});
    }
    for (std::size_t i = 0; i < envelope.proofs.size(); ++i) {
      origin.encryption->index = i;
      proofs_.push_back({.where = where / "zkDocuments" / i, .document = envelope.proofs[i].value, .origin = origin});
    }
    return true;
  }

  /// What the caller got out of one EncryptedDocuments. Of several openings, one that succeeded.
  [[nodiscard]] const OpenedDocuments* find_opened(std::size_t index) const {
    const OpenedDocuments* found = nullptr;
    for (const OpenedDocuments& opened : input_.opened) {
      if (opened.index == index && (found == nullptr || (!found->plaintext && opened.plaintext))) found = &opened;
    }
    return found;
  }

  /// The first reason stands in the report.
  void refuse_envelope(Reason reason, const Error& error) {
    Finding& finding = at(CheckId::response_encrypted_documents);
    if (finding.outcome == Outcome::fail) return;
    fail(finding, reason);
    finding.error = error;
  }

  [[nodiscard]] bool refuses(const Origin& origin) const noexcept { return refused_ || origin.refused; }

  /// What a document or proof may answer; empty without a request.
  [[nodiscard]] DocRequests doc_requests_for(const Origin& origin) const noexcept {
    if (input_.request == nullptr) return {};
    const DocRequests all = input_.request->doc_requests;
    return origin.doc_request ? all.subspan(*origin.doc_request, 1) : all;
  }

  /// More documents of its type before it than were asked for: in the whole response, or in its envelope.
  [[nodiscard]] bool is_surplus(const DocType& type, const Origin& origin) const {
    if (input_.request == nullptr) return false;
    const auto exceeds = [&](DocRequests asked, bool of_same_origin) {
      const auto before = std::ranges::count_if(report_.documents, [&](const DocumentReport& other) {
        return other.doc_type == type && (!of_same_origin || other.doc_request == origin.doc_request);
      });
      return static_cast<std::size_t>(before) >= count_requests(asked, type) && unique_documents(asked, type);
    };
    return exceeds(input_.request->doc_requests, false) ||
           (origin.doc_request && exceeds(doc_requests_for(origin), true));
  }

  /// As many proofs of documents of this type were verified before as were asked for, whatever came of them. One that
  /// failed before it came to that cost little and does not count.
  [[nodiscard]] bool is_surplus_proof(const model::ZkDocument& proof, const Origin& origin) const {
    const DocType& type = proof.document_data->doc_type;
    const auto verified = std::ranges::count_if(report_.zk, [&](const ZkDocumentReport& other) {
      return other.doc_type == type && other.doc_request == origin.doc_request &&
             other.find(CheckId::zk_proof).outcome != Outcome::skipped;
    });
    return static_cast<std::size_t>(verified) >= count_offered_proofs(doc_requests_for(origin), type);
  }

  void judge(const PlacedDocument& placed) {
    const Slot& slot = placed.slot;
    DocumentInput document{.index = report_.documents.size(),
                           .where = slot.where,
                           .error = slot.error,
                           .warnings = slot.warnings,
                           .doc_requests = doc_requests_for(placed.origin),
                           .session_transcript = placed.origin.session_transcript};
    if (slot.document) {
      document.refer_to(*slot.document);
      document.surplus = is_surplus(slot.document->doc_type, placed.origin);
    }
    judge(std::move(document), placed.origin);
  }

  void judge(DocumentInput document, const Origin& origin) {
    DocumentVerifier verifier(std::move(document), input_, clock_, report_.level, limits_);
    verifier.verify();
    auto released = refuses(origin) ? std::nullopt : verifier.release();
    DocumentReport& report = report_.documents.emplace_back(verifier.take_report());
    report.doc_request = origin.doc_request;
    report.encryption = origin.encryption;
    if (released) {
      documents_.push_back(*std::move(released));
    } else {
      report.holder.clear();  // there is nothing to compare anybody with
    }
  }

  VerificationOutcome finish() {
    Finding& request = at(CheckId::response_request);
    if (input_.request == nullptr) {
      not_applicable(request, Reason::no_request);
    } else {
      report_.answers = answers(*input_.request, report_, documents_, zk_documents_, input_.profiles);
      std::vector<ElementReference> unanswered;
      for (const Answer& answer : report_.answers) {
        if (answer.kind == Answer::Kind::unanswered) unanswered.push_back(answer.requested);
      }
      pass(request);
      if (!unanswered.empty()) {
        warn(request, Reason::unanswered);
        request.found = std::move(unanswered);
      }
    }
    const auto passes = [](const Finding& finding) { return lets_through(finding); };
    report_.valid =
        std::ranges::all_of(report_.findings, passes) && std::ranges::all_of(report_.documents, &DocumentReport::valid);
    VerificationOutcome outcome{
        .report = std::move(report_), .documents = std::move(documents_), .zk_documents = std::move(zk_documents_)};
    answer_questions(outcome);
    return outcome;
  }

  void answer_questions(VerificationOutcome& outcome) const {
    const FullDate today_utc{std::chrono::floor<std::chrono::days>(input_.now.utc)};
    const AnswerContext context{.today = input_.today.value_or(today_utc),
                                .profiles = input_.profiles,
                                .level = outcome.report.level,
                                .limits = limits_};
    outcome.answers = answers(input_.questions, outcome.documents, context, outcome.zk_documents);
    if (minimises(input_.questions)) drop_elements(outcome, input_.with_portrait);
  }

  const VerificationInput& input_;
  const ClockPolicy clock_;
  const DecodeLimits& limits_;
  bool refused_ = false;                  // the frame of the response: nothing is released
  std::vector<Envelope> envelopes_{};     // reserved: what is placed refers to them
  std::vector<PlacedDocument> placed_{};  // of the response, then those that were encrypted
  std::vector<PlacedProof> proofs_{};     // likewise
  Report report_;
  std::vector<VerifiedDocument> documents_;
  std::vector<VerifiedZkDocument> zk_documents_;
};

}  // namespace

VerificationOutcome verify(const UnverifiedResponse& response, const VerificationInput& input) {
  const UnverifiedResponse::Impl& impl = ResponseAccess::impl(response);
  return ResponseVerifier(input, impl.level, impl.limits).verify(impl);
}

Result<VerificationOutcome> verify_document(SharedBytes document, const VerificationInput& input, Level level,
                                            const DecodeLimits& limits) {
  MDOC_CHECK(check_is_map(document, "Document", limits));
  auto decoded = salvage(level, limits, [&](const cbor::DecodeContext& context) {
    return decode_whole(document, context, "Document", 0, model::decode_document);
  });
  DocumentInput part{.where = "Document", .error = decoded.error, .warnings = std::move(decoded.warnings)};
  if (decoded.value) part.refer_to(*decoded.value);
  return ResponseVerifier(input, level, limits).verify(std::move(part));
}

Result<VerificationOutcome> verify_issuer_signed(SharedBytes issuer_signed, const VerificationInput& input, Level level,
                                                 const DecodeLimits& limits) {
  MDOC_CHECK(check_is_map(issuer_signed, "IssuerSigned", limits));
  auto decoded = salvage(level, limits, [&](const cbor::DecodeContext& context) {
    return model::decode_issuer_signed(issuer_signed, context);
  });
  DocumentInput part{.where = "IssuerSigned", .error = decoded.error, .warnings = std::move(decoded.warnings)};
  if (decoded.value) part.issuer_signed = &*decoded.value;
  return ResponseVerifier(input, level, limits).verify(std::move(part));
}

}  // namespace mdoc::verification
