#include "cli/unverified.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/values.hpp"
#include "cli/width.hpp"
#include "mdoc/json/elements.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/json/value.hpp"
#include "mdoc/model/device_response.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

// Reading for curiosity: whatever can be read.
const cbor::DecodeContext tolerant{.limits = {}, .level = Level::lenient, .sink = nullptr};

model::ElementValues values_of(const model::IssuerNameSpaces& name_spaces) {
  model::ElementValues values;
  for (const auto& [name_space, items] : name_spaces) {
    auto& elements = values.emplace_back(name_space, 0).second;
    for (const auto& item : items) elements.emplace_back(item->element_identifier, item->element_value);
  }
  return values;
}

UnverifiedElements elements_of(std::size_t index, const model::Document& document) {
  UnverifiedElements elements{.document = index, .issuer_signed = values_of(document.issuer_signed.name_spaces)};
  if (document.device_signed) elements.device_signed = document.device_signed->name_spaces.value();
  return elements;
}

void print(std::string_view title, const model::ElementValues& values) {
  for (const auto& [name_space, elements] : values) {
    print_line(fmt::format("    {}, {}", json::isolated(name_space.str()), title));
    for (const auto& [identifier, value] : elements) {
      constexpr std::size_t columns = 28;
      print_line(fmt::format("      {} {}", padded(json::isolated(identifier.str()), columns),
                             styled(Tone::bad, value_text(value))));
    }
  }
}

}  // namespace

std::vector<UnverifiedElements> read_unverified(const SharedBytes& bytes, Structure type,
                                                const verification::Report& report) {
  std::vector<UnverifiedElements> found;
  const auto failed = [&report](std::size_t i) { return i < report.documents.size() && !report.documents[i].valid; };
  if (type == Structure::issuer_signed) {
    const auto issuer_signed = model::decode_issuer_signed(bytes, tolerant);
    if (issuer_signed && failed(0)) found.push_back({.issuer_signed = values_of(issuer_signed->name_spaces)});
  } else if (type == Structure::document) {
    cbor::Reader reader(bytes, tolerant, "Document");
    const auto document = model::decode_document(reader);
    if (document && failed(0)) found.push_back(elements_of(0, *document));
  } else if (const auto response = model::decode_device_response(bytes, tolerant)) {
    for (std::size_t i = 0; i < response->documents.size(); ++i) {
      const auto& document = response->documents[i].value;
      if (document && failed(i)) found.push_back(elements_of(i, *document));
    }
  }
  return found;
}

void print_unverified(const std::vector<UnverifiedElements>& documents) {
  for (const UnverifiedElements& document : documents) {
    print_line("");
    print_line(styled(Tone::bad,
                      fmt::format("  NOT VERIFIED: what document {} claims, proven by nothing", document.document)));
    print("as if by the issuer", document.issuer_signed);
    print("as if by the device", document.device_signed);
  }
}

void add_unverified(bj::value& report, const std::vector<UnverifiedElements>& documents) {
  const std::size_t most = json::ValueOptions{}.max_items / std::max<std::size_t>(2 * documents.size(), 1);
  const auto json_of = [most](const auto& values) { return parse_json(json::write_elements(values, most)); };
  for (const UnverifiedElements& document : documents) {
    report.as_object().at("documents").as_array().at(document.document).as_object()["unverified"] = bj::object{
        {"issuerSigned", json_of(document.issuer_signed)}, {"deviceSigned", json_of(document.device_signed)}};
  }
}

}  // namespace mdoc::cli
