//! Where keys are: in an account and a region, as at Amazon; and how requests name them.

use coldkeep_types::{AccountId, Region};

use crate::Error;

/// An account and a region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
}

impl Place {
    /// `arn:aws:kms:region:account:rest`.
    pub fn arn(&self, rest: &str) -> String {
        format!("arn:{}:kms:{}:{}:{rest}", self.region.partition(), self.region, self.account)
    }
}

/// Which key is meant: by its id, by an alias, or by the ARN of either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyReference {
    /// Where it is.
    pub place: Place,
    /// Its id, or the name of an alias with its `alias/`.
    pub name: String,
}

impl KeyReference {
    /// Reads what a caller in `home` wrote. Keys of other accounts can be named by ARN only, those of other regions not at all.
    pub fn parse(text: &str, home: &Place) -> Result<Self, Error> {
        let here = |name: &str| Ok(Self { place: home.clone(), name: name.to_owned() });
        if !text.starts_with("arn:") {
            // The text of a key that is not there is told back, so it is bounded.
            return match text.len() {
                1..=2048 => here(text),
                _ => Err(Error::Validation("keyId has 1 to 2048 characters".to_owned())),
            };
        }
        let invalid = || Error::InvalidArn(format!("Invalid arn {text}"));
        let mut parts = text.splitn(6, ':').skip(1);
        let mut part = || parts.next().ok_or_else(invalid);
        let (partition, service, region, account, resource) = (part()?, part()?, part()?, part()?, part()?);
        let region = Region::parse(region).map_err(|_| invalid())?;
        let account = AccountId::parse(account).map_err(|_| invalid())?;
        if service != "kms" || partition != region.partition() {
            return Err(invalid());
        }
        if region != home.region {
            return Err(Error::NotFound(format!("Invalid arn {region}")));
        }
        let name = match resource.split_once('/') {
            Some(("key", id)) => id,
            Some(("alias", _)) => resource,
            _ => return Err(invalid()),
        };
        Ok(Self { place: Place { account, region }, name: name.to_owned() })
    }

    /// Whether an alias is named.
    pub fn is_alias(&self) -> bool {
        self.name.starts_with("alias/")
    }

    /// The ARN of what is named, whether or not it is there.
    pub fn arn(&self) -> String {
        if self.is_alias() { self.place.arn(&self.name) } else { self.place.arn(&format!("key/{}", self.name)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_ids_aliases_and_arns() {
        let place = |account: &str, region: &str| Place {
            account: AccountId::parse(account).expect("12 digits"),
            region: Region::parse(region).expect("a region"),
        };
        let home = place("111122223333", "us-east-1");
        let read = |text: &str| KeyReference::parse(text, &home).map(|it| (it.place.account.to_string(), it.name));
        let own = "111122223333".to_owned();
        assert_eq!(read("1234abcd").ok(), Some((own.clone(), "1234abcd".into())));
        assert_eq!(read("alias/x/y").ok(), Some((own.clone(), "alias/x/y".into())));
        let other = "444455556666".to_owned();
        assert_eq!(read("arn:aws:kms:us-east-1:444455556666:key/1").ok(), Some((other.clone(), "1".into())));
        assert_eq!(read("arn:aws:kms:us-east-1:444455556666:alias/a/b").ok(), Some((other, "alias/a/b".into())));
        assert!(matches!(read("arn:aws:kms:eu-west-1:444455556666:key/1"), Err(Error::NotFound(_))));
        for wrong in [
            "arn:aws:kms:us-east-1:4:key/1",
            "arn:aws:s3:us-east-1:444455556666:key/1",
            "arn:aws-cn:kms:us-east-1:444455556666:key/1",
            "arn:aws:kms:us-east-1:444455556666:1",
            "arn:aws:kms",
        ] {
            assert!(matches!(read(wrong), Err(Error::InvalidArn(_))), "{wrong}");
        }
        assert!(matches!(read(""), Err(Error::Validation(_))));
    }
}
