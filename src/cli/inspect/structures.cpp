#include "cli/inspect/structures.hpp"

#include "cli/failure.hpp"

namespace mdoc::cli {

Node inspect_structure(Structure type, const SharedBytes& bytes, Inspector& inspector) {
  switch (type) {
    case Structure::device_engagement: return inspect_device_engagement(bytes, inspector);
    case Structure::reader_engagement: return inspect_reader_engagement(bytes, inspector);
    case Structure::device_request: return inspect_device_request(bytes, inspector);
    case Structure::device_response: return inspect_device_response(bytes, inspector);
    case Structure::document: return inspect_document(bytes, inspector);
    case Structure::issuer_signed: return inspect_issuer_signed(bytes, inspector);
    case Structure::mso: return inspect_mso(bytes, inspector);
    case Structure::session_establishment:
    case Structure::session_data: return inspect_session_message(type, bytes, inspector);
    case Structure::session_transcript: return inspect_session_transcript(bytes, inspector);
    case Structure::vical:
    case Structure::rical: return inspect_trust_list(type, bytes, inspector);
    case Structure::status_list: return inspect_list_token(bytes, inspector);
    case Structure::jws: return inspect_jws(bytes, inspector);
    case Structure::crl: return inspect_crl(bytes, inspector);
    case Structure::trust_bundle: return inspect_trust_bundle(bytes, inspector);
    case Structure::ndef: return inspect_ndef(bytes, inspector);
    case Structure::certificate: return inspect_certificates(bytes, inspector);
    case Structure::key: return inspect_key(bytes, inspector);
    case Structure::cbor: return inspect_cbor(bytes, inspector);
  }
  throw Failure(ExitCode::usage, "this type cannot be inspected");
}

}  // namespace mdoc::cli
