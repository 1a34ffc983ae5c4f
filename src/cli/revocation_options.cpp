#include "cli/revocation_options.hpp"

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/status_list.hpp"
#include "cli/structure.hpp"
#include "cli/tool.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {

using trust::RevocationPolicy;

std::optional<RevocationPolicy> RevocationArguments::policy() const {
  for (const auto each : {RevocationPolicy::off, RevocationPolicy::soft, RevocationPolicy::hard}) {
    if (trust::name(each) == mode) return each;
  }
  return std::nullopt;
}

void add_revocation_policy(CLI::App& command, RevocationArguments& arguments) {
  command
      .add_option("--revocation", arguments.mode,
                  "When nobody can tell whether a document or a certificate is revoked: accept it with a warning "
                  "(soft) or refuse it (hard); or do not look (off). By default soft, and hard at the level strict")
      ->check(CLI::IsMember({"off", "soft", "hard"}));
}

void add_revocation_options(CLI::App& command, RevocationArguments& arguments) {
  add_revocation_policy(command, arguments);
  take_one_each(command.add_option("--crl", arguments.crls, "Revocation list of an authority, DER or PEM: INPUT"));
  take_one_each(command.add_option("--status-list", arguments.status_lists,
                                   "Status or identifier list token that documents refer to: INPUT"));
}

namespace {

Result<void> accept(trust::RevocationStore& store, const trust::WantedSource& wanted, const SharedBytes& content,
                    const trust::RevocationContext& context) {
  if (wanted.kind == trust::RevocationSource::crl) return store.accept(wanted, content, context);
  const auto token = decode_status_token(content, {.level = context.level});
  if (!token) return token.error();
  return store.accept(wanted, *token, context, context.now);
}

}  // namespace

RevocationFiles::RevocationFiles(const RevocationArguments& arguments)
    : looked_at_(arguments.policy() != RevocationPolicy::off) {
  const auto read = [&](const std::string& spec, bool crl) {
    Input input = read_input(spec);
    const auto found =
        crl ? found_instead(input, {Structure::crl}) : found_instead(input, {Structure::status_list, Structure::jws});
    if (found) {
      throw Failure(ExitCode::unreadable,
                    input.name + " is " + *found + "; " + (crl ? "a CRL" : "a list token") + " is needed");
    }
    files_.push_back({.name = input.name, .crl = crl, .content = SharedBytes::take(std::move(input.bytes))});
  };
  for (const std::string& spec : arguments.crls) read(spec, true);
  for (const std::string& spec : arguments.status_lists) read(spec, false);
}

void RevocationFiles::offer(std::span<const trust::WantedSource> wanted, trust::RevocationStore& store, Level level,
                            UtcSeconds now) {
  const trust::RevocationContext context{.now = now, .clock = ClockPolicy::for_level(level), .level = level};
  for (const trust::WantedSource& source : wanted) {
    for (File& file : files_) {
      if (file.crl != (source.kind == trust::RevocationSource::crl)) continue;
      const auto accepted = accept(store, source, file.content, context);
      if (accepted) {
        file.used = true;
      } else {
        file.refusal = accepted.error();
      }
    }
  }
}

void RevocationFiles::warn_about_unused() const {
  for (const File& file : files_) {
    if (file.used) continue;
    std::string why = "nothing that is trusted here, no document and no certificate, asks for it";
    if (file.refusal) why = in_words(*file.refusal);
    if (!looked_at_) why = "revocation is not looked at (--revocation off)";
    print_warning(json::printable(file.name) + " tells nothing here: " + why);
  }
}

}  // namespace mdoc::cli
