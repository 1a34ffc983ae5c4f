//! Element values between JSON, in the form mdoc-cli uses, and CBOR.

use anyhow::{anyhow, bail, Result};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use ciborium::Value as Cbor;
use serde_json::Value;

pub fn cbor_from_json(json: &Value) -> Result<Cbor> {
    Ok(match json {
        Value::Null => Cbor::Null,
        Value::Bool(value) => Cbor::Bool(*value),
        Value::String(value) => Cbor::Text(value.clone()),
        Value::Number(value) => Cbor::Integer(value.as_i64().ok_or_else(|| anyhow!("{value} is no integer"))?.into()),
        Value::Array(items) => Cbor::Array(items.iter().map(cbor_from_json).collect::<Result<_>>()?),
        Value::Object(members) if members.len() == 1 => {
            let (name, content) = members.iter().next().expect("one member");
            match (name.as_str(), content.as_str()) {
                ("bytes", Some(text)) => Cbor::Bytes(URL_SAFE_NO_PAD.decode(text)?),
                ("tdate", Some(text)) => Cbor::Tag(0, Box::new(Cbor::Text(text.into()))),
                ("full-date", Some(text)) => Cbor::Tag(1004, Box::new(Cbor::Text(text.into()))),
                _ => cbor_map(members)?,
            }
        }
        Value::Object(members) => cbor_map(members)?,
    })
}

fn cbor_map(members: &serde_json::Map<String, Value>) -> Result<Cbor> {
    let entries = members.iter().map(|(name, json)| Ok((Cbor::Text(name.clone()), cbor_from_json(json)?)));
    Ok(Cbor::Map(entries.collect::<Result<_>>()?))
}

/// {name space: {element: anything}} as name spaces and their members.
pub fn name_spaces(elements: &Value) -> Result<impl Iterator<Item = (&String, &serde_json::Map<String, Value>)>> {
    let Some(spaces) = elements.as_object() else { bail!("\"elements\" is not an object") };
    Ok(spaces.iter().filter_map(|(name, items)| Some((name, items.as_object()?))))
}
