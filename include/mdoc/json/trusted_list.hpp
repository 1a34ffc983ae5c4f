#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/json/verified_trusted_entities.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/trust/trusted_list.hpp"

namespace mdoc::json {

/// What the list of this type is for in a TrustStore: Purpose::readers for providers of access certificates,
/// Purpose::issuance for providers of documents and for types that are not of ETSI TS 119 602. Nothing for the others
/// of that standard, which name nobody who signs anything of an mdoc: wallets, registration certificates, registrars.
[[nodiscard]] MDOC_EXPORT std::optional<trust::Purpose> purpose_of(std::string_view type) noexcept;

/// A verified list in the form in which a TrustStore takes it:
///
///     MDOC_TRY(const auto list, verify_list_of_trusted_entities(jws, {.type = lote_type::pid_providers, …}));
///     MDOC_CHECK(store.put_list(trust::Purpose::issuance, trusted_list(list, {DocType("eu.europa.ec.eudi.pid.1")})));
///
/// A service for issuance gives an anchor: a CA certificate one for all that it issues, any other certificate is
/// trusted itself. A service for revocation signs the status lists of what its own entity issues, and of nobody else.
/// Successive issues replace each other, and an earlier one is refused; see TrustedList::is_same_list().
/// @param doc_types  all that these services are trusted for; empty: any docType. Name them for issuers: who may issue
///                   PIDs has thereby no say in driving licences
[[nodiscard]] MDOC_EXPORT trust::TrustedList trusted_list(const VerifiedListOfTrustedEntities& list,
                                                          const std::vector<DocType>& doc_types = {});

}  // namespace mdoc::json
