#include "mdoc/model/issuer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/model/device_response.hpp"
#include "mutation.hpp"
#include "support/fixed_rng.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::model {
namespace {

using testing::CountingRng;
using testing::outcome;
using testing::utc;
using testing::without_value;

const NameSpace mdl("org.iso.18013.5.1");
const NameSpace domestic("org.iso.18013.5.1.UT");

crypto::PrivateKey key(crypto::Curve curve = crypto::Curve::p256) {
  CountingRng rng(21);
  return crypto::PrivateKey::generate(curve, rng).value();
}

IssuanceContent content() {
  return {.doc_type = DocType("org.iso.18013.5.1.mDL"),
          .name_spaces = {{mdl,
                           {{ElementIdentifier("family_name"), DataElementValue::text("Doe")},
                            {ElementIdentifier("age_over_18"), DataElementValue::boolean(true)},
                            {ElementIdentifier("height"), DataElementValue::uint(180)}}},
                          {domestic, {{ElementIdentifier("rank"), DataElementValue::text("captain")}}}},
          .device_key_info = {.device_key = key().public_key().coordinates()},
          .validity_info = {.signed_at = utc("2026-04-01T00:00:00Z"),
                            .valid_from = utc("2026-04-01T00:00:00Z"),
                            .valid_until = utc("2026-06-01T00:00:00Z")},
          .decoys = 2};
}

Result<IssuerSigned> issue(const IssuanceContent& wanted, Rng& rng, const crypto::PrivateKey& signer = key()) {
  auto draft = IssuerSignedDraft::prepare(wanted, signer.public_key(), {}, rng);
  if (!draft) return draft.error();
  const auto signature = crypto::sign(signer, draft->algorithm(), draft->to_be_signed());
  if (!signature) return signature.error();
  return std::move(*draft).finish(*signature);
}

/// The mdoc as a wallet receives it.
struct Issued {
  IssuerSigned issuer_signed;
  MobileSecurityObject mso;
};
Issued received(const IssuanceContent& wanted, std::uint64_t seed = 1, const crypto::PrivateKey& signer = key()) {
  CountingRng rng(seed);
  cbor::Writer writer;
  encode_issuer_signed(writer, issue(wanted, rng, signer).value());
  const cbor::DecodeContext strict{.level = Level::strict};
  auto issuer_signed = decode_issuer_signed(SharedBytes::take(std::move(writer).take()), strict).value();
  auto mso = decode_mobile_security_object(issuer_signed.issuer_auth, strict).value();
  return {std::move(issuer_signed), std::move(mso)};
}

std::string refusal(const std::function<void(IssuanceContent&)>& change) {
  IssuanceContent wanted = content();
  change(wanted);
  CountingRng rng;
  return outcome(without_value(issue(wanted, rng)));
}

std::vector<std::uint64_t> digest_ids(const Issued& issued, const NameSpace& name_space) {
  std::vector<std::uint64_t> ids;
  for (const auto& [name, items] : issued.issuer_signed.name_spaces) {
    if (name != name_space) continue;
    for (const auto& item : items) ids.push_back(item->digest_id);
  }
  return ids;
}

TEST(Issuer, EveryItemHasItsDigestInTheSignedObject) {
  for (const auto algorithm :
       {crypto::DigestAlgorithm::sha256, crypto::DigestAlgorithm::sha384, crypto::DigestAlgorithm::sha512}) {
    IssuanceContent wanted = content();
    wanted.digest_algorithm = algorithm;
    const Issued issued = received(wanted);
    EXPECT_TRUE(issued.issuer_signed.issuer_auth.verify(key().public_key()));
    EXPECT_EQ(issued.mso.version, "1.0");
    EXPECT_EQ(issued.mso.digest_algorithm, crypto::name(algorithm));
    EXPECT_EQ(issued.mso.doc_type, wanted.doc_type);
    EXPECT_EQ(issued.mso.device_key_info.device_key, wanted.device_key_info.device_key);
    EXPECT_EQ(issued.mso.validity_info.valid_until, wanted.validity_info.valid_until);
    std::size_t items_seen = 0;
    for (const auto& [name_space, items] : issued.issuer_signed.name_spaces) {
      for (const auto& item : items) {
        const SharedBytes* digest = issued.mso.value_digests.find(name_space, item->digest_id);
        ASSERT_NE(digest, nullptr);
        const crypto::Digest expected = crypto::digest(algorithm, item.bytes()).value();
        EXPECT_EQ(to_hex(digest->view()), to_hex(expected.view()));
        EXPECT_EQ(item->random.size(), 32u);
        ++items_seen;
      }
    }
    EXPECT_EQ(items_seen, 4u);
  }
}

TEST(Issuer, ValuesComeBackAsTheyWereGiven) {
  for (const MapOrder order : {MapOrder::sorted, MapOrder::cddl}) {
    IssuanceContent wanted = content();
    wanted.order = order;
    const Issued issued = received(wanted);
    for (const auto& [name_space, elements] : wanted.name_spaces) {
      for (const auto& [element, value] : elements) {
        const auto* item = issued.issuer_signed.find(name_space, element);
        ASSERT_NE(item, nullptr) << element.str();
        EXPECT_EQ((*item)->element_value, value);
      }
    }
  }
}

TEST(Issuer, WhatIsOptionalIsHandedOn) {
  IssuanceContent wanted = content();
  wanted.device_key_info.key_authorizations = KeyAuthorizations{.name_spaces = {domestic}};
  wanted.status = Status{.status_list = StatusListInfo{.idx = 412, .uri = "https://example.org/list"}};
  wanted.validity_info.expected_update = utc("2026-05-01T00:00:00Z");
  const Issued issued = received(wanted);
  ASSERT_TRUE(issued.mso.device_key_info.key_authorizations);
  EXPECT_EQ(issued.mso.device_key_info.key_authorizations->name_spaces, std::vector{domestic});
  ASSERT_TRUE(issued.mso.status && issued.mso.status->status_list);
  EXPECT_EQ(issued.mso.status->status_list->idx, 412u);
  EXPECT_EQ(issued.mso.validity_info.expected_update, wanted.validity_info.expected_update);
}

TEST(Issuer, EveryCurveThatSignsCanIssue) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    SCOPED_TRACE(curve.name);
    const crypto::PrivateKey signer = key(curve.curve);
    CountingRng rng;
    const auto issued = issue(content(), rng, signer);
    if (curve.can_sign()) {
      ASSERT_TRUE(issued) << describe(issued.error());
      EXPECT_TRUE(issued->issuer_auth.verify(signer.public_key()));
    } else {
      EXPECT_EQ(issued.error().code, Errc::algorithm_mismatch);
    }
  }
}

TEST(Rsp18, ItemsAndDecoysShareTheNumbersFromZeroOn) {
  const Issued issued = received(content());
  const auto name_spaces = issued.mso.value_digests.name_spaces();
  ASSERT_EQ(name_spaces.size(), 2u);
  for (const auto& [name_space, digests] : name_spaces) {
    ASSERT_EQ(digests.size(), name_space == mdl ? 5u : 3u);  // two decoys each
    for (std::size_t i = 0; i < digests.size(); ++i) {
      EXPECT_EQ(digests[i].first, i);
      EXPECT_EQ(digests[i].second.size(), 32u);
    }
  }
}

TEST(Rsp18, NumbersAndRandomsOfABatchAreUncorrelated) {
  std::set<std::string> randoms;
  std::set<std::string>
      orders;  // as text: on big-endian machines libstdc++ 12 compares vectors of wide numbers wrongly
  constexpr std::uint64_t batch = 50;
  for (std::uint64_t seed = 0; seed < batch; ++seed) {
    const Issued issued = received(content(), 1000 * seed);
    const auto ids = digest_ids(issued, mdl);
    EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 3u);
    std::string order;
    for (const std::uint64_t id : ids) order += std::to_string(id) + " ";
    orders.insert(order);
    for (const auto& [name_space, items] : issued.issuer_signed.name_spaces) {
      for (const auto& item : items) randoms.insert(to_hex(item->random.view()));
    }
  }
  EXPECT_EQ(randoms.size(), 4 * batch);
  EXPECT_GT(orders.size(), 20u);  // of 60 possible ones
}

TEST(Rsp18, ANameSpaceWithoutElementsHasOneDigestAndNothingToDisclose) {
  IssuanceContent wanted = content();
  wanted.name_spaces = {{mdl, {}}};
  for (const std::size_t decoys : {0u, 1u, 4u}) {
    wanted.decoys = decoys;
    const Issued issued = received(wanted);
    EXPECT_TRUE(issued.issuer_signed.name_spaces.empty());
    ASSERT_EQ(issued.mso.value_digests.name_spaces().size(), 1u);
    EXPECT_EQ(issued.mso.value_digests.name_spaces()[0].second.size(), std::max<std::size_t>(decoys, 1));
  }
}

TEST(Issuer, RefusesContentThatNoReaderWouldAccept) {
  EXPECT_EQ(refusal([](IssuanceContent&) {}), "ok");
  EXPECT_EQ(refusal([](IssuanceContent& wanted) { wanted.name_spaces.clear(); }),
            "bad_argument IssuanceContent.nameSpaces");
  EXPECT_EQ(refusal([](IssuanceContent& wanted) { wanted.name_spaces.push_back(wanted.name_spaces[0]); }),
            "bad_argument IssuanceContent.nameSpaces");
  EXPECT_EQ(
      refusal([](IssuanceContent& wanted) { wanted.name_spaces[1].second.push_back(wanted.name_spaces[1].second[0]); }),
      "bad_argument IssuanceContent.nameSpaces[1]");
  EXPECT_EQ(refusal([](IssuanceContent& wanted) { wanted.random_size = 15; }), "bad_argument IssuanceContent.random");
  EXPECT_EQ(refusal([](IssuanceContent& wanted) { wanted.random_size = 16; }), "ok");
}

/// So many elements, none twice.
std::vector<std::pair<ElementIdentifier, DataElementValue>> many(std::size_t count) {
  std::vector<std::pair<ElementIdentifier, DataElementValue>> elements;
  for (std::size_t i = 0; i < count; ++i) {
    elements.emplace_back("element_" + std::to_string(i), DataElementValue::boolean(true));
  }
  return elements;
}

/// 1, in so many arrays.
DataElementValue nested(std::size_t depth) {
  Bytes encoded(depth, 0x81);
  encoded.push_back(1);
  return DataElementValue::from_encoded(std::move(encoded)).value();
}

/// Decodes by itself, and in a DeviceResponse, where it lies deeper.
std::string reading(const IssuanceContent& wanted) {
  CountingRng rng;
  auto issued = issue(wanted, rng);
  if (!issued) return outcome(without_value(issued));
  cbor::Writer writer;
  encode_issuer_signed(writer, *issued);
  const auto alone = decode_issuer_signed(SharedBytes::take(std::move(writer).take()), {});
  if (!alone) return outcome(without_value(alone));
  if (const auto mso = decode_mobile_security_object(alone->issuer_auth, {}); !mso) return outcome(without_value(mso));
  Document document{.doc_type = wanted.doc_type, .issuer_signed = *alone};
  const Bytes response = encode_device_response({.documents = {std::move(document)}}).value();
  const auto presented = decode_device_response(SharedBytes::copy_of(response), {});
  if (!presented) return outcome(without_value(presented));
  return outcome(without_value(presented->documents.at(0).value));
}

TEST(Issuer, RefusesWhatIsMoreThanReadersTakeAndNamesThePlace) {
  const auto of = [](const std::function<void(IssuanceContent&)>& change) {
    IssuanceContent wanted = content();
    change(wanted);
    return reading(wanted);
  };
  const auto names = [](std::size_t size) { return std::string(size, 'x'); };
  EXPECT_EQ(of([&](auto& wanted) { wanted.doc_type = DocType(names(256)); }), "ok");
  EXPECT_EQ(of([&](auto& wanted) { wanted.doc_type = DocType(names(257)); }), "too_large IssuanceContent.docType");
  EXPECT_EQ(of([&](auto& wanted) { wanted.name_spaces[1].first = NameSpace(names(256)); }), "ok");
  EXPECT_EQ(of([&](auto& wanted) { wanted.name_spaces[1].first = NameSpace(names(257)); }),
            "too_large IssuanceContent.nameSpaces[1]");
  EXPECT_EQ(of([&](auto& wanted) { wanted.name_spaces[0].second[2].first = ElementIdentifier(names(257)); }),
            "too_large IssuanceContent.nameSpaces[0][2]");

  EXPECT_EQ(of([](auto& wanted) { wanted.name_spaces = {{mdl, many(4094)}}; }), "ok");  // and two decoys
  EXPECT_EQ(of([](auto& wanted) {
              wanted.name_spaces = {{mdl, many(4095)}};
            }),
            "too_many IssuanceContent.nameSpaces[0]");
  EXPECT_EQ(of([](auto& wanted) { wanted.name_spaces = {{mdl, many(2048)}, {domestic, many(2048)}}; }), "ok");
  EXPECT_EQ(of([](auto& wanted) {
              wanted.name_spaces = {{mdl, many(2048)}, {domestic, many(2049)}};
            }),
            "too_many IssuanceContent.nameSpaces[1]");
  EXPECT_EQ(of([](auto& wanted) { wanted.decoys = 4093; }), "ok");
  EXPECT_EQ(of([](auto& wanted) { wanted.decoys = 4094; }), "too_many IssuanceContent.nameSpaces[0]");
  EXPECT_EQ(of([](auto& wanted) { wanted.decoys = SIZE_MAX; }), "too_many IssuanceContent.decoys");
  EXPECT_EQ(of([](auto& wanted) {
              for (int i = 0; i < 4095; ++i) wanted.name_spaces.emplace_back("n" + std::to_string(i), many(0));
            }),
            "too_many IssuanceContent.nameSpaces");

  EXPECT_EQ(of([](auto& wanted) { wanted.name_spaces[0].second[1].second = nested(23); }), "ok");
  EXPECT_EQ(of([](auto& wanted) { wanted.name_spaces[0].second[1].second = nested(24); }),
            "too_deep IssuanceContent.nameSpaces[0][1]");
  const auto value_of = [&](std::size_t size) {
    return of([&](auto& wanted) { wanted.name_spaces[0].second[1].second = DataElementValue::bytes(Bytes(size)); });
  };
  // Of the two mebibytes of an item, some are for what is beside the value: 100 for one of this name.
  EXPECT_EQ(value_of((2U << 20U) - 100), "ok");
  EXPECT_EQ(value_of((2U << 20U) - 99), "too_large IssuanceContent.nameSpaces[0][1]");
  EXPECT_EQ(value_of((2U << 20U) + 1), "too_large IssuanceContent.nameSpaces[0][1]");
  EXPECT_EQ(of([](auto& wanted) { wanted.random_size = SIZE_MAX; }), "too_large IssuanceContent.nameSpaces[0][0]");
  EXPECT_EQ(of([](auto& wanted) {
              Bytes list{0x99, 0x10, 0x01};  // 4097 elements
              list.resize(list.size() + 4097);
              wanted.name_spaces[0].second[1].second = DataElementValue(SharedBytes::take(std::move(list)));
            }),
            "too_many IssuanceContent.nameSpaces[0][1]");
  // Each for itself is small enough.
  EXPECT_EQ(of([](auto& wanted) {
              for (auto& [element, value] : wanted.name_spaces[0].second)
                value = DataElementValue::bytes(Bytes(2'000'000));
            }),
            "ok");
  EXPECT_EQ(of([](auto& wanted) {
              wanted.name_spaces[0].second = many(5);
              for (auto& [element, value] : wanted.name_spaces[0].second)
                value = DataElementValue::bytes(Bytes(2'000'000));
            }),
            "too_large IssuanceContent.nameSpaces[0][4]");
  EXPECT_EQ(of([](auto& wanted) {
              wanted.name_spaces[0].second = many(5);
              for (auto& [element, value] : wanted.name_spaces[0].second)
                value = DataElementValue::bytes(Bytes(1'677'600));
            }),
            "too_large IssuerSigned");
  EXPECT_EQ(of([](auto& wanted) {
              for (int i = 0; i < 20; ++i) wanted.name_spaces.emplace_back("n" + std::to_string(i), many(1));
              wanted.decoys = 4000;
            }),
            "too_large MobileSecurityObject");
}

TEST(Issuer, RefusesAChainThatReadersDoNotTake) {
  const auto with = [](std::size_t count, std::size_t size) {
    CountingRng rng;
    const std::vector<SharedBytes> chain(count, SharedBytes::take(Bytes(size)));
    const auto draft = IssuerSignedDraft::prepare(content(), key().public_key(), {.x5chain = chain}, rng);
    return outcome(without_value(draft));
  };
  EXPECT_EQ(with(10, 16384), "ok");
  EXPECT_EQ(with(11, 100), "too_many x5chain");
  EXPECT_EQ(with(2, 16385), "too_large x5chain[0]");
}

// As many as a message could hold: what is refused is refused at once, and so is one that is there twice.
TEST(Issuer, ManyElementsTakeNoLongerThanTheirNumber) {
  for (const std::size_t count : {std::size_t{4094}, std::size_t{240'000}}) {
    IssuanceContent wanted = content();
    wanted.name_spaces = {{mdl, many(count)}};
    wanted.name_spaces[0].second.back().first = wanted.name_spaces[0].second.front().first;
    CountingRng rng;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(issue(wanted, rng));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5)) << count;
  }
}

TEST(Issuer, RefusesDatesOutOfOrder) {
  using std::chrono::seconds;
  const auto with = [](seconds valid_from, seconds valid_until) {
    return refusal([&](IssuanceContent& wanted) {
      ValidityInfo& validity = wanted.validity_info;
      validity.valid_from = validity.signed_at + valid_from;
      validity.valid_until = validity.signed_at + valid_until;
    });
  };
  const std::string refused = "bad_argument IssuanceContent.validityInfo";
  EXPECT_EQ(with(seconds(0), seconds(1)), "ok");
  EXPECT_EQ(with(seconds(5), seconds(6)), "ok");
  EXPECT_EQ(with(seconds(-1), seconds(1)), refused);
  EXPECT_EQ(with(seconds(5), seconds(5)), refused);
  EXPECT_EQ(with(seconds(5), seconds(4)), refused);
}

TEST(Issuer, FailsWhenRandomnessDoes) {
  const Bytes stream(4096, 3);
  testing::FixedRng enough(stream);
  ASSERT_TRUE(issue(content(), enough));
  const std::size_t needed = stream.size() - enough.left();
  for (std::size_t given = 0; given < needed; given += 7) {
    testing::FixedRng rng(Bytes(given, 3));
    EXPECT_EQ(issue(content(), rng).error().code, Errc::randomness) << given;
  }
}

TEST(Issuer, RefusesASignatureOfAnotherKey) {
  CountingRng rng;
  auto draft = IssuerSignedDraft::prepare(content(), key().public_key(), {}, rng);
  ASSERT_TRUE(draft);
  const auto other = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
  const auto signature = crypto::sign(other, draft->algorithm(), draft->to_be_signed()).value();
  EXPECT_EQ(std::move(*draft).finish(signature).error().code, Errc::signature_invalid);
}

TEST(Issuer, PutsTheCertificateIntoTheHeaders) {
  CountingRng rng;
  const SharedBytes certificate = SharedBytes::take(Bytes{0x30, 0x00});
  auto draft = IssuerSignedDraft::prepare(content(), key().public_key(), {.x5chain = {certificate}, .x5t = true}, rng);
  ASSERT_TRUE(draft);
  const auto signature = crypto::sign(key(), draft->algorithm(), draft->to_be_signed()).value();
  const auto issued = std::move(*draft).finish(signature);
  ASSERT_TRUE(issued);
  ASSERT_EQ(issued->issuer_auth.headers.x5chain.size(), 1u);
  EXPECT_EQ(to_hex(issued->issuer_auth.headers.x5chain[0].view()), "3000");
  EXPECT_TRUE(issued->issuer_auth.headers.x5t);
}

}  // namespace
}  // namespace mdoc::model
