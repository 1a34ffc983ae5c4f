#include "mdoc/presentation/reader_authentication.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/distinguished_name.hpp"
#include "mdoc/model/authentication.hpp"

namespace mdoc::presentation {
namespace {

using trust::PathOutcome;

constexpr std::int64_t cose_sha256 = -16;  // RFC 9054

void pass(ReaderFinding& finding, ReaderReason reason = ReaderReason::none) {
  finding.outcome = ReaderOutcome::pass;
  finding.reason = reason;
}
void warn(ReaderFinding& finding, ReaderReason reason) {
  finding.outcome = ReaderOutcome::warn;
  finding.reason = reason;
}
void fail(ReaderFinding& finding, ReaderReason reason, std::optional<Error> error = std::nullopt) {
  finding.outcome = ReaderOutcome::fail;
  finding.reason = reason;
  finding.error = error;
}
void skip(ReaderFinding& finding, ReaderReason reason) {
  finding.outcome = ReaderOutcome::skipped;
  finding.reason = reason;
}
void not_applicable(ReaderFinding& finding, ReaderReason reason) {
  finding.outcome = ReaderOutcome::not_applicable;
  finding.reason = reason;
}

/// Whether a finding stands in the way of trust. What was skipped does as well, so that a check that was not performed
/// is never taken for one that passed; but whoever wants no revocation looked up gets none.
bool stands_against(const ReaderFinding& finding) {
  if (finding.outcome == ReaderOutcome::skipped) return finding.reason != ReaderReason::revocation_off;
  return finding.outcome == ReaderOutcome::fail;
}

/// Why a signature, a key or a certificate is of no use.
ReaderReason reason_of(const Error& error) {
  if (error.code == Errc::signature_invalid) return ReaderReason::signature_invalid;
  switch (error.kind()) {
    case ErrorKind::unsupported: return ReaderReason::unsupported;
    case ErrorKind::untrusted: return ReaderReason::mismatch;  // alg and curve
    case ErrorKind::internal: return ReaderReason::internal;
    default: return ReaderReason::malformed;
  }
}

void fail(ReaderFinding& finding, const Error& error) { fail(finding, reason_of(error), error); }

/// 12.3.4: if x5t is there, it is SHA-256 of the certificate of the signer. @pre x5chain is not empty
void judge_hash(ReaderFinding& finding, const cose::Headers& headers) {
  if (headers.x5t->algorithm != cose_sha256) {
    return fail(finding, Error{.code = Errc::unsupported_algorithm, .where = Path("protected") / "x5t"});
  }
  const auto hash = crypto::digest(crypto::DigestAlgorithm::sha256, headers.x5chain.front().view());
  if (!hash) return fail(finding, hash.error());
  if (!std::ranges::equal(hash->view(), headers.x5t->value.view())) {
    return fail(finding, ReaderReason::mismatch,
                Error{.code = Errc::digest_mismatch, .where = Path("protected") / "x5t"});
  }
  pass(finding);
}

void judge_headers(ReaderFinding& finding, const cose::CoseSign1& signature) {
  const cose::Headers& headers = signature.headers;
  if (signature.payload) return fail(finding, Error{.code = Errc::bad_value, .where = "payload"});
  if (!headers.algorithm) return fail(finding, Error{.code = Errc::bad_header, .where = Path("protected") / "alg"});
  if (headers.x5chain.empty()) return fail(finding, Error{.code = Errc::missing_element, .where = "x5chain"});
  if (headers.x5t) return judge_hash(finding, headers);
  pass(finding);
}

/// The worst of these rules at a level.
Weight worst_of(std::span<const trust::RuleFinding> broken, std::initializer_list<trust::RuleAspect> aspects,
                Level level) {
  Weight weight = Weight::ignore;
  for (const trust::RuleAspect aspect : aspects) weight = std::max(weight, trust::worst(broken, aspect, level).weight);
  return weight;
}

void judge_weight(ReaderFinding& finding, Weight weight, ReaderReason failed, ReaderReason tolerated) {
  switch (weight) {
    case Weight::ignore: return pass(finding);
    case Weight::warning: return warn(finding, tolerated);
    case Weight::error: return fail(finding, failed);
  }
}

trust::RevocationPolicy revocation_policy(const ReaderAuthenticationInput& input) {
  return input.revocation.value_or(trust::default_revocation_policy(input.level));
}

ReaderReason reason_of(trust::RevocationState state) {
  switch (state) {
    case trust::RevocationState::good: return ReaderReason::none;
    case trust::RevocationState::revoked: return ReaderReason::revoked;
    case trust::RevocationState::suspended: return ReaderReason::suspended;
    case trust::RevocationState::stale: return ReaderReason::revocation_stale;
    case trust::RevocationState::unknown:
    case trust::RevocationState::not_checked: break;
  }
  return ReaderReason::revocation_unknown;
}

/// How much a signature covers, beside others.
std::size_t coverage(ReaderSignature::Kind kind) {
  switch (kind) {
    case ReaderSignature::Kind::reader_auth: return 0;
    case ReaderSignature::Kind::reader_auth_all_short: return 1;
    case ReaderSignature::Kind::reader_auth_all: break;
  }
  return 2;
}

/// Whether it would end the same for any docType: only anchors that are limited to some tell them apart.
bool concerns_all_doc_types(PathOutcome outcome) {
  return outcome == PathOutcome::no_anchors || outcome == PathOutcome::untrusted || outcome == PathOutcome::malformed;
}

}  // namespace

/// Judges one signature, for one docType after the other.
class ReaderAuthenticator {
 public:
  /// Borrows everything.
  /// @param short_content  what a signature of a draft covers, where the level lets it pass; or null
  ReaderAuthenticator(const ReaderAuthenticationInput& input, const cose::CoseSign1& signature,
                      const model::AuthenticationBytes& content, ReaderSignature which,
                      const model::AuthenticationBytes* short_content = nullptr)
      : input_(input),
        clock_(input.clock.value_or(ClockPolicy::for_level(input.level))),
        revocation_(revocation_policy(input)),
        signature_(signature),
        content_(content),
        short_content_(short_content),
        which_(which) {
    certificates_.reserve(signature.headers.x5chain.size());
    for (const SharedBytes& certificate : signature.headers.x5chain) certificates_.push_back(certificate.view());
  }

  [[nodiscard]] const ReaderJudgement& judge(const DocType& doc_type) {
    if (for_all_) return *for_all_;
    if (const auto known = judged_.find(doc_type); known != judged_.end()) return known->second;
    ReaderJudgement judgement = judge_anew(doc_type);
    if (concerns_all_doc_types(evaluation_.outcome)) return for_all_.emplace(std::move(judgement));
    return judged_.emplace(doc_type, std::move(judgement)).first->second;
  }

  /// Adds what was missed in all judgements, each once.
  void add_wanted(std::vector<trust::WantedSource>& all) const {
    for (const trust::WantedSource& one : wanted_) {
      const bool known = std::ranges::any_of(all, [&](const trust::WantedSource& other) {
        return other.kind == one.kind && other.certificate == one.certificate;
      });
      if (!known) all.push_back(one);
    }
  }

 private:
  ReaderJudgement judge_anew(const DocType& doc_type) {
    evaluation_ = {};
    const trust::CertificateProfile asked = profile_for(doc_type);
    if (!certificates_.empty()) {
      evaluation_ = input_.trust.evaluate({.purpose = trust::Purpose::readers,
                                           .role = trust::CertificateRole::reader,
                                           .profile = asked,
                                           .doc_type = doc_type},
                                          certificates_, input_.now, clock_, input_.limits);
    }
    ReaderJudgement judgement(which_);
    judgement.chain_ = evaluation_.chain;
    const auto finding = [&](ReaderCheck check) -> ReaderFinding& {
      return judgement.findings_[static_cast<std::size_t>(check)];
    };
    judge_headers(finding(ReaderCheck::headers), signature_);
    certificates(finding(ReaderCheck::certificates));
    signature(finding(ReaderCheck::signature), finding(ReaderCheck::headers));
    judgement.signature_ = which_;  // by now it is known what was signed
    path(finding(ReaderCheck::path));
    revocation(finding(ReaderCheck::revocation), finding(ReaderCheck::signature), judgement);
    key_purpose(finding(ReaderCheck::key_purpose), asked);
    judge_profile(finding(ReaderCheck::profile));
    anchor(finding(ReaderCheck::anchor));
    validity(finding(ReaderCheck::validity));
    decide(judgement);
    return judgement;
  }

  void decide(ReaderJudgement& judgement) const {
    judgement.reason_ = ReaderReason::none;
    for (const ReaderFinding& finding : judgement.findings_) {
      if (!stands_against(finding)) continue;
      const bool first = judgement.reason_ == ReaderReason::none || finding.reason < judgement.reason_;
      if (first) judgement.reason_ = finding.reason;
    }
    judgement.dated_ = has_path() || evaluation_.outcome == PathOutcome::pinned_certificate;
    if (judgement.reason_ != ReaderReason::none) return;
    judgement.reader_ = VerifiedReader(evaluation_.chain, !is_key_pinned(), which_);
  }

  [[nodiscard]] bool has_path() const noexcept { return evaluation_.outcome == PathOutcome::path; }
  [[nodiscard]] bool is_key_pinned() const noexcept { return evaluation_.outcome == PathOutcome::pinned_key; }
  /// The certificate or key itself is trusted, by a pin or as an anchor: there is nobody above it.
  [[nodiscard]] bool is_pinned() const noexcept {
    return is_key_pinned() || evaluation_.outcome == PathOutcome::pinned_certificate ||
           (has_path() && evaluation_.chain->path.size() == 1);
  }

  void certificates(ReaderFinding& finding) const {
    if (certificates_.empty()) return;
    if (evaluation_.outcome == PathOutcome::malformed) {
      return fail(finding, evaluation_.error.value_or(Error{.code = Errc::bad_certificate, .where = "x5chain"}));
    }
    pass(finding);
    if (!evaluation_.chain->includes_self_issued) return;
    judge_weight(finding, weight(Rule::x5chain_includes_root, input_.level), ReaderReason::root_included,
                 ReaderReason::root_included);
    if (finding.outcome == ReaderOutcome::fail) finding.error = Error{.code = Errc::deviation, .where = "x5chain"};
  }

  /// Verified once: it is the same key whatever the docType.
  void signature(ReaderFinding& finding, const ReaderFinding& headers) {
    if (headers.outcome == ReaderOutcome::fail || evaluation_.chain == nullptr) return;
    if (input_.session_transcript.empty()) {
      return fail(finding, ReaderReason::no_transcript,
                  Error{.code = Errc::bad_argument, .where = "session_transcript"});
    }
    if (!verified_) verified_ = verify();
    if (!*verified_) return fail(finding, verified_->error());
    if (which_.kind != ReaderSignature::Kind::reader_auth_all_short) return pass(finding);
    judge_weight(finding, weight(Rule::reader_auth_all_short, input_.level), ReaderReason::signature_invalid,
                 ReaderReason::info_not_signed);
  }

  /// @pre there is a chain
  [[nodiscard]] Result<void> verify() {
    const Result<crypto::PublicKey>& key = evaluation_.chain->end_entity().public_key();
    if (!key) return key.error();
    auto verified = signature_.verify_detached(*key, content_.parts());
    if (verified || short_content_ == nullptr || !signature_.verify_detached(*key, short_content_->parts())) {
      return verified;
    }
    which_.kind = ReaderSignature::Kind::reader_auth_all_short;
    return {};
  }

  void path(ReaderFinding& finding) const {
    const auto& dead_end = evaluation_.dead_end;
    if (dead_end) finding.evidence = *dead_end;
    const auto no = [&](ReaderReason reason, Errc code) {
      fail(finding, reason, evaluation_.error.value_or(Error{.code = code, .where = "x5chain"}));
    };
    switch (evaluation_.outcome) {
      case PathOutcome::path: return pass(finding);
      case PathOutcome::pinned_certificate:
      case PathOutcome::pinned_key: return pass(finding, ReaderReason::pinned);
      case PathOutcome::no_anchors: return no(ReaderReason::no_anchors, Errc::no_trust_anchor);
      case PathOutcome::untrusted:
        if (!dead_end) return no(ReaderReason::unsound_path, Errc::chain_untrusted);
        return no(dead_end->has_namesake ? ReaderReason::namesake : ReaderReason::no_path, Errc::chain_untrusted);
      case PathOutcome::other_doc_types_only: return no(ReaderReason::other_doc_types_only, Errc::chain_untrusted);
      case PathOutcome::list_expired: return no(ReaderReason::list_expired, Errc::expired);
      case PathOutcome::constraints_unmet: return no(ReaderReason::constraints_unmet, Errc::chain_untrusted);
      case PathOutcome::malformed: return;
    }
  }

  /// Whoever pins a certificate or key takes the pin away again; there is no issuer to ask.
  void revocation(ReaderFinding& finding, const ReaderFinding& signature, ReaderJudgement& judgement) {
    if (is_pinned()) return not_applicable(finding, ReaderReason::pinned);
    if (!has_path() || stands_against(signature)) return;
    if (revocation_ == trust::RevocationPolicy::off) return skip(finding, ReaderReason::revocation_off);
    auto known = trust::look_up_path(input_.revocation_sources, evaluation_.chain->path,
                                     {.now = input_.now, .clock = clock_, .level = input_.level});
    std::ranges::move(known.wanted, std::back_inserter(wanted_));
    judgement.revocations_ = std::move(known.records);
    if (judgement.revocations_.empty()) return not_applicable(finding, ReaderReason::not_revocable);
    const trust::RevocationRecord& gravest = trust::gravest(judgement.revocations_);
    const ReaderReason reason = reason_of(gravest.state);
    judge_weight(finding, trust::weigh(gravest.state, revocation_), reason, reason);
    if (gravest.state != trust::RevocationState::good) finding.error = gravest.error;
    if (gravest.revocation_date) finding.evidence = *gravest.revocation_date;
    const bool is_known_bad = trust::weigh(gravest.state, trust::RevocationPolicy::soft) == Weight::error;
    if (is_known_bad && !finding.error) finding.error = Error{.code = Errc::revoked, .where = "x5chain"};
  }

  /// Rules of the end entity are judged with a path and without one. Not where the key is pinned: anybody may have made
  /// that certificate.
  [[nodiscard]] bool has_rules(ReaderFinding& finding) const {
    if (is_key_pinned()) not_applicable(finding, ReaderReason::pinned);
    return evaluation_.chain != nullptr && !is_key_pinned();
  }

  /// What the certificate must say of itself where such a document is asked for.
  [[nodiscard]] trust::CertificateProfile profile_for(const DocType& doc_type) const {
    trust::CertificateProfile asked = input_.profile;
    const auto* const known = profile::find_doc_type(input_.doc_types, doc_type.str());
    if (known != nullptr && !known->reader_key_purposes.empty()) asked.key_purposes = known->reader_key_purposes;
    return asked;
  }

  void key_purpose(ReaderFinding& finding, const trust::CertificateProfile& asked) const {
    if (!has_rules(finding)) return;
    if (asked.key_purposes.empty()) return not_applicable(finding, ReaderReason::not_asked);
    const Weight weight = worst_of(evaluation_.chain->broken, {trust::RuleAspect::key_purpose}, input_.level);
    judge_weight(finding, weight, ReaderReason::wrong_purpose, ReaderReason::certificate_rule);
  }

  void judge_profile(ReaderFinding& finding) const {
    if (!has_rules(finding)) return;
    const Weight weight =
        worst_of(evaluation_.chain->broken, {trust::RuleAspect::profile, trust::RuleAspect::country}, input_.level);
    judge_weight(finding, weight, ReaderReason::certificate_rule, ReaderReason::certificate_rule);
  }

  void anchor(ReaderFinding& finding) const {
    if (is_pinned()) return not_applicable(finding, ReaderReason::pinned);
    if (!has_path()) return;
    const Weight weight = worst_of(
        evaluation_.chain->anchor_broken,
        {trust::RuleAspect::profile, trust::RuleAspect::key_purpose, trust::RuleAspect::country}, input_.level);
    judge_weight(finding, weight, ReaderReason::anchor_rule, ReaderReason::anchor_rule);
  }

  void validity(ReaderFinding& finding) const {
    if (is_key_pinned()) return not_applicable(finding, ReaderReason::pinned);
    if (!has_path() && !is_pinned()) return;
    const auto no = [&](ReaderReason reason, Errc code, UtcSeconds limit) {
      fail(finding, reason, Error{.code = code, .where = "x5chain"});
      finding.evidence = limit;
    };
    switch (evaluation_.date) {
      case DateVerdict::within: return pass(finding);
      case DateVerdict::within_skew: return warn(finding, ReaderReason::within_skew);
      case DateVerdict::too_early:
        return no(ReaderReason::not_yet_valid, Errc::not_yet_valid, evaluation_.chain->valid_from);
      case DateVerdict::too_late: return no(ReaderReason::expired, Errc::expired, evaluation_.chain->valid_until);
      case DateVerdict::clock_unknown: return fail(finding, ReaderReason::clock_unknown);
    }
  }

  const ReaderAuthenticationInput& input_;
  const ClockPolicy clock_;
  const trust::RevocationPolicy revocation_;
  const cose::CoseSign1& signature_;
  const model::AuthenticationBytes& content_;
  const model::AuthenticationBytes* const short_content_;
  ReaderSignature which_;
  std::vector<ByteView> certificates_{};
  trust::Evaluation evaluation_{};          // for the docType that is judged
  std::optional<Result<void>> verified_{};  // the signature; nothing: not yet
  std::map<DocType, ReaderJudgement> judged_{};
  std::optional<ReaderJudgement> for_all_{};
  std::vector<trust::WantedSource> wanted_{};
};

const crypto::Certificate* VerifiedReader::certificate() const noexcept {
  return certified_ ? &chain_->end_entity() : nullptr;
}

std::string_view VerifiedReader::subject() const noexcept {
  return certified_ ? std::string_view(chain_->subject) : std::string_view{};
}

std::optional<std::string_view> VerifiedReader::common_name() const noexcept {
  if (!certified_) return std::nullopt;
  return chain_->end_entity().common_name();
}

std::optional<std::string_view> VerifiedReader::organization() const noexcept {
  if (!certified_) return std::nullopt;
  return chain_->end_entity().subject().find(crypto::attribute::organization);
}

std::vector<std::string_view> VerifiedReader::dns_names() const {
  std::vector<std::string_view> names;
  if (!certified_) return names;
  for (const crypto::GeneralName& name : chain_->end_entity().subject_alt_names()) {
    if (name.kind == crypto::GeneralName::Kind::dns) names.emplace_back(name.text);
  }
  return names;
}

ReaderJudgement::ReaderJudgement(ReaderSignature signature) noexcept : signature_(signature) {
  for (const ReaderCheckInfo& row : reader_checks()) findings_[static_cast<std::size_t>(row.check)].check = row.check;
}

const ReaderFinding& ReaderJudgement::find(ReaderCheck check) const noexcept {
  return findings_[static_cast<std::size_t>(check)];
}

std::optional<Error> ReaderJudgement::error() const noexcept {
  if (reason_ == ReaderReason::none) return std::nullopt;
  const auto decides = std::ranges::find_if(
      findings_, [&](const ReaderFinding& finding) { return stands_against(finding) && finding.reason == reason_; });
  return decides == findings_.end() ? std::nullopt : decides->error;
}

std::string_view ReaderJudgement::claimed_subject() const noexcept {
  return chain_ != nullptr ? std::string_view(chain_->subject) : std::string_view{};
}

std::span<const trust::RuleFinding> ReaderJudgement::broken_rules() const noexcept {
  if (chain_ == nullptr) return {};
  return chain_->broken;
}

std::span<const trust::RuleFinding> ReaderJudgement::anchor_broken_rules() const noexcept {
  if (chain_ == nullptr) return {};
  return chain_->anchor_broken;
}

std::optional<UtcSeconds> ReaderJudgement::valid_from() const noexcept {
  return dated_ ? std::optional(chain_->valid_from) : std::nullopt;
}

std::optional<UtcSeconds> ReaderJudgement::valid_until() const noexcept {
  return dated_ ? std::optional(chain_->valid_until) : std::nullopt;
}

const ReaderJudgement* DocRequestReaders::best() const noexcept {
  // How far a signature got; of those that got as far, the first one counts.
  const auto rank = [](const ReaderJudgement& judgement) {
    if (judgement.reason() != ReaderReason::none) return static_cast<std::size_t>(judgement.reason());
    return reader_reason_count + coverage(judgement.signature().kind);
  };
  const auto found = std::ranges::max_element(signatures, {}, rank);
  return found == signatures.end() ? nullptr : &*found;
}

ReaderReason DocRequestReaders::reason() const noexcept {
  const ReaderJudgement* const counts = best();
  return counts != nullptr ? counts->reason() : ReaderReason::absent;
}

ReaderTrust DocRequestReaders::result() const noexcept { return result_of(reason()); }

const VerifiedReader* DocRequestReaders::verified_reader() const noexcept {
  const ReaderJudgement* const counts = best();
  return counts != nullptr ? counts->verified_reader() : nullptr;
}

bool DocRequestReaders::any(ReaderTrust result) const noexcept {
  if (signatures.empty()) return result == ReaderTrust::absent;
  return std::ranges::any_of(signatures, [&](const ReaderJudgement& one) { return one.result() == result; });
}

const VerifiedReader* RequestReaders::reader_of_all() const noexcept {
  if (doc_requests.empty()) return nullptr;
  for (const ReaderJudgement& first : doc_requests.front().signatures) {
    if (first.signature().kind != ReaderSignature::Kind::reader_auth_all) continue;
    const bool everywhere = std::ranges::all_of(doc_requests, [&](const DocRequestReaders& doc_request) {
      return std::ranges::any_of(doc_request.signatures, [&](const ReaderJudgement& one) {
        return one.signature() == first.signature() && one.result() == ReaderTrust::trusted;
      });
    });
    if (everywhere) return first.verified_reader();
  }
  return nullptr;
}

bool RequestReaders::is_trusted(std::size_t doc_request) const noexcept {
  return doc_request < doc_requests.size() && doc_requests[doc_request].result() == ReaderTrust::trusted;
}

RequestReaders judge_reader_authentication(const model::DeviceRequest& request,
                                           const ReaderAuthenticationInput& input) {
  RequestReaders readers{.level = input.level, .revocation = revocation_policy(input), .now = input.now};
  readers.has_device_request_info = request.device_request_info.has_value();
  readers.doc_requests.resize(request.doc_requests.size());
  std::vector<ByteView> items_requests;
  for (std::size_t id = 0; id < request.doc_requests.size(); ++id) {
    const model::DocRequest& doc_request = request.doc_requests[id];
    const ByteView items_request = doc_request.items_request.bytes();
    items_requests.push_back(items_request);
    if (!doc_request.reader_auth) continue;
    const auto content = model::reader_authentication_bytes(input.constants, input.session_transcript, items_request);
    ReaderAuthenticator authenticator(input, *doc_request.reader_auth, content,
                                      {.kind = ReaderSignature::Kind::reader_auth, .index = id});
    readers.doc_requests[id].signatures.push_back(authenticator.judge(doc_request.items_request->doc_type));
    authenticator.add_wanted(readers.wanted);
  }

  const std::size_t judged = std::min(request.reader_auth_all.size(), input.max_reader_auth_all);
  readers.unjudged = request.reader_auth_all.size() - judged;
  if (judged == 0) return readers;
  const auto info = request.device_request_info ? std::optional(request.device_request_info->bytes()) : std::nullopt;
  const auto content =
      model::reader_authentication_all_bytes(input.constants, input.session_transcript, items_requests, info);
  const auto short_content =
      model::reader_authentication_all_short_bytes(input.constants, input.session_transcript, items_requests);
  const bool takes_short = weight(Rule::reader_auth_all_short, input.level) != Weight::error;
  for (std::size_t i = 0; i < judged; ++i) {
    ReaderAuthenticator authenticator(input, request.reader_auth_all[i], content,
                                      {.kind = ReaderSignature::Kind::reader_auth_all, .index = i},
                                      takes_short ? &short_content : nullptr);
    for (std::size_t id = 0; id < request.doc_requests.size(); ++id) {
      const DocType& doc_type = request.doc_requests[id].items_request->doc_type;
      readers.doc_requests[id].signatures.push_back(authenticator.judge(doc_type));
    }
    authenticator.add_wanted(readers.wanted);
  }
  return readers;
}

}  // namespace mdoc::presentation
