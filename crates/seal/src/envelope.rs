//! What is kept of a data key: wrapped, with what must be known to unwrap it. The key itself is never kept.

use std::fmt;

use minicbor::{Decode, Encode};

use crate::DataKey;

/// Who keeps the key that wraps a data key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Scheme {
    /// The server: `AES256`.
    #[n(0)]
    Server,
    /// KMS: `aws:kms`.
    #[n(1)]
    Kms,
    /// KMS, and twice: `aws:kms:dsse`.
    #[n(2)]
    KmsDual,
    /// The client, who sends the key with each request.
    #[n(3)]
    Customer,
}

impl Scheme {
    /// Whether the ETag of what is sealed so is an MD5 of its plaintext. Of the others it tells nothing of it.
    pub fn etag_is_md5(self) -> bool {
        self == Self::Server
    }

    /// Whether what is sealed so is sealed in two layers.
    pub fn is_dual(self) -> bool {
        self == Self::KmsDual
    }

    /// Whether a key of KMS wraps its data key.
    pub fn is_kms(self) -> bool {
        matches!(self, Self::Kms | Self::KmsDual)
    }
}

/// Which key of KMS wraps a data key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct KmsKey {
    /// Its ARN.
    #[n(0)]
    pub arn: String,
    /// The encryption context that the client gave, as it came (Base64 of JSON); absent: only the default one.
    #[n(1)]
    pub context: Option<String>,
    /// Whether a bucket key was asked for.
    #[n(2)]
    pub bucket_key: bool,
}

/// A wrapped data key.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Envelope {
    /// Who keeps the key that wraps it.
    #[n(0)]
    pub scheme: Scheme,
    /// The data key, wrapped in that scheme's form.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub wrapped: Vec<u8>,
    /// The key of KMS.
    #[n(2)]
    pub kms: Option<KmsKey>,
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kms = self.kms.as_ref().map(|key| &key.arn);
        f.debug_struct("Envelope").field("scheme", &self.scheme).field("kms", &kms).finish_non_exhaustive()
    }
}

/// A data key with its envelope: what it takes to write something that is to be sealed.
#[derive(Clone, Debug)]
pub struct Sealing {
    /// The key.
    pub key: DataKey,
    /// What is kept of it.
    pub envelope: Envelope,
}
