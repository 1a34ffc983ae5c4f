#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/verification/report.hpp"

namespace mdoc::verification {

/// One data element whose authenticity was established.
struct VerifiedElement {
  NameSpace name_space;
  ElementIdentifier identifier;
  model::DataElementValue value;
};

/// A document that passed every check. Only verify() makes one, so holding it is the proof: there is
/// no other way from a response to its values.
///
/// With a request, holds only what was asked for or answers it; the report names what was dropped. With questions whose
/// answers stand for the elements, holds no element, or the portrait and its like (VerificationInput::questions).
/// Elements keep the received message alive; it is wiped when the last of them goes. Distinct objects
/// may be used from different threads.
class MDOC_EXPORT VerifiedDocument {
 public:
  [[nodiscard]] const DocType& doc_type() const noexcept { return doc_type_; }
  /// Signed by the issuer, in the order received.
  [[nodiscard]] const std::vector<VerifiedElement>& issuer_signed() const noexcept { return issuer_signed_; }
  /// Signed by the device, with the issuer's authorisation, in the order received.
  [[nodiscard]] const std::vector<VerifiedElement>& device_signed() const noexcept { return device_signed_; }
  /// The element with this name, whoever signed it; nullptr if it was not returned.
  [[nodiscard]] const model::DataElementValue* find(const NameSpace& name_space,
                                                    const ElementIdentifier& identifier) const noexcept;
  [[nodiscard]] const MsoFacts& mso() const noexcept { return mso_; }
  [[nodiscard]] const IssuerFacts& issuer() const noexcept { return issuer_; }
  /// The device key that the issuer signed. It is the same at every reader and every time as long as the wallet uses
  /// this document. Nothing where answers stand for the elements (VerificationInput::questions).
  [[nodiscard]] const std::optional<crypto::EcPublicKey>& device_key() const noexcept { return device_key_; }
  /// Position among the documents of the response: that of its report in Report::documents.
  [[nodiscard]] std::size_t index() const noexcept { return index_; }

 private:
  friend class DocumentVerifier;
  friend struct ElementReduction;
  VerifiedDocument() = default;

  DocType doc_type_;
  std::vector<VerifiedElement> issuer_signed_;
  std::vector<VerifiedElement> device_signed_;
  MsoFacts mso_;
  IssuerFacts issuer_;
  std::optional<crypto::EcPublicKey> device_key_;
  std::size_t index_ = 0;
};

/// A zero-knowledge document whose proof passed every check: an issuer whom an anchor vouches for signed a document
/// that was valid at time(), holds exactly these values, and is bound to this session. Nothing more is known of it, its
/// revocation included. Only verify() makes one.
class MDOC_EXPORT VerifiedZkDocument {
 public:
  [[nodiscard]] const DocType& doc_type() const noexcept { return doc_type_; }
  /// In the order received.
  [[nodiscard]] const std::vector<VerifiedElement>& elements() const noexcept { return elements_; }
  /// The element with this name; nullptr if it was not opened.
  [[nodiscard]] const model::DataElementValue* find(const NameSpace& name_space,
                                                    const ElementIdentifier& identifier) const noexcept;
  /// Of a date its first second.
  [[nodiscard]] UtcSeconds time() const noexcept { return time_; }
  [[nodiscard]] const IssuerFacts& issuer() const noexcept { return issuer_; }
  /// Position of its report in Report::zk.
  [[nodiscard]] std::size_t index() const noexcept { return index_; }

 private:
  friend class ZkDocumentVerifier;
  friend struct ElementReduction;
  VerifiedZkDocument() = default;

  DocType doc_type_;
  std::vector<VerifiedElement> elements_;
  UtcSeconds time_{};
  IssuerFacts issuer_;
  std::size_t index_ = 0;
};

}  // namespace mdoc::verification
