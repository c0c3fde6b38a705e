//! Tags of topics.

use std::collections::BTreeMap;

use coldkeep_identity::Tag;
use coldkeep_messages::Error;
use coldkeep_query::QueryError;
use coldkeep_wire::sns::{
    ListTagsForResourceRequest, ListTagsForResourceResponse, Tag as WireTag, TagResourceRequest, TagResourceResponse,
    UntagResourceRequest, UntagResourceResponse,
};
use http::StatusCode;

use crate::SnsCall;
use crate::errors::{invalid, refused};
use crate::permit::{On, Wanted};

operations! {
    TagResource(TagResourceRequest) "sns:TagResource" |input| {
        let on = On::Topic("ResourceArn", input.resource_arn.clone());
        Wanted::on(on).tags(input.tags.iter().map(|tag| (&tag.key, &tag.value)))
    }, tag;
    UntagResource(UntagResourceRequest) "sns:UntagResource" |input| {
        Wanted::on(On::Topic("ResourceArn", input.resource_arn.clone())).tag_keys(&input.tag_keys)
    }, untag;
    ListTagsForResource(ListTagsForResourceRequest) "sns:ListTagsForResource" |input| {
        Wanted::on(On::Topic("ResourceArn", input.resource_arn.clone()))
    }, list;
}

/// The most tags of a topic.
const MOST: usize = 50;

/// Tags with some more; of the same key, the new one counts.
pub(crate) fn added(known: &[Tag], new: &[WireTag]) -> Result<Vec<Tag>, QueryError> {
    let mut tags: BTreeMap<&str, &str> = known.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
    for (at, WireTag { key, value }) in new.iter().enumerate() {
        if new[..at].iter().any(|earlier| earlier.key == *key) {
            return Err(invalid("Duplicated keys are not allowed."));
        }
        let (length, value_length) = (key.chars().count(), value.chars().count());
        if !(1..=128).contains(&length) || value_length > 256 || key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid(format!(
                "Tags Reason: the key {key:?}: keys have 1 to 128 characters and do not begin with aws:, values at most 256"
            )));
        }
        tags.insert(key, value);
    }
    if tags.len() > MOST {
        let words = format!("Could not complete request: tag quota of per resource exceeded: {MOST}");
        return Err(QueryError::new(StatusCode::BAD_REQUEST, "TagLimitExceeded", words));
    }
    let tag = |(key, value): (&str, &str)| Tag { key: key.to_owned(), value: value.to_owned() };
    Ok(tags.into_iter().map(tag).collect())
}

async fn tag(sns: &SnsCall<'_>, input: &TagResourceRequest) -> Result<TagResourceResponse, QueryError> {
    let topic = sns.topic()?;
    added(&topic.record.tags, &input.tags)?;
    let tagged = sns.messages.change_topic(topic, |record| {
        record.tags = added(&record.tags, &input.tags).map_err(|_| Error::TooMany("tags"))?;
        Ok::<_, Error>(())
    });
    tagged.await.map_err(refused)?;
    Ok(TagResourceResponse {})
}

async fn untag(sns: &SnsCall<'_>, input: &UntagResourceRequest) -> Result<UntagResourceResponse, QueryError> {
    let untagged = sns.messages.change_topic(sns.topic()?, |record| {
        record.tags.retain(|tag| !input.tag_keys.contains(&tag.key));
        Ok::<_, Error>(())
    });
    untagged.await.map_err(refused)?;
    Ok(UntagResourceResponse {})
}

async fn list(
    sns: &SnsCall<'_>,
    _input: &ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse, QueryError> {
    let told = |tag: &Tag| WireTag { key: tag.key.clone(), value: tag.value.clone() };
    Ok(ListTagsForResourceResponse { tags: sns.topic()?.record.tags.iter().map(told).collect() })
}
