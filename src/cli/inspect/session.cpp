#include <array>
#include <variant>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "cli/values.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/session/messages.hpp"

namespace mdoc::cli {
namespace {

using namespace engagement;

Node establishment_node(const session::SessionEstablishment& establishment) {
  Node node{.label = "SessionEstablishment"};
  Node& key = node.add(key_node("eReaderKey", establishment.e_reader_key.value().coordinates()));
  key.meaning = "the reader's ephemeral key";
  node.add("data", size_text(establishment.data.view()), "encrypted DeviceRequest");
  add_others(node, establishment.others);
  return node;
}

Node session_data_node(const session::SessionData& data) {
  Node node{.label = "SessionData"};
  if (data.data) node.add("data", size_text(data.data->view()), "encrypted");
  if (data.status) {
    node.add("status", std::to_string(static_cast<std::uint64_t>(*data.status)), std::string(name(*data.status)));
  }
  add_others(node, data.others);
  return node;
}

/// What each Handover is, and over what.
struct HandoverNodes {
  Node& node;

  void hash(const char* name, const Sha256& value, const char* meaning) const {
    node.add(name, to_hex(value), meaning);
  }
  void operator()(const QrHandover&) const { node.meaning = "QR code"; }
  void operator()(const NfcHandover& handover) const {
    node.meaning = handover.handover_request ? "NFC, negotiated handover" : "NFC, static handover";
    node.add("Handover Select", size_text(handover.handover_select.view()), "NDEF message");
    if (handover.handover_request) {
      node.add("Handover Request", size_text(handover.handover_request->view()), "NDEF message");
    }
  }
  void operator()(const WebHandover& handover) const {
    node.meaning = "retrieval by a website";
    hash("hash", handover.reader_engagement_bytes_hash, "SHA-256 of ReaderEngagementBytes");
  }
  void operator()(const LegacyWebHandover& handover) const {
    node.meaning = "retrieval by a website, by drafts of TS 18013-7";
    node.add(item_node("ReaderEngagementBytes", handover.reader_engagement_bytes.view()));
  }
  void operator()(const OID4VPHandover& handover) const {
    node.meaning = "OpenID4VP of TS 18013-7, Annex B";
    hash("clientIdHash", handover.client_id_hash, "SHA-256 of [clientId, mdocGeneratedNonce]");
    hash("responseUriHash", handover.response_uri_hash, "SHA-256 of [responseUri, mdocGeneratedNonce]");
    node.add("nonce", handover.nonce);
  }
  void operator()(const OpenID4VPHandover& handover) const {
    node.meaning = "OpenID4VP 1.0 by redirect";
    hash("hash", handover.info_hash, "SHA-256 of OpenID4VPHandoverInfo");
  }
  void operator()(const OpenID4VPDCAPIHandover& handover) const {
    node.meaning = "OpenID4VP through the Digital Credentials API";
    hash("hash", handover.info_hash, "SHA-256 of OpenID4VPDCAPIHandoverInfo");
  }
  void operator()(const OpenID4VCIIAEHandover& handover) const {
    node.meaning = "presentation during issuance (OpenID4VCI)";
    hash("hash", handover.info_hash, "SHA-256 of the HandoverInfo");
  }
  void operator()(const DCAPIHandover& handover) const {
    node.meaning = "org-iso-mdoc through the Digital Credentials API (TS 18013-7, Annex C)";
    hash("hash", handover.info_hash, "SHA-256 of dcapiInfo");
  }
  void operator()(const NfcV2Handover& handover) const {
    node.meaning = "NFC engagement by APDU";
    node.add(item_node("select", handover.select.view()));
    node.add(item_node("request", handover.request.view()));
  }
  void operator()(const OtherHandover& handover) const {
    node.meaning = "not interpreted";
    node.add(item_node("content", handover.encoded.view()));
  }
};

Node first_element_node(ByteView encoded, Inspector& inspector) {
  cbor::Reader reader(SharedBytes::copy_of(encoded), Inspector::quiet());
  const auto engagement = read_device_engagement_bytes(reader, inspector.constants());
  if (!engagement) return item_node("DeviceEngagementBytes", encoded);
  return device_engagement_node("DeviceEngagementBytes", *engagement, inspector);
}

Node second_element_node(ByteView encoded) {
  cbor::Reader reader(SharedBytes::copy_of(encoded), Inspector::quiet());
  const auto key = read_e_reader_key_bytes(reader);
  if (!key) return item_node("second element", encoded);
  Node node = key_node("EReaderKeyBytes", key->value().coordinates());
  node.meaning = size_text(encoded);
  return node;
}

}  // namespace

Node inspect_session_message(Structure type, const SharedBytes& bytes, Inspector& inspector) {
  const auto message =
      require(session::decode_session_message(bytes, inspector.context()), "cannot decode the session message");
  const bool is_data = std::holds_alternative<session::SessionData>(message);
  if (is_data != (type == Structure::session_data)) {
    throw Failure(ExitCode::unreadable, is_data ? "cannot decode SessionEstablishment: it has no eReaderKey"
                                                : "cannot decode SessionData: this is a SessionEstablishment");
  }
  Node node = is_data ? session_data_node(std::get<session::SessionData>(message))
                      : establishment_node(std::get<session::SessionEstablishment>(message));
  node.value = size_text(bytes.view());
  return node;
}

Node inspect_session_transcript(const SharedBytes& bytes, Inspector& inspector) {
  const auto transcript = require(SessionTranscript::decode(bytes, inspector.context(), inspector.constants()),
                                  "cannot decode SessionTranscript");
  Node node{.label = "SessionTranscript", .value = size_text(transcript.bytes().view())};
  if (const auto first = transcript.device_engagement_bytes()) {
    node.add(first_element_node(*first, inspector));
  } else {
    node.add("DeviceEngagementBytes", "null", "no engagement");
  }
  if (const auto second = transcript.second_element()) {
    node.add(second_element_node(*second));
  } else {
    node.add("EReaderKeyBytes", "null", "no session");
  }
  Node handover{.label = "Handover", .value = std::string(name(transcript.handover()))};
  std::visit(HandoverNodes{handover}, transcript.handover());
  node.add(std::move(handover));
  if (const auto salt = transcript.salt()) node.add("salt", to_hex(*salt), "SHA-256 of SessionTranscriptBytes");
  return node;
}

}  // namespace mdoc::cli
