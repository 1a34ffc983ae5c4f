#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/io.hpp>
#include <boost/process/pipe.hpp>

#include "cli/demo_wallet.hpp"
#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "cli/qr.hpp"
#include "cli/tcp.hpp"
#include "cli/terminal.hpp"
#include "cli/tool.hpp"

namespace mdoc::cli {
namespace {

namespace bp = boost::process;

struct DemoArguments {
  std::string via = "tcp", save_images;
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

/// What the holder shows: all that passes from it to the reader besides the socket.
struct Shown {
  std::string engagement, endpoint;
};

Shown read_announcement(bp::ipstream& output) {
  std::string line;
  if (!std::getline(output, line)) throw Failure(ExitCode::transport, "the holder process did not start");
  boost::system::error_code failure;
  const auto json = boost::json::parse(line, failure);
  if (failure || !json.is_object() || !json.get_object().contains("engagement")) {
    throw Failure(ExitCode::transport, "the holder process said: " + line);
  }
  return {.engagement = std::string(json.at("engagement").as_string()),
          .endpoint = std::string(json.at("endpoint").as_string())};
}

std::vector<std::string> reader_arguments(const DemoFiles& files, const Shown& shown, const DemoArguments& arguments,
                                          const Tool& tool) {
  std::vector<std::string> made{"reader",     shown.engagement,
                                "--connect",  shown.endpoint,
                                "--trust",    files.authority_certificate.string(),
                                "--doc-type", "org.iso.18013.5.1.mDL"};
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

void introduce(const DemoFiles& files, const Shown& shown, const DemoArguments& arguments) {
  print_line(styled(Tone::strong, "A holder and a reader, two processes on this machine"));
  print_line("");
  print_line("1. A test authority issued a licence to a device key:");
  print_line("     " + files.credential.string());
  print_line("2. The holder process shows this QR code:");
  print_line("");
  print_line(draw_qr_code(shown.engagement, arguments.ascii));
  print_line("     " + shown.engagement);
  print_line(fmt::format("3. The reader process gets the text of the code, connects to {} by {}, asks and verifies:",
                         shown.endpoint, tcp_test_bearer));
  print_line("");
}

ExitCode run_demo(const DemoArguments& arguments, const Tool& tool) {
  const WorkFolder folder(arguments.keep);
  const DemoFiles files = make_demo_files(folder.path());

  bp::ipstream holder_output;
  bp::child holder(own_path(),
                   bp::args({"holder", "--credential", files.credential.string() + "," + files.device_key.string(),
                             "--once", "--json"}),
                   bp::std_out > holder_output);
  const Shown shown = read_announcement(holder_output);
  if (!tool.json) introduce(files, shown, arguments);

  bp::child reader(own_path(), bp::args(reader_arguments(files, shown, arguments, tool)));
  reader.wait();
  if (reader.exit_code() != 0) holder.terminate();  // it may still wait for a reader
  holder.wait();
  if (arguments.keep && !tool.json) print_line("The files are kept in " + folder.path().string());
  return static_cast<ExitCode>(reader.exit_code());
}

}  // namespace

void add_demo(CLI::App& app, Tool& tool) {
  const auto arguments = std::make_shared<DemoArguments>();
  CLI::App* command = add_command(app, tool, "demo", "Watch a holder present a licence to a reader",
                                  "mdoc-cli demo --save-images portraits");
  command->add_option("--via", arguments->via, "Bearer")->check(CLI::IsMember({"tcp"}))->capture_default_str();
  command->add_option("--save-images", arguments->save_images, "Folder for the portrait");
  command->add_flag("--keep", arguments->keep, "Keep the keys, certificates and the licence");
  command->add_flag("--ascii", arguments->ascii, "Draw the QR code with plain characters");
  command->callback([arguments, &tool] { tool.exit = run_demo(*arguments, tool); });
}

}  // namespace mdoc::cli
