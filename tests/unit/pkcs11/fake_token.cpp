#include "fake_token.hpp"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/crypto/system_rng.hpp"

namespace mdoc::pkcs11 {
namespace {

const Bytes yes{CK_TRUE};
const Bytes no{CK_FALSE};

Bytes number_bytes(CK_ULONG number) {
  Bytes bytes(sizeof number);
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

template <std::size_t size>
void fill(unsigned char (&field)[size], const std::string& text) {  // NOLINT(*-avoid-c-arrays)
  std::fill_n(field, size, static_cast<unsigned char>(' '));
  std::copy_n(text.begin(), std::min(text.size(), size), field);
}

Bytes attribute_bytes(const CK_ATTRIBUTE& attribute) {
  const auto* begin = static_cast<const unsigned char*>(attribute.pValue);
  return {begin, begin + attribute.ulValueLen};
}

FakeToken::Attributes template_of(const CK_ATTRIBUTE* attributes, CK_ULONG count) {
  FakeToken::Attributes made;
  for (CK_ULONG i = 0; i < count; ++i) made[attributes[i].type] = attribute_bytes(attributes[i]);
  return made;
}

Bytes params_of(crypto::Curve curve) { return crypto::der::encode_object_identifier(crypto::info(curve).oid).value(); }

/// ECDSA over a digest as it is.
Bytes sign_digest(const crypto::PrivateKey& key, ByteView digest) {
  const SecretBytes pem = key.pem().value();
  BIO* bio = BIO_new_mem_buf(pem.view().data(), static_cast<int>(pem.size()));
  EVP_PKEY* pkey = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr);
  Bytes der(160);
  std::size_t size = der.size();
  const bool done =
      EVP_PKEY_sign_init(context) == 1 && EVP_PKEY_sign(context, der.data(), &size, digest.data(), digest.size()) == 1;
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(pkey);
  if (!done) throw std::runtime_error("EVP_PKEY_sign");
  return crypto::signature_from_der(key.curve(), ByteView(der).first(size)).value().raw;
}

}  // namespace

const std::string& fake_module_path() {
  static const std::string path = MDOC_FAKE_PKCS11;
  return path;
}

const FakeControl& fake_control() {
  static const FakeControl* const control = [] {
    void* const library = ::dlopen(fake_module_path().c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) throw std::runtime_error(::dlerror());
    const void* const symbol = ::dlsym(library, fake_control_symbol);
    ::dlclose(library);
    return static_cast<const FakeControl*>(symbol);
  }();
  return *control;
}

/// One call of the module: counted, perhaps ended at once. Where the module claims no locks, sees whether two overlap.
class FakeToken::Call {
 public:
  Call(FakeToken& token, const char* function) : token_(token) {
    const bool overlapping = inside_now_.exchange(true) && !token.has_locks;
    if (!token.has_locks) std::this_thread::sleep_for(std::chrono::microseconds(20));  // long enough to be met inside
    lock_ = std::unique_lock(token.mutex_);
    if (overlapping) ++token.overlaps;
    const unsigned number = token.calls_[function]++;
    if (const auto always = token.always_.find(function); always != token.always_.end()) ended_ = always->second;
    auto& answers = token.answers_[function];
    if (const auto answer = answers.find(number); answer != answers.end()) {
      ended_ = answer->second;
      answers.erase(answer);
    }
    if (!ended_ && !token.present && std::strcmp(function, "C_GetSlotList") != 0 &&
        std::strcmp(function, "C_Initialize") != 0 && std::strcmp(function, "C_Finalize") != 0) {
      ended_ = CKR_DEVICE_REMOVED;
    }
  }
  ~Call() { inside_now_ = false; }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  [[nodiscard]] std::optional<CK_RV> ended() const { return ended_; }
  /// The session, or what is wrong with it.
  Session* session(CK_SESSION_HANDLE handle) {
    if (ended_) return nullptr;
    const auto found = token_.sessions_.find(handle);
    if (found != token_.sessions_.end()) return &found->second;
    ended_ = CKR_SESSION_HANDLE_INVALID;
    return nullptr;
  }

 private:
  static inline std::atomic<bool> inside_now_{false};
  FakeToken& token_;
  std::unique_lock<std::mutex> lock_;
  std::optional<CK_RV> ended_;
};

FakeToken::FakeToken() { fake_control().install(this); }
FakeToken::~FakeToken() { fake_control().install(nullptr); }

void FakeToken::add_key(const std::string& key_label, const Bytes& id, crypto::PrivateKey key) {
  const crypto::PublicKey made = key.public_key();
  const Bytes raw(made.point().begin(), made.point().end());
  const bool ec2 = crypto::info(key.curve()).key_type == crypto::KeyType::ec2;
  const Bytes name(key_label.begin(), key_label.end());
  const Bytes kind = number_bytes(ec2 ? CKK_EC : CKK_EC_EDWARDS);
  const Bytes point = point_form == PointForm::raw ? raw : crypto::der::encode(crypto::der::tag::octet_string, raw);
  objects_[next_object_++] = {.attributes = {{CKA_CLASS, number_bytes(CKO_PRIVATE_KEY)},
                                             {CKA_LABEL, name},
                                             {CKA_ID, id},
                                             {CKA_KEY_TYPE, kind},
                                             {CKA_PRIVATE, yes},
                                             {CKA_EC_PARAMS, params_of(key.curve())},
                                             {CKA_SIGN, yes},
                                             {CKA_DERIVE, yes}},
                              .key = keys_.size()};
  objects_[next_object_++] = {.attributes = {{CKA_CLASS, number_bytes(CKO_PUBLIC_KEY)},
                                             {CKA_LABEL, name},
                                             {CKA_ID, id},
                                             {CKA_KEY_TYPE, kind},
                                             {CKA_PRIVATE, no},
                                             {CKA_EC_PARAMS, params_of(key.curve())},
                                             {CKA_EC_POINT, point}},
                              .key = keys_.size()};
  keys_.push_back(std::move(key));
}

void FakeToken::answer(const std::string& function, CK_RV value, unsigned number) {
  answers_[function][calls_[function] + number] = value;
}
void FakeToken::always_answer(const std::string& function, CK_RV value) { always_[function] = value; }
void FakeToken::behave_again() {
  answers_.clear();
  always_.clear();
}
unsigned FakeToken::calls(const std::string& function) const {
  const auto found = calls_.find(function);
  return found == calls_.end() ? 0 : found->second;
}

void FakeToken::remove() {
  present = false;
  logged_in = false;
  sessions_.clear();
}

std::size_t FakeToken::secrets_left() const {
  return static_cast<std::size_t>(std::ranges::count_if(objects_, [](const auto& entry) {
    return entry.second.attributes.at(CKA_CLASS) == number_bytes(CKO_SECRET_KEY);
  }));
}

FakeToken::Attributes* FakeToken::find(CK_OBJECT_CLASS type, const std::string& object_label) {
  for (auto& [handle, object] : objects_) {
    if (object.attributes[CKA_CLASS] == number_bytes(type) &&
        object.attributes[CKA_LABEL] == Bytes(object_label.begin(), object_label.end())) {
      return &object.attributes;
    }
  }
  return nullptr;
}
FakeToken::Attributes& FakeToken::object(CK_OBJECT_CLASS type, const std::string& object_label) {
  Attributes* const found = find(type, object_label);
  if (found == nullptr) throw std::runtime_error("no such object: " + object_label);
  return *found;
}
void FakeToken::erase(CK_OBJECT_CLASS type, const std::string& object_label) {
  const Attributes* const gone = &object(type, object_label);
  std::erase_if(objects_, [gone](const auto& entry) { return &entry.second.attributes == gone; });
}

bool FakeToken::is_shown(const Object& object) const {
  const auto found = object.attributes.find(CKA_PRIVATE);
  return logged_in || !login_required || found == object.attributes.end() || found->second == no;
}

CK_RV FakeToken::initialize(const CK_C_INITIALIZE_ARGS* arguments) {
  const Call call(*this, "C_Initialize");
  if (call.ended()) return *call.ended();
  initialise_flags = arguments == nullptr ? std::optional<CK_FLAGS>() : arguments->flags;
  if (!has_locks && arguments != nullptr) return CKR_CANT_LOCK;
  if (already_initialised) return CKR_CRYPTOKI_ALREADY_INITIALIZED;
  ++initialised;
  return CKR_OK;
}
CK_RV FakeToken::finalize() {
  const Call call(*this, "C_Finalize");
  ++finalised;
  sessions_.clear();
  return CKR_OK;
}
CK_RV FakeToken::get_info(CK_INFO* info) {
  const Call call(*this, "C_GetInfo");
  if (call.ended()) return *call.ended();
  *info = {};
  info->cryptokiVersion = {2, 40};
  fill(info->manufacturerID, "Utopia Tokens");
  fill(info->libraryDescription, "Fake module");
  info->libraryVersion = {1, 7};
  return CKR_OK;
}
CK_RV FakeToken::get_slot_list(CK_SLOT_ID* slots, CK_ULONG* count) {
  const Call call(*this, "C_GetSlotList");
  if (call.ended()) return *call.ended();
  const CK_ULONG there = present ? slot_count : 0;
  if (slots != nullptr && *count < there) return CKR_BUFFER_TOO_SMALL;
  *count = there;
  if (slots != nullptr && there < 100) {
    for (CK_ULONG i = 0; i < there; ++i) slots[i] = i + 7;
  }
  return CKR_OK;
}
CK_RV FakeToken::get_slot_info(CK_SLOT_ID /*slot*/, CK_SLOT_INFO* info) {
  const Call call(*this, "C_GetSlotInfo");
  if (call.ended()) return *call.ended();
  *info = {};
  fill(info->slotDescription, "Fake slot");
  fill(info->manufacturerID, "Utopia Slots");
  return CKR_OK;
}
CK_RV FakeToken::get_token_info(CK_SLOT_ID /*slot*/, CK_TOKEN_INFO* info) {
  const Call call(*this, "C_GetTokenInfo");
  if (call.ended()) return *call.ended();
  *info = {};
  fill(info->label, label);
  fill(info->manufacturerID, "Utopia Tokens");
  fill(info->model, "T-1");
  fill(info->serialNumber, serial);
  info->flags = CKF_TOKEN_INITIALIZED | further_flags;
  if (login_required) info->flags |= CKF_LOGIN_REQUIRED;
  if (pin_pad) info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
  if (wrong_pins == 2) info->flags |= CKF_USER_PIN_FINAL_TRY;
  if (wrong_pins >= 3) info->flags |= CKF_USER_PIN_LOCKED;
  return CKR_OK;
}
CK_RV FakeToken::open_session(CK_SLOT_ID /*slot*/, CK_FLAGS flags, CK_SESSION_HANDLE* session) {
  const Call call(*this, "C_OpenSession");
  if (call.ended()) return *call.ended();
  if ((flags & CKF_SERIAL_SESSION) == 0) return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
  CK_SESSION_HANDLE handle = 1;  // numbers are used again
  while (sessions_.contains(handle)) ++handle;
  sessions_[handle].writable = (flags & CKF_RW_SESSION) != 0;
  *session = handle;
  return CKR_OK;
}
CK_RV FakeToken::close_session(CK_SESSION_HANDLE session) {
  Call call(*this, "C_CloseSession");
  if (call.session(session) == nullptr) {
    ++closed_unknown;
    return *call.ended();
  }
  sessions_.erase(session);
  if (sessions_.empty()) logged_in = false;
  return CKR_OK;
}
CK_RV FakeToken::get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO* info) {
  Call call(*this, "C_GetSessionInfo");
  const Session* const there = call.session(session);
  if (there == nullptr) return *call.ended();
  *info = {};
  info->state = there->writable ? (logged_in ? CKS_RW_USER_FUNCTIONS : CKS_RW_PUBLIC_SESSION)
                                : (logged_in ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION);
  return CKR_OK;
}
CK_RV FakeToken::login(CK_SESSION_HANDLE session, CK_USER_TYPE user, const CK_BYTE* given, CK_ULONG size) {
  Call call(*this, "C_Login");
  if (call.session(session) == nullptr) return *call.ended();
  if (user == CKU_USER && logged_in) return CKR_USER_ALREADY_LOGGED_IN;
  if (wrong_pins >= 3) return CKR_PIN_LOCKED;
  if (pin_pad != (given == nullptr)) return CKR_ARGUMENTS_BAD;
  if (!pin_pad && pin != as_text({given, size})) {
    ++wrong_pins;
    return CKR_PIN_INCORRECT;
  }
  wrong_pins = 0;
  if (user == CKU_CONTEXT_SPECIFIC) ++context_logins;
  logged_in = true;
  return CKR_OK;
}
CK_RV FakeToken::find_objects_init(CK_SESSION_HANDLE session, const CK_ATTRIBUTE* wanted, CK_ULONG count) {
  Call call(*this, "C_FindObjectsInit");
  Session* const there = call.session(session);
  if (there == nullptr) return *call.ended();
  if (there->finding) return CKR_OPERATION_ACTIVE;
  there->found.clear();
  there->finding = true;
  for (auto& [handle, object] : objects_) {
    bool fits = is_shown(object);
    for (CK_ULONG i = 0; i < count; ++i) {
      const auto found = object.attributes.find(wanted[i].type);
      fits = fits && found != object.attributes.end() && found->second == attribute_bytes(wanted[i]);
    }
    if (fits) there->found.push_back(handle);
  }
  return CKR_OK;
}
CK_RV FakeToken::find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE* found, CK_ULONG max, CK_ULONG* count) {
  Call call(*this, "C_FindObjects");
  Session* const there = call.session(session);
  if (there == nullptr) return *call.ended();
  *count = std::min<CK_ULONG>(one_at_a_time ? 1 : max, there->found.size());
  std::copy_n(there->found.begin(), *count, found);
  there->found.erase(there->found.begin(), there->found.begin() + static_cast<std::ptrdiff_t>(*count));
  if (found_count) *count = *found_count;
  return CKR_OK;
}
CK_RV FakeToken::find_objects_final(CK_SESSION_HANDLE session) {
  Call call(*this, "C_FindObjectsFinal");
  Session* const there = call.session(session);
  if (there == nullptr) return *call.ended();
  there->finding = false;
  return CKR_OK;
}
CK_RV FakeToken::get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* wanted,
                                     CK_ULONG count) {
  Call call(*this, "C_GetAttributeValue");
  if (call.session(session) == nullptr) return *call.ended();
  const auto there = objects_.find(object);
  if (there == objects_.end() || !is_shown(there->second)) return CKR_OBJECT_HANDLE_INVALID;
  if (count != 1) return CKR_ARGUMENTS_BAD;
  const auto found = there->second.attributes.find(wanted->type);
  if (found == there->second.attributes.end()) {
    wanted->ulValueLen = CK_UNAVAILABLE_INFORMATION;
    return CKR_ATTRIBUTE_TYPE_INVALID;
  }
  const bool measured = wanted->pValue == nullptr;
  if (!measured) {
    if (wanted->ulValueLen < found->second.size()) return CKR_BUFFER_TOO_SMALL;
    std::ranges::copy(found->second, static_cast<unsigned char*>(wanted->pValue));
  }
  wanted->ulValueLen = static_cast<CK_ULONG>(found->second.size());
  if (wanted->type == CKA_VALUE)
    wanted->ulValueLen = (measured ? measured_secret : read_secret).value_or(wanted->ulValueLen);
  return CKR_OK;
}
CK_RV FakeToken::sign_init(CK_SESSION_HANDLE session, const CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  Call call(*this, "C_SignInit");
  Session* const there = call.session(session);
  if (there == nullptr) return *call.ended();
  if (there->signing) return CKR_OPERATION_ACTIVE;
  if (!objects_.contains(key)) return CKR_KEY_HANDLE_INVALID;
  if (mechanism->mechanism != CKM_ECDSA && mechanism->mechanism != CKM_EDDSA) return CKR_MECHANISM_INVALID;
  there->signing = key;
  return CKR_OK;
}
CK_RV FakeToken::sign(CK_SESSION_HANDLE session, const CK_BYTE* data, CK_ULONG size, CK_BYTE* signature,
                      CK_ULONG* given_size) {
  Call call(*this, "C_Sign");
  Session* const there = call.session(session);
  if (there == nullptr) return *call.ended();
  if (!there->signing) return CKR_OPERATION_NOT_INITIALIZED;
  const crypto::PrivateKey& key = keys_[objects_.at(*there->signing).key];
  const ByteView message(data, size);
  const Bytes made = key.curve() == crypto::Curve::ed25519
                         ? crypto::sign(key, crypto::SignatureAlgorithm::eddsa, message).value().raw
                         : sign_digest(key, message);
  if (*given_size < signature_size.value_or(made.size())) {
    *given_size = signature_size.value_or(made.size());
    return CKR_BUFFER_TOO_SMALL;
  }
  there->signing.reset();
  std::copy_n(made.begin(), std::min<std::size_t>(made.size(), *given_size), signature);
  *given_size = signature_size.value_or(made.size());
  return CKR_OK;
}
CK_RV FakeToken::derive_key(CK_SESSION_HANDLE session, const CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key,
                            const CK_ATTRIBUTE* wanted, CK_ULONG count, CK_OBJECT_HANDLE* derived) {
  Call call(*this, "C_DeriveKey");
  if (call.session(session) == nullptr) return *call.ended();
  if (mechanism->mechanism != CKM_ECDH1_DERIVE) return CKR_MECHANISM_INVALID;
  const auto& parameters = *static_cast<const CK_ECDH1_DERIVE_PARAMS*>(mechanism->pParameter);
  if (parameters.kdf != CKD_NULL || mechanism->ulParameterLen != sizeof parameters) return CKR_MECHANISM_PARAM_INVALID;
  const crypto::PrivateKey& own = keys_[objects_.at(key).key];
  ByteView point(parameters.public_data, parameters.public_data_len);
  if (wants_wrapped_point) {
    crypto::der::Reader reader(point, Errc::bad_key);
    const auto inner = reader.read(crypto::der::tag::octet_string);
    if (!inner || !reader.end()) return CKR_MECHANISM_PARAM_INVALID;
    point = inner->content;
  }
  const auto peer = crypto::PublicKey::from_point(own.curve(), point);
  if (!peer) return CKR_MECHANISM_PARAM_INVALID;
  const SecretBytes made = crypto::agree(own, *peer).value();
  Object object{.attributes = template_of(wanted, count)};
  if (object.attributes[CKA_TOKEN] != no || object.attributes[CKA_VALUE_LEN] != number_bytes(made.size())) {
    return CKR_TEMPLATE_INCONSISTENT;
  }
  object.attributes[CKA_VALUE] = Bytes(made.view().begin(), made.view().end());
  if (zero_secret) object.attributes[CKA_VALUE] = Bytes(made.size());
  *derived = next_object_++;
  objects_[*derived] = std::move(object);
  return CKR_OK;
}
CK_RV FakeToken::destroy_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
  Call call(*this, "C_DestroyObject");
  if (call.session(session) == nullptr) return *call.ended();
  return objects_.erase(object) == 1 ? CKR_OK : CKR_OBJECT_HANDLE_INVALID;
}
CK_RV FakeToken::generate_key_pair(CK_SESSION_HANDLE session, const CK_MECHANISM* /*mechanism*/,
                                   const CK_ATTRIBUTE* of_public, CK_ULONG public_count, const CK_ATTRIBUTE* of_private,
                                   CK_ULONG private_count, CK_OBJECT_HANDLE* made_public,
                                   CK_OBJECT_HANDLE* made_private) {
  Call call(*this, "C_GenerateKeyPair");
  const Session* const there = call.session(session);
  if (there == nullptr) return *call.ended();
  if (!there->writable) return CKR_SESSION_READ_ONLY;
  if (!logged_in) return CKR_USER_NOT_LOGGED_IN;
  Object public_object{.attributes = template_of(of_public, public_count), .key = keys_.size()};
  Object private_object{.attributes = template_of(of_private, private_count), .key = keys_.size()};
  auto key = crypto::PrivateKey::generate(crypto::Curve::p256, crypto::system_rng()).value();
  const crypto::PublicKey point = key.public_key();
  public_object.attributes[CKA_CLASS] = number_bytes(CKO_PUBLIC_KEY);
  public_object.attributes[CKA_EC_POINT] = crypto::der::encode(crypto::der::tag::octet_string, point.point());
  private_object.attributes[CKA_CLASS] = number_bytes(CKO_PRIVATE_KEY);
  private_object.attributes[CKA_EC_PARAMS] = public_object.attributes[CKA_EC_PARAMS];
  if (extractable_keys) private_object.attributes[CKA_EXTRACTABLE] = yes;
  keys_.push_back(std::move(key));
  *made_public = next_object_++;
  objects_[*made_public] = std::move(public_object);
  *made_private = next_object_++;
  objects_[*made_private] = std::move(private_object);
  return CKR_OK;
}

}  // namespace mdoc::pkcs11
