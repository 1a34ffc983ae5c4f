#include "cli/trust_options.hpp"

#include "cli/failure.hpp"
#include "cli/keys.hpp"
#include "cli/levels.hpp"
#include "cli/tool.hpp"

namespace mdoc::cli {
namespace {

constexpr auto purpose = trust::Purpose::issuance;

}  // namespace

void add_trust_options(CLI::App& command, TrustArguments& arguments) {
  take_one_each(
      command.add_option("--trust", arguments.certificates,
                         "Certificates to trust, PEM or DER: those of authorities as anchors, others as pins"));
  take_one_each(command.add_option("--trust-key", arguments.keys, "Public key of an issuer to trust: KEY"));
  add_level(command, arguments.level);
}

void trust_certificates(trust::TrustStore& store, const std::vector<crypto::Certificate>& certificates,
                        const std::string& file) {
  for (const auto& certificate : certificates) {
    const bool authority = certificate.basic_constraints() && certificate.basic_constraints()->ca;
    if (!authority)
      store.pin_certificate(purpose, certificate, {.source = file});
    else
      require(store.add_anchor(purpose, certificate, {.source = file}), "cannot trust " + file);
  }
}

std::shared_ptr<trust::TrustStore> load_trust(const TrustArguments& arguments) {
  auto store = std::make_shared<trust::TrustStore>();
  for (const std::string& file : arguments.certificates) trust_certificates(*store, load_certificates(file), file);
  for (const std::string& key : arguments.keys) store->pin_key(purpose, load_public_key(key), {.source = key});
  return store;
}

}  // namespace mdoc::cli
