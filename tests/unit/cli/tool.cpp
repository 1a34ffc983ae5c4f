#include "tool.hpp"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "mdoc/core/encoding.hpp"

namespace mdoc::testing {

std::vector<std::string> tool(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), MDOC_CLI);
  return arguments;
}

Ended mdoc_cli(std::vector<std::string> arguments, const ProcessSetup& setup) {
  return run(tool(std::move(arguments)), setup);
}

void prepare(const std::vector<std::string>& arguments) {
  const Ended ended = mdoc_cli(arguments);
  if (ended.exit != 0) throw std::runtime_error(ended.err);
}

std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "mdoc-cli-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::write(std::string_view name, std::string_view content) const {
  std::ofstream(path(name), std::ios::binary) << content;
  std::filesystem::permissions(path(name), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path(name);
}

std::string Folder::write(std::string_view name, ByteView content) const { return write(name, as_text(content)); }

std::string Folder::read(std::string_view name) const {
  std::ifstream file(path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

boost::json::object object_of(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 256;
  return boost::json::parse(boost::json::string_view(text.data(), text.size()), {}, options).as_object();
}

boost::json::object only_object(const Ended& ended) {
  const std::size_t end = ended.out.find('\n');
  if (end == std::string::npos || end + 1 != ended.out.size()) {
    throw std::runtime_error("not one line: \"" + ended.out + "\", and said: " + ended.err);
  }
  return object_of(ended.out);
}

Bytes only_hex(const Ended& ended) {
  if (ended.exit != 0 || ended.out.empty() || ended.out.back() != '\n') {
    throw std::runtime_error("exit " + std::to_string(ended.exit) + ": " + ended.err);
  }
  const auto bytes = from_hex(std::string_view(ended.out).substr(0, ended.out.size() - 1));
  if (!bytes) throw std::runtime_error("not hexadecimal: " + ended.out);
  return *bytes;
}

std::string in_hex(ByteView bytes) { return "hex:" + to_hex(bytes); }

boost::json::object inspected(const std::string& input) { return only_object(mdoc_cli({"inspect", input, "--json"})); }

boost::json::object check_of(const boost::json::value& owner, std::string_view id) {
  for (const auto& check : owner.at("checks").as_array()) {
    if (check.at("id").as_string() == id) return check.as_object();
  }
  throw std::runtime_error("no check " + std::string(id));
}

bool steers_terminal(std::string_view text) {
  // ESC, CR, BEL, the one-byte CSI of C1, and an override of the writing direction.
  constexpr std::array<std::string_view, 5> controls{"\x1b", "\r", "\a", "\xc2\x9b", "\xe2\x80\xae"};
  return std::ranges::any_of(controls, [&](std::string_view control) { return text.find(control) != text.npos; });
}

std::string as_string(ByteView bytes) { return std::string(as_text(bytes)); }

std::string pem_of(const crypto::PrivateKey& key) {
  const auto pem = key.pem();
  return as_string(pem->view());
}

}  // namespace mdoc::testing
