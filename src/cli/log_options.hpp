#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/failure.hpp"
#include "cli/log_file.hpp"
#include "mdoc/record.hpp"
#include "mdoc/recorder.hpp"

namespace mdoc::cli {

/// Whether and how a presentation is recorded.
struct LogArguments {
  std::string file;  ///< empty: it is not
  std::vector<std::string> with;

  [[nodiscard]] RecordContents contents() const;
};

/// Adds --log and --log-with to a command of one side.
void add_log_options(CLI::App& command, LogArguments& arguments, RecordedBy side);

/// Records presentations, one after the other, where that is wanted; else does nothing. Nothing is asked or released
/// while the log cannot be written; that it can be written afterwards, nobody can know before.
template <class Recorder>
class Recording {
 public:
  explicit Recording(const LogArguments& arguments) : arguments_(arguments) {}

  /// Begins the record of a presentation. Throws Failure where the log cannot be written: before anything leaves this
  /// machine.
  void begin();
  /// Whether the log can be written still, for whoever is about to ask or to release something: it may be long since
  /// begin(). Where not, end() says why.
  [[nodiscard]] bool can_be_written();
  /// Anything that a recorder takes.
  template <class Input>
  void on(const Input& input) {
    if (recorder_) recorder_->on(input);
  }
  /// Writes the record that was begun, if there is one.
  /// @return why it could not be written, or why the presentation had to end for that: to be thrown once it is known
  ///         what the presentation came to
  [[nodiscard]] std::optional<Failure> end(const Result<void>& how);
  /// The same where the presentation did not come to its end: nothing is written of one that had no request.
  void interrupt() {
    if (recorder_ && !recorder_->record().rounds.empty()) write();
  }

 private:
  void write() {
    if (recorder_) LogFile(arguments_.file).append(recorder_->record());
    recorder_.reset();
  }

  const LogArguments& arguments_;
  std::optional<Recorder> recorder_;
  std::optional<Failure> failure_;  // that the log could not be written when something was to be asked or released
  bool warned_ = false;
};

}  // namespace mdoc::cli
