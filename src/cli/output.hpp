#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/secret.hpp"

namespace mdoc::cli {

/// How a command hands over a binary result: --out and --format.
struct BinaryOutput {
  std::string file;            ///< raw bytes go there (-: standard output); empty: text, as follows
  std::string format = "hex";  ///< of standard output: hex (and a newline), b64, raw
};

/// Who may read a file that is made, as far as the user's umask lets them.
enum class FileAccess : std::uint8_t { anybody, owner };

/// Writes `bytes` as asked for. Throws Failure.
void write_binary(const BinaryOutput& output, ByteView bytes);
/// Beside a JSON object that has them as well: to a file, if there is one. Throws Failure.
void write_beside_json(const BinaryOutput& output, ByteView bytes);
/// Refuses, as a usage mistake, a file that this command has read, and one that looks like a private key.
void require_replaceable(const std::string& path);
/// Refuses, as a usage mistake, a file that is there already: what is in it may exist nowhere else.
void require_absent(const std::string& path);
/// Writes a file as a whole, in the place of an older one if that is replaceable. Throws Failure.
void write_file(const std::string& path, ByteView content);
/// The same for personal data, which is for its owner alone, as replace_file() does it.
void write_personal_file(const std::string& path, ByteView content);
/// The same in place of whatever had this name, never through a link: where a peer has a say in the name.
void write_new_personal_file(const std::string& path, ByteView content);
/// Replaces a file that the tool keeps, and may have read: whoever opens it sees the old one or the new one, whole,
/// also after a power cut. Where that fails, the old one stays and nothing else. Throws Failure. The caller knows what
/// the old one is: text of peers in it, which may look like a private key, does not keep it.
void replace_file(const std::string& path, ByteView content, FileAccess access = FileAccess::anybody);
/// The same for a private key: only the owner may read the file. An older file is replaced on request only, and
/// never one that this command has read.
void write_secret_file(const std::string& path, const SecretBytes& content, bool replace = false);
/// The names in a folder are content of the folder: waits until that of this file is on the disk. Throws Failure.
void put_name_on_disk(const std::string& path);

/// One line on standard output, flushed: people and programs read along.
void print_line(std::string_view line);
/// One JSON object on a line of its own, with a space after each colon and comma. Characters that are unsafe to show on
/// a terminal are written as JSON escapes.
void print_json(const boost::json::value& value);
/// One line on standard error: "mdoc-cli: warning: …".
void print_warning(std::string_view message);
/// Every warning so far, for the JSON of a command whose result they concern.
[[nodiscard]] boost::json::array warnings_json();
/// The same without that word, "mdoc-cli: …": what ends the command, and advice.
void print_error(std::string_view message);
/// One line on standard error as it is, for what the user wants to watch.
void print_trace(std::string_view line);

}  // namespace mdoc::cli
