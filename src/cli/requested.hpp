#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "mdoc/model/device_request.hpp"

namespace mdoc::cli {

/// What `--doc-type D --element NS/ID[:retain]… --doc-type D2 …` asks for.
struct RequestedDocuments {
  std::vector<model::ItemsRequest> items;

  /// The plain request, without reader authentication. Throws Failure.
  [[nodiscard]] model::DeviceRequest build() const;
  /// Its ItemsRequests with their bytes fixed, for reader authentication.
  [[nodiscard]] std::vector<model::DocRequest> doc_requests() const;
};

/// Adds --doc-type and --element; an element belongs to the docType before it.
void add_requested(CLI::App& command, const std::shared_ptr<RequestedDocuments>& requested);

/// "NS/ID": the name space ends at the last slash.
struct ElementName {
  NameSpace name_space;
  ElementIdentifier identifier;
};
/// Throws Failure.
[[nodiscard]] ElementName parse_element_name(const std::string& text);

}  // namespace mdoc::cli
