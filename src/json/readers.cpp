#include "mdoc/json/readers.hpp"

#include <array>
#include <cstddef>
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

struct Row {
  ReaderReason reason;
  std::string_view text;
};

// One row for each ReaderReason, in order.
constexpr std::array table{
    Row{ReaderReason::none, ""},
    Row{ReaderReason::absent, "the request is not signed"},
    Row{ReaderReason::malformed, "the signature or its certificate does not decode"},
    Row{ReaderReason::unsupported, "an algorithm or curve that is not supported"},
    Row{ReaderReason::mismatch, "the signature and its certificate do not belong together"},
    Row{ReaderReason::signature_invalid, "the signature is not one over this request in this session"},
    Row{ReaderReason::internal, "the cryptographic library failed"},
    Row{ReaderReason::no_transcript, "no session transcript was given, so nothing ties the request to a session"},
    Row{ReaderReason::no_anchors, "no trust anchors for readers were given: give the root certificate of a reader CA"},
    Row{ReaderReason::no_path, "no path to a trust anchor: give the root certificate of the reader CA if you trust it"},
    Row{ReaderReason::namesake,
        "no path to a trust anchor: one has the name of the reader CA, but its key did not sign this certificate: give "
        "that CA's other root certificate if you trust it"},
    Row{ReaderReason::unsound_path,
        "a trust anchor is there that signed, but the path to it breaks a rule of certificate paths (RFC 5280)"},
    Row{ReaderReason::other_doc_types_only, "the trust anchor is trusted for other document types only"},
    Row{ReaderReason::list_expired, "the list that names the reader CA is past its end: fetch a newer one"},
    Row{ReaderReason::constraints_unmet, "the list allows this reader CA under conditions that are not met"},
    Row{ReaderReason::revoked, "its issuer took the certificate back"},
    Row{ReaderReason::suspended, "its issuer took the certificate back for the time being"},
    Row{ReaderReason::wrong_purpose, "the certificate was made for something else than reader authentication"},
    Row{ReaderReason::certificate_rule, "the certificate breaks a rule of its profile"},
    Row{ReaderReason::anchor_rule, "the trust anchor breaks a rule of its profile"},
    Row{ReaderReason::root_included, "the chain includes the root, which belongs into trust stores alone"},
    Row{ReaderReason::expired, "no longer valid"},
    Row{ReaderReason::not_yet_valid, "not valid yet"},
    Row{ReaderReason::clock_unknown, "the time is not known, so no date can be judged: set the clock"},
    Row{ReaderReason::revocation_stale, "the revocation information is too old: fetch a new one"},
    Row{ReaderReason::revocation_unknown,
        "nothing at hand says whether it was revoked: fetch revocation information, or give it"},
    Row{ReaderReason::within_skew, "holds only thanks to the tolerated clock difference"},
    Row{ReaderReason::info_not_signed, "the signature is that of a draft, which leaves deviceRequestInfo out"},
    Row{ReaderReason::pinned, "trusted by a pin"},
    Row{ReaderReason::revocation_off, "revocation was not looked at, as that was switched off"},
    Row{ReaderReason::not_revocable, "no certificate says where its revocation would be told"},
    Row{ReaderReason::not_asked, "the profile asks for nothing here"},
    Row{ReaderReason::earlier_check_failed, "needs the result of a check that failed"},
};

consteval bool table_is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].reason) != i) return false;
  }
  return table.size() == reader_reason_count;
}
static_assert(table_is_in_order());

bj::object check_json(const ReaderFinding& finding) {
  const ReaderCheckInfo& check = info(finding.check);
  std::string detail = explain(finding);
  if (detail.empty()) detail = check.duty;
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

bj::object signature_json(const ReaderJudgement& judgement, Level level) {
  const ReaderSignature which = judgement.signature();
  bj::array checks;
  for (const ReaderFinding& finding : judgement.findings()) checks.push_back(check_json(finding));
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
    object.emplace("revocations", revocations_json(judgement.revocations()));
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

std::string_view sentence(ReaderReason reason) noexcept {
  const auto index = static_cast<std::size_t>(reason);
  return index < table.size() ? table[index].text : std::string_view();
}

std::string explain(const ReaderFinding& finding) {
  std::string text(sentence(finding.reason));
  const auto append = [&text](std::string_view lead, std::string_view part) {
    if (part.empty()) return;
    if (!text.empty()) text += "; ";
    text.append(lead).append(part);
  };
  if (const auto* date = std::get_if<UtcSeconds>(&finding.evidence)) {
    append(finding.check == ReaderCheck::revocation ? "since " : "the limit is ", to_rfc3339(*date));
  }
  if (const auto* end = std::get_if<trust::DeadEnd>(&finding.evidence)) {
    append("the path ends at ", printable(end->subject));
    append("its issuer would be ", printable(end->issuer));
  }
  if (finding.error) append("", describe(*finding.error));
  if (finding.outcome == ReaderOutcome::fail) append("expected: ", info(finding.check).duty);
  return text;
}

std::string to_json(const RequestReaders& readers) {
  bj::array doc_requests;
  for (const DocRequestReaders& doc_request : readers.doc_requests) {
    bj::object object{{"result", name(doc_request.result())}, {"reason", name(doc_request.reason())}};
    if (const VerifiedReader* reader = doc_request.verified_reader()) {
      object.emplace("reader", reader_json(*reader, readers.now));
    }
    bj::array signatures;
    for (const ReaderJudgement& judgement : doc_request.signatures) {
      signatures.push_back(signature_json(judgement, readers.level));
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
