//! Subscribing: queues and endpoints, confirmed where the endpoint is not the subscriber's own queue.

use coldkeep_messages::{FilterScope, NewSubscription, SubscriptionRecord, parse_arn};
use coldkeep_query::QueryError;
use coldkeep_wire::sns::{ConfirmSubscriptionInput, ConfirmSubscriptionResponse, SubscribeInput, SubscribeResponse};

use crate::errors::{invalid, refused};
use crate::permit::{On, Wanted};
use crate::{SnsCall, attributes};

operations! {
    Subscribe(SubscribeInput) "sns:Subscribe" |input| {
        let wanted = Wanted::topic(&input.topic_arn).fact("sns:Protocol", Some(&input.protocol));
        wanted.fact("sns:Endpoint", input.endpoint.as_deref())
    }, subscribe;
    ConfirmSubscription(ConfirmSubscriptionInput) "sns:ConfirmSubscription" |input| {
        Wanted::on(On::MaybeTopic(input.topic_arn.clone()))
    }, confirm;
}

/// What is told instead of an ARN that nobody confirmed yet.
pub(crate) const PENDING: &str = "pending confirmation";
/// The longest URL.
const MAX_ENDPOINT: usize = 2048;

async fn subscribe(sns: &SnsCall<'_>, input: &SubscribeInput) -> Result<SubscribeResponse, QueryError> {
    let topic = sns.topic()?;
    let endpoint = input.endpoint.as_deref().filter(|endpoint| endpoint.len() <= MAX_ENDPOINT);
    let endpoint = endpoint.ok_or_else(|| invalid("Endpoint"))?;
    let caller = &sns.asked.caller;
    let must_confirm = match input.protocol.as_str() {
        "sqs" => {
            let queue = parse_arn(endpoint, "sqs").ok_or_else(|| invalid("SQS endpoint ARN"))?;
            queue.place.account != caller.account
        }
        "http" | "https" => {
            sns.reach.check(&input.protocol, endpoint).map_err(invalid)?;
            true
        }
        other @ ("email" | "email-json" | "sms" | "application" | "lambda" | "firehose") => {
            return Err(QueryError::not_implemented_parameter(&format!("Protocol with the value {other}")));
        }
        other => return Err(invalid(format!("Amazon SNS does not support this protocol string: {other}"))),
    };
    let mut new = NewSubscription {
        protocol: input.protocol.clone(),
        endpoint: endpoint.to_owned(),
        owner: caller.account.to_string(),
        principal: caller.arn.clone(),
        must_confirm,
        raw: false,
        filter: None,
        scope: FilterScope::Attributes,
        dead_letters: None,
        base: sns.base(),
    };
    if !input.attributes.is_empty() {
        let mut record = blank();
        for (name, value) in &input.attributes {
            attributes::set_of_subscription(&mut record, name, value, "Attributes Reason: ")?;
        }
        attributes::check_scope(&record, "Attributes Reason: ")?;
        (new.raw, new.filter, new.scope, new.dead_letters) =
            (record.raw, record.filter, record.scope, record.dead_letters);
    }
    let differs = |old: &SubscriptionRecord| {
        let mut asked = old.clone();
        let mut given = input.attributes.iter();
        !given.all(|(name, value)| attributes::set_of_subscription(&mut asked, name, value, "").is_ok())
            || asked != *old
    };
    let subscription = sns.messages.subscribe(topic, &new, differs).await.map_err(refused)?;
    let told = subscription.record.token.is_none() || input.return_subscription_arn == Some(true);
    let arn = if told { subscription.arn() } else { PENDING.to_owned() };
    Ok(SubscribeResponse { subscription_arn: Some(arn) })
}

/// A record on which attributes are tried.
fn blank() -> SubscriptionRecord {
    SubscriptionRecord {
        id: String::new(),
        protocol: String::new(),
        endpoint: String::new(),
        owner: String::new(),
        token: None,
        raw: false,
        filter: None,
        scope: FilterScope::Attributes,
        dead_letters: None,
        created: 0,
        guarded: false,
        principal: String::new(),
        base: String::new(),
    }
}

async fn confirm(
    sns: &SnsCall<'_>,
    input: &ConfirmSubscriptionInput,
) -> Result<ConfirmSubscriptionResponse, QueryError> {
    let guarded = input.authenticate_on_unsubscribe.as_deref().is_some_and(|text| text.eq_ignore_ascii_case("true"));
    // A topic that is not there has no tokens.
    let topic = sns.topic().map_err(|_| invalid("Token"))?;
    let confirmed = sns.messages.confirm(topic, &input.token, guarded).await.map_err(refused)?;
    Ok(ConfirmSubscriptionResponse { subscription_arn: Some(confirmed.arn()) })
}
