//! Whether the caller's own policies allow an action, on a resource of its own account.

use coldkeep_auth::Rights;
use coldkeep_auth::policy::{Context, Question, Values, decide};
use coldkeep_http::Call;

use crate::{Asked, QueryError, Sent};

/// What an action is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    /// Its ARN; `*` where the action is on none.
    pub arn: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

impl Resource {
    /// No resource.
    pub fn none() -> Self {
        Self { arn: "*".to_owned(), tags: Vec::new() }
    }
}

/// The values of condition keys, from a request.
pub struct Facts<'a> {
    /// The request.
    pub call: &'a Call,
    /// What it sent.
    pub sent: &'a Sent,
    /// What its caller brings; nobody brings nothing.
    pub rights: Option<&'a Rights>,
    /// What that is on.
    pub resource: &'a Resource,
}

impl Context for Facts<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        if let Some(value) = self.rights.and_then(|rights| rights.value(key)) {
            return value;
        }
        if let Some(name) = key.strip_prefix("aws:ResourceTag/").or_else(|| key.strip_prefix("iam:ResourceTag/")) {
            let tag = self.resource.tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            return tag.map(|(_, value)| value.as_str()).into();
        }
        if let Some(name) = key.strip_prefix("aws:RequestTag/") {
            let tag = self.request_tags().find(|(key, _)| key.eq_ignore_ascii_case(name));
            return tag.map(|(_, value)| value).into();
        }
        let form = self.sent.form();
        match key {
            "aws:TagKeys" => Values::Many(self.tag_keys().into_iter().map(Into::into).collect()),
            "sts:TransitiveTagKeys" => {
                let keys = (1..).map_while(|at| form.text(&format!("TransitiveTagKeys.member.{at}")));
                Values::Many(keys.map(Into::into).collect())
            }
            "iam:PolicyARN" => form.text("PolicyArn").into(),
            "iam:PermissionsBoundary" => form.text("PermissionsBoundary").into(),
            "sts:RoleSessionName" => form.text("RoleSessionName").into(),
            "sts:ExternalId" => form.text("ExternalId").into(),
            "sts:SourceIdentity" => form.text("SourceIdentity").into(),
            "sts:DurationSeconds" => form.text("DurationSeconds").into(),
            _ => coldkeep_http::circumstance(self.call, key).unwrap_or(Values::Absent),
        }
    }
}

impl Facts<'_> {
    fn request_tags(&self) -> impl Iterator<Item = (&str, &str)> {
        let form = self.sent.form();
        let at = move |at: usize, what: &str| form.text(&format!("Tags.member.{at}.{what}"));
        (1..).map_while(move |number| Some((at(number, "Key")?, at(number, "Value").unwrap_or_default())))
    }

    fn tag_keys(&self) -> Vec<&str> {
        let form = self.sent.form();
        let removed = (1..).map_while(|at| form.text(&format!("TagKeys.member.{at}")));
        self.request_tags().map(|(key, _)| key).chain(removed).collect()
    }
}

/// Refuses what the caller's policies do not allow. Which of them decided is for the log only.
pub fn permit(call: &Call, asked: &Asked, action: &str, resource: &Resource) -> Result<(), QueryError> {
    let caller = &asked.caller;
    let facts = Facts { call, sent: &asked.sent, rights: Some(&caller.rights), resource };
    let question = Question {
        action,
        resource: &resource.arn,
        resource_account: Some(&caller.account),
        principal: &caller.rights.principal,
        context: &facts,
    };
    let decision = decide(&question, &caller.rights.policies());
    if decision.is_allowed() {
        return Ok(());
    }
    let arn = &caller.arn;
    tracing::info!(caller = arn.as_str(), action, resource = resource.arn.as_str(), %decision, "access denied");
    let message = format!("User: {arn} is not authorized to perform: {action} on resource: {}", resource.arn);
    Err(QueryError::access_denied(message))
}
