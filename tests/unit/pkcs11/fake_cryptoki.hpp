#pragma once

#include <p11-kit/pkcs11.h>

namespace mdoc::pkcs11 {

/// What stands behind the functions of the fake module, a shared library that hands every call on to whatever a test
/// has installed in it.
class FakeCryptoki {
 public:
  virtual ~FakeCryptoki() = default;
  virtual CK_RV initialize(const CK_C_INITIALIZE_ARGS* arguments) = 0;
  virtual CK_RV finalize() = 0;
  virtual CK_RV get_info(CK_INFO* info) = 0;
  virtual CK_RV get_slot_list(CK_SLOT_ID* slots, CK_ULONG* count) = 0;
  virtual CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO* info) = 0;
  virtual CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO* info) = 0;
  virtual CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_SESSION_HANDLE* session) = 0;
  virtual CK_RV close_session(CK_SESSION_HANDLE session) = 0;
  virtual CK_RV get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO* info) = 0;
  virtual CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, const CK_BYTE* pin, CK_ULONG size) = 0;
  virtual CK_RV find_objects_init(CK_SESSION_HANDLE session, const CK_ATTRIBUTE* wanted, CK_ULONG count) = 0;
  virtual CK_RV find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE* found, CK_ULONG max, CK_ULONG* count) = 0;
  virtual CK_RV find_objects_final(CK_SESSION_HANDLE session) = 0;
  virtual CK_RV get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* wanted,
                                    CK_ULONG count) = 0;
  virtual CK_RV sign_init(CK_SESSION_HANDLE session, const CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) = 0;
  virtual CK_RV sign(CK_SESSION_HANDLE session, const CK_BYTE* data, CK_ULONG size, CK_BYTE* signature,
                     CK_ULONG* signature_size) = 0;
  virtual CK_RV derive_key(CK_SESSION_HANDLE session, const CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key,
                           const CK_ATTRIBUTE* wanted, CK_ULONG count, CK_OBJECT_HANDLE* derived) = 0;
  virtual CK_RV destroy_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) = 0;
  virtual CK_RV generate_key_pair(CK_SESSION_HANDLE session, const CK_MECHANISM* mechanism,
                                  const CK_ATTRIBUTE* of_public, CK_ULONG public_count, const CK_ATTRIBUTE* of_private,
                                  CK_ULONG private_count, CK_OBJECT_HANDLE* made_public,
                                  CK_OBJECT_HANDLE* made_private) = 0;
};

/// What the fake module exports beside C_GetFunctionList.
struct FakeControl {
  void (*install)(FakeCryptoki* behind);          ///< null: nobody
  void (*set_version)(unsigned char major);       ///< of the function list
  void (*remove_function)(const char* function);  ///< its pointer is null, until the next install()
};
inline constexpr const char* fake_control_symbol = "mdoc_fake_control";

}  // namespace mdoc::pkcs11
