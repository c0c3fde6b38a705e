//! Grants: given, listed, given back, taken away.

use coldkeep_keyring::{EncryptionContext, Error, GrantRecord, Key, KeyReference, NewGrant};
use coldkeep_types::Timestamp;
use coldkeep_wire::kms::{
    CreateGrantRequest, CreateGrantResponse, GrantConstraints, GrantListEntry, ListGrantsRequest, ListGrantsResponse,
    ListRetirableGrantsRequest, RetireGrantOutput, RetireGrantRequest, RevokeGrantOutput, RevokeGrantRequest,
};

use crate::KmsCall;
use crate::errors::KmsError;
use crate::pages;
use crate::permit;
use crate::wanted::{On, Wanted};

operations! {
    CreateGrant(CreateGrantRequest) |input| new_grant(input), create;
    ListGrants(ListGrantsRequest) |input| Wanted::id(&input.key_id), list;
    ListRetirableGrants(ListRetirableGrantsRequest) |_input| Wanted::nothing(), list_retirable;
    RetireGrant(RetireGrantRequest) |input| {
        let wanted = input.key_id.as_ref().map_or_else(Wanted::default, |id| Wanted::on(On::Unasked(id.clone())));
        wanted.dry_run(input.dry_run)
    }, retire;
    RevokeGrant(RevokeGrantRequest) |input| Wanted::id(&input.key_id).dry_run(input.dry_run), revoke;
}

fn new_grant(input: &CreateGrantRequest) -> Wanted {
    let constraints = input.constraints.as_ref();
    let kind = constraints.and_then(|constraints| match () {
        () if !constraints.encryption_context_equals.is_empty() => Some("EncryptionContextEquals"),
        () if !constraints.encryption_context_subset.is_empty() => Some("EncryptionContextSubset"),
        () => None,
    });
    Wanted::id(&input.key_id)
        .facts("kms:GrantOperations", input.operations.iter().cloned())
        .fact("kms:GranteePrincipal", input.grantee_principal.as_ref())
        .fact("kms:RetiringPrincipal", input.retiring_principal.as_ref())
        .fact("kms:GrantConstraintType", kind)
        // Whoever calls this door is no service.
        .fact("kms:GrantIsForAWSResource", Some(false))
        .tokens(&input.grant_tokens)
        .dry_run(input.dry_run)
}

async fn create(kms: &mut KmsCall<'_>, input: &CreateGrantRequest) -> Result<CreateGrantResponse, KmsError> {
    for (name, is_there) in [
        ("GranteeServicePrincipal", input.grantee_service_principal.is_some()),
        ("RetiringServicePrincipal", input.retiring_service_principal.is_some()),
        ("Constraints.SourceArn", input.constraints.as_ref().is_some_and(|it| it.source_arn.is_some())),
    ] {
        if is_there {
            return Err(KmsError::unsupported_parameter(name));
        }
    }
    let grantee = input.grantee_principal.clone();
    let constraints = input.constraints.clone().unwrap_or_default();
    let new = NewGrant {
        name: input.name.clone(),
        grantee: grantee.ok_or_else(|| KmsError::validation("GranteePrincipal is required."))?,
        retiring: input.retiring_principal.clone(),
        operations: input.operations.clone(),
        context_subset: constraints.encryption_context_subset,
        context_equals: constraints.encryption_context_equals,
    };
    let (key, caller) = (kms.key()?, kms.asked().caller.clone());
    let (grant, token) = kms.edit.create_grant(&key, &caller, &kms.permitted.by_grants, &new).await?;
    Ok(CreateGrantResponse { grant_id: Some(grant.id), grant_token: Some(token) })
}

fn entry(key_arn: &str, grant: GrantRecord) -> GrantListEntry {
    let has_constraints = !(grant.context_equals.is_empty() && grant.context_subset.is_empty());
    let constraints = has_constraints.then_some(GrantConstraints {
        encryption_context_equals: grant.context_equals,
        encryption_context_subset: grant.context_subset,
        source_arn: None,
    });
    GrantListEntry {
        constraints,
        creation_date: Some(Timestamp(grant.created)),
        grant_id: Some(grant.id),
        grantee_principal: Some(grant.grantee),
        issuing_account: Some(grant.issuer),
        key_id: Some(key_arn.to_owned()),
        name: Some(grant.name.unwrap_or_default()),
        operations: grant.operations,
        retiring_principal: grant.retiring,
        ..GrantListEntry::default()
    }
}

async fn list(kms: &mut KmsCall<'_>, input: &ListGrantsRequest) -> Result<ListGrantsResponse, KmsError> {
    if input.grantee_service_principal.is_some() {
        return Err(KmsError::unsupported_parameter("GranteeServicePrincipal"));
    }
    let key = kms.key()?;
    key.must_not_be_pending_deletion(kms.edit.now())?;
    let limit = pages::limit(input.limit, 50, 100)?;
    let (keyring, id) = (kms.edit.keyring(), &key.record.id);
    let by_grantee = |grant: &GrantRecord| input.grantee_principal.as_ref().is_none_or(|it| *it == grant.grantee);
    if let Some(wanted) = &input.grant_id {
        let grant = keyring.grant(&key.place, id, wanted).await?;
        let grant = grant.ok_or_else(|| Error::InvalidGrantId(format!("Grant ID {wanted} not found")))?;
        let grants = Some(grant).filter(by_grantee).map(|grant| entry(&key.arn, grant)).into_iter().collect();
        return Ok(ListGrantsResponse { grants, next_marker: None, truncated: Some(false) });
    }
    // A page may have fewer than asked for where a grantee is wanted, as at Amazon.
    let page = keyring.list_grants(&key.place, id, input.marker.as_deref(), limit).await?;
    Ok(ListGrantsResponse {
        grants: page.items.into_iter().filter(by_grantee).map(|grant| entry(&key.arn, grant)).collect(),
        truncated: Some(page.marker.is_some()),
        next_marker: page.marker,
    })
}

async fn list_retirable(
    kms: &mut KmsCall<'_>,
    input: &ListRetirableGrantsRequest,
) -> Result<ListGrantsResponse, KmsError> {
    if input.retiring_service_principal.is_some() {
        return Err(KmsError::unsupported_parameter("RetiringServicePrincipal"));
    }
    let limit = pages::limit(input.limit, 50, 100)?;
    let principal = input.retiring_principal.as_deref().unwrap_or_default();
    let own = format!(":{}:", kms.asked().home.account);
    if !principal.starts_with("arn:") || !principal.contains(&own) {
        return Err(
            Error::InvalidArn("RetiringPrincipal must be a principal of the caller's account".to_owned()).into()
        );
    }
    let page = kms.edit.keyring().list_retirable(principal, input.marker.as_deref(), limit).await?;
    Ok(ListGrantsResponse {
        grants: page.items.into_iter().map(|(arn, grant)| entry(&arn, grant)).collect(),
        truncated: Some(page.marker.is_some()),
        next_marker: page.marker,
    })
}

async fn find(kms: &KmsCall<'_>, key: &Key, id: &str) -> Result<GrantRecord, KmsError> {
    let grant = kms.edit.keyring().grant(&key.place, &key.record.id, id).await?;
    Ok(grant.ok_or_else(|| Error::InvalidGrantId(format!("Grant ID {id} not found")))?)
}

async fn retire(kms: &mut KmsCall<'_>, input: &RetireGrantRequest) -> Result<RetireGrantOutput, KmsError> {
    let (key, id) = match (&input.grant_token, &input.key_id, &input.grant_id) {
        (Some(token), None, None) => {
            let (place, key, grant) = kms.edit.keyring().read_token(token)?;
            (kms.edit.keyring().key(&KeyReference { place, name: key }).await?, grant)
        }
        (None, Some(_), Some(id)) => (kms.key()?, id.clone()),
        _ => return Err(KmsError::validation("Specify either a grant token, or a key ID and a grant ID.")),
    };
    let found = kms.edit.keyring().grant(&key.place, &key.record.id, &id).await?;
    let may = found.as_ref().is_some_and(|grant| grant.may_be_retired_by(&kms.asked().caller));
    if !may {
        // Whoever is named by no grant needs the permission, which also learns whether the grant is there.
        let (keyring, circumstances, none) = (kms.edit.keyring(), kms.circumstances, EncryptionContext::new());
        let asked = permit::ask(keyring, circumstances, "kms:RetireGrant", &key, None, &none).await?;
        asked.map_err(KmsError::access_denied)?;
    }
    let grant = found.ok_or_else(|| Error::InvalidGrantId(format!("Grant ID {id} not found")))?;
    kms.edit.expect_key(&key);
    kms.edit.forget_grant(&key, &grant);
    Ok(RetireGrantOutput {})
}

async fn revoke(kms: &mut KmsCall<'_>, input: &RevokeGrantRequest) -> Result<RevokeGrantOutput, KmsError> {
    let key = kms.key()?;
    let grant = find(kms, &key, &input.grant_id).await?;
    kms.edit.expect_key(&key);
    kms.edit.forget_grant(&key, &grant);
    Ok(RevokeGrantOutput {})
}
