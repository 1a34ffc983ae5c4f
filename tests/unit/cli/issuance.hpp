#pragma once

#include <string>
#include <vector>

#include "tool.hpp"

namespace mdoc::testing {

/// An issuer and one mdoc, made by the tool itself: what tests of presentations begin with. The folder must
/// outlive it.
class Issuance {
 public:
  static constexpr const char* doc_type = "org.iso.18013.5.1.mDL";
  static constexpr const char* name_space = "org.iso.18013.5.1";

  explicit Issuance(const Folder& folder);
  /// `issue` with all that it needs, and `more`.
  [[nodiscard]] std::vector<std::string> issue(const std::string& data,
                                               const std::vector<std::string>& more = {}) const;
  /// FILE,KEY of the mdoc.
  [[nodiscard]] std::string credential() const { return credential(mdoc); }
  [[nodiscard]] std::string credential(const std::string& file) const { return file + "," + device_key; }
  /// Issues one more mdoc with the same device key. @return its file
  [[nodiscard]] std::string issue_to(const std::string& name, const std::string& data,
                                     const std::vector<std::string>& more) const;

  std::string iaca, iaca_key, signer, signer_key, device_key, mdoc;

 private:
  const Folder& folder_;
};

/// `[null, null, ["OpenID4VPHandover", h'11…']]`: the SessionTranscript of an online flow.
[[nodiscard]] Bytes online_transcript();

/// Asks for elements of Issuance::name_space. @return the file of the request, `request.cbor`
[[nodiscard]] std::string write_request(const Folder& folder, const std::vector<std::string>& elements,
                                        const std::string& doc_type = Issuance::doc_type);

}  // namespace mdoc::testing
