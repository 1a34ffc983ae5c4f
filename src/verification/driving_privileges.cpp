#include "verification/driving_privileges.hpp"

#include <utility>

#include "core/try.hpp"
#include "mdoc/cbor/fields.hpp"

namespace mdoc::verification {
namespace {

constexpr std::size_t max_codes = 64;        // of one privilege
constexpr std::size_t max_code_length = 64;  // bytes, with sign and value

/// `Code = { "code": tstr, ? "sign": tstr, ? "value": tstr }`
Result<std::string> read_code(cbor::Reader& reader) {
  std::string code;
  std::optional<std::string> sign, value;
  cbor::UnknownMembers others;
  MDOC_CHECK(cbor::read_map(reader, others, cbor::required("code", code, &cbor::Reader::read_text),
                            cbor::optional("sign", sign, &cbor::Reader::read_text),
                            cbor::optional("value", value, &cbor::Reader::read_text)));
  if (code.empty()) return reader.fail(Errc::bad_value);
  if (sign) code += *sign;
  if (value) code += *value;
  if (code.size() > max_code_length) return reader.fail(Errc::too_large);
  return code;
}

Result<std::vector<std::string>> read_codes(cbor::Reader& reader) {
  std::vector<std::string> codes;
  auto array = reader.enter_array();
  while (array.next()) {
    MDOC_TRY(auto code, read_code(reader));
    if (codes.size() == max_codes) return reader.fail(Errc::too_many);
    codes.push_back(std::move(code));
  }
  MDOC_CHECK(array.finish());
  return codes;
}

/// `DrivingPrivilege = { "vehicle_category_code": tstr, ? "issue_date": full-date, ? "expiry_date": full-date,
/// ? "codes": [+ Code], * tstr => any }`
Result<DrivingPrivilege> read_privilege(cbor::Reader& reader) {
  DrivingPrivilege privilege;
  cbor::UnknownMembers others;
  MDOC_CHECK(cbor::read_map(reader, others,
                            cbor::required("vehicle_category_code", privilege.category, &cbor::Reader::read_text),
                            cbor::optional("issue_date", privilege.issue_date, cbor::read_full_date),
                            cbor::optional("expiry_date", privilege.expiry_date, cbor::read_full_date),
                            cbor::optional("codes", privilege.codes, read_codes)));
  return privilege;
}

}  // namespace

Result<std::vector<DrivingPrivilege>> read_privileges(const model::DataElementValue& value, std::string_view category,
                                                      const cbor::DecodeContext& context) {
  std::vector<DrivingPrivilege> found;
  cbor::Reader reader = value.reader(context);
  auto array = reader.enter_array();
  while (array.next()) {
    MDOC_TRY(auto privilege, read_privilege(reader));
    if (privilege.category == category) found.push_back(std::move(privilege));
  }
  MDOC_CHECK(array.finish());
  MDOC_CHECK(reader.finish());
  return found;
}

}  // namespace mdoc::verification
