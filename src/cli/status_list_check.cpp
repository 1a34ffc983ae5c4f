#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "cli/deviations.hpp"
#include "cli/failure.hpp"
#include "cli/list_checks.hpp"
#include "cli/output.hpp"
#include "cli/status_list.hpp"
#include "cli/terminal.hpp"
#include "cli/wording.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "mdoc/trust/status_token.hpp"

namespace mdoc::cli {
namespace {

using trust::StatusListKind;
using verification::Outcome;

struct StatusListCheckArguments {
  std::string token, uri, id;
  std::optional<std::uint64_t> index;
  ListTrustArguments trust;
};

/// What an MSO says about itself: its place in a status list, or its identifier.
using PlaceInList = std::variant<std::uint64_t, Bytes>;

/// Verification stops at what it meets first. Each duty is judged here by itself, so that all that is wrong is said at
/// once. A status is read only from a token that passed all of them.
class StatusJudge {
 public:
  StatusJudge(const StatusTokenFile& file, const std::string& uri, const PlaceInList& place, const ListAnchors& anchors)
      : file_(file), uri_(uri), anchors_(anchors), verified_(verify()) {
    read_chain();
    checks_ = {judge_encoding("12.3.6", file_.refusal, file_.deviations),
               judge_path(),
               judge_profile(),
               judge_token_signature(),
               judge_subject(),
               judge_token_dates()};
    checks_.push_back(judge_entry(place));
  }

  [[nodiscard]] const std::vector<ListCheck>& checks() const noexcept { return checks_; }
  /// "valid", "revoked", "suspended", "other" or "unknown": nobody can tell.
  [[nodiscard]] std::string_view status() const noexcept { return status_; }
  /// Of a status list.
  [[nodiscard]] std::optional<unsigned> value() const noexcept { return value_; }

 private:
  static constexpr std::string_view no_certificate = "no certificate of a signer (x5chain)";

  void read_chain() {
    for (const SharedBytes& der : file_.token.x5chain()) {
      const auto certificate = crypto::Certificate::from_der(der.view());
      if (!certificate) {
        chain_error_ = certificate.error();
        return;
      }
      chain_.push_back(*certificate);
    }
  }

  [[nodiscard]] ListCheck judge_path() const {
    constexpr std::string_view clause = "12.3.6.2";
    if (chain_error_) {
      return {.id = "list.signer-path",
              .outcome = Outcome::fail,
              .clause = clause,
              .detail = fmt::format("x5chain[{}]: {}", chain_.size(), in_words(*chain_error_))};
    }
    if (!chain_.empty()) return judge_signer_path(clause, chain_, anchors_);
    return {
        .id = "list.signer-path", .outcome = Outcome::fail, .clause = clause, .detail = std::string(no_certificate)};
  }

  /// Without a path the certificate is judged alone: what compares it with its issuer is left out.
  [[nodiscard]] ListCheck judge_profile() const {
    constexpr auto role = trust::CertificateRole::status_list_signer;
    if (verified_) return judge_signer_profile(role, trust::judge_status_signer(*verified_), anchors_.level);
    if (!chain_.empty()) {
      const auto broken =
          trust::broken_rules({.certificate = chain_.front(), .role = role, .profile = trust::info(role).profile});
      return judge_signer_profile(role, broken, anchors_.level);
    }
    return {.id = "list.signer-profile",
            .outcome = Outcome::skipped,
            .clause = trust::info(role).clause,
            .detail = std::string(no_certificate)};
  }

  [[nodiscard]] ListCheck judge_token_signature() const {
    constexpr std::string_view clause = "12.3.6";
    if (chain_.empty()) {
      return {
          .id = "list.signature", .outcome = Outcome::skipped, .clause = clause, .detail = std::string(no_certificate)};
    }
    const auto& key = chain_.front().public_key();
    return judge_signature(clause, key ? file_.token.verify_signature(*key) : Result<void>(key.error()));
  }

  [[nodiscard]] ListCheck judge_subject() const {
    const std::string& sub = file_.claims().sub;
    if (sub == uri_)
      return {.id = "list.subject", .outcome = Outcome::pass, .clause = "12.3.6", .detail = "is the list at this URI"};
    return {.id = "list.subject",
            .outcome = Outcome::fail,
            .clause = "12.3.6",
            .detail = fmt::format("another list: expected {}; found {}", uri_, sub)};
  }

  [[nodiscard]] ListCheck judge_token_dates() const {
    const trust::StatusListClaims& claims = file_.claims();
    ListCheck check{.id = "list.dates", .outcome = Outcome::pass, .clause = "12.3.6"};
    const std::string issued = "issued " + to_rfc3339(claims.iat);
    const std::string expires = claims.exp ? ", expires " + to_rfc3339(*claims.exp) : ", does not expire";
    switch (anchors_.clock.judge(anchors_.now, claims.iat, claims.exp.value_or(trust::latest_token_date))) {
      case DateVerdict::within: check.detail = issued + expires; break;
      case DateVerdict::within_skew:
        check.outcome = Outcome::warn;
        check.detail = issued + expires + ": within the tolerated clock difference";
        break;
      case DateVerdict::too_early:
        check.outcome = Outcome::fail;
        check.detail = issued + ", which is in the future";
        break;
      case DateVerdict::too_late:
        check.outcome = Outcome::fail;
        check.detail = "expired at " + to_rfc3339(*claims.exp) + ": fetch a newer one";
        break;
      case DateVerdict::clock_unknown: check.outcome = Outcome::skipped; break;
    }
    return check;
  }

  /// The status, from a verified token alone.
  ListCheck judge_entry(const PlaceInList& place) {
    const bool by_index = std::holds_alternative<std::uint64_t>(place);
    ListCheck check{.id = "list.entry", .outcome = Outcome::fail, .clause = by_index ? "12.3.6.1" : "12.3.6.4"};
    if (!all_hold(checks_)) {
      check.outcome = Outcome::skipped;
      check.detail = "a list that is not to be trusted says nothing";
      return check;
    }
    if (!verified_) {
      check.detail = in_words(verified_.error());
      return check;
    }
    const StatusListKind wanted = by_index ? StatusListKind::status_list : StatusListKind::identifier_list;
    if (verified_->kind() != wanted) {
      check.detail = fmt::format("this is {} {}, which knows no {}", by_index ? "an" : "a", title_of(verified_->kind()),
                                 by_index ? "index" : "identifier");
      return check;
    }
    if (by_index) {
      read_status(*verified_, std::get<std::uint64_t>(place), check);
    } else {
      read_identifier(*verified_, std::get<Bytes>(place), check);
    }
    return check;
  }

  [[nodiscard]] Result<trust::VerifiedStatusToken> verify() const {
    const auto trusted = trust::StatusTrust::anchors(anchors_.certificates);
    return trust::verify_status_token(file_.token,
                                      {.uri = uri_, .trust = trusted, .now = anchors_.now, .clock = anchors_.clock});
  }

  void read_status(const trust::VerifiedStatusToken& token, std::uint64_t index, ListCheck& check) {
    const auto status = token.status(index);
    if (!status) {
      check.detail = fmt::format("index {} is beyond the end: the list has {} statuses", index, token.entries());
      return;
    }
    value_ = static_cast<unsigned>(*status);
    switch (*status) {
      case trust::StatusType::valid: status_ = "valid"; break;
      case trust::StatusType::invalid: status_ = "revoked"; break;
      case trust::StatusType::suspended: status_ = "suspended"; break;
      default: status_ = "other"; break;
    }
    if (*status == trust::StatusType::valid) check.outcome = Outcome::pass;
    check.detail = fmt::format("index {} of {}: {} ({})", index, token.entries(), status_, *value_);
  }

  void read_identifier(const trust::VerifiedStatusToken& token, const Bytes& id, ListCheck& check) {
    const bool revoked = token.contains(id).value();  // the kind is right
    status_ = revoked ? "revoked" : "valid";
    check.outcome = revoked ? Outcome::fail : Outcome::pass;
    check.detail = fmt::format("the identifier is {} the list of {}", revoked ? "on" : "not on", token.entries());
  }

  const StatusTokenFile& file_;
  const std::string& uri_;
  const ListAnchors& anchors_;
  Result<trust::VerifiedStatusToken> verified_;
  std::vector<crypto::Certificate> chain_;
  std::optional<Error> chain_error_{};
  std::vector<ListCheck> checks_;
  std::string_view status_ = "unknown";
  std::optional<unsigned> value_{};
};

PlaceInList place_of(const StatusListCheckArguments& arguments) {
  if (arguments.index.has_value() == !arguments.id.empty()) {
    throw Failure(ExitCode::usage, "give --index or --id, as the status of the document has it");
  }
  if (arguments.index) return *arguments.index;
  auto id = from_hex(arguments.id);
  if (!id) throw Failure(ExitCode::usage, "--id takes hexadecimal bytes: " + in_words(id.error()));
  return *std::move(id);
}

void run_status_list_check(const StatusListCheckArguments& arguments, Tool& tool) {
  const PlaceInList place = place_of(arguments);
  const ListAnchors anchors = load_anchors(arguments.trust);
  const StatusTokenFile file = load_status_token_to_judge(arguments.token, anchors.level);
  const StatusJudge judged(file, arguments.uri, place, anchors);
  const bool valid = judged.status() == "valid";
  tool.exit = valid ? ExitCode::done : ExitCode::bad_verdict;
  if (!tool.json) {
    print_line(styled(valid ? Tone::good : Tone::bad, judged.status()));
    if (judged.status() == "unknown") print_cause(judged.checks());
    print_checks(judged.checks());
    return print_deviations(file.deviations);
  }
  boost::json::object object{{"status", judged.status()}, {"valid", valid}};
  if (judged.value()) object.emplace("value", *judged.value());
  object.emplace("kind", id_of(file.token.kind()));
  object.emplace("uri", arguments.uri);
  if (arguments.index) object.emplace("index", *arguments.index);
  if (!arguments.index) object.emplace("id", arguments.id);
  object.emplace("level", mdoc::name(anchors.level));
  object.emplace("at", to_rfc3339(anchors.now));
  object.emplace("checks", checks_json(judged.checks()));
  object.emplace("warnings", deviations_json(file.deviations));
  print_json(object);
}

}  // namespace

void add_status_list_check(CLI::App& status_list, Tool& tool) {
  const auto arguments = std::make_shared<StatusListCheckArguments>();
  CLI::App* command = add_command(status_list, tool, "check", "Judge a list token, and look up one document in it",
                                  "mdoc-cli status-list check token.cbor --uri https://utopia.example/status/1 --index "
                                  "1234 --trust iaca.pem");
  command->add_option("token", arguments->token, "Status or identifier list token, CWT or JWT: INPUT")->required();
  command->add_option("--uri", arguments->uri, "uri in the status of the document, which the list must have as well")
      ->required();
  command->add_option("--index", arguments->index, "idx in the status of the document")->check(CLI::NonNegativeNumber);
  command->add_option("--id", arguments->id, "id in the status of the document, hexadecimal");
  add_list_trust(*command, arguments->trust,
                 "Certificate that the status of the document names or, without one, that of the CA that issued the "
                 "document's signer (of an mDL, the IACA); PEM or DER");
  add_note(*command,
           "Says valid, revoked, suspended, other (a value without a meaning here) or unknown (the list is not to be "
           "trusted, or does not tell). Ends with 1 for all but valid.");
  command->callback([arguments, &tool] { run_status_list_check(*arguments, tool); });
}

}  // namespace mdoc::cli
