#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "mdoc/core/rules.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/trust/revocation.hpp"
#include "mdoc/trust/revocation_store.hpp"

namespace mdoc::cli {

/// --revocation, --crl and --status-list.
struct RevocationArguments {
  std::string mode;
  std::vector<std::string> crls, status_lists;

  /// Nothing: as the level has it.
  [[nodiscard]] std::optional<trust::RevocationPolicy> policy() const;
};

/// --revocation alone.
void add_revocation_policy(CLI::App& command, RevocationArguments& arguments);
void add_revocation_options(CLI::App& command, RevocationArguments& arguments);

/// CRLs and list tokens that were given as files. Which of them tells about what is known only from a report: it names
/// what it missed, and whom that is to be believed from.
class RevocationFiles {
 public:
  /// Throws Failure.
  explicit RevocationFiles(const RevocationArguments& arguments);

  [[nodiscard]] bool empty() const noexcept { return files_.empty(); }
  /// Hands to `store` what a judgement wants and a file has.
  void offer(std::span<const trust::WantedSource> wanted, trust::RevocationStore& store, Level level, UtcSeconds now);
  /// Warns about files that told nothing, with the reason why.
  void warn_about_unused() const;

 private:
  struct File {
    std::string name;
    bool crl = false;
    SharedBytes content;
    bool used = false;
    std::optional<Error> refusal{};
  };
  bool looked_at_;
  std::vector<File> files_;
};

}  // namespace mdoc::cli
