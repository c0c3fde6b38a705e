//! PutBucketIntelligentTieringConfiguration, GetBucketIntelligentTieringConfiguration, ListBucketIntelligentTieringConfigurations and
//! DeleteBucketIntelligentTieringConfiguration.
//!
//! Which of what is wrong is `InvalidArgument` and which `MalformedXML` Amazon's pages do not say: words that mean nothing are the
//! latter here, as of inventories.

use std::ops::RangeInclusive;

use coldkeep_http::{Body, Response};
use coldkeep_store::{ArchiveTier, Filter, FilterForm, Tiering};
use coldkeep_wire::s3::{
    self, DeleteBucketIntelligentTieringConfigurationOutput, DeleteBucketIntelligentTieringConfigurationRequest,
    GetBucketIntelligentTieringConfigurationOutput, GetBucketIntelligentTieringConfigurationRequest,
    IntelligentTieringAndOperator, IntelligentTieringConfiguration, IntelligentTieringFilter, LifecycleRuleAndOperator,
    LifecycleRuleFilter, ListBucketIntelligentTieringConfigurationsOutput,
    ListBucketIntelligentTieringConfigurationsRequest, PutBucketIntelligentTieringConfigurationOutput,
    PutBucketIntelligentTieringConfigurationRequest,
};
use http::StatusCode;

use crate::errors::S3Error;
use crate::inventory::configuration::is_id;
use crate::lifecycle::filters;
use crate::listings::token;
use crate::{S3, S3Call, respond, tags};

/// Configurations in one answer. Amazon's pages name no number; those of inventories are as many.
const PAGE: usize = 100;

/// PutBucketIntelligentTieringConfiguration: in place of the one of this id.
pub(crate) async fn put_tiering(
    door: &S3,
    call: &S3Call,
    input: PutBucketIntelligentTieringConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let tiering = kept(&input.id, input.intelligent_tiering_configuration)?;
    door.store.put_tiering(&call.found()?.name, tiering).await?;
    let mut encoded = PutBucketIntelligentTieringConfigurationOutput::default().encode();
    // The model says 200; the service 204.
    encoded.status = StatusCode::NO_CONTENT;
    Ok(respond(encoded))
}

/// GetBucketIntelligentTieringConfiguration.
pub(crate) async fn get_tiering(
    door: &S3,
    call: &S3Call,
    input: GetBucketIntelligentTieringConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let tiering = door.store.tiering(call.found()?, &input.id).await?;
    let output =
        GetBucketIntelligentTieringConfigurationOutput { intelligent_tiering_configuration: Some(shown(tiering)) };
    Ok(respond(output.encode()))
}

/// ListBucketIntelligentTieringConfigurations, by their ids.
pub(crate) async fn list_tierings(
    door: &S3,
    call: &S3Call,
    input: ListBucketIntelligentTieringConfigurationsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let asked = input.continuation_token.filter(|token| !token.is_empty());
    let after = asked.as_deref().map(|token| token::read(token, is_id)).transpose()?.unwrap_or_default();
    let found = door.store.tierings(call.found()?, &after, PAGE + 1).await?;
    let (found, next) = token::page(found, PAGE, |tiering| &tiering.id);
    let output = ListBucketIntelligentTieringConfigurationsOutput {
        continuation_token: asked,
        intelligent_tiering_configuration_list: found.into_iter().map(shown).collect(),
        is_truncated: Some(next.is_some()),
        next_continuation_token: next,
    };
    Ok(respond(output.encode()))
}

/// DeleteBucketIntelligentTieringConfiguration. What was archived by it stays archived.
pub(crate) async fn delete_tiering(
    door: &S3,
    call: &S3Call,
    input: DeleteBucketIntelligentTieringConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    door.store.delete_tiering(&call.found()?.name, &input.id).await?;
    Ok(respond(DeleteBucketIntelligentTieringConfigurationOutput::default().encode()))
}

/// After how many days objects may go to a tier: "at least 90 days", "at least 180 days", "up to 2 years (730 days)".
const fn days_of(tier: ArchiveTier) -> RangeInclusive<u32> {
    match tier {
        ArchiveTier::Archive => 90..=730,
        ArchiveTier::DeepArchive => 180..=730,
    }
}

/// What is to be kept.
fn kept(id: &str, sent: IntelligentTieringConfiguration) -> Result<Tiering, S3Error> {
    let enabled = match sent.status.as_str() {
        "Enabled" => true,
        "Disabled" => false,
        _ => return Err(S3Error::malformed_xml()),
    };
    let filter = sent.filter.map(filter_of).transpose()?;
    let mut tiers: Vec<(ArchiveTier, u32)> = Vec::new();
    for s3::Tiering { access_tier, days } in sent.tierings {
        let tier = ArchiveTier::parse(&access_tier).ok_or_else(S3Error::malformed_xml)?;
        if tiers.iter().any(|(other, _)| *other == tier) {
            return Err(S3Error::malformed_xml());
        }
        let allowed = days_of(tier);
        let days = u32::try_from(days).ok().filter(|days| allowed.contains(days)).ok_or_else(|| {
            let (least, most) = (allowed.start(), allowed.end());
            let message = format!("'Days' for {} must be between {least} and {most}.", tier.name());
            S3Error::invalid_argument(&message).about("Days", days.to_string())
        })?;
        tiers.push((tier, days));
    }
    if tiers.is_empty() {
        return Err(S3Error::malformed_xml());
    }
    if !is_id(id) {
        return Err(S3Error::invalid_argument("The ID specified is invalid.").about("id", id));
    }
    if id != sent.id {
        return Err(S3Error::malformed_xml());
    }
    Ok(Tiering { id: sent.id, enabled, filter, tiers })
}

/// A filter is one of a lifecycle rule, without sizes.
fn filter_of(sent: IntelligentTieringFilter) -> Result<Filter, S3Error> {
    let and = |and: IntelligentTieringAndOperator| LifecycleRuleAndOperator {
        prefix: and.prefix,
        tags: and.tags,
        ..LifecycleRuleAndOperator::default()
    };
    let same = LifecycleRuleFilter {
        prefix: sent.prefix,
        tag: sent.tag,
        and: sent.and.map(and),
        ..LifecycleRuleFilter::default()
    };
    filters::kept(None, Some(same))
}

fn shown(kept: Tiering) -> IntelligentTieringConfiguration {
    let filter = kept.filter.map(|filter| {
        let tags = tags::shown(filter.tags.as_deref().unwrap_or_default());
        match filter.form {
            FilterForm::And => {
                let and = IntelligentTieringAndOperator { prefix: filter.prefix, tags };
                IntelligentTieringFilter { and: Some(and), ..IntelligentTieringFilter::default() }
            }
            FilterForm::One | FilterForm::Prefix => {
                IntelligentTieringFilter { prefix: filter.prefix, tag: tags.into_iter().next(), and: None }
            }
        }
    });
    let tier = |(tier, days): (ArchiveTier, u32)| s3::Tiering { access_tier: tier.name().into(), days: days as i32 };
    IntelligentTieringConfiguration {
        id: kept.id,
        filter,
        status: if kept.enabled { "Enabled" } else { "Disabled" }.into(),
        tierings: kept.tiers.into_iter().map(tier).collect(),
    }
}
