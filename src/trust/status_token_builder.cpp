#include "mdoc/trust/status_token_builder.hpp"

#include "core/try.hpp"
#include "mdoc/cbor/writer.hpp"
#include "trust/status_claims.hpp"

namespace mdoc::trust {
namespace {

Result<void> require(bool condition, const Path& where) {
  if (!condition) return Error{.code = Errc::bad_argument, .where = where};
  return {};
}

Result<void> check(const StatusTokenContent& content) {
  constexpr UtcSeconds first{};
  MDOC_CHECK(require(!content.uri.empty(), "sub"));
  MDOC_CHECK(require(content.issued_at >= first, "iat"));
  MDOC_CHECK(require(content.expires_at > content.issued_at && content.expires_at <= latest_token_date, "exp"));
  MDOC_CHECK(require(!content.time_to_live || *content.time_to_live > std::chrono::seconds{0}, "ttl"));
  MDOC_CHECK(require(!content.aggregation_uri || !content.aggregation_uri->empty(), "aggregation_uri"));
  const auto* list = std::get_if<StatusList>(&content.list);
  return require(list == nullptr || list->bits() == 1, "bits");
}

cbor::SortedMap members(const StatusList& list) {
  cbor::SortedMap map;
  map.put("bits").uint(list.bits());
  map.put("lst").bytes(list.deflate());
  return map;
}

cbor::SortedMap members(const IdentifierList& list) {
  cbor::SortedMap identifiers;
  for (const ByteView id : list.identifiers()) {
    cbor::Writer key;
    key.bytes(id);
    identifiers.put_raw(key.view()).map(0);
  }
  cbor::SortedMap map;
  map.put("identifiers").map(identifiers);
  return map;
}

std::uint64_t numeric_date(UtcSeconds time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }

Bytes encode_claims(const StatusTokenContent& content, StatusListKind kind) {
  cbor::SortedMap list = std::visit([](const auto& chosen) { return members(chosen); }, content.list);
  if (content.aggregation_uri) list.put("aggregation_uri").text(*content.aggregation_uri);

  cbor::SortedMap claims;
  claims.put(claim::sub).text(content.uri);
  claims.put(claim::exp).uint(numeric_date(content.expires_at));
  claims.put(claim::iat).uint(numeric_date(content.issued_at));
  if (content.time_to_live) claims.put(claim::ttl).integer(content.time_to_live->count());
  claims.put(kind == StatusListKind::status_list ? claim::status_list : claim::identifier_list).map(list);
  return claims.encode();
}

}  // namespace

Result<StatusTokenDraft> StatusTokenDraft::prepare(const StatusTokenContent& content,
                                                   const std::vector<crypto::Certificate>& x5chain) {
  MDOC_CHECK(check(content));
  MDOC_CHECK(require(!x5chain.empty(), "x5chain"));
  const Result<crypto::PublicKey>& signer = x5chain.front().public_key();
  if (!signer) return signer.error();

  const auto kind = static_cast<StatusListKind>(content.list.index());
  cose::HeaderOptions options{.x5chain_protected = true};
  for (const crypto::Certificate& certificate : x5chain) {
    options.x5chain.push_back(SharedBytes::copy_of(certificate.der()));
  }
  options.protected_parameters.put(cose::label::typ).text(media_type(kind));
  MDOC_TRY(auto draft, cose::Sign1Draft::prepare(*signer, encode_claims(content, kind), std::move(options)));
  return StatusTokenDraft(std::move(draft));
}

Result<SharedBytes> StatusTokenDraft::finish(const crypto::Signature& signature) const {
  MDOC_TRY(const cose::CoseSign1 envelope, draft_.finish(signature));
  cbor::Writer token(envelope.encoded.size() + 1);
  token.tag(tag_cose_sign1).raw(envelope.encoded.view());
  return SharedBytes::take(std::move(token).take());
}

}  // namespace mdoc::trust
