#include "mdoc/json/readers.hpp"

#include <utility>
#include <variant>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/utf8.hpp"
#include "json/trust_members.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using namespace presentation;

bj::object check_json(const ReaderFinding& finding, const Wording& wording) {
  const ReaderCheckInfo& check = info(finding.check);
  std::string detail = explain(finding, wording);
  if (detail.empty()) detail = wording.of(finding.check);
  bj::object object{{"id", check.id}, {"outcome", name(finding.outcome)}, {"clause", check.clause}, {"detail", detail}};
  if (finding.reason != ReaderReason::none) object.emplace("reason", name(finding.reason));
  if (finding.error) {
    object.emplace("where", finding.error->where.text());
    if (finding.error->offset != Error::no_offset) object.emplace("offset", finding.error->offset);
  }
  return object;
}

bj::array rules_json(const ReaderJudgement& judgement, Level level) {
  bj::array list;
  const auto add = [&](std::span<const trust::RuleFinding> broken, trust::CertificateRole role) {
    for (const trust::RuleFinding& finding : broken) {
      const Weight weight = trust::info(finding.rule).weight(level);
      if (weight == Weight::ignore) continue;
      bj::object object = rule_json(finding, role);
      object.emplace("outcome", name(weight == Weight::error ? ReaderOutcome::fail : ReaderOutcome::warn));
      list.push_back(std::move(object));
    }
  };
  add(judgement.broken_rules(), trust::CertificateRole::reader);
  add(judgement.anchor_broken_rules(), trust::CertificateRole::reader_ca);
  return list;
}

bj::object signature_json(const ReaderJudgement& judgement, Level level, const Wording& wording) {
  const ReaderSignature which = judgement.signature();
  bj::array checks;
  for (const ReaderFinding& finding : judgement.findings()) checks.push_back(check_json(finding, wording));
  bj::object object{{"by", which.kind == ReaderSignature::Kind::reader_auth ? "readerAuth" : "readerAuthAll"},
                    {"index", which.index},
                    {"result", name(judgement.result())},
                    {"reason", name(judgement.reason())},
                    {"claimedSubject", judgement.claimed_subject()},
                    {"checks", std::move(checks)}};
  if (which.kind == ReaderSignature::Kind::reader_auth_all_short) object.emplace("coversDeviceRequestInfo", false);
  if (judgement.valid_from()) object.emplace("validFrom", to_rfc3339(*judgement.valid_from()));
  if (judgement.valid_until()) object.emplace("validUntil", to_rfc3339(*judgement.valid_until()));
  if (auto rules = rules_json(judgement, level); !rules.empty()) object.emplace("certificateRules", std::move(rules));
  if (!judgement.revocations().empty()) {
    object.emplace("revocations", revocations_json(judgement.revocations(), wording));
  }
  return object;
}

bj::object reader_json(const VerifiedReader& reader, UtcSeconds now) {
  const trust::AnchorFacts& anchor = reader.anchor();
  bj::object object{
      {"trustAnchor", anchor.subject}, {"source", replace_malformed(anchor.source)}, {"pinned", anchor.pinned}};
  if (anchor.list) object.emplace("list", list_json(anchor.list->provenance(), now));
  if (reader.certificate() == nullptr) return object;
  object.emplace("subject", reader.subject());
  if (reader.common_name()) object.emplace("commonName", *reader.common_name());
  if (reader.organization()) object.emplace("organization", *reader.organization());
  bj::array names;
  for (const std::string_view name : reader.dns_names()) names.push_back(bj::string(name));
  if (!names.empty()) object.emplace("dnsNames", std::move(names));
  return object;
}

}  // namespace

std::string explain(const ReaderFinding& finding, const Wording& wording) {
  std::string text(wording.of(finding.reason));
  const auto append = [&](std::string_view part) {
    if (part.empty()) return;
    if (!text.empty()) text += wording.for_clerks() ? " " : "; ";
    text += part;
  };
  if (const auto* date = std::get_if<UtcSeconds>(&finding.evidence)) {
    const Phrase phrase = finding.check == ReaderCheck::revocation ? Phrase::since : Phrase::limit;
    append(wording.say(phrase, {{"expected", wording.time(*date)}}));
  }
  if (const auto* end = std::get_if<trust::DeadEnd>(&finding.evidence)) {
    const auto add = [&](Phrase phrase, std::string_view placeholder, std::string_view who) {
      if (!who.empty()) append(wording.say(phrase, {{placeholder, isolated(who)}}));
    };
    add(Phrase::path_ends, "found", end->subject);
    add(Phrase::issuer_would_be, "expected", end->issuer);
  }
  if (wording.for_clerks()) return text;
  if (finding.error) append(explain(*finding.error, wording));
  if (finding.outcome == ReaderOutcome::fail) append(wording.say(Phrase::duty, {{"duty", wording.of(finding.check)}}));
  return text;
}

std::string to_json(const RequestReaders& readers, const Wording& wording) {
  bj::array doc_requests;
  for (const DocRequestReaders& doc_request : readers.doc_requests) {
    bj::object object{{"result", name(doc_request.result())}, {"reason", name(doc_request.reason())}};
    if (const VerifiedReader* reader = doc_request.verified_reader()) {
      object.emplace("reader", reader_json(*reader, readers.now));
    }
    bj::array signatures;
    for (const ReaderJudgement& judgement : doc_request.signatures) {
      signatures.push_back(signature_json(judgement, readers.level, wording));
    }
    object.emplace("signatures", std::move(signatures));
    doc_requests.push_back(std::move(object));
  }
  bj::object object{{"level", mdoc::name(readers.level)},
                    {"revocation", trust::name(readers.revocation)},
                    {"unjudged", readers.unjudged},
                    {"docRequests", std::move(doc_requests)}};
  if (readers.has_device_request_info) {
    object.emplace("deviceRequestInfo", readers.is_device_request_info_unproven() ? "unproven" : "trusted");
  }
  return bj::serialize(object);
}

}  // namespace mdoc::json
