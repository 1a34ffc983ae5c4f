#include "mdoc/json/report.hpp"

#include <algorithm>
#include <span>
#include <variant>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/utf8.hpp"
#include "json/convert.hpp"
#include "json/trust_members.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/holder_verification.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using namespace verification;

std::string element_name(const ElementReference& element) {
  return element.name_space.str() + "/" + element.element.str();
}

/// Of a list, the first `most`: a peer may have sent thousands.
struct EvidenceJson {
  static constexpr std::size_t most = 256;
  template <class Item>
  static std::span<const Item> first_of(const std::vector<Item>& items) {
    return std::span(items).first(std::min(items.size(), most));
  }

  bj::value operator()(std::monostate) const { return nullptr; }
  bj::value operator()(std::int64_t number) const { return number; }
  bj::value operator()(const std::string& text) const { return bj::string(text); }
  bj::value operator()(UtcSeconds time) const { return bj::string(to_rfc3339(time)); }
  bj::value operator()(const Bytes& bytes) const { return bj::string(to_hex(bytes)); }
  bj::value operator()(const DocType& doc_type) const { return bj::string(doc_type.str()); }
  bj::value operator()(const std::vector<ElementReference>& elements) const {
    bj::array list;
    for (const auto& element : first_of(elements)) list.push_back(bj::string(element_name(element)));
    return list;
  }
  bj::value operator()(const std::vector<std::string>& words) const {
    bj::array list;
    for (const auto& word : first_of(words)) list.push_back(bj::string(word));
    return list;
  }
};

/// How many of a list EvidenceJson leaves out.
std::size_t left_out(const Evidence& evidence) {
  const auto beyond = [](std::size_t size) { return size - std::min(size, EvidenceJson::most); };
  if (const auto* elements = std::get_if<std::vector<ElementReference>>(&evidence)) return beyond(elements->size());
  if (const auto* words = std::get_if<std::vector<std::string>>(&evidence)) return beyond(words->size());
  return 0;
}

bj::object check_json(const Finding& finding, const Wording& wording) {
  const CheckInfo& check = info(finding.check);
  bj::object object{{"id", check.id}, {"outcome", verification::name(finding.outcome)}, {"clause", check.clause}};
  std::string detail = explain(finding, wording);
  if (detail.empty()) detail = wording.of(finding.check);
  object.emplace("detail", detail);
  if (finding.reason != Reason::none) object.emplace("reason", verification::name(finding.reason));
  if (!std::holds_alternative<std::monostate>(finding.expected)) {
    const bool was_revoked = finding.reason == Reason::revoked || finding.reason == Reason::suspended;
    object.emplace(was_revoked ? "since" : "expected", std::visit(EvidenceJson{}, finding.expected));
  }
  if (!std::holds_alternative<std::monostate>(finding.found)) {
    object.emplace("found", std::visit(EvidenceJson{}, finding.found));
    if (const std::size_t more = left_out(finding.found)) object.emplace("foundMore", more);
  }
  if (finding.error) {
    object.emplace("where", finding.error->where.text());
    if (finding.error->offset != Error::no_offset) object.emplace("offset", finding.error->offset);
  }
  if (finding.duration.count() > 0) object.emplace("nanoseconds", finding.duration.count());
  return object;
}

bj::array checks_json(const std::vector<Finding>& findings, const Wording& wording) {
  bj::array list;
  for (const Finding& finding : findings) list.push_back(check_json(finding, wording));
  return list;
}

bj::array warnings_json(const std::vector<Warning>& warnings, const Wording& wording) {
  bj::array list;
  for (const Warning& warning : warnings) {
    bj::object object{{"rule", mdoc::info(warning.rule).id},
                      {"where", warning.where.text()},
                      {"offset", warning.offset != Error::no_offset ? bj::value(warning.offset) : bj::value(nullptr)},
                      {"what", wording.of(warning.rule)}};
    list.push_back(std::move(object));
  }
  return list;
}

bj::array certificates_json(const std::vector<CertificateFinding>& findings) {
  bj::array list;
  for (const CertificateFinding& finding : findings) {
    bj::object object = rule_json(finding.rule, finding.role);
    object.emplace("outcome", verification::name(finding.outcome));
    list.push_back(std::move(object));
  }
  return list;
}

/// Adds `elementFaults`, and how many there are beyond those listed.
void add_element_faults(bj::object& to, const std::vector<ElementDeviation>& deviations, std::size_t further) {
  bj::array list;
  for (const ElementDeviation& deviation : EvidenceJson::first_of(deviations)) {
    bj::object object{{"element", element_name(deviation.element)}, {"fault", profile::info(deviation.fault).id}};
    if (!deviation.place.empty()) object.emplace("place", deviation.place);
    if (!deviation.other.empty()) object.emplace("other", deviation.other);
    list.push_back(std::move(object));
  }
  further += deviations.size() - list.size();
  if (!list.empty()) to.emplace("elementFaults", std::move(list));
  if (further > 0) to.emplace("elementFaultsMore", further);
}

bj::object mso_json(const MsoFacts& mso) {
  bj::object object{{"version", mso.version},
                    {"digestAlgorithm", mso.digest_algorithm},
                    {"signed", to_rfc3339(mso.signed_at)},
                    {"validFrom", to_rfc3339(mso.valid_from)},
                    {"validUntil", to_rfc3339(mso.valid_until)}};
  if (mso.expected_update) object.emplace("expectedUpdate", to_rfc3339(*mso.expected_update));
  return object;
}

bj::object issuer_json(const IssuerFacts& issuer, UtcSeconds now) {
  bj::object object{{"subject", issuer.subject},
                    {"country", issuer.country},
                    {"trustAnchor", issuer.trust_anchor},
                    {"source", replace_malformed(issuer.source)},
                    {"pinned", issuer.pinned}};
  if (issuer.list) object.emplace("list", list_json(*issuer.list, now));
  return object;
}

bj::object elements_json(const std::vector<VerifiedElement>& elements, ValueBudget& budget) {
  bj::object name_spaces;
  for (const VerifiedElement& element : elements) {
    object_in(name_spaces, element.name_space.str())
        .emplace(element.identifier.str(), read_value_or_encoded(element.value, budget));
  }
  return name_spaces;
}

bj::array holder_verification_json(const std::vector<HolderMeans>& holder) {
  bj::array list;
  for (const HolderMeans& means : holder) {
    bj::object object{{"method", profile::name(means.method)},
                      {"outcome", verification::name(means.outcome)},
                      {"basis", element_name(means.element)}};
    if (means.withheld) object.emplace("withheld", true);
    if (!means.basis.empty()) object.emplace("by", replace_malformed(means.basis));
    list.push_back(std::move(object));
  }
  return list;
}

bj::object errors_json(const model::Errors& errors) {
  bj::object object;
  for (const auto& [name_space, elements] : errors) {
    for (const auto& [element, code] : elements) object_in(object, name_space.str()).emplace(element.str(), code);
  }
  return object;
}

/// The thumbprint of the recipient's key (RFC 9679), as a log has it, where it is known.
bj::object encryption_json(const verification::Encryption& encryption) {
  bj::object object{{"envelope", encryption.envelope}};
  if (!encryption.recipient) return object;
  const auto thumbprint = crypto::digest(crypto::DigestAlgorithm::sha256, cose::encode_cose_key(*encryption.recipient));
  if (thumbprint) object.emplace("recipient", to_hex(thumbprint->view()));
  return object;
}

bj::object document_json(const DocumentReport& report, const VerifiedDocument* verified, UtcSeconds now,
                         ValueBudget& budget, const Wording& wording) {
  bj::object object{{"docType", report.doc_type ? bj::value(bj::string(report.doc_type->str())) : bj::value(nullptr)},
                    {"valid", report.valid},
                    {"checks", checks_json(report.findings, wording)}};
  if (verified != nullptr) {
    object.emplace("issuerSigned", elements_json(verified->issuer_signed(), budget));
    object.emplace("deviceSigned", elements_json(verified->device_signed(), budget));
  }
  if (report.encryption) object.emplace("encrypted", encryption_json(*report.encryption));
  object.emplace("errors", errors_json(report.errors));
  if (report.mso) object.emplace("mso", mso_json(*report.mso));
  if (report.issuer) object.emplace("issuer", issuer_json(*report.issuer, now));
  object.emplace("holderVerification", holder_verification_json(report.holder));
  object.emplace("warnings", warnings_json(report.warnings, wording));
  if (!report.revocations.empty()) object.emplace("revocations", revocations_json(report.revocations, wording));
  if (!report.certificates.empty()) object.emplace("certificateRules", certificates_json(report.certificates));
  add_element_faults(object, report.elements, report.further_elements);
  return object;
}

/// A proof: what was judged of it, and its values if it passed.
bj::object zk_document_json(const ZkDocumentReport& report, const VerifiedZkDocument* verified, UtcSeconds now,
                            ValueBudget& budget, const Wording& wording) {
  bj::object object{{"docType", report.doc_type ? bj::value(bj::string(report.doc_type->str())) : bj::value(nullptr)},
                    {"zkSystemId", replace_malformed(report.zk_system_id)},
                    {"valid", report.valid},
                    {"opened", verified != nullptr},
                    {"checks", checks_json(report.findings, wording)}};
  if (!report.system.empty()) object.emplace("system", replace_malformed(report.system));
  if (report.encryption) object.emplace("encrypted", encryption_json(*report.encryption));
  if (report.time) object.emplace("timestamp", to_rfc3339(*report.time));
  if (verified != nullptr) object.emplace("issuerSigned", elements_json(verified->elements(), budget));
  if (report.issuer) object.emplace("issuer", issuer_json(*report.issuer, now));
  object.emplace("warnings", warnings_json(report.warnings, wording));
  if (!report.revocations.empty()) object.emplace("revocations", revocations_json(report.revocations, wording));
  if (!report.certificates.empty()) object.emplace("certificateRules", certificates_json(report.certificates));
  add_element_faults(object, report.elements, report.further_elements);
  return object;
}

/// `{"<docRequestID>": {"<nameSpace>": {"<element>": {"answer": …, "by"?: […], "document"?: n}}}}`
bj::object answers_json(const std::vector<Answer>& answers) {
  bj::object object;
  for (const Answer& answer : answers) {
    bj::object entry{{"answer", name(answer.kind)}};
    if (!answer.by.empty()) entry.emplace("by", EvidenceJson{}(answer.by));
    if (answer.document) entry.emplace("document", *answer.document);
    if (answer.zk_document) entry.emplace("zkDocument", *answer.zk_document);
    object_in(object_in(object, std::to_string(answer.doc_request)), answer.requested.name_space.str())
        .emplace(answer.requested.element.str(), std::move(entry));
  }
  return object;
}

/// `{"<question>": {"verdict": …, "reason": …, "sentence": …, …}}`
bj::object question_answer_json(const QuestionAnswer& answer, const Wording& wording) {
  bj::object entry{{"verdict", verification::name(answer.verdict)},
                   {"reason", verification::name(answer.reason)},
                   {"sentence", wording.of(answer.reason)}};
  if (answer.document) entry.emplace("document", *answer.document);
  if (answer.zk_document) entry.emplace("zkDocument", *answer.zk_document);
  entry.emplace("elements", EvidenceJson{}(answer.elements));
  if (answer.by_certificate) entry.emplace("byCertificate", true);
  if (answer.as_of) entry.emplace("asOf", to_iso8601(*answer.as_of));
  if (!answer.restrictions.empty()) {
    bj::array codes;
    for (const std::string& code : answer.restrictions) codes.push_back(bj::string(replace_malformed(code)));
    entry.emplace("restrictions", std::move(codes));
  }
  return entry;
}

/// What came and was not opened is named, one entry each.
bj::array unopened(std::size_t count) {
  bj::array list;
  for (std::size_t i = 0; i < count; ++i) list.push_back(bj::object{{"opened", false}});
  return list;
}

}  // namespace

std::string to_json(const VerificationOutcome& outcome, const Wording& wording) {
  const Report& report = outcome.report;
  bj::object object{{"valid", report.valid}};
  if (!report.version.empty()) object.emplace("version", report.version);
  if (report.status) object.emplace("status", *report.status);
  object.emplace("level", mdoc::name(report.level));
  object.emplace("revocation", trust::name(report.revocation));
  ValueBudget budget;
  bj::array documents;
  for (std::size_t i = 0; i < report.documents.size(); ++i) {
    const VerifiedDocument* verified = nullptr;
    for (const VerifiedDocument& document : outcome.documents) {
      if (document.index() == i) verified = &document;
    }
    documents.push_back(document_json(report.documents[i], verified, report.now, budget, wording));
  }
  object.emplace("documents", std::move(documents));
  object.emplace("encryptedDocuments", unopened(report.encrypted_documents));
  bj::array zk_documents;
  for (std::size_t i = 0; i < report.zk.size(); ++i) {
    const auto verified = std::ranges::find(outcome.zk_documents, i, &VerifiedZkDocument::index);
    zk_documents.push_back(zk_document_json(report.zk[i], verified == outcome.zk_documents.end() ? nullptr : &*verified,
                                            report.now, budget, wording));
  }
  object.emplace("zkDocuments", std::move(zk_documents));
  bj::object answers = answers_json(report.answers);
  for (const QuestionAnswer& answer : outcome.answers) {
    answers.emplace(answer.question.to_string(), question_answer_json(answer, wording));
  }
  object.emplace("answers", std::move(answers));
  bj::object document_errors;
  for (const auto& error : report.document_errors) document_errors[error.doc_type.str()] = error.code;
  object.emplace("documentErrors", std::move(document_errors));
  object.emplace("checks", checks_json(report.findings, wording));
  object.emplace("warnings", warnings_json(report.warnings, wording));
  if (report.further_warnings > 0) object.emplace("furtherWarnings", report.further_warnings);
  return bj::serialize(object);
}

}  // namespace mdoc::json
