#include "mdoc/json/status_token_jwt.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "core/try.hpp"
#include "json/members.hpp"
#include "json/strict_json.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/jws.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;

// ---- typ --------------------------------------------------------------------------------------

/// Keeps a JWT that was signed with the same key for another purpose from being taken for a list.
Result<void> check_typ(const JwsHeader& header) {
  // RFC 7515, 4.1.9: a value without a slash stands for the media type with "application/" before it.
  constexpr std::string_view media_type = "application/statuslist+jwt";
  constexpr std::string_view short_form = "statuslist+jwt";
  const Path where = Path("StatusToken") / "typ";
  if (!header.typ) return Error{.code = Errc::missing_element, .where = where};
  if (*header.typ != short_form && *header.typ != media_type) {
    return Error{.code = Errc::unsupported_media_type, .where = where};
  }
  return {};
}

// ---- claims -----------------------------------------------------------------------------------

constexpr std::int64_t latest_date = trust::latest_token_date.time_since_epoch().count();

/// Whole seconds of a number, a fraction cut off. What is negative becomes -1, what is later than any date
/// latest_date + 1: a JSON number may be far beyond an integer.
std::int64_t whole_seconds(const bj::value& number) noexcept {
  constexpr std::int64_t lowest = -1, highest = latest_date + 1;
  if (number.is_int64()) return std::clamp(number.get_int64(), lowest, highest);
  if (number.is_uint64()) return highest;  // the parser makes one of what an int64 does not hold
  const double seconds = std::floor(number.get_double());
  return static_cast<std::int64_t>(std::clamp(seconds, static_cast<double>(lowest), static_cast<double>(highest)));
}

/// NumericDate (RFC 7519, 2): seconds since 1970, as any number.
Result<UtcSeconds> to_date(const bj::value& number, const Path& where) {
  const std::int64_t seconds = whole_seconds(number);
  if (seconds < 0 || seconds > latest_date) return Error{.code = Errc::bad_value, .where = where};
  return UtcSeconds(std::chrono::seconds(seconds));
}

/// "a positive number", of seconds.
Result<std::chrono::seconds> to_ttl(const bj::value& number, const Path& where) {
  const std::int64_t seconds = whole_seconds(number);
  if (seconds <= 0) return Error{.code = Errc::bad_value, .where = where};
  return std::chrono::seconds(std::min(seconds, latest_date));
}

/// Reads the payload: a JWT Claims Set.
class ClaimsDecoder {
 public:
  ClaimsDecoder(const cbor::DecodeContext& context, const trust::StatusListLimits& limits)
      : context_(context), limits_(limits) {}

  // { "sub", "iat", ? "exp", ? "ttl", "status_list": { "bits", "lst", ? "aggregation_uri" }, * any }
  Result<trust::StatusListClaims> decode(const bj::object& payload, const Path& where) {
    const Members claims(payload, where, context_);
    MDOC_TRY(const std::string_view sub, claims.text("sub"));
    MDOC_TRY(claims_.sub, to_uri(sub, where / "sub"));
    MDOC_TRY(const auto* iat, claims.number("iat"));
    MDOC_TRY(claims_.iat, to_date(*iat, where / "iat"));
    MDOC_TRY(const auto* exp, claims.optional_number("exp"));
    if (exp != nullptr) {
      MDOC_TRY(claims_.exp, to_date(*exp, where / "exp"));
    } else {
      MDOC_CHECK(cbor::deviation(context_, Rule::status_no_expiry, where / "exp"));
    }
    MDOC_TRY(const auto* ttl, claims.optional_number("ttl"));
    if (ttl != nullptr) {
      MDOC_TRY(claims_.ttl, to_ttl(*ttl, where / "ttl"));
    }
    // Nobody should be able to read one token as either list (12.3.6.4), though only one has a JWT form.
    if (claims.has("identifier_list")) return Error{.code = Errc::bad_value, .where = where / "identifier_list"};
    MDOC_TRY(const auto* list, claims.object("status_list"));
    MDOC_TRY(claims_.list, decode_status_list(Members(*list, where / "status_list", context_)));
    return std::move(claims_);
  }

 private:
  Result<trust::EncodedStatusList> decode_status_list(const Members& members) {
    trust::EncodedStatusList list;
    MDOC_TRY(const std::uint64_t bits, members.unsigned_integer("bits"));
    const Path at_bits = members.where() / "bits";
    if (bits != 1 && bits != 2 && bits != 4 && bits != 8) return Error{.code = Errc::bad_value, .where = at_bits};
    // 12.3.6.1: the list of an mdoc has one bit for each MSO.
    if (bits != 1) MDOC_CHECK(cbor::deviation(context_, Rule::status_bits, at_bits));
    list.bits = static_cast<unsigned>(bits);

    MDOC_TRY(const std::string_view text, members.text("lst"));
    auto compressed = from_base64url(text);
    if (!compressed) return Error{.code = compressed.error().code, .where = members.where() / "lst"};
    list.lst = SharedBytes::take(*std::move(compressed));

    MDOC_TRY(const auto* aggregation_uri, members.optional_text("aggregation_uri"));
    if (aggregation_uri != nullptr) {
      MDOC_TRY(claims_.aggregation_uri,
               to_uri(std::string_view(*aggregation_uri), members.where() / "aggregation_uri"));
    }
    return list;
  }

  [[nodiscard]] Result<std::string> to_uri(std::string_view text, const Path& where) const {
    if (text.size() > limits_.max_uri) return Error{.code = Errc::too_large, .where = where};
    return std::string(text);
  }

  const cbor::DecodeContext& context_;
  const trust::StatusListLimits& limits_;
  trust::StatusListClaims claims_;
};

}  // namespace

Result<trust::StatusToken> decode_status_token_jwt(SharedBytes compact, const cbor::DecodeContext& context,
                                                   const trust::StatusListLimits& limits) {
  cbor::DecodeContext bounded = context;
  bounded.limits.max_bytes = limits.max_token;
  MDOC_TRY(const Jws jws, decode_jws(compact, bounded));
  MDOC_CHECK(check_typ(jws.header()));

  const Path where = Path("StatusToken") / "payload";
  MDOC_TRY(const bj::value payload, parse_strict(as_text(jws.payload().view()),
                                                 {.max_bytes = limits.max_token,
                                                  .max_values = bounded.limits.max_entries,
                                                  .max_depth = bounded.limits.max_depth},
                                                 where));
  const auto* claims_set = payload.if_object();
  if (claims_set == nullptr) return Error{.code = Errc::wrong_type, .where = where};
  MDOC_TRY(trust::StatusListClaims claims, ClaimsDecoder(bounded, limits).decode(*claims_set, where));
  trust::JwsSeal seal{.algorithm = jws.header().algorithm,
                      .signing_input = jws.encoded().slice(jws.signing_input()),
                      .signature = jws.signature()};
  return trust::StatusToken(std::move(compact), std::move(claims), jws.header().x5c, std::move(seal));
}

}  // namespace mdoc::json
