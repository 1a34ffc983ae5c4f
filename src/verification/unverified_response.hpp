#pragma once
// Internal. A response as it came out of the decoders: every part that can be read at all.

#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/try.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/verification/verify.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {

/// A part of the message, decoded at the level asked for or, if that fails, at the most tolerant one:
/// what can be read at all is judged and reported, though it does not pass.
template <class T>
struct Salvaged {
  std::optional<T> value{};
  std::optional<Error> error{};  ///< at the level asked for
  std::vector<Warning> warnings{};
  std::size_t further_warnings = 0;
};

template <class Decode>
auto salvage(Level level, const DecodeLimits& limits, const Decode& decode) {
  using T = typename std::invoke_result_t<Decode, const cbor::DecodeContext&>::value_type;
  Salvaged<T> result;
  const auto attempt = [&](Level at) -> std::optional<Error> {
    cbor::DeviationLog log;
    auto decoded = decode(cbor::DecodeContext{.limits = limits, .level = at, .sink = &log});
    result.warnings.clear();
    for (const cbor::Deviation& deviation : log.entries()) result.warnings.push_back(warning_of(deviation));
    result.further_warnings = log.dropped();
    if (!decoded) return decoded.error();
    result.value = *std::move(decoded);
    return std::nullopt;
  };
  result.error = attempt(level);
  if (result.error) (void)attempt(Level::lenient);
  return result;
}

/// decode(Reader&) over all of `encoded`, which stands at `offset` of the outermost message.
template <class T>
Result<T> decode_whole(const SharedBytes& encoded, const cbor::DecodeContext& context, const Path& where,
                       std::uint32_t offset, Result<T> (*decode)(cbor::Reader&)) {
  cbor::Reader reader(encoded, context, where, offset);
  MDOC_TRY(T value, decode(reader));
  MDOC_CHECK(reader.finish());
  return value;
}

/// One document of a response, decoded or not.
struct Slot {
  Path where{};
  std::optional<model::Document> document{};
  std::optional<Error> error{};
  std::vector<Warning> warnings{};
};

/// What stands around documents: a response, or what was encrypted of one. Each document on its own, and what was met
/// outside of them.
struct Frame {
  std::optional<Error> error{};     ///< at the level asked for
  std::vector<Warning> warnings{};  ///< before fill_slots(): of documents as well
  std::size_t further_warnings = 0;
  std::vector<Slot> slots{};

  /// Makes slots of `documents`, and gives each what was met inside it.
  /// @param message of which they are slices, and in which offsets count
  /// @param where   that is in the response
  void fill_slots(std::vector<model::Decoded<model::Document>> documents, const SharedBytes& message, const Path& where,
                  Level level, const DecodeLimits& limits);
};

struct UnverifiedResponse::Impl {
  SharedBytes bytes;
  Level level{};
  DecodeLimits limits{};
  model::DeviceResponse response{};  // its documents are moved into the frame
  Frame frame{};
};

/// For those of this layer that look inside.
struct ResponseAccess {
  [[nodiscard]] static const UnverifiedResponse::Impl& impl(const UnverifiedResponse& response) noexcept {
    return *response.impl_;
  }
};

}  // namespace mdoc::verification
