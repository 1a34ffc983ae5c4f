#include "pkcs11/session.hpp"

#include <array>

#include "core/try.hpp"

namespace mdoc::pkcs11 {
namespace {

// A token need not have an attribute, and need not show it.
bool is_withheld(CK_RV value) { return value == CKR_ATTRIBUTE_TYPE_INVALID || value == CKR_ATTRIBUTE_SENSITIVE; }

unsigned char* mutable_data(ByteView bytes) {
  return const_cast<unsigned char*>(bytes.data());  // NOLINT(*-const-cast): an interface older than const
}

}  // namespace

CK_ATTRIBUTE bytes_attribute(CK_ATTRIBUTE_TYPE type, ByteView value) noexcept {
  return {.type = type, .pValue = mutable_data(value), .ulValueLen = static_cast<CK_ULONG>(value.size())};
}

Session::Session(std::shared_ptr<const Module> module, TokenInfo token, bool writable,
                 CK_SESSION_HANDLE handle) noexcept
    : module_(std::move(module)), token_(std::move(token)), handle_(handle), writable_(writable) {}

Result<std::unique_ptr<Session>> Session::open(std::shared_ptr<const Module> module, TokenInfo token, bool writable) {
  CK_SESSION_HANDLE handle = CK_INVALID_HANDLE;
  const CK_FLAGS flags = CKF_SERIAL_SESSION | (writable ? CKF_RW_SESSION : 0UL);
  MDOC_CHECK(check(module->impl().call(&CK_FUNCTION_LIST::C_OpenSession, static_cast<CK_SLOT_ID>(token.slot_id), flags,
                                       nullptr, nullptr, &handle),
                   "session"));
  return std::unique_ptr<Session>(new Session(std::move(module), std::move(token), writable, handle));
}

Session::~Session() {
  if (open_) call(&CK_FUNCTION_LIST::C_CloseSession);
}

Result<bool> Session::is_logged_in() {
  if (!token_.login_required) return true;
  CK_SESSION_INFO info{};
  MDOC_CHECK(check(call(&CK_FUNCTION_LIST::C_GetSessionInfo, &info), "session"));
  return info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS;
}

Result<std::vector<CK_OBJECT_HANDLE>> Session::find(CK_OBJECT_CLASS type, const KeyName& name) {
  std::vector<CK_ATTRIBUTE> wanted{attribute(CKA_CLASS, type)};
  if (name.label) wanted.push_back(bytes_attribute(CKA_LABEL, as_bytes(*name.label)));
  if (name.id) wanted.push_back(bytes_attribute(CKA_ID, *name.id));
  const auto count = static_cast<CK_ULONG>(wanted.size());
  MDOC_CHECK(check(call(&CK_FUNCTION_LIST::C_FindObjectsInit, wanted.data(), count), "objects"));
  auto found = collect();
  if (const CK_RV value = call(&CK_FUNCTION_LIST::C_FindObjectsFinal); value != CKR_OK) {
    spoilt_ = true;
    if (found) return to_error(value, "objects");
  }
  return found;
}

// Some modules give fewer at once than they could, so until there are none, or more than one.
Result<std::vector<CK_OBJECT_HANDLE>> Session::collect() {
  constexpr CK_ULONG enough = 2;
  std::vector<CK_OBJECT_HANDLE> found;
  while (found.size() < enough) {
    std::array<CK_OBJECT_HANDLE, enough> some{};
    CK_ULONG count = 0;
    MDOC_CHECK(check(call(&CK_FUNCTION_LIST::C_FindObjects, some.data(), enough, &count), "objects"));
    if (count == 0) break;
    if (count > enough) return made_error(Errc::crypto_backend, "objects");
    found.insert(found.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return found;
}

Result<std::optional<Bytes>> Session::read(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, std::size_t max) {
  const Path where("attribute");
  CK_ATTRIBUTE wanted{.type = type, .pValue = nullptr, .ulValueLen = 0};
  CK_RV value = call(&CK_FUNCTION_LIST::C_GetAttributeValue, object, &wanted, CK_ULONG{1});
  if (is_withheld(value)) return std::optional<Bytes>();
  MDOC_CHECK(check(value, where));
  if (wanted.ulValueLen == CK_UNAVAILABLE_INFORMATION) return std::optional<Bytes>();
  if (wanted.ulValueLen > max) return made_error(Errc::too_large, where);
  Bytes content(wanted.ulValueLen);
  if (content.empty()) return std::optional(std::move(content));
  wanted.pValue = content.data();
  value = call(&CK_FUNCTION_LIST::C_GetAttributeValue, object, &wanted, CK_ULONG{1});
  MDOC_CHECK(check(value, where));
  if (wanted.ulValueLen > content.size()) return made_error(Errc::crypto_backend, where);
  content.resize(wanted.ulValueLen);
  return std::optional(std::move(content));
}

Result<std::optional<bool>> Session::read_flag(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  MDOC_TRY(const auto content, read(object, type, sizeof(CK_BBOOL)));
  if (!content || content->size() != sizeof(CK_BBOOL)) return std::optional<bool>();
  return std::optional(content->front() != CK_FALSE);
}

Result<SecretBytes> Session::read_secret(CK_OBJECT_HANDLE object, std::size_t size) {
  const Path where("secret");
  CK_ATTRIBUTE wanted{.type = CKA_VALUE, .pValue = nullptr, .ulValueLen = 0};
  MDOC_CHECK(check(call(&CK_FUNCTION_LIST::C_GetAttributeValue, object, &wanted, CK_ULONG{1}), where));
  if (wanted.ulValueLen != size) return made_error(Errc::crypto_backend, where);
  SecretBytes secret(size);
  wanted.pValue = secret.mutable_view().data();
  MDOC_CHECK(check(call(&CK_FUNCTION_LIST::C_GetAttributeValue, object, &wanted, CK_ULONG{1}), where));
  if (wanted.ulValueLen != size) return made_error(Errc::crypto_backend, where);
  return secret;
}

void Session::destroy(CK_OBJECT_HANDLE object) {
  if (call(&CK_FUNCTION_LIST::C_DestroyObject, object) != CKR_OK) spoilt_ = true;
}

Result<Bytes> Session::finish_sign(ByteView data, std::size_t size) {
  const Path where("sign");
  Bytes signature(size);
  auto length = static_cast<CK_ULONG>(size);
  MDOC_CHECK(check(call(&CK_FUNCTION_LIST::C_Sign, mutable_data(data), static_cast<CK_ULONG>(data.size()),
                        signature.data(), &length),
                   where));
  spoilt_ = false;
  if (length != size) return made_error(Errc::crypto_backend, where);
  return signature;
}

}  // namespace mdoc::pkcs11
