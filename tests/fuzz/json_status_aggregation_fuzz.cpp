// Any text as an aggregation document. What is taken are http URIs without repetition, none of them invented.

#include <cstdint>
#include <set>

#include "fuzz/json_checks.hpp"
#include "mdoc/json/status_aggregation.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mdoc;  // NOLINT(google-build-using-namespace)
  using fuzz::require;
  const std::string_view text = as_text({data, size});
  const auto aggregation = json::decode_status_aggregation(text);
  if (!aggregation) {
    fuzz::require_place(aggregation.error(), size);
    return 0;
  }
  const fuzz::bj::value document = fuzz::parsed(text);
  const auto& all = document.at("status_lists").as_array();
  require(aggregation->status_lists.size() + aggregation->duplicates + aggregation->refused.size() == all.size());
  std::set<std::string_view> known;
  for (const fuzz::bj::value& uri : all) known.emplace(uri.as_string());
  for (const std::string& uri : aggregation->status_lists) {
    require(known.erase(uri) == 1);
    fuzz::require_printable(uri);
    require(uri.size() > std::string_view("http://").size() && (uri.front() == 'h' || uri.front() == 'H'));
  }
  return 0;
}
