#include "mdoc/trust/revocation_store.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "mdoc/crypto/crl.hpp"
#include "mdoc/crypto/ocsp.hpp"
#include "trust/path_search.hpp"
#include "trust/received_crl.hpp"

namespace mdoc::trust {

namespace {

CertificateContext signer_context(const VerifiedStatusToken& token) {
  constexpr auto role = CertificateRole::status_list_signer;
  return end_entity_context(token.path(), role, info(role).profile);
}

}  // namespace

std::vector<RuleFinding> judge_status_signer(const VerifiedStatusToken& token) {
  return broken_rules(signer_context(token));
}

Result<void> RevocationStore::accept(const WantedSource& wanted, SharedBytes fetched,
                                     const RevocationContext& context) {
  switch (wanted.kind) {
    case RevocationSource::crl: {
      if (!wanted.issuer) break;
      MDOC_TRY(const auto list, decode_received_crl(fetched));
      MDOC_TRY(const VerifiedCrl verified, VerifiedCrl::verify(list, *wanted.issuer));
      return crls_.insert(verified, context.now);
    }
    case RevocationSource::ocsp: {
      if (!wanted.certificate || !wanted.issuer) break;
      MDOC_TRY(const auto response, crypto::OcspResponse::from_der(fetched.view()));
      return ocsp_responses_.insert(response, *wanted.certificate, *wanted.issuer, context);
    }
    case RevocationSource::status_list:
    case RevocationSource::identifier_list: {
      MDOC_TRY(const StatusToken token,
               decode_status_token_cwt(std::move(fetched), {.level = context.level, .sink = context.sink}));
      return accept(wanted, token, context, context.now);
    }
    case RevocationSource::none: break;
  }
  return Error{.code = Errc::bad_argument, .where = "WantedSource"};
}

Result<void> RevocationStore::accept(const WantedSource& wanted, const StatusToken& token,
                                     const RevocationContext& context, UtcSeconds fetched) {
  if (!wanted.trust || wanted.uris.empty()) return Error{.code = Errc::bad_argument, .where = "WantedSource"};
  MDOC_TRY(const VerifiedStatusToken verified, verify_status_token(token, {.uri = wanted.uris.front(),
                                                                           .trust = *wanted.trust,
                                                                           .now = context.now,
                                                                           .clock = context.clock,
                                                                           .purposes = status_signers_}));
  if (breaks_a_rule(signer_context(verified), context.level)) {
    return Error{.code = Errc::deviation, .where = Path("StatusListToken") / "x5chain"};
  }
  return status_lists_.put(verified, fetched);
}

}  // namespace mdoc::trust
