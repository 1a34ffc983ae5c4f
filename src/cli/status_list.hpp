#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "cli/tool.hpp"
#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/trust/unverified_status_token.hpp"

namespace mdoc::cli {

// The commands below `status-list`, in the files of their names.
void add_status_list_show(CLI::App& status_list, Tool& tool);
void add_status_list_check(CLI::App& status_list, Tool& tool);
void add_status_list_create(CLI::App& status_list, Tool& tool);

/// Decodes a list token in either form.
[[nodiscard]] Result<trust::StatusToken> decode_status_token(SharedBytes bytes, const cbor::DecodeContext& context);

/// A list token as an INPUT brought it: decoded, and not verified.
struct StatusTokenFile {
  std::string name;  ///< of the INPUT, for messages
  trust::StatusToken token;
  cbor::DeviationLog deviations{};  ///< that were let through
  std::optional<Error> refusal{};   ///< the first deviation that the level refuses, where the token was read leniently

  [[nodiscard]] const trust::StatusListClaims& claims() const noexcept { return trust::unverified_claims(token); }
};
/// Throws Failure, which names what was found instead; also for what `level` refuses.
[[nodiscard]] StatusTokenFile load_status_token(const std::string& spec, Level level);
/// The same, but a token that `level` alone refuses is read leniently.
[[nodiscard]] StatusTokenFile load_status_token_to_judge(const std::string& spec, Level level);

/// "status list" or "identifier list"
[[nodiscard]] std::string_view title_of(trust::StatusListKind kind) noexcept;
/// "status-list" or "identifier-list", for machines
[[nodiscard]] std::string_view id_of(trust::StatusListKind kind) noexcept;

}  // namespace mdoc::cli
