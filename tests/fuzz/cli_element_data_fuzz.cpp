// Any text as --data of the tool. It takes what the library takes, and says of anything else which part does not fit.
// The first byte chooses the profile of a docType, or none.

#include <cstdint>

#include "cli/element_data.hpp"
#include "fuzz/cli_checks.hpp"
#include "mdoc/json/elements.hpp"

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto known = profile::doc_types();
  const std::size_t choice = data[0] % (known.size() + 1);
  const profile::DocTypeProfile* const profile = choice == 0 ? nullptr : &known[choice - 1];
  const std::string text(as_text({data + 1, size - 1}));

  const auto read = json::read_elements(text, profile);
  const auto taken = fuzz::accepted([&] {
    try {
      return cli::read_element_data(text, profile);
    } catch (const cli::Failure& failure) {
      require(std::string_view(failure.what()).starts_with("--data: "));  // the reason, not the library's error
      throw;
    }
  });
  require(taken.has_value() == read.has_value());
  if (taken) require(*taken == *read);
  return 0;
}
