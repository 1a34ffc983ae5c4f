#include "mdoc/model/issuer.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "core/try.hpp"
#include "mdoc/cbor/writer.hpp"

namespace mdoc::model {
namespace {

constexpr std::size_t min_random_size = 16;  // 9.1.2.5

/// What a reader would refuse, and what would make a digest or an element ambiguous.
Result<void> check(const IssuanceContent& content) {
  const auto refuse = [](const Path& where) { return Error{.code = Errc::bad_argument, .where = where}; };
  const auto has_twice = [](const auto& pairs) {
    return std::ranges::any_of(pairs, [&](const auto& pair) {
      return std::ranges::count(
                 pairs, pair.first, [](const auto& other) -> const auto& { return other.first; }) > 1;
    });
  };
  const Path root("IssuanceContent");
  if (content.name_spaces.empty() || has_twice(content.name_spaces)) return refuse(root / "nameSpaces");
  for (std::size_t i = 0; i < content.name_spaces.size(); ++i) {
    if (has_twice(content.name_spaces[i].second)) return refuse(root / "nameSpaces" / i);
  }
  if (content.random_size < min_random_size) return refuse(root / "random");
  const ValidityInfo& validity = content.validity_info;
  if (validity.valid_from < validity.signed_at || validity.valid_until <= validity.valid_from) {
    return refuse(root / "validityInfo");
  }
  return {};
}

/// The numbers 0 to `count` - 1 in random order: sorted by random keys, which is uniform as long as no
/// two of these 64-bit keys are the same.
Result<std::vector<std::uint64_t>> shuffled_numbers(std::size_t count, Rng& rng) {
  std::vector<std::uint64_t> keys(count);
  MDOC_CHECK(rng.fill({reinterpret_cast<std::uint8_t*>(keys.data()), count * sizeof(std::uint64_t)}));
  std::vector<std::uint64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), std::uint64_t{0});
  std::ranges::stable_sort(numbers, {}, [&](std::uint64_t number) { return keys[static_cast<std::size_t>(number)]; });
  return numbers;
}

Result<SharedBytes> random_bytes(std::size_t size, Rng& rng) {
  Bytes bytes(size);
  MDOC_CHECK(rng.fill(bytes));
  return SharedBytes::take(std::move(bytes));
}

/// One name space: its items, and their digests among those of the decoys.
struct DigestedNameSpace {
  std::vector<IssuerSignedItemBytes> items;
  ValueDigests::DigestIDs digests;
};

Result<DigestedNameSpace> digest_name_space(const IssuanceContent& content,
                                            const ElementValues::value_type::second_type& elements,
                                            crypto::Hasher& hasher, Rng& rng) {
  const std::size_t decoys = elements.empty() ? std::max<std::size_t>(content.decoys, 1) : content.decoys;
  MDOC_TRY(const auto numbers, shuffled_numbers(elements.size() + decoys, rng));
  DigestedNameSpace result;
  result.items.reserve(elements.size());
  result.digests.reserve(numbers.size());
  for (const auto& [element, value] : elements) {
    const std::uint64_t digest_id = numbers[result.digests.size()];
    MDOC_TRY(SharedBytes random, random_bytes(content.random_size, rng));
    const auto& item = result.items.emplace_back(encode_issuer_signed_item(
        {.digest_id = digest_id, .random = std::move(random), .element_identifier = element, .element_value = value},
        content.order));
    hasher.update(item.bytes());
    MDOC_TRY(const crypto::Digest digest, hasher.finish());
    result.digests.emplace_back(digest_id, SharedBytes::copy_of(digest.view()));
  }
  for (std::size_t i = elements.size(); i < numbers.size(); ++i) {
    MDOC_TRY(SharedBytes digest, random_bytes(crypto::digest_size(content.digest_algorithm), rng));
    result.digests.emplace_back(numbers[i], std::move(digest));
  }
  return result;
}

}  // namespace

Result<IssuerSignedDraft> IssuerSignedDraft::prepare(const IssuanceContent& content, const crypto::PublicKey& signer,
                                                     cose::HeaderOptions headers, Rng& rng) {
  MDOC_CHECK(check(content));
  crypto::Hasher hasher(content.digest_algorithm);
  IssuerNameSpaces name_spaces;
  std::vector<std::pair<NameSpace, ValueDigests::DigestIDs>> digests;
  for (const auto& [name_space, elements] : content.name_spaces) {
    MDOC_TRY(DigestedNameSpace digested, digest_name_space(content, elements, hasher, rng));
    digests.emplace_back(name_space, std::move(digested.digests));
    // A name space of decoys only has digests, but nothing to disclose.
    if (!digested.items.empty()) name_spaces.emplace_back(name_space, std::move(digested.items));
  }
  const MobileSecurityObject mso{.digest_algorithm = std::string(crypto::name(content.digest_algorithm)),
                                 .value_digests = ValueDigests(std::move(digests)),
                                 .device_key_info = content.device_key_info,
                                 .doc_type = content.doc_type,
                                 .validity_info = content.validity_info,
                                 .status = content.status};
  cbor::Writer payload;
  payload.embedded(encode_mobile_security_object(mso, content.order));
  MDOC_TRY(auto issuer_auth, cose::Sign1Draft::prepare(signer, payload.view(), std::move(headers)));
  return IssuerSignedDraft(std::move(name_spaces), std::move(issuer_auth));
}

Result<IssuerSigned> IssuerSignedDraft::finish(const crypto::Signature& signature) && {
  auto issuer_auth = issuer_auth_.finish(signature);
  if (!issuer_auth) return issuer_auth.error();
  return IssuerSigned{.name_spaces = std::move(name_spaces_), .issuer_auth = *std::move(issuer_auth)};
}

}  // namespace mdoc::model
