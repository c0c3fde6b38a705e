//! Rules by which events are told: pure.

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use super::EventType;

/// Where events go.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Destination {
    /// A queue, by its ARN.
    #[n(0)]
    Queue(#[n(0)] String),
    /// A topic, by its ARN.
    #[n(1)]
    Topic(#[n(0)] String),
}

impl Destination {
    /// The ARN.
    pub fn arn(&self) -> &str {
        match self {
            Self::Queue(arn) | Self::Topic(arn) => arn,
        }
    }

    /// Under which the events of a bucket lie that go there. Each bucket has a list of its own, for each is asked for by itself whether
    /// it may tell; so none is in another's way.
    pub(crate) fn place(&self, bucket: &str) -> [u8; 16] {
        let digest: [u8; 32] =
            Sha256::new().chain_update(bucket).chain_update([0]).chain_update(self.arn()).finalize().into();
        let mut place = [0; 16];
        place.copy_from_slice(&digest[..16]);
        place
    }
}

/// A rule of a bucket: which events of which objects go where.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EventRule {
    /// Its id.
    #[n(0)]
    pub id: String,
    /// Where its events go.
    #[n(1)]
    pub destination: Destination,
    /// What it wants to know, as Amazon writes it: `s3:ObjectCreated:Put`, `s3:ObjectCreated:*`.
    #[n(2)]
    pub events: Vec<String>,
    /// Keys begin with this.
    #[n(3)]
    pub prefix: Option<String>,
    /// Keys end with this.
    #[n(4)]
    pub suffix: Option<String>,
}

impl EventRule {
    /// Whether it wants to know that this happened to the object of this key.
    pub fn wants(&self, event: EventType, key: &str) -> bool {
        let (prefix, suffix) = self.filter();
        key.starts_with(prefix)
            && key.ends_with(suffix)
            && self.events.iter().any(|wanted| wanted.strip_prefix("s3:").is_some_and(|it| covers(it, event.name())))
    }

    fn filter(&self) -> (&str, &str) {
        (self.prefix.as_deref().unwrap_or_default(), self.suffix.as_deref().unwrap_or_default())
    }

    /// The id that it gets where nobody gave it one: it follows from what it says, so the same rule keeps its id.
    pub fn own_id(&self) -> String {
        let digest: [u8; 32] = Sha256::digest(format!("{:?}", (&self.destination, &self.events, self.filter()))).into();
        hex::encode(&digest[..16])
    }
}

/// Whether a name, or one that ends with `*`, is or covers another.
fn covers(wanted: &str, name: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(group) => name.starts_with(group),
        None => wanted == name,
    }
}

/// Whether an event may come that both rules want: Amazon lets no bucket have two such rules, so each event goes to one place.
pub fn overlap(one: &EventRule, other: &EventRule) -> bool {
    let ((prefix, suffix), (other_prefix, other_suffix)) = (one.filter(), other.filter());
    let share = |name: &String| other.events.iter().any(|it| covers(name, it) || covers(it, name));
    (prefix.starts_with(other_prefix) || other_prefix.starts_with(prefix))
        && (suffix.ends_with(other_suffix) || other_suffix.ends_with(suffix))
        && one.events.iter().any(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(events: &str, prefix: &str, suffix: &str) -> EventRule {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        EventRule {
            id: "i".into(),
            destination: Destination::Queue("q".into()),
            events: events.split(' ').map(str::to_owned).collect(),
            prefix: some(prefix),
            suffix: some(suffix),
        }
    }

    #[test]
    fn rules_want_what_they_name() {
        let images = rule("s3:ObjectCreated:* s3:ObjectRemoved:Delete", "images/", ".jpg");
        let wants = |event, key| images.wants(event, key);
        assert!(wants(EventType::CreatedCopy, "images/a.jpg") && wants(EventType::RemovedDelete, "images/a.jpg"));
        assert!(!wants(EventType::RemovedMarker, "images/a.jpg") && !wants(EventType::TaggingPut, "images/a.jpg"));
        assert!(!wants(EventType::CreatedPut, "images/a.png") && !wants(EventType::CreatedPut, "a.jpg"));
        assert!(rule("s3:LifecycleTransition", "", "").wants(EventType::Transition, "k"));
        // Deletions by lifecycle are another group.
        assert!(!rule("s3:ObjectRemoved:*", "", "").wants(EventType::ExpirationDelete, "k"));
    }

    #[test]
    fn rules_overlap_where_one_event_has_both() {
        let all = "s3:ObjectCreated:*";
        let table = [
            (rule(all, "", ""), rule(all, "", ""), true),
            (rule(all, "", ""), rule("s3:ObjectCreated:Put", "a", ".b"), true),
            (rule(all, "a/", ""), rule(all, "b/", ""), false),
            (rule(all, "a/", ".jpg"), rule(all, "a/b", ".jpg"), true),
            (rule(all, "a/", ".jpg"), rule(all, "a/b", ".png"), false),
            (rule(all, "", ".jpg"), rule(all, "", "x.jpg"), true),
            (rule(all, "", ""), rule("s3:ObjectRemoved:*", "", ""), false),
            (rule("s3:ObjectCreated:Put", "", ""), rule("s3:ObjectCreated:Copy", "", ""), false),
        ];
        for (one, other, expected) in table {
            assert_eq!((overlap(&one, &other), overlap(&other, &one)), (expected, expected), "{one:?} {other:?}");
        }
    }

    #[test]
    fn an_own_id_follows_from_what_a_rule_says() {
        let id = |prefix| rule("s3:ObjectCreated:*", prefix, "").own_id();
        assert_eq!(id("a"), id("a"));
        assert_ne!(id("a"), id("b"));
    }
}
