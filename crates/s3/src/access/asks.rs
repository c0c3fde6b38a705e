//! Which permissions an operation asks for, by the request's parameters: data for the table of operations.
//!
//! Names from the service authorization reference, "Actions, resources, and condition keys for Amazon S3"; which parameter needs
//! which from the API reference's "Permissions" sections.

use coldkeep_http::Call;

/// A permission that an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Its name.
    pub action: &'static str,
    /// Its name where the request names a version.
    pub of_version: Option<&'static str>,
    /// What it is asked of.
    pub on: On,
    /// When it is asked at all.
    pub when: When,
}

/// What a permission is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// No resource: the caller's own account.
    Service,
    /// A bucket that is to be.
    NewBucket,
    /// The bucket.
    Bucket,
    /// A key of the bucket, whatever is there.
    Key,
    /// What the request writes at the key, whoever will own it.
    Written,
    /// The object at the key.
    Object,
    /// The object that is copied or renamed.
    Source,
    /// The key of what is renamed, whatever is there.
    SourceKey,
    /// Each of the keys that the body names, for itself.
    EachKey,
}

/// When a permission is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// By every request.
    Always,
    /// By those with one of these headers; a trailing `*` stands for any rest. `false` says as little as no header.
    Said(&'static [&'static str]),
}

impl Ask {
    const fn new(action: &'static str, on: On) -> Self {
        Self { action, of_version: None, on, when: When::Always }
    }

    /// With another name where a version is named.
    pub(crate) const fn or_of_version(self, action: &'static str) -> Self {
        Self { of_version: Some(action), ..self }
    }

    /// Only where one of these headers is sent.
    pub(crate) const fn if_said(self, headers: &'static [&'static str]) -> Self {
        Self { when: When::Said(headers), ..self }
    }

    /// Whether this request asks for it.
    pub(crate) fn applies(&self, call: &Call) -> bool {
        let When::Said(headers) = self.when else { return true };
        let names = |wanted: &str, name: &str| match wanted.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == wanted,
        };
        call.headers.iter().any(|(name, value)| {
            headers.iter().any(|wanted| names(wanted, name.as_str()))
                && !value.as_bytes().eq_ignore_ascii_case(b"false")
        })
    }

    /// The action's name, for a request that does or does not name a version.
    pub(crate) fn action(&self, versioned: bool) -> &'static str {
        self.of_version.filter(|_| versioned).unwrap_or(self.action)
    }
}

pub(crate) const fn service(action: &'static str) -> Ask {
    Ask::new(action, On::Service)
}

pub(crate) const fn new_bucket(action: &'static str) -> Ask {
    Ask::new(action, On::NewBucket)
}

pub(crate) const fn bucket(action: &'static str) -> Ask {
    Ask::new(action, On::Bucket)
}

pub(crate) const fn key(action: &'static str) -> Ask {
    Ask::new(action, On::Key)
}

pub(crate) const fn object(action: &'static str) -> Ask {
    Ask::new(action, On::Object)
}

/// To read an object.
pub(crate) const READ: Ask = object("s3:GetObject").or_of_version("s3:GetObjectVersion");

/// To read the object that is copied.
pub(crate) const READ_SOURCE: Ask = Ask::new("s3:GetObject", On::Source).or_of_version("s3:GetObjectVersion");

/// To write an object or a part of one.
pub(crate) const WRITE: Ask = key("s3:PutObject");

/// To give what is written an ACL.
pub(crate) const WITH_ACL: Ask = Ask::new("s3:PutObjectAcl", On::Written).if_said(&["x-amz-acl", "x-amz-grant-*"]);

/// To give what is written tags.
pub(crate) const WITH_TAGS: Ask = Ask::new("s3:PutObjectTagging", On::Written).if_said(&["x-amz-tagging"]);

/// To lock what is written until a date, or an event.
pub(crate) const WITH_RETENTION: Ask = key("s3:PutObjectRetention").if_said(&[
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-lock-event-hold*",
]);

/// To lock what is written until further notice.
pub(crate) const WITH_HOLD: Ask = key("s3:PutObjectLegalHold").if_said(&["x-amz-object-lock-legal-hold"]);

/// To delete in spite of a lock.
pub(crate) const BYPASSING: Ask = key("s3:BypassGovernanceRetention").if_said(&["x-amz-bypass-governance-retention"]);

/// To delete an object.
pub(crate) const DELETE: Ask = key("s3:DeleteObject").or_of_version("s3:DeleteObjectVersion");

/// To read the object that is renamed, which is the current one.
pub(crate) const READ_RENAMED: Ask = Ask::new("s3:GetObject", On::Source);

/// To take what is renamed away from its key.
pub(crate) const DELETE_RENAMED: Ask = Ask::new("s3:DeleteObject", On::SourceKey);

/// To delete each of several objects.
pub(crate) const DELETE_EACH: Ask = Ask::new("s3:DeleteObject", On::EachKey).or_of_version("s3:DeleteObjectVersion");

/// To delete each of several objects in spite of a lock.
pub(crate) const BYPASSING_EACH: Ask =
    Ask::new("s3:BypassGovernanceRetention", On::EachKey).if_said(&["x-amz-bypass-governance-retention"]);
