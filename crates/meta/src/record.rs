//! The form that values have: a CBOR map of numbered fields behind one byte, the version. Engines do not look into values; this is for
//! those who keep records in them.

use minicbor::{Decode, Encode};
use thiserror::Error;

/// A value that is no record of the kind it should be, in words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct BadRecord(pub String);

/// A kind of record, with the version this server writes.
pub trait Record: for<'b> Decode<'b, ()> + Encode<()> {
    /// The first byte of the value.
    const VERSION: u8 = 1;

    /// The value to store.
    fn to_value(&self) -> Vec<u8> {
        let mut value = vec![Self::VERSION];
        // Writing to a Vec cannot fail, and no record refuses to be encoded.
        let encoded = minicbor::encode(self, &mut value);
        debug_assert!(encoded.is_ok());
        value
    }

    /// The record in a stored value.
    fn from_value(value: &[u8]) -> Result<Self, BadRecord> {
        Self::view(value)
    }

    /// Some fields of the record in a stored value: those of `V`, which may borrow. The others are passed over.
    fn view<'v, V: Decode<'v, ()>>(value: &'v [u8]) -> Result<V, BadRecord> {
        let name = std::any::type_name::<Self>;
        match value.split_first() {
            Some((version, body)) if *version == Self::VERSION => {
                minicbor::decode(body).map_err(|error| BadRecord(format!("{}: {error}", name())))
            }
            Some((version, _)) => Err(BadRecord(format!("{}: version {version} is not known", name()))),
            None => Err(BadRecord(format!("{}: empty", name()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Encode, Decode)]
    #[cbor(map)]
    struct Of(#[n(0)] u8, #[n(1)] Option<u8>);
    impl Record for Of {}

    #[derive(Debug, PartialEq, Encode, Decode)]
    #[cbor(map)]
    struct Second(#[n(1)] Option<u8>);

    #[test]
    fn records_are_read_as_they_were_written_whole_or_in_part() {
        let value = Of(7, Some(8)).to_value();
        assert_eq!(value[0], 1);
        assert_eq!(Of::from_value(&value), Ok(Of(7, Some(8))));
        assert_eq!(Of::view(&value), Ok(Second(Some(8))));
    }

    #[test]
    fn other_versions_and_what_is_cut_are_told_by_name() {
        let value = Of(7, None).to_value();
        let told = |value: &[u8]| Of::from_value(value).unwrap_err().to_string();
        assert!(told(&[]).ends_with("Of: empty"));
        assert!(told(&[&[2], &value[1..]].concat()).ends_with("Of: version 2 is not known"));
        assert!((1..value.len()).all(|cut| Of::from_value(&value[..cut]).is_err()));
    }
}
