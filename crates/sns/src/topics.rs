//! Topics: made, listed, described, changed, deleted.

use coldkeep_messages::{Error, default_topic_policy, is_name};
use coldkeep_query::QueryError;
use coldkeep_wire::sns::{
    CreateTopicInput, CreateTopicResponse, DeleteTopicInput, DeleteTopicOutput, GetTopicAttributesInput,
    GetTopicAttributesResponse, ListTopicsInput, ListTopicsResponse, SetTopicAttributesInput, SetTopicAttributesOutput,
    Topic as WireTopic,
};

use crate::errors::{invalid, refused};
use crate::permit::{On, Wanted};
use crate::{SnsCall, attributes, tags};

operations! {
    CreateTopic(CreateTopicInput) "sns:CreateTopic" |input| {
        Wanted::on(On::New(input.name.clone())).tags(input.tags.iter().map(|tag| (&tag.key, &tag.value)))
    }, create;
    DeleteTopic(DeleteTopicInput) "sns:DeleteTopic" |input| Wanted::on(On::MaybeTopic(input.topic_arn.clone())), delete;
    ListTopics(ListTopicsInput) "sns:ListTopics" |_input| Wanted::on(On::Account), list;
    GetTopicAttributes(GetTopicAttributesInput) "sns:GetTopicAttributes" |input| Wanted::topic(&input.topic_arn), get;
    SetTopicAttributes(SetTopicAttributesInput) "sns:SetTopicAttributes" |input| Wanted::topic(&input.topic_arn), set;
}

/// How many topics or subscriptions a page has.
pub(crate) const PAGE: usize = 100;

async fn create(sns: &SnsCall<'_>, input: &CreateTopicInput) -> Result<CreateTopicResponse, QueryError> {
    let (place, name) = (&sns.asked.home, &input.name);
    if name.strip_suffix(".fifo").is_some_and(|plain| is_name(plain, 251)) {
        return Err(QueryError::not_implemented_parameter("Name of a FIFO topic"));
    }
    if !is_name(name, 256) {
        return Err(invalid("Topic Name"));
    }
    if input.data_protection_policy.is_some() {
        return Err(QueryError::not_implemented_parameter("DataProtectionPolicy"));
    }
    let arn = place.topic_arn(name);
    let (mut display_name, mut policy) = (String::new(), default_topic_policy(place, name));
    for (attribute, value) in &input.attributes {
        match attributes::check_topic(attribute, value, &arn)? {
            attributes::OfTopic::DisplayName => value.clone_into(&mut display_name),
            attributes::OfTopic::Policy => value.clone_into(&mut policy),
        }
    }
    let tags = tags::added(&[], &input.tags)?;
    let same = |known: &coldkeep_messages::TopicRecord| {
        let given = |name: &str| input.attributes.contains_key(name);
        let differs =
            (given("DisplayName") && known.display_name != display_name) || (given("Policy") && known.policy != policy);
        let of_tags = !tags.iter().all(|tag| known.tags.contains(tag));
        match (differs, of_tags) {
            (true, _) => {
                Err(Error::Invalid("Attributes Reason: Topic already exists with different attributes".into()))
            }
            (_, true) => Err(Error::Invalid("Tags Reason: Topic already exists with different tags".into())),
            _ => Ok(()),
        }
    };
    let made = sns.messages.create_topic(place, name, (display_name.clone(), policy.clone(), tags.clone()), same);
    Ok(CreateTopicResponse { topic_arn: Some(made.await.map_err(refused)?.arn()) })
}

async fn delete(sns: &SnsCall<'_>, _input: &DeleteTopicInput) -> Result<DeleteTopicOutput, QueryError> {
    // "This action is idempotent, so deleting a topic that does not exist does not result in an error."
    if let Ok(topic) = sns.topic() {
        sns.messages.delete_topic(topic).await.map_err(refused)?;
    }
    Ok(DeleteTopicOutput {})
}

async fn list(sns: &SnsCall<'_>, input: &ListTopicsInput) -> Result<ListTopicsResponse, QueryError> {
    let place = &sns.asked.home;
    let after = input.next_token.as_deref().map(token).transpose()?;
    let page = sns.messages.list_topics(place, after.as_deref(), PAGE).await.map_err(refused)?;
    Ok(ListTopicsResponse {
        next_token: page.next.map(as_token),
        topics: page.items.iter().map(|name| WireTopic { topic_arn: Some(place.topic_arn(name)) }).collect(),
    })
}

/// Where a page begins, as text for clients.
pub(crate) fn as_token(name: String) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(name)
}

/// And back.
pub(crate) fn token(text: &str) -> Result<String, QueryError> {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok();
    let name = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|name| name.len() <= 512);
    name.ok_or_else(|| invalid("NextToken"))
}

async fn get(sns: &SnsCall<'_>, _input: &GetTopicAttributesInput) -> Result<GetTopicAttributesResponse, QueryError> {
    Ok(GetTopicAttributesResponse { attributes: attributes::of_topic(sns.messages, sns.topic()?).await? })
}

async fn set(sns: &SnsCall<'_>, input: &SetTopicAttributesInput) -> Result<SetTopicAttributesOutput, QueryError> {
    let topic = sns.topic()?;
    let value = input.attribute_value.clone().unwrap_or_default();
    let which = attributes::check_topic(&input.attribute_name, &value, &topic.arn())?;
    let changed = sns.messages.change_topic(topic, |record| {
        match which {
            attributes::OfTopic::DisplayName => record.display_name.clone_from(&value),
            attributes::OfTopic::Policy => record.policy.clone_from(&value),
        }
        Ok::<_, Error>(())
    });
    changed.await.map_err(refused)?;
    Ok(SetTopicAttributesOutput {})
}
