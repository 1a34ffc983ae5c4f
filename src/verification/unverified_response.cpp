#include "verification/unverified_response.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace mdoc::verification {

void Frame::fill_slots(std::vector<model::Decoded<model::Document>> documents, const SharedBytes& message,
                       const Path& where, Level level, const DecodeLimits& limits) {
  const bool tolerant = error.has_value();  // documents were not judged at the level asked for
  std::vector<Warning> found = std::move(warnings);
  for (std::size_t i = 0; i < documents.size(); ++i) {
    auto& document = documents[i];
    const auto begin = static_cast<std::uint32_t>(document.encoded.view().data() - message.view().data());
    const auto end = begin + static_cast<std::uint32_t>(document.encoded.size());
    const auto inside = [&](const auto& place) { return place.offset >= begin && place.offset < end; };
    const auto rest = std::stable_partition(found.begin(), found.end(), std::not_fn(inside));

    Slot& slot = slots.emplace_back(Slot{.where = where / "documents" / i});
    if (document.value && !tolerant) {
      slot.document = *std::move(document.value);
      slot.warnings.assign(rest, found.end());
    } else {
      auto again = salvage(level, limits, [&](const cbor::DecodeContext& context) {
        return decode_whole(document.encoded, context, slot.where, begin, model::decode_document);
      });
      slot.document = std::move(again.value);
      slot.error = again.error;
      slot.warnings = std::move(again.warnings);
    }
    found.erase(rest, found.end());
    // What stopped the frame lay inside this document: its own check says so.
    if (error && inside(*error)) error.reset();
  }
  warnings = std::move(found);
  if (!tolerant || error) return;
  // Behind that place the frame itself may deviate too far.
  const auto refused = std::ranges::find_if(
      warnings, [&](const Warning& warning) { return weight(warning.rule, level) == Weight::error; });
  if (refused != warnings.end())
    error = Error{.code = Errc::deviation, .where = refused->where, .offset = refused->offset};
  if (further_warnings != 0 && !error) error = Error{.code = Errc::deviation, .where = where};
}

Result<UnverifiedResponse> UnverifiedResponse::decode(SharedBytes device_response, Level level,
                                                      const DecodeLimits& limits) {
  auto salvaged = salvage(level, limits, [&](const cbor::DecodeContext& context) {
    return model::decode_device_response(device_response, context);
  });
  if (!salvaged.value) return *salvaged.error;
  auto impl = std::make_unique<Impl>();
  impl->bytes = std::move(device_response);
  impl->level = level;
  impl->limits = limits;
  impl->response = *std::move(salvaged.value);
  impl->frame = {
      .error = salvaged.error, .warnings = std::move(salvaged.warnings), .further_warnings = salvaged.further_warnings};
  impl->frame.fill_slots(std::exchange(impl->response.documents, {}), impl->bytes, "DeviceResponse", level, limits);
  return UnverifiedResponse(std::move(impl));
}

UnverifiedResponse::UnverifiedResponse(std::unique_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
UnverifiedResponse::UnverifiedResponse(UnverifiedResponse&&) noexcept = default;
UnverifiedResponse& UnverifiedResponse::operator=(UnverifiedResponse&&) noexcept = default;
UnverifiedResponse::~UnverifiedResponse() = default;

const SharedBytes& UnverifiedResponse::bytes() const noexcept { return impl_->bytes; }
Level UnverifiedResponse::level() const noexcept { return impl_->level; }

}  // namespace mdoc::verification
