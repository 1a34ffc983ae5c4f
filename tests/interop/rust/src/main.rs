//! The isomdl crate as a party of the interop lane, over one JSON object a line: a question on standard input, its
//! answer on standard output. Bytes are hexadecimal text, keys PEM or JWK, certificates PEM.
//!
//! `isomdl-peer device`
//!   {"op": "open", "credentials": [{"issuer_signed", "device_key_pem"}], "trust_readers": [PEM]}
//!       → {"engagement": "mdoc:…"}
//!   {"op": "message", "message"} → {"messages": […], "request": […], "reader_authentication", "closed"}
//!   {"op": "close"} → {"messages": […], "closed": true}
//!
//! `isomdl-peer reader`
//!   {"op": "open", "engagement": "mdoc:…", "elements": {name space: {element: retain}}, "trust": [PEM]}
//!       → {"messages": […]}
//!   {"op": "message", "message"} → {"accepted", "failed": […], "elements": {…}, "status", "closed"}
//!   {"op": "request", "elements"} → {"messages": […]}
//!   {"op": "close"} → {"messages": […], "closed": true}
//!
//! `isomdl-peer issuer`
//!   {"op": "issue", "doc_type", "elements", "digest", "ds_key_pem", "ds_pem", "device_public", "valid_from",
//!       "valid_until"} → {"issuer_signed"}
//!
//! A question that fails is answered with {"error": …}; a panic inside the crate with {"error": "panic: …"}.

mod device;
mod issuer;
mod reader;
mod values;

use std::io::{BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};

use anyhow::{bail, Result};
use isomdl::definitions::x509::trust_anchor::{PemTrustAnchor, TrustAnchorRegistry, TrustPurpose};
use serde_json::{json, Value};

/// One side of a conversation.
trait Party {
    fn answer(&mut self, question: &Value) -> Result<Value>;
}

/// A member that must be text.
pub fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    match value[name].as_str() {
        Some(text) => Ok(text),
        None => bail!("\"{name}\" is missing or is not text"),
    }
}

pub fn bytes(value: &Value, name: &str) -> Result<Vec<u8>> {
    Ok(hex::decode(text(value, name)?)?)
}

/// Trust anchors out of an optional list of PEM certificates.
pub fn anchors(list: &Value, purpose: TrustPurpose) -> Result<TrustAnchorRegistry> {
    let pems = list.as_array().map(Vec::as_slice).unwrap_or_default();
    TrustAnchorRegistry::from_pem_certificates(
        pems.iter()
            .filter_map(Value::as_str)
            .map(|pem| PemTrustAnchor { certificate_pem: pem.into(), purpose })
            .collect(),
    )
}

/// The message that ends a session.
pub fn termination() -> Result<Value> {
    use isomdl::definitions::session::{SessionData, Status};
    let message = SessionData { data: None, status: Some(Status::SessionTermination) };
    Ok(json!({"messages": [hex::encode(isomdl::cbor::to_vec(&message)?)], "closed": true}))
}

fn main() -> Result<()> {
    let mut party: Box<dyn Party> = match std::env::args().nth(1).as_deref() {
        Some("device") => Box::new(device::Device::default()),
        Some("reader") => Box::new(reader::Reader::default()),
        Some("issuer") => Box::new(issuer::Issuer),
        _ => bail!("usage: isomdl-peer device|reader|issuer"),
    };
    let mut output = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let answer = match catch_unwind(AssertUnwindSafe(|| party.answer(&question))) {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => json!({"error": format!("{error:#}")}),
            Err(panic) => {
                let reason = panic.downcast_ref::<String>().map(String::as_str);
                let reason = reason.or(panic.downcast_ref::<&str>().copied());
                json!({"error": format!("panic: {}", reason.unwrap_or("no reason"))})
            }
        };
        writeln!(output, "{answer}")?;
    }
    Ok(())
}
