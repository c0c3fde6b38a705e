//! AddPermission and RemovePermission: statements of the topic's policy by their labels.

use coldkeep_messages::{Error, default_topic_policy, with_statement, without_statement};
use coldkeep_query::QueryError;
use coldkeep_types::AccountId;
use coldkeep_wire::sns::{AddPermissionInput, AddPermissionOutput, RemovePermissionInput, RemovePermissionOutput};

use crate::SnsCall;
use crate::errors::{invalid, refused};
use crate::permit::Wanted;

operations! {
    AddPermission(AddPermissionInput) "sns:AddPermission" |input| Wanted::topic(&input.topic_arn), add;
    RemovePermission(RemovePermissionInput) "sns:RemovePermission" |input| Wanted::topic(&input.topic_arn), remove;
}

/// What can be permitted so.
const ACTIONS: [&str; 8] = [
    "AddPermission",
    "DeleteTopic",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "Publish",
    "RemovePermission",
    "SetTopicAttributes",
    "Subscribe",
];

async fn add(sns: &SnsCall<'_>, input: &AddPermissionInput) -> Result<AddPermissionOutput, QueryError> {
    let topic = sns.topic()?;
    if input.label.is_empty() || input.label.len() > 100 {
        return Err(invalid("Label"));
    }
    let account = |id: &String| AccountId::parse(id).map_err(|_| invalid("AWSAccountId"));
    let accounts: Vec<AccountId> = input.aws_account_id.iter().map(account).collect::<Result<_, _>>()?;
    let action = |name: &String| match ACTIONS.contains(&name.as_str()) {
        true => Ok(format!("SNS:{name}")),
        false => Err(invalid("Policy statement action out of service scope!")),
    };
    let actions: Vec<String> = input.action_name.iter().map(action).collect::<Result<_, _>>()?;
    if accounts.is_empty() || actions.is_empty() {
        return Err(invalid("AWSAccountId and ActionName Reason: there must be one of each"));
    }
    let arn = topic.arn();
    let added = sns.messages.change_topic(topic, |record| {
        record.policy = with_statement(Some(&record.policy), &input.label, &accounts, &actions, &arn)?;
        Ok::<_, Error>(())
    });
    added.await.map_err(refused)?;
    Ok(AddPermissionOutput {})
}

async fn remove(sns: &SnsCall<'_>, input: &RemovePermissionInput) -> Result<RemovePermissionOutput, QueryError> {
    let topic = sns.topic()?;
    let removed = sns.messages.change_topic(topic, |record| {
        let left = without_statement(Some(&record.policy), &input.label)?;
        // A topic is never without one.
        record.policy = left.unwrap_or_else(|| default_topic_policy(&topic.place, &topic.name));
        Ok::<_, Error>(())
    });
    removed.await.map_err(refused)?;
    Ok(RemovePermissionOutput {})
}
