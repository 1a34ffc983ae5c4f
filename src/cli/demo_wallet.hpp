#pragma once

#include <filesystem>

namespace mdoc::cli {

/// Files of a demonstration, made anew each time; what one side owns, the other never sees.
struct DemoFiles {
  std::filesystem::path credential, device_key;  ///< the holder's: a licence that a test authority issued
  std::filesystem::path trust_anchor;            ///< the reader's: the certificate of that authority
};

/// Makes authority, document signer, device key and licence, valid now, in two folders below `folder`.
/// Throws Failure.
[[nodiscard]] DemoFiles make_demo_files(const std::filesystem::path& folder);

}  // namespace mdoc::cli
