//! How new objects of a bucket are sealed unless their writer says otherwise, as it is kept with the bucket. What it means is the
//! door's to say; keys are never here.

use coldkeep_seal::Scheme;
use coldkeep_types::BucketName;
use minicbor::{Decode, Encode};

use crate::{Error, Store};

/// The encryption of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BucketEncryption {
    /// Who keeps the keys of new objects; never the client.
    #[n(0)]
    pub scheme: Scheme,
    /// The key of KMS, as it was named; absent: the service's own.
    #[n(1)]
    pub kms_key: Option<String>,
    /// Whether a bucket key shall be used.
    #[n(2)]
    pub bucket_key: Option<bool>,
    /// Whether objects under clients' keys may be written; absent: nobody said.
    #[n(3)]
    pub blocks_customer_keys: Option<bool>,
}

impl BucketEncryption {
    /// By the server's own keys.
    pub const SERVER: Self =
        Self { scheme: Scheme::Server, kms_key: None, bucket_key: None, blocks_customer_keys: None };
}

impl Store {
    /// PutBucketEncryption; with `None`, DeleteBucketEncryption, after which the bucket is as a new one.
    pub async fn put_bucket_encryption(
        &self,
        name: &BucketName,
        encryption: Option<BucketEncryption>,
    ) -> Result<(), Error> {
        let encryption = encryption.or_else(|| self.0.options.bucket_encryption.clone());
        self.change_bucket(name, move |record| record.encryption = encryption.clone()).await
    }
}
