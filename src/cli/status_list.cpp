#include "cli/status_list.hpp"

#include <utility>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/structure.hpp"
#include "mdoc/json/status_token_jwt.hpp"

namespace mdoc::cli {

Result<trust::StatusToken> decode_status_token(SharedBytes bytes, const cbor::DecodeContext& context) {
  if (trust::is_jwt(bytes.view())) return json::decode_status_token_jwt(std::move(bytes), context);
  return trust::decode_status_token_cwt(std::move(bytes), context);
}

namespace {

Input read_token(const std::string& spec) {
  Input input = read_input(spec);
  if (const auto found = found_instead(input, {Structure::status_list, Structure::jws})) {
    throw Failure(ExitCode::unreadable, input.name + " is " + *found + "; a list token is needed");
  }
  return input;
}

Result<StatusTokenFile> decode_token(const std::string& name, const SharedBytes& bytes, Level level) {
  cbor::DeviationLog deviations;
  auto token = decode_status_token(bytes, {.limits = {}, .level = level, .sink = &deviations});
  if (!token) return token.error();
  return StatusTokenFile{.name = name, .token = *std::move(token), .deviations = std::move(deviations)};
}

}  // namespace

StatusTokenFile load_status_token(const std::string& spec, Level level) {
  Input input = read_token(spec);
  return require(decode_token(input.name, SharedBytes::take(std::move(input.bytes)), level),
                 "cannot decode " + input.name + " as a list token");
}

StatusTokenFile load_status_token_to_judge(const std::string& spec, Level level) {
  Input input = read_token(spec);
  const SharedBytes bytes = SharedBytes::take(std::move(input.bytes));
  auto at_level = decode_token(input.name, bytes, level);
  if (at_level) return *std::move(at_level);
  auto lenient =
      require(decode_token(input.name, bytes, Level::lenient), "cannot decode " + input.name + " as a list token");
  lenient.refusal = at_level.error();
  return lenient;
}

std::string_view title_of(trust::StatusListKind kind) noexcept {
  return kind == trust::StatusListKind::status_list ? "status list" : "identifier list";
}

std::string_view id_of(trust::StatusListKind kind) noexcept {
  return kind == trust::StatusListKind::status_list ? "status-list" : "identifier-list";
}

void add_status_list(CLI::App& app, Tool& tool) {
  CLI::App* status_list =
      add_command(app, tool, "status-list", "Show, ask and make the lists by which issuers revoke documents",
                  "mdoc-cli status-list show token.cbor\n  mdoc-cli status-list check token.cbor --uri "
                  "https://utopia.example/status/1 --index 1234 --trust iaca.pem");
  status_list->require_subcommand(1);
  add_status_list_show(*status_list, tool);
  add_status_list_check(*status_list, tool);
  add_status_list_create(*status_list, tool);
}

}  // namespace mdoc::cli
