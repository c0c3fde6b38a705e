//! What a policy is attached to, and what its grammar therefore demands.

use super::wildcards;

/// What a policy is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A user, group or role, inline; also a session policy. It names no principal.
    Identity,
    /// The same as a policy of its own, also as a permissions boundary. Amazon takes these only in the language of 2012.
    Managed,
    /// A role: who may assume it. It names no resource.
    Trust,
    /// A bucket of S3.
    Bucket {
        /// The bucket's name.
        name: &'a str,
    },
    /// An access point of S3.
    AccessPoint {
        /// `arn:aws:s3:region:account:accesspoint/name`.
        arn: &'a str,
    },
    /// A vault, its access policy or its lock.
    Vault {
        /// `arn:aws:glacier:region:account:vaults/name`.
        arn: &'a str,
    },
    /// A key of KMS.
    Key {
        /// `arn:aws:kms:region:account:key/id`.
        arn: &'a str,
    },
    /// A queue of SQS.
    Queue {
        /// `arn:aws:sqs:region:account:name`.
        arn: &'a str,
    },
    /// A topic of SNS.
    Topic {
        /// `arn:aws:sns:region:account:name`.
        arn: &'a str,
    },
}

impl Kind<'_> {
    /// Whether statements name principals.
    pub(super) fn names_principals(self) -> bool {
        !matches!(self, Self::Identity | Self::Managed)
    }

    /// Whether S3 reads the policy, which refuses in words of its own and knows all its actions and conditions.
    pub(super) fn is_s3(self) -> bool {
        matches!(self, Self::Bucket { .. } | Self::AccessPoint { .. })
    }

    /// The one service whose actions the policy may name; `None`: those of any.
    pub(super) fn service(self) -> Option<&'static str> {
        match self {
            Self::Identity | Self::Managed => None,
            Self::Trust => Some("sts"),
            Self::Bucket { .. } | Self::AccessPoint { .. } => Some("s3"),
            Self::Vault { .. } => Some("glacier"),
            Self::Key { .. } => Some("kms"),
            Self::Queue { .. } => Some("sqs"),
            Self::Topic { .. } => Some("sns"),
        }
    }

    /// What a resource pattern of this policy can reach.
    pub(super) fn reach(self, pattern: &str) -> Reach {
        match self {
            Self::Identity | Self::Managed | Self::Trust => Reach { container: true, contents: true },
            Self::Bucket { name } => match after_partition(pattern).and_then(|rest| rest.strip_prefix("s3:::")) {
                Some(rest) => within(rest, name),
                None => Reach::NOTHING,
            },
            Self::AccessPoint { arn } => match (after_partition(pattern), after_partition(arn)) {
                // Objects are under `accesspoint/name/object/`, so the name is what stands before the second `/`.
                (Some(rest), Some(arn)) => access_point(rest, arn),
                _ => Reach::NOTHING,
            },
            Self::Vault { arn } => same_resource(pattern, arn),
            Self::Key { .. } | Self::Queue { .. } | Self::Topic { .. } if pattern == "*" => {
                Reach { container: true, contents: true }
            }
            Self::Key { arn } | Self::Queue { arn } | Self::Topic { arn } => same_resource(pattern, arn),
        }
    }
}

/// What the policy is attached to (a bucket), what is in it (its objects), both or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    pub container: bool,
    pub contents: bool,
}

impl Reach {
    pub(super) const NOTHING: Self = Self { container: false, contents: false };

    pub(super) fn and(self, other: Self) -> Self {
        Self { container: self.container || other.container, contents: self.contents || other.contents }
    }
}

/// What follows `arn:partition:`, of the partitions there are.
pub(super) fn after_partition(arn: &str) -> Option<&str> {
    let (partition, rest) = arn.strip_prefix("arn:")?.split_once(':')?;
    is_partition(partition).then_some(rest)
}

/// `aws`, `aws-cn`, `aws-us-gov` and their like.
pub(super) fn is_partition(text: &str) -> bool {
    let plain = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    text == "aws" || text.strip_prefix("aws-").is_some_and(plain)
}

/// Variables can have any value, so they reach as far as a `*` does.
fn reaching(pattern: &str) -> Box<[u8]> {
    let mut reaching = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        reaching.push_str(before);
        reaching.push('*');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    reaching.push_str(rest);
    wildcards::compile(&reaching)
}

fn reaches(pattern: &str, text: &str) -> bool {
    wildcards::matches(&reaching(pattern), text.as_bytes())
}

fn same_resource(pattern: &str, arn: &str) -> Reach {
    let reaches = after_partition(pattern).is_some() && reaches(pattern, arn);
    Reach { container: reaches, contents: reaches }
}

/// Of a pattern `name` or `name/key`: either part can be reached through a wildcard.
fn within(pattern: &str, name: &str) -> Reach {
    let (named, key) = split_outside_variables(pattern);
    let named_reaches = reaches(named, name);
    let open = reaching(named).contains(&wildcards::ANY);
    Reach { container: key.is_none() && named_reaches, contents: named_reaches && (key.is_some() || open) }
}

/// Splits at the first `/` that belongs to no variable, since keys of tags have some too.
fn split_outside_variables(pattern: &str) -> (&str, Option<&str>) {
    let mut inside = false;
    for (at, byte) in pattern.bytes().enumerate() {
        match byte {
            b'$' if pattern[at..].starts_with("${") => inside = true,
            b'}' => inside = false,
            b'/' if !inside => return (&pattern[..at], Some(&pattern[at + 1..])),
            _ => {}
        }
    }
    (pattern, None)
}

fn access_point(pattern: &str, arn: &str) -> Reach {
    let (Some((scope, rest)), Some((own_scope, own_name))) =
        (pattern.split_once("accesspoint/"), arn.split_once("accesspoint/"))
    else {
        return Reach::NOTHING;
    };
    if !reaches(scope, own_scope) {
        return Reach::NOTHING;
    }
    let reach = within(rest, own_name);
    let (_, key) = split_outside_variables(rest);
    let contents = key.is_none_or(|key| key.starts_with("object/") || key.starts_with('*'));
    Reach { contents: reach.contents && contents, ..reach }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(kind: Kind<'_>, pattern: &str) -> (bool, bool) {
        let reach = kind.reach(pattern);
        (reach.container, reach.contents)
    }

    #[test]
    fn patterns_reach_the_bucket_its_objects_both_or_neither() {
        let bucket = Kind::Bucket { name: "photos" };
        for (pattern, reached) in [
            ("arn:aws:s3:::photos", (true, false)),
            ("arn:aws-cn:s3:::photos", (true, false)),
            ("arn:aws:s3:::photos/*", (false, true)),
            ("arn:aws:s3:::photos/${aws:PrincipalTag/a}/*", (false, true)),
            ("arn:aws:s3:::photos*", (true, true)),
            ("arn:aws:s3:::${aws:PrincipalTag/a}", (true, true)),
            ("arn:aws:s3:::${aws:PrincipalTag/a}/x", (false, true)),
            ("arn:aws:s3:::*/x", (false, true)),
            ("arn:aws:s3:::photo?", (true, false)),
            ("arn:aws:s3:::other", (false, false)),
            ("arn:aws:s3:::photos2/*", (false, false)),
            ("arn:aws:s3:eu-west-1::photos", (false, false)),
            ("arn:*:s3:::photos", (false, false)),
            ("*", (false, false)),
        ] {
            assert_eq!(reach(bucket, pattern), reached, "{pattern}");
        }
        let point = Kind::AccessPoint { arn: "arn:aws:s3:us-east-1:111122223333:accesspoint/own" };
        for (pattern, reached) in [
            ("arn:aws:s3:us-east-1:111122223333:accesspoint/own", (true, false)),
            ("arn:aws:s3:us-east-1:111122223333:accesspoint/own/object/*", (false, true)),
            ("arn:aws:s3:us-east-1:111122223333:accesspoint/own/*", (false, true)),
            ("arn:aws:s3:*:111122223333:accesspoint/*", (true, true)),
            ("arn:aws:s3:us-east-1:111122223333:accesspoint/own/key", (false, false)),
            ("arn:aws:s3:::photos", (false, false)),
        ] {
            assert_eq!(reach(point, pattern), reached, "{pattern}");
        }
        let vault = Kind::Vault { arn: "arn:aws:glacier:us-west-2:012345678901:vaults/movies" };
        assert!(reach(vault, "arn:aws:glacier:us-west-2:012345678901:vaults/movies").0);
        assert!(reach(vault, "arn:aws:glacier:*:*:vaults/mo*").0);
        assert!(!reach(vault, "*").0 && !reach(vault, "arn:aws:glacier:us-west-2:012345678901:vaults/music").0);
        assert!(reach(Kind::Key { arn: "arn:aws:kms:us-east-1:111122223333:key/1" }, "*").0);
    }
}
