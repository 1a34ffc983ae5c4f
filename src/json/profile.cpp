#include "mdoc/json/profile.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <boost/json/serialize.hpp>

#include "core/ascii.hpp"
#include "json/arena.hpp"
#include "json/profile_elements.hpp"
#include "json/profile_input.hpp"
#include "json/profile_rows.hpp"
#include "json/strict_json.hpp"
#include "mdoc/json/elements.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::json {

namespace bj = boost::json;
using profile::DocTypeProfile;
using profile::NameSpaceProfile;
using profile::Row;
using profile::Standing;

struct LoadedProfile::Storage {
  Arena arena{};
  DocTypeProfile profile{};
  std::string samples{};
};

LoadedProfile::LoadedProfile(std::shared_ptr<const Storage> storage) noexcept : storage_(std::move(storage)) {}
const DocTypeProfile& LoadedProfile::profile() const noexcept { return storage_->profile; }
std::string_view LoadedProfile::samples() const noexcept { return storage_->samples; }

namespace {

const std::array standings = words_for(std::array{Standing::published, Standing::provisional, Standing::national});

Result<bj::value> parse_profile(ProfileInput& in, std::string_view json, const Path& where) {
  auto parsed = parse_strict(json, {.max_bytes = ProfileLimits::bytes, .max_depth = ProfileLimits::depth}, where);
  if (parsed) return parsed;
  Error error = parsed.error();
  const std::uint32_t offset = error.offset;
  switch (error.code) {
    case Errc::duplicate_key: error = in.wrong(error.code, where, "each name once in an object"); break;
    case Errc::too_large: error = in.wrong(error.code, where, "a file of at most 1 MiB"); break;
    case Errc::too_deep: error = in.wrong(error.code, where, "at most 16 levels"); break;
    case Errc::too_many: error = in.wrong(error.code, where, "fewer values"); break;
    default: error = in.wrong(error.code, where, "JSON text in UTF-8"); break;
  }
  error.offset = offset;
  return error;
}

/// The version of the format. Before anything else, as another one may have other members.
Result<void> check_format(ProfileInput& in, const ProfileObject& object) {
  MDOC_TRY(const std::uint64_t version,
           object.get("profileFormat", [](ProfileInput& input, const bj::value& value, const Path& where) {
             return input.number(value, where, UINT64_MAX);
           }));
  if (version == 1) return {};
  return in.wrong(Errc::unsupported_version, object.where() / "profileFormat", "1, the only version so far");
}

Result<std::string_view> read_id(ProfileInput& in, const bj::value& value, const Path& where) {
  MDOC_TRY(const std::string_view id, in.name(value, where));
  const auto fits = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  if (std::ranges::all_of(id, fits)) return id;
  return in.wrong(Errc::bad_value, where, "lower-case letters, digits and \"-\"");
}

Result<std::span<const std::string_view>> read_sources(ProfileInput& in, const bj::value& value, const Path& where) {
  MDOC_TRY(const auto* list, in.array(value, where, ProfileLimits::entries));
  std::vector<std::string_view> sources;
  for (std::size_t i = 0; i < list->size(); ++i) {
    MDOC_TRY(const std::string_view source, in.text((*list)[i], where / i));
    sources.push_back(source);
  }
  return in.arena().array(std::move(sources));
}

Result<profile::DomesticNameSpaces> read_domestic_members(ProfileInput& /*in*/, const ProfileObject& object) {
  MDOC_CHECK(object.only({"pattern", "lowerCase", "version"}));
  profile::DomesticNameSpaces domestic;
  MDOC_TRY(domestic.pattern, object.get("pattern", &ProfileInput::name));
  MDOC_TRY(domestic.lower_case, object.get("lowerCase", &ProfileInput::boolean));
  MDOC_TRY(domestic.version, object.get("version", &ProfileInput::boolean));
  return domestic;
}

Result<profile::DomesticNameSpaces> read_domestic(ProfileInput& in, const bj::value& value, const Path& where) {
  if (value.is_null()) return profile::DomesticNameSpaces{};
  if (!value.is_object()) return in.wrong(Errc::wrong_type, where, "an object, or null where there are none");
  return object_of(read_domestic_members)(in, value, where);
}

}  // namespace

/// Reads one profile into its storage.
class ProfileLoader {
 public:
  ProfileLoader(const ProfileSources& sources, ProfileFault& fault)
      : storage_(std::make_shared<LoadedProfile::Storage>()), in_(storage_->arena, fault), sources_(sources) {}

  Result<LoadedProfile> load(std::string_view json) {
    MDOC_TRY(const bj::value value, parse_profile(in_, json, {}));
    MDOC_CHECK(
        object_of([this](ProfileInput&, const ProfileObject& object) { return profile(object); })(in_, value, {}));
    MDOC_CHECK(check_samples());
    return LoadedProfile(std::move(storage_));
  }

 private:
  struct Fragment {
    bj::value json{};
    IncludedFragment included{};
  };
  struct Sample {
    Path where;
    std::string_view name_space;
    std::string_view identifier;
    const bj::value* value;
    std::string_view member{};  ///< below `where`: the identifier, of a pattern's samples
  };

  Result<void> profile(const ProfileObject& object) {
    MDOC_CHECK(check_format(in_, object));
    MDOC_CHECK(object.only({"profileFormat",
                            "id",
                            "title",
                            "standing",
                            "sources",
                            "docType",
                            "aliases",
                            "nameSpaces",
                            "domesticNameSpaces",
                            "issuer",
                            "ageAttestations",
                            "engagement",
                            "deviceRetrieval",
                            "online",
                            "serverRetrieval",
                            "algorithms",
                            "readerAuthentication",
                            "mdocAuthentication",
                            "certificates",
                            "certificateValidity",
                            "mso",
                            "trustSources",
                            "holderVerification",
                            "purposes",
                            "extensions",
                            "protocolConstants"}));
    DocTypeProfile& read = storage_->profile;
    MDOC_TRY(read.id, object.get("id", read_id));
    MDOC_TRY(read.titles, object.get("title", &ProfileInput::local_texts));
    MDOC_TRY(read.standing, object.get("standing", one_of(standings)));
    MDOC_TRY(read.sources, object.get("sources", read_sources));
    MDOC_CHECK(answer(object, "docType", Row::doc_type, read.doc_type, &ProfileInput::name));
    MDOC_CHECK(object.maybe("aliases", read.aliases, &ProfileInput::names));
    MDOC_CHECK(answer(object, "domesticNameSpaces", Row::name_spaces, read.domestic, read_domestic));
    std::vector<NameSpaceProfile> name_spaces;
    MDOC_CHECK(answer(
        object, "nameSpaces", Row::elements, name_spaces,
        [this](ProfileInput&, const bj::value& list, const Path& where) { return read_name_spaces(list, where); }));
    MDOC_CHECK(age_attestations(object, name_spaces));
    read.name_spaces = in_.arena().array(std::move(name_spaces));
    if (const bj::value* value = object.find("issuer")) {
      MDOC_CHECK(object_of([this](ProfileInput&, const ProfileObject& issuer) { return read_issuer(issuer); })(
          in_, *value, object.where() / "issuer"));
    }
    return read_profile_rows(in_, object, read);
  }

  template <std::size_t N, class T, class Read>
  Result<void> answer(const ProfileObject& object, const char (&name)[N], Row row, T& target,  // NOLINT(*-c-arrays)
                      const Read& read) {
    if (object.has(name)) storage_->profile.answered.add(row);
    return object.maybe(name, target, read);
  }

  Result<void> read_issuer(const ProfileObject& object) {
    MDOC_CHECK(object.only({"nameSpace", "country", "jurisdiction"}));
    DocTypeProfile& read = storage_->profile;
    MDOC_TRY(read.issuer_name_space, object.get("nameSpace", &ProfileInput::name));
    MDOC_CHECK(object.maybe("country", read.country_element, &ProfileInput::name));
    return object.maybe("jurisdiction", read.jurisdiction_element, &ProfileInput::name);
  }

  Result<void> age_attestations(const ProfileObject& object, std::vector<NameSpaceProfile>& name_spaces) {
    std::span<const std::string_view> names;
    MDOC_CHECK(answer(object, "ageAttestations", Row::age_attestations, names, &ProfileInput::names));
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto found = std::ranges::find(name_spaces, names[i], &NameSpaceProfile::name_space);
      if (found == name_spaces.end()) {
        return in_.wrong(Errc::bad_value, object.where() / "ageAttestations" / i, "one of the profile's name spaces");
      }
      found->age_over = true;
    }
    return {};
  }

  Result<std::vector<NameSpaceProfile>> read_name_spaces(const bj::value& value, const Path& where) {
    MDOC_TRY(const auto* list, in_.array(value, where, ProfileLimits::name_spaces));
    if (list->empty()) return in_.wrong(Errc::empty_structure, where, "at least one name space");
    std::vector<NameSpaceProfile> name_spaces;
    const auto read = [this](ProfileInput&, const ProfileObject& object) { return read_name_space(object); };
    for (std::size_t i = 0; i < list->size(); ++i) {
      MDOC_TRY(const NameSpaceProfile name_space, object_of(read)(in_, (*list)[i], where / i));
      name_spaces.push_back(name_space);
    }
    return name_spaces;
  }

  Result<NameSpaceProfile> read_name_space(const ProfileObject& object) {
    MDOC_CHECK(object.only({"nameSpace", "include", "required", "elements"}));
    NameSpaceProfile name_space;
    MDOC_TRY(name_space.name_space, object.get("nameSpace", &ProfileInput::name));
    MDOC_CHECK(object.maybe("required", name_space.required, &ProfileInput::boolean));
    const IncludedFragment* fragment = &nothing_;
    MDOC_CHECK(object.maybe("include", fragment, [this](ProfileInput&, const bj::value& id, const Path& where) {
      return include(id, where);
    }));
    MDOC_TRY(const auto sampled, object.get("elements", [&](ProfileInput&, const bj::value& list, const Path& where) {
      return elements(list, where, elements_left_, *fragment);
    }));
    std::vector<profile::ElementProfile> kept;
    for (std::size_t i = 0; i < sampled.size(); ++i) {
      kept.push_back(sampled[i].element);
      if (sampled[i].sample == nullptr) continue;
      samples_.push_back({.where = object.where() / "elements" / i / "sample",
                          .name_space = name_space.name_space,
                          .identifier = sampled[i].element.identifier,
                          .value = sampled[i].sample});
    }
    name_space.elements = in_.arena().array(std::move(kept));
    for (std::size_t i = 0; i < sampled.size(); ++i) {
      if (sampled[i].samples != nullptr)
        add_samples(name_space, i, *sampled[i].samples, object.where() / "elements" / i);
    }
    return name_space;
  }

  /// Those of a pattern, but of identifiers that an element before it has.
  void add_samples(const NameSpaceProfile& name_space, std::size_t index, const bj::object& samples,
                   const Path& where) {
    for (const auto& member : samples) {
      if (profile::find_element(name_space, member.key()) != &name_space.elements[index]) continue;
      samples_.push_back({.where = where / "samples",
                          .name_space = name_space.name_space,
                          .identifier = member.key(),
                          .value = &member.value(),
                          .member = member.key()});
    }
  }

  Result<std::vector<SampledElement>> elements(const bj::value& value, const Path& where, std::size_t& left,
                                               const IncludedFragment& fragment) {
    MDOC_TRY(const auto* list, in_.array(value, where, ProfileLimits::elements));
    if (list->size() > left) return in_.wrong(Errc::too_many, where, "at most 1024 elements in all name spaces");
    left -= list->size();
    return read_profile_elements(in_, *list, where, fragment);
  }

  Result<const IncludedFragment*> include(const bj::value& value, const Path& where) {
    MDOC_TRY(const std::string_view id, in_.name(value, where));
    if (const auto known = fragments_.find(id); known != fragments_.end()) return &known->second.included;
    std::optional<std::string> json;
    if (sources_.fragment) {
      json = sources_.fragment(id);
    } else if (const std::string_view built_in = built_in_fragment_json(id); !built_in.empty()) {
      json = built_in;
    }
    if (!json) return unknown_fragment(id, where);
    Fragment& fragment = fragments_[id];
    fragment.included.id = id;
    MDOC_TRY(fragment.json, parse_profile(in_, *json, where));
    MDOC_CHECK(object_of([&](ProfileInput&, const ProfileObject& object) {
      return read_fragment(object, id, fragment);
    })(in_, fragment.json, where));
    return &fragment.included;
  }

  Error unknown_fragment(std::string_view id, const Path& where) {
    std::string known;
    for (const std::string_view each : built_in_fragment_ids()) {
      known.append(known.empty() ? "one of \"" : ", \"").append(each).append("\"");
    }
    if (sources_.fragment) known += ", or another that there is beside the profile";
    return in_.unknown(where, "there is no fragment with the id \"" + printable(id) + "\"", std::move(known));
  }

  Result<void> read_fragment(const ProfileObject& object, std::string_view wanted, Fragment& fragment) {
    MDOC_CHECK(check_format(in_, object));
    MDOC_CHECK(object.only({"profileFormat", "fragment", "sources", "nameSpace", "elements"}));
    MDOC_TRY(const std::string_view id, object.get("fragment", read_id));
    if (id != wanted) return in_.wrong(Errc::bad_value, object.where() / "fragment", "the id by which it is included");
    MDOC_TRY(const auto sources, object.get("sources", read_sources));
    MDOC_TRY(const std::string_view name_space, object.get("nameSpace", &ProfileInput::name));
    (void)sources, (void)name_space;  // for people, and for the profiles that include it
    std::size_t left = ProfileLimits::elements;
    MDOC_TRY(fragment.included.elements,
             object.get("elements", [&](ProfileInput&, const bj::value& list, const Path& where) {
               return elements(list, where, left, nothing_);
             }));
    return {};
  }

  /// Every sample has to be a value that the issuer's tools can make of it.
  Result<void> check_samples() {
    std::map<std::string_view, bj::object> all;
    std::size_t bytes = 0;
    for (const Sample& sample : samples_) {
      bj::object& name_space = all[sample.name_space];
      if (name_space.contains(sample.identifier)) continue;  // an element that is there twice, which is found elsewhere
      bj::object alone{{sample.identifier, *sample.value}};
      const std::string text = bj::serialize(bj::object{{sample.name_space, alone}});
      bytes += text.size();
      if (bytes > ProfileLimits::bytes) return in_.wrong(Errc::too_large, sample.where, "samples of at most 1 MiB");
      if (!read_elements(text, &storage_->profile)) {
        return in_.wrong(Errc::bad_value, sample.where, "a value of the element's type", sample.member);
      }
      name_space.emplace(sample.identifier, *sample.value);
    }
    bj::object object;
    for (const NameSpaceProfile& each : storage_->profile.name_spaces) {
      const auto found = all.find(each.name_space);
      if (found == all.end()) continue;
      object.emplace(each.name_space, std::move(found->second));
      all.erase(found);
    }
    storage_->samples = bj::serialize(object);
    return {};
  }

  std::shared_ptr<LoadedProfile::Storage> storage_;
  ProfileInput in_;
  const ProfileSources& sources_;
  std::map<std::string_view, Fragment> fragments_;
  const IncludedFragment nothing_{};
  std::size_t elements_left_ = ProfileLimits::elements;
  std::vector<Sample> samples_;
};

Result<LoadedProfile> load_profile(std::string_view json, const ProfileSources& sources, ProfileFault* fault) {
  ProfileFault own;
  return ProfileLoader(sources, fault == nullptr ? own : *fault).load(json);
}

ProfileSet::ProfileSet() : profiles_(profile::doc_types().begin(), profile::doc_types().end()) {}

Result<void> ProfileSet::add(LoadedProfile loaded) {
  const DocTypeProfile& added = loaded.profile();
  if (added.doc_type.empty()) return Error{.code = Errc::missing_element, .where = "docType"};
  for (const LoadedProfile& earlier : own_) {
    if (earlier.profile().id == added.id) return Error{.code = Errc::duplicate_key, .where = "id"};
    if (earlier.profile().doc_type == added.doc_type) return Error{.code = Errc::duplicate_key, .where = "docType"};
  }
  profiles_.insert(profiles_.begin() + static_cast<std::ptrdiff_t>(own_.size()), added);
  own_.push_back(std::move(loaded));
  return {};
}

const DocTypeProfile* ProfileSet::find(std::string_view id_or_doc_type) const noexcept {
  return profile::find_profile(profiles_, id_or_doc_type);
}

}  // namespace mdoc::json
