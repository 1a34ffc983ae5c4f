#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/value.hpp>

#include "cli/revocation_options.hpp"
#include "cli/trust_options.hpp"
#include "mdoc/presentation/reader_authentication.hpp"

/// @file
/// The other side of --trust: by whom a holder believes that a reader is what it says.

namespace mdoc::cli {

/// --trust-readers, --store, --require-trusted, --level and --revocation; --crl where a request is answered from a
/// file.
struct ReaderTrustArguments {
  std::vector<std::string> certificates;
  TrustArguments trust;  ///< its folder and level
  RevocationArguments revocation;
  bool require_trusted = false;
};

void add_reader_trust_options(CLI::App& command, ReaderTrustArguments& arguments);
void add_reader_crls(CLI::App& command, ReaderTrustArguments& arguments);

/// What the judgement of readers rests on.
class ReaderGround {
 public:
  /// Throws Failure.
  ReaderGround(const ReaderTrustArguments& arguments, UtcSeconds now);

  [[nodiscard]] const std::shared_ptr<trust::TrustStore>& store() const noexcept { return ground_.store(); }
  [[nodiscard]] const std::shared_ptr<trust::RevocationStore>& revocation() const noexcept {
    return ground_.revocation();
  }
  /// Whether there is anything to judge by, other than what a reader brings itself.
  [[nodiscard]] bool given() const noexcept { return given_; }
  [[nodiscard]] Level level() const noexcept { return level_; }
  [[nodiscard]] std::optional<trust::RevocationPolicy> policy() const noexcept { return policy_; }

  /// Hands the files of --crl to whom they concern, and warns about those that tell nothing.
  /// @param readers  as they are judged without any list at hand, so that all are named
  void offer_files(const presentation::RequestReaders& readers);
  /// Keeps in the folder what was missed.
  void conclude(const presentation::RequestReaders& readers);

 private:
  bool given_;
  Level level_;
  std::optional<trust::RevocationPolicy> policy_;
  UtcSeconds now_;
  JudgementGround ground_;
  RevocationFiles files_;
};

/// One line for each docRequest: who asks, and how that was proven or why not.
[[nodiscard]] std::vector<std::string> describe_readers(const presentation::RequestReaders& readers);
[[nodiscard]] boost::json::value readers_json(const presentation::RequestReaders& readers);

}  // namespace mdoc::cli
