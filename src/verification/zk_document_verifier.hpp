#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "mdoc/model/device_response.hpp"
#include "mdoc/verification/report.hpp"
#include "mdoc/verification/verified_document.hpp"
#include "mdoc/verification/verify.hpp"
#include "mdoc/verification/zk_verifier.hpp"
#include "verification/request_matching.hpp"

namespace mdoc::verification {

/// One zero-knowledge document as it came out of the decoder.
struct ZkDocumentInput {
  std::size_t index = 0;  ///< among the zero-knowledge documents of the response
  Path where{};
  const Result<model::ZkDocument>& document;
  DocRequests doc_requests{};  ///< that it may answer; empty without a request
  bool surplus = false;        ///< as many were verified before as were asked for
  /// What it is bound to; null: the transcript of the session.
  const SharedBytes* session_transcript = nullptr;
};

/// Performs the checks of one zero-knowledge document, each in a member function with the name of its CheckId.
class ZkDocumentVerifier {
 public:
  /// Borrows everything.
  ZkDocumentVerifier(ZkDocumentInput document, const VerificationInput& input, const ClockPolicy& clock, Level level,
                     const DecodeLimits& limits);

  const ZkDocumentReport& verify();
  /// The values, if every check let the document through; nothing otherwise.
  [[nodiscard]] std::optional<VerifiedZkDocument> release() const;
  /// The report; the last call.
  [[nodiscard]] ZkDocumentReport take_report() { return std::move(report_); }

 private:
  void zk_structure(Finding& finding);
  void zk_requested(Finding& finding);
  void zk_verifier(Finding& finding);
  void zk_elements(Finding& finding);
  void zk_timestamp(Finding& finding);
  void zk_proof(Finding& finding);
  /// What is judged as for any document: the certificates of the signer, and the form of elements.
  void judge_signer_and_form();
  /// The specification of the request under this identifier, and to which documents of this type it was offered.
  void find_spec();
  /// Performs one check at the end of the findings.
  template <class Check>
  void perform(CheckId check, Check judge);

  ZkDocumentInput document_;
  const VerificationInput& input_;
  const ClockPolicy& clock_;
  const Level level_;
  const DecodeLimits& limits_;
  ZkDocumentReport report_;

  const model::ZkDocumentData* data_ = nullptr;  // null: it does not decode
  std::vector<model::ZkElement> elements_{};
  std::optional<model::ZkTimestamp> time_{};
  const model::ZkSystemSpec* spec_ = nullptr;
  const ZkVerifier* verifier_ = nullptr;
  std::string circuit_{};
  std::optional<crypto::PublicKey> issuer_key_{};
};

}  // namespace mdoc::verification
