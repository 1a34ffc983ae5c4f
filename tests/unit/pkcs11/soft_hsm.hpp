#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mdoc::testing {

/// SoftHSM with a folder of tokens of its own, as the configuration of this process and of its children until it goes.
/// Where SoftHSM is not installed, there is no module.
class SoftHsm {
 public:
  static constexpr const char* pin = "user-pin";  // no serial number or digest looks like it
  static constexpr const char* officer_pin = "officer-pin";

  SoftHsm();
  SoftHsm(const SoftHsm&) = delete;
  SoftHsm& operator=(const SoftHsm&) = delete;
  ~SoftHsm();

  /// Path of the module; nothing where there is none.
  [[nodiscard]] static std::optional<std::string> module_path();
  /// Makes a token, with the tool of SoftHSM.
  void init_token(const std::string& label) const;
  [[nodiscard]] std::string configuration() const { return (folder_ / "softhsm2.conf").string(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// To be said by a test that cannot run.
inline constexpr const char* no_soft_hsm = "SoftHSM is not installed (Debian: softhsm2)";

}  // namespace mdoc::testing
