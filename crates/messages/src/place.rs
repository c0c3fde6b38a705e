//! Where queues and topics are: in an account and a region, as at Amazon; and how ARNs name them.

use coldkeep_types::{AccountId, Region};

/// An account and a region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
}

impl Place {
    /// `arn:aws:sqs:region:account:name`.
    pub fn queue_arn(&self, name: &str) -> String {
        self.arn("sqs", name)
    }

    /// `arn:aws:sns:region:account:name`.
    pub fn topic_arn(&self, name: &str) -> String {
        self.arn("sns", name)
    }

    fn arn(&self, service: &str, name: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{name}", self.region.partition(), self.region, self.account)
    }
}

/// Something by its place and name; of a subscription, the name is the topic's and its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Where it is.
    pub place: Place,
    /// Its name.
    pub name: String,
}

/// Reads an ARN of a service, `sqs` or `sns`; `None` if it is none.
pub fn parse_arn(arn: &str, service: &str) -> Option<Named> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let &["arn", partition, of, region, account, name] = parts.as_slice() else { return None };
    let place = Place { account: AccountId::parse(account).ok()?, region: Region::parse(region).ok()? };
    let fits = of == service && partition == place.region.partition() && !name.is_empty();
    fits.then(|| Named { place, name: name.to_owned() })
}

/// Whether a name is one that queues and topics may have: letters, digits, `-` and `_`, and so many at most.
pub fn is_name(name: &str, most: usize) -> bool {
    (1..=most).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_read_as_they_are_written() {
        let named = parse_arn("arn:aws:sqs:eu-west-1:111122223333:jobs", "sqs").expect("an ARN");
        assert_eq!(named.place.queue_arn(&named.name), "arn:aws:sqs:eu-west-1:111122223333:jobs");
        for wrong in [
            "arn:aws:sns:eu-west-1:111122223333:jobs",
            "arn:aws-cn:sqs:eu-west-1:111122223333:jobs",
            "arn:aws:sqs:eu-west-1:1:jobs",
            "arn:aws:sqs:eu-west-1:111122223333:",
            "jobs",
        ] {
            assert_eq!(parse_arn(wrong, "sqs"), None, "{wrong}");
        }
    }

    #[test]
    fn names_are_short_and_plain() {
        assert!(is_name("a-B_9", 80) && is_name(&"a".repeat(80), 80));
        assert!(!is_name("", 80) && !is_name("a.fifo", 80) && !is_name(&"a".repeat(81), 80));
    }
}
