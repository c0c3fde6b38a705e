//! Keys that a service of this server uses for an account when none is named: `aws/s3`, made when it is first wanted.

use std::sync::Arc;

use crate::{
    Edit, Error, Key, KeyRecord, KeySpec, KeyUsage, Keyring, MAX_TRIES, Origin, Place, Rotation, create, ids, policy,
};

/// A service's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceKey {
    /// The service, as `kms:ViaService` begins with it.
    pub service: &'static str,
    /// The alias.
    pub alias: &'static str,
    /// What the key is said to be.
    pub description: &'static str,
    title: &'static str,
}

/// The services that have keys.
pub const SERVICE_ALIASES: [ServiceKey; 1] = [ServiceKey {
    service: "s3",
    alias: "alias/aws/s3",
    description: "Default key that protects my S3 objects when no other key is defined",
    title: "S3",
}];

impl Keyring {
    /// The key that S3 uses for an account: made now, if it is not there.
    pub async fn service_key(&self, place: &Place) -> Result<Arc<Key>, Error> {
        let service = &SERVICE_ALIASES[0];
        for _ in 0..MAX_TRIES {
            if let Some(alias) = self.alias(place, service.alias).await? {
                return self.existing(place, &alias.target).await;
            }
            let mut edit = self.edit();
            edit.create_service_key(place, service).await?;
            // When another request made it at the same moment, that one is found.
            edit.done().await?;
        }
        Err(Error::Concurrent)
    }
}

impl Edit {
    async fn create_service_key(&mut self, place: &Place, service: &ServiceKey) -> Result<(), Error> {
        const YEARLY_DAYS: u32 = 365;
        let (id, now) = (ids::key(false), self.now().0);
        let material = self.new_material(place, &id, KeySpec::Symmetric, 1).await?;
        let record = KeyRecord {
            id,
            spec: KeySpec::Symmetric,
            usage: KeyUsage::EncryptDecrypt,
            origin: Origin::Kms,
            created: now,
            enabled: true,
            description: service.description.to_owned(),
            tags: Vec::new(),
            policy: policy::service_policy(place, service.service, service.title),
            materials: vec![material],
            current: 1,
            deletion: None,
            // "AWS KMS automatically rotates AWS managed keys every year."
            rotation: Some(Rotation { days: YEARLY_DAYS, next: now + i64::from(YEARLY_DAYS) * create::DAY_MS }),
            service: Some(service.service.to_owned()),
        };
        self.add_key(place, &record);
        self.add_service_alias(place, &record.id, service.alias);
        Ok(())
    }
}
