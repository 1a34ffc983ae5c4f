#include "mdoc/cose/sign1.hpp"

#include "core/try.hpp"
#include "cose/message.hpp"
#include "mdoc/cose/algorithm.hpp"
#include "mdoc/crypto/digest.hpp"

namespace mdoc::cose {
namespace {

constexpr std::int64_t sha256 = -16;  // IANA "COSE Algorithms"

Result<void> verify_payload(const CoseSign1& message, const crypto::PublicKey& key,
                            const crypto::MessageParts& payload) {
  if (!message.headers.algorithm) return Error{.code = Errc::bad_header, .where = Path("protected") / "alg"};
  MDOC_TRY(const auto algorithm, signature_algorithm(*message.headers.algorithm, key.curve()));
  const Structure structure(sign1_context, message.headers.protected_bytes.view(), payload);
  return crypto::verify(key, algorithm, structure.parts(), message.signature.view());
}

}  // namespace

Result<CoseSign1> decode_cose_sign1(cbor::Reader& reader, Profile profile) {
  MDOC_TRY(Message message, decode_message(reader, tag_sign1, profile));
  return CoseSign1{.encoded = std::move(message.encoded),
                   .headers = std::move(message.headers),
                   .payload = std::move(message.payload),
                   .payload_offset = message.payload_offset,
                   .signature = std::move(message.proof)};
}

Result<void> CoseSign1::verify(const crypto::PublicKey& key) const {
  if (!payload) return Error{.code = Errc::missing_element, .where = "payload"};
  return verify_payload(*this, key, payload->view());
}

Result<void> CoseSign1::verify_detached(const crypto::PublicKey& key, const crypto::MessageParts& content) const {
  if (payload) return Error{.code = Errc::bad_value, .where = "payload"};
  return verify_payload(*this, key, content);
}

Result<Sign1Draft> Sign1Draft::prepare(const crypto::PublicKey& signer, ByteView payload, HeaderOptions options) {
  return make(signer, payload, false, std::move(options));
}

Result<Sign1Draft> Sign1Draft::prepare_detached(const crypto::PublicKey& signer, const crypto::MessageParts& payload,
                                                HeaderOptions options) {
  return make(signer, payload, true, std::move(options));
}

Result<Sign1Draft> Sign1Draft::make(const crypto::PublicKey& signer, const crypto::MessageParts& payload, bool detached,
                                    HeaderOptions&& options) {
  const auto algorithm = crypto::signature_algorithm(signer.curve());
  if (!algorithm) return Error{.code = Errc::algorithm_mismatch, .where = "alg"};

  options.protected_parameters.put(label::alg).integer(algorithm_id(*algorithm));
  if (options.x5t) {
    if (options.x5chain.empty()) return Error{.code = Errc::bad_argument, .where = "x5t"};
    MDOC_TRY(const auto digest, crypto::digest(crypto::DigestAlgorithm::sha256, options.x5chain.front().view()));
    options.protected_parameters.put(label::x5t).array(2).integer(sha256).bytes(digest.view());
  }
  if (!options.x5chain.empty()) {
    cbor::SortedMap& header = options.x5chain_protected ? options.protected_parameters : options.unprotected_parameters;
    encode_x5chain(header.put(label::x5chain), options.x5chain);
  }

  const Bytes protected_bytes = options.protected_parameters.encode();
  const Structure structure(sign1_context, protected_bytes, payload);
  Sign1Draft draft(signer, *algorithm);
  draft.to_be_signed_ = structure.joined();

  cbor::Writer message;
  message.array(4).bytes(protected_bytes).map(options.unprotected_parameters);
  if (detached) {
    message.null();
  } else {
    message.bytes_head(payload.size());
    for (const ByteView part : payload.parts()) message.raw(part);
  }
  draft.message_ = std::move(message).take();
  return draft;
}

Result<CoseSign1> Sign1Draft::finish(const crypto::Signature& signature) const {
  // A signature in the wrong form (DER) or by the wrong key is found here and not by the peer.
  MDOC_CHECK(crypto::verify(signer_, algorithm_, to_be_signed_, signature.raw));
  cbor::Writer message(message_.size() + signature.raw.size() + 3);
  message.raw(message_).bytes(signature.raw);
  // Our own bytes, however many: limits are for those of peers.
  cbor::DecodeContext context;
  context.limits.max_bytes = context.limits.max_string = message.size();
  cbor::Reader reader(SharedBytes::take(std::move(message).take()), context);
  return decode_cose_sign1(reader, Profile::cwt);
}

}  // namespace mdoc::cose
