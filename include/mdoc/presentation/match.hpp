#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/presentation/credential.hpp"
#include "mdoc/presentation/released_ages.hpp"

/// @file
/// From a request and the wallet's credentials to what a person can be asked. A pure function: it
/// decides nothing and releases nothing.

namespace mdoc::presentation {

/// One element that would be released.
struct ElementOption {
  NameSpace name_space;
  ElementIdentifier requested;    ///< as the mdoc reader named it
  ElementIdentifier released;     ///< what is sent: another age_over_NN may answer the question (7.2.5)
  bool intent_to_retain = false;  ///< the reader will store it beyond the transaction
};

/// One element that was asked for and that no credential can answer.
struct UnavailableElement {
  NameSpace name_space;
  ElementIdentifier identifier;
};

/// One document that would answer one DocRequest.
struct DocumentOption {
  std::size_t doc_request = 0;  ///< DocRequestID: index into DeviceRequest.docRequests
  std::size_t credential = 0;   ///< index into the credentials given
  std::string credential_id{};  ///< its Credential::id(), to which a Consent holds
  DocType doc_type;
  std::vector<ElementOption> elements;
  std::vector<UnavailableElement> unavailable;
};

/// What a request asks of these credentials. Put it to the holder, then make a Consent of it.
struct RequestMatch {
  crypto::Digest request_digest;          ///< SHA-256 of the DeviceRequest as received
  std::vector<DocumentOption> documents;  ///< in the order of the request; at most one for each DocRequest
  std::vector<std::size_t> unmatched;     ///< DocRequestIDs that no credential answers
};

/// Matches each DocRequest with the first credential of its docType that is valid now and holds at
/// least one requested element. DocRequests are independent of each other; requests for elements that
/// do not exist are listed, never invented. At most two age_over_NN are offered, those released before
/// in the same session counted; any further one is as unavailable as one that does not exist.
/// @param now decides which credentials are within their validity, without tolerance
/// @param released the ages of earlier rounds of the session, with the same credentials
/// @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<RequestMatch> match(const model::DeviceRequest& request,
                                                     std::span<const Credential> credentials, UtcSeconds now,
                                                     const ReleasedAges& released = {});

}  // namespace mdoc::presentation
