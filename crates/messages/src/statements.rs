//! Statements that AddPermission and RemovePermission put into policies of queues and topics, and take out of them.

use coldkeep_types::AccountId;
use serde_json::{Value, json};

use crate::Error;

/// A policy with one more statement: these accounts may do this.
pub fn with_statement(
    policy: Option<&str>,
    label: &str,
    accounts: &[AccountId],
    actions: &[String],
    arn: &str,
) -> Result<String, Error> {
    let mut policy = match policy {
        Some(_) => parse(policy)?,
        None => json!({ "Version": "2008-10-17", "Id": format!("{arn}/SQSDefaultPolicy"), "Statement": [] }),
    };
    let statements = statements(&mut policy)?;
    if statements.iter().any(|statement| statement["Sid"] == label) {
        return Err(Error::LabelExists(label.to_owned()));
    }
    let principals: Vec<String> = accounts.iter().map(|account| format!("arn:aws:iam::{account}:root")).collect();
    let (principals, actions) = (one_or_all(&principals), one_or_all(actions));
    statements.push(json!({
        "Sid": label, "Effect": "Allow", "Principal": { "AWS": principals }, "Action": actions, "Resource": arn,
    }));
    Ok(policy.to_string())
}

/// As Amazon writes them: one alone without a list.
fn one_or_all(texts: &[String]) -> Value {
    match texts {
        [one] => json!(one),
        all => json!(all),
    }
}

/// A policy without the statement of this label; `None`: no statement is left.
pub fn without_statement(policy: Option<&str>, label: &str) -> Result<Option<String>, Error> {
    let mut policy = parse(policy)?;
    let statements = statements(&mut policy)?;
    let before = statements.len();
    statements.retain(|statement| statement["Sid"] != label);
    if statements.len() == before {
        return Err(Error::NoSuchLabel(label.to_owned()));
    }
    let is_left = !statements.is_empty();
    Ok(is_left.then(|| policy.to_string()))
}

fn parse(policy: Option<&str>) -> Result<Value, Error> {
    let Some(text) = policy else { return Ok(json!({ "Version": "2012-10-17", "Statement": [] })) };
    serde_json::from_str(text).map_err(|error| Error::Damaged(format!("a policy: {error}")))
}

/// The statements, of which there may be one without a list.
fn statements(policy: &mut Value) -> Result<&mut Vec<Value>, Error> {
    if policy["Statement"].is_object() {
        policy["Statement"] = json!([policy["Statement"].take()]);
    }
    policy["Statement"].as_array_mut().ok_or_else(|| Error::Damaged("a policy without statements".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_come_and_go_by_their_labels() {
        let account = AccountId::parse("111122223333").expect("12 digits");
        let put = |policy: Option<&str>, label: &str| {
            with_statement(policy, label, std::slice::from_ref(&account), &["SQS:SendMessage".to_owned()], "arn")
        };
        let one = put(None, "a").expect("a first");
        assert!(put(Some(&one), "a").is_err());
        let two = put(Some(&one), "b").expect("a second");
        let left = without_statement(Some(&two), "a").expect("it is there").expect("another is left");
        assert!(without_statement(Some(&left), "a").is_err());
        assert_eq!(without_statement(Some(&left), "b").expect("it is there"), None);
        let single = r#"{"Version":"2012-10-17","Statement":{"Sid":"x","Effect":"Allow"}}"#;
        assert_eq!(without_statement(Some(single), "x").expect("it is there"), None);
    }
}
