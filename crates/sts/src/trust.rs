//! What a role's trust policy says: who may have a session of it, and with what.

use coldkeep_auth::policy::{Context, Kind, Policies, Policy, Principal, Question, decide};
use coldkeep_identity::{Entity, EntityKind, Identity};
use coldkeep_query::{QueryError, Resource};
use coldkeep_types::AccountId;

/// The longest session of a role that says nothing of it.
const USUAL_SECONDS: u32 = 3600;

/// A role that somebody asks for.
pub(crate) struct Trust {
    pub account: AccountId,
    pub role: Entity,
    /// Its ARN and tags.
    pub resource: Resource,
    policy: Policy,
}

impl Trust {
    /// The role with this ARN.
    pub async fn find(identity: &Identity, arn: &str) -> Result<Option<Self>, QueryError> {
        let invalid = || QueryError::validation(format!("{arn} is invalid"));
        let rest = arn.strip_prefix("arn:aws:iam::").ok_or_else(invalid)?;
        let (account, rest) = rest.split_once(":role/").ok_or_else(invalid)?;
        let account = AccountId::parse(account).map_err(|_| invalid())?;
        let name = rest.rsplit('/').next().unwrap_or(rest);
        let role = identity.edit(&account).find(EntityKind::Role, name).await?;
        let Some(role) = role.filter(|role| role.arn(&account, EntityKind::Role) == arn) else { return Ok(None) };
        let tags = role.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
        let resource = Resource { arn: arn.to_owned(), tags };
        let policy = Policy::parse(role.trust.as_deref().unwrap_or_default(), Kind::Trust)?;
        Ok(Some(Self { account, role, resource, policy }))
    }

    /// Whether the principal may do this with the role; its own policies count too where the trust policy leaves it to them.
    pub fn allows(&self, action: &str, principal: &Principal, own: Policies<'_>, context: &dyn Context) -> bool {
        let question = Question {
            action,
            resource: &self.resource.arn,
            resource_account: Some(&self.account),
            principal,
            context,
        };
        let policies = Policies { resource: Some(&self.policy), resource_must_allow: true, ..own };
        let decision = decide(&question, &policies);
        if !decision.is_allowed() {
            let role = self.resource.arn.as_str();
            tracing::info!(?principal, action, role, %decision, "access denied");
        }
        decision.is_allowed()
    }

    /// The longest session that the role gives.
    pub fn longest_seconds(&self) -> u32 {
        self.role.max_session_seconds.unwrap_or(USUAL_SECONDS)
    }
}
