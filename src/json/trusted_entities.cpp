#include "mdoc/json/trusted_entities.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/try.hpp"
#include "json/base64.hpp"
#include "json/members.hpp"
#include "json/strict_json.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;

constexpr std::uint64_t known_version = 1;       // of "LoTEVersionIdentifier"
constexpr std::size_t values_for_an_entry = 64;  // of an array with max_entries; a real entity has some sixty

// ---- decoding ---------------------------------------------------------------------------------

class Decoder {
 public:
  explicit Decoder(const cbor::DecodeContext& context)
      : context_(context), identities_left_(context.limits.max_entries) {}

  Result<ListOfTrustedEntities> list(const bj::object& object, const Path& where) {
    const Members lote(object, where, context_);
    MDOC_TRY(const auto* information, lote.object("ListAndSchemeInformation"));
    MDOC_TRY(list_.information, list_information(members(*information, where / "ListAndSchemeInformation")));
    MDOC_TRY(const auto* entities, lote.optional_array("TrustedEntitiesList"));
    if (entities != nullptr) MDOC_CHECK(entities_of(*entities, where / "TrustedEntitiesList"));
    return std::move(list_);
  }

 private:
  [[nodiscard]] Members members(const bj::object& object, const Path& where) const { return {object, where, context_}; }

  /// An element of an array as an object.
  static Result<const bj::object*> object_in(const bj::array& array, std::size_t index, const Path& where) {
    if (const auto* object = array[index].if_object()) return object;
    return Error{.code = Errc::wrong_type, .where = where / index};
  }
  static Result<std::string_view> text_in(const bj::array& array, std::size_t index, const Path& where) {
    if (const auto* text = array[index].if_string()) return std::string_view(*text);
    return Error{.code = Errc::wrong_type, .where = where / index};
  }
  Result<void> check_size(const bj::array& array, const Path& where) const {
    if (array.size() <= context_.limits.max_entries) return {};
    return Error{.code = Errc::too_many, .where = where};
  }

  Result<ListAndSchemeInformation> list_information(const Members& members) const {
    ListAndSchemeInformation information;
    MDOC_TRY(information.version_identifier, members.unsigned_integer("LoTEVersionIdentifier"));
    if (information.version_identifier != known_version) {
      return Error{.code = Errc::unsupported_version, .where = members.where() / "LoTEVersionIdentifier"};
    }
    MDOC_TRY(information.sequence_number, members.unsigned_integer("LoTESequenceNumber"));
    if (information.sequence_number == 0) {
      return Error{.code = Errc::bad_value, .where = members.where() / "LoTESequenceNumber"};
    }
    MDOC_TRY(information.type, optional_text(members, "LoTEType"));
    MDOC_TRY(const auto* names, members.array("SchemeOperatorName"));
    MDOC_TRY(information.scheme_operator_name, texts(*names, members.where() / "SchemeOperatorName"));
    if (information.scheme_operator_name.empty()) {
      return Error{.code = Errc::bad_value, .where = members.where() / "SchemeOperatorName"};
    }
    MDOC_TRY(information.scheme_territory, optional_text(members, "SchemeTerritory"));
    MDOC_TRY(information.list_issue_date_time, members.time("ListIssueDateTime"));
    MDOC_TRY(information.next_update, members.time("NextUpdate"));
    if (information.next_update < information.list_issue_date_time) {
      return Error{.code = Errc::bad_value, .where = members.where() / "NextUpdate"};
    }
    return information;
  }

  /// A text that is kept, which each anchor may repeat.
  static Result<std::string> bounded(std::string_view text, const Path& where) {
    if (text.size() > max_list_text_bytes) return Error{.code = Errc::too_large, .where = where};
    return std::string(text);
  }
  /// Empty if absent.
  template <std::size_t N>
  static Result<std::string> optional_text(const Members& members, const char (&name)[N]) {  // NOLINT(*-c-arrays)
    MDOC_TRY(const auto* text, members.optional_text(name));
    if (text == nullptr) return std::string();
    return bounded(std::string_view(*text), members.where() / name);
  }

  Result<std::vector<MultiLangString>> texts(const bj::array& array, const Path& where) const {
    MDOC_CHECK(check_size(array, where));
    std::vector<MultiLangString> texts;
    texts.reserve(array.size());
    for (std::size_t i = 0; i < array.size(); ++i) {
      MDOC_TRY(const auto* object, object_in(array, i, where));
      const Members text = members(*object, where / i);
      MDOC_TRY(const std::string_view lang, text.text("lang"));
      MDOC_TRY(const std::string_view value, text.text("value"));
      MultiLangString kept;
      MDOC_TRY(kept.lang, bounded(lang, text.where() / "lang"));
      MDOC_TRY(kept.value, bounded(value, text.where() / "value"));
      texts.push_back(std::move(kept));
    }
    return texts;
  }

  Result<void> entities_of(const bj::array& array, const Path& where) {
    MDOC_CHECK(check_size(array, where));
    if (array.empty()) MDOC_CHECK(cbor::deviation(context_, Rule::list_empty, where));
    for (std::size_t i = 0; i < array.size(); ++i) {
      MDOC_TRY(const auto* object, object_in(array, i, where));
      MDOC_TRY(TrustedEntity entity, read_entity(members(*object, where / i)));
      list_.entities.push_back(std::move(entity));
    }
    return {};
  }

  Result<TrustedEntity> read_entity(const Members& members) {
    TrustedEntity entity;
    if (members.has("TrustServiceProvider") && !members.has("TrustedEntityInformation")) {
      entity.pre_standard = true;
      list_.unreadable.push_back({.code = Errc::obsolete_draft, .where = members.where() / "TrustServiceProvider"});
      return entity;
    }
    MDOC_TRY(const auto* object, members.object("TrustedEntityInformation"));
    const Path at_information = members.where() / "TrustedEntityInformation";
    MDOC_TRY(const auto* names, this->members(*object, at_information).array("TEName"));
    MDOC_TRY(entity.name, texts(*names, at_information / "TEName"));
    MDOC_TRY(const auto* services, members.array("TrustedEntityServices"));
    const Path at_services = members.where() / "TrustedEntityServices";
    MDOC_CHECK(check_size(*services, at_services));
    for (std::size_t i = 0; i < services->size(); ++i) {
      MDOC_TRY(const auto* outer, object_in(*services, i, at_services));
      MDOC_TRY(const auto* inner, this->members(*outer, at_services / i).object("ServiceInformation"));
      MDOC_TRY(auto service, read_service(this->members(*inner, at_services / i / "ServiceInformation")));
      entity.services.push_back(std::move(service));
    }
    return entity;
  }

  Result<TrustedEntityService> read_service(const Members& members) {
    TrustedEntityService service;
    MDOC_TRY(service.type_identifier, optional_text(members, "ServiceTypeIdentifier"));
    MDOC_TRY(const auto* names, members.optional_array("ServiceName"));
    if (names != nullptr) {
      MDOC_TRY(service.name, texts(*names, members.where() / "ServiceName"));
    }
    MDOC_TRY(service.status, optional_text(members, "ServiceStatus"));
    MDOC_TRY(const auto* identity, members.object("ServiceDigitalIdentity"));
    const Path at_identity = members.where() / "ServiceDigitalIdentity";
    const Members identities = this->members(*identity, at_identity);
    MDOC_TRY(const auto* certificates, identities.optional_array("X509Certificates"));
    if (certificates != nullptr) {
      MDOC_CHECK(read_certificates(*certificates, at_identity / "X509Certificates", service));
    }
    MDOC_TRY(const auto* skis, identities.optional_array("X509SKIs"));
    if (skis != nullptr) MDOC_CHECK(read_key_identifiers(*skis, at_identity / "X509SKIs", service));
    return service;
  }

  Result<void> count_identities(const bj::array& array, const Path& where) {
    if (array.size() > identities_left_) return Error{.code = Errc::too_many, .where = where};
    identities_left_ -= array.size();
    return {};
  }

  Result<void> read_certificates(const bj::array& array, const Path& where, TrustedEntityService& service) {
    MDOC_CHECK(count_identities(array, where));
    for (std::size_t i = 0; i < array.size(); ++i) {
      MDOC_TRY(const auto* object, object_in(array, i, where));
      MDOC_TRY(const std::string_view text, members(*object, where / i).text("val"));
      const auto certificate = from_base64(text).and_then([this](const Bytes& der) {
        return crypto::Certificate::from_der(der, context_.limits.max_certificate_bytes);
      });
      if (certificate) {
        service.certificates.push_back(*certificate);
      } else {
        list_.unreadable.push_back({.code = certificate.error().code, .where = where / i / "val"});
      }
    }
    return {};
  }

  Result<void> read_key_identifiers(const bj::array& array, const Path& where, TrustedEntityService& service) {
    MDOC_CHECK(count_identities(array, where));
    for (std::size_t i = 0; i < array.size(); ++i) {
      MDOC_TRY(const std::string_view text, text_in(array, i, where));
      if (auto identifier = from_base64(text)) {
        service.subject_key_identifiers.push_back(*std::move(identifier));
      } else {
        list_.unreadable.push_back({.code = identifier.error().code, .where = where / i});
      }
    }
    return {};
  }

  const cbor::DecodeContext& context_;
  std::size_t identities_left_;  // certificates and key identifiers that may still come
  ListOfTrustedEntities list_;
};

// ---- encoding ---------------------------------------------------------------------------------

bj::array write_texts(const std::vector<MultiLangString>& texts) {
  bj::array array;
  for (const MultiLangString& text : texts) array.push_back(bj::object{{"lang", text.lang}, {"value", text.value}});
  return array;
}

bj::object write_information(const ListAndSchemeInformation& information) {
  bj::object object{{"LoTEVersionIdentifier", information.version_identifier},
                    {"LoTESequenceNumber", information.sequence_number}};
  if (!information.type.empty()) object.emplace("LoTEType", information.type);
  object.emplace("SchemeOperatorName", write_texts(information.scheme_operator_name));
  if (!information.scheme_territory.empty()) object.emplace("SchemeTerritory", information.scheme_territory);
  object.emplace("ListIssueDateTime", to_rfc3339(information.list_issue_date_time));
  object.emplace("NextUpdate", to_rfc3339(information.next_update));
  return object;
}

bj::object write_service(const TrustedEntityService& service) {
  bj::object identity;
  if (!service.certificates.empty()) {
    bj::array certificates;
    for (const auto& certificate : service.certificates) {
      certificates.push_back(bj::object{{"val", to_base64(certificate.der())}});
    }
    identity.emplace("X509Certificates", std::move(certificates));
  }
  if (!service.subject_key_identifiers.empty()) {
    bj::array identifiers;
    for (const Bytes& identifier : service.subject_key_identifiers) identifiers.emplace_back(to_base64(identifier));
    identity.emplace("X509SKIs", std::move(identifiers));
  }
  bj::object object;
  if (!service.type_identifier.empty()) object.emplace("ServiceTypeIdentifier", service.type_identifier);
  if (!service.name.empty()) object.emplace("ServiceName", write_texts(service.name));
  object.emplace("ServiceDigitalIdentity", std::move(identity));
  if (!service.status.empty()) object.emplace("ServiceStatus", service.status);
  return bj::object{{"ServiceInformation", std::move(object)}};
}

bj::object write_entity(const TrustedEntity& entity) {
  bj::array services;
  for (const TrustedEntityService& service : entity.services) services.push_back(write_service(service));
  return bj::object{{"TrustedEntityInformation", bj::object{{"TEName", write_texts(entity.name)}}},
                    {"TrustedEntityServices", std::move(services)}};
}

}  // namespace

std::string_view preferred_text(const std::vector<MultiLangString>& texts) noexcept {
  if (texts.empty()) return {};
  const auto english = std::ranges::find(texts, "en", &MultiLangString::lang);
  return english == texts.end() ? texts.front().value : english->value;
}

Result<ListOfTrustedEntities> decode_list_of_trusted_entities(ByteView payload, const cbor::DecodeContext& context) {
  const DecodeLimits& limits = context.limits;
  const Path where = "LoTE";
  MDOC_TRY(const bj::value value, parse_strict(as_text(payload),
                                               {.max_bytes = limits.max_bytes,
                                                .max_values = limits.max_entries * values_for_an_entry,
                                                .max_depth = limits.max_depth},
                                               where));
  if (!value.is_object()) return Error{.code = Errc::wrong_type, .where = where};
  const bj::object& outer = value.get_object();
  const auto* inner = outer.if_contains("LoTE");
  if (inner == nullptr) return Decoder(context).list(outer, where);
  if (outer.contains("ListAndSchemeInformation")) return Error{.code = Errc::bad_value, .where = where};
  if (!inner->is_object()) return Error{.code = Errc::wrong_type, .where = where};
  return Decoder(context).list(inner->get_object(), where);
}

Result<std::string> encode_list_of_trusted_entities(const ListOfTrustedEntities& list) {
  bj::object lote{{"ListAndSchemeInformation", write_information(list.information)}};
  bj::array entities;
  for (const TrustedEntity& entity : list.entities) {
    if (!entity.pre_standard) entities.push_back(write_entity(entity));
  }
  if (!entities.empty()) lote.emplace("TrustedEntitiesList", std::move(entities));
  std::string json = bj::serialize(bj::object{{"LoTE", std::move(lote)}});
  if (const auto readable = decode_list_of_trusted_entities(as_bytes(json), {.level = Level::strict}); !readable) {
    return Error{.code = Errc::bad_argument, .where = readable.error().where};
  }
  return json;
}

}  // namespace mdoc::json
