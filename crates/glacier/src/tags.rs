//! A vault's tags: AddTagsToVault, RemoveTagsFromVault, ListTagsForVault. From the developer guide, "Tagging Amazon S3 Glacier
//! resources".

use coldkeep_http::Response;
use coldkeep_store::{EXPIRE_AFTER_DAYS, KEEP_LAST, RULE_TAGS, is_rule_tag};
use coldkeep_wire::glacier::{
    AddTagsToVaultInput, AddTagsToVaultOutput, ListTagsForVaultInput, ListTagsForVaultOutput, RemoveTagsFromVaultInput,
    RemoveTagsFromVaultOutput,
};
use http::StatusCode;

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::{Glacier, respond};

/// The most tags of one vault.
const MAX_TAGS: usize = 50;
/// The most tags of one request.
const MAX_AT_ONCE: usize = 10;
const MAX_KEY_CHARS: usize = 128;
const MAX_VALUE_CHARS: usize = 255;

/// AddTagsToVault: all of them or none; values of keys that are there are replaced.
pub(crate) async fn add_tags_to_vault(
    door: &Glacier,
    call: &GlacierCall,
    input: AddTagsToVaultInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    check_number(input.tags.len(), "Tags")?;
    for (key, value) in &input.tags {
        check_key(key)?;
        if key.starts_with(RULE_TAGS) && !is_rule_tag(key, value) {
            return Err(GlacierError::invalid(format!(
                "Invalid tag value: {key} of this server takes {EXPIRE_AFTER_DAYS} from 1 to 36500, and {KEEP_LAST} from 1 to \
                 1000000000."
            )));
        }
        if value.chars().count() > MAX_VALUE_CHARS || !value.chars().all(fits) {
            return Err(GlacierError::invalid(format!("Invalid tag value: {value}")));
        }
    }
    let added = door.store.change_vault_access(&vault, |access| {
        access.tags.retain(|(key, _)| !input.tags.contains_key(key));
        access.tags.extend(input.tags.clone());
        access.tags.sort();
        if access.tags.len() > MAX_TAGS {
            let message = "The quota for the number of tags that can be assigned to this resource has been reached.";
            return Err(GlacierError::new(StatusCode::BAD_REQUEST, "LimitExceededException", message));
        }
        Ok(())
    });
    added.await.map_err(|error| call.refused(error, ""))??;
    Ok(respond(AddTagsToVaultOutput {}.encode()))
}

/// RemoveTagsFromVault: keys that are not there are removed already.
pub(crate) async fn remove_tags_from_vault(
    door: &Glacier,
    call: &GlacierCall,
    input: RemoveTagsFromVaultInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    check_number(input.tag_keys.len(), "TagKeys")?;
    for key in &input.tag_keys {
        check_key(key)?;
    }
    let removed = door.store.change_vault_access(&vault, |access| {
        access.tags.retain(|(key, _)| !input.tag_keys.contains(key));
        Ok::<_, GlacierError>(())
    });
    removed.await.map_err(|error| call.refused(error, ""))??;
    Ok(respond(RemoveTagsFromVaultOutput {}.encode()))
}

/// ListTagsForVault: all of them, by key.
pub(crate) async fn list_tags_for_vault(
    door: &Glacier,
    call: &GlacierCall,
    _input: ListTagsForVaultInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let tags = call.vault(door).await?.access.tags.into_iter().collect();
    Ok(respond(ListTagsForVaultOutput { tags }.encode()))
}

fn check_number(number: usize, name: &str) -> Result<(), GlacierError> {
    match number {
        0 => Err(GlacierError::missing(name)),
        1..=MAX_AT_ONCE => Ok(()),
        _ => Err(GlacierError::invalid(format!("Invalid {name}: a request has at most {MAX_AT_ONCE} of them."))),
    }
}

fn check_key(key: &str) -> Result<(), GlacierError> {
    let reserved = key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
    if reserved || !(1..=MAX_KEY_CHARS).contains(&key.chars().count()) || !key.chars().all(fits) {
        return Err(GlacierError::invalid(format!("Invalid tag key: {key}")));
    }
    Ok(())
}

/// "Unicode letters, digits, white space, and _ . / = + - @".
fn fits(character: char) -> bool {
    character.is_alphanumeric() || character == ' ' || "_./=+-@".contains(character)
}
