//! Tags of access points and buckets: TagResource, UntagResource, ListTagsForResource. Other resources have none here yet.

use std::sync::Arc;

use coldkeep_store::{AccessPoint, Bucket, Error};
use coldkeep_types::{AccessPointArn, BucketName};
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

/// Letters, digits and spaces of any script, and a few signs.
fn allowed(letter: char) -> bool {
    letter.is_alphanumeric() || (letter.is_whitespace() && !letter.is_control()) || "+-=._:/@".contains(letter)
}

/// The tags of a request, once none of them breaks a rule.
pub(crate) fn judged(tags: &[Tag]) -> Result<Vec<(String, String)>, ControlError> {
    let mut judged: Vec<(String, String)> = Vec::new();
    for Tag { key, value } in tags {
        let fits = (1..=128).contains(&key.chars().count()) && value.chars().count() <= 256;
        if !fits || !key.chars().chain(value.chars()).all(allowed) {
            return Err(invalid(
                "This request contains a tag key or value that isn't valid. Valid characters include the following: \
                 [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters.",
            ));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid(
                "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. Remove \"aws:\" from \
                 your tag keys and try again.",
            ));
        }
        if judged.iter().any(|(known, _)| known == key) {
            return Err(invalid(
                "There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.",
            ));
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

/// What has tags.
enum Tagged {
    Point(Arc<AccessPoint>),
    Bucket(Arc<Bucket>),
}

impl Tagged {
    fn tags(&self) -> &[(String, String)] {
        match self {
            Self::Point(point) => &point.tags,
            Self::Bucket(bucket) => bucket.tags.as_deref().unwrap_or_default(),
        }
    }

    async fn change(
        &self,
        door: &Control,
        change: impl Fn(&[(String, String)]) -> Vec<(String, String)> + Send + 'static,
    ) -> Result<(), ControlError> {
        match self {
            Self::Point(point) => {
                let change = move |point: &mut AccessPoint| point.tags = change(&point.tags);
                door.store.change_access_point(&point.arn.account, &point.arn.name, change).await?;
            }
            Self::Bucket(bucket) => door.store.change_bucket_tags(&bucket.name, change).await?,
        }
        Ok(())
    }
}

/// The resource of an ARN, for a caller who may do this with it.
async fn tagged(
    door: &Control,
    call: &ControlCall,
    action: &str,
    arn: &str,
    about: About<'_>,
) -> Result<Tagged, ControlError> {
    if matches!(AccessPointArn::parse(arn), Some((_, None))) {
        return Ok(Tagged::Point(found(door, call, action, arn, about).await?));
    }
    let bucket = arn.strip_prefix("arn:aws:s3:::").and_then(|name| BucketName::parse(name).ok());
    let Some(name) = bucket else {
        call.permit(action, arn, None, &about)?;
        return Err(ControlError::not_implemented("Only access points and buckets have tags here yet"));
    };
    match door.store.bucket(&name).await {
        Ok(bucket) if bucket.owner == call.account.as_str() => {
            call.permit_bucket(action, arn, &bucket, &about)?;
            Ok(Tagged::Bucket(bucket))
        }
        Ok(_) | Err(Error::NoSuchBucket) => {
            call.permit(action, arn, None, &about)?;
            Err(ControlError::new(404, "NoSuchResource", "The specified resource doesn't exist."))
        }
        Err(error) => Err(error.into()),
    }
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
    let resource = tagged(door, call, action, &input.resource_arn, about).await?;
    bounded(&merged(resource.tags(), &new))?;
    resource.change(door, move |old| merged(old, &new)).await?;
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
    let resource = tagged(door, call, action, &input.resource_arn, about).await?;
    let keys = input.tag_keys.clone();
    resource.change(door, move |old| old.iter().filter(|(key, _)| !keys.contains(key)).cloned().collect()).await?;
    Ok(UntagResourceResult::default().encode())
}

/// ListTagsForResource.
pub(crate) async fn list(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: ListTagsForResourceRequest,
) -> Result<Encoded, ControlError> {
    let resource = tagged(door, call, action, &input.resource_arn, About::default()).await?;
    let tags = resource.tags().iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect();
    Ok(ListTagsForResourceResult { tags }.encode())
}
