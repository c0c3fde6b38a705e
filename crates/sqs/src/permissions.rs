//! AddPermission and RemovePermission: statements of the queue's policy by their labels.

use coldkeep_messages::{Error, with_statement, without_statement};
use coldkeep_types::AccountId;
use coldkeep_wire::sqs::{AddPermissionOutput, AddPermissionRequest, RemovePermissionOutput, RemovePermissionRequest};

use crate::SqsCall;
use crate::errors::SqsError;
use crate::permit::Wanted;

operations! {
    AddPermission(AddPermissionRequest) "sqs:AddPermission" |input| Wanted::queue(&input.queue_url), add;
    RemovePermission(RemovePermissionRequest) "sqs:RemovePermission" |input| Wanted::queue(&input.queue_url), remove;
}

/// What can be permitted so (AddPermission's page).
const ACTIONS: [&str; 7] = [
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ReceiveMessage",
    "SendMessage",
];

async fn add(sqs: &SqsCall<'_>, input: &AddPermissionRequest) -> Result<AddPermissionOutput, SqsError> {
    let queue = sqs.queue()?;
    if !coldkeep_messages::is_name(&input.label, 80) {
        let reason = "It has 1 to 80 letters, digits, hyphens and underscores.";
        return Err(SqsError::invalid_value("Label", &input.label, reason));
    }
    if input.aws_account_ids.is_empty() {
        return Err(SqsError::missing("PrincipalId"));
    }
    if input.actions.is_empty() {
        return Err(SqsError::missing("Actions"));
    }
    let account =
        |id: &String| AccountId::parse(id).map_err(|_| SqsError::invalid_value("PrincipalId", id, "Unable to verify."));
    let accounts: Vec<AccountId> = input.aws_account_ids.iter().map(account).collect::<Result<_, _>>()?;
    let action = |name: &String| match ACTIONS.contains(&name.as_str()) {
        true => Ok(format!("SQS:{name}")),
        false => Err(SqsError::invalid_value("ActionName", name, "Please refer to the appropriate WSDL for a list.")),
    };
    let actions: Vec<String> = input.actions.iter().map(action).collect::<Result<_, _>>()?;
    let arn = queue.arn();
    let added = sqs.messages.change_queue(queue, |record| {
        record.policy = Some(with_statement(record.policy.as_deref(), &input.label, &accounts, &actions, &arn)?);
        Ok::<_, Error>(())
    });
    added.await?;
    Ok(AddPermissionOutput {})
}

async fn remove(sqs: &SqsCall<'_>, input: &RemovePermissionRequest) -> Result<RemovePermissionOutput, SqsError> {
    let removed = sqs.messages.change_queue(sqs.queue()?, |record| {
        record.policy = without_statement(record.policy.as_deref(), &input.label)?;
        Ok::<_, Error>(())
    });
    removed.await?;
    Ok(RemovePermissionOutput {})
}
