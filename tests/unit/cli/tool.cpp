#include "tool.hpp"

#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

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

std::string as_string(ByteView bytes) { return std::string(as_text(bytes)); }

std::string pem_of(const crypto::PrivateKey& key) {
  const auto pem = key.pem();
  return as_string(pem->view());
}

}  // namespace mdoc::testing
