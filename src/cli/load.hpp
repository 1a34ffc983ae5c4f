#pragma once

#include <string>

#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/model/device_request.hpp"

/// @file
/// Structures that several commands take as INPUT. All throw Failure.

namespace mdoc::cli {

/// Bare or with tag 24.
[[nodiscard]] engagement::SessionTranscript load_transcript(const std::string& spec);
[[nodiscard]] model::DeviceRequest load_request(const std::string& spec);

}  // namespace mdoc::cli
