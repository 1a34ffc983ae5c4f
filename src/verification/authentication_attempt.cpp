#include "verification/authentication_attempt.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "cose/message.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/cose/algorithm.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/hkdf.hpp"
#include "mdoc/crypto/hmac.hpp"
#include "mdoc/crypto/signature.hpp"
#include "verification/transcript_candidates.hpp"

namespace mdoc::verification {
namespace {

using Recipe = AuthenticationRecipe;
using Variant = AuthenticationVariant;

/// HMAC 256/64 (RFC 9053, 3.1): the same with a tag of 8 bytes.
constexpr std::int64_t hmac_256_64 = 4;
/// A shorter tag could fit by chance.
constexpr std::size_t shortest_tag = 8;

crypto::DigestAlgorithm digest_of(crypto::SignatureAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case crypto::SignatureAlgorithm::es384: return crypto::DigestAlgorithm::sha384;
    case crypto::SignatureAlgorithm::es512: return crypto::DigestAlgorithm::sha512;
    case crypto::SignatureAlgorithm::es256:
    case crypto::SignatureAlgorithm::eddsa: break;
  }
  return crypto::DigestAlgorithm::sha256;
}

/// That something does not fit is an answer; only a defect here is an error.
Result<bool> answer(const Result<void>& verified) {
  if (verified) return true;
  if (verified.error().kind() == ErrorKind::internal) return verified.error();
  return false;
}

}  // namespace

Bytes in_form(Recipe::Form form, ByteView encoded) {
  switch (form) {
    case Recipe::Form::bare: break;
    case Recipe::Form::untagged: return untagged(encoded);
    case Recipe::Form::tagged: return tagged(encoded);
    case Recipe::Form::tagged_twice: return tagged(tagged(encoded));
    case Recipe::Form::untagged_twice: return untagged(tagged(encoded));
  }
  return {encoded.begin(), encoded.end()};
}

std::string_view AuthenticationProof::context() const noexcept {
  return is_mac() ? cose::mac0_context : cose::sign1_context;
}

std::vector<std::string_view> AuthenticationProof::other_contexts() const {
  // RFC 9052, 4.4 and 6.3: of the other message for one, and of those for several recipients or signers.
  if (is_mac()) return {cose::sign1_context, "MAC"};
  return {cose::mac0_context, "Signature"};
}

const std::optional<SharedBytes>& AuthenticationProof::payload() const noexcept {
  return is_mac() ? mac_->payload : signature_->payload;
}

const cose::Headers& AuthenticationProof::headers() const noexcept {
  return is_mac() ? mac_->headers : signature_->headers;
}

bool AuthenticationProof::is_possible_with(const AuthenticationKey& key) const noexcept {
  return is_mac() ? key.zab.has_value() : crypto::signature_algorithm(key.key.curve()).has_value();
}

bool AuthenticationProof::is_in_der(const crypto::PublicKey& key) const {
  const crypto::CurveInfo& curve = crypto::info(key.curve());
  return curve.key_type == crypto::KeyType::ec2 && signature_->signature.size() != curve.signature_size &&
         crypto::signature_from_der(key.curve(), signature_->signature.view());
}

bool AuthenticationProof::is_truncated() const noexcept {
  const std::size_t size = mac_->tag.size();
  return size >= shortest_tag && size < crypto::digest_size(crypto::DigestAlgorithm::sha256);
}

bool AuthenticationProof::names_algorithm_of(const crypto::PublicKey& key) const noexcept {
  const auto named = headers().algorithm;
  if (!named) return false;
  if (!is_mac()) return cose::signature_algorithm(*named, key.curve()).has_value();
  return *named == cose::hmac_256_256 || (*named == hmac_256_64 && mac_->tag.size() == shortest_tag);
}

std::vector<Variant> AuthenticationProof::visible(const crypto::PublicKey& key) const {
  std::vector<Variant> variants;
  if (payload()) variants.push_back(Variant::payload_attached);
  if (!names_algorithm_of(key)) variants.push_back(Variant::algorithm_of_another);
  if (is_mac() ? is_truncated() : is_in_der(key)) {
    variants.push_back(is_mac() ? Variant::mac_truncated : Variant::signature_der);
  }
  return variants;
}

std::vector<Variant> AuthenticationProof::looked_for(const crypto::PublicKey& key) const {
  std::vector<Variant> variants{Variant::payload_attached, Variant::algorithm_of_another};
  if (is_mac()) {
    variants.push_back(Variant::mac_truncated);
  } else if (crypto::info(key.curve()).key_type == crypto::KeyType::ec2) {
    variants.push_back(Variant::signature_der);
  }
  return variants;
}

Bytes AuthenticationProof::message(const Recipe& recipe, ByteView session_transcript) const {
  Bytes content;
  if (recipe.content) {
    content.assign(recipe.content->begin(), recipe.content->end());
  } else {
    // DeviceAuthentication = [ "DeviceAuthentication", SessionTranscript, DocType, DeviceNameSpacesBytes ]
    cbor::Writer array(session_transcript.size() + recipe.doc_type.size() + recipe.name_spaces.size() + 64);
    array.array(4).text(constants_.device_authentication_context);
    array.raw(in_form(recipe.transcript, session_transcript)).text(recipe.doc_type).raw(recipe.name_spaces);
    Bytes authentication = std::move(array).take();
    content = in_form(recipe.form, authentication);
    secure_zero(authentication);  // there are values in it
  }
  if (!recipe.structure) return content;

  cbor::Writer structure(content.size() + headers().protected_bytes.size() + 64);
  structure.array(4).text(recipe.context).bytes(headers().protected_bytes.view());
  switch (recipe.aad) {
    case Recipe::Aad::empty: structure.bytes({}); break;
    case Recipe::Aad::null: structure.null(); break;
    case Recipe::Aad::content: structure.bytes(content); break;
  }
  switch (recipe.payload) {
    case Recipe::Payload::content: structure.bytes(content); break;
    case Recipe::Payload::empty: structure.bytes({}); break;
    case Recipe::Payload::null: structure.null(); break;
  }
  secure_zero(content);
  return std::move(structure).take();
}

Result<bool> AuthenticationProof::is_of(const Recipe& recipe, ByteView session_transcript, ByteView message) const {
  return is_mac() ? is_mac_of(recipe, session_transcript, message) : is_signature_of(recipe, message);
}

Result<bool> AuthenticationProof::is_signature_of(const Recipe& recipe, ByteView message) const {
  const crypto::PublicKey& key = recipe.key->key;
  const auto algorithm = crypto::signature_algorithm(key.curve());
  if (!algorithm) return false;
  crypto::Signature from_der;
  ByteView signature = signature_->signature.view();
  if (is_in_der(key)) {
    MDOC_TRY(from_der, crypto::signature_from_der(key.curve(), signature));
    signature = from_der.raw;
  }
  if (!recipe.hashed_twice) return answer(crypto::verify(key, *algorithm, message, signature));
  MDOC_TRY(const auto digest, crypto::digest(digest_of(*algorithm), message));
  return answer(crypto::verify(key, *algorithm, digest.view(), signature));
}

Result<bool> AuthenticationProof::is_mac_of(const Recipe& recipe, ByteView session_transcript, ByteView message) const {
  MDOC_TRY(const auto key, mac_key(recipe, session_transcript));
  if (!is_truncated()) {
    return answer(crypto::verify_hmac(crypto::DigestAlgorithm::sha256, key.view(), message, mac_->tag.view()));
  }
  MDOC_TRY(const auto tag, crypto::hmac(crypto::DigestAlgorithm::sha256, key.view(), message));
  return constant_time_equal(tag.view().first(mac_->tag.size()), mac_->tag.view());
}

Result<SecretBytes> AuthenticationProof::mac_key(const Recipe& recipe, ByteView session_transcript) const {
  constexpr std::size_t key_size = 32;
  Bytes salt;
  const auto set_hash = [&](ByteView hashed) -> Result<void> {
    MDOC_TRY(const auto digest, crypto::digest(crypto::DigestAlgorithm::sha256, hashed));
    salt = digest.to_bytes();
    return {};
  };
  switch (recipe.salt) {
    case Recipe::Salt::hash_of_tagged: MDOC_CHECK(set_hash(tagged(session_transcript))); break;
    case Recipe::Salt::hash_of_bare: MDOC_CHECK(set_hash(session_transcript)); break;
    case Recipe::Salt::tagged: salt = tagged(session_transcript); break;
    case Recipe::Salt::bare: salt.assign(session_transcript.begin(), session_transcript.end()); break;
    case Recipe::Salt::none: break;
  }
  return crypto::hkdf(crypto::DigestAlgorithm::sha256, recipe.key->zab->view(), salt,
                      as_bytes(constants_.e_mac_key_info), key_size);
}

}  // namespace mdoc::verification
