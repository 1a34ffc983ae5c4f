#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fake_cryptoki.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/pkcs11/module.hpp"
#include "mdoc/pkcs11/token_key_provider.hpp"

namespace mdoc::pkcs11 {

/// Where the fake module is.
[[nodiscard]] const std::string& fake_module_path();
[[nodiscard]] const FakeControl& fake_control();

/// A token that does what a test wants: well-behaved until one of its members is changed, with the public members
/// locked by nobody, so between calls only. As long as it lives, it is what the fake module has behind it.
class FakeToken final : public FakeCryptoki {
 public:
  using Attributes = std::map<CK_ATTRIBUTE_TYPE, Bytes>;
  enum class PointForm { octet_string, raw };

  FakeToken();
  FakeToken(const FakeToken&) = delete;
  FakeToken& operator=(const FakeToken&) = delete;
  ~FakeToken() override;

  /// A key pair with label and id, private and public object.
  void add_key(const std::string& label, const Bytes& id, crypto::PrivateKey key);
  /// Call number `number` (from 0, counted from now) of `function` gives `value` and does nothing else.
  void answer(const std::string& function, CK_RV value, unsigned number = 0);
  /// Every call does.
  void always_answer(const std::string& function, CK_RV value);
  void behave_again();
  [[nodiscard]] unsigned calls(const std::string& function) const;
  /// Takes the token out: sessions and login are gone, and their numbers free for others.
  void remove();
  void insert() { present = true; }
  [[nodiscard]] std::size_t open_sessions() const { return sessions_.size(); }
  [[nodiscard]] std::size_t secrets_left() const;
  /// The attributes of the object of a class with this label.
  [[nodiscard]] Attributes& object(CK_OBJECT_CLASS type, const std::string& label);
  void erase(CK_OBJECT_CLASS type, const std::string& label);

  std::string label = "fake", serial = "1", pin = "1234";
  bool present = true, logged_in = false, login_required = true, pin_pad = false, has_locks = true;
  bool already_initialised = false;
  CK_FLAGS further_flags = 0;
  PointForm point_form = PointForm::octet_string;  ///< of what is added
  bool wants_wrapped_point = false;                ///< of a peer
  std::optional<CK_ULONG> signature_size{};        ///< what C_Sign says
  std::optional<CK_ULONG> measured_secret{};       ///< the length of CKA_VALUE, asked for
  std::optional<CK_ULONG> read_secret{};           ///< the same, as CKA_VALUE is read
  std::optional<CK_ULONG> found_count{};           ///< what C_FindObjects says
  bool one_at_a_time = false;                      ///< C_FindObjects gives one, then the next
  bool zero_secret = false;
  bool extractable_keys = false;  ///< whatever C_GenerateKeyPair is told
  std::size_t slot_count = 1;     ///< all with this token
  unsigned wrong_pins = 0, context_logins = 0, initialised = 0, finalised = 0, closed_unknown = 0, overlaps = 0;
  std::optional<CK_FLAGS> initialise_flags{};

  CK_RV initialize(const CK_C_INITIALIZE_ARGS* arguments) override;
  CK_RV finalize() override;
  CK_RV get_info(CK_INFO* info) override;
  CK_RV get_slot_list(CK_SLOT_ID* slots, CK_ULONG* count) override;
  CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO* info) override;
  CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO* info) override;
  CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_SESSION_HANDLE* session) override;
  CK_RV close_session(CK_SESSION_HANDLE session) override;
  CK_RV get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO* info) override;
  CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, const CK_BYTE* pin, CK_ULONG size) override;
  CK_RV find_objects_init(CK_SESSION_HANDLE session, const CK_ATTRIBUTE* wanted, CK_ULONG count) override;
  CK_RV find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE* found, CK_ULONG max, CK_ULONG* count) override;
  CK_RV find_objects_final(CK_SESSION_HANDLE session) override;
  CK_RV get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* wanted,
                            CK_ULONG count) override;
  CK_RV sign_init(CK_SESSION_HANDLE session, const CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) override;
  CK_RV sign(CK_SESSION_HANDLE session, const CK_BYTE* data, CK_ULONG size, CK_BYTE* signature,
             CK_ULONG* signature_size) override;
  CK_RV derive_key(CK_SESSION_HANDLE session, const CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key,
                   const CK_ATTRIBUTE* wanted, CK_ULONG count, CK_OBJECT_HANDLE* derived) override;
  CK_RV destroy_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) override;
  CK_RV generate_key_pair(CK_SESSION_HANDLE session, const CK_MECHANISM* mechanism, const CK_ATTRIBUTE* of_public,
                          CK_ULONG public_count, const CK_ATTRIBUTE* of_private, CK_ULONG private_count,
                          CK_OBJECT_HANDLE* made_public, CK_OBJECT_HANDLE* made_private) override;

 private:
  class Call;
  struct Object {
    Attributes attributes;
    std::size_t key = 0;  // in keys_
  };
  struct Session {
    bool writable = false;
    std::vector<CK_OBJECT_HANDLE> found;
    bool finding = false;
    std::optional<CK_OBJECT_HANDLE> signing;
  };
  [[nodiscard]] bool is_shown(const Object& object) const;
  [[nodiscard]] Attributes* find(CK_OBJECT_CLASS type, const std::string& label);

  mutable std::mutex mutex_;
  std::map<CK_OBJECT_HANDLE, Object> objects_;
  std::vector<crypto::PrivateKey> keys_;
  std::map<CK_SESSION_HANDLE, Session> sessions_;
  std::map<std::string, std::map<unsigned, CK_RV>> answers_;
  std::map<std::string, CK_RV> always_;
  std::map<std::string, unsigned> calls_;
  CK_OBJECT_HANDLE next_object_ = 1;
};

}  // namespace mdoc::pkcs11
