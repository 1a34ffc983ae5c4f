#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "mdoc/cbor/encoded.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/verification/report.hpp"
#include "mdoc/verification/verified_document.hpp"

/// @file
/// A response against the request that it answers: what was asked for, what answers it by the rule of
/// age_over_NN (13.4.6) or as an alternative (10.2.4), and what nobody asked for.

namespace mdoc::verification {

/// One element of a document, borrowed.
struct ReturnedElement {
  const NameSpace* name_space;
  const ElementIdentifier* identifier;
  const model::DataElementValue* value;
};

/// The DocRequests that a document or proof may answer: all of a request or, where it was encrypted, the one for which
/// that was done (10.3.5).
using DocRequests = std::span<const model::DocRequest>;

/// What may answer a DocRequest.
enum class AnswerForm : std::uint8_t {
  document,  ///< as it is; not where a proof is required
  proof,     ///< a zero-knowledge proof, where one was offered (10.2.7)
};

/// How many DocRequests ask for this docType.
[[nodiscard]] std::size_t count_requests(DocRequests doc_requests, const DocType& doc_type);

/// Whether the request allows exactly one document for each of those DocRequests (uniqueDocSetRequired).
[[nodiscard]] bool unique_documents(DocRequests doc_requests, const DocType& doc_type);

/// Whether each of those DocRequests takes a zero-knowledge proof and nothing else. @pre there is one
[[nodiscard]] bool takes_proofs_alone(DocRequests doc_requests, const DocType& doc_type);

/// How many proofs of documents of this type those DocRequests ask for: one each where they offer to take one, and any
/// number where one takes several documents.
[[nodiscard]] std::size_t count_offered_proofs(DocRequests doc_requests, const DocType& doc_type);

/// The parameters under which a DocRequest wants its documents encrypted; null: it does not, or there is none.
[[nodiscard]] const cbor::Encoded<model::EncryptionParameters>* encryption_parameters(
    const model::DeviceRequest& request, std::uint64_t doc_request_id) noexcept;

/// For each returned element: whether something asked for it in this form.
/// @param profile of the docType; null if it is unknown
[[nodiscard]] std::vector<bool> requested(DocRequests doc_requests, const DocType& doc_type, AnswerForm form,
                                          std::span<const ReturnedElement> returned,
                                          const profile::DocTypeProfile* profile);

/// What a request asks for to verify the holder by, against what one document returned.
struct RequestedHolderMeans {
  std::vector<ElementReference> withheld{};  ///< asked for, and neither returned nor answered by an alternative
  /// One means was returned, and among them that which the docType never withholds (13.4.2).
  bool sufficient = true;
};
/// Of several DocRequests for this docType, the one that the document answers best: one whose means suffice before
/// others, then that of which it answers most elements, the first among equals. Those of which it answers nothing do
/// not count. @return nothing: no such means was asked for
[[nodiscard]] std::optional<RequestedHolderMeans> requested_holder_means(DocRequests doc_requests,
                                                                         const DocType& doc_type,
                                                                         std::span<const ReturnedElement> returned,
                                                                         const profile::DocTypeProfile* profile);

/// How each requested element was answered. All answers to one DocRequest come from one document or proof, that which
/// answers most of it, the first among equals, documents before proofs: two documents may be of two people.
/// @param report what was encrypted answers the DocRequest that it names alone
[[nodiscard]] std::vector<Answer> answers(const model::DeviceRequest& request, const Report& report,
                                          std::span<const VerifiedDocument> documents,
                                          std::span<const VerifiedZkDocument> zk_documents,
                                          std::span<const profile::DocTypeProfile> profiles);

}  // namespace mdoc::verification
