//! Links in messages: to confirm a subscription and to end it. Nobody signs what follows a link.

use coldkeep_auth::Refusal;
use coldkeep_http::Call;
use coldkeep_messages::{Messages, Topic, parse_arn};
use coldkeep_query::{QueryError, Sent};
use coldkeep_wire::Encoded;
use coldkeep_wire::sns::{ConfirmSubscriptionInput, ConfirmSubscriptionResponse, UnsubscribeInput, UnsubscribeOutput};

use crate::errors::{denied, invalid, refused};
use crate::subscriptions::of_arn;

/// Answers who has signed nothing.
pub(crate) async fn by_link(messages: &Messages, call: &Call, sent: &Sent) -> Result<Encoded, QueryError> {
    let id = call.id.as_str();
    match sent.action.as_str() {
        "ConfirmSubscription" => {
            let input = ConfirmSubscriptionInput::decode(&sent.form())?;
            let topic = topic(messages, &input.topic_arn).await?;
            let confirmed = messages.confirm(&topic, &input.token, false).await.map_err(refused)?;
            let subscription_arn = Some(confirmed.arn());
            Ok(ConfirmSubscriptionResponse { subscription_arn }.encode("ConfirmSubscription", id))
        }
        "Unsubscribe" => {
            let input = UnsubscribeInput::decode(&sent.form())?;
            let subscription = of_arn(messages, &input.subscription_arn).await?;
            if subscription.record.guarded || subscription.record.token.is_some() {
                return Err(denied("Only who is signed in may end this subscription."));
            }
            messages.unsubscribe(&subscription).await.map_err(refused)?;
            Ok(UnsubscribeOutput {}.encode("Unsubscribe", id))
        }
        _ => Err(Refusal::NoCredentials.into()),
    }
}

async fn topic(messages: &Messages, arn: &str) -> Result<Topic, QueryError> {
    let named = parse_arn(arn, "sns").ok_or_else(|| invalid("TopicArn"))?;
    messages.topic(&named.place, &named.name).await.map_err(refused)
}
