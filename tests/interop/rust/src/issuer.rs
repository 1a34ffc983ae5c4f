//! isomdl's issuer.

use std::collections::BTreeMap;

use anyhow::{anyhow, bail, Result};
use isomdl::cbor;
use isomdl::definitions::x509::X5Chain;
use isomdl::definitions::{CoseKey, DeviceKeyInfo, DigestAlgorithm, EC2Curve, IssuerSigned, ValidityInfo, EC2Y};
use isomdl::issuance::Mdoc;
use p256::pkcs8::DecodePrivateKey;
use serde_json::{json, Value};
use time::format_description::well_known::Rfc3339;
use time::OffsetDateTime;

use crate::{text, values, Party};

pub struct Issuer;

impl Party for Issuer {
    fn answer(&mut self, question: &Value) -> Result<Value> {
        if text(question, "op")? != "issue" {
            bail!("an issuer has only the op \"issue\"");
        }
        let mut name_spaces = BTreeMap::new();
        for (name, items) in values::name_spaces(&question["elements"])? {
            let items = items.iter().map(|(element, json)| Ok((element.clone(), values::cbor_from_json(json)?)));
            name_spaces.insert(name.clone(), items.collect::<Result<BTreeMap<_, _>>>()?);
        }
        let signed = time(question, "valid_from")?;
        let builder = Mdoc::builder()
            .doc_type(text(question, "doc_type")?.into())
            .namespaces(name_spaces)
            .validity_info(ValidityInfo {
                signed,
                valid_from: signed,
                valid_until: time(question, "valid_until")?,
                expected_update: None,
            })
            .digest_algorithm(match question["digest"].as_str() {
                Some("SHA-384") => DigestAlgorithm::SHA384,
                Some("SHA-512") => DigestAlgorithm::SHA512,
                _ => DigestAlgorithm::SHA256,
            })
            .device_key_info(DeviceKeyInfo {
                device_key: device_key(&question["device_public"])?,
                key_authorizations: None,
                key_info: None,
            });
        let chain = X5Chain::builder().with_pem_certificate(text(question, "ds_pem")?.as_bytes())?.build()?;
        let pem = text(question, "ds_key_pem")?;
        let mdoc = if let Ok(key) = p256::ecdsa::SigningKey::from_pkcs8_pem(pem) {
            builder.issue::<_, p256::ecdsa::Signature>(chain, key)?
        } else {
            let key = p384::ecdsa::SigningKey::from_pkcs8_pem(pem)
                .map_err(|_| anyhow!("document signer key: only P-256 and P-384"))?;
            builder.issue::<_, p384::ecdsa::Signature>(chain, key)?
        };
        let issued = IssuerSigned { namespaces: Some(mdoc.namespaces), issuer_auth: mdoc.issuer_auth };
        Ok(json!({"issuer_signed": hex::encode(cbor::to_vec(&issued)?)}))
    }
}

fn time(question: &Value, name: &str) -> Result<OffsetDateTime> {
    Ok(OffsetDateTime::parse(text(question, name)?, &Rfc3339)?)
}

fn device_key(jwk: &Value) -> Result<CoseKey> {
    use base64::{engine::general_purpose::URL_SAFE_NO_PAD, Engine};
    let crv = match text(jwk, "crv")? {
        "P-256" => EC2Curve::P256,
        "P-384" => EC2Curve::P384,
        "P-521" => EC2Curve::P521,
        other => bail!("no curve {other}"),
    };
    Ok(CoseKey::EC2 {
        crv,
        x: URL_SAFE_NO_PAD.decode(text(jwk, "x")?)?,
        y: EC2Y::Value(URL_SAFE_NO_PAD.decode(text(jwk, "y")?)?),
    })
}
