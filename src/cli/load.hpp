#pragma once

#include <string>

#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/model/device_request.hpp"

/// @file
/// Structures that several commands take as INPUT. All throw Failure.

namespace mdoc::cli {

/// Bare or with tag 24.
/// @param constants names of handovers
[[nodiscard]] engagement::SessionTranscript load_transcript(const std::string& spec,
                                                            const ProtocolConstants& constants = iso18013_5());
[[nodiscard]] model::DeviceRequest load_request(const std::string& spec);

/// For a MAC: with another key than the one that the transcript names, it looks like that of a forger.
/// @param key_spec, transcript_spec  as given, for the message
void require_reader_key_of(const engagement::SessionTranscript& transcript, const crypto::PublicKey& key,
                           const std::string& key_spec, const std::string& transcript_spec);

}  // namespace mdoc::cli
