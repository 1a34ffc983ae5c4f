// A PKCS #11 module without anything of its own. See fake_cryptoki.hpp.
#include <atomic>
#include <string_view>

#include "fake_cryptoki.hpp"

namespace {

using mdoc::pkcs11::FakeControl;
using mdoc::pkcs11::FakeCryptoki;

std::atomic<FakeCryptoki*> behind{nullptr};

// One function of the list for each method of FakeCryptoki.
template <auto method, class... Arguments>
CK_RV pass_on(Arguments... arguments) {
  FakeCryptoki* const there = behind.load();
  if (there == nullptr) return CKR_GENERAL_ERROR;
  return (there->*method)(arguments...);
}

CK_RV initialize(void* arguments) {
  return pass_on<&FakeCryptoki::initialize>(static_cast<const CK_C_INITIALIZE_ARGS*>(arguments));
}
CK_RV finalize(void* /*reserved*/) { return pass_on<&FakeCryptoki::finalize>(); }
CK_RV get_slot_list(unsigned char /*present*/, CK_SLOT_ID* slots, CK_ULONG* count) {
  return pass_on<&FakeCryptoki::get_slot_list>(slots, count);
}
CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void* /*application*/, CK_NOTIFY /*notify*/,
                   CK_SESSION_HANDLE* session) {
  return pass_on<&FakeCryptoki::open_session>(slot, flags, session);
}
CK_RV get_info(CK_INFO* info) { return pass_on<&FakeCryptoki::get_info>(info); }
CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO* info) { return pass_on<&FakeCryptoki::get_slot_info>(slot, info); }
CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  return pass_on<&FakeCryptoki::get_token_info>(slot, info);
}
CK_RV close_session(CK_SESSION_HANDLE session) { return pass_on<&FakeCryptoki::close_session>(session); }
CK_RV get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO* info) {
  return pass_on<&FakeCryptoki::get_session_info>(session, info);
}
CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_BYTE* pin, CK_ULONG size) {
  return pass_on<&FakeCryptoki::login>(session, user, pin, size);
}
CK_RV find_objects_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE* wanted, CK_ULONG count) {
  return pass_on<&FakeCryptoki::find_objects_init>(session, wanted, count);
}
CK_RV find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE* found, CK_ULONG max, CK_ULONG* count) {
  return pass_on<&FakeCryptoki::find_objects>(session, found, max, count);
}
CK_RV find_objects_final(CK_SESSION_HANDLE session) { return pass_on<&FakeCryptoki::find_objects_final>(session); }
CK_RV get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* wanted, CK_ULONG count) {
  return pass_on<&FakeCryptoki::get_attribute_value>(session, object, wanted, count);
}
CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  return pass_on<&FakeCryptoki::sign_init>(session, mechanism, key);
}
CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG size, CK_BYTE* signature, CK_ULONG* signature_size) {
  return pass_on<&FakeCryptoki::sign>(session, data, size, signature, signature_size);
}
CK_RV derive_key(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key, CK_ATTRIBUTE* wanted,
                 CK_ULONG count, CK_OBJECT_HANDLE* derived) {
  return pass_on<&FakeCryptoki::derive_key>(session, mechanism, key, wanted, count, derived);
}
CK_RV destroy_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
  return pass_on<&FakeCryptoki::destroy_object>(session, object);
}
CK_RV generate_key_pair(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_ATTRIBUTE* of_public,
                        CK_ULONG public_count, CK_ATTRIBUTE* of_private, CK_ULONG private_count,
                        CK_OBJECT_HANDLE* made_public, CK_OBJECT_HANDLE* made_private) {
  return pass_on<&FakeCryptoki::generate_key_pair>(session, mechanism, of_public, public_count, of_private,
                                                   private_count, made_public, made_private);
}

CK_FUNCTION_LIST whole_list() {
  CK_FUNCTION_LIST list{};
  list.version = {2, 40};
  list.C_Initialize = initialize;
  list.C_Finalize = finalize;
  list.C_GetInfo = get_info;
  list.C_GetSlotList = get_slot_list;
  list.C_GetSlotInfo = get_slot_info;
  list.C_GetTokenInfo = get_token_info;
  list.C_OpenSession = open_session;
  list.C_CloseSession = close_session;
  list.C_GetSessionInfo = get_session_info;
  list.C_Login = login;
  list.C_FindObjectsInit = find_objects_init;
  list.C_FindObjects = find_objects;
  list.C_FindObjectsFinal = find_objects_final;
  list.C_GetAttributeValue = get_attribute_value;
  list.C_SignInit = sign_init;
  list.C_Sign = sign;
  list.C_DeriveKey = derive_key;
  list.C_DestroyObject = destroy_object;
  list.C_GenerateKeyPair = generate_key_pair;
  return list;
}
CK_FUNCTION_LIST list = whole_list();

void install(FakeCryptoki* there) {
  list = whole_list();
  behind = there;
}
void set_version(unsigned char major) { list.version.major = major; }
void remove_function(const char* function) {
  const std::string_view name(function);
  if (name == "C_Sign") list.C_Sign = nullptr;
  if (name == "C_DeriveKey") list.C_DeriveKey = nullptr;
  if (name == "C_Initialize") list.C_Initialize = nullptr;
}

}  // namespace

extern "C" {
__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** functions) {
  *functions = &list;
  return CKR_OK;
}
extern __attribute__((visibility("default"))) const FakeControl mdoc_fake_control;
const FakeControl mdoc_fake_control{install, set_version, remove_function};
}
