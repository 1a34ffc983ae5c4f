#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "cli/deviations.hpp"
#include "cli/failure.hpp"
#include "cli/list_checks.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trust_list_file.hpp"
#include "cli/vical.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/trust/trusted_list.hpp"

namespace mdoc::cli {
namespace {

using trust::ListKind;
using verification::Outcome;

struct VicalVerifyArguments {
  std::string list, last;
  std::vector<std::string> policies;
  ListTrustArguments trust;
};

/// Clauses of the duties, by the kind of the list.
struct ListClauses {
  std::string_view format, validation;
};
ListClauses clauses_of(ListKind kind) {
  if (kind == ListKind::rical) return {.format = "F.1", .validation = "F.1"};
  return {.format = "C.1.7", .validation = "C.1.8"};
}

/// The library's own verdict.
Result<trust::ListVerification> verify_list(const TrustListFile& file, const trust::ListTrust& trust) {
  if (const auto* rical = std::get_if<trust::SignedRical>(&file.list())) {
    const auto verified = trust::verify_rical(*rical, trust, rical->unverified().type);
    if (!verified) return verified.error();
    return verified->verification();
  }
  const auto verified = trust::verify_vical(std::get<trust::SignedVical>(file.list()), trust);
  if (!verified) return verified.error();
  return verified->verification();
}

/// Verification stops at what it meets first. Each duty is judged here by itself, so that all that is wrong is said at
/// once; the verdict is good where both agree.
class ListJudge {
 public:
  /// @param last  null: nothing to compare with
  ListJudge(const TrustListFile& file, const TrustListFile* last, const ListAnchors& anchors,
            std::span<const std::string> policies)
      : file_(file), last_(last), anchors_(anchors), clauses_(clauses_of(file.kind())) {
    if (last_ != nullptr) last_issue_ = last_->issue();
    const auto verified = verify_list(file_, {.anchors = anchors_.certificates,
                                              .now = anchors_.now,
                                              .clock = anchors_.clock,
                                              .last_accepted = last_issue_ ? &*last_issue_ : nullptr});
    checks_ = {judge_encoding(clauses_.format, file_.refusal(), file_.deviations()),
               judge_signer_path(clauses_.validation, file_.x5chain(), anchors_), judge_profile(verified)};
    if (!policies.empty()) checks_.push_back(judge_policies(policies));
    checks_.push_back(judge_signature(clauses_.validation, verify_signature()));
    checks_.push_back(judge_dates());
    checks_.push_back(judge_succession());
    checks_.push_back(judge_entries());
    valid_ = verified && all_hold(checks_);
  }

  [[nodiscard]] const std::vector<ListCheck>& checks() const noexcept { return checks_; }
  [[nodiscard]] bool valid() const noexcept { return valid_; }

 private:
  /// Without a path the certificate is judged alone: what compares it with its issuer is left out.
  ListCheck judge_profile(const Result<trust::ListVerification>& verified) const {
    const trust::ListVerification alone{
        .signer_path = {file_.x5chain().front()},
        .provenance = std::make_shared<const trust::ListProvenance>(file_.provenance())};
    return judge_signer_profile(
        role(), trust::judge_list_signer(verified ? *verified : alone, trust::info(role()).profile), anchors_.level);
  }

  /// Who asks for a policy means it, whatever the level makes of a profile without one.
  ListCheck judge_policies(std::span<const std::string> policies) const {
    ListCheck check{.id = "list.signer-policy", .outcome = Outcome::pass, .clause = trust::info(role()).clause};
    const std::vector<std::string>& found = file_.x5chain().front().certificate_policies();
    for (const std::string& policy : policies) {
      if (std::ranges::find(found, policy) != found.end()) continue;
      check.outcome = Outcome::fail;
      check.detail = fmt::format("expected: {}; found: {}", policy,
                                 found.empty() ? "none" : fmt::format("{}", fmt::join(found, ", ")));
      return check;
    }
    check.detail = fmt::format("names {}", fmt::join(policies, ", "));
    return check;
  }

  trust::CertificateRole role() const {
    return file_.kind() == ListKind::rical ? trust::CertificateRole::rical_signer
                                           : trust::CertificateRole::vical_signer;
  }

  Result<void> verify_signature() const {
    const auto& key = file_.x5chain().front().public_key();
    if (!key) return key.error();
    return file_.message().verify(*key);
  }

  ListCheck judge_dates() const {
    ListCheck check{.id = "list.dates", .outcome = Outcome::pass, .clause = clauses_.validation};
    const trust::ListProvenance provenance = file_.provenance();
    const auto dates = trust::judge_list_dates(provenance, anchors_.now, anchors_.clock);
    const std::string issued = "issued " + to_rfc3339(provenance.date);
    if (!dates) {
      check.outcome = Outcome::fail;
      check.detail =
          dates.error().code == Errc::expired
              ? fmt::format("not to be used after {}", to_rfc3339(provenance.not_after.value_or(anchors_.now)))
              : issued + ", which is in the future";
    } else if (dates->state == trust::ListState::due) {
      check.outcome = Outcome::warn;
      check.detail = fmt::format("a newer issue was due at {}: fetch it", to_rfc3339(*provenance.next_update));
    } else if (dates->verdict == DateVerdict::within_skew) {
      check.outcome = Outcome::warn;
      check.detail = issued + ": within the tolerated clock difference";
    } else {
      check.detail = issued;
      if (provenance.next_update) check.detail += ", next update " + to_rfc3339(*provenance.next_update);
    }
    return check;
  }

  ListCheck judge_succession() const {
    ListCheck check{.id = "list.succession", .outcome = Outcome::not_applicable, .clause = clauses_.validation};
    if (last_ == nullptr) {
      check.detail = "no issue to compare with (--last)";
      return check;
    }
    const trust::ListIssue next = file_.issue();
    const std::string last_title = title_of(last_->provenance());
    const bool same_list =
        last_issue_->kind == next.kind && last_issue_->provider == next.provider && last_issue_->type == next.type;
    if (!same_list) {
      check.outcome = Outcome::warn;
      check.detail = last_->name() + " is another list: " + last_title;
    } else if (const auto succeeds = trust::check_succession(*last_issue_, next); !succeeds) {
      check.outcome = Outcome::fail;
      check.detail = fmt::format("does not follow on {} of {}: {}", last_title, to_rfc3339(last_issue_->date),
                                 in_words(succeeds.error()));
    } else {
      check.outcome = Outcome::pass;
      check.detail = (last_issue_->digest == next.digest ? "the same as " : "follows on ") + last_title;
    }
    return check;
  }

  ListCheck judge_entries() const {
    ListCheck check{.id = "list.entries", .outcome = Outcome::pass, .clause = clauses_.format};
    const std::size_t unusable = file_.faults().size();
    check.detail =
        fmt::format("{} of {} can serve as anchors", file_.size() - std::min(unusable, file_.size()), file_.size());
    if (file_.size() == 0) check.detail = "the list is empty";
    if (unusable > 0) {
      check.outcome = anchors_.level == Level::strict ? Outcome::fail : Outcome::warn;
    } else if (file_.size() == 0) {
      check.outcome = Outcome::warn;
    }
    constexpr std::size_t most = 16;
    for (const trust::EntryFault& fault : file_.faults().first(std::min(unusable, most))) {
      check.particulars.emplace_back(
          check.outcome,
          fmt::format("entry {}, {}: {}", fault.index, subject_of(file_.entry(fault.index)), in_words(fault.error)));
    }
    if (unusable > most) check.particulars.emplace_back(check.outcome, fmt::format("… and {} more", unusable - most));
    check.facts = {{"entries", file_.size()}, {"unusable", unusable}};
    return check;
  }

  const TrustListFile& file_;
  const TrustListFile* last_;
  const ListAnchors& anchors_;
  ListClauses clauses_;
  std::optional<trust::ListIssue> last_issue_{};
  std::vector<ListCheck> checks_;
  bool valid_ = false;
};

void print_list_verdict(const TrustListFile& file, const ListJudge& judged) {
  print_line(styled(judged.valid() ? Tone::good : Tone::bad,
                    judged.valid() ? "The list can be trusted." : "The list is not to be trusted."));
  print_cause(judged.checks());
  print_line("  " + json::printable(title_of(file.provenance())));
  print_checks(judged.checks());
  print_deviations(file.deviations());
}

void run_vical_verify(const VicalVerifyArguments& arguments, Tool& tool) {
  const ListAnchors anchors = load_anchors(arguments.trust);
  const TrustListFile file = TrustListFile::load_to_judge(arguments.list, arguments.trust.level);
  std::optional<TrustListFile> last;
  if (!arguments.last.empty()) last = TrustListFile::load(arguments.last, Level::lenient);

  const ListJudge judged(file, last ? &*last : nullptr, anchors, arguments.policies);
  tool.exit = judged.valid() ? ExitCode::done : ExitCode::bad_verdict;
  if (!tool.json) return print_list_verdict(file, judged);
  boost::json::object object{
      {"valid", judged.valid()}, {"level", mdoc::name(anchors.level)}, {"at", to_rfc3339(anchors.now)}};
  for (auto& member : header_json(file)) object.insert(member);
  object.emplace("checks", checks_json(judged.checks()));
  object.emplace("warnings", deviations_json(file.deviations()));
  print_json(object);
}

}  // namespace

void add_vical_verify(CLI::App& vical, Tool& tool) {
  const auto arguments = std::make_shared<VicalVerifyArguments>();
  CLI::App* command = add_command(vical, tool, "verify", "Judge a list: its signer, signature, dates and succession",
                                  "mdoc-cli vical verify list.cbor --trust provider.pem --last previous.cbor");
  command->add_option("list", arguments->list, "VICAL or RICAL: INPUT")->required();
  add_list_trust(
      *command, arguments->trust,
      "Certificates of the provider's root or signer, PEM or DER; those of issuers and readers do not belong "
      "here");
  command->add_option("--last", arguments->last,
                      "The issue accepted before, which this one must follow on: INPUT. It is not verified anew");
  take_one_each(command->add_option("--policy", arguments->policies,
                                    "Certificate policy that the signer's certificate must name, dotted"));
  command->callback([arguments, &tool] { run_vical_verify(*arguments, tool); });
}

}  // namespace mdoc::cli
