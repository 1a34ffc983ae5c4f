#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "mdoc/verification/check.hpp"

/// @file
/// What the judgements of signed lists have in common: VICAL and RICAL, status and identifier lists.

namespace mdoc::cli {

/// How one duty of whoever uses a list ended.
struct ListCheck {
  std::string_view id;  ///< stable: "list.signer-path"
  verification::Outcome outcome{};
  std::string_view clause;
  std::string detail{};                                                      ///< not escaped
  std::vector<std::pair<verification::Outcome, std::string>> particulars{};  ///< a line each below it, not escaped
  boost::json::object facts{};                                               ///< the particulars for machines
};

/// None failed, and none had to be left out.
[[nodiscard]] bool all_hold(std::span<const ListCheck> checks) noexcept;
/// The first one that failed, as the reason of a bad verdict; nothing where all hold.
void print_cause(std::span<const ListCheck> checks);
void print_checks(std::span<const ListCheck> checks);
/// As `verify` has them: `[{"id", "outcome", "clause", "detail", …}]`.
[[nodiscard]] boost::json::array checks_json(std::span<const ListCheck> checks);

/// --trust, --at and --level: what the verdict about a list stands on.
struct ListTrustArguments {
  std::vector<std::string> certificates;
  std::string at;
  Level level = Level::interop;
};
/// @param whose  whose certificates --trust takes
void add_list_trust(CLI::App& command, ListTrustArguments& arguments, const std::string& whose);

/// The same, loaded.
struct ListAnchors {
  std::vector<crypto::Certificate> certificates;
  std::vector<std::string> files;  ///< where each came from
  UtcSeconds now{};
  ClockPolicy clock{};
  Level level{};
};
/// Throws Failure.
[[nodiscard]] ListAnchors load_anchors(const ListTrustArguments& arguments);

/// list.encoding: follows the encoding rules, or deviates in ways that the level lets through.
/// @param refusal  the first deviation that the level refuses
[[nodiscard]] ListCheck judge_encoding(std::string_view clause, const std::optional<Error>& refusal,
                                       const cbor::DeviationLog& deviations);
/// list.signer-path: a path leads from the signer to an anchor. If none does, says of each anchor why not.
/// @param x5chain  the signer's certificate first; not empty
[[nodiscard]] ListCheck judge_signer_path(std::string_view clause, std::span<const crypto::Certificate> x5chain,
                                          const ListAnchors& anchors);
/// list.signer-profile: what the level makes of the rules that the signer's certificate breaks.
[[nodiscard]] ListCheck judge_signer_profile(trust::CertificateRole role,
                                             std::span<const trust::RuleFinding> broken_rules, Level level);
/// list.signature, from what verified it.
[[nodiscard]] ListCheck judge_signature(std::string_view clause, const Result<void>& verified);

}  // namespace mdoc::cli
