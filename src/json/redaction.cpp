// Leaving out of records what not everybody may know.
#include <string>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/try.hpp"
#include "json/record_form.hpp"
#include "mdoc/json/record.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;

/// Removes what tells more than `most`. @return whether anything is left
bool redact(bj::value& value, std::string& path,
            PersonalData most);  // NOLINT(misc-no-recursion): bounded by the parser

bool redact(bj::array& list, std::string& path, PersonalData most) {  // NOLINT(misc-no-recursion)
  const std::size_t size = path.size();
  path += "[]";
  bj::array kept;
  for (bj::value& item : list) {
    if (redact(item, path, most)) kept.push_back(std::move(item));
  }
  path.resize(size);
  list = std::move(kept);
  return !list.empty();
}

bool redact(bj::object& object, std::string& path, PersonalData most) {  // NOLINT(misc-no-recursion)
  const std::size_t size = path.size();
  bj::object kept;
  for (auto& [name, value] : object) {
    if (name.find_first_of(".[") != bj::string_view::npos) continue;  // would pass for the path of another member
    if (size > 0) path += '.';
    path += name;
    if (redact(value, path, most)) kept.emplace(name, std::move(value));
    path.resize(size);
  }
  object = std::move(kept);
  return !object.empty();
}

bool redact(bj::value& value, std::string& path, PersonalData most) {  // NOLINT(misc-no-recursion)
  if (value.is_object()) return redact(value.get_object(), path, most);
  if (value.is_array()) return redact(value.get_array(), path, most);
  return personal_data(path) <= most;
}

}  // namespace

Result<std::string> redacted(std::string_view record, PersonalData most) {
  MDOC_TRY(bj::value value, parse_record(record, "TransactionRecord"));
  if (!value.is_object()) return Error{.code = Errc::wrong_type, .where = "TransactionRecord"};
  bj::object& object = value.get_object();
  std::string path;
  if (most != PersonalData::sensitive) redact(object, path, most);
  object["redactedTo"] = name(most);
  return bj::serialize(object);
}

}  // namespace mdoc::json
