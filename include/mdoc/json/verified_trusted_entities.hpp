#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/json/jws.hpp"
#include "mdoc/json/trusted_entities.hpp"
#include "mdoc/trust/trust_list.hpp"

namespace mdoc::json {

/// What the caller expects of a list, and whom it trusts to sign one.
struct ListExpectation {
  /// LoTEType of the list that was asked for, such as lote_type::pid_providers. Not empty: the signer of one list often
  /// signs others, and a list of reader CAs must not be taken for one of issuers.
  std::string_view type;
  /// Who may sign lists: a CA, or the signer's own certificate, as the Official Journal publishes them. Borrowed.
  std::span<const crypto::Certificate> anchors;
  UtcSeconds now{};
  ClockPolicy clock{};
  /// ListVerification::issue of the last list that was accepted from this source with this type; null: there is none
  /// yet. Borrowed.
  const trust::ListIssue* last_accepted = nullptr;
  /// NextUpdate is the end of the list: past it, or when the clock is unknown, the list is an error and not a warning;
  /// and in a TrustStore its anchors cease to count then.
  bool refuse_overdue = false;
  cbor::DecodeContext decoding{};
};

/// What a service of a list does.
enum class ListedService : std::uint8_t {
  issuance,    ///< "…/Issuance": signs documents; in a list of access certificate providers, certifies readers
  revocation,  ///< "…/Revocation": signs status lists
};

/// A certificate that a verified list says to trust.
struct ListedAnchor {
  crypto::Certificate certificate;
  /// Not a CA, but the signer itself, and nobody below it.
  bool direct = false;
  std::string service_type{};                                 ///< ServiceTypeIdentifier
  std::string entity{};                                       ///< TEName, in English if there; escape before showing
  std::size_t entity_index = 0;                               ///< in list().entities
  std::size_t service_index = 0;                              ///< in the services of that entity
  std::shared_ptr<const trust::ListProvenance> provenance{};  ///< never null; shared by all anchors of a list
};

/// A list whose signature, signer, type and age were checked. Only verify_list_of_trusted_entities() makes one. A copy
/// shares the content. May be used from several threads.
class MDOC_EXPORT VerifiedListOfTrustedEntities {
 public:
  // Declared, so that there is no move: one would leave a list without content behind.
  VerifiedListOfTrustedEntities(const VerifiedListOfTrustedEntities&) noexcept = default;
  VerifiedListOfTrustedEntities& operator=(const VerifiedListOfTrustedEntities&) noexcept = default;
  ~VerifiedListOfTrustedEntities() = default;

  [[nodiscard]] const ListOfTrustedEntities& list() const& noexcept { return content_->list; }
  const ListOfTrustedEntities& list() const&& = delete;  // would dangle

  /// The certificates of all services of one kind that are in force, in the order of the list. See trusted_list.hpp for
  /// the way into a TrustStore.
  ///
  /// A service counts where its ServiceTypeIdentifier ends in "/Issuance" or "/Revocation" and, in the lists of ETSI TS
  /// 119 602, belongs to that list (Annexes D to H); and where it has no ServiceStatus or that of notified providers.
  /// In the list of public sector EAA providers the status is needed (Annex H). The certificates' own dates are not
  /// looked at.
  [[nodiscard]] std::span<const ListedAnchor> anchors(ListedService kind) const& noexcept {
    return kind == ListedService::issuance ? content_->issuance : content_->revocation;
  }
  std::span<const ListedAnchor> anchors(ListedService kind) const&& = delete;  // would dangle

  /// What gave no anchor, each with its place: all of list().unreadable, then services: subject_mismatch for a type
  /// that is not of this list or neither issuance nor revocation; missing_element for one without type, without a
  /// status it needs, or without any certificate; revoked for one that is withdrawn; bad_value for another status.
  [[nodiscard]] std::span<const Error> unusable() const& noexcept { return content_->unusable; }
  std::span<const Error> unusable() const&& = delete;  // would dangle

  /// Who signed, how the list stands in time, and which issue it is. A list past its NextUpdate is ListState::due, to
  /// be used with a warning and to be fetched anew.
  [[nodiscard]] const trust::ListVerification& verification() const& noexcept { return content_->verification; }
  const trust::ListVerification& verification() const&& = delete;  // would dangle
  /// The operator of the scheme is the provider, in English if there; LoTEType the type.
  [[nodiscard]] const trust::ListProvenance& provenance() const& noexcept { return *content_->verification.provenance; }
  const trust::ListProvenance& provenance() const&& = delete;  // would dangle
  /// The JWS as received: of which all this was read, to be stored and verified again.
  [[nodiscard]] SharedBytes encoded() const noexcept { return content_->encoded; }

 private:
  friend MDOC_EXPORT Result<VerifiedListOfTrustedEntities> verify_list_of_trusted_entities(
      const Jws& jws, const ListExpectation& expectation);
  struct Content {
    SharedBytes encoded;
    ListOfTrustedEntities list{};
    trust::ListVerification verification{};
    std::vector<ListedAnchor> issuance{}, revocation{};
    std::vector<Error> unusable{};
  };
  static void select_anchors(Content& content);
  explicit VerifiedListOfTrustedEntities(Content content)
      : content_(std::make_shared<const Content>(std::move(content))) {}

  std::shared_ptr<const Content> content_;  // never null
};

/// Verifies a signed list: the path from "x5c" to an anchor, the signature, the content, its type, its dates and its
/// place in the sequence. Nothing of the content is parsed before the signature is verified. ETSI TS 119 602 has no
/// date at which a list becomes unusable, so that one past NextUpdate passes, and verification().dates says so. "typ"
/// is not judged, as published lists differ in it. Whether the signer's certificate is revoked is not known here.
/// @return usage/bad_argument: no type expected;
///         malformed/missing_element: no "x5c"; malformed/bad_certificate, trailing_bytes: one in it does not decode;
///         untrusted/no_trust_anchor, chain_untrusted (also for a keyUsage without digitalSignature and
///         nonRepudiation, and for a certificate that was made for something else alone, unless it is itself an
///         anchor), expired, not_yet_valid: of the signer's path; unsupported/unsupported_curve: the signer's key;
///         untrusted/algorithm_mismatch, signature_invalid; what decode_list_of_trusted_entities() returns;
///         untrusted/subject_mismatch: another LoTEType, or none; untrusted/not_yet_valid: issued in the future;
///         untrusted/expired: overdue, with refuse_overdue; untrusted/superseded: a lower sequence number than that of
///         the last list, or another content under the same one
[[nodiscard]] MDOC_EXPORT Result<VerifiedListOfTrustedEntities> verify_list_of_trusted_entities(
    const Jws& jws, const ListExpectation& expectation);

/// For people who look for the reason: how the search for a path ended for each of the anchors alone, in their order,
/// as far as there is a certificate to begin with. Costs one search each.
/// @return as the path errors of verify_list_of_trusted_entities()
[[nodiscard]] MDOC_EXPORT Result<std::vector<trust::TriedAnchor>> try_list_anchors(const Jws& jws,
                                                                                   const ListExpectation& expectation);

}  // namespace mdoc::json
