#pragma once
// Internal. Where the anchors of a list come from, as the list itself says.

#include "mdoc/trust/rical.hpp"
#include "mdoc/trust/trust_list.hpp"
#include "mdoc/trust/vical.hpp"

namespace mdoc::trust {

[[nodiscard]] inline ListProvenance provenance_of(const Vical& list) {
  return {.kind = ListKind::vical,
          .provider = list.vical_provider,
          .issue_id = list.vical_issue_id,
          .date = list.date,
          .next_update = list.next_update,
          .not_after = list.not_after};
}

[[nodiscard]] inline ListProvenance provenance_of(const Rical& list) {
  return {.kind = ListKind::rical,
          .provider = list.provider,
          .type = list.type,
          .issue_id = list.id,
          .date = list.date,
          .next_update = list.next_update,
          .not_after = list.not_after};
}

}  // namespace mdoc::trust
