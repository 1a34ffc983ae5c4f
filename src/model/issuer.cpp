#include "mdoc/model/issuer.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "core/try.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/limits.hpp"

namespace mdoc::model {
namespace {

constexpr std::size_t min_random_size = 16;  // 9.1.2.5

constexpr DecodeLimits limits;          // of those who are to read it
constexpr unsigned depth_of_value = 9;  // DeviceResponse, documents, Document, IssuerSigned, IssuerNameSpaces, array,
                                        // tag 24 and its content, IssuerSignedItem: what a value lies in
constexpr std::size_t size_of_item_head = 7;  // tag 24 and the head of a string of this size

Error refuse(Errc code, const Path& where) { return {.code = code, .where = where}; }

bool has_twice(const auto& pairs) {
  std::vector<const std::string*> names;
  names.reserve(pairs.size());
  for (const auto& pair : pairs) names.push_back(&pair.first.str());
  const auto text = [](const std::string* name) -> const std::string& { return *name; };
  std::ranges::sort(names, {}, text);
  return std::ranges::adjacent_find(names, {}, text) != names.end();
}

/// Each identifier, by its place.
Result<void> check_identifiers(const auto& pairs, const Path& where) {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (pairs[i].first.str().size() > limits.max_identifier) return refuse(Errc::too_large, where / i);
  }
  return {};
}

Result<void> check_value(const DataElementValue& value, const Path& where) {
  cbor::DecodeContext context{.level = Level::lenient};
  context.limits.max_depth -= depth_of_value;
  cbor::Reader reader(value.encoded(), context);
  const auto read = reader.read_raw();
  if (!read && read.error().kind() == ErrorKind::limit) return refuse(read.error().code, where);
  return {};
}

/// That readers with the limits that everybody has by default take it: else it would be signed for nobody.
Result<void> check_limits(const IssuanceContent& content) {
  const Path root("IssuanceContent");
  if (content.doc_type.str().size() > limits.max_identifier) return refuse(Errc::too_large, root / "docType");
  if (content.decoys > limits.max_entries) return refuse(Errc::too_many, root / "decoys");
  const Path in = root / "nameSpaces";
  if (content.name_spaces.size() > limits.max_entries) return refuse(Errc::too_many, in);
  MDOC_CHECK(check_identifiers(content.name_spaces, in));
  std::size_t count = 0, size = 0;
  for (std::size_t i = 0; i < content.name_spaces.size(); ++i) {
    const auto& elements = content.name_spaces[i].second;
    count += elements.size();
    const bool fits = count <= limits.max_entries && elements.size() + content.decoys <= limits.max_entries;
    if (!fits) return refuse(Errc::too_many, in / i);
    MDOC_CHECK(check_identifiers(elements, in / i));
    for (std::size_t j = 0; j < elements.size(); ++j) {
      const DataElementValue& value = elements[j].second;
      size += value.encoded().size() + content.random_size;
      const bool small = content.random_size <= limits.max_string && size <= limits.max_bytes;
      if (!small) return refuse(Errc::too_large, in / i / j);
      MDOC_CHECK(check_value(value, in / i / j));
    }
  }
  return {};
}

Result<void> check_chain(const std::vector<SharedBytes>& x5chain) {
  const Path where("x5chain");
  if (x5chain.size() > limits.max_certificates) return refuse(Errc::too_many, where);
  for (std::size_t i = 0; i < x5chain.size(); ++i) {
    if (x5chain[i].size() > limits.max_certificate_bytes) return refuse(Errc::too_large, where / i);
  }
  return {};
}

/// What a reader would refuse, and what would make a digest or an element ambiguous.
Result<void> check(const IssuanceContent& content) {
  const Path root("IssuanceContent");
  MDOC_CHECK(check_limits(content));
  const auto& name_spaces = content.name_spaces;
  if (name_spaces.empty() || has_twice(name_spaces)) return refuse(Errc::bad_argument, root / "nameSpaces");
  for (std::size_t i = 0; i < name_spaces.size(); ++i) {
    if (has_twice(name_spaces[i].second)) return refuse(Errc::bad_argument, root / "nameSpaces" / i);
  }
  if (content.random_size < min_random_size) return refuse(Errc::bad_argument, root / "random");
  const ValidityInfo& validity = content.validity_info;
  if (validity.valid_from < validity.signed_at || validity.valid_until <= validity.valid_from) {
    return refuse(Errc::bad_argument, root / "validityInfo");
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
                                            const ElementValues::value_type::second_type& elements, const Path& where,
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
    if (item.bytes().size() > limits.max_string + size_of_item_head) {
      return refuse(Errc::too_large, where / (result.items.size() - 1));
    }
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

/// Encoded only where it is not plain.
bool fits_a_message(const IssuerSigned& issued) {
  std::size_t size = issued.issuer_auth.encoded.size();
  for (const auto& [name_space, items] : issued.name_spaces) {
    size += name_space.str().size();
    for (const auto& item : items) size += item.bytes().size();
  }
  if (size <= limits.max_bytes / 2) return true;
  cbor::Writer writer;
  encode_issuer_signed(writer, issued);
  return writer.view().size() <= limits.max_bytes;
}

}  // namespace

Result<IssuerSignedDraft> IssuerSignedDraft::prepare(const IssuanceContent& content, const crypto::PublicKey& signer,
                                                     cose::HeaderOptions headers, Rng& rng) {
  MDOC_CHECK(check(content));
  MDOC_CHECK(check_chain(headers.x5chain));
  crypto::Hasher hasher(content.digest_algorithm);
  IssuerNameSpaces name_spaces;
  std::vector<std::pair<NameSpace, ValueDigests::DigestIDs>> digests;
  for (const auto& [name_space, elements] : content.name_spaces) {
    const Path where = Path("IssuanceContent") / "nameSpaces" / digests.size();
    MDOC_TRY(DigestedNameSpace digested, digest_name_space(content, elements, where, hasher, rng));
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
  if (payload.view().size() > limits.max_string) return refuse(Errc::too_large, "MobileSecurityObject");
  MDOC_TRY(auto issuer_auth, cose::Sign1Draft::prepare(signer, payload.view(), std::move(headers)));
  return IssuerSignedDraft(std::move(name_spaces), std::move(issuer_auth));
}

Result<IssuerSigned> IssuerSignedDraft::finish(const crypto::Signature& signature) && {
  auto issuer_auth = issuer_auth_.finish(signature);
  if (!issuer_auth) return issuer_auth.error();
  IssuerSigned issued{.name_spaces = std::move(name_spaces_), .issuer_auth = *std::move(issuer_auth)};
  if (!fits_a_message(issued)) return refuse(Errc::too_large, "IssuerSigned");
  return issued;
}

}  // namespace mdoc::model
