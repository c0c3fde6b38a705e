//! Encryption contexts: pairs that are bound to a ciphertext without being in it, and must be told again to open it. From the KMS
//! developer guide, "Encryption context". They are no secrets.

use std::collections::BTreeMap;

/// An encryption context. The order in which its pairs were told does not matter.
pub type EncryptionContext = BTreeMap<String, String>;

/// What a ciphertext with this head is bound to: the head, and the one form of its context: each text behind its length, in the order of
/// the keys.
pub(crate) fn bound(head: &[u8], context: &EncryptionContext) -> Vec<u8> {
    let texts = || context.iter().flat_map(|(key, value)| [key, value]);
    let mut bytes = Vec::with_capacity(head.len() + texts().map(|text| 8 + text.len()).sum::<usize>());
    bytes.extend_from_slice(head);
    for text in texts() {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_contexts_have_the_same_form() {
        let context = |pairs: &[(&str, &str)]| {
            bound(b"", &pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
        };
        assert_eq!(context(&[("a", "1"), ("b", "2")]), context(&[("b", "2"), ("a", "1")]));
        let forms = [
            context(&[]),
            context(&[("", "")]),
            context(&[("a", "b")]),
            context(&[("ab", "")]),
            context(&[("", "ab")]),
            context(&[("a", ""), ("b", "")]),
            context(&[("a", "b"), ("c", "d")]),
            context(&[("a", "bc"), ("d", "")]),
        ];
        for (at, one) in forms.iter().enumerate() {
            assert!(forms.iter().skip(at + 1).all(|other| other != one), "{at}");
        }
    }
}
