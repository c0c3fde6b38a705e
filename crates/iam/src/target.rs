//! What an operation is on: the resource whose ARN policies name ("Actions, resources, and condition keys for IAM", service
//! authorization reference).

use coldkeep_auth::policy::Principal;
use coldkeep_identity::{Edit, EntityKind, Tag};
use coldkeep_query::{Asked, QueryError, Resource};

/// What an operation is on.
pub(crate) enum Target {
    /// Nothing in particular.
    None,
    /// A user, group or role that is or should be there.
    Entity(EntityKind, String),
    /// The user of this name, or else the caller.
    UserOrSelf(Option<String>),
    /// One that is to be made.
    New(EntityKind, Option<String>, String),
    /// A policy by its ARN.
    Policy(String),
    /// One that is to be made.
    NewPolicy(Option<String>, String),
    /// An identity provider by its ARN.
    Provider(String),
    /// One that is to be made, by its URL.
    NewProvider(String),
    /// The user whose access key this is.
    OwnerOf(String),
}

impl Target {
    pub fn user(name: &str) -> Self {
        Self::Entity(EntityKind::User, name.to_owned())
    }

    pub fn group(name: &str) -> Self {
        Self::Entity(EntityKind::Group, name.to_owned())
    }

    pub fn role(name: &str) -> Self {
        Self::Entity(EntityKind::Role, name.to_owned())
    }

    pub fn policy(arn: &str) -> Self {
        Self::Policy(arn.to_owned())
    }

    pub fn provider(arn: &str) -> Self {
        Self::Provider(arn.to_owned())
    }

    /// Its ARN and tags. What is not there has the ARN it would have, so that who may not learns nothing.
    pub async fn resource(self, edit: &mut Edit, asked: &Asked) -> Result<Resource, QueryError> {
        let account = edit.account().clone();
        let arn = |word: &str, path: Option<&str>, name: &str| {
            format!("arn:aws:iam::{account}:{word}{}{name}", path.unwrap_or("/"))
        };
        let bare = |arn: String| Resource { arn, tags: Vec::new() };
        Ok(match self {
            Self::None => Resource::none(),
            Self::Entity(kind, name) => match edit.find(kind, &name).await? {
                Some(entity) => Resource { arn: entity.arn(&account, kind), tags: pairs(&entity.tags) },
                None => bare(arn(kind.word(), None, &name)),
            },
            Self::UserOrSelf(name) => match name.or_else(|| own_name(asked)) {
                Some(name) => Box::pin(Self::user(&name).resource(edit, asked)).await?,
                None => bare(asked.caller.arn.clone()),
            },
            Self::New(kind, path, name) => bare(arn(kind.word(), path.as_deref(), &name)),
            Self::Policy(arn) => {
                let tags = match crate::policies::find(edit, &arn).await? {
                    Some(policy) => pairs(&policy.tags),
                    None => Vec::new(),
                };
                Resource { arn, tags }
            }
            Self::NewPolicy(path, name) => bare(arn("policy", path.as_deref(), &name)),
            Self::Provider(arn) => {
                let tags = match crate::identity_providers::find(edit, &arn).await? {
                    Some(provider) => pairs(&provider.tags),
                    None => Vec::new(),
                };
                Resource { arn, tags }
            }
            Self::NewProvider(url) => bare(arn("oidc-provider", None, coldkeep_oidc::name_of(&url))),
            Self::OwnerOf(key) => match edit.identity().clone().user_of_key(&key).await? {
                Some((owner, user)) if owner == account.as_str() => match edit.by_id(EntityKind::User, &user).await? {
                    Some(user) => Resource { arn: user.arn(&account, EntityKind::User), tags: pairs(&user.tags) },
                    None => Resource::none(),
                },
                _ => Resource::none(),
            },
        })
    }
}

fn pairs(tags: &[Tag]) -> Vec<(String, String)> {
    tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

/// The name of the user that asks, if it is one.
pub(crate) fn own_name(asked: &Asked) -> Option<String> {
    match &asked.caller.rights.principal {
        Principal::User { name, .. } => Some(name.to_string()),
        _ => None,
    }
}
