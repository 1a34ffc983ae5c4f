#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "mdoc/model/device_request.hpp"
#include "mdoc/verification/question.hpp"

namespace mdoc::cli {

/// What `--template` asks of one of the documents.
struct AskedQuestion {
  std::size_t document = 0;  ///< index into RequestedDocuments::items
  verification::Question question;
};

/// What `--doc-type D --element NS/ID[:retain]… --doc-type D2 …` asks for.
struct RequestedDocuments {
  std::vector<model::ItemsRequest> items;
  std::vector<AskedQuestion> questions{};  ///< not in `items` before apply_templates()

  /// The plain request, without reader authentication. Throws Failure.
  [[nodiscard]] model::DeviceRequest build() const;
  /// Its ItemsRequests with their bytes fixed, for reader authentication.
  [[nodiscard]] std::vector<model::DocRequest> doc_requests() const;
};

/// Adds --doc-type and --element; an element belongs to the docType before it. Neither is required: see
/// add_templates().
void add_requested(CLI::App& command, const std::shared_ptr<RequestedDocuments>& requested);

/// "NS/ID": the name space ends at the last slash.
struct ElementName {
  NameSpace name_space;
  ElementIdentifier identifier;
};
/// Throws Failure.
[[nodiscard]] ElementName parse_element_name(const std::string& text);

}  // namespace mdoc::cli
