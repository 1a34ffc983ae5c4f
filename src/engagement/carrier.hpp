#pragma once
// Internal: payloads of the carrier records of NFC handover.

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/engagement/nfc_handover.hpp"

namespace mdoc::engagement {

/// Who sends a handover message: an mdoc states the sizes of its NFC carrier, a reader need not.
enum class Sender : std::uint8_t { mdoc, mdoc_reader };

/// Reads a carrier record by its type. Unreadable payloads give OtherCarrier.
/// @return what Rule::nfc_carrier makes of payloads against their table
[[nodiscard]] Result<Carrier> decode_carrier(const NdefRecord& record, Sender sender,
                                             const cbor::DecodeContext& context, std::uint32_t offset,
                                             const ProtocolConstants& constants);

/// @return usage/bad_argument: OtherCarrier, or values that have no encoding
[[nodiscard]] Result<NdefRecord> encode_carrier(const Carrier& carrier, Sender sender,
                                                const ProtocolConstants& constants);

}  // namespace mdoc::engagement
