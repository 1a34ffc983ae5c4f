#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mdoc/asio/tls_anchors.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/trust_keeper.hpp"

/// @file
/// A folder of a terminal's trust: what people put there by hand, and one file with everything that was received.
///
///     issuers/*.pem        roots of issuing authorities      readers/*.pem   roots of readers
///     list-signers/*.pem   who may sign lists                tls/*.pem       roots of the servers that lists come from
///     feeds.json           {"vical": ["https://…"], "rical": […], "crl": […], "statusAggregation": […],
///                           "trustedEntities": [{"url": "https://…", "type": "http://…", "docTypes": […],
///                                                "signers": ["a.pem", …]}]}   (of list-signers/)
///     received.bundle      written by mdoc-cli; verified anew whenever it is read

namespace mdoc::cli {

/// Both stores and their keeper, filled from a folder.
class TrustFolder {
 public:
  static constexpr const char* feeds_file = "feeds.json";
  static constexpr const char* bundle_file = "received.bundle";

  /// Throws Failure: the folder is not there, or something in it cannot be read. What was received and does not verify
  /// any more is left out, with a warning.
  TrustFolder(std::string path, Level level, UtcSeconds now);

  [[nodiscard]] const std::shared_ptr<trust::TrustStore>& store() const noexcept { return store_; }
  [[nodiscard]] const std::shared_ptr<trust::RevocationStore>& revocation() const noexcept { return revocation_; }
  [[nodiscard]] TrustKeeper& keeper() noexcept { return *keeper_; }
  /// Of tls/*.pem; those of the system where that is empty.
  [[nodiscard]] asio::TlsAnchors tls_anchors() const;
  /// Writes received.bundle anew, together with what others wrote there since it was read: nothing in it goes back to
  /// an earlier issue. Throws Failure.
  void save(UtcSeconds now);
  /// Drops what was received and does not verify, and writes the file. @return how many. Throws Failure.
  std::size_t forget_dormant(UtcSeconds now);

 private:
  void read(UtcSeconds now);
  void write(UtcSeconds now) const;

  std::string path_;
  std::shared_ptr<trust::TrustStore> store_ = std::make_shared<trust::TrustStore>();
  std::shared_ptr<trust::RevocationStore> revocation_ = std::make_shared<trust::RevocationStore>();
  std::unique_ptr<TrustKeeper> keeper_;
  bool warned_ = false;  // about what was received and does not verify
};

/// The certificates of a subfolder, *.pem, by name; none if there is no such folder. Throws Failure: there is one and
/// it cannot be read.
[[nodiscard]] std::vector<std::string> pem_files(const std::filesystem::path& folder);

/// Adds what a judgement wanted to the received.bundle of a folder, as that is now, and nothing else. Throws Failure.
void remember_in_folder(const std::string& path, Level level, std::span<const trust::WantedSource> wanted,
                        UtcSeconds now);

}  // namespace mdoc::cli
