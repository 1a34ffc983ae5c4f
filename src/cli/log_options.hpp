#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

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

/// Records presentations, one after the other, where that is wanted; else does nothing.
template <class Recorder>
class Recording {
 public:
  /// Throws Failure where the log cannot be written: before anything leaves this machine.
  explicit Recording(const LogArguments& arguments) : arguments_(arguments) {
    if (!arguments.file.empty()) LogFile(arguments.file).require_appendable();
  }

  /// Begins the record of a presentation. Throws Failure.
  void begin();
  /// Anything that a recorder takes.
  template <class Input>
  void on(const Input& input) {
    if (recorder_) recorder_->on(input);
  }
  /// Writes the record that was begun, if there is one. Throws Failure.
  void end(const Result<void>& how) {
    if (recorder_) recorder_->end(how);
    write();
  }
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
};

}  // namespace mdoc::cli
