#include "cli/credentials.hpp"

#include <algorithm>

#include "cli/failure.hpp"
#include "cli/key_ring.hpp"
#include "cli/requested.hpp"
#include "cli/structure.hpp"
#include "cli/wording.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/model/device_response.hpp"

namespace mdoc::cli {
namespace {

void add_credential(Wallet& wallet, KeyRing& keys, const std::string& file, const std::string& key_spec) {
  if (key_spec.empty()) {
    throw Failure(ExitCode::usage, "no device key for " + file + "; write --credential " + file + ",KEY");
  }
  const KeyRing::Added key = keys.add(key_spec, "; write --credential FILE,KEY");
  auto credential = require(presentation::Credential::decode(file, issuer_signed_of(read_input(file)), key.name),
                            "cannot use the credential " + file);
  if (!(credential.device_public_key() == key.public_key)) {
    throw Failure(ExitCode::usage, secret_name(key_spec) + " is not the device key of " + file);
  }
  wallet.credentials.push_back(std::move(credential));
}

/// The comma between FILE and KEY: the last one, but a URI may have its own.
std::size_t find_separator(const std::string& spec) {
  const std::size_t uri = spec.find(",pkcs11:");
  return uri == std::string::npos ? spec.rfind(',') : uri;
}

}  // namespace

Wallet load_wallet(const std::vector<std::string>& credentials, const std::string& default_key) {
  const auto keys = std::make_shared<KeyRing>();
  Wallet wallet{.credentials = {}, .keys = keys};
  for (const std::string& spec : credentials) {
    const std::size_t comma = find_separator(spec);
    if (comma == std::string::npos)
      add_credential(wallet, *keys, spec, default_key);
    else
      add_credential(wallet, *keys, spec.substr(0, comma), spec.substr(comma + 1));
  }
  return wallet;
}

SharedBytes issuer_signed_of(const Input& input) {
  SharedBytes encoded = SharedBytes::copy_of(input.bytes);
  if (model::decode_issuer_signed(encoded)) return encoded;
  cbor::Reader reader(encoded, {}, "Document");
  const auto document = model::decode_document(reader);
  if (!document) {
    const auto found = found_instead(input, {Structure::issuer_signed, Structure::document});
    throw Failure(ExitCode::unreadable, input.name + " is " + (found ? *found + ", " : "") +
                                            "neither IssuerSigned nor a Document" +
                                            (found ? "" : ": " + in_words(document.error())));
  }
  cbor::Writer writer;
  model::encode_issuer_signed(writer, document->issuer_signed);
  return SharedBytes::take(std::move(writer).take());
}

bool is_trusted(const presentation::RequestReaders& readers, std::size_t doc_request) {
  return doc_request < readers.doc_requests.size() &&
         readers.doc_requests[doc_request].result() == presentation::ReaderTrust::trusted;
}

Approval approval(const ConsentRules& rules, const presentation::RequestReaders& readers) {
  std::vector<ElementName> allowed;
  allowed.reserve(rules.allow.size());
  for (const std::string& text : rules.allow) allowed.push_back(parse_element_name(text));
  return [allowed = std::move(allowed), trusted_readers = rules.trusted_readers, readers](
             const presentation::DocumentOption& document, const presentation::ElementOption& element) {
    if (trusted_readers && !is_trusted(readers, document.doc_request)) return false;
    if (allowed.empty()) return true;
    return std::ranges::any_of(allowed, [&element](const ElementName& name) {
      // What leaves counts: another age_over_NN may answer the one that was asked for.
      return name.name_space == element.released.name_space && name.identifier == element.released.element;
    });
  };
}

}  // namespace mdoc::cli
