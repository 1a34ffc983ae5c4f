#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "cli/bearers.hpp"
#include "cli/child_process.hpp"
#include "cli/demo_wallet.hpp"
#include "cli/failure.hpp"
#include "cli/interruption.hpp"
#include "cli/output.hpp"
#include "cli/qr.hpp"
#include "cli/terminal.hpp"
#include "cli/tool.hpp"

namespace mdoc::cli {
namespace {

using namespace std::chrono_literals;
using Deadline = std::chrono::steady_clock::time_point;

struct DemoArguments {
  std::string via = "tcp", save_images, holder_adapter, reader_adapter;
  unsigned timeout = 60;
  bool keep = false, ascii = false;
};

/// A private folder for the keys of the demonstration, removed in the end.
class WorkFolder {
 public:
  explicit WorkFolder(bool keep) : keep_(keep) {
    std::string pattern = (std::filesystem::temp_directory_path() / "mdoc-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw Failure(ExitCode::unreadable, "cannot make a folder for the demo");
    path_ = pattern;
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder() {
    std::error_code ignored;
    if (!keep_) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool keep_;
};

std::string own_path() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

/// What the holder shows: all that passes from it to the reader besides the bearer.
struct Shown {
  std::string engagement, endpoint, bearer;
};

/// A line of the holder as an object, an empty one if it is none.
boost::json::object object_of(const std::string& line) {
  boost::system::error_code failure;
  const auto json = boost::json::parse(line, failure);
  return failure || !json.is_object() ? boost::json::object() : json.get_object();
}

/// What the holder itself says is the error, where it says so in this object.
std::optional<std::string> error_in(const boost::json::object& object) {
  const auto* const error = object.if_contains("error");
  if (error == nullptr || !error->is_string()) return std::nullopt;
  return std::string(error->get_string());
}

/// A process that ended without a word for machines may have left one for people.
[[noreturn]] void fail_without_words(ChildProcess& process, const std::string& what, Deadline deadline) {
  const int code = process.wait(deadline);
  const std::string complaints = process.complaints();
  throw Failure(ExitCode::transport,
                fmt::format("{} with {}{}", what, code, complaints.empty() ? "" : ": " + complaints));
}

Shown read_announcement(ChildProcess& holder, Deadline deadline) {
  const auto line = holder.read_line(deadline);
  if (!line) fail_without_words(holder, "the holder process ended before it showed a code,", deadline);
  const auto line_json = object_of(*line);
  if (const auto error = error_in(line_json))
    throw Failure(ExitCode::transport, "the holder cannot show a code: " + *error);
  if (!line_json.contains("engagement")) throw Failure(ExitCode::transport, "the holder process said: " + *line);
  const auto* const endpoint = line_json.if_contains("endpoint");  // of a bearer that needs one
  return {.engagement = std::string(line_json.at("engagement").as_string()),
          .endpoint = endpoint != nullptr ? std::string(endpoint->as_string()) : std::string(),
          .bearer = std::string(line_json.at("bearer").as_string())};
}

std::vector<std::string> holder_arguments(const DemoFiles& files, const DemoArguments& arguments) {
  // Its own limit, should nobody be left to end it.
  std::vector<std::string> made{"holder",
                                "--credential",
                                files.credential.string() + "," + files.device_key.string(),
                                "--wait",
                                std::to_string(std::max(arguments.timeout, shortest_wait)),
                                "--once",
                                "--json"};
  if (ble_choice(arguments.via)) made.insert(made.end(), {"--via", arguments.via});
  if (!arguments.holder_adapter.empty()) made.insert(made.end(), {"--adapter", arguments.holder_adapter});
  return made;
}

std::vector<std::string> reader_arguments(const DemoFiles& files, const Shown& shown, const DemoArguments& arguments,
                                          const Tool& tool) {
  std::vector<std::string> made{"reader",     shown.engagement,       "--trust", files.trust_anchor.string(),
                                "--doc-type", "org.iso.18013.5.1.mDL"};
  if (ble_choice(arguments.via)) made.insert(made.end(), {"--via", arguments.via});
  if (!shown.endpoint.empty()) made.insert(made.end(), {"--connect", shown.endpoint});
  if (!arguments.reader_adapter.empty()) made.insert(made.end(), {"--adapter", arguments.reader_adapter});
  for (const char* element :
       {"family_name", "given_name", "birth_date", "portrait", "document_number", "issuing_country", "expiry_date",
        "driving_privileges", "un_distinguishing_sign", "age_over_18"}) {
    made.emplace_back("--element");
    made.push_back(std::string("org.iso.18013.5.1/") + element);
  }
  if (!arguments.save_images.empty()) made.insert(made.end(), {"--save-images", arguments.save_images});
  if (tool.json) made.emplace_back("--json");
  return made;
}

// An adapter does not hear itself, and without names both sides would take the same.
void check_adapters(const DemoArguments& arguments) {
  const bool named = !arguments.holder_adapter.empty() && !arguments.reader_adapter.empty();
  if (!ble_choice(arguments.via)) {
    if (arguments.holder_adapter.empty() && arguments.reader_adapter.empty()) return;
    throw Failure(ExitCode::usage, "--holder-adapter and --reader-adapter are for Bluetooth: say --via ble, too");
  }
  if (named && arguments.holder_adapter != arguments.reader_adapter) return;
  throw Failure(ExitCode::usage,
                "--via ble takes two Bluetooth adapters that hear each other: --holder-adapter hci0 --reader-adapter "
                "hci1; mdoc-cli doctor names those that there are");
}

void introduce(const DemoFiles& files, const Shown& shown, const DemoArguments& arguments) {
  print_line(styled(Tone::strong, "A holder and a reader, two processes on this machine"));
  print_line("");
  print_line("1. A test authority issued a licence to a device key:");
  print_line("     " + files.credential.string());
  if (!arguments.keep) print_line("     (it is gone when this ends; --keep keeps it)");
  print_line("2. The holder process shows this QR code:");
  print_line("");
  print_line(draw_qr_code(shown.engagement, arguments.ascii));
  print_line("     " + shown.engagement);
  print_line(fmt::format("3. The reader process gets the text of the code, connects {}by {}, asks and verifies:",
                         shown.endpoint.empty() ? "" : "to " + shown.endpoint + " ", shown.bearer));
  print_line("");
}

void expect_good_end(ChildProcess& holder, Deadline deadline) {
  const auto line = holder.read_line(deadline);
  const int code = holder.wait(deadline);
  if (code == static_cast<int>(ExitCode::done)) return;
  auto said = object_of(line.value_or(""));
  const auto* const presentation = said.if_contains("presentation");
  if (presentation != nullptr && presentation->is_object()) said = boost::json::object(presentation->get_object());
  throw Failure(ExitCode::transport, fmt::format("the holder process ended with {}: {}", code,
                                                 error_in(said).value_or(holder.complaints())));
}

/// What it wrote for people while it ran.
void pass_on(const ChildProcess& process) {
  const std::string text = process.complaints();
  std::fwrite(text.data(), 1, text.size(), stderr);
}

/// In JSON the reader's report passes through here, so that a reader which dies leaves no half of one.
ExitCode play(const DemoFiles& files, const DemoArguments& arguments, const Tool& tool, const SignalWatch& signals) {
  using Output = ChildProcess::Output;
  const Deadline deadline = std::chrono::steady_clock::now() + std::chrono::seconds{arguments.timeout};
  // A radio takes its time to leave, of which the process itself knows the end.
  const std::chrono::seconds time_to_end = ble_choice(arguments.via) ? time_to_leave + 2s : 2s;
  ChildProcess holder({.name = "holder",
                       .program = own_path(),
                       .arguments = holder_arguments(files, arguments),
                       .output = Output::captured,
                       .time_to_end = time_to_end},
                      signals);
  const Shown shown = read_announcement(holder, deadline);
  if (!tool.json) introduce(files, shown, arguments);

  ChildProcess reader({.name = "reader",
                       .program = own_path(),
                       .arguments = reader_arguments(files, shown, arguments, tool),
                       .output = tool.json ? Output::captured : Output::shared,
                       .time_to_end = time_to_end},
                      signals);
  const auto report = tool.json ? reader.read_line(deadline) : std::nullopt;
  const int verdict = reader.wait(deadline);
  if (tool.json && !report) fail_without_words(reader, "the reader process ended without a report,", deadline);
  // One failure, one error. After one of the reader the holder may still wait, or have a complaint of its own, which
  // says the same once more: it is told to end, and not asked.
  if (verdict == static_cast<int>(ExitCode::done)) {
    expect_good_end(holder, deadline);
    pass_on(holder);
  }
  pass_on(reader);
  if (report) print_line(*report);
  return static_cast<ExitCode>(verdict);
}

ExitCode run_demo(const DemoArguments& arguments, const Tool& tool) {
  const SignalWatch signals;  // from here on, whatever ends the demo leaves no folder and no process behind
  const WorkFolder folder(arguments.keep);
  const ExitCode verdict = play(make_demo_files(folder.path()), arguments, tool, signals);
  if (arguments.keep && !tool.json) print_line("The files are kept in " + folder.path().string());
  return verdict;
}

}  // namespace

void add_demo(CLI::App& app, Tool& tool) {
  const auto arguments = std::make_shared<DemoArguments>();
  CLI::App* command = add_command(app, tool, "demo", "Watch a holder present a licence to a reader",
                                  "mdoc-cli demo --save-images portraits");
  command
      ->add_option("--via", arguments->via,
                   "Bearer: tcp, or ble[:central|:peripheral][:l2cap], which takes both adapters below")
      ->capture_default_str();
  command->add_option("--holder-adapter", arguments->holder_adapter, "Bluetooth adapter of the holder, such as hci0");
  command->add_option("--reader-adapter", arguments->reader_adapter, "Bluetooth adapter of the reader, such as hci1");
  command->add_option("--save-images", arguments->save_images, "Folder for the portrait");
  command->add_option("--timeout", arguments->timeout, "Seconds until a demonstration that hangs is ended")
      ->check(CLI::Range(1U, 3600U))
      ->capture_default_str();
  command->add_flag("--keep", arguments->keep, "Keep the keys, certificates and the licence");
  command->add_flag("--ascii", arguments->ascii, "Draw the QR code with plain characters");
  command->callback([arguments, &tool] {
    check_bearer(arguments->via);
    check_adapters(*arguments);
    tool.exit = run_demo(*arguments, tool);
  });
}

}  // namespace mdoc::cli
