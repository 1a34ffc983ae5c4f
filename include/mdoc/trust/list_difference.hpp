#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/trust/rical.hpp"
#include "mdoc/trust/vical.hpp"

/// @file
/// Two issues of one list, and lists of several providers, held against each other. Plain data: what follows from it
/// is decided by people or by policy.

namespace mdoc::trust {

/// Members of a list beside its entries. Append only.
enum class ListMember : std::uint8_t {
  version,
  provider,
  type,  ///< RICAL
  date,
  next_update,
  not_after,
  issue_id,
  url,
  extensions,
  others,
};
/// "version", "provider" …: one name for both kinds of lists; "issueID", "url" for what they call differently.
[[nodiscard]] MDOC_EXPORT std::string_view name(ListMember member) noexcept;

/// An entry that stands in both issues and is not the same.
struct EntryChange {
  std::size_t before = 0;              ///< index in certificateInfos of the older list
  std::size_t after = 0;               ///< of the newer one
  bool renewed = false;                ///< another certificate of the same authority, by subject and key
  std::vector<EntryMember> members{};  ///< that differ; for a renewed one without those that describe the certificate
  std::vector<DocType> doc_types_added{};    ///< VICAL
  std::vector<DocType> doc_types_removed{};  ///< VICAL
};

struct ListDifference {
  std::vector<ListMember> header{};    ///< members that differ
  std::vector<std::size_t> added{};    ///< indexes in the newer list
  std::vector<std::size_t> removed{};  ///< indexes in the older list
  std::vector<EntryChange> changed{};  ///< by index in the newer list

  [[nodiscard]] bool empty() const noexcept {
    return header.empty() && added.empty() && removed.empty() && changed.empty();
  }
};

/// What changed from one issue to another. Entries are the same when their certificates are, byte for byte; a
/// certificate that went and one that came with the same subject and public key are a renewal; of several, they are
/// paired in the order in which they stand. Otherwise the order of entries does not matter, and that of docTypes never
/// does.
[[nodiscard]] MDOC_EXPORT ListDifference compare(const Vical& before, const Vical& after);
[[nodiscard]] MDOC_EXPORT ListDifference compare(const Rical& before, const Rical& after);

/// What two lists disagree about.
enum class ConflictKind : std::uint8_t {
  doc_types,    ///< VICAL: one certificate, different docTypes
  validity,     ///< one authority (subject and key), listed with certificates of different validity
  anchor,       ///< RICAL: one certificate, an anchor here and not there
  constraints,  ///< RICAL: one certificate, different constraints
};

/// Where something is listed.
struct ListPlace {
  std::size_t list = 0;   ///< index in what was given to find_conflicts()
  std::size_t entry = 0;  ///< index in its certificateInfos
  friend bool operator==(const ListPlace&, const ListPlace&) = default;
};

struct ListConflict {
  ConflictKind kind{};
  ListPlace first{};   ///< in the first list that has the certificate or authority
  ListPlace second{};  ///< in a later one, which disagrees with it
};

/// Where lists disagree. That one lists what another does not is no conflict, and neither is a certificate that one
/// lists beside its renewal. An entry is the second of at most one conflict of each kind.
[[nodiscard]] MDOC_EXPORT std::vector<ListConflict> find_conflicts(std::span<const VerifiedVical> lists);
[[nodiscard]] MDOC_EXPORT std::vector<ListConflict> find_conflicts(std::span<const VerifiedRical> lists);

}  // namespace mdoc::trust
