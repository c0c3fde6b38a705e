//! Identity providers: OpenID Connect issuers whose tokens AssumeRoleWithWebIdentity takes for roles of the account.
//!
//! Nothing is asked of a provider when it is made: without thumbprints its certificate must be of an authority that the server
//! knows, and no thumbprint is made up from what answers.

use coldkeep_identity::{Edit, Provider};
use coldkeep_oidc::Issuer;
use coldkeep_query::QueryError;
use coldkeep_types::AccountId;
use coldkeep_wire::iam::*;

use crate::target::Target;
use crate::{IamCall, rules, shapes};

/// Audiences that a provider may have.
const CLIENT_IDS: usize = 100;
/// Characters of one.
const MAX_CLIENT_ID: usize = 255;
/// Thumbprints that a provider may have.
const THUMBPRINTS: usize = 5;
/// Hexadecimal digits of a SHA-1.
const THUMBPRINT: usize = 40;

operations! {
    CreateOpenIDConnectProvider(CreateOpenIDConnectProviderRequest) |it| Target::NewProvider(it.url.clone()), create;
    GetOpenIDConnectProvider(GetOpenIDConnectProviderRequest) |it| Target::provider(&it.open_id_connect_provider_arn), get;
    ListOpenIDConnectProviders(ListOpenIDConnectProvidersRequest) |_it| Target::None, list;
    DeleteOpenIDConnectProvider(DeleteOpenIDConnectProviderRequest) |it| Target::provider(&it.open_id_connect_provider_arn), delete;
    UpdateOpenIDConnectProviderThumbprint(UpdateOpenIDConnectProviderThumbprintRequest) |it| Target::provider(&it.open_id_connect_provider_arn), update_thumbprints;
    AddClientIDToOpenIDConnectProvider(AddClientIDToOpenIDConnectProviderRequest) |it| Target::provider(&it.open_id_connect_provider_arn), add_client_id;
    RemoveClientIDFromOpenIDConnectProvider(RemoveClientIDFromOpenIDConnectProviderRequest) |it| Target::provider(&it.open_id_connect_provider_arn), remove_client_id;
    TagOpenIDConnectProvider(TagOpenIDConnectProviderRequest) |it| Target::provider(&it.open_id_connect_provider_arn), tag;
    UntagOpenIDConnectProvider(UntagOpenIDConnectProviderRequest) |it| Target::provider(&it.open_id_connect_provider_arn), untag;
    ListOpenIDConnectProviderTags(ListOpenIDConnectProviderTagsRequest) |it| Target::provider(&it.open_id_connect_provider_arn), list_tags;
}

/// The name in `arn:aws:iam::012345678901:oidc-provider/name`, if it is this account's.
fn own_name<'a>(account: &AccountId, arn: &'a str) -> Option<&'a str> {
    arn.strip_prefix("arn:aws:iam::")?.strip_prefix(account.as_str())?.strip_prefix(":oidc-provider/")
}

/// The provider with this ARN.
pub(crate) async fn find(edit: &mut Edit, arn: &str) -> Result<Option<Provider>, QueryError> {
    let account = edit.account().clone();
    match own_name(&account, arn) {
        Some(name) => Ok(edit.provider(name).await?),
        None => Ok(None),
    }
}

async fn known(call: &mut IamCall<'_>, arn: &str) -> Result<Provider, QueryError> {
    if !arn.starts_with("arn:") || !arn.contains(":oidc-provider/") {
        return Err(QueryError::validation(format!("Invalid ARN: {arn} is not the ARN of an OpenIDConnect provider.")));
    }
    let none = || QueryError::no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"));
    find(&mut call.edit, arn).await?.ok_or_else(none)
}

fn must_be_client_id(text: &str) -> Result<(), QueryError> {
    match text.chars().count() {
        1..=MAX_CLIENT_ID => Ok(()),
        _ => Err(QueryError::validation(format!(
            "1 validation error detected: Value '{text}' at 'clientID' failed to satisfy constraint: Member must have \
             length between 1 and {MAX_CLIENT_ID}"
        ))),
    }
}

/// Adds an audience; one that is there already is no error.
fn add(client_ids: &mut Vec<String>, text: &str) -> Result<(), QueryError> {
    must_be_client_id(text)?;
    if client_ids.iter().any(|known| known == text) {
        return Ok(());
    }
    if client_ids.len() == CLIENT_IDS {
        let words = format!("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {CLIENT_IDS}");
        return Err(QueryError::limit_exceeded(words));
    }
    client_ids.push(text.to_owned());
    Ok(())
}

/// Thumbprints as they are kept: each once, in lower case.
fn thumbprints(list: &[String]) -> Result<Vec<String>, QueryError> {
    if list.len() > THUMBPRINTS {
        return Err(QueryError::invalid_input(format!("Thumbprint list must contain at most {THUMBPRINTS} entries.")));
    }
    let mut all = Vec::new();
    for text in list {
        if text.len() != THUMBPRINT || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(QueryError::validation(format!(
                "1 validation error detected: Value '{text}' at 'thumbprintList' failed to satisfy constraint: Member must \
                 have {THUMBPRINT} hexadecimal digits"
            )));
        }
        let text = text.to_ascii_lowercase();
        if !all.contains(&text) {
            all.push(text);
        }
    }
    Ok(all)
}

async fn create(
    call: &mut IamCall<'_>,
    input: &CreateOpenIDConnectProviderRequest,
) -> Result<CreateOpenIDConnectProviderResponse, QueryError> {
    if input.context_provider.is_some() {
        return Err(QueryError::not_implemented_parameter("ContextProvider"));
    }
    if input.identity_center_instance_arn.is_some() {
        return Err(QueryError::not_implemented_parameter("IdentityCenterInstanceArn"));
    }
    let issuer = Issuer::parse(&input.url, call.loopback);
    let issuer = issuer.map_err(|invalid| QueryError::validation(invalid.to_string()))?;
    let mut provider = Provider {
        url: issuer.as_str().to_owned(),
        client_ids: Vec::new(),
        thumbprints: thumbprints(&input.thumbprint_list)?,
        created: call.edit.now().whole_seconds().0,
        tags: Vec::new(),
    };
    for client_id in &input.client_id_list {
        add(&mut provider.client_ids, client_id)?;
    }
    rules::add_tags(&mut provider.tags, &input.tags)?;
    call.edit.create_provider(&provider).await?;
    let arn = Some(provider.arn(call.edit.account()));
    Ok(CreateOpenIDConnectProviderResponse { open_id_connect_provider_arn: arn, tags: shapes::tags(&provider.tags) })
}

async fn get(
    call: &mut IamCall<'_>,
    input: &GetOpenIDConnectProviderRequest,
) -> Result<GetOpenIDConnectProviderResponse, QueryError> {
    let provider = known(call, &input.open_id_connect_provider_arn).await?;
    Ok(GetOpenIDConnectProviderResponse {
        // As at Amazon, without its scheme.
        url: Some(provider.name().to_owned()),
        create_date: shapes::time(provider.created),
        tags: shapes::tags(&provider.tags),
        client_id_list: provider.client_ids,
        thumbprint_list: provider.thumbprints,
        ..GetOpenIDConnectProviderResponse::default()
    })
}

async fn list(
    call: &mut IamCall<'_>,
    _input: &ListOpenIDConnectProvidersRequest,
) -> Result<ListOpenIDConnectProvidersResponse, QueryError> {
    let entry = |provider: Provider| OpenIDConnectProviderListEntry {
        arn: Some(provider.arn(call.edit.account())),
        ..OpenIDConnectProviderListEntry::default()
    };
    let open_id_connect_provider_list = call.edit.providers().await?.into_iter().map(entry).collect();
    Ok(ListOpenIDConnectProvidersResponse { open_id_connect_provider_list })
}

async fn delete(
    call: &mut IamCall<'_>,
    input: &DeleteOpenIDConnectProviderRequest,
) -> Result<DeleteOpenIDConnectProviderOutput, QueryError> {
    let provider = known(call, &input.open_id_connect_provider_arn).await?;
    call.edit.remove_provider(provider.name());
    Ok(DeleteOpenIDConnectProviderOutput {})
}

async fn update_thumbprints(
    call: &mut IamCall<'_>,
    input: &UpdateOpenIDConnectProviderThumbprintRequest,
) -> Result<UpdateOpenIDConnectProviderThumbprintOutput, QueryError> {
    let mut provider = known(call, &input.open_id_connect_provider_arn).await?;
    provider.thumbprints = thumbprints(&input.thumbprint_list)?;
    call.edit.put_provider(&provider);
    Ok(UpdateOpenIDConnectProviderThumbprintOutput {})
}

async fn add_client_id(
    call: &mut IamCall<'_>,
    input: &AddClientIDToOpenIDConnectProviderRequest,
) -> Result<AddClientIDToOpenIDConnectProviderOutput, QueryError> {
    let mut provider = known(call, &input.open_id_connect_provider_arn).await?;
    add(&mut provider.client_ids, &input.client_id)?;
    call.edit.put_provider(&provider);
    Ok(AddClientIDToOpenIDConnectProviderOutput {})
}

/// RemoveClientIDFromOpenIDConnectProvider: one that is not there is no error.
async fn remove_client_id(
    call: &mut IamCall<'_>,
    input: &RemoveClientIDFromOpenIDConnectProviderRequest,
) -> Result<RemoveClientIDFromOpenIDConnectProviderOutput, QueryError> {
    must_be_client_id(&input.client_id)?;
    let mut provider = known(call, &input.open_id_connect_provider_arn).await?;
    provider.client_ids.retain(|known| *known != input.client_id);
    call.edit.put_provider(&provider);
    Ok(RemoveClientIDFromOpenIDConnectProviderOutput {})
}

async fn tag(
    call: &mut IamCall<'_>,
    input: &TagOpenIDConnectProviderRequest,
) -> Result<TagOpenIDConnectProviderOutput, QueryError> {
    let mut provider = known(call, &input.open_id_connect_provider_arn).await?;
    rules::add_tags(&mut provider.tags, &input.tags)?;
    call.edit.put_provider(&provider);
    Ok(TagOpenIDConnectProviderOutput {})
}

async fn untag(
    call: &mut IamCall<'_>,
    input: &UntagOpenIDConnectProviderRequest,
) -> Result<UntagOpenIDConnectProviderOutput, QueryError> {
    let mut provider = known(call, &input.open_id_connect_provider_arn).await?;
    rules::remove_tags(&mut provider.tags, &input.tag_keys);
    call.edit.put_provider(&provider);
    Ok(UntagOpenIDConnectProviderOutput {})
}

async fn list_tags(
    call: &mut IamCall<'_>,
    input: &ListOpenIDConnectProviderTagsRequest,
) -> Result<ListOpenIDConnectProviderTagsResponse, QueryError> {
    let provider = known(call, &input.open_id_connect_provider_arn).await?;
    let (tags, marker) = rules::page(shapes::tags(&provider.tags), input.marker.as_deref(), input.max_items)?;
    Ok(ListOpenIDConnectProviderTagsResponse { tags, is_truncated: Some(marker.is_some()), marker })
}
