#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

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

/// How many DocRequests ask for this docType.
[[nodiscard]] std::size_t count_requests(const model::DeviceRequest& request, const DocType& doc_type);

/// Whether the request allows exactly one document for each of those DocRequests (uniqueDocSetRequired).
[[nodiscard]] bool unique_documents(const model::DeviceRequest& request, const DocType& doc_type);

/// Whether each of those DocRequests takes a zero-knowledge proof and nothing else. @pre there is one
[[nodiscard]] bool takes_proofs_alone(const model::DeviceRequest& request, const DocType& doc_type);

/// For each returned element: whether something asked for it.
/// @param profile of the docType; null if it is unknown
[[nodiscard]] std::vector<bool> requested(const model::DeviceRequest& request, const DocType& doc_type,
                                          std::span<const ReturnedElement> returned,
                                          const profile::DocTypeProfile* profile);

/// What a request asks for to verify the holder by, against what one document returned.
struct RequestedHolderMeans {
  std::vector<ElementReference> withheld{};  ///< asked for, and neither returned nor answered by an alternative
  /// One means was returned, and among them that which the docType never withholds (13.4.2).
  bool sufficient = true;
};
/// Of several DocRequests for this docType, the one that the document answers best; those of which it answers nothing
/// do not count. @return nothing: no such means was asked for
[[nodiscard]] std::optional<RequestedHolderMeans> requested_holder_means(const model::DeviceRequest& request,
                                                                         const DocType& doc_type,
                                                                         std::span<const ReturnedElement> returned,
                                                                         const profile::DocTypeProfile* profile);

/// How each requested element was answered. All answers to one DocRequest come from one document or proof, that which
/// answers most of it, the first among equals, documents before proofs: two documents may be of two people.
[[nodiscard]] std::vector<Answer> answers(const model::DeviceRequest& request,
                                          std::span<const VerifiedDocument> documents,
                                          std::span<const VerifiedZkDocument> zk_documents,
                                          std::span<const profile::DocTypeProfile> profiles);

}  // namespace mdoc::verification
