//! Access points: their names and the ARNs that lead to them. From the S3 user guide, "Access points naming rules, restrictions, and
//! limitations" and "Referencing access points".

use std::fmt;
use std::sync::Arc;

use crate::{AccountId, InvalidName, Region};

/// An access point's name: 3 to 50 of lower-case letters, digits and hyphens, no hyphen at either end, and not the end that aliases
/// have. Unique in its account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessPointName(Arc<str>);

impl AccessPointName {
    /// Checks the naming rules.
    pub fn parse(name: &str) -> Result<Self, InvalidName> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let plain = (3..=50).contains(&name.len())
            && name.bytes().all(allowed)
            && !name.starts_with('-')
            && !name.ends_with('-');
        let reserved = ALIAS_ENDS.iter().chain(&["--xa--s3"]).any(|end| name.ends_with(end));
        if plain && !reserved { Ok(Self(name.into())) } else { Err(InvalidName::AccessPoint) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccessPointName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the names end that stand for access points in a bucket's place: of a bucket, and of one on Outposts. No bucket's name does.
const ALIAS_ENDS: [&str; 2] = ["-s3alias", "--op-s3"];

/// Whether a name is an access point's alias.
pub fn is_alias(name: &str) -> bool {
    ALIAS_ENDS.iter().any(|end| name.ends_with(end))
}

/// The id of an Outpost: `op-` and letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutpostId(Arc<str>);

impl OutpostId {
    /// Checks its form.
    pub fn parse(id: &str) -> Result<Self, InvalidName> {
        let rest = id.strip_prefix("op-").filter(|rest| (1..=32).contains(&rest.len()));
        match rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())) {
            true => Ok(Self(id.into())),
            false => Err(InvalidName::Outpost),
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutpostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an access point is called from everywhere: `arn:aws:s3:region:account:accesspoint/name`, or on an Outpost
/// `arn:aws:s3-outposts:region:account:outpost/op-id/accesspoint/name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccessPointArn {
    /// Its region, which is its bucket's.
    pub region: Region,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The Outpost it is on.
    pub outpost: Option<OutpostId>,
    /// Its name.
    pub name: AccessPointName,
}

impl AccessPointArn {
    /// Reads an ARN, and what follows its name and a slash: `object/key` where a copy names its source.
    pub fn parse(text: &str) -> Option<(Self, Option<&str>)> {
        let (partition, rest) = text.strip_prefix("arn:")?.split_once(':')?;
        let mut parts = rest.splitn(4, ':');
        let (service, region, account, mut resource) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let outpost = match service {
            "s3" => None,
            "s3-outposts" => {
                // Both separators have been seen in the wild, and SDKs take both.
                let (id, point) = resource.strip_prefix("outpost")?.strip_prefix(['/', ':'])?.split_once(['/', ':'])?;
                resource = point;
                Some(OutpostId::parse(id).ok()?)
            }
            _ => return None,
        };
        let named = resource.strip_prefix("accesspoint")?.strip_prefix(['/', ':'])?;
        let (name, behind) = named.split_once('/').map_or((named, None), |(name, behind)| (name, Some(behind)));
        let arn = Self {
            region: Region::parse(region).ok()?,
            account: AccountId::parse(account).ok()?,
            outpost,
            name: AccessPointName::parse(name).ok()?,
        };
        partition.starts_with("aws").then_some((arn, behind))
    }
}

impl fmt::Display for AccessPointArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, account, outpost, name } = self;
        match outpost {
            None => write!(f, "arn:aws:s3:{region}:{account}:accesspoint/{name}"),
            Some(id) => write!(f, "arn:aws:s3-outposts:{region}:{account}:outpost/{id}/accesspoint/{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_user_guide() {
        let longest = "a".repeat(50);
        for good in ["abc", "1-a", longest.as_str()] {
            assert!(AccessPointName::parse(good).is_ok(), "{good}");
        }
        let long = "a".repeat(51);
        for bad in ["", "ab", "-abc", "abc-", "Abc", "a_c", "a.c", "a-s3alias", "a--op-s3", "a--xa--s3", long.as_str()]
        {
            assert_eq!(AccessPointName::parse(bad), Err(InvalidName::AccessPoint), "{bad}");
        }
        assert!(is_alias("ann-x-s3alias") && is_alias("ann-x--op-s3") && !is_alias("s3alias"));
        assert!(OutpostId::parse("op-01ac5d28a6a232904").is_ok());
        for bad in ["op-", "01ac", "op-A", "op-a/b"] {
            assert_eq!(OutpostId::parse(bad), Err(InvalidName::Outpost), "{bad}");
        }
    }

    #[test]
    fn arns_are_read_and_written() {
        for arn in [
            "arn:aws:s3:eu-west-1:012345678901:accesspoint/ann",
            "arn:aws:s3-outposts:us-east-1:012345678901:outpost/op-01ac/accesspoint/ann",
        ] {
            let (read, behind) = AccessPointArn::parse(arn).unwrap();
            assert_eq!((read.to_string().as_str(), behind), (arn, None));
            let object = format!("{arn}/object/a/b");
            assert_eq!(AccessPointArn::parse(&object), Some((read, Some("object/a/b"))));
        }
        let colons = "arn:aws:s3-outposts:r:012345678901:outpost:op-01ac:accesspoint:ann";
        assert!(AccessPointArn::parse(colons).is_some_and(|(arn, _)| arn.outpost.is_some()));
        for wrong in [
            "arn:aws:s3:::bucket",
            "arn:aws:s3:eu-west-1:0123:accesspoint/ann",
            "arn:aws:s3:eu-west-1:012345678901:accesspoint/",
            "arn:aws:s3:eu-west-1:012345678901:accesspoint",
            "arn:aws:s3-object-lambda:eu-west-1:012345678901:accesspoint/ann",
            "arn:aws:s3-outposts:eu-west-1:012345678901:accesspoint/ann",
            "arn:aws:s3-outposts:eu-west-1:012345678901:outpost/op-01ac/bucket/b",
            "arn:gcp:s3:eu-west-1:012345678901:accesspoint/ann",
            "ann",
            "",
        ] {
            assert_eq!(AccessPointArn::parse(wrong), None, "{wrong}");
        }
    }
}
