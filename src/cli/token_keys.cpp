#include "cli/token_keys.hpp"

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/failure.hpp"
#include "cli/hidden_input.hpp"
#include "cli/input.hpp"
#include "cli/keys.hpp"
#include "cli/output.hpp"
#include "cli/randomness.hpp"
#include "cli/system.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/pkcs11/return_value.hpp"
#include "mdoc/pkcs11/token_key_provider.hpp"

namespace mdoc::cli {
namespace {

using pkcs11::TokenUri;
using Provider = pkcs11::TokenKeyProvider;

constexpr const char* module_variable = "PKCS11_MODULE_PATH";

/// A token that was opened, and the module that shows it.
struct OpenToken {
  std::shared_ptr<pkcs11::Module> module;
  std::shared_ptr<Provider> provider;
  bool pin_is_typed = false;
};

TokenUri parse_token_uri(const std::string& spec) {
  auto uri = TokenUri::parse(spec);
  if (uri) return *std::move(uri);
  const std::string refused = secret_name(spec) + " is no PKCS#11 URI: ";
  if (uri.error().code != Errc::bad_uri) throw Failure(ExitCode::usage, refused + in_words(uri.error()));
  if (spec.substr(0, spec.find('?')).find("pin-") != std::string::npos) {
    throw Failure(ExitCode::usage,
                  refused + "a PIN comes after a question mark, pkcs11:…;object=…?pin-source=file:FILE");
  }
  throw Failure(ExitCode::usage, refused + "what begins at byte " + std::to_string(uri.error().offset) +
                                     " is no attribute that RFC 7512 has there");
}

/// Files that may be the module of a name, as the linker finds them or where distributions put them.
std::vector<std::string> files_of_module(const std::string& name) {
  std::vector<std::string> files;
  if (name.find('/') != std::string::npos) throw Failure(ExitCode::usage, "module-name is no path; write module-path=");
  for (const char* folder : {"", "/usr/lib/softhsm/", "/usr/lib/pkcs11/"}) {
    for (const std::string& file : {"lib" + name + ".so", name + ".so", name + "-pkcs11.so"})
      files.push_back(folder + file);
  }
  return files;
}

std::shared_ptr<pkcs11::Module> load_module(const TokenUri& uri) {
  std::vector<std::string> files{"p11-kit-proxy.so", "libp11-kit.so.0"};  // the module of all modules that it knows
  std::string what = "p11-kit, which knows the modules of this system";
  if (uri.module_path) {
    files = {*uri.module_path};
    what = *uri.module_path;
  } else if (uri.module_name) {
    files = files_of_module(*uri.module_name);
    what = *uri.module_name;
  } else if (const auto path = environment(module_variable)) {
    files = {*path};
    what = *path;
  }
  for (const std::string& file : files) {
    auto module = pkcs11::Module::load(file);
    if (module) return *std::move(module);
    if (module.error().native != 0) require(Result<void>(module.error()), "cannot start the PKCS#11 module " + file);
  }
  throw Failure(ExitCode::unreadable, "cannot load the PKCS#11 module of the token (" + what +
                                          "); name it: pkcs11:…?module-path=FILE, or the variable " + module_variable);
}

/// The PIN in a file or a variable, without the end of its line.
SecretBytes pin_from(const std::string& source) {
  std::string place = source;
  if (source.starts_with('|')) throw Failure(ExitCode::usage, "pin-source may be a file, and no program to run");
  if (source.starts_with("file:")) {
    place = source.substr(source.starts_with("file:///") ? 7 : 5);
  }
  warn_if_world_readable(place, "a PIN");
  const SecretBytes content = read_secret(place);
  std::string_view text = as_text(content.view());
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return SecretBytes::copy_of(as_bytes(text));
}

Result<SecretBytes> ask_for_pin(const pkcs11::PinPrompt& prompt) {
  const Error no_terminal{.code = Errc::key_locked, .where = "pin", .native = pkcs11::user_not_logged_in};
  if (prompt.again) print_error("that was not the PIN");
  if (prompt.final_try) print_warning("one more wrong PIN locks the token");
  HiddenInput input = read_hidden("PIN of the token \"" + json::printable(prompt.token_label) + "\": ");
  if (!input.has_terminal) return no_terminal;
  if (!input.text) return Error{.code = Errc::declined, .where = "pin"};
  return *std::move(input.text);
}

pkcs11::PinSource pin_source(TokenUri& uri) {
  if (uri.pin_value) {
    SecretBytes pin = *std::move(uri.pin_value);
    uri.pin_value.reset();
    return pkcs11::fixed_pin(std::move(pin));
  }
  if (uri.pin_source) return pkcs11::fixed_pin(pin_from(*uri.pin_source));
  return ask_for_pin;
}

/// Which token, which module, and nothing of the object in it.
TokenUri token_of(const TokenUri& uri) {
  TokenUri token = require(TokenUri::parse(uri.text()), "cannot use this URI");
  token.object.reset();
  token.id.reset();
  token.type.reset();
  token.pin_source.reset();
  return token;
}

/// One provider for each token, as long as somebody uses it: its PIN is asked for once, and what its keys were used for
/// is known.
OpenToken open_token(TokenUri& uri) {
  static std::map<std::string, std::pair<std::weak_ptr<pkcs11::Module>, std::weak_ptr<Provider>>> opened;
  TokenUri token = token_of(uri);
  auto& known = opened[token.text()];
  OpenToken open{.module = known.first.lock(), .provider = known.second.lock()};
  open.pin_is_typed = !uri.pin_value && !uri.pin_source;
  if (open.module && open.provider) return open;
  open.module = load_module(uri);
  open.provider = std::make_shared<Provider>(open.module, std::move(token), pin_source(uri));
  known = {open.module, open.provider};
  return open;
}

std::string list_tokens(const pkcs11::Module& module) {
  const auto tokens = module.tokens();
  std::string list;
  if (!tokens) return list;
  for (const auto& token : *tokens) {
    if (!token.initialised) continue;
    list += (list.empty() ? "; there is " : ", ") + ("\"" + json::printable(token.label) + "\" with serial ") +
            json::printable(token.serial);
  }
  return list.empty() ? "; its module shows none" : list;
}

[[noreturn]] void fail_token(const std::string& spec, const OpenToken& token, const Error& error) {
  const std::string name = secret_name(spec);
  const std::string cause = " (" + in_words(error) + ")";
  switch (error.code) {
    case Errc::key_store_unreachable:
      throw Failure(ExitCode::unreadable, "no token answers to " + name + list_tokens(*token.module) + cause);
    case Errc::key_not_found:
      throw Failure(ExitCode::unreadable, "the token has no such key: " + name +
                                              "; make one: mdoc-cli pki device --key-out \"pkcs11:…;object=NAME\"" +
                                              cause);
    case Errc::key_locked:
      if (error.native == pkcs11::pin_incorrect) throw Failure(ExitCode::unreadable, "wrong PIN for " + name + cause);
      if (error.native == pkcs11::pin_locked) {
        throw Failure(ExitCode::unreadable, "the PIN of " + name +
                                                " is locked after too many wrong ones; who manages the "
                                                "token can set a new one" +
                                                cause);
      }
      throw Failure(ExitCode::unreadable, "no PIN for " + name +
                                              ", and no terminal to ask on; write pkcs11:…?pin-source=file:FILE or "
                                              "?pin-value=PIN" +
                                              cause);
    case Errc::bad_argument:
      if (error.where.text() == "token") {
        throw Failure(ExitCode::usage, "several tokens fit " + name +
                                           "; tell them apart by serial=" + list_tokens(*token.module) + cause);
      }
      throw Failure(ExitCode::usage, name + " has to name one key, by object= or id=" + cause);
    default: break;
  }
  throw Failure(exit_code(error), "cannot use the key " + name + cause);
}

/// Somebody who types gets the tries that people are used to, a fixed PIN one.
void log_in(const std::string& spec, const OpenToken& token) {
  const int tries = token.pin_is_typed ? 3 : 1;
  auto done = token.provider->log_in();
  for (int n = 1; n < tries && !done && done.error().native == pkcs11::pin_incorrect; ++n)
    done = token.provider->log_in();
  if (!done) fail_token(spec, token, done.error());
}

TokenKey key_of(const std::string& spec, const TokenUri& uri, const OpenToken& token) {
  const crypto::KeyRef name(uri.text());
  const auto coordinates = token.provider->public_key(name);
  if (!coordinates) fail_token(spec, token, coordinates.error());
  return {.provider = token.provider,
          .name = name,
          .public_key = require(crypto::PublicKey::import(*coordinates), "cannot use the key " + secret_name(spec))};
}

}  // namespace

TokenKey open_token_key(const std::string& spec) {
  TokenUri uri = parse_token_uri(spec);
  const OpenToken token = open_token(uri);
  log_in(spec, token);
  return key_of(spec, uri, token);
}

crypto::PublicKey token_public_key(const std::string& spec) {
  TokenUri uri = parse_token_uri(spec);
  const OpenToken token = open_token(uri);
  return key_of(spec, uri, token).public_key;
}

TokenKey make_token_key(const std::string& spec, crypto::Curve curve, crypto::KeyUse use) {
  TokenUri uri = parse_token_uri(spec);
  if (!uri.object || uri.object->empty()) {
    throw Failure(ExitCode::usage, secret_name(spec) + " does not say what the new key is to be called: object=NAME");
  }
  if (!uri.id) {
    uri.id = Bytes(16);
    require(randomness().fill(*uri.id), "cannot draw an id");
  }
  const OpenToken token = open_token(uri);
  log_in(spec, token);
  const auto made = token.provider->generate_key({.label = *uri.object, .id = *uri.id, .curve = curve, .use = use});
  if (!made) {
    if (made.error().code == Errc::bad_argument && made.error().where.text() != "token") {
      throw Failure(ExitCode::usage, "the token has a key called " + secret_name(spec) + " already");
    }
    fail_token(spec, token, made.error());
  }
  return key_of(spec, uri, token);
}

}  // namespace mdoc::cli
