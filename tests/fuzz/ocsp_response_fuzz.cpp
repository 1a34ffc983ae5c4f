#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/crypto/ocsp.hpp"
#include "mdoc/trust/revocation.hpp"
#include "support/sample_mdoc.hpp"

// Responses come from servers that anybody may answer for. What decodes must show its facts and be the same when
// decoded again; without a signature of the authority it is never more than `unknown`.
namespace {

using namespace mdoc;

struct Authority {
  testing::SampleMdoc sample;
  crypto::Certificate iaca = sample.iaca_certificate();
  crypto::Certificate signer = sample.signer_certificate();
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Authority authority;
  const auto response = crypto::OcspResponse::from_der({data, size});
  if (!response) {
    fuzz::require_place(response.error(), size);
    return 0;
  }
  fuzz::require(fuzz::same(response->der().view(), {data, size}));
  for (const crypto::OcspSingleResponse& single : response->responses()) {
    (void)single.id.names(authority.signer, authority.iaca);
  }
  for (const crypto::Certificate& certificate : response->certificates()) (void)response->is_responder(certificate);
  const auto again = crypto::OcspResponse::from_der(response->der().view());
  fuzz::require(again && again->responses().size() == response->responses().size());
  const auto revocation =
      trust::judge_ocsp(*response, authority.signer, authority.iaca, std::nullopt, {.now = authority.sample.now});
  fuzz::require(revocation.state == trust::RevocationState::unknown && revocation.error.has_value());
  fuzz::require(!revocation.this_update && !revocation.delegated_responder);
  return 0;
}
