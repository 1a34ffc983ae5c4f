#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "mdoc/cbor/fields.hpp"
#include "mdoc/trust/status_token.hpp"
#include "trust/signed_list.hpp"
#include "trust/status_claims.hpp"

namespace mdoc::trust {
namespace {

using cbor::Reader;

// ---- typ --------------------------------------------------------------------------------------

/// Forms of `typ` that issuers are known to have sent instead of the full media type.
struct ShortTyp {
  std::string_view text;
  StatusListKind kind;
};
constexpr std::array short_typs{
    ShortTyp{"statuslist+cwt", StatusListKind::status_list},
    ShortTyp{"identifierlist+cwt", StatusListKind::identifier_list},
    ShortTyp{"identfierlist+cwt", StatusListKind::identifier_list},  // misspelt so in an example of the draft
};

/// typ = tstr / uint: a media type or a CoAP content format (RFC 9596, 2).
Result<StatusListKind> read_typ(Reader& reader) {
  if (reader.next_is(cbor::Type::uint)) {
    MDOC_TRY(const auto content_format, reader.read_uint());
    if (content_format == status_list_content_format) return StatusListKind::status_list;
    return reader.fail(Errc::unsupported_media_type);
  }
  MDOC_TRY(const std::string_view text, reader.read_text());
  for (const StatusListKind kind : {StatusListKind::status_list, StatusListKind::identifier_list}) {
    if (text == media_type(kind)) return kind;
  }
  const auto known = std::ranges::find(short_typs, text, &ShortTyp::text);
  if (known == short_typs.end()) return reader.fail(Errc::unsupported_media_type);
  MDOC_CHECK(reader.deviation(Rule::status_typ_short));
  return known->kind;
}

// ---- headers ----------------------------------------------------------------------------------

/// The typ of the protected header, the only one that is signed; nothing if there is none.
Result<std::optional<StatusListKind>> read_header_typ(const Reader& message, const cose::Headers& headers) {
  const auto value = headers.find_protected(cose::label::typ);
  if (!value) return std::optional<StatusListKind>();
  Reader reader = message.within(*value);
  const auto scope = reader.at("typ");
  MDOC_TRY(const StatusListKind kind, read_typ(reader));
  return std::optional(kind);
}

// ---- claims -----------------------------------------------------------------------------------

/// NumericDate (RFC 8392, 2): an integer or a float, seconds since 1970.
Result<UtcSeconds> read_numeric_date(Reader& reader) {
  constexpr std::int64_t latest = latest_token_date.time_since_epoch().count();
  if (reader.next_is(cbor::Type::floating)) {
    MDOC_TRY(const double seconds, reader.read_float());
    // Not a number fails both comparisons.
    const bool in_range = seconds >= 0 && seconds <= static_cast<double>(latest);
    if (!in_range) return reader.fail(Errc::bad_value);
    return UtcSeconds(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
  }
  MDOC_TRY(const auto seconds, reader.read_int());
  if (seconds < 0 || seconds > latest) return reader.fail(Errc::bad_value);
  return UtcSeconds(std::chrono::seconds(seconds));
}

Result<std::chrono::seconds> read_ttl(Reader& reader) {
  MDOC_TRY(const auto seconds, reader.read_int());
  if (seconds <= 0) return reader.fail(Errc::bad_value);
  return std::min(std::chrono::seconds(seconds), latest_token_date.time_since_epoch());
}

auto uri_of(std::size_t max_uri) {
  return [max_uri](Reader& reader) -> Result<std::string> {
    MDOC_TRY(const std::string_view uri, reader.read_text());
    if (uri.size() > max_uri) return reader.fail(Errc::too_large);
    return std::string(uri);
  };
}

Result<unsigned> read_bits(Reader& reader) {
  MDOC_TRY(const auto bits, reader.read_uint());
  if (bits != 1 && bits != 2 && bits != 4 && bits != 8) return reader.fail(Errc::bad_value);
  // 12.3.6.1: the list of an mdoc has one bit for each MSO.
  if (bits != 1) MDOC_CHECK(reader.deviation(Rule::status_bits));
  return static_cast<unsigned>(bits);
}

/// Reads the payload of the envelope: a CWT Claims Set.
class ClaimsDecoder {
 public:
  ClaimsDecoder(std::optional<StatusListKind> typ, const StatusListLimits& limits) : typ_(typ), limits_(limits) {}

  Result<StatusListClaims> decode(Reader& reader) {
    const auto read_uri = uri_of(limits_.max_uri);
    const auto read_status_list = [this](Reader& field) { return decode_status_list(field); };
    const auto read_identifier_list = [this](Reader& field) { return decode_identifier_list(field); };
    // One implementation writes typ as a claim, with the number it has as a header parameter. Beside the real one it
    // is a claim like any other.
    const auto read_typ_claim = [this](Reader& field) -> Result<StatusListKind> {
      if (typ_) {
        MDOC_CHECK(field.skip());
        return *typ_;
      }
      MDOC_TRY(const StatusListKind kind, read_typ(field));
      MDOC_CHECK(field.deviation(Rule::status_typ_claim));
      return kind;
    };
    std::optional<StatusListKind> typ = typ_;
    // { 2: sub, 6: iat, 4: exp, ? 65534: ttl, ( 65533: StatusList // 65530: IdentifierList ), * key => any }
    MDOC_CHECK(cbor::read_map(
        reader, cbor::required({claim::sub, "sub"}, claims_.sub, read_uri),
        cbor::required({claim::iat, "iat"}, claims_.iat, read_numeric_date),
        cbor::optional({claim::exp, "exp"}, claims_.exp, read_numeric_date),
        cbor::optional({claim::ttl, "ttl"}, claims_.ttl, read_ttl),
        cbor::optional({claim::status_list, "status_list"}, status_list_, read_status_list),
        cbor::optional({claim::identifier_list, "identifier_list"}, identifier_list_, read_identifier_list),
        cbor::optional({cose::label::typ, "typ"}, typ, read_typ_claim)));
    if (!typ) {
      const auto scope = reader.at("typ");
      return reader.fail(Errc::missing_element);
    }
    if (!claims_.exp) {
      const auto scope = reader.at("exp");
      MDOC_CHECK(reader.deviation(Rule::status_no_expiry));
    }
    MDOC_CHECK(choose(reader, *typ));
    return std::move(claims_);
  }

 private:
  Result<EncodedStatusList> decode_status_list(Reader& reader) {
    EncodedStatusList list;
    // StatusList = { "bits" : 1 / 2 / 4 / 8, "lst" : bstr, ? "aggregation_uri" : tstr }
    MDOC_CHECK(cbor::read_map(reader, cbor::required("bits", list.bits, read_bits),
                              cbor::required("lst", list.lst, &Reader::read_bytes_shared),
                              cbor::optional("aggregation_uri", claims_.aggregation_uri, uri_of(limits_.max_uri))));
    return list;
  }

  Result<IdentifierList> decode_identifier_list(Reader& reader) {
    IdentifierList list;
    const auto read_identifiers = [this](Reader& field) {
      return IdentifierList::decode(field, limits_.max_identifiers);
    };
    // IdentifierList = { "identifiers" : { * Identifier => IdentifierInfo }, ? "aggregation_uri" : tstr, * tstr => RFU
    // }
    MDOC_CHECK(cbor::read_map(reader, cbor::required("identifiers", list, read_identifiers),
                              cbor::optional("aggregation_uri", claims_.aggregation_uri, uri_of(limits_.max_uri))));
    return list;
  }

  /// One list, and the one that typ names. A token with both could be read as either (12.3.6.4).
  Result<void> choose(Reader& reader, StatusListKind typ) {
    const auto wrong = [&](const char* claim, Errc code) {
      const auto scope = reader.at_name(claim);
      return reader.fail(code);
    };
    if (status_list_ && identifier_list_) return wrong("identifier_list", Errc::bad_value);
    if (typ == StatusListKind::status_list) {
      if (!status_list_) return wrong("status_list", Errc::missing_element);
      claims_.list = *std::move(status_list_);
    } else {
      if (!identifier_list_) return wrong("identifier_list", Errc::missing_element);
      claims_.list = *std::move(identifier_list_);
    }
    return {};
  }

  std::optional<StatusListKind> typ_;  // of the header
  const StatusListLimits& limits_;
  StatusListClaims claims_;
  std::optional<EncodedStatusList> status_list_;
  std::optional<IdentifierList> identifier_list_;
};

}  // namespace

Result<StatusToken> decode_status_token_cwt(SharedBytes encoded, const cbor::DecodeContext& context,
                                            const StatusListLimits& limits) {
  cbor::DecodeContext bounded = context;
  bounded.limits.max_bytes = limits.max_token;
  bounded.limits.max_string = limits.max_token;

  Reader reader(encoded, bounded, "StatusToken");
  const bool cwt_tag = reader.try_tag(tag_cwt);
  if (cwt_tag || !reader.next_is_tag(tag_cose_sign1)) {
    MDOC_CHECK(cbor::deviation(bounded, Rule::list_tag, reader.path(), 0));
  }
  MDOC_TRY(cose::CoseSign1 envelope, cose::decode_cose_sign1(reader, cose::Profile::cwt));
  MDOC_CHECK(reader.finish());

  // It stands in the protected header of a list (12.3.6).
  if (!envelope.headers.x5chain.empty() && !has_protected_x5chain(envelope.headers, bounded.limits)) {
    const auto scope = reader.at("unprotected");
    const auto inner = reader.at("x5chain");
    MDOC_CHECK(reader.deviation(Rule::list_x5chain_place));
  }
  MDOC_TRY(const auto typ, read_header_typ(reader, envelope.headers));
  if (!envelope.payload) {
    const auto scope = reader.at("payload");
    return reader.fail(Errc::missing_element);
  }

  // The payload alone may have as many entries as a list; the headers stay small.
  bounded.limits.max_entries = std::max(bounded.limits.max_entries, limits.max_identifiers);
  Reader payload(*envelope.payload, bounded, Path("StatusToken") / "payload", envelope.payload_offset);
  MDOC_TRY(StatusListClaims claims, ClaimsDecoder(typ, limits).decode(payload));
  MDOC_CHECK(payload.finish());
  cose::X5Chain x5chain = envelope.headers.x5chain;
  return StatusToken(std::move(encoded), std::move(claims), std::move(x5chain), std::move(envelope));
}

}  // namespace mdoc::trust
