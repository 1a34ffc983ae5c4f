#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "cli/inspect/tree.hpp"
#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::cli {

/// What is remarkable about an input: a tolerated deviation, or a part that does not decode.
struct Remark {
  std::string id;  ///< of the rule or the error
  std::string where;
  std::optional<std::uint32_t> offset;
  std::string what;
};

/// An inspection under way: how strictly to read, and what was found beside the tree. The parts that
/// read structures (parts.hpp) take one along.
class Inspector {
 public:
  /// @param profiles   what is known of docTypes; borrowed
  /// @param constants  how the protocol names what engagements and transcripts have; borrowed
  explicit Inspector(Level level, std::span<const profile::DocTypeProfile> profiles = profile::doc_types(),
                     const ProtocolConstants& constants = iso18013_5())
      : level_(level), profiles_(profiles), constants_(constants) {}
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  /// For decoders; what they tolerate becomes a remark.
  [[nodiscard]] cbor::DecodeContext context() { return {.limits = {}, .level = level_, .sink = &deviations_}; }
  /// For reading bytes a second time, be they ever so strange.
  [[nodiscard]] static cbor::DecodeContext quiet() { return {.limits = {}, .level = Level::lenient, .sink = nullptr}; }

  [[nodiscard]] const ProtocolConstants& constants() const noexcept { return constants_; }
  /// The English title of a docType that a profile knows, or nothing.
  [[nodiscard]] std::string title_of(const DocType& doc_type) const;

  /// A part that cannot be decoded: notes why, and shows the bytes as far as they are CBOR. The rest of
  /// the input is shown all the same.
  [[nodiscard]] Node broken(std::string label, const Error& error, ByteView encoded);
  void remark(const Error& error);

  /// The remarks, and the deviations of decoders, in the order of their offsets.
  [[nodiscard]] std::vector<Remark> remarks() const;

  std::string input_name = "the input";  ///< for messages
  std::optional<std::string> version{};  ///< "version" of the structure, if it has one
  /// JSON of a structure that is no CBOR (NDEF), or has CBOR in other places than tag 24.
  std::optional<boost::json::value> value{};

 private:
  Level level_;
  std::span<const profile::DocTypeProfile> profiles_;
  const ProtocolConstants& constants_;
  cbor::DeviationLog deviations_;
  std::vector<Remark> remarks_;
};

/// The JSON of CBOR, with tag 24 opened; `{"encoded": "<base64url>"}` where it cannot be converted or is too long.
[[nodiscard]] boost::json::value json_of(ByteView encoded);

}  // namespace mdoc::cli
