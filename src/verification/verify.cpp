#include "mdoc/verification/verify.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "core/try.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/version.hpp"
#include "mdoc/model/device_response.hpp"
#include "verification/document_verifier.hpp"
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

/// A zero-knowledge document, and what it is bound to where it was encrypted.
struct ZkSlot {
  Path where{};
  Result<model::ZkDocument> document;
  std::optional<SharedBytes> session_transcript{};
};

/// What an EncryptedDocuments held, each document on its own.
struct OpenedSlots {
  std::vector<Slot> documents{};
  std::vector<ZkSlot> proofs{};
};

/// Nothing: it does not decode.
std::optional<OpenedSlots> slots_of(const OpenedDocuments& opened, Level level, const DecodeLimits& limits) {
  const Path where = Path("DeviceResponse") / "encryptedDocuments" / opened.index;
  const SharedBytes& plaintext = *opened.plaintext;
  const auto inside = salvage(level, limits, [&](const cbor::DecodeContext& context) {
    return model::decode_encrypted_documents_plaintext(plaintext, context);
  });
  if (!inside.value) return std::nullopt;
  OpenedSlots slots;
  for (std::size_t i = 0; i < inside.value->zk_documents.size(); ++i) {
    slots.proofs.push_back({.where = where / "zkDocuments" / i,
                            .document = inside.value->zk_documents[i].value,
                            .session_transcript = opened.session_transcript});
  }
  for (std::size_t i = 0; i < inside.value->documents.size(); ++i) {
    Slot& slot = slots.documents.emplace_back(
        Slot{.where = where / "documents" / i, .session_transcript = opened.session_transcript});
    auto document = salvage(level, limits, [&](const cbor::DecodeContext& context) {
      return decode_whole(inside.value->documents[i].encoded, context, slot.where, 0, model::decode_document);
    });
    slot.document = std::move(document.value);
    slot.error = document.error;
    slot.warnings = std::move(document.warnings);
  }
  return slots;
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
    const bool refused = !lets_through(at(CheckId::response_encoding)) ||
                         !lets_through(at(CheckId::response_version)) || !lets_through(at(CheckId::response_status));
    std::size_t index = 0;
    for (const Slot& slot : impl.slots) judge(slot, index++, refused);
    for (const Slot& slot : opened_) judge(slot, index++, refused);
    judge_proofs(refused);
    if (impl.slots.empty() && opened_.empty()) {
      zk_documents_.empty() ? fail(at(CheckId::response_documents), Reason::absent)
                            : pass(at(CheckId::response_documents));
    }
    return finish();
  }

  VerificationOutcome verify(DocumentInput document) {
    judge(std::move(document), false);
    return finish();
  }

 private:
  Finding& at(CheckId check) { return report_.findings[static_cast<std::size_t>(check)]; }

  /// The checks that need no document.
  void frame(const UnverifiedResponse::Impl& impl) {
    const model::DeviceResponse& response = impl.response;
    report_.version = response.version;
    report_.status = static_cast<std::uint64_t>(response.status);
    report_.warnings = impl.warnings;
    report_.further_warnings = impl.further_warnings;
    report_.document_errors = response.document_errors;

    Finding& encoding = at(CheckId::response_encoding);
    pass(encoding);
    if (!impl.warnings.empty()) warn(encoding, Reason::deviation);
    if (impl.error) {
      fail(encoding, Reason::deviation);
      encoding.error = impl.error;
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

    Finding& documents = at(CheckId::response_documents);
    for (std::size_t i = 0; i < response.zk_documents.size(); ++i) {
      proofs_.push_back(
          {.where = Path("DeviceResponse") / "zkDocuments" / i, .document = response.zk_documents[i].value});
    }
    open(impl);
    pass(documents);  // unless there turns out to be none, when proofs have been judged
  }

  /// Judges what came as a proof. One that nobody here can verify is handed on as it is.
  void judge_proofs(bool refused) {
    Finding& finding = at(CheckId::response_zk_documents);
    not_applicable(finding, Reason::not_present);
    const Finding* wrong = nullptr;
    for (std::size_t i = 0; i < proofs_.size(); ++i) {
      const ZkSlot& slot = proofs_[i];
      ZkDocumentVerifier verifier({.index = i,
                                   .where = slot.where,
                                   .document = slot.document,
                                   .session_transcript = slot.session_transcript ? &*slot.session_transcript : nullptr},
                                  input_, clock_, report_.level, limits_);
      verifier.verify();
      auto released = refused ? std::nullopt : verifier.release();
      if (released) zk_documents_.push_back(*std::move(released));
      report_.zk.push_back(verifier.take_report());
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
    std::size_t closed = all.size();
    std::optional<Error> error;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!all[i].value && !error) error = all[i].value.error();
    }
    for (const OpenedDocuments& opened : input_.opened) {
      if (opened.index >= all.size()) continue;
      auto slots = opened.plaintext ? slots_of(opened, impl.level, impl.limits) : std::nullopt;
      if (slots) {
        --closed;
        std::ranges::move(slots->documents, std::back_inserter(opened_));
        std::ranges::move(slots->proofs, std::back_inserter(proofs_));
      } else if (!error) {
        const Path where = Path("DeviceResponse") / "encryptedDocuments" / opened.index;
        error = opened.plaintext ? Error{.code = Errc::wrong_type, .where = where} : opened.plaintext.error();
      }
    }
    report_.encrypted_documents = closed;
    if (all.empty()) return not_applicable(finding, Reason::not_present);
    if (error) return fail(finding, *error);
    if (closed != 0) return opaque(finding, closed);
    pass(finding);
  }

  /// More documents of its type before it than were asked for.
  [[nodiscard]] bool is_surplus(const DocType& type) const {
    if (input_.request == nullptr) return false;
    const auto before = std::ranges::count(report_.documents, std::optional(type), &DocumentReport::doc_type);
    return static_cast<std::size_t>(before) >= count_requests(*input_.request, type) &&
           unique_documents(*input_.request, type);
  }

  void judge(const Slot& slot, std::size_t index, bool refused) {
    DocumentInput document{.index = index,
                           .where = slot.where,
                           .error = slot.error,
                           .warnings = slot.warnings,
                           .session_transcript = slot.session_transcript ? &*slot.session_transcript : nullptr};
    if (slot.document) {
      document.refer_to(*slot.document);
      document.surplus = is_surplus(slot.document->doc_type);
    }
    judge(std::move(document), refused);
  }

  void judge(DocumentInput document, bool refused) {
    DocumentVerifier verifier(std::move(document), input_, clock_, report_.level, limits_);
    verifier.verify();
    if (auto released = refused ? std::nullopt : verifier.release()) documents_.push_back(*std::move(released));
    report_.documents.push_back(verifier.take_report());
  }

  VerificationOutcome finish() {
    Finding& request = at(CheckId::response_request);
    if (input_.request == nullptr) {
      not_applicable(request, Reason::no_request);
    } else {
      report_.answers = answers(*input_.request, documents_, zk_documents_, input_.profiles);
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
    return {.report = std::move(report_), .documents = std::move(documents_), .zk_documents = std::move(zk_documents_)};
  }

  const VerificationInput& input_;
  const ClockPolicy clock_;
  const DecodeLimits& limits_;
  std::vector<Slot> opened_{};    // documents that were encrypted
  std::vector<ZkSlot> proofs_{};  // of the response, then those that were encrypted
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
