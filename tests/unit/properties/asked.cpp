#include "unit/properties/asked.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "support/fake_zk.hpp"
#include "unit/properties/provers.hpp"
#include "unit/properties/rules.hpp"

namespace mdoc::properties {
namespace {

crypto::PrivateKey key_of(crypto::Curve curve, std::uint8_t byte) {
  return crypto::PrivateKey::import(curve, Bytes(crypto::info(curve).coordinate_size, byte)).value();
}

cbor::Encoded<model::EncryptionParameters> parameters_for(const crypto::PrivateKey& key) {
  return model::encode_encryption_parameters({.recipient_public_key = key.public_key().coordinates()}).value();
}

model::ElementReference reference(const Name& name) {
  return {.name_space = NameSpace(name.first), .element = ElementIdentifier(name.second)};
}

/// Something that a document may have, or none has.
Name some_element(Dice& dice) {
  static const std::array<const char*, 8> texts{"family_name",   "given_name",  "birth_place", "document_number",
                                                "resident_city", "webapi_info", "hair_colour", "portrait"};
  static const std::array<const char*, 8> ages{"age_over_13", "age_over_16", "age_over_18", "age_over_20",
                                               "age_over_21", "age_over_60", "age_over_65", "age_over_70"};
  static const std::array<const char*, 3> more{"member_number", "family_name", "age_over_18"};
  switch (dice.below(8)) {
    case 0:
    case 1: return {mdl_space, dice.pick(ages)};
    case 2: return {more_space, dice.pick(more)};
    case 3: return {mdl_space, "portrait"};
    case 4: return dice.one_in(2) ? stated_name : Name(mdl_space, dice.pick(texts));
    default: return {mdl_space, dice.pick(texts)};
  }
}

AskedInstead something_instead(const Name& requested, Dice& dice) {
  AskedInstead instead{.requested = requested, .sets = {}};
  for (std::size_t i = 1 + dice.below(2); i > 0; --i) {
    auto& set = instead.sets.emplace_back();
    for (std::size_t j = 1 + dice.below(3); j > 0; --j) {
      const Name name = some_element(dice);
      if (std::ranges::find(set, name) == set.end()) set.push_back(name);
    }
  }
  return instead;
}

std::vector<AskedProof> some_proofs(Dice& dice) {
  static const std::array<const char*, 5> circuits{"c1", "c1", "c2", "c3", "c4"};
  std::vector<AskedProof> proofs;
  for (std::size_t i = 1 + dice.below(3); i > 0; --i) {
    proofs.push_back({.id = "z" + std::to_string(i),
                      .system = dice.one_in(6) ? "unknown-zk" : dice.pick(provers()).system,
                      .circuit = dice.pick(circuits)});
  }
  return proofs;
}

AskedDocument ask_document(Dice& dice) {
  AskedDocument asked{.doc_type = dice.one_in(3) ? card_type : mdl_type, .elements = {}};
  if (dice.one_in(20)) asked.doc_type = "org.example.unknown";
  const bool modest = dice.one_in(2);  // most wallets have all of it
  for (std::size_t i = 1 + dice.below(modest ? 2 : 6); i > 0; --i) {
    const Name name = some_element(dice);
    if (!asked.asks(name)) asked.elements.emplace_back(name, dice.one_in(2));
  }
  if (dice.one_in(3)) {
    asked.instead.push_back(something_instead(dice.pick(asked.elements).first, dice));
  }
  if (dice.one_in(6)) {
    for (std::size_t i = 0; i < wallet().authorities.size(); ++i) {
      if (dice.one_in(2)) asked.authorities.push_back(i);
    }
  }
  if (dice.one_in(4)) asked.unique = dice.one_in(2);
  if (dice.one_in(10)) asked.maximum = 200 + dice.below(6000);
  if (dice.one_in(3)) {
    asked.proofs = some_proofs(dice);
    asked.proof_required = dice.one_in(3);
  }
  if (dice.one_in(5)) asked.recipient = dice.one_in(6) ? Recipient::unusable : Recipient::known;
  return asked;
}

std::vector<AskedUse> ask_uses(std::size_t documents, Dice& dice) {
  std::vector<AskedUse> uses;
  for (std::size_t i = 1 + dice.below(2); i > 0; --i) {
    AskedUse& use = uses.emplace_back(AskedUse{.mandatory = dice.one_in(2), .sets = {}});
    for (std::size_t j = 1 + dice.below(2); j > 0; --j) {
      auto& set = use.sets.emplace_back();
      for (std::size_t id = 0; id < documents; ++id) {
        if (dice.one_in(2)) set.push_back(id);
      }
      if (set.empty()) set.push_back(dice.below(documents));
    }
  }
  return uses;
}

std::optional<model::DocRequestInfo> info_of(const AskedDocument& asked) {
  if (!asked.has_info()) return std::nullopt;
  static const auto unusable = parameters_for(key_of(crypto::Curve::p384, 0x35));
  model::DocRequestInfo info{.unique_doc_set_required = asked.unique, .maximum_response_size = asked.maximum};
  for (const AskedInstead& instead : asked.instead) {
    model::AlternativeDataElementsSet sets{.requested_element = reference(instead.requested),
                                           .alternative_element_sets = {}};
    for (const auto& set : instead.sets) {
      auto& written = sets.alternative_element_sets.emplace_back();
      for (const Name& name : set) written.push_back(reference(name));
    }
    info.alternative_data_elements.push_back(std::move(sets));
  }
  for (const std::size_t authority : asked.authorities) {
    info.issuer_identifiers.push_back(SharedBytes::copy_of(wallet().authorities[authority]));
  }
  if (!asked.proofs.empty()) info.zk_request.emplace().zk_required = asked.proof_required;
  for (const AskedProof& proof : asked.proofs) {
    auto spec = testing::fake_zk_spec(proof.id, proof.circuit);
    spec.system = proof.system;
    info.zk_request->system_specs.push_back(std::move(spec));
  }
  if (asked.recipient == Recipient::known) info.doc_response_encryption = recipient_parameters();
  if (asked.recipient == Recipient::unusable) info.doc_response_encryption = unusable;
  return info;
}

}  // namespace

bool AskedDocument::asks(const Name& name) const {
  return std::ranges::any_of(elements, [&](const auto& each) { return each.first == name; });
}

bool AskedDocument::has_info() const {
  return !instead.empty() || !authorities.empty() || unique || maximum || recipient != Recipient::nobody ||
         !proofs.empty();
}

bool Asked::mentions_ages() const {
  return std::ranges::any_of(documents, [](const AskedDocument& document) {
    return std::ranges::any_of(document.elements, [](const auto& each) { return is_age(each.first); }) ||
           std::ranges::any_of(document.instead, [](const AskedInstead& instead) {
             return std::ranges::any_of(instead.sets, [](const auto& set) { return std::ranges::any_of(set, is_age); });
           });
  });
}

std::optional<std::uint64_t> Asked::maximum() const {
  std::optional<std::uint64_t> least;
  for (const AskedDocument& document : documents) {
    if (document.maximum && (!least || *document.maximum < *least)) least = document.maximum;
  }
  return least;
}

model::DeviceRequest Asked::encode() const {
  std::vector<model::DocRequest> doc_requests;
  for (const AskedDocument& document : documents) {
    model::ItemsRequest items{
        .doc_type = DocType(document.doc_type), .name_spaces = {}, .request_info = info_of(document)};
    for (const auto& [name, retain] : document.elements) {
      const NameSpace space(name.first);
      auto found = std::ranges::find(items.name_spaces, space, &model::NameSpaces::value_type::first);
      if (found == items.name_spaces.end()) found = items.name_spaces.insert(found, {space, {}});
      found->second.emplace_back(ElementIdentifier(name.second), retain);
    }
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  }
  model::DeviceRequestOptions options;
  if (!uses.empty()) {
    model::DeviceRequestInfo info;
    for (const AskedUse& use : uses) {
      model::UseCase& written =
          info.use_cases.emplace_back(model::UseCase{.mandatory = use.mandatory, .document_sets = {}});
      for (const auto& set : use.sets) written.document_sets.emplace_back(set.begin(), set.end());
    }
    options.device_request_info = model::encode_device_request_info(std::move(info)).value();
  }
  if (mac_key) options.mac_keys.push_back(properties::mac_key().public_key().coordinates());
  const auto built = model::build_device_request(std::move(doc_requests), std::move(options)).value();
  return model::decode_device_request(built.encoded).value();  // as the holder sees it
}

const crypto::PrivateKey& recipient_key() {
  static const crypto::PrivateKey key = key_of(crypto::Curve::p256, 0x33);
  return key;
}

const crypto::PrivateKey& mac_key() {
  static const crypto::PrivateKey key = key_of(crypto::Curve::p256, 0x34);
  return key;
}

const cbor::Encoded<model::EncryptionParameters>& recipient_parameters() {
  static const auto parameters = parameters_for(recipient_key());
  return parameters;
}

Asked ask_something(Dice& dice) {
  Asked asked;
  for (std::size_t i = 1 + dice.below(4); i > 0; --i) asked.documents.push_back(ask_document(dice));
  if (dice.one_in(3)) asked.uses = ask_uses(asked.documents.size(), dice);
  asked.mac_key = dice.one_in(8);
  return asked;
}

}  // namespace mdoc::properties
