#include "mdoc/trust/status_token.hpp"

#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/crypto/certificate_path.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "trust/path_dates.hpp"

namespace mdoc::trust {

// ---- the signature ----------------------------------------------------------------------------

namespace {

Result<void> verify_seal(const cose::CoseSign1& envelope, const crypto::PublicKey& key) { return envelope.verify(key); }
/// As RFC 7518, 3.4 says, an algorithm of JOSE has one curve of its own; what COSE signs with brainpool curves has no
/// name there.
bool has_name_in_jose(crypto::Curve curve) noexcept {
  using crypto::Curve;
  constexpr std::array curves{Curve::p256, Curve::p384, Curve::p521, Curve::ed25519, Curve::ed448};
  return std::ranges::find(curves, curve) != curves.end();
}

Result<void> verify_seal(const JwsSeal& seal, const crypto::PublicKey& key) {
  if (!has_name_in_jose(key.curve())) return Error{.code = Errc::algorithm_mismatch};
  return crypto::verify(key, seal.algorithm, seal.signing_input.view(), seal.signature.view());
}

}  // namespace

const StatusListClaims& unverified_claims(const StatusToken& token) noexcept { return token.claims_; }

const StatusTokenSeal& unverified_seal(const StatusToken& token) noexcept { return token.seal_; }

bool is_jwt(ByteView token) noexcept { return as_text(token).starts_with("eyJ"); }

Result<void> StatusToken::verify_signature(const crypto::PublicKey& key) const {
  return std::visit([&](const auto& seal) { return verify_seal(seal, key); }, seal_);
}

// ---- trust ------------------------------------------------------------------------------------

Result<StatusTrust> StatusTrust::named_by_mso(ByteView der) {
  MDOC_TRY(const auto certificate, crypto::Certificate::from_der(der));
  return StatusTrust({certificate}, true);
}

StatusTrust StatusTrust::issuer_ca(const crypto::Certificate& ca) { return {{ca}, false}; }

StatusTrust StatusTrust::issuer_cas(std::vector<crypto::Certificate> cas) { return {std::move(cas), false}; }

StatusTrust StatusTrust::anchors(std::vector<crypto::Certificate> anchors) { return {std::move(anchors), true}; }

bool StatusTrust::covers(std::span<const crypto::Certificate> path) const noexcept {
  if (path.empty() || (path.size() == 1 && !may_sign_lists_)) return false;
  return std::ranges::find(certificates_, path.back()) != certificates_.end();
}

// ---- verification -----------------------------------------------------------------------------

struct VerifiedStatusToken::State {
  SharedBytes encoded;
  std::string uri;
  UtcSeconds iat;
  std::optional<UtcSeconds> exp;
  std::optional<std::chrono::seconds> ttl;
  std::optional<std::string> aggregation_uri;
  std::variant<StatusList, IdentifierList> list;  // in the order of StatusListKind
  std::vector<crypto::Certificate> path;
  UtcSeconds path_valid_until;
  DateVerdict date;
};

/// The steps of verify_status_token(), in their order.
class StatusTokenVerifier {
 public:
  StatusTokenVerifier(const StatusToken& token, const StatusTokenInput& input) : token_(token), input_(input) {}

  Result<VerifiedStatusToken> verify() {
    MDOC_CHECK(find_path());
    MDOC_CHECK(check_signature());
    MDOC_CHECK(check_claims());
    MDOC_TRY(auto list, open_list());
    const StatusListClaims& claims = token_.claims_;
    return VerifiedStatusToken(std::make_shared<const VerifiedStatusToken::State>(
        VerifiedStatusToken::State{.encoded = token_.encoded_,
                                   .uri = claims.sub,
                                   .iat = claims.iat,
                                   .exp = claims.exp,
                                   .ttl = claims.ttl,
                                   .aggregation_uri = claims.aggregation_uri,
                                   .list = std::move(list),
                                   .path = std::move(path_),
                                   .path_valid_until = path_until_,
                                   .date = date_}));
  }

 private:
  using List = std::variant<StatusList, IdentifierList>;

  static Error at(const Error& error, const Path& where) {
    return {.code = error.code, .where = where, .offset = error.offset, .native = error.native};
  }

  Result<void> find_path() {
    const Path where = Path("StatusToken") / "x5chain";
    const cose::X5Chain& x5chain = token_.x5chain_;
    if (x5chain.empty()) return Error{.code = Errc::missing_element, .where = where};
    if (x5chain.size() > DecodeLimits{}.max_certificates) return Error{.code = Errc::too_many, .where = where};
    std::vector<crypto::Certificate> chain;
    chain.reserve(x5chain.size());
    for (const SharedBytes& der : x5chain) {
      const auto certificate = crypto::Certificate::from_der(der.view());
      if (!certificate) return at(certificate.error(), where / chain.size());
      chain.push_back(*certificate);
    }

    // The dates are judged below.
    auto path = crypto::find_certificate_path(chain.front(), std::span(chain).subspan(1), input_.trust.certificates(),
                                              path_options(input_.now, input_.clock, InvalidPath::returned));
    if (!path) return at(path.error(), where);
    if (!input_.trust.covers(*path)) return Error{.code = Errc::chain_untrusted, .where = where};
    // B.1.7 asks for no key purpose.
    if (path->size() > 1 && is_made_for_something_else(path->front(), input_.purposes)) {
      return Error{.code = Errc::chain_untrusted, .where = where / std::size_t{0}};
    }
    path_ = *std::move(path);
    path_until_ = std::ranges::min(path_, {}, &crypto::Certificate::not_after).not_after();
    return judge(std::ranges::max(path_, {}, &crypto::Certificate::not_before).not_before(), path_until_, where, where);
  }

  Result<void> check_signature() const {
    const Path where = Path("StatusToken") / "signature";
    const Result<crypto::PublicKey>& key = path_.front().public_key();
    if (!key) return at(key.error(), Path("StatusToken") / "x5chain" / 0);
    const auto verified = token_.verify_signature(*key);
    if (!verified) return at(verified.error(), where);
    return {};
  }

  Result<void> check_claims() {
    const Path payload = Path("StatusToken") / "payload";
    const StatusListClaims& claims = token_.claims_;
    if (claims.sub != input_.uri) return Error{.code = Errc::subject_mismatch, .where = payload / "sub"};
    return judge(claims.iat, claims.exp.value_or(latest_token_date), payload / "iat", payload / "exp");
  }

  Result<List> open_list() const {
    if (const auto* identifiers = std::get_if<IdentifierList>(&token_.claims_.list)) return List(*identifiers);
    const auto& encoded = std::get<EncodedStatusList>(token_.claims_.list);
    MDOC_TRY(StatusList list, StatusList::inflate(encoded.bits, encoded.lst.view(), input_.max_inflated));
    return List(std::move(list));
  }

  /// Judges the present against one more period and keeps the worst verdict.
  Result<void> judge(UtcSeconds from, UtcSeconds until, const Path& where_from, const Path& where_until) {
    const DateVerdict verdict = input_.clock.judge(input_.now, from, until);
    switch (verdict) {
      case DateVerdict::too_early: return Error{.code = Errc::not_yet_valid, .where = where_from};
      case DateVerdict::too_late: return Error{.code = Errc::expired, .where = where_until};
      case DateVerdict::within: break;
      case DateVerdict::within_skew:
        if (date_ == DateVerdict::within) date_ = verdict;
        break;
      case DateVerdict::clock_unknown: date_ = verdict; break;
    }
    return {};
  }

  const StatusToken& token_;
  const StatusTokenInput& input_;
  std::vector<crypto::Certificate> path_;
  UtcSeconds path_until_;
  DateVerdict date_ = DateVerdict::within;
};

Result<VerifiedStatusToken> verify_status_token(const StatusToken& token, const StatusTokenInput& input) {
  return StatusTokenVerifier(token, input).verify();
}

// ---- what was verified ------------------------------------------------------------------------

Result<StatusType> VerifiedStatusToken::status(std::uint64_t idx) const {
  const auto* list = std::get_if<StatusList>(&state_->list);
  if (list == nullptr) return Error{.code = Errc::wrong_type, .where = "StatusList"};
  const auto status = list->at(idx);
  // Beyond the end nothing is known, so nothing is valid ("Token Status List", 8.3).
  if (!status) return Error{.code = Errc::bad_value, .where = Path("StatusListInfo") / "idx"};
  return *status;
}

Result<bool> VerifiedStatusToken::contains(ByteView id) const {
  const auto* list = std::get_if<IdentifierList>(&state_->list);
  if (list == nullptr) return Error{.code = Errc::wrong_type, .where = "IdentifierList"};
  return list->contains(id);
}

StatusListKind VerifiedStatusToken::kind() const noexcept { return static_cast<StatusListKind>(state_->list.index()); }

std::uint64_t VerifiedStatusToken::entries() const noexcept {
  return std::visit([](const auto& list) { return std::uint64_t{list.size()}; }, state_->list);
}

const std::string& VerifiedStatusToken::uri() const noexcept { return state_->uri; }
UtcSeconds VerifiedStatusToken::issued_at() const noexcept { return state_->iat; }
std::optional<UtcSeconds> VerifiedStatusToken::expires_at() const noexcept { return state_->exp; }
std::optional<std::chrono::seconds> VerifiedStatusToken::time_to_live() const noexcept { return state_->ttl; }
const std::optional<std::string>& VerifiedStatusToken::aggregation_uri() const noexcept {
  return state_->aggregation_uri;
}
std::span<const crypto::Certificate> VerifiedStatusToken::path() const noexcept { return state_->path; }
UtcSeconds VerifiedStatusToken::path_valid_until() const noexcept { return state_->path_valid_until; }
DateVerdict VerifiedStatusToken::date() const noexcept { return state_->date; }
const SharedBytes& VerifiedStatusToken::encoded() const noexcept { return state_->encoded; }

std::size_t VerifiedStatusToken::memory() const noexcept {
  const auto* list = std::get_if<StatusList>(&state_->list);
  const std::size_t unpacked =
      list != nullptr ? list->bytes().size() : std::get<IdentifierList>(state_->list).size() * sizeof(ByteView);
  return sizeof(State) + state_->uri.size() + state_->encoded.size() + unpacked;
}

}  // namespace mdoc::trust
