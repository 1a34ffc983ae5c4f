#include "mdoc/pkcs11/module.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/try.hpp"
#include "pkcs11/module_impl.hpp"

namespace mdoc::pkcs11 {
namespace {

constexpr std::size_t max_slots = 1024;

// C_Initialize and C_Finalize act on the whole process, so who of us comes last must be known in the whole process, and
// whose turn it is in a module without locks as well.
struct Loaded {
  std::size_t owners = 0;
  bool initialised_by_us = false;
  std::shared_ptr<std::mutex> turn{};  // null where the module has locks
};
struct Registry {
  std::mutex mutex;
  std::map<CK_FUNCTION_LIST*, Loaded> modules;
};
Registry& registry() {
  static auto* const kept = new Registry;  // for modules that static objects own
  return *kept;
}

const Path& at_module() {
  static constexpr Path path("module");
  return path;
}

// With locks of the operating system, or without any, and then we call it from one thread at a time.
Result<Loaded> initialise(CK_FUNCTION_LIST& functions) {
  if (functions.C_Initialize == nullptr) return made_error(Errc::key_store_unreachable, at_module());
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  CK_RV value = functions.C_Initialize(&arguments);
  Loaded loaded;
  if (value == CKR_CANT_LOCK || value == CKR_ARGUMENTS_BAD) {
    loaded.turn = std::make_shared<std::mutex>();
    value = functions.C_Initialize(nullptr);
  }
  if (value != CKR_OK && value != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
    return made_error(Errc::key_store_unreachable, at_module(), value);
  }
  loaded.initialised_by_us = value == CKR_OK;
  return loaded;
}

// The function list of the library. It is never unmapped: some modules leave threads and exit handlers behind.
Result<CK_FUNCTION_LIST*> open_library(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos) return made_error(Errc::bad_argument, at_module());
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return made_error(Errc::key_store_unreachable, at_module());
  const auto get = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  const CK_RV value = get == nullptr ? CKR_FUNCTION_NOT_SUPPORTED : get(&functions);
  ::dlclose(library);  // what was counted, not what is mapped
  if (value != CKR_OK || functions == nullptr) return made_error(Errc::key_store_unreachable, at_module(), value);
  constexpr unsigned char version = 2;
  if (functions->version.major != version) return made_error(Errc::unsupported_version, at_module());
  return functions;
}

bool same(const std::optional<std::string>& wanted, std::string_view found) { return !wanted || *wanted == found; }

// A token that goes while it is asked about is not there.
bool is_absence(const Error& error) {
  return is(error, CKR_TOKEN_NOT_PRESENT) || is(error, CKR_TOKEN_NOT_RECOGNIZED) || is(error, CKR_DEVICE_REMOVED) ||
         is(error, CKR_SLOT_ID_INVALID);
}

}  // namespace

std::string field_text(std::span<const unsigned char> field) {
  std::string_view text = as_text(field);
  text = text.substr(0, text.find('\0'));
  const std::size_t last = text.find_last_not_of(' ');
  return std::string(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

Module::Impl::~Impl() {
  const std::lock_guard lock(registry().mutex);
  const auto entry = registry().modules.find(functions_);
  if (--entry->second.owners != 0) return;
  if (entry->second.initialised_by_us && functions_->C_Finalize != nullptr) functions_->C_Finalize(nullptr);
  registry().modules.erase(entry);
}

Result<std::vector<CK_SLOT_ID>> Module::Impl::slots() const {
  const Path where("slots");
  // A slot may come between the two calls.
  for (int tries = 0; tries < 3; ++tries) {
    CK_ULONG count = 0;
    MDOC_CHECK(check(call(&CK_FUNCTION_LIST::C_GetSlotList, CK_BBOOL{CK_TRUE}, nullptr, &count), where));
    if (count > max_slots) return made_error(Errc::too_many, where);
    std::vector<CK_SLOT_ID> slots(count);
    if (count == 0) return slots;
    const CK_RV value = call(&CK_FUNCTION_LIST::C_GetSlotList, CK_BBOOL{CK_TRUE}, slots.data(), &count);
    if (value == CKR_BUFFER_TOO_SMALL) continue;
    MDOC_CHECK(check(value, where));
    slots.resize(std::min<std::size_t>(count, slots.size()));
    return slots;
  }
  return made_error(Errc::crypto_backend, where, CKR_BUFFER_TOO_SMALL);
}

Result<TokenInfo> Module::Impl::token_info(CK_SLOT_ID slot) const {
  CK_TOKEN_INFO info{};
  MDOC_CHECK(check(call(&CK_FUNCTION_LIST::C_GetTokenInfo, slot, &info), "token"));
  const auto has = [&info](CK_FLAGS flag) { return (info.flags & flag) != 0; };
  return TokenInfo{.slot_id = slot,
                   .label = field_text(info.label),
                   .manufacturer = field_text(info.manufacturerID),
                   .model = field_text(info.model),
                   .serial = field_text(info.serialNumber),
                   .initialised = has(CKF_TOKEN_INITIALIZED),
                   .login_required = has(CKF_LOGIN_REQUIRED),
                   .has_pin_pad = has(CKF_PROTECTED_AUTHENTICATION_PATH),
                   .pin_final_try = has(CKF_USER_PIN_FINAL_TRY),
                   .pin_locked = has(CKF_USER_PIN_LOCKED)};
}

Result<bool> Module::Impl::fits(const TokenUri& wanted, const TokenInfo& token) const {
  if (!same(wanted.token, token.label) || !same(wanted.manufacturer, token.manufacturer) ||
      !same(wanted.model, token.model) || !same(wanted.serial, token.serial) ||
      (wanted.slot_id && *wanted.slot_id != token.slot_id)) {
    return false;
  }
  if (wanted.slot_description || wanted.slot_manufacturer) {
    CK_SLOT_INFO slot{};
    const auto id = static_cast<CK_SLOT_ID>(token.slot_id);
    MDOC_CHECK(check(call(&CK_FUNCTION_LIST::C_GetSlotInfo, id, &slot), "slot"));
    if (!same(wanted.slot_description, field_text(slot.slotDescription)) ||
        !same(wanted.slot_manufacturer, field_text(slot.manufacturerID))) {
      return false;
    }
  }
  if (wanted.library_description || wanted.library_manufacturer || wanted.library_version) {
    CK_INFO library{};
    MDOC_CHECK(check(call(&CK_FUNCTION_LIST::C_GetInfo, &library), at_module()));
    const LibraryVersion version{.major = library.libraryVersion.major, .minor = library.libraryVersion.minor};
    if (!same(wanted.library_description, field_text(library.libraryDescription)) ||
        !same(wanted.library_manufacturer, field_text(library.manufacturerID)) ||
        (wanted.library_version && *wanted.library_version != version)) {
      return false;
    }
  }
  return true;
}

Module::Module(std::unique_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
Module::~Module() = default;

Result<std::shared_ptr<Module>> Module::load(const std::string& path) {
  MDOC_TRY(CK_FUNCTION_LIST* const functions, open_library(path));
  const std::lock_guard lock(registry().mutex);
  const auto known = registry().modules.find(functions);
  Loaded loaded;
  if (known != registry().modules.end()) {
    loaded = known->second;
  } else {
    MDOC_TRY(loaded, initialise(*functions));
  }
  ++loaded.owners;
  registry().modules[functions] = loaded;
  return std::shared_ptr<Module>(new Module(std::make_unique<const Impl>(functions, std::move(loaded.turn))));
}

Result<std::vector<TokenInfo>> Module::tokens(const TokenUri& wanted) const {
  MDOC_TRY(const auto slots, impl_->slots());
  std::vector<TokenInfo> found;
  for (const CK_SLOT_ID slot : slots) {
    auto token = impl_->token_info(slot);
    if (!token) {
      if (is_absence(token.error())) continue;
      return token.error();
    }
    const auto fits = impl_->fits(wanted, *token);
    if (!fits) {
      if (is_absence(fits.error())) continue;
      return fits.error();
    }
    if (*fits) found.push_back(*std::move(token));
  }
  return found;
}

}  // namespace mdoc::pkcs11
