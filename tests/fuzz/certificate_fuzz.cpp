#include <cstdint>
#include <cstdlib>

#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/certificate_path.hpp"

// Certificates come from peers and from files. What decodes must show its facts, survive a trip over
// PEM, and be the same when decoded again; path validation must cope with it at any place.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mdoc;
  using namespace mdoc::crypto;
  const auto certificate = Certificate::from_der({data, size});
  if (!certificate) return 0;
  const auto list = Certificate::list_from_pem(certificate->pem());
  if (!list || list->size() != 1 || list->front() != *certificate) std::abort();
  const auto name = DistinguishedName::from_der(certificate->subject().der());
  if (!name || name->text() != certificate->subject().text()) std::abort();
  (void)certificate->unknown_critical_extensions();
  (void)certificate->is_self_signed();
  const std::vector<Certificate> itself{*certificate};
  (void)find_certificate_path(*certificate, itself, itself, {});
  return 0;
}
