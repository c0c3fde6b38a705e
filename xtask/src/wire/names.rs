//! Rust names for the model's names.

/// Words whose capitals the rule in [`snake`] would misread.
const WORDS: [(&str, &str); 3] = [("ETag", "Etag"), ("SSEKMS", "SseKms"), ("SSES3", "SseS3")];

/// `ContentMD5` is `content_md5`, `SHA256TreeHash` is `sha256_tree_hash`, `VaultARN` is `vault_arn`.
pub fn snake(name: &str) -> String {
    let name = WORDS.iter().fold(name.to_owned(), |name, (word, split)| name.replace(word, split));
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let next_is_lower = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let begins_word = letter.is_ascii_uppercase()
            && before
                .is_some_and(|before| before.is_ascii_lowercase() || (before.is_ascii_alphanumeric() && next_is_lower));
        if begins_word {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// A member's name as a field.
pub fn field(member: &str) -> String {
    let snake = snake(member);
    if matches!(snake.as_str(), "type" | "match" | "ref" | "use") { format!("r#{snake}") } else { snake }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_words() {
        for (name, expected) in [
            ("ETag", "etag"),
            ("SSEKMSKeyId", "sse_kms_key_id"),
            ("SSECustomerKeyMD5", "sse_customer_key_md5"),
            ("ChecksumCRC64NVME", "checksum_crc64nvme"),
            ("ArchiveSHA256TreeHash", "archive_sha256_tree_hash"),
            ("GrantReadACP", "grant_read_acp"),
            ("ListObjectsV2", "list_objects_v2"),
            ("accountId", "account_id"),
            ("MFADelete", "mfa_delete"),
        ] {
            assert_eq!(snake(name), expected);
        }
        assert_eq!(field("Type"), "r#type");
    }
}
