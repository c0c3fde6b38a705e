//! What a proven token says, as far as it counts: that it is good now and for a registered audience; the session's tags and source
//! identity; and its claims as condition keys, `host:claim`.
//!
//! Any claim that is a text, a number, a truth or a list of them is a condition key of the trust policy. Amazon has few of them; a
//! policy that names another never holds there. For its whole life the session has `aud`, `oaud`, `sub` and `amr`.

use std::borrow::Cow;

use coldkeep_auth::policy::{Context, Values};
use coldkeep_identity::{Provider, SessionKey, Tag};
use coldkeep_oidc::Claims;
use coldkeep_query::{Facts, QueryError};
use coldkeep_types::{AccountId, Timestamp};
use http::StatusCode;
use serde_json::Value;

use crate::session_tags::SessionTags;
use crate::terms;

/// How far a provider's clock may be ahead.
const MAX_AHEAD_SECONDS: i64 = 300;
/// Characters of a subject.
const MAX_SUBJECT: usize = 255;
/// The claim with the session's tags, and what flattened ones begin with ("Pass session tags in AWS STS").
const TAGS: &str = "https://aws.amazon.com/tags";
const FLAT_TAGS: &str = "https://aws.amazon.com/tags/principal_tags/";
const FLAT_TRANSITIVE: &str = "https://aws.amazon.com/tags/transitive_tag_keys";
/// The claim with the session's source identity.
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";

/// A token that is not one, or not one for us.
pub(crate) fn invalid(words: &str) -> QueryError {
    QueryError::new(StatusCode::BAD_REQUEST, "InvalidIdentityToken", words)
}

pub(crate) fn missing(claim: &str) -> QueryError {
    invalid(&format!("The ID token provided is not valid: the required claim {claim} is missing or not of its type"))
}

/// What a proven token says.
pub(crate) struct Vouched<'a> {
    /// The provider's ARN.
    pub provider: String,
    /// Its name, with which condition keys begin.
    name: String,
    claims: &'a Claims,
    /// Its subject.
    pub subject: String,
    /// The registered audience that it is for.
    pub audience: String,
    /// All of what `:aud` is.
    audiences: Vec<String>,
    /// The session's tags.
    pub tags: SessionTags,
    /// The session's source identity.
    pub source_identity: Option<String>,
}

impl<'a> Vouched<'a> {
    /// Refuses a token that is not good now, or is for somebody else.
    pub fn of(
        provider: &Provider,
        account: &AccountId,
        claims: &'a Claims,
        now: Timestamp,
    ) -> Result<Self, QueryError> {
        must_be_now(claims, now.0.div_euclid(1000))?;
        let subject = claims.text("sub").filter(|subject| !subject.is_empty()).ok_or_else(|| missing("sub"))?;
        if subject.chars().count() > MAX_SUBJECT {
            return Err(invalid(&format!("The subject of the ID token has more than {MAX_SUBJECT} characters")));
        }
        // Whom a token was issued to counts before whom it is for.
        let audiences = match claims.values("azp") {
            issued_to if issued_to.is_empty() => claims.values("aud"),
            issued_to => issued_to,
        };
        let registered = audiences.iter().find(|audience| provider.client_ids.contains(audience));
        let audience = registered.cloned().ok_or_else(|| invalid("Incorrect token audience"))?;
        Ok(Self {
            provider: provider.arn(account),
            name: provider.name().to_owned(),
            claims,
            subject: subject.to_owned(),
            audience,
            audiences,
            tags: tags(claims)?,
            source_identity: source_identity(claims)?,
        })
    }

    /// The values of a claim as a condition key has them: `aud` is whom the token was issued to, `oaud` whom it is for then.
    fn values(&self, claim: &str) -> Vec<String> {
        match claim.to_ascii_lowercase().as_str() {
            "aud" => self.audiences.clone(),
            "oaud" if self.claims.json("azp").is_some() => self.claims.values("aud"),
            "oaud" => Vec::new(),
            _ => {
                let known = self.claims.iter().find(|(name, _)| name.eq_ignore_ascii_case(claim));
                known.map_or(Vec::new(), |(name, _)| self.claims.values(name))
            }
        }
    }

    /// What the session's own requests are asked by: the claims that every provider has, and not what else it says.
    pub fn session_keys(&self) -> Vec<SessionKey> {
        let key = |name: &str, values| SessionKey { name: name.to_owned(), values };
        let mut keys = vec![key("aws:FederatedProvider", vec![self.provider.clone()])];
        for claim in ["aud", "oaud", "sub", "amr"] {
            let values = self.values(claim);
            if !values.is_empty() {
                keys.push(key(&format!("{}:{claim}", self.name), values));
            }
        }
        keys.extend(self.source_identity.as_deref().map(terms::source_identity_key));
        keys
    }
}

fn must_be_now(claims: &Claims, now: i64) -> Result<(), QueryError> {
    let expires = claims.seconds("exp").ok_or_else(|| missing("exp"))?;
    if expires <= now {
        let words = format!("Token expired: current date/time {now} must be before the expiration date/time {expires}");
        return Err(QueryError::new(StatusCode::BAD_REQUEST, "ExpiredTokenException", words));
    }
    let issued = claims.seconds("iat").ok_or_else(|| missing("iat"))?;
    let begins = match claims.json("nbf") {
        Some(_) => claims.seconds("nbf").ok_or_else(|| missing("nbf"))?,
        None => issued,
    };
    match issued.max(begins).saturating_sub(MAX_AHEAD_SECONDS) > now {
        true => Err(invalid(&format!("The ID token is not valid yet: current date/time {now}"))),
        false => Ok(()),
    }
}

/// The session's tags, nested or flattened.
fn tags(claims: &Claims) -> Result<SessionTags, QueryError> {
    let malformed = || invalid("The session tags in the ID token are not of the form that AWS STS takes");
    let nested = match claims.json(TAGS) {
        None => None,
        Some(Value::Object(nested)) => Some(nested),
        Some(_) => return Err(malformed()),
    };
    let mut tags = SessionTags::default();
    let mut push = |key: &str, value: &Value| {
        let value = match value {
            Value::Array(values) if values.len() == 1 => &values[0],
            value => value,
        };
        let value = value.as_str().ok_or_else(malformed)?;
        tags.tags.push(Tag { key: key.to_owned(), value: value.to_owned() });
        Ok::<_, QueryError>(())
    };
    match nested.and_then(|nested| nested.get("principal_tags")) {
        None => {}
        Some(Value::Object(all)) => all.iter().try_for_each(|(key, value)| push(key, value))?,
        Some(_) => return Err(malformed()),
    }
    for (name, value) in claims.iter() {
        if let Some(key) = name.strip_prefix(FLAT_TAGS) {
            push(key, value)?;
        }
    }
    let nested = nested.and_then(|nested| nested.get("transitive_tag_keys"));
    match nested.or_else(|| claims.json(FLAT_TRANSITIVE)) {
        None => {}
        Some(Value::Array(keys)) => {
            for key in keys {
                tags.transitive.push(key.as_str().ok_or_else(malformed)?.to_owned());
            }
        }
        Some(_) => return Err(malformed()),
    }
    Ok(tags)
}

fn source_identity(claims: &Claims) -> Result<Option<String>, QueryError> {
    let Some(claim) = claims.json(SOURCE_IDENTITY) else { return Ok(None) };
    let name = claim.as_str().ok_or_else(|| missing(SOURCE_IDENTITY))?;
    terms::name("sourceIdentity", name, 64)?;
    Ok(Some(name.to_owned()))
}

/// The values of condition keys while a trust policy is asked.
pub(crate) struct InToken<'a> {
    /// What the token says.
    pub vouched: &'a Vouched<'a>,
    /// What the request says.
    pub facts: Facts<'a>,
}

impl Context for InToken<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        let own = key.get(..self.vouched.name.len()).filter(|start| start.eq_ignore_ascii_case(&self.vouched.name));
        if let Some(claim) = own.and_then(|start| key[start.len()..].strip_prefix(':')) {
            let mut values = self.vouched.values(claim);
            return match values.len() {
                0 => Values::Absent,
                1 => values.pop().into(),
                _ => Values::Many(values.into_iter().map(Cow::Owned).collect()),
            };
        }
        let SessionTags { tags, transitive, .. } = &self.vouched.tags;
        if let Some(name) = key.strip_prefix("aws:RequestTag/") {
            let tag = tags.iter().find(|tag| tag.key.eq_ignore_ascii_case(name));
            return tag.map(|tag| tag.value.as_str()).into();
        }
        match key {
            "aws:TagKeys" => Values::Many(tags.iter().map(|tag| tag.key.as_str().into()).collect()),
            "sts:TransitiveTagKeys" => Values::Many(transitive.iter().map(|key| key.as_str().into()).collect()),
            "aws:FederatedProvider" => Values::one(&self.vouched.provider),
            // No parameter of this operation.
            "sts:ExternalId" => Values::Absent,
            "sts:SourceIdentity" => self.vouched.source_identity.as_deref().into(),
            _ => self.facts.values(key),
        }
    }
}
