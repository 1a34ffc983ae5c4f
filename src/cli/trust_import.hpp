#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "cli/trust_folder.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::cli {

/// What became of one list that a file brought.
struct ImportedItem {
  enum class Outcome {
    taken,
    known,    ///< this very one is here already
    older,    ///< a newer one is here
    refused,  ///< not to be believed: see `error`
  };
  std::string file;
  std::string kind;   ///< "vical"
  std::string title;  ///< what it says it is; escape before showing
  Outcome outcome{};
  std::string error{};
};
[[nodiscard]] std::string_view name(ImportedItem::Outcome outcome) noexcept;

/// Hands bundles and single lists to the keeper of a folder: lists of anchors first, as they say whose revocation lists
/// are believed. Throws Failure, and then nothing was taken: something is neither.
[[nodiscard]] std::vector<ImportedItem> import_files(TrustFolder& folder, const std::vector<std::string>& files,
                                                     UtcSeconds now);

/// `[{"file", "kind", "title", "outcome", "error"?}]`
[[nodiscard]] boost::json::array to_json(const std::vector<ImportedItem>& items);

}  // namespace mdoc::cli
