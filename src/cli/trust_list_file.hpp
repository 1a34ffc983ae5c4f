#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <boost/json/object.hpp>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/trust/rical.hpp"
#include "mdoc/trust/trust_list.hpp"
#include "mdoc/trust/vical.hpp"

namespace mdoc::cli {

/// A VICAL or a RICAL as an INPUT brought it: decoded, and not verified.
class TrustListFile {
 public:
  using List = std::variant<trust::SignedVical, trust::SignedRical>;

  /// Throws Failure, which names what was found instead; also for what `level` refuses.
  [[nodiscard]] static TrustListFile load(const std::string& spec, Level level);
  /// The same, but a list that `level` alone refuses is read leniently, and refusal() says what that was.
  [[nodiscard]] static TrustListFile load_to_judge(const std::string& spec, Level level);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }  ///< of the INPUT, for messages
  [[nodiscard]] const List& list() const noexcept { return list_; }
  /// The first deviation that the level refuses.
  [[nodiscard]] const std::optional<Error>& refusal() const noexcept { return refusal_; }
  /// Those that were let through.
  [[nodiscard]] const cbor::DeviationLog& deviations() const noexcept { return deviations_; }

  // What both kinds have.
  [[nodiscard]] trust::ListKind kind() const noexcept;
  [[nodiscard]] trust::ListProvenance provenance() const;
  [[nodiscard]] trust::ListIssue issue() const;
  [[nodiscard]] const cose::CoseSign1& message() const noexcept;
  [[nodiscard]] std::span<const crypto::Certificate> x5chain() const noexcept;
  [[nodiscard]] std::span<const trust::EntryFault> faults() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept;  ///< entries
  [[nodiscard]] const trust::ListedCertificate& entry(std::size_t index) const noexcept;
  [[nodiscard]] std::optional<std::string> url() const;
  [[nodiscard]] std::string version() const;

 private:
  TrustListFile(std::string name, List list, cbor::DeviationLog deviations)
      : name_(std::move(name)), list_(std::move(list)), deviations_(std::move(deviations)) {}
  static Result<TrustListFile> decode(std::string name, const SharedBytes& bytes, bool rical, Level level);

  std::string name_;
  List list_;
  cbor::DeviationLog deviations_;
  std::optional<Error> refusal_{};
};

/// "VICAL of Utopia, issue 2". Holds text of the list: escape before showing.
[[nodiscard]] std::string title_of(const trust::ListProvenance& provenance);
/// Of an entry: the name in its certificate or, where that does not decode, that the entry claims, or "unknown".
[[nodiscard]] std::string subject_of(const trust::ListedCertificate& listed);

/// `{"kind", "version", "provider", "type"?, "issueID"?, "date", "nextUpdate"?, "notAfter"?, "url"?, "signer"}`
[[nodiscard]] boost::json::object header_json(const TrustListFile& file);
/// `{"subject", "issuer", "notBefore", "notAfter", "fingerprint"}`
[[nodiscard]] boost::json::object certificate_facts_json(const crypto::Certificate& certificate);
/// One entry, with its index in the list.
[[nodiscard]] boost::json::object entry_json(const TrustListFile& file, std::size_t index);

}  // namespace mdoc::cli
