#include "cli/trust_list_file.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/structure.hpp"
#include "cli/wording.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/digest.hpp"
#include "trust/list_provenance.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

/// An INPUT that may be a list. Anything without distinct marks is meant to be one, and its decoder says why it is not.
struct ListInput {
  std::string name;
  SharedBytes bytes;
  bool rical = false;
};

ListInput read_list(const std::string& spec) {
  Input input = read_input(spec);
  if (const auto found = found_instead(input, {Structure::vical, Structure::rical})) {
    throw Failure(ExitCode::unreadable, input.name + " is " + *found + "; a VICAL or a RICAL is needed");
  }
  const bool rical = recognise(input) == Structure::rical;
  return {.name = std::move(input.name), .bytes = SharedBytes::take(std::move(input.bytes)), .rical = rical};
}

std::string failed(const ListInput& input) {
  return "cannot decode " + input.name + " as " + (input.rical ? "RICAL" : "VICAL");
}

void add_text(bj::object& object, std::string_view member, const std::optional<std::string>& text) {
  if (text) object.emplace(member, *text);
}

void add_time(bj::object& object, std::string_view member, const std::optional<UtcSeconds>& time) {
  if (time) object.emplace(member, to_rfc3339(*time));
}

void add_details(bj::object& object, const trust::CertificateInfo& info) {
  bj::array doc_types;
  for (const DocType& doc_type : info.doc_types) doc_types.push_back(bj::string(doc_type.str()));
  object.emplace("docTypes", std::move(doc_types));
  if (!info.certificate_profile.empty()) object.emplace("certificateProfile", bj::array());
  for (const std::string& profile : info.certificate_profile) {
    object.at("certificateProfile").as_array().push_back(bj::string(profile));
  }
  add_text(object, "issuingAuthority", info.issuing_authority);
}

void add_details(bj::object& object, const trust::RicalCertificateInfo& info) {
  if (info.is_trust_anchor) object.emplace("isTrustAnchor", *info.is_trust_anchor);
  if (info.aki) object.emplace("aki", to_hex(info.aki->view()));
  add_text(object, "type", info.type);
  add_text(object, "name", info.name);
  if (info.trust_constraints) object.emplace("trustConstraints", info.trust_constraints->size());
}

}  // namespace

// ---- reading ------------------------------------------------------------------------------------

Result<TrustListFile> TrustListFile::decode(std::string name, const SharedBytes& bytes, bool rical, Level level) {
  cbor::DeviationLog deviations;
  const cbor::DecodeContext context{.limits = {}, .level = level, .sink = &deviations};
  if (rical) {
    const auto list = trust::decode_rical(bytes, context);
    if (!list) return list.error();
    return TrustListFile(std::move(name), *list, std::move(deviations));
  }
  const auto list = trust::decode_vical(bytes, context);
  if (!list) return list.error();
  return TrustListFile(std::move(name), *list, std::move(deviations));
}

TrustListFile TrustListFile::load(const std::string& spec, Level level) {
  const ListInput input = read_list(spec);
  return require(decode(input.name, input.bytes, input.rical, level), failed(input));
}

TrustListFile TrustListFile::load_to_judge(const std::string& spec, Level level) {
  const ListInput input = read_list(spec);
  auto at_level = decode(input.name, input.bytes, input.rical, level);
  if (at_level) return *std::move(at_level);
  auto lenient = require(decode(input.name, input.bytes, input.rical, Level::lenient), failed(input));
  lenient.refusal_ = at_level.error();
  return lenient;
}

// ---- what both kinds have -----------------------------------------------------------------------

trust::ListKind TrustListFile::kind() const noexcept {
  return std::holds_alternative<trust::SignedRical>(list_) ? trust::ListKind::rical : trust::ListKind::vical;
}

trust::ListProvenance TrustListFile::provenance() const {
  return std::visit([](const auto& list) { return trust::provenance_of(list.unverified()); }, list_);
}

trust::ListIssue TrustListFile::issue() const {
  const trust::ListProvenance from = provenance();
  return {.kind = from.kind,
          .provider = from.provider,
          .type = from.type,
          .id = from.issue_id,
          .date = from.date,
          .digest = require(crypto::digest(crypto::DigestAlgorithm::sha256, message().payload->view()),
                            "cannot compare " + name_)};
}

const cose::CoseSign1& TrustListFile::message() const noexcept {
  return std::visit([](const auto& list) -> const cose::CoseSign1& { return list.message(); }, list_);
}

std::span<const crypto::Certificate> TrustListFile::x5chain() const noexcept {
  return std::visit([](const auto& list) { return list.x5chain(); }, list_);
}

std::span<const trust::EntryFault> TrustListFile::faults() const noexcept {
  return std::visit([](const auto& list) { return list.unusable_entries(); }, list_);
}

std::size_t TrustListFile::size() const noexcept {
  return std::visit([](const auto& list) { return list.unverified().certificate_infos.size(); }, list_);
}

const trust::ListedCertificate& TrustListFile::entry(std::size_t index) const noexcept {
  const auto listed = [index](const auto& list) -> const trust::ListedCertificate& {
    return list.unverified().certificate_infos[index].listed;
  };
  return std::visit(listed, list_);
}

std::optional<std::string> TrustListFile::url() const {
  if (const auto* rical = std::get_if<trust::SignedRical>(&list_)) return rical->unverified().latest_rical_url;
  return std::get<trust::SignedVical>(list_).unverified().vical_url;
}

std::string TrustListFile::version() const {
  const Version version = std::visit([](const auto& list) { return list.unverified().version; }, list_);
  return fmt::format("{}.{}", version.major, version.minor);
}

// ---- showing ------------------------------------------------------------------------------------

std::string title_of(const trust::ListProvenance& provenance) {
  std::string title = fmt::format("{} of {}", name(provenance.kind), provenance.provider);
  if (provenance.issue_id) title += fmt::format(", issue {}", *provenance.issue_id);
  return title;
}

std::string subject_of(const trust::ListedCertificate& listed) {
  if (listed.certificate) return listed.certificate->subject().text();
  if (listed.subject) {
    if (const auto claimed = crypto::DistinguishedName::from_der(listed.subject->view())) return claimed->text();
  }
  return "unknown";
}

bj::object certificate_facts_json(const crypto::Certificate& certificate) {
  return {{"subject", certificate.subject().text()},
          {"issuer", certificate.issuer().text()},
          {"notBefore", to_rfc3339(certificate.not_before())},
          {"notAfter", to_rfc3339(certificate.not_after())},
          {"fingerprint", to_hex(certificate.fingerprint().view())}};
}

bj::object header_json(const TrustListFile& file) {
  const trust::ListProvenance provenance = file.provenance();
  bj::object object{{"kind", name(provenance.kind)}, {"version", file.version()}, {"provider", provenance.provider}};
  if (!provenance.type.empty()) object.emplace("type", provenance.type);
  if (provenance.issue_id) object.emplace("issueID", *provenance.issue_id);
  object.emplace("date", to_rfc3339(provenance.date));
  add_time(object, "nextUpdate", provenance.next_update);
  add_time(object, "notAfter", provenance.not_after);
  add_text(object, "url", file.url());
  object.emplace("signer", certificate_facts_json(file.x5chain().front()));
  return object;
}

bj::object entry_json(const TrustListFile& file, std::size_t index) {
  const trust::ListedCertificate& listed = file.entry(index);
  const auto fault = std::ranges::find(file.faults(), index, &trust::EntryFault::index);
  bj::object object{{"index", index}, {"usable", fault == file.faults().end()}};
  if (fault != file.faults().end()) object.emplace("error", in_words(fault->error));
  if (listed.certificate) {
    for (auto& member : certificate_facts_json(*listed.certificate)) object.insert(member);
  } else {
    object.emplace("subject", subject_of(listed));
  }
  object.emplace("serialNumber", to_hex(listed.serial_number.view()));
  object.emplace("ski", to_hex(listed.ski.view()));
  add_text(object, "issuingCountry", listed.issuing_country);
  add_text(object, "stateOrProvinceName", listed.state_or_province_name);
  const auto add_own = [&](const auto& list) { add_details(object, list.unverified().certificate_infos[index]); };
  std::visit(add_own, file.list());
  bj::array differing;
  for (const trust::EntryMember member : listed.differing) differing.push_back(bj::string(name(member)));
  if (!differing.empty()) object.emplace("differing", std::move(differing));
  return object;
}

}  // namespace mdoc::cli
