//! isomdl's holder: one QR engagement, any number of requests, every requested element is released.

use std::collections::HashMap;

use anyhow::{anyhow, bail, Context, Result};
use isomdl::cbor;
use isomdl::definitions::device_engagement::CentralClientMode;
use isomdl::definitions::helpers::{NonEmptyVec, Tag24};
use isomdl::definitions::x509::trust_anchor::{TrustAnchorRegistry, TrustPurpose};
use isomdl::definitions::{BleOptions, DeviceRetrievalMethod, IssuerSigned, Mso, SessionData, SessionEstablishment};
use isomdl::issuance::Mdoc;
use isomdl::presentation::authentication::RequestAuthenticationOutcome;
use isomdl::presentation::device::{
    Document, Documents, PermittedItems, SessionManager, SessionManagerEngaged, SessionManagerInit,
};
use p256::ecdsa::signature::Signer;
use p256::pkcs8::DecodePrivateKey;
use serde_json::{json, Value};
use uuid::Uuid;

use crate::{anchors, bytes, termination, text, Party};

enum DeviceKey {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
}

impl DeviceKey {
    fn from_pem(pem: &str) -> Result<Self> {
        if let Ok(key) = p256::SecretKey::from_pkcs8_pem(pem) {
            return Ok(Self::P256(key.into()));
        }
        let key = p384::SecretKey::from_pkcs8_pem(pem).map_err(|_| anyhow!("device key: only P-256 and P-384"))?;
        Ok(Self::P384(key.into()))
    }

    /// r || s, as COSE has it.
    fn sign(&self, payload: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) => Signer::<p256::ecdsa::Signature>::sign(key, payload).to_bytes().to_vec(),
            Self::P384(key) => Signer::<p384::ecdsa::Signature>::sign(key, payload).to_bytes().to_vec(),
        }
    }
}

#[derive(Default)]
pub struct Device {
    keys: HashMap<Uuid, DeviceKey>,
    trust_readers: TrustAnchorRegistry,
    engaged: Option<SessionManagerEngaged>,
    session: Option<SessionManager>,
}

impl Party for Device {
    fn answer(&mut self, question: &Value) -> Result<Value> {
        match text(question, "op")? {
            "open" => self.open(question),
            "message" => self.message(&bytes(question, "message")?),
            "close" => termination(),
            other => bail!("a device has no op \"{other}\""),
        }
    }
}

impl Device {
    fn open(&mut self, question: &Value) -> Result<Value> {
        let mut documents: Option<Documents> = None;
        for credential in question["credentials"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let document = document(&bytes(credential, "issuer_signed")?)?;
            let doc_type = document.mso.doc_type.clone();
            self.keys.insert(document.id, DeviceKey::from_pem(text(credential, "device_key_pem")?)?);
            match &mut documents {
                None => documents = Some(Documents::new(doc_type, document)),
                Some(known) => {
                    known.insert(doc_type, document);
                }
            }
        }
        self.trust_readers = anchors(&question["trust_readers"], TrustPurpose::ReaderCa)?;
        let ble = DeviceRetrievalMethod::BLE(BleOptions {
            peripheral_server_mode: None,
            central_client_mode: Some(CentralClientMode { uuid: Uuid::from_u128(0x45efef742b2c4837a9a3b0e1d05a6917) }),
        });
        let session = SessionManagerInit::initialise(
            documents.context("a device needs a credential")?,
            Some(NonEmptyVec::new(ble)),
            None,
        )?;
        let (engaged, engagement) = session.qr_engagement()?;
        self.engaged = Some(engaged);
        Ok(json!({ "engagement": engagement }))
    }

    fn message(&mut self, message: &[u8]) -> Result<Value> {
        if let Some(engaged) = self.engaged.take() {
            let establishment: SessionEstablishment = cbor::from_slice(message).map_err(|e| anyhow!("{e}"))?;
            let (session, outcome) =
                engaged.process_session_establishment(establishment, self.trust_readers.clone())?;
            self.session = Some(session);
            return self.respond(outcome);
        }
        let session = self.session.as_mut().context("no session is open")?;
        let outcome = session.handle_request(message);
        if let Ok(SessionData { data: None, status: Some(status) }) = cbor::from_slice(message) {
            return Ok(json!({"messages": [], "status": u64::from(status), "closed": true}));
        }
        self.respond(outcome)
    }

    fn respond(&mut self, outcome: RequestAuthenticationOutcome) -> Result<Value> {
        let session = self.session.as_mut().context("no session is open")?;
        if outcome.errors.contains_key("decryption_errors") || outcome.errors.contains_key("parsing_errors") {
            bail!("request refused: {:?}", outcome.errors);
        }
        if outcome.items_request.is_empty() {
            // The request did not decode; an empty signature brings out the prepared error answer.
            session.submit_next_signature(Vec::new())?;
        } else {
            let permitted: PermittedItems = outcome
                .items_request
                .iter()
                .map(|items| {
                    let spaces = items.namespaces.iter();
                    let spaces = spaces.map(|(name, elements)| (name.clone(), elements.keys().cloned().collect()));
                    (items.doc_type.clone(), spaces.collect())
                })
                .collect();
            session.prepare_response(&outcome.items_request, permitted);
            while let Some((id, payload)) = session.get_next_signature_payload() {
                let key = self.keys.get(&id).context("a document without its key")?;
                let signature = key.sign(payload);
                session.submit_next_signature(signature)?;
            }
        }
        let response = session.retrieve_response().context("isomdl prepared no response")?;
        Ok(json!({
            "messages": [hex::encode(response)],
            "request": outcome.items_request,
            "reader_name": outcome.common_name,
            "reader_authentication": format!("{:?}", outcome.reader_authentication).to_lowercase(),
            "errors": outcome.errors,
            "closed": false,
        }))
    }
}

fn document(issuer_signed: &[u8]) -> Result<Document> {
    let issued: IssuerSigned = cbor::from_slice(issuer_signed).map_err(|e| anyhow!("IssuerSigned: {e}"))?;
    let payload = issued.issuer_auth.payload.as_deref().context("IssuerAuth without payload")?;
    let mso: Tag24<Mso> = cbor::from_slice(payload).map_err(|e| anyhow!("MobileSecurityObject: {e}"))?;
    let mso = mso.into_inner();
    Ok(Document::from(Mdoc {
        doc_type: mso.doc_type.clone(),
        mso,
        namespaces: issued.namespaces.context("IssuerSigned without name spaces")?,
        issuer_auth: issued.issuer_auth,
    }))
}
