#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "mdoc/crypto/curve.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/model/mobile_security_object.hpp"
#include "mdoc/profile/validate.hpp"

namespace mdoc::cli {

/// One thing that is wrong with a document, by its profile. Safe to print.
struct DocumentFault {
  std::string_view id;  ///< "element.missing", "mso.valid-too-long"
  profile::FaultSeverity severity{};
  std::string_view clause;
  std::string place;  ///< "org.iso.18013.5.1/driving_privileges[1].vehicle_category_code", "MobileSecurityObject"
  std::string_view duty;
  std::string beside{};      ///< what it disagrees with, or what was found; empty: nothing to add
  std::string name_space{};  ///< with which `place` begins; empty: of the MSO
};
/// `<place>: expected: <duty> (<id>, beside …)`
[[nodiscard]] std::string text_of(const DocumentFault& fault);

/// text_of() each, but one line for all elements that are missing alike: `expected: <duty> (<id>); missing: a, b
/// of <name space>; c of …`. What is only information is left out.
[[nodiscard]] std::vector<std::string> gathered_texts(const std::vector<DocumentFault>& faults);

/// As validation wants them. `values` outlive the result.
[[nodiscard]] std::vector<profile::PresentElement> present_elements(const model::ElementValues& values);

/// The faults of one document, as many as find room.
struct DocumentFaults {
  std::vector<DocumentFault> listed{};
  std::size_t further = 0;      ///< beyond those
  bool further_errors = false;  ///< some of which are against the profile
  [[nodiscard]] bool empty() const noexcept { return listed.empty() && further == 0; }
};

/// How much of a document is there.
enum class Extent : std::uint8_t {
  whole,      ///< all that was issued
  presented,  ///< what a holder released: what is missing is not judged
};

/// What is wrong with elements and MSO of one document, which was decoded before.
/// @param signer  curve of the document signer's key; nothing: not judged
[[nodiscard]] DocumentFaults document_faults(const profile::DocTypeProfile& profile,
                                             const std::vector<profile::PresentElement>& elements,
                                             const model::MobileSecurityObject& mso,
                                             std::optional<crypto::Curve> signer, Extent extent = Extent::whole);

/// One document of an input.
struct JudgedDocument {
  std::size_t index = 0;
  std::string doc_type{};
  Extent extent = Extent::whole;
  DocumentFaults faults{};
  [[nodiscard]] bool good() const noexcept;  ///< nothing is against the profile
};

/// Judges every document of IssuerSigned, a Document or a DeviceResponse. Nothing is verified. Throws Failure where
/// the input, or one of its documents, cannot be decoded.
[[nodiscard]] std::vector<JudgedDocument> judge_documents(const profile::DocTypeProfile& profile, const Input& input);

/// `profile check --document`: judges these INPUTs and says what was found, one line each, or one JSON object.
/// @return bad_verdict where one of them is against the profile
[[nodiscard]] ExitCode check_documents(const profile::DocTypeProfile& profile, const std::vector<std::string>& inputs,
                                       bool json);

}  // namespace mdoc::cli
