//! PutBucketInventoryConfiguration, GetBucketInventoryConfiguration, ListBucketInventoryConfigurations and
//! DeleteBucketInventoryConfiguration.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Bucket, Error, Inventory, InventorySealing};
use coldkeep_types::{AccountId, BucketName};
use coldkeep_wire::s3::{
    DeleteBucketInventoryConfigurationOutput, DeleteBucketInventoryConfigurationRequest,
    GetBucketInventoryConfigurationOutput, GetBucketInventoryConfigurationRequest, InventoryConfiguration,
    InventoryDestination, InventoryEncryption, InventoryFilter, InventoryS3BucketDestination, InventorySchedule,
    ListBucketInventoryConfigurationsOutput, ListBucketInventoryConfigurationsRequest,
    PutBucketInventoryConfigurationOutput, PutBucketInventoryConfigurationRequest, SSEKMS, SSES3,
};
use http::StatusCode;

use super::rows;
use crate::errors::S3Error;
use crate::listings::token;
use crate::{S3, S3Call, respond};

/// "Results are paginated, with 100 configurations per page."
const PAGE: usize = 100;
/// What the ARN of a bucket begins with.
const ARN: &str = "arn:aws:s3:::";

/// PutBucketInventoryConfiguration: in place of the one of this id.
pub(crate) async fn put_inventory(
    door: &S3,
    call: &S3Call,
    input: PutBucketInventoryConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    let inventory = kept(door, bucket, &input.id, input.inventory_configuration).await?;
    door.store.put_inventory(&bucket.name, inventory).await?;
    let mut encoded = PutBucketInventoryConfigurationOutput::default().encode();
    // The model says 200; the service 204.
    encoded.status = StatusCode::NO_CONTENT;
    Ok(respond(encoded))
}

/// GetBucketInventoryConfiguration.
pub(crate) async fn get_inventory(
    door: &S3,
    call: &S3Call,
    input: GetBucketInventoryConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let inventory = door.store.inventory(call.found()?, &input.id).await?;
    let output = GetBucketInventoryConfigurationOutput { inventory_configuration: Some(shown(inventory)) };
    Ok(respond(output.encode()))
}

/// ListBucketInventoryConfigurations, by their ids.
pub(crate) async fn list_inventories(
    door: &S3,
    call: &S3Call,
    input: ListBucketInventoryConfigurationsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let asked = input.continuation_token.filter(|token| !token.is_empty());
    let after = asked.as_deref().map(|token| token::read(token, is_id)).transpose()?.unwrap_or_default();
    let found = door.store.inventories(call.found()?, &after, PAGE + 1).await?;
    let (found, next) = token::page(found, PAGE, |inventory| &inventory.id);
    let output = ListBucketInventoryConfigurationsOutput {
        continuation_token: asked,
        inventory_configuration_list: found.into_iter().map(shown).collect(),
        is_truncated: Some(next.is_some()),
        next_continuation_token: next,
    };
    Ok(respond(output.encode()))
}

/// DeleteBucketInventoryConfiguration. A report that is being made is not finished.
pub(crate) async fn delete_inventory(
    door: &S3,
    call: &S3Call,
    input: DeleteBucketInventoryConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    door.store.delete_inventory(&call.found()?.name, &input.id).await?;
    Ok(respond(DeleteBucketInventoryConfigurationOutput::default().encode()))
}

/// "The ID can have a maximum of 64 characters": letters, digits, periods, dashes and underscores.
pub(crate) fn is_id(id: &str) -> bool {
    let of_ids = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=64).contains(&id.len()) && id.bytes().all(of_ids)
}

/// What is to be kept. As at Amazon, words that mean nothing are found before ids, and these before the destination.
async fn kept(door: &S3, source: &Bucket, id: &str, sent: InventoryConfiguration) -> Result<Inventory, S3Error> {
    let to = sent.destination.s3_bucket_destination;
    match to.format.as_str() {
        "CSV" => {}
        "ORC" | "Parquet" => {
            return Err(S3Error::not_implemented(&format!(
                "Inventories in the format {} are not implemented",
                to.format
            )));
        }
        _ => return Err(S3Error::malformed_xml()),
    }
    let all_versions = one_of(&sent.included_object_versions, "All", "Current")?;
    let weekly = one_of(&sent.schedule.frequency, "Weekly", "Daily")?;
    for (at, field) in sent.optional_fields.iter().enumerate() {
        rows::must_be_known(field)?;
        if sent.optional_fields[..at].contains(field) {
            return Err(S3Error::malformed_xml());
        }
    }
    let sealing = to.encryption.map(sealing).transpose()?;
    if !is_id(id) {
        return Err(S3Error::invalid_argument("The ID specified is invalid.").about("id", id));
    }
    if id != sent.id {
        return Err(S3Error::id_mismatch());
    }
    if to.account_id.as_deref().is_some_and(|id| AccountId::parse(id).is_err()) {
        return Err(S3Error::invalid_argument("The account ID of the destination bucket is invalid."));
    }
    let target = target(door, source, &to.bucket).await?;
    Ok(Inventory {
        id: sent.id,
        enabled: sent.is_enabled,
        all_versions,
        weekly,
        filter: sent.filter.map(|filter| filter.prefix),
        fields: sent.optional_fields,
        target: target.to_string(),
        target_owner: to.account_id,
        prefix: to.prefix,
        sealing,
    })
}

/// Whether text is the first of two words, and not the second.
fn one_of(text: &str, yes: &str, no: &str) -> Result<bool, S3Error> {
    if text == yes || text == no { Ok(text == yes) } else { Err(S3Error::malformed_xml()) }
}

fn sealing(asked: InventoryEncryption) -> Result<InventorySealing, S3Error> {
    match (asked.sse_s3, asked.sse_kms) {
        (Some(_), None) => Ok(InventorySealing::Server),
        (None, Some(kms)) => Ok(InventorySealing::Kms(kms.key_id)),
        _ => Err(S3Error::malformed_xml()),
    }
}

/// The bucket that an ARN names, to which reports can be delivered. Whether its policy lets them is asked when they are.
async fn target(door: &S3, source: &Bucket, arn: &str) -> Result<BucketName, S3Error> {
    let unfit = |message: &str| S3Error::new(400, "InvalidS3DestinationBucket", message);
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let name = match parts[..] {
        ["arn", "aws", "s3", "", "", name] => BucketName::parse(name).ok(),
        ["arn", "aws", "s3", _, _, _] => return Err(unfit("Bucket ARN should not specify a namespace.")),
        _ => None,
    };
    let name = name.ok_or_else(|| unfit("Invalid bucket ARN."))?;
    match door.store.bucket(&name).await {
        Err(Error::NoSuchBucket) => Err(unfit("The destination bucket does not exist.")),
        Err(error) => Err(error.into()),
        Ok(target) if target.region != source.region => {
            Err(unfit("The destination bucket must be in the same region as the source bucket."))
        }
        Ok(_) => Ok(name),
    }
}

fn shown(kept: Inventory) -> InventoryConfiguration {
    let encryption = kept.sealing.map(|sealing| match sealing {
        InventorySealing::Server => InventoryEncryption { sse_s3: Some(SSES3 {}), sse_kms: None },
        InventorySealing::Kms(key_id) => InventoryEncryption { sse_s3: None, sse_kms: Some(SSEKMS { key_id }) },
    });
    let to = InventoryS3BucketDestination {
        account_id: kept.target_owner,
        bucket: format!("{ARN}{}", kept.target),
        format: "CSV".to_owned(),
        prefix: kept.prefix,
        encryption,
    };
    InventoryConfiguration {
        destination: InventoryDestination { s3_bucket_destination: to },
        is_enabled: kept.enabled,
        filter: kept.filter.map(|prefix| InventoryFilter { prefix }),
        id: kept.id,
        included_object_versions: if kept.all_versions { "All" } else { "Current" }.to_owned(),
        optional_fields: kept.fields,
        schedule: InventorySchedule { frequency: if kept.weekly { "Weekly" } else { "Daily" }.to_owned() },
    }
}
