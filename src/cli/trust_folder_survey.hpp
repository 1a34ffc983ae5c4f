#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"

namespace mdoc::cli {

/// What people put into the folder of a terminal (trust_folder.hpp), for whoever looks after it.
class FolderSurvey {
 public:
  struct Placed {
    std::string folder;  ///< "issuers"
    std::string file;    ///< its name there
    crypto::Certificate certificate;
    DateVerdict verdict{};  ///< without tolerance
    bool pin = false;       ///< no CA: it is trusted itself, and not asked about revocation
    std::string remark{};   ///< it looks as if it belonged elsewhere
  };

  /// Throws Failure: something that counts cannot be read.
  FolderSurvey(const std::string& path, UtcSeconds now);

  [[nodiscard]] const std::vector<Placed>& placed() const noexcept { return placed_; }
  /// Files and folders that mean nothing here, such as a certificate without ".pem".
  [[nodiscard]] const std::vector<std::string>& ignored() const noexcept { return ignored_; }
  /// Every certificate is valid now.
  [[nodiscard]] bool all_usable() const noexcept;

  void print() const;
  /// Adds "anchors" and "ignored".
  void add_to(boost::json::object& object) const;

 private:
  std::vector<Placed> placed_;
  std::vector<std::string> ignored_;
};

}  // namespace mdoc::cli
