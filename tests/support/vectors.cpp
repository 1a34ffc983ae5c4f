#include "support/vectors.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <boost/json/parse.hpp>

#include "mdoc/core/encoding.hpp"

namespace mdoc::testing {
namespace {

const std::filesystem::path shared_root = MDOC_SHARED_VECTORS;
const std::filesystem::path own_root = MDOC_TEST_VECTORS;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

boost::json::value load(const std::filesystem::path& path) { return boost::json::parse(read(path)); }

}  // namespace

bool have_shared_vectors() { return std::filesystem::is_directory(shared_root); }

bool in_ci() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string_view(ci) == "true";
}

boost::json::value load_shared(std::string_view file) { return load(shared_root / file); }
boost::json::value load_own(std::string_view file) { return load(own_root / file); }

std::string project_text(std::string_view file) { return read(own_root.parent_path().parent_path() / file); }

boost::json::object shared_vector(std::string_view file, std::string_view id) {
  const boost::json::value all = load_shared(file);
  for (const auto& vector : all.at("vectors").as_array()) {
    if (vector.at("id").as_string() == id) return vector.as_object();
  }
  throw std::runtime_error(std::string(file) + " has no vector " + std::string(id));
}

Bytes shared_bytes(std::string_view file, std::string_view id) {
  return hex(shared_vector(file, id).at("hex").as_string());
}

Bytes hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != '\n') digits += c;
  }
  return from_hex(digits).value();
}

}  // namespace mdoc::testing
