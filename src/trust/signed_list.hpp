#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/cose/headers.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/trust/trust_list.hpp"
#include "trust/list_decoding.hpp"

/// @file
/// Internal. The envelope of VICAL and RICAL: a COSE_Sign1 with the signer's certificates. Status lists have the like.

namespace mdoc::trust {

/// Makes what nobody else may make.
struct ListMaker {
  template <class List>
  [[nodiscard]] static SignedList<List> make_signed(cose::CoseSign1 message, std::vector<crypto::Certificate> x5chain,
                                                    List list, std::vector<EntryFault> unusable) {
    return SignedList<List>({std::move(message), std::move(x5chain), std::move(list), std::move(unusable)});
  }
  template <class List, class Anchor>
  [[nodiscard]] static VerifiedList<List, Anchor> make_verified(const SignedList<List>& list,
                                                                ListVerification verification,
                                                                std::vector<Anchor> anchors) {
    return VerifiedList<List, Anchor>(list, {std::move(verification), std::move(anchors)});
  }
};

struct ListEnvelope {
  cose::CoseSign1 message;  ///< has a payload
  std::vector<crypto::Certificate> x5chain;
};

/// Whether x5chain stands in the protected header, under its label or the text that some write instead. The bytes
/// were decoded before, so nothing is refused or reported here.
[[nodiscard]] bool has_protected_x5chain(const cose::Headers& headers, const DecodeLimits& limits);

/// `context` with the limits of lists.
[[nodiscard]] cbor::DecodeContext list_context(const cbor::DecodeContext& context, const TrustListLimits& limits);

/// @param x5chain_protected  whether x5chain belongs into the protected header
[[nodiscard]] Result<ListEnvelope> decode_list_envelope(SharedBytes encoded, const cbor::DecodeContext& context,
                                                        const TrustListLimits& limits, bool x5chain_protected,
                                                        const Path& where);

/// Reads a whole list: `decode(Reader&, ListDecoding&) -> Result<List>` its payload.
template <class List, class Decode>
[[nodiscard]] Result<SignedList<List>> decode_signed_list(SharedBytes encoded, const cbor::DecodeContext& context,
                                                          const TrustListLimits& limits, bool x5chain_protected,
                                                          const Path& where, const Decode& decode) {
  const cbor::DecodeContext bounded = list_context(context, limits);
  MDOC_TRY(ListEnvelope envelope, decode_list_envelope(std::move(encoded), bounded, limits, x5chain_protected, where));
  ListDecoding decoding(limits);
  cbor::Reader reader(*envelope.message.payload, bounded, where, envelope.message.payload_offset);
  MDOC_TRY(List list, decode(reader, decoding));
  MDOC_CHECK(reader.finish());
  return ListMaker::make_signed(std::move(envelope.message), std::move(envelope.x5chain), std::move(list),
                                std::move(decoding).take_faults());
}

/// Path, signature, dates and succession.
/// @param provenance  as the payload has it, which the signature then covers
[[nodiscard]] Result<ListVerification> verify_list_envelope(const cose::CoseSign1& message,
                                                            std::span<const crypto::Certificate> x5chain,
                                                            ListProvenance provenance, const ListTrust& trust,
                                                            const Path& where);

/// A draft of the message around `payload`.
/// @return usage/bad_argument: no x5chain or a root in it
[[nodiscard]] Result<cose::Sign1Draft> draft_list(ByteView payload, std::span<const crypto::Certificate> x5chain,
                                                  bool x5chain_protected, const Path& where);

/// Decodes a payload that we are about to sign as strictly as there is.
template <class Decode>
[[nodiscard]] Result<void> check_own_payload(const Bytes& payload, const Path& where, const Decode& decode) {
  const TrustListLimits limits;
  ListDecoding decoding(limits);
  cbor::Reader reader(ByteView(payload), list_context({.level = Level::strict}, limits), where);
  MDOC_CHECK(decode(reader, decoding));
  MDOC_CHECK(reader.finish());
  const std::vector<EntryFault> faults = std::move(decoding).take_faults();
  if (!faults.empty()) return faults.front().error;
  return {};
}

/// @return usage/bad_argument: nextUpdate or notAfter is not after date
[[nodiscard]] Result<void> check_own_dates(UtcSeconds date, const std::optional<UtcSeconds>& next_update,
                                           const std::optional<UtcSeconds>& not_after, const Path& where);

}  // namespace mdoc::trust
