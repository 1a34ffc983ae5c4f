#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/presentation/credential.hpp"
#include "mdoc/presentation/released_ages.hpp"
#include "mdoc/presentation/zk_prover.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

/// @file
/// From a request and the wallet's credentials to what a person can be asked (ISO/IEC 18013-5, second edition, 10.2.8).
/// A pure function: it decides nothing and releases nothing.

namespace mdoc::presentation {

struct RequestReaders;

/// Where a request came from.
enum class ReleaseSetting : std::uint8_t {
  proximity,
  internet,  ///< TS 18013-7: there a wallet may insist on proof for everything
};

/// Why a released element answers the one that was asked for.
enum class AnswerBasis : std::uint8_t {
  as_requested,
  age_rule,     ///< another age_over_NN settles the question (7.2.5)
  alternative,  ///< one of a set that the reader takes instead (second edition, 10.2.4); all of them or none
};
/// "as-requested", "age-rule", "alternative"
[[nodiscard]] MDOC_EXPORT std::string_view name(AnswerBasis basis) noexcept;

/// One element that would be released.
struct ElementOption {
  model::ElementReference requested;  ///< as the mdoc reader named it
  model::ElementReference released;   ///< what is sent
  AnswerBasis basis = AnswerBasis::as_requested;
  bool intent_to_retain = false;  ///< the reader says that it will store it beyond the transaction
  /// Verifies the holder of a document that is released with it or not at all (second edition, 13.4.2): offer it as one
  /// with the other elements.
  bool comes_with_others = false;
  /// Not from the issuer: the device states it, and has to be given the value (DeviceStatement).
  bool device_signed = false;
  /// It is an age_over_NN, of which two may leave (7.2.5), whether or not its docType has a rule for them.
  bool age_attestation = false;
  /// The profile of the docType has its issuers provide it.
  bool mandatory = false;
};

/// What the profile of a docType says about giving one of its documents away. Of an unknown docType: nothing.
struct DocumentRules {
  profile::ReaderAuthenticationRule reader_authentication{};  ///< where the request came from
  bool device_signature = true;                               ///< DeviceSignature may prove its possession
  bool device_mac = true;                                     ///< DeviceMac may
};

/// A document that would leave as a proof: the reader learns the elements and that an issuer vouches for them, and gets
/// neither the document nor anything by which to recognise it.
struct ProofOption {
  model::ZkSystemSpec spec;                ///< of the request: zkSystemId, system and parameters
  std::string circuit{};                   ///< of ZkCircuit::id
  std::shared_ptr<const ZkProver> prover;  ///< that can prove it
  bool required = false;                   ///< nothing else will do: by the reader, or by ProofPolicy::only
  /// Where the prover fails, the document leaves as it is. Only ever set by Selection::plain_if_proof_fails, and never
  /// where nothing but a proof will do.
  bool or_plain = false;
};

/// One document that would answer one DocRequest.
struct DocumentOption {
  std::size_t doc_request = 0;  ///< DocRequestID: index into DeviceRequest.docRequests
  std::size_t credential = 0;   ///< index into the credentials given
  std::string credential_id{};  ///< its Credential::id(), to which a Consent holds
  DocType doc_type;
  std::vector<ElementOption> elements{};               ///< in the order of the request
  std::vector<model::ElementReference> unavailable{};  ///< asked for, and neither there nor anything instead
  /// For this recipient's eyes alone, whoever carries it (second edition, 10.3.5, 12.6).
  std::optional<cbor::Encoded<model::EncryptionParameters>> encrypted_to{};
  /// It would leave as a proof (second edition, 10.3.4); nothing: as it is. The elements of a proof leave all or none.
  std::optional<ProofOption> proof{};
  DocumentRules rules{};

  /// The DocRequest gets everything that it asks for.
  [[nodiscard]] bool is_complete() const noexcept { return unavailable.empty(); }
};

/// Whether one element of one document may leave the device.
using ElementApproval = std::function<bool(const DocumentOption&, const ElementOption&)>;

/// Why no document answers a DocRequest; of several documents, what kept back the one that came nearest.
enum class Obstacle : std::uint8_t {
  doc_type,  ///< there is none of this docType
  validity,  ///< not valid now
  issuer,    ///< of another issuer than those that the reader accepts ("issuerIdentifiers")
  /// The profile of the docType has it given to trusted readers alone, and this one is not (MatchOptions::readers).
  reader,
  proof,      ///< a zero-knowledge proof is called for, by the reader or by ProofPolicy, and none can be made
  recipient,  ///< it would have to be encrypted to a key that cannot be used
  /// Its device key cannot prove it here: it is reserved for the mechanism that will not do, or can do neither. What is
  /// encrypted needs a signature, and a MAC a key of the reader on the same curve (9.1.3). The profile of the docType
  /// may forbid one.
  device_auth,
  elements,  ///< nothing that was asked for is there, or not all of it where the reader wants all or nothing
};
/// "doc-type", "validity", "issuer", "reader", "proof", "recipient", "device-auth", "elements"
[[nodiscard]] MDOC_EXPORT std::string_view name(Obstacle obstacle) noexcept;

/// One DocRequest, and the documents that would answer it.
struct DocRequestMatch {
  DocType doc_type;
  model::NameSpaces name_spaces{};  ///< what is asked for, whether it is there or not, as the reader wrote it
  /// Complete ones first, then proofs, then those with more elements, then in the order of the credentials. One
  /// credential may stand here as a proof and as it is.
  std::vector<DocumentOption> documents{};
  std::optional<Obstacle> obstacle{};  ///< without documents
  /// The reader takes proofs, and no document is offered as one: what came nearest.
  std::optional<ZkFit> no_proof{};
  bool takes_several = false;  ///< "uniqueDocSetRequired" is false: more than one document is welcome
};

/// One way to satisfy a use case: all of these DocRequests.
struct DocumentSetOption {
  std::size_t document_set = 0;  ///< index into UseCase.documentSets
  std::vector<std::size_t> doc_requests{};
};

/// Something that the reader wants to do with the documents (second edition, 10.2.5).
struct UseCaseMatch {
  bool mandatory = false;
  model::PurposeHints purpose_hints{};             ///< of controllers, known here or not
  std::vector<DocumentSetOption> document_sets{};  ///< those that can be satisfied, as the reader prefers them

  [[nodiscard]] bool is_satisfied() const noexcept { return !document_sets.empty(); }
};

/// What the reader says about the form of the answer.
struct AnswerTerms {
  std::optional<std::uint64_t> maximum_response_size{};  ///< bytes of the DeviceResponse; the least of all DocRequests
  /// "macKeys" (TS 18013-7, A.5): where there are any, MACs are made with the one on the device key's curve alone.
  std::vector<crypto::EcPublicKey> mac_keys{};
};

/// What a request asks of these credentials. Put it to the holder, then make a Consent of it.
struct RequestMatch {
  crypto::Digest request_digest;                ///< SHA-256 of the DeviceRequest as received
  std::vector<DocRequestMatch> doc_requests{};  ///< each of the request, in its order
  /// Each of the request, in its order; none: every DocRequest stands for itself. With use cases, documents for
  /// DocRequests that belong to none are never released.
  std::vector<UseCaseMatch> use_cases{};
  /// There is something to release that the reader can use: with use cases, one at least and all that are mandatory.
  bool answerable = false;
  AnswerTerms terms{};
  ReleasedAges released_ages{};  ///< as given to match(): what a Consent reckons with
  /// Of use cases, parts of document sets may leave: PartialAnswers::always.
  bool takes_parts_of_sets = false;
};

/// Whether a document that lacks something is offered all the same.
enum class PartialAnswers : std::uint8_t {
  never,
  /// To a DocRequest that has nothing of the second edition: readers of the first expect it.
  first_edition,
  always,  ///< and use cases that cannot be satisfied as a whole keep nothing back
};

/// What becomes of a DocRequest for which the reader takes proofs.
enum class ProofPolicy : std::uint8_t {
  when_required,  ///< a proof where the reader takes nothing else, the document where it does
  preferred,      ///< a proof where one can be made, and the document after it
  only,           ///< a proof, or nothing: also where the reader would take the document
};

struct MatchOptions {
  PartialAnswers partial = PartialAnswers::first_edition;
  /// Proof systems on this device; none by default. Borrowed for the call, and shared with what is offered.
  std::span<const std::shared_ptr<const ZkProver>> provers{};
  ProofPolicy proofs = ProofPolicy::preferred;
  ReleasedAges released_ages{};  ///< of earlier rounds of the session, with the same credentials
  /// Elements that the device can state itself; offered by documents whose issuer authorised their key for it.
  std::vector<model::ElementReference> device_signed{};
  /// The reader's ephemeral key of the session, by which a MAC would be made. Nothing: not known yet, and no document
  /// is kept back for want of it.
  std::optional<crypto::EcPublicKey> e_reader_key{};
  /// What is known of docTypes; borrowed for the call.
  std::span<const profile::DocTypeProfile> profiles = profile::doc_types();
  /// Who asks, as judged for this request; borrowed for the call. Null: nobody was judged, so nobody is trusted.
  const RequestReaders* readers = nullptr;
  ReleaseSetting setting = ReleaseSetting::proximity;
};

/// Finds for each DocRequest the credentials of its docType that are valid now, of an accepted issuer, and hold what
/// it asks for: the element itself, the nearest age_over_NN, what the device may state, or else the first set of
/// alternatives that is there as a whole. What does not exist is listed, never invented; elements of server retrieval
/// (profile::is_server_retrieval()) count as such, whatever a credential holds. At most two age_over_NN are offered in
/// a document, those released before in the session counted, and in a request without use cases over all documents that
/// come first; a Consent counts them over all that it chooses. Whether a proof can be made is known here, before
/// anybody is asked: of the systems that the reader offers, the first that fits counts, as the reader prefers it. So is
/// whether the device key can authenticate the document: what is reserved by one credential on a key holds for all.
/// The profile of a docType only ever takes away: readers that are not trusted, mechanisms of the device key, elements
/// that the device states. A profile that permits server retrieval (P8) does not make this mdoc take part in it.
/// @param now decides which credentials are within their validity, without tolerance
/// @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<RequestMatch> match(const model::DeviceRequest& request,
                                                     std::span<const Credential> credentials, UtcSeconds now,
                                                     const MatchOptions& options = {});

}  // namespace mdoc::presentation
