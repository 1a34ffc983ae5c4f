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

  [[noreturn]] void refuse(const std::string& wanted) const {
    throw Failure(ExitCode::usage, "--info: " + where_ + " is " + wanted);
  }
  [[nodiscard]] bool is_null() const noexcept { return value_->is_null(); }
  [[nodiscard]] bool boolean() const {
    if (!value_->is_bool()) refuse("true or false");
    return value_->get_bool();
  }
  [[nodiscard]] std::int64_t integer() const {
    if (!value_->is_int64()) refuse("an integer");
    return value_->get_int64();
  }
  [[nodiscard]] std::uint64_t count() const {
    const std::int64_t number = integer();
    if (number < 0) refuse("a number from zero on");
    return static_cast<std::uint64_t>(number);
  }
  [[nodiscard]] std::string text() const {
    if (!value_->is_string()) refuse("a text");
    return std::string(value_->get_string());
  }
  [[nodiscard]] std::vector<Member> items() const {
    if (!value_->is_array()) refuse("a list");
    std::vector<Member> items;
    for (const bj::value& each : value_->get_array()) {
      items.emplace_back(each, where_ + "[" + std::to_string(items.size()) + "]");
    }
    return items;
  }
  /// Each member with its name, in order.
  [[nodiscard]] std::vector<std::pair<std::string, Member>> members() const {
    if (!value_->is_object()) refuse("an object");
    std::vector<std::pair<std::string, Member>> members;
    for (const auto& each : value_->get_object()) {
      members.emplace_back(std::string(each.key()), Member(each.value(), where_ + "." + json::printable(each.key())));
    }
    return members;
  }
  /// Those without which the standard has no such object (ISO/IEC 18013-5, second edition, 10.2.4 and 10.2.5).
  /// @pre members() was read
  void require_members(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
      if (!value_->get_object().contains(name)) refuse("incomplete: it needs \"" + std::string(name) + "\"");
    }
  }
  [[noreturn]] void refuse_member() const { refuse("not known"); }

 private:
  const bj::value* value_;
  std::string where_;
};

model::ElementReference element_of(const Member& member) {
  const auto parts = member.items();
  if (parts.size() != 2) member.refuse("a pair of name space and identifier");
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
      value.refuse_member();
    }
  }
  member.require_members({"requestedElement", "alternativeElementSets"});
  return made;
}

SharedBytes bytes_of(const Member& member) {
  auto bytes = from_hex(member.text());
  if (!bytes || bytes->empty()) member.refuse("bytes in hexadecimal");
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
      value.refuse_member();
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
      value.refuse_member();
    }
  }
  member.require_members({"documentSets"});
  return made;
}

model::DeviceRequestInfo device_request_info_of(const Member& member) {
  model::DeviceRequestInfo info;
  for (const auto& [name, value] : member.members()) {
    if (name != "useCases") value.refuse_member();
    for (const Member& each : value.items()) info.use_cases.push_back(use_case_of(each));
  }
  return info;
}

bj::value parse_info(const std::string& spec) {
  const bool is_text =
      spec.find_first_not_of(" \t\r\n") != std::string::npos && spec[spec.find_first_not_of(" \t\r\n")] == '{';
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
  for (const auto& [name, member] : Member(value, "the whole").members()) {
    if (name == "requestInfo") {
      for (const Member& each : member.items()) {
        info.doc_requests.push_back(each.is_null() ? std::nullopt : std::optional(doc_request_info_of(each)));
      }
    } else if (name == "deviceRequestInfo") {
      info.device_request = device_request_info_of(member);
    } else {
      member.refuse_member();
    }
  }
  return info;
}

}  // namespace mdoc::cli
