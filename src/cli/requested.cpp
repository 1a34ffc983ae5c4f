#include "cli/requested.hpp"

#include <algorithm>

#include "cli/failure.hpp"

namespace mdoc::cli {
namespace {

/// Takes ":retain" off the end. A colon after the last slash is where the option begins, so a name that has colons
/// of its own ends with one more, without an option.
bool take_retain(std::string& element) {
  const std::size_t colon = element.rfind(':');
  const std::size_t slash = element.rfind('/');
  if (colon == std::string::npos || slash == std::string::npos || colon < slash) return false;
  const std::string option = element.substr(colon + 1);
  if (!option.empty() && option != "retain") {
    throw Failure(ExitCode::usage, "\":" + option +
                                       "\" is no option of an element; write :retain (or end a name that "
                                       "has colons with one more colon)");
  }
  element.resize(colon);
  return !option.empty();
}

void add_element(RequestedDocuments& requested, std::string text) {
  if (requested.items.empty()) throw Failure(ExitCode::usage, "--element needs a --doc-type before it");
  const bool retain = take_retain(text);
  auto [name_space, identifier] = parse_element_name(text);
  auto& name_spaces = requested.items.back().name_spaces;
  auto place = std::ranges::find(name_spaces, name_space, &model::NameSpaces::value_type::first);
  if (place == name_spaces.end()) place = name_spaces.insert(name_spaces.end(), {name_space, {}});
  const bool repeated =
      std::ranges::find(place->second, identifier, &model::DataElements::value_type::first) != place->second.end();
  if (repeated) throw Failure(ExitCode::usage, "--element names " + text + " twice");
  place->second.emplace_back(std::move(identifier), retain);
}

}  // namespace

ElementName parse_element_name(const std::string& text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == text.size()) {
    throw Failure(ExitCode::usage, "\"" + text + "\" names no element; write it like org.iso.18013.5.1/family_name");
  }
  return {.name_space = NameSpace(std::string_view(text).substr(0, slash)),
          .identifier = ElementIdentifier(std::string_view(text).substr(slash + 1))};
}

std::vector<model::DocRequest> RequestedDocuments::doc_requests() const {
  if (items.empty()) {
    throw Failure(ExitCode::usage,
                  "there is nothing to ask for: give --doc-type and --element, or --template (see --help)");
  }
  std::vector<model::DocRequest> made;
  for (const model::ItemsRequest& each : items) {
    if (each.name_spaces.empty()) {
      throw Failure(ExitCode::usage,
                    "--doc-type " + each.doc_type.str() + " needs at least one --element or --template after it");
    }
    made.push_back(
        {.items_request = require(model::encode_items_request(each), "cannot ask for " + each.doc_type.str())});
  }
  return made;
}

model::DeviceRequest RequestedDocuments::build() const {
  return require(model::build_device_request(doc_requests()), "cannot build the request");
}

void add_requested(CLI::App& command, const std::shared_ptr<RequestedDocuments>& requested) {
  // Options are handled in the order given, so that an element finds its docType.
  command
      .add_option_function<std::vector<std::string>>(
          "--doc-type",
          [requested](const std::vector<std::string>& doc_types) {
            for (const std::string& doc_type : doc_types)
              requested->items.push_back({.doc_type = DocType(doc_type), .name_spaces = {}});
          },
          "A document to ask for")
      ->trigger_on_parse()
      ->expected(1)
      ->allow_extra_args(false);
  command
      .add_option_function<std::vector<std::string>>(
          "--element",
          [requested](const std::vector<std::string>& elements) {
            for (const std::string& element : elements) add_element(*requested, element);
          },
          "An element of the --doc-type before it: NS/ID, or NS/ID:retain if it will be stored")
      ->trigger_on_parse()
      ->expected(1)
      ->allow_extra_args(false);
}

}  // namespace mdoc::cli
