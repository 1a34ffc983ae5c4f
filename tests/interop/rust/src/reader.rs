//! isomdl's reader: it asks for elements of an mDL and reports what isomdl makes of each answer.

use std::collections::BTreeMap;

use anyhow::{anyhow, bail, Context, Result};
use isomdl::cbor;
use isomdl::definitions::device_request::{DataElements, Namespaces};
use isomdl::definitions::x509::trust_anchor::TrustPurpose;
use isomdl::definitions::SessionData;
use isomdl::presentation::authentication::AuthenticationStatus;
use isomdl::presentation::reader::SessionManager;
use serde_json::{json, Value};

use crate::{anchors, bytes, termination, text, values, Party};

#[derive(Default)]
pub struct Reader {
    session: Option<SessionManager>,
}

impl Party for Reader {
    fn answer(&mut self, question: &Value) -> Result<Value> {
        match text(question, "op")? {
            "open" => {
                let (session, establishment, _) = SessionManager::establish_session(
                    text(question, "engagement")?.into(),
                    wanted(&question["elements"])?,
                    anchors(&question["trust"], TrustPurpose::Iaca)?,
                )?;
                self.session = Some(session);
                Ok(json!({"messages": [hex::encode(establishment)]}))
            }
            "message" => self.message(&bytes(question, "message")?),
            "request" => {
                let request = self.session()?.new_request(wanted(&question["elements"])?)?;
                Ok(json!({"messages": [hex::encode(request)]}))
            }
            "close" => termination(),
            other => bail!("a reader has no op \"{other}\""),
        }
    }
}

impl Reader {
    fn session(&mut self) -> Result<&mut SessionManager> {
        self.session.as_mut().context("no session is open")
    }

    fn message(&mut self, message: &[u8]) -> Result<Value> {
        let SessionData { data, status } = cbor::from_slice(message).map_err(|e| anyhow!("SessionData: {e}"))?;
        let closed = status.is_some();
        let status = status.map(u64::from);
        if data.is_none() {
            return Ok(json!({"status": status, "closed": closed}));
        }
        let outcome = self.session()?.handle_response(message);
        let mut failed: Vec<String> = outcome.errors.iter().map(|(kind, what)| format!("{kind}: {what}")).collect();
        for (what, status) in [
            ("issuer authentication", outcome.issuer_authentication),
            ("device authentication", outcome.device_authentication),
        ] {
            if status != AuthenticationStatus::Valid {
                failed.push(format!("{what} is {status:?}"));
            }
        }
        Ok(json!({
            "accepted": failed.is_empty(),
            "failed": failed,
            "elements": outcome.response,
            "status": status,
            "closed": closed,
        }))
    }
}

fn wanted(elements: &Value) -> Result<Namespaces> {
    let mut spaces = BTreeMap::new();
    for (name, items) in values::name_spaces(elements)? {
        let items: BTreeMap<_, _> =
            items.iter().map(|(element, retain)| (element.clone(), retain.as_bool().unwrap_or(false))).collect();
        spaces.insert(name.clone(), DataElements::try_from(items).map_err(|_| anyhow!("an empty name space"))?);
    }
    Namespaces::try_from(spaces).map_err(|_| anyhow!("nothing is asked for"))
}
