#include "mdoc/cose/sign1.hpp"

#include <gtest/gtest.h>

#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "support/vectors.hpp"

namespace mdoc::cose {
namespace {

using crypto::Curve;
using crypto::PrivateKey;
using testing::hex;

const Bytes payload = hex("d81843010203");

Result<CoseSign1> decode(ByteView encoded, const cbor::DecodeContext& context = {}) {
  cbor::Reader reader(SharedBytes::copy_of(encoded), context, "IssuerAuth");
  auto message = decode_cose_sign1(reader);
  if (const auto finished = reader.finish(); message && !finished) return finished.error();
  return message;
}

CoseSign1 sign(const PrivateKey& key, HeaderOptions options = {}) {
  const Sign1Draft draft = Sign1Draft::prepare(key.public_key(), payload, std::move(options)).value();
  return draft.finish(crypto::sign(key, draft.algorithm(), draft.to_be_signed()).value()).value();
}

CoseSign1 sign_detached(const PrivateKey& key) {
  const Sign1Draft draft = Sign1Draft::prepare_detached(key.public_key(), payload).value();
  return draft.finish(crypto::sign(key, draft.algorithm(), draft.to_be_signed()).value()).value();
}

PrivateKey random_key(Curve curve = Curve::p256) { return PrivateKey::generate(curve, crypto::system_rng()).value(); }

Errc code(const Result<void>& result) { return result ? Errc{} : result.error().code; }

TEST(CoseSign1, EveryCurveThatCanSignMakesWhatItVerifies) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    SCOPED_TRACE(curve.name);
    const PrivateKey key = random_key(curve.curve);
    if (!curve.can_sign()) {
      EXPECT_EQ(Sign1Draft::prepare(key.public_key(), payload).error().code, Errc::algorithm_mismatch);
      continue;
    }
    const CoseSign1 message = sign(key);
    const auto received = decode(message.encoded.view(), {.level = Level::strict});
    ASSERT_TRUE(received) << describe(received.error());
    EXPECT_EQ(code(received->verify(key.public_key())), Errc{});
    EXPECT_EQ(code(received->verify(random_key(curve.curve).public_key())), Errc::signature_invalid);
    EXPECT_EQ(received->signature.size(), curve.signature_size);
  }
}

TEST(Cbr11, TheProtectedHeaderOfOursSaysAlgAndNothingElse) {
  const struct {
    Curve curve;
    std::string_view header;
  } rows[] = {{Curve::p256, "a10126"},
              {Curve::p384, "a1013822"},
              {Curve::p521, "a1013823"},
              {Curve::ed25519, "a10127"},
              {Curve::brainpool_p320r1, "a1013822"}};
  for (const auto& row : rows) {
    const CoseSign1 message = sign(random_key(row.curve));
    const Bytes expected = hex(row.header);
    EXPECT_TRUE(std::ranges::equal(message.headers.protected_bytes.view(), expected)) << row.header;
    EXPECT_EQ(message.encoded.view()[0], 0x84) << "untagged";
  }
}

TEST(CoseSign1, ADetachedPayloadIsHashedInPieces) {
  const PrivateKey key = random_key();
  const CoseSign1 message = sign_detached(key);
  EXPECT_FALSE(message.payload);
  EXPECT_EQ(code(message.verify_detached(key.public_key(), payload)), Errc{});
  const ByteView whole = payload;
  EXPECT_EQ(code(message.verify_detached(key.public_key(), {whole.first(2), {}, whole.subspan(2)})), Errc{});
  EXPECT_EQ(code(message.verify_detached(key.public_key(), whole.first(5))), Errc::signature_invalid);
}

TEST(Cbr13, APayloadOfASignatureMustBeWhereItIsExpected) {
  const PrivateKey key = random_key();
  // An attached payload is refused in device authentication even if it is the right one.
  EXPECT_EQ(code(sign(key).verify_detached(key.public_key(), payload)), Errc::bad_value);
  EXPECT_EQ(code(sign_detached(key).verify(key.public_key())), Errc::missing_element);
}

TEST(CoseSign1, EveryChangedByteIsNoticed) {
  const PrivateKey key = random_key();
  const CoseSign1 message = sign(key);
  const Bytes good(message.encoded.view().begin(), message.encoded.view().end());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const unsigned bit : {0x01u, 0x80u}) {
      Bytes changed = good;
      changed[i] = static_cast<std::uint8_t>(changed[i] ^ bit);
      const auto received = decode(changed);
      EXPECT_FALSE(received && received->verify(key.public_key())) << i;
    }
  }
}

TEST(CoseSign1, EveryTruncationAndTrailingBytesAreRefused) {
  const CoseSign1 message = sign(random_key());
  Bytes longer(message.encoded.view().begin(), message.encoded.view().end());
  for (std::size_t size = 0; size < longer.size(); ++size) {
    const auto received = decode(ByteView(longer).first(size));
    ASSERT_FALSE(received) << size;
    EXPECT_EQ(received.error().code, Errc::truncated) << size;
  }
  longer.push_back(0);
  EXPECT_EQ(decode(longer).error().code, Errc::trailing_bytes);
}

TEST(CoseSign1, HasExactlyFourElementsOfTheirTypes) {
  EXPECT_EQ(decode(hex("8343a10126a0f6")).error().code, Errc::missing_element);
  EXPECT_EQ(decode(hex("8543a10126a0f640f6")).error().code, Errc::bad_value);
  EXPECT_EQ(decode(hex("a0")).error().code, Errc::wrong_type);
  EXPECT_EQ(decode(hex("8443a10126a0a040")).error().code, Errc::wrong_type);        // payload: a map
  EXPECT_EQ(decode(hex("8443a10126a0f740")).error().code, Errc::wrong_type);        // payload: undefined
  EXPECT_EQ(decode(hex("8443a10126a0f6f6")).error().code, Errc::wrong_type);        // signature: null
  EXPECT_EQ(decode(hex("8443a10126a0d818410040")).error().code, Errc::wrong_type);  // payload: tag 24 itself
  EXPECT_EQ(decode(hex("84f6a0f640")).error().code, Errc::wrong_type);
}

TEST(Cbr12, ATagOfASignatureIsReportedAndOnlyItsOwnIsAccepted) {
  const PrivateKey key = random_key();
  const CoseSign1 message = sign(key);
  cbor::Writer tagged;
  tagged.tag(18).raw(message.encoded.view());
  cbor::DeviationLog log;
  const auto received = decode(tagged.view(), {.sink = &log});
  ASSERT_TRUE(received) << describe(received.error());
  EXPECT_EQ(code(received->verify(key.public_key())), Errc{});
  EXPECT_TRUE(std::ranges::equal(received->encoded.view(), tagged.view())) << "the tag is kept";
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::cose_tagged);
  EXPECT_EQ(decode(tagged.view(), {.level = Level::strict}).error().code, Errc::unexpected_tag);

  for (const std::uint64_t tag : {17u, 98u, 24u}) {
    cbor::Writer other;
    other.tag(tag).raw(message.encoded.view());
    EXPECT_FALSE(decode(other.view(), {.level = Level::lenient})) << tag;
  }
  cbor::Writer twice;
  twice.tag(18).tag(18).raw(message.encoded.view());
  EXPECT_FALSE(decode(twice.view(), {.level = Level::lenient}));
}

TEST(Cbr11, WithoutAlgNothingVerifies) {
  const auto message = decode(hex("8440a1012641004100"));
  ASSERT_TRUE(message);
  const auto verdict = message->verify(random_key().public_key());
  EXPECT_EQ(code(verdict), Errc::bad_header);
  EXPECT_EQ(verdict.error().where.text(), "protected.alg");
}

TEST(Cbr14, TheAlgorithmMustFitTheKey) {
  const PrivateKey p384 = random_key(Curve::p384);
  // ES384 over the right structure, but the header says ES256: refused before any mathematics.
  cbor::Writer writer;
  writer.array(4).bytes(hex("a10126")).map(0).bytes(payload).bytes(Bytes(96, 1));
  const auto message = decode(writer.view());
  ASSERT_TRUE(message);
  EXPECT_EQ(code(message->verify(p384.public_key())), Errc::algorithm_mismatch);

  cbor::Writer ml_dsa;
  ml_dsa.array(4).bytes(hex("a101382f")).map(0).bytes(payload).bytes(Bytes(96, 1));
  EXPECT_EQ(code(decode(ml_dsa.view())->verify(p384.public_key())), Errc::unsupported_algorithm);
}

TEST(Cbr14, AnIdentifierOfRfc9864VerifiesOnItsOwnCurveOnly) {
  for (const auto& [id, curve, other] :
       {std::tuple{-9, Curve::p256, Curve::brainpool_p256r1}, std::tuple{-267, Curve::brainpool_p384r1, Curve::p384},
        std::tuple{-53, Curve::ed448, Curve::ed25519}}) {
    SCOPED_TRACE(id);
    const PrivateKey key = random_key(curve);
    cbor::SortedMap header;
    header.put(label::alg).integer(id);
    const Bytes protected_bytes = header.encode();
    cbor::Writer structure;
    structure.array(4).text("Signature1").bytes(protected_bytes).bytes({}).bytes(payload);
    const auto signature = crypto::sign(key, *crypto::signature_algorithm(curve), structure.view()).value();
    cbor::Writer writer;
    writer.array(4).bytes(protected_bytes).map(0).bytes(payload).bytes(signature.raw);
    const auto message = decode(writer.view());
    ASSERT_TRUE(message);
    EXPECT_EQ(code(message->verify(key.public_key())), Errc{});
    EXPECT_EQ(code(message->verify(random_key(other).public_key())), Errc::algorithm_mismatch);
  }
}

TEST(CoseSign1, PayloadOffsetPointsIntoTheOutermostMessage) {
  const CoseSign1 message = sign(random_key());
  cbor::Writer outer;
  outer.array(2).uint(7).raw(message.encoded.view());
  cbor::Reader reader(outer.view(), {}, "Outer", 100);
  auto array = reader.enter_array();
  ASSERT_TRUE(array.next());
  ASSERT_TRUE(array.next());
  const auto received = decode_cose_sign1(reader);
  ASSERT_TRUE(received);
  const std::size_t at = received->payload_offset - 100;
  EXPECT_TRUE(std::ranges::equal(outer.view().subspan(at, payload.size()), payload));
}

TEST(Sign1Draft, PutsCertificatesWhereTheyBelong) {
  const PrivateKey key = random_key();
  const SharedBytes leaf = SharedBytes::take(hex("0102"));
  const SharedBytes intermediate = SharedBytes::take(hex("0304"));
  const auto strict = [](const CoseSign1& message) {
    return decode(message.encoded.view(), {.level = Level::strict}).value().headers;
  };
  EXPECT_EQ(strict(sign(key, {.x5chain = {leaf}})).x5chain.size(), 1u);
  EXPECT_EQ(strict(sign(key, {.x5chain = {leaf, intermediate}})).x5chain.size(), 2u);

  const Headers with_hash = strict(sign(key, {.x5chain = {leaf}, .x5t = true}));
  ASSERT_TRUE(with_hash.x5t);
  EXPECT_EQ(with_hash.x5t->algorithm, -16);
  const auto digest = crypto::digest(crypto::DigestAlgorithm::sha256, leaf.view()).value();
  EXPECT_TRUE(std::ranges::equal(with_hash.x5t->value.view(), digest.view()));

  HeaderOptions list_token{.x5chain = {leaf}, .x5chain_protected = true};
  list_token.protected_parameters.put(label::typ).text("application/statuslist+cwt");
  const CoseSign1 token = sign(key, std::move(list_token));
  EXPECT_EQ(token.headers.x5chain.size(), 1u);
  EXPECT_TRUE(token.headers.find_protected(label::typ));
  EXPECT_TRUE(token.headers.unprotected_others.empty());
}

TEST(Sign1Draft, RefusesX5tWithoutACertificate) {
  EXPECT_EQ(Sign1Draft::prepare(random_key().public_key(), payload, {.x5t = true}).error().code, Errc::bad_argument);
}

TEST(Sign1Draft, RefusesSignaturesThatOthersWouldRefuse) {
  const PrivateKey key = random_key();
  const Sign1Draft draft = Sign1Draft::prepare(key.public_key(), payload).value();
  const auto good = crypto::sign(key, draft.algorithm(), draft.to_be_signed()).value();
  EXPECT_TRUE(draft.finish(good));
  const auto other_key = crypto::sign(random_key(), draft.algorithm(), draft.to_be_signed()).value();
  EXPECT_EQ(draft.finish(other_key).error().code, Errc::signature_invalid);
  const crypto::Signature der{crypto::signature_to_der(Curve::p256, good.raw).value()};
  EXPECT_EQ(draft.finish(der).error().code, Errc::signature_invalid);
  EXPECT_EQ(draft.finish({}).error().code, Errc::signature_invalid);
}

}  // namespace
}  // namespace mdoc::cose
