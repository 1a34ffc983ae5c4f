#include "mdoc/presentation/release_policy.hpp"

namespace mdoc::presentation {

ReleasePolicy& ReleasePolicy::require(DocType doc_type, ReaderProof proof) {
  by_doc_type_.insert_or_assign(std::move(doc_type), proof);
  return *this;
}

ReaderProof ReleasePolicy::asked_for(const DocType& doc_type) const {
  const auto named = by_doc_type_.find(doc_type);
  return named == by_doc_type_.end() ? others_ : named->second;
}

bool ReleasePolicy::allows(const RequestReaders& readers, const DocumentOption& document,
                           const ElementOption& element) const {
  const ReaderProof proof = asked_for(document.doc_type);
  if (proof == ReaderProof::for_none) return true;
  if (readers.is_trusted(document.doc_request)) return true;
  // "Reader authentication shall not be required for the mandatory elements" of the mDL in proximity (13.4.2).
  const bool is_open = setting_ == ReleaseSetting::proximity &&
                       document.rules.reader_authentication == profile::ReaderAuthenticationRule::not_mandatory;
  return (proof == ReaderProof::for_optional || is_open) && element.mandatory;
}

ElementApproval ReleasePolicy::approval(RequestReaders readers, ElementApproval person) const {
  return [policy = *this, readers = std::move(readers), person = std::move(person)](const DocumentOption& document,
                                                                                    const ElementOption& element) {
    return policy.allows(readers, document, element) && (!person || person(document, element));
  };
}

}  // namespace mdoc::presentation
