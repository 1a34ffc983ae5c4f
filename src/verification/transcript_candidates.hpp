#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/verification/explain.hpp"

/// @file
/// Internal. The transcripts that a peer may have used in place of ours.

namespace mdoc::verification {

struct TranscriptCandidate {
  Bytes bytes;                                    ///< the bare array, or what took its place
  std::vector<AuthenticationVariant> variants{};  ///< what makes it out of ours; empty for ours and the named ones
  const NamedTranscript* named = nullptr;         ///< where it is one of the caller's
};

/// Ours first, as it was given; then those of the caller; then what can be made out of ours. No bytes twice.
/// @pre input.session_transcript
/// @param of_session  where ours is that of encrypted documents: the one from which it was made
/// @return internal/crypto_backend only
[[nodiscard]] Result<std::vector<TranscriptCandidate>> transcript_candidates(
    const VerificationInput& input, std::span<const NamedTranscript> further,
    const std::optional<SharedBytes>& of_session = {});

/// Element 0 of a transcript in either form: the map of the engagement. Nothing where it is null or unreadable.
[[nodiscard]] std::optional<SharedBytes> engagement_of(ByteView session_transcript);
/// Element 1 likewise: the COSE_Key of the reader, if it is one.
[[nodiscard]] std::optional<crypto::EcPublicKey> reader_key_of(ByteView session_transcript);

/// `encoded` in a byte string, with tag 24 or without.
[[nodiscard]] Bytes tagged(ByteView encoded);
[[nodiscard]] Bytes untagged(ByteView encoded);

}  // namespace mdoc::verification
