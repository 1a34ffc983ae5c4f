#include "verification/unverified_response.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace mdoc::verification {

/// Gives each document what was met inside it; the rest belongs to the frame.
void UnverifiedResponse::Impl::fill_slots(std::vector<Warning> found) {
  const bool tolerant = error.has_value();  // documents were not judged at the level asked for
  for (std::size_t i = 0; i < response.documents.size(); ++i) {
    auto& document = response.documents[i];
    const auto begin = static_cast<std::uint32_t>(document.encoded.view().data() - bytes.view().data());
    const auto end = begin + static_cast<std::uint32_t>(document.encoded.size());
    const auto inside = [&](const auto& place) { return place.offset >= begin && place.offset < end; };
    const auto rest = std::stable_partition(found.begin(), found.end(), std::not_fn(inside));

    const Path where = Path("DeviceResponse") / "documents" / i;
    Slot& slot = slots.emplace_back(Slot{.where = where});
    if (document.value && !tolerant) {
      slot.document = *std::move(document.value);
      slot.warnings.assign(rest, found.end());
    } else {
      auto again = salvage(level, limits, [&](const cbor::DecodeContext& context) {
        return decode_whole(document.encoded, context, where, begin, model::decode_document);
      });
      slot.document = std::move(again.value);
      slot.error = again.error;
      slot.warnings = std::move(again.warnings);
    }
    found.erase(rest, found.end());
    // What stopped the frame lay inside this document: its own check says so.
    if (error && inside(*error)) error.reset();
  }
  response.documents.clear();
  warnings = std::move(found);
  if (!tolerant || error) return;
  // Behind that place the frame itself may deviate too far.
  const auto refused = std::ranges::find_if(
      warnings, [&](const Warning& warning) { return weight(warning.rule, level) == Weight::error; });
  if (refused != warnings.end())
    error = Error{.code = Errc::deviation, .where = refused->where, .offset = refused->offset};
  if (further_warnings != 0 && !error) error = Error{.code = Errc::deviation, .where = "DeviceResponse"};
}

Result<UnverifiedResponse> UnverifiedResponse::decode(SharedBytes device_response, Level level,
                                                      const DecodeLimits& limits) {
  auto frame = salvage(level, limits, [&](const cbor::DecodeContext& context) {
    return model::decode_device_response(device_response, context);
  });
  if (!frame.value) return *frame.error;
  auto impl = std::make_unique<Impl>();
  impl->bytes = std::move(device_response);
  impl->level = level;
  impl->limits = limits;
  impl->response = *std::move(frame.value);
  impl->error = frame.error;
  impl->further_warnings = frame.further_warnings;
  impl->fill_slots(std::move(frame.warnings));
  return UnverifiedResponse(std::move(impl));
}

UnverifiedResponse::UnverifiedResponse(std::unique_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
UnverifiedResponse::UnverifiedResponse(UnverifiedResponse&&) noexcept = default;
UnverifiedResponse& UnverifiedResponse::operator=(UnverifiedResponse&&) noexcept = default;
UnverifiedResponse::~UnverifiedResponse() = default;

const SharedBytes& UnverifiedResponse::bytes() const noexcept { return impl_->bytes; }
Level UnverifiedResponse::level() const noexcept { return impl_->level; }

}  // namespace mdoc::verification
