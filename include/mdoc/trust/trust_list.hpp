#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/digest.hpp"

/// @file
/// What the two signed lists of certificates have in common: VICAL (ISO/IEC 18013-5, second edition, Annex C; see
/// vical.hpp) and RICAL (Annex F; see rical.hpp). A list is decoded into a SignedList, whose content nobody vouches
/// for yet; verification makes a VerifiedList of it, and that alone has anchors.
///
///     MDOC_TRY(const SignedVical received, decode_vical(SharedBytes::take(body), {.sink = &warnings}));
///     MDOC_TRY(const VerifiedVical list, verify_vical(received, {.anchors = list_signers, .now = now}));
///     for (const VicalAnchor& anchor : list.anchors()) …

namespace mdoc::trust {

enum class ListKind : std::uint8_t {
  vical,
  rical,
  trusted_entities,  ///< ETSI TS 119 602; read by mdoc::json
};
/// "VICAL", "RICAL", "list of trusted entities".
[[nodiscard]] MDOC_EXPORT std::string_view name(ListKind kind) noexcept;

/// Bounds on one list. They stand in for those of DecodeLimits that a list outgrows; depth and size of identifiers
/// stay as the DecodeContext has them.
struct TrustListLimits {
  std::size_t max_bytes = std::size_t{8} << 20;               ///< the whole message
  std::size_t max_entries = 4096;                             ///< certificateInfos
  std::size_t max_doc_types = 64;                             ///< of one entry; certificateProfile likewise
  std::size_t max_constraints = 64;                           ///< of one entry
  std::size_t max_unknown_members = 16384;                    ///< of the whole list
  std::size_t max_x5chain = 10;                               ///< certificates of the signer
  std::size_t max_certificate_bytes = std::size_t{16} << 10;  ///< one certificate
};

/// Members of an entry of either list, by the names that the standard gives them. Append only.
enum class EntryMember : std::uint8_t {
  serial_number,
  ski,
  aki,  ///< RICAL
  issuing_country,
  state_or_province_name,
  issuer,
  subject,
  not_before,
  not_after,
  doc_type,             ///< VICAL
  certificate_profile,  ///< VICAL
  issuing_authority,    ///< VICAL
  is_trust_anchor,      ///< RICAL
  type,                 ///< RICAL
  trust_constraints,    ///< RICAL
  name,                 ///< RICAL
  extensions,
  others,  ///< members without a name here
};
/// The name of the member in the list: "serialNumber", "docType" …; "others".
[[nodiscard]] MDOC_EXPORT std::string_view name(EntryMember member) noexcept;

/// What both lists say about one certificate. Facts come from `certificate`; the other members are hints that repeat
/// what stands in it, and `differing` names those that do so wrongly.
struct ListedCertificate {
  SharedBytes encoded;                                  ///< "certificate": DER as it came
  std::optional<crypto::Certificate> certificate{};     ///< nothing: it does not decode; see unusable_entries()
  SharedBytes serial_number;                            ///< "serialNumber": magnitude, big-endian
  SharedBytes ski;                                      ///< "ski", as it came
  std::optional<std::string> issuing_country{};         ///< "issuingCountry"
  std::optional<std::string> state_or_province_name{};  ///< "stateOrProvinceName"
  std::optional<SharedBytes> issuer{};                  ///< "issuer": Name, DER
  std::optional<SharedBytes> subject{};                 ///< "subject": Name, DER
  std::optional<UtcSeconds> not_before{};               ///< "notBefore"
  std::optional<UtcSeconds> not_after{};                ///< "notAfter"
  std::optional<SharedBytes> extensions{};              ///< "extensions", an encoded map
  cbor::UnknownMembers others{};
  std::vector<EntryMember> differing{};  ///< hints that disagree with the certificate; not written
};

/// An entry that cannot serve as an anchor, and why: its certificate does not decode (malformed/bad_certificate and
/// what else Certificate::from_der() says), or no docType is named (malformed/empty_structure).
struct EntryFault {
  std::size_t index = 0;  ///< in certificateInfos
  Error error{};
};

/// Where an anchor came from, for reports and audits.
struct ListProvenance {
  ListKind kind{};
  std::string provider;                     ///< "vicalProvider", "provider", or the operator of the scheme
  std::string type{};                       ///< "type" of a RICAL, "LoTEType"; empty for a VICAL
  std::optional<std::uint64_t> issue_id{};  ///< "vicalIssueID", "id", "LoTESequenceNumber"
  UtcSeconds date{};                        ///< "date"
  std::optional<UtcSeconds> next_update{};  ///< "nextUpdate"
  std::optional<UtcSeconds> not_after{};    ///< "notAfter" of the list, whatever its certificates say
  /// When the first certificate between signer and anchor ends, of a verified list: after that nobody vouches for it.
  std::optional<UtcSeconds> signer_ends{};

  /// The earlier of both ends; nothing: neither is known.
  [[nodiscard]] MDOC_EXPORT std::optional<UtcSeconds> ends() const noexcept;
};

/// Which issue of which list: what an application keeps of the last one that it accepted.
struct ListIssue {
  ListKind kind{};
  std::string provider;
  std::string type{};                 ///< of a RICAL; a provider may have several lists
  std::optional<std::uint64_t> id{};  ///< "vicalIssueID", "id"
  UtcSeconds date{};
  crypto::Digest digest{};  ///< SHA-256 over the payload as received
};

/// Whether `next` may take the place of `last` (C.1.8): its id must be greater, or where one of them has no id, its
/// date later. The same payload once more is fine, whoever signed it anew. Lists of different kind, provider or type
/// say nothing about each other: success.
/// @return untrusted/superseded: an earlier issue, or another content under the same id or date
MDOC_EXPORT Result<void> check_succession(const ListIssue& last, const ListIssue& next);

/// What a list is verified against.
struct ListTrust {
  /// Certificates of list signers or of CAs above them. Anchors of issuers or readers do not belong here.
  std::span<const crypto::Certificate> anchors{};
  UtcSeconds now{};
  ClockPolicy clock{};
  const ListIssue* last_accepted = nullptr;  ///< of the same provider; null: there is none yet
};

/// How a list that may be used stands in time.
enum class ListState : std::uint8_t {
  current,
  due,           ///< nextUpdate has passed: fetch a newer one, go on using this one with a warning
  undetermined,  ///< ClockQuality::unknown
};

struct ListDates {
  ListState state = ListState::undetermined;
  DateVerdict verdict = DateVerdict::clock_unknown;  ///< within, within_skew or clock_unknown
};

/// Judges the dates of a list, which also has to be done anew from time to time for one that was verified before.
/// `nextUpdate` is compared without tolerance, as all that follows from it is a warning.
/// @return untrusted/not_yet_valid: `date` is in the future; untrusted/expired: `notAfter` has passed
MDOC_EXPORT Result<ListDates> judge_list_dates(const ListProvenance& list, UtcSeconds now, const ClockPolicy& clock);

/// What verification found out about a list.
struct ListVerification {
  /// The signer first, an anchor last. The profile of the signer certificate (keyUsage, key purpose, policy) is judged
  /// by TrustedList::of(); its revocation is still to be judged.
  std::vector<crypto::Certificate> signer_path;
  /// At the time of verification; of dates of list and path, the verdict that is worse.
  ListDates dates{};
  std::shared_ptr<const ListProvenance> provenance;  ///< never null
  ListIssue issue{};                                 ///< to be kept as ListTrust::last_accepted of the next one
  UtcSeconds verified_at{};                          ///< the time as of which all this was found
};

/// Why one anchor led nowhere.
struct TriedAnchor {
  std::string subject;           ///< readable; text of a certificate: escape before showing
  std::optional<Error> error{};  ///< as of crypto::find_certificate_path(); nothing: this one is the anchor
};
/// Tries each anchor alone, to say why a list was not trusted.
[[nodiscard]] MDOC_EXPORT std::vector<TriedAnchor> try_list_anchors(std::span<const crypto::Certificate> x5chain,
                                                                    const ListTrust& trust);

struct ListMaker;  // internal

/// A list as received: decoded, its signature not checked. A copy shares the content. May be used from several
/// threads.
template <class List>
class SignedList {
 public:
  // Declared, so that there is no move: one would leave a list without content behind.
  SignedList(const SignedList&) noexcept = default;
  SignedList& operator=(const SignedList&) noexcept = default;
  ~SignedList() = default;

  /// What the list says. Nobody vouches for it: for display and comparison only.
  [[nodiscard]] const List& unverified() const noexcept { return content_->list; }
  [[nodiscard]] std::span<const EntryFault> unusable_entries() const noexcept { return content_->unusable; }
  [[nodiscard]] const cose::CoseSign1& message() const noexcept { return content_->message; }
  /// The certificates of the signer as they came, its own first; not validated.
  [[nodiscard]] std::span<const crypto::Certificate> x5chain() const noexcept { return content_->x5chain; }

 private:
  friend struct ListMaker;
  struct Content {
    cose::CoseSign1 message;
    std::vector<crypto::Certificate> x5chain;
    List list;
    std::vector<EntryFault> unusable;
  };
  explicit SignedList(Content content) : content_(std::make_shared<const Content>(std::move(content))) {}
  std::shared_ptr<const Content> content_;  // never null
};

/// A list whose signer is trusted, whose signature is good and whose dates allow its use. Only verification makes
/// one. A copy shares the content. May be used from several threads.
template <class List, class Anchor>
class VerifiedList {
 public:
  VerifiedList(const VerifiedList&) noexcept = default;
  VerifiedList& operator=(const VerifiedList&) noexcept = default;
  ~VerifiedList() = default;

  [[nodiscard]] const List& list() const noexcept { return signed_.unverified(); }
  /// One for each certificate that can serve, in the order of the list.
  [[nodiscard]] std::span<const Anchor> anchors() const noexcept { return content_->anchors; }
  [[nodiscard]] std::span<const EntryFault> unusable_entries() const noexcept { return signed_.unusable_entries(); }
  [[nodiscard]] const ListVerification& verification() const noexcept { return content_->verification; }
  [[nodiscard]] const ListProvenance& provenance() const noexcept { return *content_->verification.provenance; }
  /// The bytes of which all this was read.
  [[nodiscard]] const cose::CoseSign1& message() const noexcept { return signed_.message(); }

 private:
  friend struct ListMaker;
  struct Content {
    ListVerification verification;
    std::vector<Anchor> anchors;
  };
  VerifiedList(const SignedList<List>& list, Content content)
      : signed_(list), content_(std::make_shared<const Content>(std::move(content))) {}
  SignedList<List> signed_;
  std::shared_ptr<const Content> content_;  // never null
};

}  // namespace mdoc::trust
