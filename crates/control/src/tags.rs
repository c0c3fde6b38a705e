//! Tags of access points: TagResource, UntagResource, ListTagsForResource. Other resources have none here yet.

use std::sync::Arc;

use coldkeep_store::AccessPoint;
use coldkeep_types::AccessPointArn;
use coldkeep_wire::Encoded;
use coldkeep_wire::s3control::{
    ListTagsForResourceRequest, ListTagsForResourceResult, Tag, TagResourceRequest, TagResourceResult,
    UntagResourceRequest, UntagResourceResult,
};

use crate::Control;
use crate::access::About;
use crate::call::ControlCall;
use crate::errors::ControlError;
use crate::points::found;

/// The most tags of one resource.
const MAX_TAGS: usize = 50;

fn invalid(message: &str) -> ControlError {
    ControlError::new(400, "InvalidTag", message)
}

/// The tags of a request, once none of them breaks a rule.
pub(crate) fn judged(tags: &[Tag]) -> Result<Vec<(String, String)>, ControlError> {
    let mut judged: Vec<(String, String)> = Vec::new();
    for Tag { key, value } in tags {
        if !(1..=128).contains(&key.chars().count()) {
            return Err(invalid("The TagKey you have provided is invalid"));
        }
        if value.chars().count() > 256 {
            return Err(invalid("The TagValue you have provided is invalid"));
        }
        if key.starts_with("aws:") {
            return Err(invalid("System tags cannot be added/updated by requester"));
        }
        if judged.iter().any(|(known, _)| known == key) {
            return Err(invalid("Cannot provide multiple Tags with the same key"));
        }
        judged.push((key.clone(), value.clone()));
    }
    bounded(&judged)?;
    Ok(judged)
}

fn bounded(tags: &[(String, String)]) -> Result<(), ControlError> {
    match tags.len() {
        ..=MAX_TAGS => Ok(()),
        _ => Err(ControlError::new(400, "TooManyTags", "The number of tags exceeds the limit of 50 tags")),
    }
}

async fn tagged(
    door: &Control,
    call: &ControlCall,
    action: &str,
    arn: &str,
    about: About<'_>,
) -> Result<Arc<AccessPoint>, ControlError> {
    if !matches!(AccessPointArn::parse(arn), Some((_, None))) {
        call.permit(action, arn, None, &about)?;
        return Err(ControlError::not_implemented("Only access points have tags here yet"));
    }
    found(door, call, action, arn, about).await
}

/// TagResource: adds tags, and replaces those of the same keys.
pub(crate) async fn tag(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: TagResourceRequest,
) -> Result<Encoded, ControlError> {
    let new = judged(&input.tags)?;
    let about = About { new_tags: &new, ..About::default() };
    let point = tagged(door, call, action, &input.resource_arn, about).await?;
    bounded(&merged(&point.tags, &new))?;
    let change = move |point: &mut AccessPoint| point.tags = merged(&point.tags, &new);
    door.store.change_access_point(&point.arn.account, &point.arn.name, change).await?;
    Ok(TagResourceResult::default().encode())
}

fn merged(old: &[(String, String)], new: &[(String, String)]) -> Vec<(String, String)> {
    let kept = old.iter().filter(|(key, _)| !new.iter().any(|(other, _)| other == key));
    kept.chain(new).cloned().collect()
}

/// UntagResource: no error for keys that it has not.
pub(crate) async fn untag(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: UntagResourceRequest,
) -> Result<Encoded, ControlError> {
    let about = About { old_keys: &input.tag_keys, ..About::default() };
    let point = tagged(door, call, action, &input.resource_arn, about).await?;
    let keys = input.tag_keys.clone();
    let change = move |point: &mut AccessPoint| point.tags.retain(|(key, _)| !keys.contains(key));
    door.store.change_access_point(&point.arn.account, &point.arn.name, change).await?;
    Ok(UntagResourceResult::default().encode())
}

/// ListTagsForResource.
pub(crate) async fn list(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: ListTagsForResourceRequest,
) -> Result<Encoded, ControlError> {
    let point = tagged(door, call, action, &input.resource_arn, About::default()).await?;
    let tags = point.tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect();
    Ok(ListTagsForResourceResult { tags }.encode())
}
