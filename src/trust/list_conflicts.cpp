#include <algorithm>
#include <map>
#include <string>

#include "mdoc/trust/list_difference.hpp"
#include "trust/certificate_key.hpp"
#include "trust/rical_coding.hpp"

namespace mdoc::trust {
namespace {

bool same_doc_types(std::vector<DocType> a, std::vector<DocType> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

/// What two lists may say differently about one certificate.
std::vector<ConflictKind> disagreements(const VerifiedVical&, const VicalAnchor& a, const VerifiedVical&,
                                        const VicalAnchor& b) {
  if (same_doc_types(a.doc_types, b.doc_types)) return {};
  return {ConflictKind::doc_types};
}

std::vector<ConflictKind> disagreements(const VerifiedRical& list_a, const RicalAnchor& a, const VerifiedRical& list_b,
                                        const RicalAnchor& b) {
  std::vector<ConflictKind> kinds;
  if (a.is_trust_anchor != b.is_trust_anchor) kinds.push_back(ConflictKind::anchor);
  if (encode_constraints(list_a.list().certificate_infos[a.index]) !=
      encode_constraints(list_b.list().certificate_infos[b.index])) {
    kinds.push_back(ConflictKind::constraints);
  }
  return kinds;
}

struct Listed {
  std::size_t list;
  std::size_t anchor;
};

template <class List>
class ConflictSearch {
 public:
  explicit ConflictSearch(std::span<const List> lists) : lists_(lists) {}

  std::vector<ListConflict> run() {
    for (std::size_t list = 0; list < lists_.size(); ++list) {
      for (std::size_t anchor = 0; anchor < lists_[list].anchors().size(); ++anchor) {
        const Listed here{list, anchor};
        by_certificate_[as_text(certificate(here).fingerprint().view())].push_back(here);
        by_authority_[authority_of(certificate(here))].push_back(here);
      }
    }
    for (const auto& [fingerprint, listed] : by_certificate_) compare_statements(listed);
    for (const auto& [authority, listed] : by_authority_) compare_validity(listed);
    std::ranges::sort(conflicts_, [](const ListConflict& a, const ListConflict& b) { return order(a) < order(b); });
    return std::move(conflicts_);
  }

 private:
  static auto order(const ListConflict& conflict) {
    return std::tuple(conflict.first.list, conflict.first.entry, conflict.second.list, conflict.second.entry,
                      conflict.kind);
  }
  [[nodiscard]] const auto& anchor(const Listed& listed) const { return lists_[listed.list].anchors()[listed.anchor]; }
  [[nodiscard]] const crypto::Certificate& certificate(const Listed& listed) const {
    return anchor(listed).certificate;
  }
  [[nodiscard]] ListPlace place(const Listed& listed) const { return {listed.list, anchor(listed).index}; }

  void compare_statements(const std::vector<Listed>& listed) {
    const Listed& first = listed.front();
    for (const Listed& other : std::span(listed).subspan(1)) {
      for (const ConflictKind kind :
           disagreements(lists_[first.list], anchor(first), lists_[other.list], anchor(other))) {
        conflicts_.push_back({.kind = kind, .first = place(first), .second = place(other)});
      }
    }
  }

  /// A list that has any of the certificates that the first one has agrees with it: the rest is renewal.
  void compare_validity(const std::vector<Listed>& listed) {
    const auto in_first_list = [&](const Listed& other) {
      return std::ranges::any_of(listed, [&](const Listed& known) {
        return known.list == listed.front().list && certificate(known) == certificate(other);
      });
    };
    for (auto begin = listed.begin(); begin != listed.end();) {
      const auto end = std::find_if(begin, listed.end(), [&](const Listed& next) { return next.list != begin->list; });
      if (begin->list != listed.front().list && std::none_of(begin, end, in_first_list)) {
        const crypto::Certificate& first = certificate(listed.front());
        const crypto::Certificate& other = certificate(*begin);
        if (first.not_before() != other.not_before() || first.not_after() != other.not_after()) {
          conflicts_.push_back(
              {.kind = ConflictKind::validity, .first = place(listed.front()), .second = place(*begin)});
        }
      }
      begin = end;
    }
  }

  std::span<const List> lists_;
  std::map<std::string_view, std::vector<Listed>> by_certificate_{};
  std::map<std::string, std::vector<Listed>> by_authority_{};
  std::vector<ListConflict> conflicts_{};
};

}  // namespace

std::vector<ListConflict> find_conflicts(std::span<const VerifiedVical> lists) { return ConflictSearch(lists).run(); }
std::vector<ListConflict> find_conflicts(std::span<const VerifiedRical> lists) { return ConflictSearch(lists).run(); }

}  // namespace mdoc::trust
