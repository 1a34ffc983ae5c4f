#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/model/device_request.hpp"

/// @file
/// What the parameters of zero-knowledge proof systems have in common (ISO/IEC 18013-5, second edition, 10.2.7),
/// however their senders spell them. Systems themselves plug in: presentation::ZkProver, verification::ZkVerifier.

namespace mdoc::model {

/// The circuit that a specification names, as lower-case hexadecimal: its parameter "circuit_hash", or "circuitHash" as
/// others write it; hexadecimal text or the bytes themselves. Nothing where there is none or both that differ.
[[nodiscard]] MDOC_EXPORT std::optional<std::string> zk_circuit(const ZkSystemSpec& spec);

/// An unsigned parameter by either of its names: zk_number(spec, "num_attributes", "numAttributes"). Nothing where it
/// is absent, another type, or there twice with two values.
[[nodiscard]] MDOC_EXPORT std::optional<std::uint64_t> zk_number(const ZkSystemSpec& spec, std::string_view name,
                                                                 std::string_view other_name);

/// One element whose value a proof opens.
struct ZkElement {
  NameSpace name_space;
  ElementIdentifier identifier;
  DataElementValue value;  ///< as the issuer encoded it, byte for byte
};

/// When a proof was made: "timestamp" of ZkDocumentData.
struct ZkTimestamp {
  UtcSeconds time{};       ///< of a date: its first second
  bool date_only = false;  ///< full-date, which is the form of the drafts
};
/// Reads the forms that are met: full-date, tdate, and either as text without a tag.
/// @return malformed: another one
[[nodiscard]] MDOC_EXPORT Result<ZkTimestamp> zk_timestamp(const DataElementValue& value);

}  // namespace mdoc::model
