#include "mdoc/crypto/aead.hpp"

#include <algorithm>
#include <array>
#include <climits>

#include "core/try.hpp"
#include "crypto/openssl.hpp"
#include "mdoc/core/secret.hpp"

namespace mdoc::crypto {
namespace {

bool process(EVP_CIPHER_CTX* context, std::uint8_t* out, ByteView in) noexcept {
  int written = 0;
  return in.empty() || EVP_CipherUpdate(context, out, &written, in.data(), static_cast<int>(in.size())) == 1;
}

// OpenSSL counts in int.
constexpr std::size_t max_size = INT_MAX - Aead::tag_size;

Result<void> check_openable(ByteView nonce, ByteView associated_data, ByteView sealed) {
  if (nonce.size() != Aead::nonce_size || std::max(sealed.size(), associated_data.size()) > max_size) {
    return Error{.code = Errc::bad_argument};
  }
  if (sealed.size() < Aead::tag_size) return Error{.code = Errc::decryption_failed};
  return {};
}

}  // namespace

struct Aead::Context {
  CipherContext cipher;
};

Aead::Aead(std::unique_ptr<Context> context) noexcept : context_(std::move(context)) {}
Aead::Aead(Aead&& other) noexcept = default;
Aead& Aead::operator=(Aead&& other) noexcept = default;
Aead::~Aead() = default;  // EVP_CIPHER_CTX_free wipes the key schedule

Result<Aead> Aead::create(AeadAlgorithm algorithm, ByteView key) {
  if (key.size() != key_size(algorithm)) return Error{.code = Errc::bad_argument};
  const ErrorQueueGuard guard;
  CipherContext cipher(EVP_CIPHER_CTX_new());
  const EVP_CIPHER* const fetched_cipher = fetched(algorithm);
  if (cipher == nullptr || fetched_cipher == nullptr ||
      EVP_EncryptInit_ex2(cipher.get(), fetched_cipher, key.data(), nullptr, nullptr) != 1) {
    return backend_error();
  }
  return Aead(std::make_unique<Context>(Context{std::move(cipher)}));
}

Result<Bytes> Aead::seal(ByteView nonce, ByteView associated_data, ByteView plaintext) {
  if (nonce.size() != nonce_size || std::max(plaintext.size(), associated_data.size()) > max_size) {
    return Error{.code = Errc::bad_argument};
  }
  const ErrorQueueGuard guard;
  EVP_CIPHER_CTX* const cipher = context_->cipher.get();
  Bytes sealed(plaintext.size() + tag_size);
  std::uint8_t* const tag = sealed.data() + plaintext.size();
  int written = 0;
  if (EVP_EncryptInit_ex2(cipher, nullptr, nullptr, nonce.data(), nullptr) != 1 ||
      !process(cipher, nullptr, associated_data) || !process(cipher, sealed.data(), plaintext) ||
      EVP_EncryptFinal_ex(cipher, tag, &written) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, tag_size, tag) != 1) {
    return backend_error();
  }
  return sealed;
}

Result<Bytes> Aead::open(ByteView nonce, ByteView associated_data, ByteView sealed) {
  MDOC_CHECK(check_openable(nonce, associated_data, sealed));
  const ByteView ciphertext = sealed.first(sealed.size() - tag_size);
  Bytes plaintext(ciphertext.size());
  std::array<std::uint8_t, tag_size> tag{};  // OpenSSL wants it writable
  std::ranges::copy(sealed.last(tag_size), tag.begin());
  const ErrorQueueGuard guard;
  EVP_CIPHER_CTX* const cipher = context_->cipher.get();
  std::array<std::uint8_t, tag_size> nothing{};
  int written = 0;
  if (EVP_DecryptInit_ex2(cipher, nullptr, nullptr, nonce.data(), nullptr) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()) != 1 ||
      !process(cipher, nullptr, associated_data) || !process(cipher, plaintext.data(), ciphertext) ||
      EVP_DecryptFinal_ex(cipher, nothing.data(), &written) != 1) {
    secure_zero(plaintext);
    return Error{.code = Errc::decryption_failed};
  }
  return plaintext;
}

}  // namespace mdoc::crypto
