#include "unit/properties/wallet.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <variant>

#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/signature.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::properties {
namespace {

using presentation::Credential;
using presentation::DeviceAuthMethod;
using testing::cbor_bool;
using testing::cbor_text;
using testing::Members;
using testing::SampleMdoc;

/// A value that occurs nowhere else, so that it can be looked for.
std::string value_of(const std::string& id, const Name& name) { return secret_prefix + id + "-" + name.second; }

Name age(const std::string& space, unsigned years) { return {space, "age_over_" + std::to_string(years)}; }

constexpr std::array<unsigned, 4> attested_ages{16, 18, 21, 65};

/// Elements of the document with this number.
void fill(SampleMdoc& sample, Document& document, Dice& dice) {
  std::vector<Name> names;
  const std::array<const char*, 5> texts{"family_name", "given_name", "birth_place", "document_number",
                                         "resident_city"};
  for (const char* text : texts) {
    if (!dice.one_in(3)) names.emplace_back(mdl_space, text);
  }
  if (dice.one_in(2)) names.emplace_back(more_space, "member_number");
  if (dice.one_in(2)) names.emplace_back(more_space, "family_name");
  if (names.empty()) names.emplace_back(mdl_space, "family_name");
  sample.items.clear();
  const auto add = [&](const Name& name, Bytes value) {
    sample.items.push_back({name.first, sample.items.size(), dice.bytes(16), name.second, std::move(value)});
    document.items.emplace(name, sample.items.back().encode());
  };
  for (const Name& name : names) add(name, cbor_text(value_of(document.id, name)));
  if (!dice.one_in(3)) add({mdl_space, "portrait"}, testing::cbor_bytes(dice.bytes(40)));
  if (dice.one_in(3)) add({mdl_space, "webapi_info"}, cbor_text(value_of(document.id, {mdl_space, "webapi_info"})));
  // Who is 21 is 18 as well.
  const unsigned years = static_cast<unsigned>(10 + dice.below(70));
  for (const unsigned attested : attested_ages) {
    if (dice.one_in(4)) continue;
    const bool older = years >= attested;
    add(age(mdl_space, attested), cbor_bool(older));
    document.ages.emplace(age(mdl_space, attested), older);
  }
  if (dice.one_in(2)) add(age(more_space, 18), cbor_bool(true));  // an element like any other there
}

crypto::PrivateKey copy_of(const crypto::PrivateKey& key) {
  const SecretBytes scalar = key.scalar().value();
  return crypto::PrivateKey::import(key.curve(), scalar.view()).value();
}

std::optional<DeviceAuthMethod> reserved(std::size_t number) {
  if (number == 5 || number == 8) return DeviceAuthMethod::mac;
  if (number == 6) return DeviceAuthMethod::signature;
  return std::nullopt;
}

}  // namespace

Wallet::Wallet() {
  constexpr std::size_t count = 16;
  constexpr std::uint64_t seed = 16;
  Dice dice(seed);
  testing::CountingRng rng(seed);
  const std::array authority_keys{crypto::PrivateKey::generate(crypto::Curve::p256, rng).value(),
                                  crypto::PrivateKey::generate(crypto::Curve::p256, rng).value()};
  for (std::size_t i = 0; i < count; ++i) {
    // Two documents on one key; one key on another curve.
    const crypto::Curve curve = i == 7 ? crypto::Curve::p384 : crypto::Curve::p256;
    const std::string key_name = "device-" + std::to_string(i == 9 ? 8 : i);
    auto& key = keys_[key_name];
    if (!key) key = std::make_shared<crypto::PrivateKey>(crypto::PrivateKey::generate(curve, rng).value());

    SampleMdoc sample(curve);
    now = sample.now;
    Document document{.id = "document-" + std::to_string(i), .doc_type = i % 4 == 3 ? card_type : mdl_type};
    document.authority = i % 3 == 2 ? 1 : 0;
    document.device_key = key;
    document.signs = reserved(i == 9 ? 8 : i) != DeviceAuthMethod::mac;
    sample.device_key = copy_of(*key);
    sample.iaca_key = copy_of(authority_keys[document.authority]);
    sample.doc_type = document.doc_type;
    if (i % 8 == 4) sample.valid_until = now - std::chrono::seconds{1};
    if (i == 11) sample.valid_from = now + std::chrono::seconds{1};
    document.valid = sample.valid_from <= now && now <= sample.valid_until;
    document.may_state = i % 2 == 1;
    if (document.may_state) {
      const Bytes elements = testing::cbor_array({cbor_text(stated_name.second)});
      sample.key_authorizations = Members{{"dataElements", Members{{stated_name.first, elements}}.encode()}}.encode();
    }
    fill(sample, document, dice);
    if (document.authority == authorities.size()) {
      const auto certificate = sample.iaca_certificate();
      const ByteView identifier = certificate.subject_key_identifier().value();
      authorities.emplace_back(identifier.begin(), identifier.end());
    }
    credentials.push_back(Credential::decode(document.id, SharedBytes::take(sample.issuer_signed()),
                                             crypto::KeyRef(key_name), reserved(i))
                              .value());
    const ByteView signature = credentials.back().issuer_signed().issuer_auth.signature.view();
    document.issuer_signature.assign(signature.begin(), signature.end());
    documents.push_back(std::move(document));
  }
  authorities.emplace_back(20, std::uint8_t{0x0f});
}

crypto::KeyResponse Wallet::use_key(const crypto::KeyRequest& request) const {
  if (const auto* sign = std::get_if<crypto::SignRequest>(&request)) {
    return crypto::sign(*keys_.at(sign->key.str()), sign->algorithm, sign->message).value();
  }
  const auto& agree = std::get<crypto::AgreeRequest>(request);
  return crypto::agree(*keys_.at(agree.key.str()), crypto::PublicKey::import(agree.peer).value()).value();
}

const Document* Wallet::find(ByteView issuer_signature) const {
  const auto found = std::ranges::find_if(
      documents, [&](const Document& each) { return std::ranges::equal(each.issuer_signature, issuer_signature); });
  return found == documents.end() ? nullptr : &*found;
}

const Wallet& wallet() {
  static const Wallet made;
  return made;
}

}  // namespace mdoc::properties
