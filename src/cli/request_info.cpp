#include "cli/request_info.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/repeated_member.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

/// A value of the JSON, and where it stands.
class Member {
 public:
  Member(const bj::value& value, std::string where) : value_(&value), where_(std::move(where)) {}

  [[noreturn]] void refuse(const std::string& what) const {
    throw Failure(ExitCode::usage, "--info: " + (where_.empty() ? "the whole" : where_) + " " + what);
  }
  [[nodiscard]] bool is_null() const noexcept { return value_->is_null(); }
  [[nodiscard]] bool boolean() const {
    if (!value_->is_bool()) refuse("must be true or false");
    return value_->get_bool();
  }
  [[nodiscard]] std::int64_t integer() const {
    if (!value_->is_int64()) refuse("must be an integer");
    return value_->get_int64();
  }
  [[nodiscard]] std::uint64_t count() const {
    const std::int64_t number = integer();
    if (number < 0) refuse("must be a number from zero on");
    return static_cast<std::uint64_t>(number);
  }
  [[nodiscard]] std::string text() const {
    if (!value_->is_string()) refuse("must be a text");
    return std::string(value_->get_string());
  }
  [[nodiscard]] std::vector<Member> items() const {
    if (!value_->is_array()) refuse("must be a list");
    std::vector<Member> items;
    for (const bj::value& each : value_->get_array()) {
      items.emplace_back(each, where_ + "[" + std::to_string(items.size()) + "]");
    }
    return items;
  }
  /// Each member with its name, in order.
  [[nodiscard]] std::vector<std::pair<std::string, Member>> members() const {
    if (!value_->is_object()) refuse("must be an object");
    std::vector<std::pair<std::string, Member>> members;
    for (const auto& each : value_->get_object()) {
      members.emplace_back(std::string(each.key()), Member(each.value(), below(each.key())));
    }
    return members;
  }
  /// Those without which the standard has no such object (ISO/IEC 18013-5, second edition, 10.2.4 and 10.2.5).
  /// @pre members() was read
  void require_members(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
      if (!value_->get_object().contains(name)) refuse("is incomplete: it needs \"" + std::string(name) + "\"");
    }
  }
  /// @param known the members that the object around it may have
  [[noreturn]] void refuse_member(std::string_view known) const {
    refuse("is not known; what may stand there: " + std::string(known));
  }

 private:
  [[nodiscard]] std::string below(std::string_view name) const {
    return (where_.empty() ? std::string() : where_ + ".") + json::printable(name);
  }

  const bj::value* value_;
  std::string where_;
};

model::ElementReference element_of(const Member& member) {
  const auto parts = member.items();
  if (parts.size() != 2) member.refuse("must be a pair of name space and identifier");
  return {NameSpace(parts[0].text()), ElementIdentifier(parts[1].text())};
}

model::AlternativeDataElementsSet alternatives_of(const Member& member) {
  model::AlternativeDataElementsSet made{.requested_element = {}, .alternative_element_sets = {}};
  for (const auto& [name, value] : member.members()) {
    if (name == "requestedElement") {
      made.requested_element = element_of(value);
    } else if (name == "alternativeElementSets") {
      for (const Member& set : value.items()) {
        auto& elements = made.alternative_element_sets.emplace_back();
        for (const Member& element : set.items()) elements.push_back(element_of(element));
      }
    } else {
      value.refuse_member("requestedElement, alternativeElementSets");
    }
  }
  member.require_members({"requestedElement", "alternativeElementSets"});
  return made;
}

SharedBytes bytes_of(const Member& member) {
  auto bytes = from_hex(member.text());
  if (!bytes || bytes->empty()) member.refuse("must be bytes in hexadecimal");
  return SharedBytes::take(*std::move(bytes));
}

model::DocRequestInfo doc_request_info_of(const Member& member) {
  model::DocRequestInfo info;
  for (const auto& [name, value] : member.members()) {
    if (name == "alternativeDataElements") {
      for (const Member& each : value.items()) info.alternative_data_elements.push_back(alternatives_of(each));
    } else if (name == "issuerIdentifiers") {
      for (const Member& each : value.items()) info.issuer_identifiers.push_back(bytes_of(each));
    } else if (name == "uniqueDocSetRequired") {
      info.unique_doc_set_required = value.boolean();
    } else if (name == "maximumResponseSize") {
      info.maximum_response_size = value.count();
    } else {
      value.refuse_member("alternativeDataElements, issuerIdentifiers, uniqueDocSetRequired, maximumResponseSize");
    }
  }
  return info;
}

model::UseCase use_case_of(const Member& member) {
  model::UseCase made{.document_sets = {}};
  for (const auto& [name, value] : member.members()) {
    if (name == "mandatory") {
      made.mandatory = value.boolean();
    } else if (name == "documentSets") {
      for (const Member& set : value.items()) {
        auto& ids = made.document_sets.emplace_back();
        for (const Member& id : set.items()) ids.push_back(id.count());
      }
    } else if (name == "purposeHints") {
      for (const auto& [controller, code] : value.members())
        made.purpose_hints.emplace_back(controller, code.integer());
    } else {
      value.refuse_member("mandatory, documentSets, purposeHints");
    }
  }
  member.require_members({"documentSets"});
  return made;
}

model::DeviceRequestInfo device_request_info_of(const Member& member) {
  model::DeviceRequestInfo info;
  for (const auto& [name, value] : member.members()) {
    if (name != "useCases") value.refuse_member("useCases");
    for (const Member& each : value.items()) info.use_cases.push_back(use_case_of(each));
  }
  return info;
}

bj::value parse_info(const std::string& spec) {
  // A list is no --info, and is told so: nobody means a file of such a name.
  const std::size_t first = spec.find_first_not_of(" \t\r\n");
  const bool is_text = first != std::string::npos && (spec[first] == '{' || spec[first] == '[');
  const Bytes content = is_text ? Bytes(spec.begin(), spec.end()) : read_content(spec);
  boost::system::error_code failure;
  bj::value value = bj::parse(as_text(content), failure);
  if (failure) throw Failure(ExitCode::usage, "--info is no JSON: " + failure.message());
  if (const auto name = repeated_member(as_text(content))) {
    throw Failure(ExitCode::usage, "--info has \"" + json::printable(*name) + "\" twice in one object");
  }
  return value;
}

}  // namespace

RequestInfo load_request_info(const std::string& spec) {
  const bj::value value = parse_info(spec);
  RequestInfo info;
  for (const auto& [name, member] : Member(value, "").members()) {
    if (name == "requestInfo") {
      for (const Member& each : member.items()) {
        info.doc_requests.push_back(each.is_null() ? std::nullopt : std::optional(doc_request_info_of(each)));
      }
    } else if (name == "deviceRequestInfo") {
      info.device_request = device_request_info_of(member);
    } else {
      member.refuse_member("requestInfo, deviceRequestInfo");
    }
  }
  return info;
}

}  // namespace mdoc::cli
