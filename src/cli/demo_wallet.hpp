#pragma once

#include <filesystem>

namespace mdoc::cli {

/// Files of a demonstration: a test authority, and a licence that it issued. Made anew each time.
struct DemoFiles {
  std::filesystem::path folder, authority_certificate, credential, device_key;
};

/// Makes authority, document signer, device key and licence, valid now, in `folder`. Throws Failure.
[[nodiscard]] DemoFiles make_demo_files(const std::filesystem::path& folder);

}  // namespace mdoc::cli
