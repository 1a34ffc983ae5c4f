#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/input.hpp"
#include "mdoc/core/bytes.hpp"

namespace mdoc::cli {

/// The structures that the tool knows by sight.
enum class Structure {
  device_engagement,
  reader_engagement,
  device_request,
  device_response,
  document,
  issuer_signed,
  mso,
  session_establishment,
  session_data,
  session_transcript,
  vical,
  rical,
  status_list,
  jws,
  crl,
  trust_bundle,
  ndef,
  certificate,
  key,
  cbor,
};

/// The name of --type: "device-response".
[[nodiscard]] std::string_view name(Structure structure) noexcept;
/// As it is called in a sentence: "a DeviceResponse", "IssuerSigned".
[[nodiscard]] std::string_view title(Structure structure) noexcept;
/// The same of an input that is taken for `structure`: any JSON object is taken for a key, as no other structure has
/// that form, and is called one where it is a JWK.
[[nodiscard]] std::string_view title(Structure structure, const Input& input) noexcept;
[[nodiscard]] std::optional<Structure> find_structure(std::string_view name) noexcept;
/// All names, in the order of the enumeration.
[[nodiscard]] std::vector<std::string> structure_names();

/// What `input` seems to be, by its first members alone: a broken structure is still recognised, so
/// that its own decoder can say what is wrong with it. `cbor` for anything without distinct marks.
[[nodiscard]] Structure recognise(const Input& input);

/// "a DeviceResponse", where `input` is plainly something else than what was wanted: to name it helps more than where a
/// decoder gave up. Nothing where it is one of `wanted`, or without distinct marks.
[[nodiscard]] std::optional<std::string> found_instead(const Input& input, std::initializer_list<Structure> wanted);

}  // namespace mdoc::cli
