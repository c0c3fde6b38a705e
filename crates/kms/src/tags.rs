//! Tags of keys.

use coldkeep_identity::Tag;
use coldkeep_wire::kms::{
    ListResourceTagsRequest, ListResourceTagsResponse, Tag as WireTag, TagResourceOutput, TagResourceRequest,
    UntagResourceOutput, UntagResourceRequest,
};

use crate::KmsCall;
use crate::errors::KmsError;
use crate::metadata::must_be_customers;
use crate::pages;
use crate::wanted::Wanted;

operations! {
    TagResource(TagResourceRequest) |input| {
        Wanted::id(&input.key_id).tags(input.tags.iter().map(|tag| (tag.tag_key.as_str(), tag.tag_value.as_str())))
    }, tag;
    UntagResource(UntagResourceRequest) |input| {
        Wanted::id(&input.key_id).facts("aws:TagKeys", input.tag_keys.iter().cloned())
    }, untag;
    ListResourceTags(ListResourceTagsRequest) |input| Wanted::id(&input.key_id), list;
}

/// Tags as the keyring has them.
pub(crate) fn of_keyring(tags: &[WireTag]) -> Vec<Tag> {
    tags.iter().map(|tag| Tag { key: tag.tag_key.clone(), value: tag.tag_value.clone() }).collect()
}

async fn tag(kms: &mut KmsCall<'_>, input: &TagResourceRequest) -> Result<TagResourceOutput, KmsError> {
    let key = kms.key()?;
    must_be_customers(&key)?;
    kms.edit.tag(&key, &of_keyring(&input.tags))?;
    Ok(TagResourceOutput {})
}

async fn untag(kms: &mut KmsCall<'_>, input: &UntagResourceRequest) -> Result<UntagResourceOutput, KmsError> {
    let key = kms.key()?;
    must_be_customers(&key)?;
    kms.edit.untag(&key, &input.tag_keys)?;
    Ok(UntagResourceOutput {})
}

async fn list(kms: &mut KmsCall<'_>, input: &ListResourceTagsRequest) -> Result<ListResourceTagsResponse, KmsError> {
    let key = kms.key()?;
    let limit = pages::limit(input.limit, 50, 50)?;
    let (tags, next_marker) = pages::part(&key.record.tags, |tag| &tag.key, input.marker.as_deref(), limit);
    let told = |tag: &Tag| WireTag { tag_key: tag.key.clone(), tag_value: tag.value.clone() };
    Ok(ListResourceTagsResponse {
        tags: tags.iter().map(told).collect(),
        truncated: Some(next_marker.is_some()),
        next_marker,
    })
}
