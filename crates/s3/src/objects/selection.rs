//! Which bytes of an object a read answers, by range or by part number, and which checksum goes with them.

use std::ops::Range;

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType};
use coldkeep_http::{Asked, asked};
use coldkeep_store::{Error, Object, ObjectReader};
use coldkeep_types::PartNumber;

use crate::errors::S3Error;
use crate::{S3, checksums};

/// Which bytes of an object are answered.
pub(crate) struct Selection {
    pub range: Range<u64>,
    /// `Content-Range`, and with it status 206.
    pub partial: Option<String>,
    /// Set when a part number was asked for.
    pub parts: Option<i32>,
    pub checksum: Option<Shown>,
}

/// A checksum as it is shown.
pub(crate) struct Shown {
    pub algorithm: ChecksumAlgorithm,
    pub text: String,
    pub kind: ChecksumType,
}

/// What a read asks for.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// `Range`, unless `If-Range` has put it out of force.
    pub range: Option<&'a str>,
    pub part: Option<PartNumber>,
    /// `x-amz-checksum-mode`.
    pub checksum: bool,
}

impl Wanted<'_> {
    /// Whether more than the object's record is needed to tell.
    pub fn needs_parts(&self, object: &Object) -> bool {
        self.part.is_some() || (self.range.is_some() && self.checksum && is_composite(object))
    }

    /// Selects by the record alone.
    pub fn select(&self, object: &Object) -> Result<Selection, S3Error> {
        match self.range.map_or(Asked::All, |header| asked(header, object.bytes)) {
            Asked::All => {
                Ok(Selection { range: 0..object.bytes, partial: None, parts: None, checksum: self.whole(object) })
            }
            Asked::Part(range) => {
                let partial = Some(content_range(&range, object.bytes));
                // A range of all there is has the checksum of it.
                let checksum = if range == (0..object.bytes) { self.whole(object) } else { None };
                Ok(Selection { range, partial, parts: None, checksum })
            }
            Asked::Unsatisfiable => Err(S3Error::invalid_range(self.range.unwrap_or_default(), object.bytes)),
        }
    }

    /// The checksum of the whole object, if it is asked for.
    fn whole(&self, object: &Object) -> Option<Shown> {
        object.checksum.as_ref().filter(|_| self.checksum).map(|kept| Shown {
            algorithm: kept.checksum.algorithm(),
            text: checksums::text(kept, object.parts),
            kind: kept.kind,
        })
    }

    /// Selects where parts count: one asked for by its number, or a range that is just one of a composite object.
    pub async fn select_parts(&self, door: &S3, reader: &ObjectReader) -> Result<Selection, S3Error> {
        let object = &reader.object;
        let Some(number) = self.part else {
            let mut selection = self.select(object)?;
            if let (true, Some(number)) = (selection.partial.is_some(), reader.part_with(&selection.range)) {
                selection.checksum = part_checksum(door, object, number).await?;
            }
            return Ok(selection);
        };
        if self.range.is_some() {
            return Err(S3Error::invalid_request("Cannot specify both Range header and partNumber query parameter"));
        }
        let number = number.get();
        let range = reader.part(number).map_err(|error| match error {
            Error::NoSuchPart(_) => S3Error::from(error).with("ActualPartCount", object.parts.max(1).to_string()),
            error => error.into(),
        })?;
        let checksum = match self.checksum {
            true => part_checksum(door, object, number).await?,
            false => None,
        };
        let partial = (!range.is_empty()).then(|| content_range(&range, object.bytes));
        let parts = (object.parts > 0).then_some(object.parts as i32);
        Ok(Selection { range, partial, parts, checksum })
    }
}

fn is_composite(object: &Object) -> bool {
    object.checksum.as_ref().is_some_and(|kept| kept.kind == ChecksumType::Composite)
}

/// The checksum of one part as Amazon shows it: of a composite object the part's own, under the object's type; of a
/// full-object checksum only what is the whole object's too.
async fn part_checksum(door: &S3, object: &Object, number: u32) -> Result<Option<Shown>, S3Error> {
    let Some(whole) = &object.checksum else { return Ok(None) };
    let checksum = match whole.kind {
        ChecksumType::FullObject => (object.parts <= 1).then_some(whole.checksum),
        ChecksumType::Composite => {
            let parts = door.store.object_parts(object, number - 1, 1).await?;
            parts
                .into_iter()
                .find(|part| part.number == number)
                .and_then(|part| part.checksum)
                .map(|kept| kept.checksum)
        }
    };
    Ok(checksum.map(|checksum| Shown { algorithm: checksum.algorithm(), text: checksum.to_base64(), kind: whole.kind }))
}

fn content_range(range: &Range<u64>, bytes: u64) -> String {
    format!("bytes {}-{}/{bytes}", range.start, range.end - 1)
}
