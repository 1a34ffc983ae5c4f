#include "cli/profiles.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/spelling.hpp"
#include "cli/text_position.hpp"
#include "core/ascii.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/consistency.hpp"

namespace mdoc::cli {
namespace {

/// The texts that an error may be in.
struct ProfileTexts {
  std::string profile{}, fragment{};  // the latter is the one that was read last
};

/// ", byte 17, line 2, column 4": of the profile, or else of a fragment, which is where the place is an "include".
std::string offset_text(const Error& error, const ProfileTexts& texts) {
  const bool within_fragment = !error.where.text().empty();
  return ", byte " + std::to_string(error.offset) + ", " +
         text_position(within_fragment ? texts.fragment : texts.profile, error.offset) +
         (within_fragment ? " of the fragment" : "");
}

/// The place, what is wrong there, and what would be right: one line.
std::string explanation(const Error& error, const json::ProfileFault& fault, const ProfileTexts& texts) {
  std::string place = error.where.text();
  if (!fault.member.empty()) place += (place.empty() ? "" : ".") + json::printable(fault.member);
  std::string text = place.empty() ? "" : place + ": ";
  text += !fault.cause.empty()                          ? fault.cause
          : fault.unknown_member && place == "fragment" ? "this is a fragment, which profiles include, and no profile"
          : fault.unknown_member                        ? "there is no such member here"
                                                        : std::string(message(error.code));
  text += " (" + std::string(name(error.kind())) + "/" + std::string(name(error.code));
  if (error.offset != Error::no_offset) text += offset_text(error, texts);
  text += "); expected: " + fault.expected;
  return text;
}

/// The built-in profile with this id or docType; empty if there is none.
std::string_view built_in_id(std::string_view name) {
  if (name == "photoid") return "photo-id";  // as it was called before it had a file
  const auto* const found = profile::find_profile(profile::doc_types(), name);
  return found == nullptr ? std::string_view() : found->id;
}

/// A fragment that is built in, or else that of the file <id>.json in `folder`.
std::optional<std::string> find_fragment(const std::filesystem::path& folder, std::string_view id) {
  if (const std::string_view built_in = json::built_in_fragment_json(id); !built_in.empty()) {
    return std::string(built_in);
  }
  const auto is_plain = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  if (!std::ranges::all_of(id, is_plain)) return std::nullopt;  // leads to no other folder
  const std::filesystem::path file = folder / (std::string(id) + ".json");
  std::error_code failure;
  if (!std::filesystem::is_regular_file(file, failure)) return std::nullopt;
  return std::string(as_text(read_content(file.string(), json::ProfileLimits::bytes)));
}

/// The id, docType or fragment that is nearly this name; empty if there is none.
std::string_view probably_meant(std::string_view name) {
  std::vector<std::string_view> known(json::built_in_profile_ids().begin(), json::built_in_profile_ids().end());
  for (const profile::DocTypeProfile& each : profile::doc_types()) known.push_back(each.doc_type);
  const auto fragments = json::built_in_fragment_ids();
  known.insert(known.end(), fragments.begin(), fragments.end());
  return nearest_name(name, known);
}

/// Neither the name of a built-in profile nor anything like a path.
bool is_unknown_name(const std::string& name) {
  std::error_code failure;
  return built_in_id(name).empty() && name.find('/') == std::string::npos && name.find(':') == std::string::npos &&
         !name.ends_with(".json") && name != "-" && !std::filesystem::exists(name, failure);
}

void require_known(const std::string& name) {
  if (!is_unknown_name(name)) return;
  if (const auto fragment = find_built_in_fragment(name)) {
    throw Failure(ExitCode::usage,
                  fmt::format("{} is the fragment {}, which profiles include, and no profile; see: mdoc-cli profile "
                              "show {}",
                              name, fragment->id, fragment->id));
  }
  std::string built_in;
  for (const std::string_view id : json::built_in_profile_ids()) built_in += std::string(id) + ", ";
  const std::string_view meant = probably_meant(name);
  throw Failure(ExitCode::usage, fmt::format("unknown profile \"{}\"{}; use {}a docType or the file of one of your own",
                                             json::printable(name),
                                             meant.empty() ? "" : fmt::format(" (is {} meant?)", meant), built_in));
}

}  // namespace

std::vector<BuiltInFragment> built_in_fragments() {
  std::vector<BuiltInFragment> fragments;
  for (const std::string_view id : json::built_in_fragment_ids()) {
    const std::string_view text = json::built_in_fragment_json(id);
    const boost::json::value json = boost::json::parse(text);
    fragments.push_back(
        {.id = std::string(id), .name_space = std::string(json.at("nameSpace").as_string()), .json = text});
  }
  return fragments;
}

std::optional<BuiltInFragment> find_built_in_fragment(std::string_view name) {
  for (const BuiltInFragment& each : built_in_fragments()) {
    if (each.id == name || each.name_space == name) return each;
  }
  return std::nullopt;
}

GivenProfile load_given_profile(const std::string& name_or_file) {
  require_known(name_or_file);
  const std::string_view id = built_in_id(name_or_file);
  ProfileTexts texts;
  texts.profile = [&] {
    if (!id.empty()) return std::string(json::built_in_profile_json(id));
    return std::string(as_text(read_content(name_or_file, json::ProfileLimits::bytes)));
  }();
  const std::filesystem::path folder = std::filesystem::path(name_or_file).parent_path();
  const auto fragment = [&](std::string_view wanted) {
    auto found = find_fragment(folder, wanted);
    texts.fragment = found.value_or(std::string());
    return found;
  };
  json::ProfileFault fault;
  auto loaded = json::load_profile(texts.profile, {.fragment = fragment}, &fault);
  if (!loaded) {
    throw Failure(exit_code(loaded.error()), "cannot load the profile " + json::printable(name_or_file) + ": " +
                                                 explanation(loaded.error(), fault, texts));
  }
  return {
      .name = name_or_file, .json = std::move(texts.profile), .loaded = *std::move(loaded), .built_in = !id.empty()};
}

json::ProfileSet load_profiles(const std::vector<std::string>& names_or_files) {
  json::ProfileSet set;
  for (const std::string& each : names_or_files) {
    GivenProfile given = load_given_profile(each);
    if (given.built_in) continue;
    if (!profile::is_complete(profile::check_consistency(given.loaded.profile()))) {
      print_warning("the profile " + json::printable(each) +
                    " leaves something open or contradicts itself; see: mdoc-cli profile check");
    }
    if (const auto added = set.add(std::move(given.loaded)); !added) {
      const std::string member = added.error().where.text();
      const bool missing = added.error().code == Errc::missing_element;
      throw Failure(ExitCode::unreadable, "the profile " + json::printable(each) +
                                              (missing ? " has no " : " has the same ") + member +
                                              (missing ? "" : " as one before it"));
    }
  }
  return set;
}

}  // namespace mdoc::cli
