#pragma once
// A record with every member that there is, and none that is empty.

#include "mdoc/record.hpp"

namespace mdoc::json {

inline TransactionRecord full_record() {
  using namespace std::chrono_literals;
  const RecordedAnchor anchor{.subject = "CN=Root",
                              .source = "roots.pem",
                              .pinned = true,
                              .list = RecordedList{.kind = "VICAL", .provider = "Lists Ltd", .issue = 3, .age = 48h}};
  const RecordedRevocation revocation{.state = "good", .source = "crl", .age = 60s};
  const RecordedElement element{.name_space = "org.iso.18013.5.1", .element = "age_over_18"};
  RecordedDocRequest asked{.doc_request = 2, .doc_type = "org.iso.18013.5.1.mDL"};
  asked.elements.push_back({.asked = element, .retain = true, .answer = "as-requested"});
  asked.reader = RecordedReader{.result = "trusted", .reason = "none", .subject = "CN=Bar", .claimed = "CN=Other"};
  asked.reader->anchor = anchor;
  asked.reader->revocations.push_back(revocation);
  asked.obstacle = "doc-type";
  RecordedAgreement agreed{
      .doc_request = 2, .doc_type = "org.iso.18013.5.1.mDL", .credential = "licence", .encrypted = true};
  agreed.not_sent = "internal/crypto_backend";
  agreed.elements.push_back(
      {.released = element, .basis = "age-rule", .instead = RecordedElement{.name_space = "n", .element = "e"}});
  const RecordedCheck check{.id = "trust.path", .outcome = "fail", .reason = "untrusted"};
  RecordedDocument document{.doc_type = "org.iso.18013.5.1.mDL",
                            .valid = true,
                            .encrypted = true,
                            .checks = {check},
                            .issuer = "CN=Signer",
                            .country = "UT",
                            .anchor = anchor,
                            .revocations = {revocation},
                            .deviations = {"tdate-fraction"},
                            .surplus = {element},
                            .device_key = Bytes(32, 7)};
  document.values.push_back({.element = element, .value = SharedBytes::take({0xf5})});
  RecordedVerdict verdict{.valid = true, .level = "interop", .revocation = "soft", .version = "1.0", .status = 0};
  verdict.checks.push_back(check);
  verdict.documents.push_back(std::move(document));
  verdict.encrypted_documents = 1;
  verdict.zk_documents = 2;
  verdict.deviations.emplace_back("cbor-non-preferred");
  verdict.answers.push_back({.question = "age-over:18", .verdict = "yes", .reason = "old-enough"});
  RecordedRound round{.round = 1};
  round.asked.push_back(std::move(asked));
  round.use_cases.push_back({.mandatory = true, .purposes = {{.controller = "org.example", .code = -4}}});
  round.request_digest = Bytes(32, 9);
  round.decision = "agreed";
  round.agreed.push_back(std::move(agreed));
  round.outcome = "failed";
  round.status = 10;
  round.verdict = std::move(verdict);
  round.left_out = 4;
  TransactionRecord record{.by = RecordedBy::reader, .id = Bytes(16, 1), .started = UtcSeconds{1'777'636'800s}};
  record.phases.push_back({.phase = "request-sent", .round = 1, .after = 12ms});
  record.rounds.push_back(std::move(round));
  record.ended = "good-order";
  record.left_out = 5;
  return record;
}

}  // namespace mdoc::json
