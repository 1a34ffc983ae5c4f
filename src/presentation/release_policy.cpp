#include "mdoc/presentation/release_policy.hpp"

#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::presentation {
namespace {

bool is_mandatory(const profile::DocTypeProfile& known, const model::ElementReference& element) {
  const auto* const space = profile::find_name_space(known, element.name_space.str());
  const auto* const found = space == nullptr ? nullptr : profile::find_element(*space, element.element.str());
  return found != nullptr && found->presence == profile::Presence::mandatory;
}

}  // namespace

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
  const bool trusted = document.doc_request < readers.doc_requests.size() &&
                       readers.doc_requests[document.doc_request].result() == ReaderTrust::trusted;
  if (trusted) return true;
  const auto* const known = profile::find_doc_type(profile::doc_types(), document.doc_type.str());
  if (known == nullptr) return false;
  // "Reader authentication shall not be required for the mandatory elements" of the mDL in proximity (13.4.2).
  const bool is_open = setting_ == ReleaseSetting::proximity &&
                       known->reader_authentication.proximity == profile::ReaderAuthenticationRule::not_mandatory;
  return (proof == ReaderProof::for_optional || is_open) && is_mandatory(*known, element.released);
}

ElementApproval ReleasePolicy::approval(RequestReaders readers, ElementApproval person) const {
  return [policy = *this, readers = std::move(readers), person = std::move(person)](const DocumentOption& document,
                                                                                    const ElementOption& element) {
    return policy.allows(readers, document, element) && (!person || person(document, element));
  };
}

}  // namespace mdoc::presentation
