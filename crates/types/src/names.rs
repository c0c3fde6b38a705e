//! Names users give: accounts, regions, buckets, keys, vaults.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

/// 1,024: the most bytes an object key may have in UTF-8.
pub const MAX_KEY_BYTES: usize = 1024;

/// Which rule a name broke.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidName {
    /// Against the bucket naming rules.
    #[error("the bucket name is not valid")]
    Bucket,
    /// Longer than 1,024 bytes.
    #[error("the key has {0} bytes; at most {MAX_KEY_BYTES} are allowed")]
    KeyTooLong(usize),
    /// Empty, or holding a NUL.
    #[error("the key is empty or holds a NUL character")]
    Key,
    /// Against the vault naming rules.
    #[error("the vault name is not valid")]
    Vault,
    /// Against the naming rules of access points.
    #[error("the access point name is not valid")]
    AccessPoint,
    /// No Outpost has such an id.
    #[error("the Outpost id is not valid")]
    Outpost,
    /// Not 12 digits.
    #[error("an account id is 12 digits")]
    Account,
    /// Not 1 to 63 letters, digits and hyphens.
    #[error("a region is 1 to 63 letters, digits and hyphens")]
    Region,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

name! {
    /// A general purpose bucket's name, by the S3 user guide's "Bucket naming rules".
    BucketName
}
name! {
    /// An object key: 1 to 1,024 bytes of UTF-8 without NUL. Keys sort by their bytes.
    ObjectKey
}
name! {
    /// A vault's name: 1 to 255 of `A-Z a-z 0-9 _ - .`, case-sensitive.
    VaultName
}
name! {
    /// A 12-digit account id.
    AccountId
}
name! {
    /// A region's name, such as `us-east-1`. Any is accepted and echoed.
    Region
}

impl BucketName {
    /// Checks the naming rules: 3 to 63 of lower-case letters, digits, hyphens and dots, beginning
    /// and ending with a letter or digit, no two dots together, not shaped like an IPv4 address,
    /// and none of the prefixes and suffixes that Amazon reserves.
    pub fn parse(name: &str) -> Result<Self, InvalidName> {
        let bytes = name.as_bytes();
        let allowed = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let plain = (3..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| allowed(byte) || matches!(byte, b'-' | b'.'))
            && bytes.first().is_some_and(allowed)
            && bytes.last().is_some_and(allowed)
            && !name.contains("..");
        let reserved = ["xn--", "sthree-"].iter().any(|prefix| name.starts_with(prefix))
            || crate::is_alias(name)
            || ["--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|suffix| name.ends_with(suffix));
        if plain && !reserved && name.parse::<std::net::Ipv4Addr>().is_err() {
            Ok(Self(name.into()))
        } else {
            Err(InvalidName::Bucket)
        }
    }
}

impl ObjectKey {
    /// Checks length and content.
    pub fn parse(key: &str) -> Result<Self, InvalidName> {
        match key.len() {
            0 => Err(InvalidName::Key),
            length if length > MAX_KEY_BYTES => Err(InvalidName::KeyTooLong(length)),
            _ if key.contains('\0') => Err(InvalidName::Key),
            _ => Ok(Self(key.into())),
        }
    }
}

impl VaultName {
    /// Checks length and alphabet.
    pub fn parse(name: &str) -> Result<Self, InvalidName> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        if (1..=255).contains(&name.len()) && name.bytes().all(allowed) {
            Ok(Self(name.into()))
        } else {
            Err(InvalidName::Vault)
        }
    }
}

impl AccountId {
    /// Checks that it is 12 digits.
    pub fn parse(id: &str) -> Result<Self, InvalidName> {
        if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(id.into()))
        } else {
            Err(InvalidName::Account)
        }
    }
}

impl Region {
    /// Checks that it is 1 to 63 letters, digits and hyphens.
    pub fn parse(name: &str) -> Result<Self, InvalidName> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if (1..=63).contains(&name.len()) && name.bytes().all(allowed) {
            Ok(Self(name.into()))
        } else {
            Err(InvalidName::Region)
        }
    }

    /// The partition that ARNs of this region begin with: `aws`, or that of China or of GovCloud.
    pub fn partition(&self) -> &'static str {
        match &*self.0 {
            name if name.starts_with("cn-") => "aws-cn",
            name if name.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names_follow_the_user_guide() {
        for good in [
            "abc",
            "a-b",
            "my.bucket.name",
            "1bucket",
            "a2345678901234567890123456789012345678901234567890123456789012x",
        ] {
            assert!(BucketName::parse(good).is_ok(), "{good}");
        }
        let long = "a".repeat(64);
        let bad = [
            "",
            "ab",
            &long,
            "Abc",
            "a_b",
            "-ab",
            "ab-",
            ".ab",
            "ab.",
            "a..b",
            "192.168.5.4",
            "xn--a",
            "a-s3alias",
            "a--op-s3",
            "b--x-s3",
            "a b",
            "ü--",
        ];
        for bad in bad {
            assert_eq!(BucketName::parse(bad), Err(InvalidName::Bucket), "{bad}");
        }
    }

    #[test]
    fn keys_are_1_to_1024_bytes_without_nul() {
        assert!(ObjectKey::parse(&"k".repeat(1024)).is_ok());
        assert_eq!(ObjectKey::parse(&"k".repeat(1025)), Err(InvalidName::KeyTooLong(1025)));
        assert_eq!(ObjectKey::parse(&"ü".repeat(513)), Err(InvalidName::KeyTooLong(1026)));
        assert_eq!(ObjectKey::parse(""), Err(InvalidName::Key));
        assert_eq!(ObjectKey::parse("a\0b"), Err(InvalidName::Key));
    }

    #[test]
    fn vault_names_are_1_to_255_of_their_alphabet() {
        assert!(VaultName::parse(&"v".repeat(255)).is_ok() && VaultName::parse("A.b_c-9").is_ok());
        for bad in ["", "a b", "a/b", "a:b", "ü", &"v".repeat(256)] {
            assert_eq!(VaultName::parse(bad), Err(InvalidName::Vault), "{bad}");
        }
    }

    #[test]
    fn accounts_are_12_digits() {
        assert!(AccountId::parse("012345678901").is_ok());
        for bad in ["", "-", "12345678901", "1234567890123", "12345678901a"] {
            assert_eq!(AccountId::parse(bad), Err(InvalidName::Account), "{bad}");
        }
    }
}
