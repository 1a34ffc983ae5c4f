// Any bytes as the INPUT of `inspect`, which tells by itself what they are: raw, hex or base64, the text of an
// engagement, PEM, JSON, NDEF. The first byte chooses the level, and the structure or that it be recognised. What is
// shown is bounded by what came, and has JSON.

#include <array>
#include <cstdint>

#include <boost/json/serialize.hpp>

#include "cli/inspect/inspector.hpp"
#include "cli/inspect/structures.hpp"
#include "fuzz/cli_checks.hpp"
#include "fuzz/json_checks.hpp"
#include "mdoc/engagement/qr_code.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

struct Extent {
  std::size_t nodes = 0, depth = 0, text = 0;
};

void measure(const cli::Node& node, std::size_t depth, Extent& extent) {
  ++extent.nodes;
  extent.depth = std::max(extent.depth, depth);
  extent.text += node.label.size() + node.value.size() + node.meaning.size();
  for (const cli::Node& child : node.children) measure(child, depth + 1, extent);
}

std::optional<SharedBytes> bytes_of(const cli::Input& input, cli::Inspector& inspector) {
  if (input.engagement.empty()) return SharedBytes::copy_of(input.bytes);
  const auto bytes = engagement::decode_engagement_text(input.engagement, inspector.context());
  return bytes ? std::optional(*bytes) : std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 16384) return 0;
  const Level level = std::array{Level::strict, Level::interop, Level::lenient}[data[0] % 3];
  const std::size_t choice = data[0] / 3;
  const auto input = fuzz::accepted([&] { return cli::detect_input({data + 1, data + size}, fuzz::input_name); });
  require(input.has_value());
  const auto names = cli::structure_names();
  const cli::Structure type = choice < names.size() ? *cli::find_structure(names[choice]) : cli::recognise(*input);

  cli::Inspector inspector(level);
  const auto bytes = bytes_of(*input, inspector);
  if (!bytes) return 0;
  const auto tree = fuzz::accepted([&] { return cli::inspect_structure(type, *bytes, inspector); });
  if (!tree) return 0;
  Extent extent;
  measure(*tree, 0, extent);
  require(extent.depth <= 2 * DecodeLimits{}.max_depth);
  require(extent.nodes <= 200 + 8 * size && extent.text <= 20'000 + 200 * size);
  for (const cli::Remark& remark : inspector.remarks()) {
    require(!remark.id.empty() && (!remark.offset || *remark.offset <= bytes->size()));
  }
  const auto value = inspector.value ? *inspector.value : cli::json_of(bytes->view());
  (void)fuzz::parsed(fuzz::bj::serialize(value));
  return 0;
}
