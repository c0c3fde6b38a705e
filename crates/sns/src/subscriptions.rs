//! Subscriptions: listed, described, changed, ended.

use coldkeep_messages::{Messages, Subscription, parse_arn};
use coldkeep_query::QueryError;
use coldkeep_wire::sns::{
    GetSubscriptionAttributesInput, GetSubscriptionAttributesResponse, ListSubscriptionsByTopicInput,
    ListSubscriptionsByTopicResponse, ListSubscriptionsInput, ListSubscriptionsResponse,
    SetSubscriptionAttributesInput, SetSubscriptionAttributesOutput, Subscription as WireSubscription,
    UnsubscribeInput, UnsubscribeOutput,
};

use crate::errors::{denied, invalid, invalid_arn, refused};
use crate::permit::{On, Wanted};
use crate::topics::{PAGE, as_token, token};
use crate::{SnsCall, attributes};

operations! {
    Unsubscribe(UnsubscribeInput) "sns:Unsubscribe" |_input| Wanted::on(On::Account), unsubscribe;
    ListSubscriptions(ListSubscriptionsInput) "sns:ListSubscriptions" |_input| Wanted::on(On::Account), list;
    ListSubscriptionsByTopic(ListSubscriptionsByTopicInput) "sns:ListSubscriptionsByTopic" |input| {
        Wanted::topic(&input.topic_arn)
    }, by_topic;
    GetSubscriptionAttributes(GetSubscriptionAttributesInput) "sns:GetSubscriptionAttributes" |_input| {
        Wanted::on(On::Account)
    }, get;
    SetSubscriptionAttributes(SetSubscriptionAttributesInput) "sns:SetSubscriptionAttributes" |_input| {
        Wanted::on(On::Account)
    }, set;
}

/// The subscription of this ARN.
pub(crate) async fn of_arn(messages: &Messages, arn: &str) -> Result<Subscription, QueryError> {
    let none = || match arn.split(':').count() {
        6 => invalid("SubscriptionId"),
        _ => invalid_arn("SubscriptionArn", arn),
    };
    let (topic, id) = arn.rsplit_once(':').ok_or_else(none)?;
    let named = parse_arn(topic, "sns").ok_or_else(none)?;
    messages.subscription(&named.place, &named.name, id).await.map_err(refused)
}

/// The same, if it is the caller's: its account subscribed, or has the topic.
async fn own(sns: &SnsCall<'_>, arn: &str) -> Result<Subscription, QueryError> {
    let subscription = of_arn(sns.messages, arn).await?;
    let account = &sns.asked.caller.account;
    match subscription.place.account == *account || subscription.record.owner == account.as_str() {
        true => Ok(subscription),
        false => Err(denied(format!("User: {} has no subscription {arn}", sns.asked.caller.arn))),
    }
}

async fn unsubscribe(sns: &SnsCall<'_>, input: &UnsubscribeInput) -> Result<UnsubscribeOutput, QueryError> {
    match own(sns, &input.subscription_arn).await {
        Ok(subscription) => sns.messages.unsubscribe(&subscription).await.map_err(refused)?,
        // Amazon ends a subscription any number of times.
        Err(error) if error.code == "NotFound" => {}
        Err(error) => return Err(error),
    }
    Ok(UnsubscribeOutput {})
}

fn told(subscription: &Subscription) -> WireSubscription {
    let record = &subscription.record;
    let arn = if record.token.is_some() { "PendingConfirmation".to_owned() } else { subscription.arn() };
    WireSubscription {
        subscription_arn: Some(arn),
        owner: Some(record.owner.clone()),
        protocol: Some(record.protocol.clone()),
        endpoint: Some(record.endpoint.clone()),
        topic_arn: Some(subscription.place.topic_arn(&subscription.topic)),
    }
}

/// ListSubscriptions: those to the account's topics.
async fn list(sns: &SnsCall<'_>, input: &ListSubscriptionsInput) -> Result<ListSubscriptionsResponse, QueryError> {
    let after = input.next_token.as_deref().map(token).transpose()?;
    let page = sns.messages.subscriptions(&sns.asked.home, after.as_deref(), PAGE).await.map_err(refused)?;
    Ok(ListSubscriptionsResponse {
        subscriptions: page.items.iter().map(told).collect(),
        next_token: page.next.map(as_token),
    })
}

async fn by_topic(
    sns: &SnsCall<'_>,
    input: &ListSubscriptionsByTopicInput,
) -> Result<ListSubscriptionsByTopicResponse, QueryError> {
    let after = input.next_token.as_deref().map(token).transpose()?;
    let page = sns.messages.subscriptions_of(sns.topic()?, after.as_deref(), PAGE).await.map_err(refused)?;
    Ok(ListSubscriptionsByTopicResponse {
        subscriptions: page.items.iter().map(told).collect(),
        next_token: page.next.map(as_token),
    })
}

async fn get(
    sns: &SnsCall<'_>,
    input: &GetSubscriptionAttributesInput,
) -> Result<GetSubscriptionAttributesResponse, QueryError> {
    let subscription = own(sns, &input.subscription_arn).await?;
    Ok(GetSubscriptionAttributesResponse { attributes: attributes::of_subscription(&subscription) })
}

async fn set(
    sns: &SnsCall<'_>,
    input: &SetSubscriptionAttributesInput,
) -> Result<SetSubscriptionAttributesOutput, QueryError> {
    let subscription = own(sns, &input.subscription_arn).await?;
    let (name, value) = (&input.attribute_name, input.attribute_value.as_deref().unwrap_or_default());
    let mut tried = subscription.record.clone();
    attributes::set_of_subscription(&mut tried, name, value, "")?;
    attributes::check_scope(&tried, "")?;
    let changed = sns.messages.change_subscription(&subscription, |record| {
        attributes::set_of_subscription(record, name, value, "")
            .map_err(|_| coldkeep_messages::Error::Invalid(name.clone()))
    });
    changed.await.map_err(refused)?;
    Ok(SetSubscriptionAttributesOutput {})
}
