//! The MD5 of a message's attributes, as clients calculate it. From the SQS developer guide, "Calculating the MD5 message digest for
//! message attributes".

use coldkeep_messages::{Attribute, AttributeValue};
use md5::{Digest, Md5};

/// Of a text, in hexadecimal.
pub(crate) fn of_text(text: &str) -> String {
    hex::encode(Md5::digest(text.as_bytes()))
}

/// Of attributes, in hexadecimal; `None`: there are none.
pub(crate) fn of_attributes(attributes: &[Attribute]) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut sorted: Vec<&Attribute> = attributes.iter().collect();
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    let mut digest = Md5::new();
    for attribute in sorted {
        put(&mut digest, attribute.name.as_bytes());
        put(&mut digest, attribute.data_type.as_bytes());
        let (kind, value) = match &attribute.value {
            AttributeValue::Text(text) => (1u8, text.as_bytes()),
            AttributeValue::Bytes(bytes) => (2, bytes.as_slice()),
        };
        digest.update([kind]);
        put(&mut digest, value);
    }
    Some(hex::encode(digest.finalize()))
}

fn put(digest: &mut Md5, bytes: &[u8]) {
    digest.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    digest.update(bytes);
}
