//! How what a service delivers is sealed: as its configuration says, or else as the bucket that it goes to. No caller asks for it, so keys
//! of KMS are asked in the name of the service, which their policies must allow.

use coldkeep_auth::policy::Principal;
use coldkeep_auth::{Caller, Rights};
use coldkeep_keyring::{Ask, KeyReference, Place as KeyPlace};
use coldkeep_seal::{DataKey, Envelope, KmsKey, Scheme, SealError, Sealing};
use coldkeep_store::{Bucket, InventorySealing};
use coldkeep_types::{AccountId, ObjectKey, Region};

use super::Encryption;
use super::keys::{Place, broken, no_server_key};
use super::kms::{refused, whole_context};
use crate::access::delivery::{Delivery, INVENTORY};
use crate::errors::S3Error;

impl Encryption {
    /// How a file of an inventory of the source is sealed.
    pub(crate) async fn delivered(
        &self,
        source: &Bucket,
        target: &Bucket,
        key: &ObjectKey,
        asked: Option<&InventorySealing>,
    ) -> Result<Option<Sealing>, S3Error> {
        let place = Place { bucket: target.name.as_str(), key: key.as_str() };
        let by_default = target.encryption.as_ref();
        match (asked, by_default.map(|kept| kept.scheme)) {
            (Some(InventorySealing::Kms(named)), _) => {
                self.for_service(source, target, &place, Scheme::Kms, Some(named)).await.map(Some)
            }
            (None, None) => Ok(None),
            (None, Some(scheme)) if scheme.is_kms() => {
                let named = by_default.and_then(|kept| kept.kms_key.as_deref());
                self.for_service(source, target, &place, scheme, named).await.map(Some)
            }
            (Some(InventorySealing::Server) | None, _) => match self.server.wrap(DataKey::random(), &place.about()) {
                Err(SealError::NoServerKey) => Err(no_server_key()),
                wrapped => wrapped.map(Some).map_err(broken),
            },
        }
    }

    /// Wraps a data key under a key of KMS for the service that delivers.
    async fn for_service(
        &self,
        source: &Bucket,
        target: &Bucket,
        place: &Place<'_>,
        scheme: Scheme,
        named: Option<&str>,
    ) -> Result<Sealing, S3Error> {
        let none = || S3Error::not_implemented("This server has no keys of KMS");
        let keyring = self.keyring.as_ref().ok_or_else(none)?;
        let region = Region::parse(&target.region).map_err(|_| S3Error::internal())?;
        let account = AccountId::parse(&source.owner).map_err(|_| S3Error::internal())?;
        let home = KeyPlace { account: account.clone(), region };
        let key = match named {
            None => keyring.service_key(&home).await.map_err(refused)?,
            Some(named) => {
                let reference = KeyReference::parse(named, &home).map_err(refused)?;
                keyring.key(&reference).await.map_err(refused)?
            }
        };
        let bucket_key = target.encryption.as_ref().and_then(|kept| kept.bucket_key).unwrap_or(false);
        let kms = KmsKey { arn: key.arn.clone(), context: None, bucket_key: bucket_key && scheme == Scheme::Kms };
        let context = whole_context(&kms, place, home.region.partition())?;
        let rights = Rights::of(Principal::Service(INVENTORY.into()), INVENTORY).into();
        let caller = Caller { account, arn: INVENTORY.to_owned(), access_key: String::new(), rights };
        let circumstances = Delivery::of(source);
        let action = "kms:GenerateDataKey";
        let ask = Ask { action, key: &key, named: None, context: &context, via: None, circumstances: &circumstances };
        if let Err(denied) = keyring.permit(&caller, &ask).await.map_err(refused)? {
            return Err(S3Error::new(403, "AccessDenied", denied.message));
        }
        let data_key = if scheme == Scheme::KmsDual { DataKey::random_dual() } else { DataKey::random() };
        let wrapped = key.encrypt(keyring.now(), &data_key.secret(), &context).map_err(refused)?;
        Ok(Sealing { key: data_key, envelope: Envelope { scheme, wrapped, kms: Some(kms) } })
    }
}
