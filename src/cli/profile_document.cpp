#include "cli/profile_document.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/marks.hpp"
#include "cli/output.hpp"
#include "cli/structure.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/model/device_response.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

// What is wrong with the encoding, inspect and verify say.
const cbor::DecodeContext tolerant{.limits = {}, .level = Level::lenient, .sink = nullptr};

void append(std::vector<profile::PresentElement>& elements, const model::ElementValues& values, bool device_signed) {
  for (const auto& [name_space, members] : values) {
    for (const auto& [identifier, value] : members) {
      elements.push_back({.name_space = name_space.str(),
                          .identifier = identifier.str(),
                          .value = &value,
                          .device_signed = device_signed});
    }
  }
}

DocumentFault fault_of(const profile::ElementFinding& finding) {
  const profile::ElementFaultInfo& row = profile::info(finding.fault);
  std::string place = json::isolated(finding.name_space);
  if (!finding.identifier.empty()) place += "/" + json::isolated(place_of(finding));
  return {.id = row.id,
          .severity = row.severity,
          .clause = row.clause,
          .place = std::move(place),
          .duty = row.duty,
          .beside = finding.other.empty() ? "" : "beside " + json::isolated(finding.other),
          .name_space = json::isolated(finding.name_space)};
}

DocumentFault fault_of(const profile::MsoFinding& finding) {
  const profile::MsoFaultInfo& row = profile::info(finding.fault);
  constexpr std::size_t most = 128;  // of an algorithm that the peer made up
  return {.id = row.id,
          .severity = profile::FaultSeverity::error,
          .clause = "TS 23220-4, B",
          .place = "MobileSecurityObject",
          .duty = row.duty,
          .beside = finding.found.empty() ? "" : "found " + json::isolated(finding.found.substr(0, most)),
          .name_space = {}};
}

/// Faults of which a document made for a test has dozens, each of an element and nothing else.
bool is_gathered(std::string_view id) {
  return id == profile::info(profile::ElementFault::missing).id ||
         id == profile::info(profile::ElementFault::missing_recommended).id;
}

/// "family_name, birth_date of org.iso.18013.5.1; sex of …": those of one fault, in their order.
std::string missing_elements(const std::vector<DocumentFault>& faults, std::string_view id) {
  std::string text;
  const std::string* name_space = nullptr;
  for (const DocumentFault& fault : faults) {
    if (fault.id != id) continue;
    if (name_space != nullptr) text += *name_space == fault.name_space ? ", " : " of " + *name_space + "; ";
    text += fault.place.substr(fault.name_space.size() + 1);
    name_space = &fault.name_space;
  }
  return name_space == nullptr ? text : text + " of " + *name_space;
}

/// Of a certificate that cannot be read, others say what is wrong.
std::optional<crypto::Curve> signer_curve(const model::IssuerSigned& issuer_signed) {
  const auto& x5chain = issuer_signed.issuer_auth.headers.x5chain;
  if (x5chain.empty()) return std::nullopt;
  const auto certificate = crypto::Certificate::from_der(x5chain.front().view());
  if (!certificate) return std::nullopt;
  const auto& key = certificate->public_key();
  return key ? std::optional(key->curve()) : std::nullopt;
}

JudgedDocument judge_document(const profile::DocTypeProfile& profile, const std::string& name, std::size_t index,
                              const model::IssuerSigned& issuer_signed, const model::DeviceSigned* device_signed,
                              Extent extent) {
  const auto mso = require(model::decode_mobile_security_object(issuer_signed.issuer_auth, tolerant),
                           "cannot decode the MobileSecurityObject of " + name);
  std::vector<profile::PresentElement> elements;
  for (const auto& [name_space, items] : issuer_signed.name_spaces) {
    for (const auto& item : items) {
      elements.push_back({.name_space = name_space.str(),
                          .identifier = item->element_identifier.str(),
                          .value = &item->element_value,
                          .device_signed = false});
    }
  }
  if (device_signed != nullptr) append(elements, *device_signed->name_spaces, true);
  return {.index = index,
          .doc_type = mso.doc_type.str(),
          .extent = extent,
          .faults = document_faults(profile, elements, mso, signer_curve(issuer_signed), extent)};
}

JudgedDocument judge_document(const profile::DocTypeProfile& profile, const std::string& name, std::size_t index,
                              const model::Document& document, Extent extent) {
  return judge_document(profile, name, index, document.issuer_signed,
                        document.device_signed ? &*document.device_signed : nullptr, extent);
}

verification::Outcome outcome_of(profile::FaultSeverity severity) {
  switch (severity) {
    case profile::FaultSeverity::error: return verification::Outcome::fail;
    case profile::FaultSeverity::warning: return verification::Outcome::warn;
    case profile::FaultSeverity::information: break;
  }
  return verification::Outcome::not_applicable;
}

void print_judged(const std::string& input, const JudgedDocument& document) {
  print_line(fmt::format("{}, document {} ({}): {}{}", input, document.index, json::isolated(document.doc_type),
                         document.faults.empty() ? "nothing found"
                         : document.good()       ? "keeps to the profile"
                                                 : "against the profile",
                         document.extent == Extent::whole ? "" : ", as far as it was presented"));
  for (const DocumentFault& fault : document.faults.listed) {
    const verification::Outcome outcome = outcome_of(fault.severity);
    print_line(fmt::format("  {} {}", mark_of(outcome), marked(outcome, text_of(fault))));
  }
  if (document.faults.further > 0) print_line(fmt::format("  … and {} more", document.faults.further));
}

bj::object judged_json(const std::string& input, const JudgedDocument& document) {
  bj::array faults;
  for (const DocumentFault& fault : document.faults.listed) {
    bj::object object{{"id", fault.id},
                      {"severity", profile::name(fault.severity)},
                      {"clause", fault.clause},
                      {"place", fault.place},
                      {"duty", fault.duty}};
    if (!fault.beside.empty()) object.emplace("detail", fault.beside);
    faults.push_back(std::move(object));
  }
  bj::object judged{{"input", input},
                    {"document", document.index},
                    {"docType", json::printable(document.doc_type)},
                    {"good", document.good()},
                    {"presented", document.extent == Extent::presented},
                    {"findings", std::move(faults)}};
  if (document.faults.further > 0) judged.emplace("findingsMore", document.faults.further);
  return judged;
}

}  // namespace

std::string text_of(const DocumentFault& fault) {
  return fmt::format("{}: expected: {} ({}{}{})", fault.place, fault.duty, fault.id, fault.beside.empty() ? "" : ", ",
                     fault.beside);
}

std::vector<std::string> gathered_texts(const std::vector<DocumentFault>& faults) {
  std::vector<std::string> texts;
  std::vector<std::string_view> gathered;
  for (const DocumentFault& fault : faults) {
    if (fault.severity == profile::FaultSeverity::information) continue;
    if (!is_gathered(fault.id)) {
      texts.push_back(text_of(fault));
    } else if (std::ranges::find(gathered, fault.id) == gathered.end()) {
      gathered.push_back(fault.id);
      texts.push_back(
          fmt::format("expected: {} ({}); missing: {}", fault.duty, fault.id, missing_elements(faults, fault.id)));
    }
  }
  return texts;
}

bool JudgedDocument::good() const noexcept {
  return !faults.further_errors && std::ranges::none_of(faults.listed, [](const DocumentFault& fault) {
    return fault.severity == profile::FaultSeverity::error;
  });
}

std::vector<profile::PresentElement> present_elements(const model::ElementValues& values) {
  std::vector<profile::PresentElement> elements;
  append(elements, values, false);
  return elements;
}

DocumentFaults document_faults(const profile::DocTypeProfile& profile,
                               const std::vector<profile::PresentElement>& elements,
                               const model::MobileSecurityObject& mso, std::optional<crypto::Curve> signer,
                               Extent extent) {
  profile::ElementFindings findings;
  const profile::ValidationContext context{.decode = {.limits = {}, .level = Level::strict, .sink = nullptr},
                                           .valid_from = mso.validity_info.valid_from};
  if (extent == Extent::whole) {
    validate_document(profile, elements, context, findings);
  } else {
    validate_values(profile, elements, context, findings);
  }
  DocumentFaults faults;
  const auto curve = signer ? std::optional(crypto::info(*signer).name) : std::nullopt;
  for (const auto& finding : validate_mso(profile, mso, curve)) faults.listed.push_back(fault_of(finding));
  for (const auto& finding : findings.entries()) faults.listed.push_back(fault_of(finding));
  faults.further = findings.dropped();
  faults.further_errors = findings.dropped_errors() > 0;
  return faults;
}

std::vector<JudgedDocument> judge_documents(const profile::DocTypeProfile& profile, const Input& input) {
  const SharedBytes bytes = SharedBytes::copy_of(input.bytes);
  const std::string failed = "cannot decode " + input.name;
  const Structure type = recognise(input);
  if (type == Structure::issuer_signed) {
    const auto issuer_signed = require(model::decode_issuer_signed(bytes, tolerant), failed);
    return {judge_document(profile, input.name, 0, issuer_signed, nullptr, Extent::whole)};
  }
  if (type == Structure::document) {
    cbor::Reader reader(bytes, tolerant, "Document");
    const auto document = require(model::decode_document(reader), failed);
    require(reader.finish(), failed);
    return {judge_document(profile, input.name, 0, document, Extent::whole)};
  }
  if (const auto other = found_instead(input, {Structure::device_response})) {
    throw Failure(ExitCode::unreadable,
                  input.name + " is " + *other + "; give IssuerSigned, a Document or a DeviceResponse");
  }
  const auto response = require(model::decode_device_response(bytes, tolerant), failed);
  std::vector<JudgedDocument> judged;
  for (std::size_t i = 0; i < response.documents.size(); ++i) {
    judged.push_back(
        judge_document(profile, input.name, i, require(response.documents[i].value, failed), Extent::presented));
  }
  if (judged.empty()) throw Failure(ExitCode::unreadable, input.name + " has no document");
  return judged;
}

ExitCode check_documents(const profile::DocTypeProfile& profile, const std::vector<std::string>& inputs, bool json) {
  bool good = true;
  bj::array documents;
  for (const std::string& spec : inputs) {
    const Input input = read_input(spec);
    for (const JudgedDocument& document : judge_documents(profile, input)) {
      good = good && document.good();
      if (json) {
        documents.push_back(judged_json(input.name, document));
      } else {
        print_judged(input.name, document);
      }
    }
  }
  if (json) {
    print_json(bj::object{
        {"profile", profile.id}, {"docType", profile.doc_type}, {"good", good}, {"documents", std::move(documents)}});
  }
  return good ? ExitCode::done : ExitCode::bad_verdict;
}

}  // namespace mdoc::cli
