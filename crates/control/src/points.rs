//! Access points: CreateAccessPoint, GetAccessPoint, ListAccessPoints, DeleteAccessPoint.

use std::collections::BTreeMap;
use std::sync::Arc;

use coldkeep_store::{AccessPoint, Error, NewAccessPoint, PublicAccessBlock};
use coldkeep_types::{AccessPointArn, AccessPointName, BucketName, OutpostId};
use coldkeep_wire::Encoded;
use coldkeep_wire::s3control::{
    AccessPoint as Listed, CreateAccessPointRequest, CreateAccessPointResult, DeleteAccessPointOutput,
    DeleteAccessPointRequest, GetAccessPointRequest, GetAccessPointResult, ListAccessPointsRequest,
    ListAccessPointsResult, VpcConfiguration,
};

use crate::access::{About, origin};
use crate::account_block::{block, configuration};
use crate::call::ControlCall;
use crate::errors::ControlError;
use crate::{Control, tags};

/// The access point of this name in the call's account, for a caller who may do this to it. That one is missing is told to whoever
/// might do it if it were there.
pub(crate) async fn found(
    door: &Control,
    call: &ControlCall,
    action: &str,
    name: &str,
    about: About<'_>,
) -> Result<Arc<AccessPoint>, ControlError> {
    let (name, outpost) = call.point(name)?;
    match door.store.access_point(&call.account, &name).await {
        Ok(point) if point.arn.outpost == outpost => {
            call.permit_point(action, &point, about)?;
            Ok(point)
        }
        Ok(_) | Err(Error::NoSuchAccessPoint) => {
            let arn = AccessPointArn { region: call.region.clone(), account: call.account.clone(), outpost, name };
            call.permit_own(action, &arn.to_string())?;
            Err(ControlError::from(Error::NoSuchAccessPoint).naming("AccessPointName", arn.name.as_str()))
        }
        Err(error) => Err(error.into()),
    }
}

/// The bucket that is named, as such or on an Outpost: `arn:aws:s3-outposts:region:account:outpost/op-id/bucket/name`.
fn bucket_of(text: &str) -> Result<(BucketName, Option<OutpostId>), ControlError> {
    let Some(rest) = text.strip_prefix("arn:") else { return Ok((BucketName::parse(text)?, None)) };
    let on_outpost = || {
        let [_partition, "s3-outposts", _region, _account, resource] = rest.splitn(5, ':').collect::<Vec<_>>()[..]
        else {
            return None;
        };
        let (id, name) = resource.strip_prefix("outpost/")?.split_once("/bucket/")?;
        Some((BucketName::parse(name).ok()?, Some(OutpostId::parse(id).ok()?)))
    };
    on_outpost().ok_or_else(|| ControlError::new(400, "InvalidBucketName", "The specified bucket is not valid."))
}

/// CreateAccessPoint. A point is declared as one on an Outpost by naming that, and is then found by it only.
pub(crate) async fn create(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: CreateAccessPointRequest,
) -> Result<Encoded, ControlError> {
    let (bucket, of_bucket) = bucket_of(&input.bucket)?;
    let (name, named) = call.point(&input.name).map_err(|error| match input.name.starts_with("arn:") {
        true => error,
        false => ControlError::invalid_point_name(&input.name),
    })?;
    let outpost = match (named, of_bucket) {
        (Some(one), Some(other)) if one != other => return Err(ControlError::invalid_point()),
        (named, of_bucket) => named.or(of_bucket),
    };
    let new_tags = tags::judged(&input.tags)?;
    let vpc = input.vpc_configuration.map(|vpc| vpc.vpc_id);
    let found = door.store.bucket(&bucket).await;
    let region = found.as_ref().ok().and_then(|bucket| coldkeep_types::Region::parse(&bucket.region).ok());
    let region = region.unwrap_or_else(|| call.region.clone());
    let arn = AccessPointArn { region, account: call.account.clone(), outpost, name };
    let text = arn.to_string();
    let about = About { point: Some((&text, vpc.as_deref())), new_tags: &new_tags, ..About::default() };
    call.permit(action, &text, None, &about)?;
    if input.public_access_block_configuration.is_some() {
        call.permit("s3:PutAccessPointPublicAccessBlock", &text, None, &about)?;
    }
    if !new_tags.is_empty() {
        call.permit("s3:TagResource", &text, None, &about)?;
    }
    let bucket = found.map_err(|error| match error {
        Error::NoSuchBucket => {
            ControlError::invalid_request("Amazon S3 AccessPoint can only be created for existing bucket")
        }
        error => error.into(),
    })?;
    judge(&arn, input.scope.is_some(), input.bucket_account_id.as_deref(), vpc.as_deref(), &bucket.owner)?;
    let new = NewAccessPoint {
        account: arn.account,
        name: arn.name,
        bucket: bucket.name.clone(),
        vpc,
        outpost: arn.outpost,
        block: input.public_access_block_configuration.as_ref().map_or(PublicAccessBlock::ALL, block),
        tags: new_tags,
    };
    let point = door.store.create_access_point(&new).await?;
    let (access_point_arn, alias) = (Some(point.arn.to_string()), Some(point.alias.clone()));
    Ok(CreateAccessPointResult { access_point_arn, alias }.encode())
}

/// What a new point cannot be.
fn judge(
    arn: &AccessPointArn,
    has_scope: bool,
    bucket_account: Option<&str>,
    vpc: Option<&str>,
    owner: &str,
) -> Result<(), ControlError> {
    if has_scope {
        return Err(ControlError::invalid_request("Scope is only supported for access points of directory buckets"));
    }
    if bucket_account.unwrap_or(arn.account.as_str()) != owner {
        let message = "BucketAccountId parameter should be same as the AWS Account Id of bucket owner";
        return Err(ControlError::invalid_request(message));
    }
    match vpc {
        Some(id) if !is_vpc(id) => {
            Err(ControlError::invalid_request("The VPC ID is not valid: it is vpc- and letters and digits"))
        }
        None if arn.outpost.is_some() => Err(ControlError::invalid_request(
            "VpcConfiguration is required for access points of Amazon S3 on Outposts",
        )),
        _ => Ok(()),
    }
}

fn is_vpc(id: &str) -> bool {
    id.strip_prefix("vpc-").is_some_and(|rest| {
        (1..=64).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

fn vpc(point: &AccessPoint) -> Option<VpcConfiguration> {
    point.vpc.clone().map(|vpc_id| VpcConfiguration { vpc_id })
}

/// GetAccessPoint.
pub(crate) async fn get(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: GetAccessPointRequest,
) -> Result<Encoded, ControlError> {
    let point = found(door, call, action, &input.name, About::default()).await?;
    // Where its host is found, below the first of the server's domains.
    let endpoints = door.domains.first().map(|domain| ("ipv4".to_owned(), format!("s3-accesspoint.{domain}")));
    let result = GetAccessPointResult {
        name: Some(point.arn.name.to_string()),
        bucket: Some(point.bucket.to_string()),
        network_origin: Some(origin(point.vpc.as_deref()).to_owned()),
        vpc_configuration: vpc(&point),
        public_access_block_configuration: Some(configuration(point.block)),
        creation_date: Some(point.created),
        alias: Some(point.alias.clone()),
        access_point_arn: Some(point.arn.to_string()),
        endpoints: endpoints.into_iter().collect::<BTreeMap<_, _>>(),
        bucket_account_id: Some(point.bucket_owner.clone()),
        ..GetAccessPointResult::default()
    };
    Ok(result.encode())
}

/// ListAccessPoints: those of the account, or of one bucket of them, by name. The token is the last name of the page before.
pub(crate) async fn list(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: ListAccessPointsRequest,
) -> Result<Encoded, ControlError> {
    call.permit_own(action, "*")?;
    if input.data_source_id.is_some() || input.data_source_type.is_some() {
        return Err(ControlError::not_implemented("Access points of other data sources are not implemented"));
    }
    let limit = match input.max_results {
        None => 1000,
        Some(number @ 0..=1000) => number.max(1) as usize,
        Some(_) => return Err(ControlError::invalid_request("maxResults must be between 0 and 1000")),
    };
    let after = match &input.next_token {
        None => String::new(),
        Some(token) => AccessPointName::parse(token)
            .map_err(|_| ControlError::invalid_request("The token is not valid"))?
            .to_string(),
    };
    let (bucket, on_bucket) = input.bucket.as_deref().map(bucket_of).transpose()?.unzip();
    let outpost = on_bucket.flatten().or_else(|| call.outpost.clone());
    let points = door.store.list_access_points(&call.account, bucket.as_ref(), &after, limit + 1).await?;
    let more = points.len() > limit;
    let next_token = points.get(limit - 1).filter(|_| more).map(|last| last.arn.name.to_string());
    let on_outpost = |point: &&AccessPoint| outpost.is_none() || point.arn.outpost == outpost;
    let access_point_list = points.iter().take(limit).filter(on_outpost).map(listed).collect();
    Ok(ListAccessPointsResult { access_point_list, next_token }.encode())
}

fn listed(point: &AccessPoint) -> Listed {
    Listed {
        name: point.arn.name.to_string(),
        network_origin: origin(point.vpc.as_deref()).to_owned(),
        vpc_configuration: vpc(point),
        bucket: point.bucket.to_string(),
        access_point_arn: Some(point.arn.to_string()),
        alias: Some(point.alias.clone()),
        bucket_account_id: Some(point.bucket_owner.clone()),
        ..Listed::default()
    }
}

/// DeleteAccessPoint.
pub(crate) async fn delete(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: DeleteAccessPointRequest,
) -> Result<Encoded, ControlError> {
    let point = found(door, call, action, &input.name, About::default()).await?;
    door.store.delete_access_point(&point.arn.account, &point.arn.name).await?;
    Ok(DeleteAccessPointOutput::default().encode())
}
