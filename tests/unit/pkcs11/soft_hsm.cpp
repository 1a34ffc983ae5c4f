#include "soft_hsm.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>

#include "unit/cli/process.hpp"

namespace mdoc::testing {

SoftHsm::SoftHsm() {
  std::string made = (std::filesystem::temp_directory_path() / "mdoc-softhsm-XXXXXX").string();
  if (::mkdtemp(made.data()) == nullptr) throw std::runtime_error("mkdtemp");
  folder_ = made;
  std::filesystem::create_directory(folder_ / "tokens");
  std::ofstream(configuration()) << "directories.tokendir = " << (folder_ / "tokens").string()
                                 << "\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n";
  ::setenv("SOFTHSM2_CONF", configuration().c_str(), 1);
}

SoftHsm::~SoftHsm() {
  ::unsetenv("SOFTHSM2_CONF");
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::optional<std::string> SoftHsm::module_path() {
  for (const char* path : std::array{"/usr/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"}) {
    if (std::filesystem::exists(path)) return path;
  }
  return std::nullopt;
}

void SoftHsm::init_token(const std::string& label) const {
  const Ended ended =
      run({"softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", officer_pin});
  if (ended.exit != 0) throw std::runtime_error("softhsm2-util: " + ended.err);
}

}  // namespace mdoc::testing
