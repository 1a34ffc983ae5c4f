#include "cli/reader_trust.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "cli/keys.hpp"
#include "cli/levels.hpp"
#include "cli/terminal.hpp"
#include "cli/tool.hpp"
#include "mdoc/json/readers.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {

using presentation::DocRequestReaders;
using presentation::ReaderJudgement;
using presentation::RequestReaders;
using presentation::VerifiedReader;

void add_reader_trust_options(CLI::App& command, ReaderTrustArguments& arguments) {
  take_one_each(command.add_option(
      "--trust-readers", arguments.certificates,
      "Certificates to judge readers by, PEM or DER: those of authorities as anchors, others as pins"));
  command.add_option("--store", arguments.trust.folder,
                     "Folder of anchors and received lists, as mdoc-cli trust keeps it: used as well");
  command.add_flag("--require-trusted", arguments.require_trusted,
                   "Release a document only to a reader that proved who it is; by default what is asked for, and the "
                   "verdict about the reader is told beside it");
  add_level(command, arguments.trust.level);
  add_revocation_policy(command, arguments.revocation);
}

void add_reader_crls(CLI::App& command, ReaderTrustArguments& arguments) {
  take_one_each(
      command.add_option("--crl", arguments.revocation.crls, "Revocation list of a reader CA, DER or PEM: INPUT"));
}

ReaderGround::ReaderGround(const ReaderTrustArguments& arguments, UtcSeconds now)
    : given_(!arguments.certificates.empty() || !arguments.trust.folder.empty()),
      level_(arguments.trust.level),
      policy_(arguments.revocation.policy()),
      now_(now),
      ground_(arguments.trust, now),
      files_(arguments.revocation) {
  for (const std::string& file : arguments.certificates) {
    for (const auto& certificate : load_certificates(file)) {
      trust_certificate(*ground_.store(), trust::Purpose::readers, certificate, file);
    }
  }
}

void ReaderGround::offer_files(const RequestReaders& readers) {
  if (files_.empty()) return;
  files_.offer(readers.wanted, *ground_.revocation(), level_, now_);
  files_.warn_about_unused();
}

void ReaderGround::conclude(const RequestReaders& readers) { ground_.remember(readers.wanted, now_); }

namespace {

/// What a trusted reader is trusted in spite of.
std::string warnings_of(const ReaderJudgement& judgement) {
  std::string text;
  for (const presentation::ReaderFinding& finding : judgement.findings()) {
    const bool doubtful = finding.outcome == presentation::ReaderOutcome::warn ||
                          finding.reason == presentation::ReaderReason::revocation_off;
    if (doubtful) text.append("; ").append(json::sentence(finding.reason));
  }
  return text;
}

/// What the deciding finding rests on: a date, or the issuer that is missing.
std::string evidence_of(const ReaderJudgement& judgement) {
  const auto decides =
      std::ranges::find(judgement.findings(), judgement.reason(), &presentation::ReaderFinding::reason);
  if (decides == judgement.findings().end()) return {};
  if (const auto* date = std::get_if<UtcSeconds>(&decides->evidence)) {
    const bool revocation = decides->check == presentation::ReaderCheck::revocation;
    return (revocation ? "; since " : "; the limit is ") + to_rfc3339(*date);
  }
  if (const auto* end = std::get_if<trust::DeadEnd>(&decides->evidence)) {
    return end->issuer.empty() ? "" : "; its issuer would be " + json::printable(end->issuer);
  }
  return {};
}

std::string describe(const DocRequestReaders& readers) {
  if (const VerifiedReader* reader = readers.verified_reader()) {
    const trust::AnchorFacts& anchor = reader->anchor();
    const std::string who =
        reader->certificate() != nullptr ? json::printable(reader->subject()) : "the holder of a pinned key";
    const std::string by = anchor.pinned ? "a pin" : json::printable(anchor.subject);
    const std::string source = anchor.source.empty() ? "" : fmt::format(" ({})", json::printable(anchor.source));
    return fmt::format("{}, trusted by {}{}{}", who, by, source, warnings_of(*readers.best()));
  }
  const ReaderJudgement* const best = readers.best();
  if (best == nullptr) return std::string(json::sentence(presentation::ReaderReason::absent));
  const std::string claimed(best->claimed_subject());
  return fmt::format("{}: {}{}{}", presentation::name(readers.result()), json::sentence(readers.reason()),
                     evidence_of(*best), claimed.empty() ? "" : "; the certificate names " + brief(claimed, 120));
}

}  // namespace

std::vector<std::string> describe_readers(const RequestReaders& readers) {
  std::vector<std::string> lines;
  for (std::size_t id = 0; id < readers.doc_requests.size(); ++id) {
    lines.push_back(fmt::format("reader of DocRequest {}: {}", id, describe(readers.doc_requests[id])));
  }
  if (readers.is_device_request_info_unproven()) {
    lines.emplace_back("nobody who is trusted vouches for deviceRequestInfo: use cases and purposes are a claim");
  }
  if (readers.unjudged > 0) lines.push_back(fmt::format("{} more signatures were not judged", readers.unjudged));
  return lines;
}

boost::json::value readers_json(const RequestReaders& readers) { return boost::json::parse(json::to_json(readers)); }

}  // namespace mdoc::cli
