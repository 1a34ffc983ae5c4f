#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/presentation/match.hpp"

namespace mdoc::presentation {

/// One of several documents that would answer a DocRequest.
struct DocumentChoice {
  std::size_t doc_request = 0;
  std::size_t document = 0;  ///< index into DocRequestMatch::documents
};

/// One use case that is to be satisfied, and how.
struct UseCaseChoice {
  std::size_t use_case = 0;      ///< index into RequestMatch::use_cases
  std::size_t document_set = 0;  ///< UseCase.documentSets, by its index in the request
};

/// What a person chose of what was offered. Left as it is: everything, as the reader prefers it.
struct Selection {
  /// The use cases to satisfy; nothing: all that can be, each with its first set.
  std::optional<std::vector<UseCaseChoice>> use_cases{};
  /// In the place of the first document of a DocRequest; several for one where it takes several.
  std::vector<DocumentChoice> documents{};
  /// Which elements may leave the device; empty: all of them. To be answered of what the person was shown: where two
  /// age_over_NN were offered and one is refused, a third one of another document takes its place if it is approved.
  ElementApproval approve{};
  /// Where a proof was chosen and the prover fails, the document leaves as it is, if the reader takes that and
  /// ProofPolicy allows it: the reader learns then what the proof would have hidden. Ask the person for this too. By
  /// default it gets nothing of that document.
  bool plain_if_proof_fails = false;
};

/// A document that was asked for and offered, and is not sent.
struct LeftOut {
  enum class Why : std::uint8_t {
    nothing_approved,  ///< no element of it
    proof_in_part,     ///< not all that a proof would open
    holder_not_shown,  ///< others, but not what verifies its holder (second edition, 13.4.2)
    set_incomplete,    ///< another document that its use cases need stays, so that it would serve nothing
  };
  std::size_t doc_request = 0;  ///< DocRequestID
  std::string credential_id{};
  Why why = Why::nothing_approved;
};

/// The holder's decision about one request: which of the offered elements may leave the device.
///
/// A Consent is only ever made from a RequestMatch and narrows it, so it cannot name what was not
/// asked for, and it is bound to the digest of that request: given for one request, it is refused
/// for any other. A document from which no element is left is not sent; nor is one without the element that verifies
/// its holder, where that was asked for (ElementOption::comes_with_others).
///
/// With use cases, documents leave by whole sets: where nothing answers one DocRequest of a set, the others leave only
/// if another use case needs them, and where that set was to satisfy a mandatory use case nothing leaves at all, as it
/// was without that use case. PartialAnswers::always sets this aside.
///
/// Of a set of alternatives that is not approved as a whole, nothing is released: it would answer nothing. Nor of a
/// proof (DocumentOption::proof): it opens all of its elements or none. More than two age_over_NN never leave the
/// device in one session, whatever is approved; the first ones do.
class MDOC_EXPORT Consent {
 public:
  /// Everything that was offered: for each use case that can be satisfied its first set of documents, or without use
  /// cases for each DocRequest its first document. Nothing where the request is not answerable.
  [[nodiscard]] static Consent to_all(const RequestMatch& match);
  /// Nothing at all: what a holder says who refuses. Its answer looks like that to a request which nothing matches.
  [[nodiscard]] static Consent to_nothing(const RequestMatch& match);
  /// Of that, the elements for which `approve` says yes.
  [[nodiscard]] static Consent to(const RequestMatch& match, const ElementApproval& approve);
  /// What was chosen.
  /// @return usage/bad_argument: something that was not offered: a use case, a set or a document that is not there, a
  ///         second document for a DocRequest that takes one; or a mandatory use case was left out, or the request is
  ///         not answerable
  [[nodiscard]] static Result<Consent> to(const RequestMatch& match, const Selection& selection);

  [[nodiscard]] const crypto::Digest& request_digest() const noexcept { return request_digest_; }
  /// What will be released, exactly; in the order of the request. `unavailable` holds all that was asked for and is
  /// not, whether it is not there or was not approved.
  [[nodiscard]] std::span<const DocumentOption> documents() const noexcept { return documents_; }
  /// What was offered, chosen, and is not sent after all.
  [[nodiscard]] std::span<const LeftOut> left_out() const noexcept { return left_out_; }
  /// DocTypes of the DocRequests to which no document is sent, whyever; in the order of the request.
  [[nodiscard]] std::span<const DocType> unanswered() const noexcept { return unanswered_; }
  /// DocTypes of all DocRequests, in the order of the request.
  [[nodiscard]] std::span<const DocType> asked() const noexcept { return asked_; }
  [[nodiscard]] const AnswerTerms& terms() const noexcept { return terms_; }

 private:
  Consent() = default;
  crypto::Digest request_digest_;
  std::vector<DocumentOption> documents_;
  std::vector<LeftOut> left_out_;
  std::vector<DocType> unanswered_;
  std::vector<DocType> asked_;
  AnswerTerms terms_;
};

}  // namespace mdoc::presentation
