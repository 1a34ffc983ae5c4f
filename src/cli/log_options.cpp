#include "cli/log_options.hpp"

#include <algorithm>

#include "cli/randomness.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"

namespace mdoc::cli {

RecordContents LogArguments::contents() const {
  const auto wants = [this](const char* what) { return std::ranges::find(with, what) != with.end(); };
  return {.request_digest = wants("request-digest"),
          .device_keys = wants("device-keys"),
          .retained_values = wants("retained-values")};
}

void add_log_options(CLI::App& command, LogArguments& arguments, RecordedBy side) {
  CLI::Option* const file = command.add_option(
      "--log", arguments.file,
      "Append a record of each presentation to this file, without element values, keys and messages; see mdoc-cli log");
  const bool reads = side == RecordedBy::reader;
  CLI::Option* const with = command.add_option(
      "--log-with", arguments.with,
      reads ? "What else goes into the log, though it identifies people: request-digest, device-keys, or "
              "retained-values of elements that were asked for with :retain"
            : "What else goes into the log: request-digest, by which the records of both sides can be tied together");
  with->needs(file);
  with->check(CLI::IsMember(reads ? std::vector<std::string>{"request-digest", "device-keys", "retained-values"}
                                  : std::vector<std::string>{"request-digest"}));
  take_one_each(with);
}

template <class Recorder>
void Recording<Recorder>::begin() {
  if (arguments_.file.empty()) return;
  const LogFile log(arguments_.file);
  log.require_appendable();
  if (!std::exchange(warned_, true)) log.warn_if_others_can_read();
  recorder_.emplace(
      require(Recorder::start(randomness(), system_now(), arguments_.contents()), "cannot begin a record"));
}

template <class Recorder>
bool Recording<Recorder>::can_be_written() {
  if (arguments_.file.empty()) return true;
  try {
    LogFile(arguments_.file).require_appendable();
  } catch (const Failure& failure) {
    failure_ = failure;
  }
  return !failure_;
}

template <class Recorder>
std::optional<Failure> Recording<Recorder>::end(const Result<void>& how) {
  if (recorder_) recorder_->end(how);
  try {
    write();
  } catch (const Failure& failure) {
    recorder_.reset();
    return failure;
  }
  return std::exchange(failure_, std::nullopt);
}

template class Recording<HolderRecorder>;
template class Recording<ReaderRecorder>;

}  // namespace mdoc::cli
