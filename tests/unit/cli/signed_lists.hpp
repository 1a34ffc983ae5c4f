#pragma once

#include <string>
#include <vector>

#include "tool.hpp"
#include "unit/trust/sample_list.hpp"

namespace mdoc::testing {

/// Attributes of a name that a profile of list signers asks for.
[[nodiscard]] crypto::DistinguishedName list_signer_name(const std::string& common_name);

/// A SampleList whose signer keeps every rule of its profile: faultless for the tool at every level.
[[nodiscard]] SampleList faultless_list(trust::ListKind kind);

/// Puts another certificate into an entry, and leaves what describes it alone.
void replace_certificate(Members& entry, ByteView der);

/// The outcome of a check: "pass", "fail" …
[[nodiscard]] std::string outcome_of(const boost::json::value& report, std::string_view id);
/// The ids of all checks that neither passed nor concern the case, with their outcome: "list.dates fail".
[[nodiscard]] std::vector<std::string> remarkable(const boost::json::value& report);

}  // namespace mdoc::testing
