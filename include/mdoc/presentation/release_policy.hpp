#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "mdoc/core/export.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/reader_authentication.hpp"

/// @file
/// What an mdoc reader must prove about itself before elements may leave: the wallet's policy, for each docType.

namespace mdoc::presentation {

/// For which elements of a document the reader must be trusted (ReaderTrust::trusted for their DocRequest).
enum class ReaderProof : std::uint8_t {
  for_none,      ///< the person decides alone
  for_optional,  ///< for all but those that the profile of the docType makes mandatory; where it is unknown, for all
  for_all,
};

/// The policy. It only ever takes away from what a person approves:
///
///     const ReleasePolicy policy = ReleasePolicy(ReaderProof::for_optional).require(pid, ReaderProof::for_all);
///     auto consent = Consent::to(needed.options, {.approve = policy.approval(needed.readers)});
///
/// In proximity the mandatory elements of an mDL are available to any reader (ISO/IEC 18013-5, second edition, 13.4.2):
/// for it `for_all` means `for_optional` there. Which elements these are, and for which docTypes this holds, match()
/// found in its profiles.
class MDOC_EXPORT ReleasePolicy {
 public:
  /// @param others what is asked for documents of docTypes that require() does not name
  explicit ReleasePolicy(ReaderProof others = ReaderProof::for_none,
                         ReleaseSetting setting = ReleaseSetting::proximity) noexcept
      : others_(others), setting_(setting) {}
  ReleasePolicy& require(DocType doc_type, ReaderProof proof);

  /// Whether this element of this document may be released to these readers.
  [[nodiscard]] bool allows(const RequestReaders& readers, const DocumentOption& document,
                            const ElementOption& element) const;
  /// The same as Selection::approve, with copies of policy and result: elements that it refuses stay.
  /// @param person  what the holder says beside; empty: yes to everything
  [[nodiscard]] ElementApproval approval(RequestReaders readers, ElementApproval person = {}) const;

 private:
  [[nodiscard]] ReaderProof asked_for(const DocType& doc_type) const;
  ReaderProof others_;
  ReleaseSetting setting_;
  std::map<DocType, ReaderProof> by_doc_type_{};
};

}  // namespace mdoc::presentation
