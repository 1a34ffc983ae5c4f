#include "cli/trust_options.hpp"

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/keys.hpp"
#include "cli/levels.hpp"
#include "cli/output.hpp"
#include "cli/tool.hpp"
#include "cli/trust_folder.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/trust/trusted_list.hpp"
#include "mdoc/trust/vical.hpp"

namespace mdoc::cli {
namespace {

constexpr auto purpose = trust::Purpose::issuance;

}  // namespace

void add_trust_options(CLI::App& command, TrustArguments& arguments) {
  take_one_each(
      command.add_option("--trust", arguments.certificates,
                         "Certificates to trust, PEM or DER: those of authorities as anchors, others as pins"));
  take_one_each(command.add_option("--trust-key", arguments.keys, "Public key of an issuer to trust: KEY"));
  take_one_each(command.add_option("--vical", arguments.vicals, "List of issuing authorities (VICAL) to trust: INPUT"));
  take_one_each(command.add_option("--list-trust", arguments.list_signers,
                                   "Certificates of the providers of lists, PEM or DER; without them a list that is "
                                   "given counts as one that you vouch for"));
  command.add_option("--store", arguments.folder,
                     "Folder of anchors and received lists, as mdoc-cli trust keeps it: used as well");
  add_level(command, arguments.level);
}

bool is_authority(const crypto::Certificate& certificate) {
  return certificate.basic_constraints() && certificate.basic_constraints()->ca;
}

void trust_certificate(trust::TrustStore& store, trust::Purpose given_purpose, const crypto::Certificate& certificate,
                       const std::string& file) {
  if (!is_authority(certificate)) {
    store.pin_certificate(given_purpose, certificate, {.source = file});
  } else {
    require(store.add_anchor(given_purpose, certificate, {.source = file}), "cannot trust " + file);
  }
}

void trust_certificates(trust::TrustStore& store, const std::vector<crypto::Certificate>& certificates,
                        const std::string& file) {
  for (const auto& certificate : certificates) trust_certificate(store, purpose, certificate, file);
}

namespace {

/// What keeps a list from being used at this level.
std::string describe_broken_rules(const trust::ListVerification& verification, Level level) {
  std::string rules;
  const auto& profile = trust::info(trust::CertificateRole::vical_signer).profile;
  for (const trust::RuleFinding& finding : trust::judge_list_signer(verification, profile)) {
    const trust::CertificateRuleInfo& rule = trust::info(finding.rule);
    if (rule.weight(level) != Weight::error) continue;
    rules += (rules.empty() ? "the rule " : ", ") + std::string(rule.id) +
             " (expected: " + json::printable(finding.expected) + "; found: " + json::printable(finding.found) + ")";
  }
  return rules;
}

/// Without a provider's certificate the file is believed as it stands, as those of --trust are: its signature is then
/// checked with the certificates that came with it, which says that it is whole and not by whom it was made.
void trust_vical(trust::TrustStore& store, const std::string& spec, const TrustArguments& arguments, UtcSeconds now) {
  Input input = read_input(spec);
  const std::string name = json::printable(input.name);
  const auto list = require(trust::decode_vical(SharedBytes::take(std::move(input.bytes)), {.level = arguments.level}),
                            "cannot decode " + name + " as VICAL");
  std::vector<crypto::Certificate> anchors = store.given(trust::Purpose::list_signers);
  if (anchors.empty()) {
    print_warning("nobody says who may sign " + name + " (--list-trust): it counts as a list that you vouch for");
    anchors.push_back(list.x5chain().back());
  }
  const auto verified =
      trust::verify_vical(list, {.anchors = anchors, .now = now, .clock = ClockPolicy::for_level(arguments.level)});
  if (!verified) {
    print_warning(name + " is not to be believed and is left out: " + in_words(verified.error()));
    return;
  }
  const auto trusted = trust::TrustedList::of(*verified, arguments.level);
  if (!trusted) {
    print_warning(name + " is left out: its signer's certificate breaks " +
                  describe_broken_rules(verified->verification(), arguments.level));
    return;
  }
  if (verified->verification().dates.state == trust::ListState::due) {
    print_warning(name + " is past its next update: fetch a newer issue");
  }
  require(store.put_list(purpose, *trusted), "cannot use " + name);
}

}  // namespace

JudgementGround::JudgementGround(const TrustArguments& arguments, UtcSeconds now)
    : folder_(arguments.folder), level_(arguments.level) {
  if (!folder_.empty()) {
    const TrustFolder folder(folder_, level_, now);
    store_ = folder.store();
    revocation_ = folder.revocation();
  }
  for (const std::string& file : arguments.certificates) trust_certificates(*store_, load_certificates(file), file);
  for (const std::string& key : arguments.keys) store_->pin_key(purpose, load_public_key(key), {.source = key});
  for (const std::string& file : arguments.list_signers) {
    for (const auto& certificate : load_certificates(file)) {
      store_->pin_certificate(trust::Purpose::list_signers, certificate, {.source = file});
    }
  }
  for (const std::string& spec : arguments.vicals) trust_vical(*store_, spec, arguments, now);
}

void JudgementGround::remember(std::span<const trust::WantedSource> wanted, UtcSeconds now) {
  if (folder_.empty() || wanted.empty()) return;
  try {
    remember_in_folder(folder_, level_, wanted, now);
  } catch (const Failure& failure) {
    print_warning(std::string("what was missed is not remembered: ") + failure.what());
  }
}

std::vector<trust::WantedSource> wanted_by(const verification::Report& report) {
  std::vector<trust::WantedSource> wanted;
  for (const verification::DocumentReport& document : report.documents) {
    wanted.insert(wanted.end(), document.wanted.begin(), document.wanted.end());
  }
  return wanted;
}

}  // namespace mdoc::cli
