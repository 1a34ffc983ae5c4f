#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/handover.hpp"
#include "cli/input.hpp"
#include "cli/inspect/inspector.hpp"
#include "cli/inspect/structures.hpp"
#include "cli/inspect/tree.hpp"
#include "cli/keys.hpp"
#include "cli/levels.hpp"
#include "cli/output.hpp"
#include "cli/profile_options.hpp"
#include "cli/session.hpp"
#include "cli/structure.hpp"
#include "cli/system.hpp"
#include "cli/wording.hpp"
#include "core/wiper.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/session/captured_session.hpp"
#include "mdoc/verification/explain.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using session::CapturedMessage;
using session::CapturedSession;
using session::Role;

struct DecryptArguments {
  std::string engagement, reader_key, device_key, messages_file, folder;
  HandoverArguments handover;
  std::vector<std::string> messages;
  Level level = Level::interop;
  bool inspect = false;
  ProfileArguments profiles;
};

/// One message of the capture, and how to name it.
struct CaptureEntry {
  std::string name;
  SharedBytes bytes;
};

/// A file with a message on each line, as text: a capture that holds them in order.
std::vector<CaptureEntry> lines_of_capture(const std::string& file) {
  const Bytes content = read_content(file);
  std::vector<CaptureEntry> entries;
  std::string_view text = as_text(content);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto bytes = from_text(as_bytes(line));
    const std::string name = fmt::format("{}, line {}", file, number);
    if (!bytes) throw Failure(ExitCode::unreadable, name + " is neither hex nor base64");
    entries.push_back({.name = name, .bytes = SharedBytes::copy_of(bytes->view())});
  }
  return entries;
}

std::vector<CaptureEntry> read_capture(const DecryptArguments& arguments) {
  if (arguments.messages.empty() == arguments.messages_file.empty()) {
    throw Failure(ExitCode::usage,
                  "give the messages in their order, each as an INPUT, or --messages FILE with one on "
                  "each line");
  }
  std::vector<CaptureEntry> entries;
  if (!arguments.messages_file.empty()) entries = lines_of_capture(arguments.messages_file);
  for (const std::string& each : arguments.messages) {
    Input input = read_input(each);
    if (!input.engagement.empty()) {
      throw Failure(ExitCode::usage, input.name + " is no message of a session; it belongs to --engagement");
    }
    entries.push_back({.name = input.name, .bytes = SharedBytes::take(std::move(input.bytes))});
  }
  if (entries.empty()) throw Failure(ExitCode::unreadable, arguments.messages_file + " holds no message");
  return entries;
}

/// "message 2 (response.cbor)"
std::string title_of_message(std::size_t index, const CaptureEntry& entry) {
  return fmt::format("message {} ({})", index + 1, entry.name);
}

CapturedSession open_capture(const DecryptArguments& arguments, const CaptureEntry& first,
                             const ProtocolConstants& constants) {
  if (arguments.reader_key.empty() == arguments.device_key.empty()) {
    throw Failure(ExitCode::usage,
                  "one ephemeral private key opens a session: give --reader-key or --device-key, and not both");
  }
  const bool is_reader = !arguments.reader_key.empty();
  const std::string& spec = is_reader ? arguments.reader_key : arguments.device_key;
  const auto engagement = load_engagement(arguments.engagement, constants);
  const crypto::PrivateKey key = load_private_key(spec);
  auto opened = CapturedSession::create(engagement, load_handover(arguments.handover, constants), key,
                                        is_reader ? Role::mdoc_reader : Role::mdoc, first.bytes,
                                        {.level = arguments.level}, constants);
  if (opened) return *std::move(opened);
  if (opened.error().code == Errc::key_mismatch) {
    const std::string option = is_reader ? "--reader-key " : "--device-key ";
    throw Failure(ExitCode::unreadable,
                  option + secret_name(spec) +
                      (is_reader ? " is not the key that " + title_of_message(0, first) + " names: EReaderKey"
                                 : " is not the key that --engagement names: EDeviceKey"));
  }
  if (opened.error().code == Errc::unexpected_message) {
    throw Failure(ExitCode::unreadable, title_of_message(0, first) +
                                            " is no SessionEstablishment, with which a session "
                                            "begins and the reader's key comes");
  }
  return require(std::move(opened), "cannot read " + title_of_message(0, first));
}

/// Why the first message does not open, though the key is the right one: what its sender did otherwise.
std::string explain_first(const CapturedSession& opened, const DecryptArguments& arguments) {
  using SaltForm = CapturedSession::SaltForm;
  const SharedBytes& transcript = opened.transcript().bytes();
  const std::string did = "its sender derived the keys from another SessionTranscript. ";
  if (opened.opens_with(transcript.view()) == SaltForm::bare) {
    return did + "The salt is the hash of the bare array; it should be that of SessionTranscriptBytes, with tag 24.";
  }
  const auto variants = verification::transcript_variants(transcript);
  if (variants) {
    for (const verification::TranscriptVariant& variant : *variants) {
      const auto form = opened.opens_with(variant.bytes);
      if (!form) continue;
      std::string text = did;
      for (const auto one : variant.variants) {
        text.append(verification::info(one).what).append(" ").append(verification::info(one).advice).append(" ");
      }
      if (*form == SaltForm::bare) text += "The salt is the hash of the bare array.";
      return text;
    }
  }
  return fmt::format(
      "the key is the right one, so the transcript is not: another engagement, another handover than \"--handover "
      "{}\", bytes that were altered{}",
      arguments.handover.kind,
      arguments.profiles.names.empty() ? ", or names of a profile that --profile has to name"
                                       : ", or names of another --profile");
}

std::string_view name_of(Role role) { return role == Role::mdoc_reader ? "reader" : "mdoc"; }

/// One decrypted message as it is told.
class MessageTeller {
 public:
  MessageTeller(const DecryptArguments& arguments, const Profiles& profiles)
      : arguments_(arguments), profiles_(profiles) {}

  void print(std::size_t index, const CaptureEntry& entry, const CapturedMessage& message) {
    print_line(heading(index, entry, message));
    for (const std::string& remark : remarks(message)) print_line("  ! " + remark);
    if (!message.plaintext) return;
    const std::string file = save(index, message);
    if (!file.empty()) print_line("  written to " + file);
    if (arguments_.inspect) return print_inspection(index, *message.plaintext);
    if (file.empty()) print_line("  " + to_hex(message.plaintext->view()));
  }

  bj::object json(std::size_t index, const CaptureEntry& entry, const CapturedMessage& message) {
    bj::object object{{"index", index},
                      {"type", message.establishes ? "session-establishment" : "session-data"},
                      {"size", entry.bytes.size()}};
    object.emplace("sender", message.sender ? bj::value(bj::string(name_of(*message.sender))) : bj::value(nullptr));
    if (message.counter) object.emplace("counter", *message.counter);
    if (message.status) object.emplace("status", static_cast<std::uint64_t>(*message.status));
    if (message.missing > 0) object.emplace("missing", message.missing);
    if (message.repeated) object.emplace("repeated", true);
    if (message.late) object.emplace("late", true);
    if (!message.plaintext) return object;
    const std::string file = save(index, message);
    if (!file.empty()) object.emplace("file", file);
    object.emplace("plaintext", to_hex(message.plaintext->view()));
    if (arguments_.inspect) object.emplace("inspection", inspection_json(index, *message.plaintext));
    return object;
  }

 private:
  static std::string heading(std::size_t index, const CaptureEntry& entry, const CapturedMessage& message) {
    std::string text = fmt::format("{}  {}", index + 1, message.establishes ? "SessionEstablishment" : "SessionData");
    if (message.sender) {
      text += *message.sender == Role::mdoc_reader ? ", reader to mdoc" : ", mdoc to reader";
      text += fmt::format(", counter {}", *message.counter);
    }
    if (message.status) {
      text +=
          fmt::format(", status {} ({})", static_cast<std::uint64_t>(*message.status), session::name(*message.status));
    }
    text += fmt::format(", {} bytes", entry.bytes.size());
    if (message.plaintext) text += fmt::format(", {} decrypted", message.plaintext->size());
    return text;
  }

  static std::vector<std::string> remarks(const CapturedMessage& message) {
    std::vector<std::string> found;
    if (message.missing > 0) {
      found.push_back(
          fmt::format("the capture lacks {} message{} of the {} before this one; a session would have ended",
                      message.missing, message.missing == 1 ? "" : "s", name_of(*message.sender)));
    }
    if (message.repeated) found.emplace_back("this message came before; a session would have ended");
    if (message.late) found.emplace_back("this message came after later ones");
    return found;
  }

  /// Writes the plaintext to a file of its own. @return its path; empty: none is wanted
  [[nodiscard]] std::string save(std::size_t index, const CapturedMessage& message) const {
    if (arguments_.folder.empty()) return {};
    std::error_code failure;
    std::filesystem::create_directories(arguments_.folder, failure);
    if (failure) {
      throw Failure(ExitCode::unreadable,
                    "cannot make the folder " + arguments_.folder + ": " + system_message(failure.value()));
    }
    const std::string name = fmt::format("{}-{}.cbor", index + 1, name_of(*message.sender));
    const std::string path = (std::filesystem::path(arguments_.folder) / name).string();
    write_personal_file(path, message.plaintext->view());
    return path;
  }

  static Structure structure_of(const SharedBytes& plaintext) {
    Input input{.bytes = {plaintext.view().begin(), plaintext.view().end()}, .name = {}, .engagement = {}};
    const Wiper wiper(input.bytes);
    return recognise(input);
  }

  void print_inspection(std::size_t index, const SharedBytes& plaintext) const {
    Inspector inspector(arguments_.level, profiles_.all(), profiles_.constants());
    inspector.input_name = fmt::format("message {}", index + 1);
    try {
      print_tree(inspect_structure(structure_of(plaintext), plaintext, inspector));
    } catch (const Failure& failure) {
      print_line(std::string("  ! ") + failure.what());
      return;
    }
    for (const Remark& remark : inspector.remarks()) {
      print_line(
          fmt::format("  ! {}{}  ({})", remark.what, remark.where.empty() ? "" : " at " + remark.where, remark.id));
    }
  }

  [[nodiscard]] bj::object inspection_json(std::size_t index, const SharedBytes& plaintext) const {
    const Structure type = structure_of(plaintext);
    Inspector inspector(arguments_.level, profiles_.all(), profiles_.constants());
    inspector.input_name = fmt::format("message {}", index + 1);
    bj::object object{{"type", name(type)}};
    try {
      (void)inspect_structure(type, plaintext, inspector);
    } catch (const Failure& failure) {
      object.emplace("error", failure.what());
      return object;
    }
    if (inspector.version) object.emplace("version", *inspector.version);
    object.emplace("value", inspector.value ? *inspector.value : json_of(plaintext.view()));
    bj::array warnings;
    for (const Remark& remark : inspector.remarks()) {
      warnings.push_back(bj::object{{"where", remark.where},
                                    {"offset", remark.offset ? bj::value(*remark.offset) : bj::value(nullptr)},
                                    {"what", remark.what},
                                    {"id", remark.id}});
    }
    object.emplace("warnings", std::move(warnings));
    return object;
  }

  const DecryptArguments& arguments_;
  const Profiles& profiles_;
};

std::string text_of_failure(const Error& error, std::size_t index, const CaptureEntry& entry,
                            const CapturedSession& opened, const DecryptArguments& arguments) {
  const std::string title = title_of_message(index, entry);
  if (error.code == Errc::unexpected_message) return title + " is a second SessionEstablishment: of another session";
  if (error.code != Errc::decryption_failed) return "cannot decode " + title + ": " + in_words(error);
  if (index == 0) return title + " does not decrypt: " + explain_first(opened, arguments);
  return title +
         fmt::format(
             " does not decrypt in either direction, nor as any of the {} messages before or after the one that is "
             "due: altered, or of another session",
             CapturedSession::counter_window);
}

void run_session_decrypt(const DecryptArguments& arguments, Tool& tool) {
  const std::vector<CaptureEntry> entries = read_capture(arguments);
  const Profiles profiles(arguments.profiles);
  CapturedSession opened = open_capture(arguments, entries.front(), profiles.constants());
  MessageTeller teller(arguments, profiles);
  bj::array messages;
  std::optional<std::string> failed;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto message = opened.read(entries[i].bytes);
    if (!message) {
      failed = text_of_failure(message.error(), i, entries[i], opened, arguments);
      break;
    }
    if (tool.json) {
      messages.push_back(teller.json(i, entries[i], *message));
    } else {
      teller.print(i, entries[i], *message);
    }
  }
  if (!tool.json) {
    if (failed) throw Failure(ExitCode::unreadable, *failed);
    return;
  }
  bj::object object{{"sessionTranscript", to_hex(opened.transcript().bytes().view())},
                    {"messages", std::move(messages)}};
  if (failed) {
    print_error(*failed);
    object.emplace("error", *failed);
    object.emplace("failed", object.at("messages").as_array().size());
    tool.exit = ExitCode::unreadable;
  }
  print_json(object);
}

}  // namespace

void add_session_decrypt(CLI::App& session, Tool& tool) {
  const auto arguments = std::make_shared<DecryptArguments>();
  CLI::App* command = add_command(
      session, tool, "decrypt", "Decrypt the messages of a captured session with one of its ephemeral keys",
      "mdoc-cli session decrypt --engagement \"mdoc:owBj…\" --reader-key ephemeral.pem establishment.cbor data.cbor\n"
      "  mdoc-cli session decrypt --engagement \"mdoc:owBj…\" --device-key hex:a6… --messages capture.txt --inspect");
  command->add_option("message", arguments->messages,
                      "SessionEstablishment, then each SessionData of either side, in their order: INPUT");
  command->add_option("--messages", arguments->messages_file,
                      "File with one message on each line, as hex or base64, in the place of arguments");
  command->add_option("--engagement", arguments->engagement, "DeviceEngagement: INPUT or mdoc: text")->required();
  add_handover_options(*command, arguments->handover, false);
  command->add_option("--reader-key", arguments->reader_key, "The reader's ephemeral private key: KEY, in no token");
  command->add_option("--device-key", arguments->device_key,
                      "The mdoc's ephemeral private key, of the engagement: KEY, in no token");
  command->add_option("--out-dir", arguments->folder, "Folder for what was decrypted, a file for each message");
  command->add_flag("--inspect", arguments->inspect, "Explain what was decrypted, as mdoc-cli inspect does");
  add_profile_option(*command, arguments->profiles, "; what it names differently in the protocol is spoken");
  add_level(*command, arguments->level);
  command->callback([arguments, &tool] { run_session_decrypt(*arguments, tool); });
}

}  // namespace mdoc::cli
