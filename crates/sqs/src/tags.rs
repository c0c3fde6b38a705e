//! Tags of queues.

use std::collections::BTreeMap;

use coldkeep_identity::Tag;
use coldkeep_wire::sqs::{
    ListQueueTagsRequest, ListQueueTagsResult, TagQueueOutput, TagQueueRequest, UntagQueueOutput, UntagQueueRequest,
};

use crate::SqsCall;
use crate::errors::SqsError;
use crate::permit::Wanted;

operations! {
    TagQueue(TagQueueRequest) "sqs:TagQueue" |input| Wanted::queue(&input.queue_url).tags(&input.tags), tag;
    UntagQueue(UntagQueueRequest) "sqs:UntagQueue" |input| {
        Wanted::queue(&input.queue_url).tag_keys(&input.tag_keys)
    }, untag;
    ListQueueTags(ListQueueTagsRequest) "sqs:ListQueueTags" |input| Wanted::queue(&input.queue_url), list;
}

/// The most tags of a queue.
const MOST: usize = 50;

/// Tags with some more; of the same key, the new one counts.
pub(crate) fn added(known: &[Tag], new: &BTreeMap<String, String>) -> Result<Vec<Tag>, SqsError> {
    let mut tags: BTreeMap<&str, &str> = known.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
    for (key, value) in new {
        let (length, value_length) = (key.chars().count(), value.chars().count());
        if !(1..=128).contains(&length) || value_length > 256 || key.to_ascii_lowercase().starts_with("aws:") {
            return Err(SqsError::invalid_value(
                "Tags",
                key,
                "Keys have 1 to 128 characters and do not begin with aws:, values have at most 256.",
            ));
        }
        tags.insert(key, value);
    }
    if tags.len() > MOST {
        return Err(SqsError::invalid(format!("Too many tags: a queue has at most {MOST}.")));
    }
    let tag = |(key, value): (&str, &str)| Tag { key: key.to_owned(), value: value.to_owned() };
    Ok(tags.into_iter().map(tag).collect())
}

async fn tag(sqs: &SqsCall<'_>, input: &TagQueueRequest) -> Result<TagQueueOutput, SqsError> {
    let tagged = sqs.messages.change_queue(sqs.queue()?, |record| {
        record.tags = added(&record.tags, &input.tags)?;
        Ok::<_, SqsError>(())
    });
    tagged.await?;
    Ok(TagQueueOutput {})
}

async fn untag(sqs: &SqsCall<'_>, input: &UntagQueueRequest) -> Result<UntagQueueOutput, SqsError> {
    let untagged = sqs.messages.change_queue(sqs.queue()?, |record| {
        record.tags.retain(|tag| !input.tag_keys.contains(&tag.key));
        Ok::<_, SqsError>(())
    });
    untagged.await?;
    Ok(UntagQueueOutput {})
}

async fn list(sqs: &SqsCall<'_>, _input: &ListQueueTagsRequest) -> Result<ListQueueTagsResult, SqsError> {
    let tags = sqs.queue()?.record.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    Ok(ListQueueTagsResult { tags })
}
