#pragma once

#include <string_view>

#include "mdoc/json/texts.hpp"

namespace mdoc::json {

/// Reads the JSON form of a catalogue.
class CatalogueReader {
 public:
  /// See TextCatalogue::load().
  [[nodiscard]] static Result<TextCatalogue> read(std::string_view json);
};

}  // namespace mdoc::json
