//! An object as a listing shows it: a few fields of its record, read without the others.

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType};
use coldkeep_types::Timestamp;
use minicbor::Decode;

use crate::Error;
use crate::objects::etag;
use crate::records::{ObjectRecord, Record, time};

/// An object in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Size in bytes.
    pub bytes: u64,
    /// When it was put or completed.
    pub modified: Timestamp,
    /// How many parts the ETag counts; 0 for an object put in one request.
    pub parts: u32,
    /// What kind of checksum it has.
    pub checksum: Option<(ChecksumAlgorithm, ChecksumType)>,
    md5: [u8; 16],
}

impl Listed {
    /// The ETag without quotes, as [`Object::etag`](crate::Object::etag).
    pub fn etag(&self) -> String {
        etag(&self.md5, self.parts)
    }

    pub(crate) fn from_value(value: &[u8]) -> Result<Self, Error> {
        let shown: Shown<'_> = ObjectRecord::view(value)?;
        let checksum: Option<Result<_, Error>> = shown.checksum.map(|kept| {
            let damaged = || Error::Damaged(format!("checksum algorithm {}", kept.algorithm));
            let algorithm = ChecksumAlgorithm::parse(kept.algorithm).ok_or_else(damaged)?;
            Ok((algorithm, if kept.full_object { ChecksumType::FullObject } else { ChecksumType::Composite }))
        });
        Ok(Self {
            bytes: shown.bytes,
            modified: time(shown.modified_ms),
            parts: shown.parts,
            checksum: checksum.transpose()?,
            md5: shown.md5,
        })
    }
}

/// Fields of [`ObjectRecord`], under its numbers.
#[derive(Decode)]
#[cbor(map)]
struct Shown<'v> {
    #[n(2)]
    bytes: u64,
    #[n(3)]
    modified_ms: i64,
    #[cbor(n(4), with = "minicbor::bytes")]
    md5: [u8; 16],
    #[n(5)]
    parts: u32,
    #[b(6)]
    checksum: Option<ShownChecksum<'v>>,
}

/// Fields of [`StoredChecksum`](crate::records::StoredChecksum), under its numbers.
#[derive(Decode)]
#[cbor(map)]
struct ShownChecksum<'v> {
    #[b(0)]
    algorithm: &'v str,
    #[n(2)]
    full_object: bool,
}

#[cfg(test)]
mod tests {
    use coldkeep_digest::Checksum;
    use coldkeep_types::Id;

    use super::*;
    use crate::Object;
    use crate::records::{Attributes, Content, ObjectChecksum, StoredChecksum};

    #[test]
    fn it_shows_what_the_object_has() {
        let user = vec![("name".to_owned(), "value".to_owned())];
        let kinds = [
            (ChecksumAlgorithm::Sha256, ChecksumType::Composite, 3),
            (ChecksumAlgorithm::Crc32, ChecksumType::FullObject, 0),
        ];
        for checksum in kinds.map(Some).into_iter().chain([None]) {
            let kept = checksum.map(|(algorithm, kind, bytes)| {
                let value = vec![7; if bytes > 0 { 32 } else { 4 }];
                ObjectChecksum { checksum: Checksum::new(algorithm, &value).unwrap(), kind }
            });
            let record = ObjectRecord {
                instance: Id::from_bytes([1; 16]),
                content: Content::Parts(Id::from_bytes([2; 16])),
                bytes: 1 << 40,
                modified_ms: 1_700_000_000_123,
                md5: [0xab; 16],
                parts: checksum.map_or(0, |(.., parts)| parts),
                checksum: kept.as_ref().map(StoredChecksum::from),
                attributes: Attributes {
                    content_type: Some("text/plain".into()),
                    user: user.clone(),
                    ..Attributes::default()
                },
            };
            let value = record.to_value();
            let (object, listed) = (Object::from_value(&value).unwrap(), Listed::from_value(&value).unwrap());
            assert_eq!((listed.bytes, listed.modified, listed.etag()), (object.bytes, object.modified, object.etag()));
            assert_eq!(listed.checksum, object.checksum.map(|kept| (kept.checksum.algorithm(), kept.kind)));
            assert!(Listed::from_value(&value[..value.len() / 2]).is_err());
        }
    }
}
