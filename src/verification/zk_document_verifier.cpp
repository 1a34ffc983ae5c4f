#include "verification/zk_document_verifier.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "mdoc/crypto/certificate.hpp"
#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"
#include "verification/request_matching.hpp"

namespace mdoc::verification {
namespace {

std::vector<model::ZkElement> elements_of(const model::ZkDocumentData& data) {
  std::vector<model::ZkElement> elements;
  for (const auto& [name_space, items] : data.issuer_signed) {
    for (const model::ZkSignedItem& item : items) {
      elements.push_back(
          {.name_space = name_space, .identifier = item.element_identifier, .value = item.element_value});
    }
  }
  return elements;
}

/// The shape in which the checks of a document look for certificates and elements. Nothing in it is signed.
model::IssuerSigned as_issuer_signed(const model::ZkDocumentData& data) {
  model::IssuerSigned shape{.issuer_auth = {}};
  shape.issuer_auth.headers.x5chain = data.mso_x5chain;
  for (const auto& [name_space, items] : data.issuer_signed) {
    auto& list = shape.name_spaces.emplace_back(name_space, std::vector<model::IssuerSignedItemBytes>()).second;
    for (const model::ZkSignedItem& item : items) {
      model::IssuerSignedItem one{
          .random = {}, .element_identifier = item.element_identifier, .element_value = item.element_value};
      list.emplace_back(std::move(one), ByteView());
    }
  }
  return shape;
}

}  // namespace

ZkDocumentVerifier::ZkDocumentVerifier(ZkDocumentInput document, const VerificationInput& input,
                                       const ClockPolicy& clock, Level level, const DecodeLimits& limits)
    : document_(std::move(document)), input_(input), clock_(clock), level_(level), limits_(limits) {
  if (!document_.document) return;
  data_ = &*document_.document->document_data;
  elements_ = elements_of(*data_);
  report_.doc_type = data_->doc_type;
  report_.zk_system_id = data_->zk_system_id;
  find_spec();
}

void ZkDocumentVerifier::find_spec() {
  for (const model::DocRequest& doc_request : document_.doc_requests) {
    const model::ItemsRequest& items = *doc_request.items_request;
    if (items.doc_type != data_->doc_type || !items.request_info || !items.request_info->zk_request) continue;
    const auto& specs = items.request_info->zk_request->system_specs;
    const auto found = std::ranges::find(specs, data_->zk_system_id, &model::ZkSystemSpec::zk_system_id);
    if (found == specs.end()) continue;
    spec_ = &*found;
    report_.system = found->system;
    return;
  }
}

template <class Check>
void ZkDocumentVerifier::perform(CheckId check, Check judge) {
  Finding finding{.check = check};
  const TimePoint begin = input_.stopwatch != nullptr ? input_.stopwatch->now() : TimePoint{};
  judge(finding);
  if (input_.stopwatch != nullptr) finding.duration = input_.stopwatch->now() - begin;
  report_.findings.push_back(std::move(finding));
}

const ZkDocumentReport& ZkDocumentVerifier::verify() {
  perform(CheckId::zk_structure, [&](Finding& finding) { zk_structure(finding); });
  perform(CheckId::zk_requested, [&](Finding& finding) { zk_requested(finding); });
  perform(CheckId::zk_verifier, [&](Finding& finding) { zk_verifier(finding); });
  perform(CheckId::zk_elements, [&](Finding& finding) { zk_elements(finding); });
  perform(CheckId::zk_timestamp, [&](Finding& finding) { zk_timestamp(finding); });
  judge_signer_and_form();
  perform(CheckId::zk_proof, [&](Finding& finding) { zk_proof(finding); });
  report_.valid = std::ranges::all_of(report_.findings, [](const Finding& finding) { return lets_through(finding); });
  return report_;
}

void ZkDocumentVerifier::zk_structure(Finding& finding) {
  if (data_ == nullptr) return fail(finding, document_.document.error());
  const bool no_certificates = data_->mso_x5chain.empty();
  if (no_certificates || elements_.empty()) {
    fail(finding, Reason::absent);
    finding.expected = std::string(no_certificates ? "msoX5chain" : "issuerSigned");
    return;
  }
  if (!data_->device_signed.empty()) {  // no proof says whether the issuer authorised them
    fail(finding, Reason::unauthorized);
    finding.found = std::string("deviceSigned");
    return;
  }
  pass(finding);
}

void ZkDocumentVerifier::zk_requested(Finding& finding) {
  if (data_ == nullptr) return;
  // What the system is, and what its parameters, only the request can say: those of a response would be the peer's own.
  if (input_.request == nullptr) return skip(finding, Reason::no_request);
  finding.found = data_->zk_system_id;
  if (spec_ == nullptr) return fail(finding, Reason::unrequested);
  finding.found = {};
  // To verify one takes long, so a peer does not decide how many it is to be.
  if (document_.surplus) return fail(finding, Reason::surplus);
  pass(finding);
}

void ZkDocumentVerifier::zk_verifier(Finding& finding) {
  if (spec_ == nullptr) return;
  finding.found = spec_->system;
  std::vector<std::string> known;
  const auto wanted = model::zk_circuit(*spec_);
  bool spoken = false;
  for (const auto& verifier : input_.zk_verifiers) {
    if (verifier->system() != spec_->system) continue;
    spoken = true;
    const auto circuits = verifier->circuits();
    known.insert(known.end(), circuits.begin(), circuits.end());
    if (!wanted || std::ranges::find(circuits, *wanted) == circuits.end()) continue;
    verifier_ = verifier.get();
    circuit_ = *wanted;
    finding.found = {};
    return pass(finding);
  }
  if (!spoken) return skip(finding, Reason::no_verifier);
  // Both identifiers: a circuit that does not match is the commonest fault.
  fail(finding, wanted ? Reason::unsupported : Reason::absent);
  finding.expected = std::move(known);
  finding.found = wanted.value_or("");
}

void ZkDocumentVerifier::zk_elements(Finding& finding) {
  if (spec_ == nullptr) return;
  std::vector<ReturnedElement> returned;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const model::ZkElement& element : elements_) {
    returned.push_back({&element.name_space, &element.identifier, &element.value});
    if (seen.emplace(element.name_space.str(), element.identifier.str()).second) continue;
    finding.found = std::vector<ElementReference>{{element.name_space, element.identifier}};
    return fail(finding, Reason::duplicate);
  }
  const auto* const profile = profile::find_doc_type(input_.profiles, data_->doc_type.str());
  const std::vector<bool> asked_for =
      requested(document_.doc_requests, data_->doc_type, AnswerForm::proof, returned, profile);
  std::vector<ElementReference> surplus;
  for (std::size_t i = 0; i < returned.size(); ++i) {
    if (!asked_for[i]) surplus.push_back({*returned[i].name_space, *returned[i].identifier});
  }
  if (surplus.empty()) return pass(finding);
  finding.found = std::move(surplus);
  fail(finding, Reason::unrequested);
}

void ZkDocumentVerifier::zk_timestamp(Finding& finding) {
  if (data_ == nullptr) return;
  const auto time = model::zk_timestamp(data_->timestamp);
  if (!time) return fail(finding, time.error());
  time_ = *time;
  report_.time = time->time;
  constexpr std::chrono::seconds rest_of_day = std::chrono::hours{24} - std::chrono::seconds{1};
  const UtcSeconds last = time->date_only ? time->time + rest_of_day : time->time;
  const UtcSeconds from = time->time - input_.zk_max_age, until = last + input_.zk_max_age;
  judge_date(finding, clock_.judge(input_.now.utc, from, until), input_.now.utc, from, until);
}

void ZkDocumentVerifier::judge_signer_and_form() {
  if (data_ == nullptr) return;
  const model::IssuerSigned shape = as_issuer_signed(*data_);
  DocumentVerifier verifier(
      {.index = document_.index, .where = document_.where, .doc_type = &data_->doc_type, .issuer_signed = &shape},
      input_, clock_, level_, limits_);
  verifier.verify_signer_and_form();
  issuer_key_ = verifier.signer_key();
  DocumentReport judged = verifier.take_report();
  std::ranges::move(judged.findings, std::back_inserter(report_.findings));
  report_.warnings = std::move(judged.warnings);
  report_.certificates = std::move(judged.certificates);
  report_.elements = std::move(judged.elements);
  report_.further_elements = judged.further_elements;
  report_.revocations = std::move(judged.revocations);
  report_.wanted = std::move(judged.wanted);
  report_.issuer = std::move(judged.issuer);
}

void ZkDocumentVerifier::zk_proof(Finding& finding) {
  const bool ready =
      std::ranges::all_of(report_.findings, [](const Finding& earlier) { return lets_through(earlier); });
  if (!ready || !time_ || verifier_ == nullptr || !issuer_key_) return;
  const SharedBytes* const transcript = document_.session_transcript != nullptr ? document_.session_transcript
                                        : input_.session_transcript             ? &*input_.session_transcript
                                                                                : nullptr;
  if (transcript == nullptr) return skip(finding, Reason::no_transcript);
  const auto verified = verifier_->verify({.spec = *spec_,
                                           .circuit = circuit_,
                                           .proof = document_.document->proof.view(),
                                           .session_transcript = transcript->view(),
                                           .doc_type = data_->doc_type,
                                           .elements = elements_,
                                           .issuer_key = *issuer_key_,
                                           .time = *time_});
  if (!verified) return fail(finding, verified.error());
  pass(finding);
}

std::optional<VerifiedZkDocument> ZkDocumentVerifier::release() const {
  if (!report_.valid) return std::nullopt;
  VerifiedZkDocument released;
  released.doc_type_ = data_->doc_type;
  released.time_ = time_->time;
  released.issuer_ = *report_.issuer;
  released.index_ = document_.index;
  for (const model::ZkElement& element : elements_) {
    released.elements_.push_back({element.name_space, element.identifier, element.value});
  }
  return released;
}

}  // namespace mdoc::verification
