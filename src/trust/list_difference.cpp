#include "mdoc/trust/list_difference.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "trust/certificate_key.hpp"
#include "trust/list_decoding.hpp"
#include "trust/rical_coding.hpp"

namespace mdoc::trust {
namespace {

bool same_or_absent(const std::optional<SharedBytes>& a, const std::optional<SharedBytes>& b) {
  return a.has_value() == b.has_value() && (!a || same(a->view(), b->view()));
}

/// Whatever the order.
bool same_members(const cbor::UnknownMembers& a, const cbor::UnknownMembers& b) {
  return cbor::SortedMap().members(a).encode() == cbor::SortedMap().members(b).encode();
}

bool same_set(std::vector<std::string> a, std::vector<std::string> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

/// Those of `from` that `without` has not.
std::vector<DocType> missing(const std::vector<DocType>& from, const std::vector<DocType>& without) {
  std::vector<DocType> left;
  for (const DocType& doc_type : from) {
    if (std::ranges::find(without, doc_type) == without.end()) left.push_back(doc_type);
  }
  return left;
}

/// Collects the members that differ.
template <class Member>
class Differences {
 public:
  explicit Differences(std::vector<Member>& members) : members_(members) {}
  void note(Member member, bool equal) {
    if (!equal) members_.push_back(member);
  }

 private:
  std::vector<Member>& members_;
};

// ---- entries ------------------------------------------------------------------------------------

/// @param renewed  what repeats the certificate has to differ, and tells nothing
void compare_listed(const ListedCertificate& before, const ListedCertificate& after, bool renewed,
                    std::vector<EntryMember>& members) {
  Differences differ(members);
  if (!renewed) {
    differ.note(EntryMember::serial_number, same(before.serial_number.view(), after.serial_number.view()));
    differ.note(EntryMember::ski, same(before.ski.view(), after.ski.view()));
    differ.note(EntryMember::issuing_country, before.issuing_country == after.issuing_country);
    differ.note(EntryMember::state_or_province_name, before.state_or_province_name == after.state_or_province_name);
    differ.note(EntryMember::issuer, same_or_absent(before.issuer, after.issuer));
    differ.note(EntryMember::subject, same_or_absent(before.subject, after.subject));
    differ.note(EntryMember::not_before, before.not_before == after.not_before);
    differ.note(EntryMember::not_after, before.not_after == after.not_after);
  }
  differ.note(EntryMember::extensions, same_or_absent(before.extensions, after.extensions));
  differ.note(EntryMember::others, same_members(before.others, after.others));
}

void compare_entry(const CertificateInfo& before, const CertificateInfo& after, EntryChange& change) {
  Differences differ(change.members);
  change.doc_types_added = missing(after.doc_types, before.doc_types);
  change.doc_types_removed = missing(before.doc_types, after.doc_types);
  differ.note(EntryMember::doc_type, change.doc_types_added.empty() && change.doc_types_removed.empty());
  differ.note(EntryMember::certificate_profile, same_set(before.certificate_profile, after.certificate_profile));
  differ.note(EntryMember::issuing_authority, before.issuing_authority == after.issuing_authority);
}

void compare_entry(const RicalCertificateInfo& before, const RicalCertificateInfo& after, EntryChange& change) {
  Differences differ(change.members);
  differ.note(EntryMember::is_trust_anchor, before.is_trust_anchor == after.is_trust_anchor);
  if (!change.renewed) differ.note(EntryMember::aki, same_or_absent(before.aki, after.aki));
  differ.note(EntryMember::type, before.type == after.type);
  differ.note(EntryMember::trust_constraints, encode_constraints(before) == encode_constraints(after));
  differ.note(EntryMember::name, before.name == after.name);
}

template <class Entry>
class EntryMatching {
 public:
  EntryMatching(const std::vector<Entry>& before, const std::vector<Entry>& after, ListDifference& difference)
      : before_(before), after_(after), difference_(difference) {}

  void run() {
    const auto certificate = [](const ListedCertificate& listed) {
      return std::optional<std::string_view>(as_text(listed.encoded.view()));
    };
    match<std::string_view>(all(before_), all(after_), certificate, false);
    const std::vector<std::size_t> removed = std::move(difference_.removed);
    const std::vector<std::size_t> added = std::move(difference_.added);
    const auto authority = [](const ListedCertificate& listed) {
      return listed.certificate ? std::optional(authority_of(*listed.certificate)) : std::nullopt;
    };
    match<std::string>(removed, added, authority, true);
    std::ranges::sort(difference_.changed, {}, &EntryChange::after);
  }

 private:
  static std::vector<std::size_t> all(const std::vector<Entry>& entries) {
    std::vector<std::size_t> indexes(entries.size());
    for (std::size_t i = 0; i < indexes.size(); ++i) indexes[i] = i;
    return indexes;
  }

  /// Pairs entries with equal keys, in the order in which they stand; what is left over was removed or added.
  template <class Key, class KeyOf>
  void match(const std::vector<std::size_t>& before, const std::vector<std::size_t>& after, const KeyOf& key_of,
             bool renewed) {
    difference_.removed.clear();
    difference_.added.clear();
    std::multimap<Key, std::size_t> open;  // equal keys stay in order of insertion
    for (const std::size_t index : before) {
      if (auto key = key_of(before_[index].listed)) {
        open.emplace(*std::move(key), index);
      } else {
        difference_.removed.push_back(index);
      }
    }
    for (const std::size_t index : after) {
      const auto key = key_of(after_[index].listed);
      const auto found = key ? open.lower_bound(*key) : open.end();
      if (found == open.end() || found->first != *key) {
        difference_.added.push_back(index);
        continue;
      }
      pair(found->second, index, renewed);
      open.erase(found);
    }
    for (const auto& [key, index] : open) difference_.removed.push_back(index);
    std::ranges::sort(difference_.removed);
  }

  void pair(std::size_t before, std::size_t after, bool renewed) {
    EntryChange change{.before = before, .after = after, .renewed = renewed};
    compare_entry(before_[before], after_[after], change);
    compare_listed(before_[before].listed, after_[after].listed, renewed, change.members);
    std::ranges::sort(change.members);
    if (renewed || !change.members.empty()) difference_.changed.push_back(std::move(change));
  }

  const std::vector<Entry>& before_;
  const std::vector<Entry>& after_;
  ListDifference& difference_;
};

}  // namespace

std::string_view name(ListMember member) noexcept {
  switch (member) {
    case ListMember::version: return "version";
    case ListMember::provider: return "provider";
    case ListMember::type: return "type";
    case ListMember::date: return "date";
    case ListMember::next_update: return "nextUpdate";
    case ListMember::not_after: return "notAfter";
    case ListMember::issue_id: return "issueID";
    case ListMember::url: return "url";
    case ListMember::extensions: return "extensions";
    case ListMember::others: return "others";
  }
  return "";
}

ListDifference compare(const Vical& before, const Vical& after) {
  ListDifference difference;
  Differences differ(difference.header);
  differ.note(ListMember::version, before.version == after.version);
  differ.note(ListMember::provider, before.vical_provider == after.vical_provider);
  differ.note(ListMember::date, before.date == after.date);
  differ.note(ListMember::next_update, before.next_update == after.next_update);
  differ.note(ListMember::not_after, before.not_after == after.not_after);
  differ.note(ListMember::issue_id, before.vical_issue_id == after.vical_issue_id);
  differ.note(ListMember::url, before.vical_url == after.vical_url);
  differ.note(ListMember::extensions, same_or_absent(before.extensions, after.extensions));
  differ.note(ListMember::others, same_members(before.others, after.others));
  EntryMatching(before.certificate_infos, after.certificate_infos, difference).run();
  return difference;
}

ListDifference compare(const Rical& before, const Rical& after) {
  ListDifference difference;
  Differences differ(difference.header);
  differ.note(ListMember::version, before.version == after.version);
  differ.note(ListMember::provider, before.provider == after.provider);
  differ.note(ListMember::type, before.type == after.type);
  differ.note(ListMember::date, before.date == after.date);
  differ.note(ListMember::next_update, before.next_update == after.next_update);
  differ.note(ListMember::not_after, before.not_after == after.not_after);
  differ.note(ListMember::issue_id, before.id == after.id);
  differ.note(ListMember::url, before.latest_rical_url == after.latest_rical_url);
  differ.note(ListMember::extensions, same_or_absent(before.extensions, after.extensions));
  differ.note(ListMember::others, same_members(before.others, after.others));
  EntryMatching(before.certificate_infos, after.certificate_infos, difference).run();
  return difference;
}

}  // namespace mdoc::trust
