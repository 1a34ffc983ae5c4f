#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "mdoc/core/bytes.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "process.hpp"

namespace mdoc::testing {

/// The command line of mdoc-cli with these arguments.
[[nodiscard]] std::vector<std::string> tool(std::vector<std::string> arguments);
/// Runs mdoc-cli to its end.
[[nodiscard]] Ended mdoc_cli(std::vector<std::string> arguments, const ProcessSetup& setup = {});
/// The same before the matter of a test: throws what it says if it does not end with zero.
void prepare(const std::vector<std::string>& arguments);
/// A command line and more of it.
[[nodiscard]] std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string>& more);

/// A folder of one test, removed with all that it holds.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();

  [[nodiscard]] std::string path(std::string_view name) const { return (path_ / name).string(); }
  /// Writes a file that only its owner may read. @return its path
  std::string write(std::string_view name, std::string_view content) const;
  std::string write(std::string_view name, ByteView content) const;
  [[nodiscard]] std::string read(std::string_view name) const;
  [[nodiscard]] bool empty() const { return std::filesystem::is_empty(path_); }

 private:
  std::filesystem::path path_;
};

/// Standard output as the one JSON object that it has to be: one line, nothing after it.
[[nodiscard]] boost::json::object only_object(const Ended& ended);
/// A JSON object, nested as deep as any.
[[nodiscard]] boost::json::object object_of(std::string_view text);
/// Standard output as hexadecimal and the end of the line.
[[nodiscard]] Bytes only_hex(const Ended& ended);
/// An INPUT of these bytes.
[[nodiscard]] std::string in_hex(ByteView bytes);
/// What `inspect` says of an INPUT for machines.
[[nodiscard]] boost::json::object inspected(const std::string& input);
/// A check of a report or of one of its documents. Throws if there is none with this id.
[[nodiscard]] boost::json::object check_of(const boost::json::value& owner, std::string_view id);
/// Whether a terminal would take a part of the text for more than text.
[[nodiscard]] bool steers_terminal(std::string_view text);
[[nodiscard]] std::string as_string(ByteView bytes);
[[nodiscard]] std::string pem_of(const crypto::PrivateKey& key);

}  // namespace mdoc::testing
