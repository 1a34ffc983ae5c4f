#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "cli/inspect/inspector.hpp"
#include "cli/inspect/tree.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/cose/mac0.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/reader_engagement.hpp"
#include "mdoc/model/issuer_signed.hpp"

/// @file
/// What inspections are made of: one function for each kind of thing that structures have in common.

namespace mdoc::cli {

/// A code and what it stands for, in words; a row of a table.
using Named = std::pair<std::string_view, std::string_view>;

// items.cpp
/// Any data item, opened down to its leaves: dates as dates, CBOR within CBOR, images by their size.
[[nodiscard]] Node item_node(std::string label, ByteView encoded);
/// Members that the decoder kept without knowing them.
void add_others(Node& node, const cbor::UnknownMembers& others);
/// "1 item", "2 items".
[[nodiscard]] std::string count_text(std::size_t count, std::string_view noun);
/// "512 bytes"
[[nodiscard]] std::string size_text(ByteView bytes);

// keys_and_certificates.cpp
/// What an object identifier of this field stands for, in words, or nothing.
[[nodiscard]] std::string object_name(std::string_view oid);
[[nodiscard]] Node key_node(std::string label, const crypto::EcPublicKey& key);
[[nodiscard]] Node certificate_node(std::string label, ByteView der, Inspector& inspector);
[[nodiscard]] Node certificates_node(std::string label, const cose::X5Chain& chain, Inspector& inspector);

// cose.cpp
/// Headers, payload by its size, and signature.
[[nodiscard]] Node sign1_node(std::string label, const cose::CoseSign1& sign1, Inspector& inspector);
[[nodiscard]] Node mac0_node(std::string label, const cose::CoseMac0& mac0, Inspector& inspector);

// issuer_signed.cpp
/// @param where its place, for remarks about the MSO inside
[[nodiscard]] Node issuer_signed_node(std::string label, const model::IssuerSigned& issuer_signed, const Path& where,
                                      Inspector& inspector);

// engagement.cpp
[[nodiscard]] Node device_engagement_node(std::string label, const engagement::DeviceEngagement& engagement,
                                          Inspector& inspector);
[[nodiscard]] Node reader_engagement_node(std::string label, const engagement::ReaderEngagement& engagement);
[[nodiscard]] Node retrieval_method_node(std::string label, const engagement::RetrievalMethod& method);
/// A BLE address as people write it.
[[nodiscard]] std::string address_text(const engagement::BleAddress& address);

}  // namespace mdoc::cli
