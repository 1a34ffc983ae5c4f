#include "cli/device_key.hpp"

#include <memory>

#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/randomness.hpp"
#include "cli/token_keys.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

struct DeviceKeyOptions {
  std::string key_out, public_out, curve = "P-256", use;
  bool force = false;
};

/// The key, and what names it from now on.
struct MadeDeviceKey {
  crypto::PublicKey public_key;
  std::string name;
};

MadeDeviceKey make_device_key(const DeviceKeyOptions& options, crypto::Curve curve) {
  if (is_token_key(options.key_out)) {
    const auto use = options.use == "mac"         ? crypto::KeyUse::agree
                     : options.use == "signature" ? crypto::KeyUse::sign
                                                  : crypto::KeyUse::first_use;
    const TokenKey made = make_token_key(options.key_out, curve, use);
    return {.public_key = made.public_key, .name = made.name.str()};
  }
  if (!options.use.empty())
    throw Failure(ExitCode::usage, "--use is for keys in tokens: a file keeps nobody from anything");
  const auto key = require(crypto::PrivateKey::generate(curve, randomness()), "cannot make a key");
  write_secret_file(options.key_out, require(key.pem(), "cannot write the key"), options.force);
  return {.public_key = key.public_key(), .name = options.key_out};
}

void run_device_key(const DeviceKeyOptions& options, const Tool& tool) {
  if (!options.public_out.empty()) {  // before there is a key without it
    require_replaceable(options.public_out);
    if (!options.force) require_absent(options.public_out);
    if (options.public_out == options.key_out)
      throw Failure(ExitCode::usage, "--key-out and --public-out name one file");
  }
  const MadeDeviceKey made = make_device_key(options, signing_curve(options.curve));
  const std::string pem = made.public_key.pem();
  if (!options.public_out.empty()) write_file(options.public_out, as_bytes(pem));
  const std::string curve(crypto::info(made.public_key.curve()).name);
  if (tool.json) return print_json(boost::json::object{{"key", made.name}, {"curve", curve}, {"publicKey", pem}});
  print_line("curve     " + curve);
  print_line("key       " + json::printable(made.name));
  if (!options.public_out.empty()) print_line("public    " + json::printable(options.public_out));
}

}  // namespace

crypto::Curve signing_curve(const std::string& name) {
  const auto* curve = crypto::find_curve(name);
  if (curve == nullptr || !curve->can_sign()) {
    throw Failure(ExitCode::usage, "\"" + name +
                                       "\" is no curve for signatures; use P-256, P-384, P-521, "
                                       "Ed25519, Ed448 or a brainpool curve such as brainpoolP256r1");
  }
  return curve->curve;
}

void add_device_key(CLI::App& pki, Tool& tool) {
  const auto options = std::make_shared<DeviceKeyOptions>();
  CLI::App* command = add_command(pki, tool, "device", "Make the key of a device, in a file or in a token",
                                  "mdoc-cli pki device --key-out device.key --public-out device.pub\n"
                                  "  mdoc-cli pki device --key-out \"pkcs11:token=wallet;object=device\"");
  command
      ->add_option("--key-out", options->key_out, "File for the private key, PEM; or pkcs11:…;object=NAME: in a token")
      ->required();
  command->add_option("--public-out", options->public_out, "File for the public key, PEM");
  command->add_option("--curve", options->curve, "Curve of the key")->capture_default_str();
  command
      ->add_option("--use", options->use,
                   "What the token lets it do, as one key never does both; by default its first use decides")
      ->check(CLI::IsMember({"mac", "signature"}));
  command->add_flag("--force", options->force, "Replace the files if there are any");
  add_seed(*command);
  command->callback([options, &tool] { run_device_key(*options, tool); });
}

}  // namespace mdoc::cli
