// Any bytes as certificates handed to the tool, PEM or DER: what --trust takes, and what a signer's chain is made of.
// What is taken is the same written as PEM, and is trusted or refused in words.

#include <cstdint>

#include "cli/keys.hpp"
#include "cli/trust_options.hpp"
#include "fuzz/cli_checks.hpp"

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::accepted;
using fuzz::input_name;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto certificates = accepted([&] { return cli::certificates_from({data, size}, input_name); });
  if (!certificates) return 0;
  require(!certificates->empty());
  std::string pem;
  for (const auto& certificate : *certificates) pem += certificate.pem();
  require(cli::certificates_from(as_bytes(pem), input_name) == *certificates);
  trust::TrustStore store;
  (void)accepted([&] {
    cli::trust_certificates(store, *certificates, input_name);
    return true;
  });
  return 0;
}
