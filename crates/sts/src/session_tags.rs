//! Tags of sessions, and which of them go on to the sessions that a session asks for ("Pass session tags in AWS STS", IAM user guide).

use coldkeep_auth::Rights;
use coldkeep_identity::{Session, Tag};
use coldkeep_query::QueryError;
use coldkeep_wire::sts;

use crate::terms::constraint;

/// Tags that a session may have.
const MAX_TAGS: usize = 50;

/// Tags that a session is to have.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionTags {
    /// Those that are asked for.
    pub tags: Vec<Tag>,
    /// The keys of those that go on.
    pub transitive: Vec<String>,
    /// Those that the asking session was given to pass on.
    pub inherited: Vec<Tag>,
}

impl SessionTags {
    /// Those that a request asks for; where a session asks, those that go on from it too.
    pub fn asked(tags: &[sts::Tag], transitive: &[String], asking: Option<&Rights>) -> Self {
        let tag = |tag: &sts::Tag| Tag { key: tag.key.clone(), value: tag.value.clone() };
        let of_session = |key: &String, rights: &Rights| {
            let (_, value) = rights.tags.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(key))?;
            Some(Tag { key: key.clone(), value: value.clone() })
        };
        let inherited =
            asking.map(|rights| rights.transitive.iter().filter_map(|key| of_session(key, rights)).collect());
        Self {
            tags: tags.iter().map(tag).collect(),
            transitive: transitive.to_vec(),
            inherited: inherited.unwrap_or_default(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.transitive.is_empty() && self.inherited.is_empty()
    }

    /// Gives them to a session, if they keep the rules.
    pub fn put_into(self, session: &mut Session) -> Result<(), QueryError> {
        let invalid = |words: &str| QueryError::new(http::StatusCode::BAD_REQUEST, "InvalidParameterValue", words);
        let has = |tags: &[Tag], key: &str| tags.iter().any(|known| known.key.eq_ignore_ascii_case(key));
        if self.tags.len() + self.inherited.len() > MAX_TAGS {
            let count = self.tags.len().to_string();
            return Err(constraint(&count, "tags", &format!("Member must have at most {MAX_TAGS} items")));
        }
        if self.tags.iter().any(|tag| has(&self.inherited, &tag.key)) {
            return Err(invalid(
                "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the \
                 calling session.",
            ));
        }
        if self.transitive.iter().any(|key| !has(&self.tags, key)) {
            return Err(invalid("The specified transitive tag key must be included in the requested tags."));
        }
        session.transitive = self.inherited.iter().map(|tag| tag.key.clone()).chain(self.transitive).collect();
        session.tags = self.inherited;
        for tag in self.tags {
            let fits = (1..=128).contains(&tag.key.chars().count()) && tag.value.chars().count() <= 256;
            if !fits || tag.key.to_ascii_lowercase().starts_with("aws:") {
                return Err(constraint(&tag.key, "tags", "keys have 1 to 128 characters, values at most 256"));
            }
            if has(&session.tags, &tag.key) {
                let words = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
                return Err(invalid(words));
            }
            session.tags.push(tag);
        }
        Ok(())
    }
}
