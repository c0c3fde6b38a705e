//! What DescribeKey tells of a key, and Amazon's names as enums.

use coldkeep_keyring::{Key, KeyRecord, KeySpec, KeyState, KeyUsage, Origin, Place};
use coldkeep_types::Timestamp;
use coldkeep_wire::kms::{KeyMetadata, MultiRegionConfiguration, MultiRegionKey};

use crate::errors::KmsError;

/// Reads an enum of Amazon's by its name.
macro_rules! named {
    ($type:ty, $name:expr, $member:literal) => {{
        let name: &str = $name;
        <$type>::parse(name).ok_or_else(|| {
            let all: Vec<&str> = <$type>::ALL.iter().map(|it| it.name()).collect();
            crate::errors::KmsError::not_one_of(name, $member, &all)
        })
    }};
}
pub(crate) use named;

/// The spec of a new key. Those of Amazon's that the crypto library has not are refused by name.
pub(crate) fn spec(name: &str) -> Result<KeySpec, KmsError> {
    match name {
        "SM2" | "ML_KEM_512" | "ML_KEM_768" | "ML_KEM_1024" => {
            Err(KmsError::unsupported(format!("KeySpec {name} is not implemented by this server")))
        }
        name => named!(KeySpec, name, "keySpec"),
    }
}

/// All that is told of a key.
pub(crate) fn metadata(place: &Place, record: &KeyRecord, now: Timestamp) -> KeyMetadata {
    let arn = place.arn(&format!("key/{}", record.id));
    let state = record.state(now.0);
    let names = |texts: Vec<&'static str>| texts.into_iter().map(str::to_owned).collect();
    let current = record.current();
    let is_external = record.origin == Origin::External && current.is_some_and(|it| it.sealed.is_some());
    let expires = current.and_then(|material| material.expires).filter(|_| is_external);
    let is_symmetric = record.spec == KeySpec::Symmetric;
    KeyMetadata {
        aws_account_id: Some(place.account.to_string()),
        arn: Some(arn.clone()),
        creation_date: Some(Timestamp(record.created)),
        current_key_material_id: current.filter(|_| is_symmetric).map(|material| material.id.clone()),
        customer_master_key_spec: Some(record.spec.name().to_owned()),
        deletion_date: record.deletion.map(Timestamp),
        description: Some(record.description.clone()),
        enabled: Some(state == KeyState::Enabled),
        encryption_algorithms: names(
            record.spec.encryption(record.usage).iter().map(|algorithm| algorithm.name()).collect(),
        ),
        expiration_model: is_external.then(|| expiration_model(expires).to_owned()),
        key_agreement_algorithms: names(if record.usage == KeyUsage::KeyAgreement { vec!["ECDH"] } else { vec![] }),
        key_id: record.id.clone(),
        key_manager: Some(if record.service.is_some() { "AWS" } else { "CUSTOMER" }.to_owned()),
        key_spec: Some(record.spec.name().to_owned()),
        key_state: Some(state.name().to_owned()),
        key_usage: Some(record.usage.name().to_owned()),
        mac_algorithms: names(record.spec.mac().map(|algorithm| algorithm.name()).into_iter().collect()),
        multi_region: Some(record.is_multi_region()),
        multi_region_configuration: record.is_multi_region().then(|| MultiRegionConfiguration {
            multi_region_key_type: Some("PRIMARY".to_owned()),
            primary_key: Some(MultiRegionKey { arn: Some(arn), region: Some(place.region.to_string()) }),
            replica_keys: Vec::new(),
        }),
        origin: Some(record.origin.name().to_owned()),
        signing_algorithms: names(record.spec.signing(record.usage).iter().map(|algorithm| algorithm.name()).collect()),
        valid_to: expires.map(Timestamp),
        ..KeyMetadata::default()
    }
}

/// Whether imported material ends.
pub(crate) fn expiration_model(expires: Option<i64>) -> &'static str {
    if expires.is_some() { "KEY_MATERIAL_EXPIRES" } else { "KEY_MATERIAL_DOES_NOT_EXPIRE" }
}

/// Refuses to change a service's own key.
pub(crate) fn must_be_customers(key: &Key) -> Result<(), KmsError> {
    match &key.record.service {
        None => Ok(()),
        Some(_) => {
            let message = format!("{} is managed by the server: nobody changes it.", key.arn);
            Err(KmsError::access_denied(message))
        }
    }
}
