//! Archives that expire by their vault's rule: what the vault's lock and policy have to say of it.
//!
//! Who sets the rule must be allowed to delete archives ([`changes_rule`]), and what goes by it is asked for as the owner's root
//! user would be who deletes it ([`Guard`]): so a lock that keeps archives from everybody keeps them from the rule.

use coldkeep_auth::Caller;
use coldkeep_auth::policy::{Context, Policies, Question, Values, decide};
use coldkeep_store::{ArchiveGuard, RULE_TAGS, Vault};
use coldkeep_types::Timestamp;

use crate::access::{DAY_MS, DELETE_ARCHIVE};
use crate::call::GlacierCall;
use crate::operations::Row;
use crate::rules::Rules;

/// Whether a call sets or removes the tags that are the rule of a vault.
pub(crate) fn changes_rule(call: &GlacierCall, row: &Row) -> bool {
    let member = match row.name {
        "AddTagsToVault" => "Tags",
        "RemoveTagsFromVault" => "TagKeys",
        _ => return false,
    };
    let document: serde_json::Value = serde_json::from_slice(&call.document).unwrap_or_default();
    match &document[member] {
        serde_json::Value::Object(tags) => tags.keys().any(|key| key.starts_with(RULE_TAGS)),
        serde_json::Value::Array(keys) => {
            keys.iter().any(|key| key.as_str().is_some_and(|key| key.starts_with(RULE_TAGS)))
        }
        _ => false,
    }
}

/// Asks the policies of vaults.
#[derive(Default)]
pub(crate) struct Guard(Rules);

struct Facts<'a> {
    vault: &'a Vault,
    age: String,
}

impl Context for Facts<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        match key.strip_prefix("glacier:ResourceTag/") {
            Some(tag) => self.vault.access.tag(tag).into(),
            None if key == "glacier:ArchiveAgeInDays" => Values::one(&self.age),
            None if key == "aws:RequestedRegion" => Values::one(self.vault.region.as_str()),
            None => Values::Absent,
        }
    }
}

impl ArchiveGuard for Guard {
    fn lets_go(&self, vault: &Vault, made: Timestamp, now: Timestamp) -> bool {
        let rule = match self.0.of(vault) {
            Ok(Some(rule)) => rule,
            Ok(None) => return true,
            // Nobody can tell what it says.
            Err(_) => return false,
        };
        let owner = Caller::root(vault.account.clone(), "");
        let facts = Facts { vault, age: (now.0 - made.0).div_euclid(DAY_MS).to_string() };
        let question = Question {
            action: DELETE_ARCHIVE,
            resource: &vault.arn(),
            resource_account: Some(&vault.account),
            principal: &owner.rights.principal,
            context: &facts,
        };
        let policies = Policies {
            resource: rule.policy.as_ref(),
            lock: rule.lock.as_ref().filter(|_| vault.access.lock(now).is_some()),
            ..owner.rights.policies()
        };
        let lets = decide(&question, &policies).is_allowed();
        if !lets {
            tracing::info!(
                vault = vault.arn(),
                "archives that are old enough to expire are held by a policy of the vault"
            );
        }
        lets
    }
}
