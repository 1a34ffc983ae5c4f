#include "mdoc/cose/mac0.hpp"

#include "core/try.hpp"
#include "cose/message.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/cose/algorithm.hpp"
#include "mdoc/crypto/hmac.hpp"

namespace mdoc::cose {
namespace {

Result<void> verify_payload(const CoseMac0& message, const SecretBytes& key, const crypto::MessageParts& payload) {
  if (!message.headers.algorithm) return Error{.code = Errc::bad_header, .where = Path("protected") / "alg"};
  if (*message.headers.algorithm != hmac_256_256) return Error{.code = Errc::unsupported_algorithm, .where = "alg"};
  const Structure structure(mac0_context, message.headers.protected_bytes.view(), payload);
  return crypto::verify_hmac(crypto::DigestAlgorithm::sha256, key.view(), structure.parts(), message.tag.view());
}

}  // namespace

Result<CoseMac0> decode_cose_mac0(cbor::Reader& reader) {
  MDOC_TRY(Message message, decode_message(reader, tag_mac0, Profile::mdoc));
  return CoseMac0{.encoded = std::move(message.encoded),
                  .headers = std::move(message.headers),
                  .payload = std::move(message.payload),
                  .tag = std::move(message.proof)};
}

Result<void> CoseMac0::verify(const SecretBytes& key) const {
  if (!payload) return Error{.code = Errc::missing_element, .where = "payload"};
  return verify_payload(*this, key, payload->view());
}

Result<void> CoseMac0::verify_detached(const SecretBytes& key, const crypto::MessageParts& content) const {
  if (payload) return Error{.code = Errc::bad_value, .where = "payload"};
  return verify_payload(*this, key, content);
}

Result<CoseMac0> mac_detached(const SecretBytes& key, const crypto::MessageParts& payload) {
  cbor::SortedMap header;
  header.put(label::alg).integer(hmac_256_256);
  const Bytes protected_bytes = header.encode();
  const Structure structure(mac0_context, protected_bytes, payload);
  MDOC_TRY(const auto tag, crypto::hmac(crypto::DigestAlgorithm::sha256, key.view(), structure.parts()));

  cbor::Writer message;
  message.array(4).bytes(protected_bytes).map(0).null().bytes(tag.view());
  cbor::Reader reader(SharedBytes::take(std::move(message).take()));
  return decode_cose_mac0(reader);
}

}  // namespace mdoc::cose
