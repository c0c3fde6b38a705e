//! Data keys: made and wrapped for what is new, unwrapped for what is there. The one place that knows how each scheme wraps.

use coldkeep_seal::{DataKey, Envelope, Scheme, SealError, Sealing};
use coldkeep_store::{Bucket, Error};
use coldkeep_types::{BucketName, Id, ObjectKey};

use super::asked::{Asked, must_take_customer_keys};
use super::customer::{CustomerKey, For};
use super::kms::AskedOfKms;
use super::told::Told;
use crate::errors::S3Error;
use crate::objects::copy_source::CopySource;
use crate::{S3, S3Call};

/// What a data key is of: an object, or the upload that becomes it.
pub(super) struct Place<'a> {
    pub bucket: &'a str,
    pub key: &'a str,
}

impl<'a> Place<'a> {
    /// The object that a call is addressed to.
    pub(super) fn of(call: &'a S3Call) -> Self {
        let text = |part: &'a Option<String>| part.as_deref().unwrap_or_default();
        Self { bucket: text(&call.address.bucket), key: text(&call.address.key) }
    }

    /// As it is bound to the wrapped key: the record of one object opens for no other.
    pub(super) fn about(&self) -> Vec<u8> {
        [b"object ".as_slice(), self.bucket.as_bytes(), b"/", self.key.as_bytes()].concat()
    }
}

/// What the key is asked for, which decides how a missing or wrong one is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// An object, or the source of a copy.
    Object,
    /// An open upload, to which a part is added.
    Upload,
}

impl S3 {
    /// How a new object is to be sealed, if it is: as the call's headers ask, or else as its bucket does.
    pub(crate) async fn sealing(&self, call: &S3Call, bucket: &Bucket) -> Result<(Option<Sealing>, Told), S3Error> {
        self.copying(call, bucket, None).await
    }

    /// How a copy is to be sealed, if it is, whose source has this data key. It keeps that key, so that it can share the bytes, unless
    /// they lie there in another number of layers.
    pub(crate) async fn copying(
        &self,
        call: &S3Call,
        bucket: &Bucket,
        source: Option<&DataKey>,
    ) -> Result<(Option<Sealing>, Told), S3Error> {
        match self.asked(call, bucket)? {
            Asked::Nothing => Ok((None, Told::default())),
            asked => {
                let key = match source.filter(|key| key.is_dual() == asked.is_dual()) {
                    Some(key) => key.clone(),
                    None if asked.is_dual() => DataKey::random_dual(),
                    None => DataKey::random(),
                };
                let (sealing, told) = self.wrapped(call, asked, key, &Place::of(call), &bucket.region).await?;
                Ok((Some(sealing), told))
            }
        }
    }

    /// How an object that the server itself writes is to be sealed: as its bucket's default says, which cannot be a key of KMS, that is
    /// asked for by nobody.
    pub(crate) fn sealing_of_own(&self, bucket: &Bucket, key: &ObjectKey) -> Result<Option<Sealing>, S3Error> {
        match bucket.encryption.as_ref().map(|kept| kept.scheme) {
            None => Ok(None),
            Some(scheme) if scheme.is_kms() => {
                Err(S3Error::invalid_request("Nobody asks KMS for a key to deliver with"))
            }
            Some(_) => {
                let place = Place { bucket: bucket.name.as_str(), key: key.as_str() };
                match self.encryption.server.wrap(DataKey::random(), &place.about()) {
                    Err(SealError::NoServerKey) => Err(no_server_key()),
                    wrapped => wrapped.map(Some).map_err(broken),
                }
            }
        }
    }

    /// The key to read the object with that a call is about, and what is told of it.
    pub(crate) async fn reading(
        &self,
        call: &S3Call,
        sealed: Option<&Envelope>,
    ) -> Result<(Option<DataKey>, Told), S3Error> {
        let customer = self.customer_key(call, For::Reading)?;
        let key = self.data_key(call, sealed, customer.as_ref(), &Place::of(call), Wanted::Object).await?;
        Ok((key, Told::of(sealed, customer.as_ref())))
    }

    /// What is told of the object whose description a call asks for. A client's key must come with the call; of KMS nothing is asked,
    /// since nothing is opened, unless checksums are wanted: for those Amazon asks what reading asks.
    pub(crate) async fn describing(&self, call: &S3Call, sealed: Option<&Envelope>) -> Result<Told, S3Error> {
        match sealed {
            Some(envelope)
                if envelope.scheme.is_kms()
                    && call.header("x-amz-checksum-mode").is_none()
                    && self.customer_key(call, For::Reading)?.is_none() =>
            {
                Ok(Told::of(sealed, None))
            }
            _ => self.reading(call, sealed).await.map(|(_, told)| told),
        }
    }

    /// The key to add a part with to the upload that a call is about, and what is told of it.
    pub(crate) async fn adding(
        &self,
        call: &S3Call,
        sealed: Option<&Envelope>,
    ) -> Result<(Option<DataKey>, Told), S3Error> {
        let customer = self.customer_key(call, For::Writing)?;
        if customer.is_some() {
            must_take_customer_keys(call, call.found()?)?;
        }
        let key = self.data_key(call, sealed, customer.as_ref(), &Place::of(call), Wanted::Upload).await?;
        Ok((key, Told::of(sealed, customer.as_ref())))
    }

    /// The key to read the source of a copy with.
    pub(crate) async fn source_key(
        &self,
        call: &S3Call,
        source: &CopySource,
        sealed: Option<&Envelope>,
    ) -> Result<Option<DataKey>, S3Error> {
        let customer = self.customer_key(call, For::Source)?;
        let place = Place { bucket: source.bucket.as_str(), key: source.key.as_str() };
        self.data_key(call, sealed, customer.as_ref(), &place, Wanted::Object).await
    }

    /// The data key of what is renamed, wrapped for its new key of the bucket as it was for the old one. That of a client it cannot
    /// be, since RenameObject carries none; directory buckets know no clients' keys either.
    pub(crate) async fn renaming(
        &self,
        call: &S3Call,
        source: &CopySource,
        sealed: Option<&Envelope>,
    ) -> Result<Option<Sealing>, S3Error> {
        let Some(sealed) = sealed else { return Ok(None) };
        let asked = match (sealed.scheme, &sealed.kms) {
            (Scheme::Customer, _) => {
                return Err(S3Error::invalid_request(
                    "RenameObject doesn't support objects that are encrypted with SSE-C. Copy the object to its new key \
                     and delete the old one.",
                ));
            }
            (Scheme::Server, _) => Asked::Server,
            (Scheme::Kms | Scheme::KmsDual, kms) => Asked::Kms(AskedOfKms {
                dual: sealed.scheme.is_dual(),
                key: kms.as_ref().map(|kms| kms.arn.clone()),
                context: kms.as_ref().and_then(|kms| kms.context.clone()),
                bucket_key: kms.as_ref().is_some_and(|kms| kms.bucket_key),
            }),
        };
        let key = self.source_key(call, source, Some(sealed)).await?.ok_or(Error::NoKey)?;
        let region = &call.found()?.region;
        self.wrapped(call, asked, key, &Place::of(call), region).await.map(|(sealing, _)| Some(sealing))
    }

    /// Refuses to complete an upload with another client's key than its own; whoever sends none is asked for it only where checksums
    /// were chosen, as Amazon keeps those sealed. Under a key of KMS the caller must be one who may decrypt.
    pub(crate) async fn must_fit(&self, call: &S3Call, upload: (&BucketName, &ObjectKey, Id)) -> Result<(), S3Error> {
        let customer = self.customer_key(call, For::Writing)?;
        let (bucket, key, id) = upload;
        match self.store.upload(bucket, key, id).await {
            // Completed before, perhaps: then that is what is answered.
            Err(Error::NoSuchUpload) => Ok(()),
            upload => {
                let upload = upload?;
                let (sealed, has_checksums) = (upload.sealed, upload.algorithm.is_some());
                let needs_key = match sealed.as_ref().map(|envelope| envelope.scheme) {
                    Some(Scheme::Kms | Scheme::KmsDual) => true,
                    Some(Scheme::Customer) => has_checksums,
                    Some(Scheme::Server) | None => false,
                };
                if customer.is_none() && !needs_key {
                    return Ok(());
                }
                let place = Place::of(call);
                self.data_key(call, sealed.as_ref(), customer.as_ref(), &place, Wanted::Upload).await.map(drop)
            }
        }
    }

    /// A data key, wrapped as it is asked for.
    async fn wrapped(
        &self,
        call: &S3Call,
        asked: Asked,
        key: DataKey,
        place: &Place<'_>,
        region: &str,
    ) -> Result<(Sealing, Told), S3Error> {
        let about = place.about();
        let (sealing, customer) = match asked {
            Asked::Nothing => return Err(Error::NoKey.into()),
            Asked::Kms(asked) => {
                let envelope = self.wrapped_by_kms(call, asked, &key, place, region).await?;
                let told = Told::of(Some(&envelope), None).with_context(&envelope);
                return Ok((Sealing { key, envelope }, told));
            }
            Asked::Server => match self.encryption.server.wrap(key, &about) {
                Err(SealError::NoServerKey) => return Err(no_server_key()),
                wrapped => (wrapped.map_err(broken)?, None),
            },
            Asked::Customer(customer) => {
                let wrapped = customer.wrapping().and_then(|wrapping| wrapping.wrap(&key, &about)).map_err(broken)?;
                (Sealing { key, envelope: Envelope { scheme: Scheme::Customer, wrapped, kms: None } }, Some(customer))
            }
        };
        let told = Told::of(Some(&sealing.envelope), customer.as_ref());
        Ok((sealing, told))
    }

    /// The data key of an object or an upload that is sealed; `None` of one that is not. A client's key must come with the call just
    /// where one sealed it.
    async fn data_key(
        &self,
        call: &S3Call,
        sealed: Option<&Envelope>,
        customer: Option<&CustomerKey>,
        place: &Place<'_>,
        wanted: Wanted,
    ) -> Result<Option<DataKey>, S3Error> {
        let scheme = sealed.map(|envelope| envelope.scheme);
        match (scheme == Some(Scheme::Customer), customer) {
            (true, None) => return Err(wanted.missing()),
            (false, Some(_)) => return Err(wanted.not_applicable()),
            _ => {}
        }
        let Some(envelope) = sealed else { return Ok(None) };
        let about = place.about();
        match (envelope.scheme, customer) {
            (Scheme::Server, _) => self.encryption.server.unwrap(envelope, &about).map(Some).map_err(broken),
            (Scheme::Customer, Some(customer)) => {
                let wrapping = customer.wrapping().map_err(broken)?;
                // Which of the two does not fit, key or record, cannot be told apart: it is the key that clients get wrong.
                wrapping.unwrap(&envelope.wrapped, &about).map(Some).map_err(|_| wanted.other_key())
            }
            (Scheme::Customer, None) => Err(wanted.missing()),
            // Boxed, so that it does not set the size of the futures of what is sealed otherwise, or not at all.
            (Scheme::Kms | Scheme::KmsDual, _) => {
                Box::pin(self.unwrapped_by_kms(call, envelope, place)).await.map(Some)
            }
        }
    }
}

impl Wanted {
    fn missing(self) -> S3Error {
        S3Error::invalid_request(match self {
            Self::Object => {
                "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to \
                 retrieve the object."
            }
            Self::Upload => {
                "The multipart upload initiate requested encryption. Subsequent part requests must include the \
                 appropriate encryption parameters."
            }
        })
    }

    fn not_applicable(self) -> S3Error {
        match self {
            Self::Object => S3Error::invalid_request("The encryption parameters are not applicable to this object."),
            // Amazon has one sentence for both.
            Self::Upload => self.missing(),
        }
    }

    /// Another key than the one that sealed it. Amazon forbids to read with it, and calls it wrong for a part.
    fn other_key(self) -> S3Error {
        match self {
            Self::Object => S3Error::new(
                403,
                "AccessDenied",
                "Requests specifying Server Side Encryption with Customer provided keys must provide the correct \
                 secret key.",
            ),
            Self::Upload => {
                S3Error::invalid_request("The provided encryption parameters did not match the ones used originally.")
            }
        }
    }
}

pub(super) fn no_server_key() -> S3Error {
    S3Error::not_implemented("This server has no key of its own to encrypt with")
}

pub(super) fn broken(error: SealError) -> S3Error {
    Error::Damaged(format!("an object's data key: {error}")).into()
}
