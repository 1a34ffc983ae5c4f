#include "mdoc/json/trust_formats.hpp"

#include "core/try.hpp"
#include "mdoc/json/jws.hpp"
#include "mdoc/json/status_aggregation.hpp"
#include "mdoc/json/status_token_jwt.hpp"
#include "mdoc/json/trusted_list.hpp"
#include "mdoc/json/verified_trusted_entities.hpp"

namespace mdoc::json {

Result<ForeignFormats::TrustedEntities> TrustFormats::trusted_entities(SharedBytes encoded, const TrustFeed& feed,
                                                                       std::span<const crypto::Certificate> anchors,
                                                                       UtcSeconds now, const ClockPolicy& clock,
                                                                       Level level) const {
  const auto purpose = purpose_of(feed.type);
  if (!purpose) return Error{.code = Errc::unsupported_media_type, .where = "LoTEType"};
  const cbor::DecodeContext context{.level = level};
  MDOC_TRY(const Jws jws, decode_jws(std::move(encoded), context));
  MDOC_TRY(const VerifiedListOfTrustedEntities list,
           verify_list_of_trusted_entities(
               jws, {.type = feed.type, .anchors = anchors, .now = now, .clock = clock, .decoding = context}));
  return TrustedEntities{
      .purpose = *purpose, .list = trusted_list(list, feed.doc_types), .signer_path = list.verification().signer_path};
}

Result<trust::StatusToken> TrustFormats::status_token(SharedBytes encoded, Level level) const {
  return decode_status_token_jwt(std::move(encoded), {.level = level});
}

Result<std::vector<std::string>> TrustFormats::aggregation(ByteView document) const {
  MDOC_TRY(StatusAggregation aggregation, decode_status_aggregation(as_text(document)));
  return std::move(aggregation.status_lists);
}

}  // namespace mdoc::json
