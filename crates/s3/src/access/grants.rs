//! ACLs as requests write them: canned, by the five grant headers, or as a document. From the S3 API reference (PutObject,
//! PutObjectAcl, PutBucketAcl, CreateBucket) and the user guide's "Canned ACL".

use coldkeep_auth::canonical_user_id;
use coldkeep_store::{Bucket, Grant, Grantee, ObjectAccess, Ownership, Right};
use coldkeep_types::AccountId;
use coldkeep_wire::s3::AccessControlPolicy;

use super::acl::is_public;
use crate::errors::S3Error;
use crate::{S3, S3Call};

/// "An ACL can have up to 100 grants."
const MAX_GRANTS: usize = 100;

/// The headers that grant, and what.
const HEADERS: [(&str, Right); 5] = [
    ("x-amz-grant-full-control", Right::FullControl),
    ("x-amz-grant-read", Right::Read),
    ("x-amz-grant-write", Right::Write),
    ("x-amz-grant-read-acp", Right::ReadAcl),
    ("x-amz-grant-write-acp", Right::WriteAcl),
];

const GROUPS: [(&str, Grantee); 3] = [
    ("http://acs.amazonaws.com/groups/global/AllUsers", Grantee::AllUsers),
    ("http://acs.amazonaws.com/groups/global/AuthenticatedUsers", Grantee::AuthenticatedUsers),
    ("http://acs.amazonaws.com/groups/s3/LogDelivery", Grantee::LogDelivery),
];

/// The account that `aws-exec-read` grants to: Amazon's EC2, when it fetches images.
const EC2: &str = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";

/// Whose ACL it is.
pub(crate) struct Owners<'a> {
    /// The canonical user id of the thing's owner.
    pub owner: &'a str,
    /// That of the bucket's owner, where the thing is an object.
    pub bucket_owner: Option<&'a str>,
}

/// The ACL that the headers say, if they say one.
pub(crate) async fn of_headers(door: &S3, call: &S3Call, owners: &Owners<'_>) -> Result<Option<Vec<Grant>>, S3Error> {
    let explicit: Vec<(&str, &str, Right)> =
        HEADERS.iter().filter_map(|(name, right)| Some((*name, call.header(name)?, *right))).collect();
    match (call.header("x-amz-acl"), explicit.is_empty()) {
        (Some(_), false) => {
            Err(S3Error::invalid_request("Specifying both Canned ACLs and Header Grants is not allowed"))
        }
        (Some(name), true) => canned(name, owners).map(Some),
        (None, true) => Ok(None),
        (None, false) => {
            let mut acl = Vec::new();
            for (name, value, right) in explicit {
                for grantee in value.split(',') {
                    let (kind, text) = pair(grantee).ok_or_else(|| {
                        S3Error::invalid_argument("Argument format not recognized").about(name, value)
                    })?;
                    acl.push(Grant { grantee: grantee_of(door, kind, text, IN_HEADERS).await?, right });
                }
            }
            bounded(acl).map(Some)
        }
    }
}

/// Whether the headers grant anything less than everything, so that it is a grant to others.
pub(crate) fn grants_more(call: &S3Call) -> bool {
    HEADERS.iter().any(|(name, right)| *right != Right::FullControl && call.header(name).is_some())
}

/// How errors name ids and groups: in headers, and in documents.
const IN_HEADERS: [&str; 2] = ["id", "uri"];
const IN_DOCUMENTS: [&str; 2] = ["CanonicalUser/ID", "Group/URI"];

/// `id="..."`, with or without quotes.
fn pair(text: &str) -> Option<(&'static str, &str)> {
    let (kind, value) = text.trim().split_once('=')?;
    let kind = ["id", "uri", "emailAddress"].into_iter().find(|name| kind.trim().eq_ignore_ascii_case(name))?;
    Some((kind, value.trim().trim_matches('"')))
}

async fn grantee_of(door: &S3, kind: &str, text: &str, [id, uri]: [&str; 2]) -> Result<Grantee, S3Error> {
    match kind {
        "id" => match door.accounts.name(text).await? {
            Some(_) => Ok(Grantee::Account(text.to_owned())),
            None if text == EC2 => Ok(Grantee::Account(text.to_owned())),
            None => Err(S3Error::invalid_argument("Invalid id").about(id, text)),
        },
        "uri" => {
            let group = GROUPS.iter().find(|(uri, _)| *uri == text).map(|(_, group)| group.clone());
            group.ok_or_else(|| S3Error::invalid_argument("Invalid group uri").about(uri, text))
        }
        _ => door.accounts.by_email(text).await?.map(Grantee::Account).ok_or_else(|| {
            S3Error::new(
                400,
                "UnresolvableGrantByEmailAddress",
                "The e-mail address you provided does not match any account on record.",
            )
            .with("EmailAddress", text)
        }),
    }
}

/// The ACL of that name.
pub(crate) fn canned(name: &str, owners: &Owners<'_>) -> Result<Vec<Grant>, S3Error> {
    let to = |grantee: Grantee, right: Right| Grant { grantee, right };
    let account = |id: &str| Grantee::Account(id.to_owned());
    let mut acl = vec![to(account(owners.owner), Right::FullControl)];
    let of_bucket = owners.bucket_owner.is_none();
    // Who owns both gets nothing twice.
    let other = owners.bucket_owner.filter(|id| *id != owners.owner);
    match name {
        "private" => {}
        "public-read" => acl.push(to(Grantee::AllUsers, Right::Read)),
        "public-read-write" => {
            acl.push(to(Grantee::AllUsers, Right::Read));
            acl.push(to(Grantee::AllUsers, Right::Write));
        }
        "authenticated-read" => acl.push(to(Grantee::AuthenticatedUsers, Right::Read)),
        "aws-exec-read" => acl.push(to(account(EC2), Right::Read)),
        "log-delivery-write" if of_bucket => {
            acl.push(to(Grantee::LogDelivery, Right::Write));
            acl.push(to(Grantee::LogDelivery, Right::ReadAcl));
        }
        // "If you specify this canned ACL when creating a bucket, Amazon S3 ignores it."
        "bucket-owner-read" => acl.extend(other.map(|id| to(account(id), Right::Read))),
        "bucket-owner-full-control" => acl.extend(other.map(|id| to(account(id), Right::FullControl))),
        _ => return Err(S3Error::invalid_argument("").about("x-amz-acl", name)),
    }
    Ok(acl)
}

/// The ACL that a document says. It must name the owner that there is: nobody is given away.
pub(crate) async fn of_document(
    door: &S3,
    document: AccessControlPolicy,
    owners: &Owners<'_>,
) -> Result<Vec<Grant>, S3Error> {
    let Some(owner) = document.owner.and_then(|owner| owner.id) else { return Err(malformed()) };
    let mut named = Vec::new();
    for grant in document.grants {
        let right = match grant.permission.as_deref() {
            Some("FULL_CONTROL") => Right::FullControl,
            Some("READ") => Right::Read,
            Some("WRITE") => Right::Write,
            Some("READ_ACP") => Right::ReadAcl,
            Some("WRITE_ACP") => Right::WriteAcl,
            _ => return Err(malformed()),
        };
        let to = grant.grantee.ok_or_else(malformed)?;
        let (kind, text) = match to.r#type.as_str() {
            "CanonicalUser" => ("id", to.id),
            "Group" => ("uri", to.uri),
            "AmazonCustomerByEmail" => ("emailAddress", to.email_address),
            _ => return Err(malformed()),
        };
        named.push((right, kind, text.ok_or_else(malformed)?));
    }
    let named = bounded(named)?;
    if owner != owners.owner {
        grantee_of(door, "id", &owner, IN_DOCUMENTS).await?;
        return Err(S3Error::access_denied());
    }
    let mut acl = Vec::new();
    for (right, kind, text) in named {
        acl.push(Grant { grantee: grantee_of(door, kind, &text, IN_DOCUMENTS).await?, right });
    }
    Ok(acl)
}

fn malformed() -> S3Error {
    let message = "The XML you provided was not well-formed or did not validate against our published schema";
    S3Error::new(400, "MalformedACLError", message)
}

fn bounded<T>(acl: Vec<T>) -> Result<Vec<T>, S3Error> {
    if acl.len() > MAX_GRANTS { Err(malformed()) } else { Ok(acl) }
}

/// The grantee as answers show it: type, id, group.
pub(crate) fn uri(grantee: &Grantee) -> Option<&'static str> {
    GROUPS.iter().find(|(_, group)| group == grantee).map(|(uri, _)| *uri)
}

/// A right as answers and reports name it.
pub(crate) fn permission(right: Right) -> &'static str {
    match right {
        Right::FullControl => "FULL_CONTROL",
        Right::Read => "READ",
        Right::Write => "WRITE",
        Right::ReadAcl => "READ_ACP",
        Right::WriteAcl => "WRITE_ACP",
    }
}

/// The canonical user id of an account.
pub(crate) fn canonical(account: &str) -> String {
    AccountId::parse(account).map(|account| canonical_user_id(&account)).unwrap_or_default()
}

/// Who shall own what a call writes into its bucket, and its ACL.
pub(crate) async fn of_new_object(door: &S3, call: &S3Call, bucket: &Bucket) -> Result<ObjectAccess, S3Error> {
    let writer = call.caller.as_ref().map(|caller| caller.account.as_str()).filter(|id| *id != bucket.owner);
    let given = call.header("x-amz-acl") == Some("bucket-owner-full-control");
    let owner = match bucket.access.ownership() {
        Ownership::Enforced => None,
        Ownership::Preferred if given => None,
        Ownership::Preferred | Ownership::Writer | Ownership::Deleted => writer,
    };
    if !call.call.headers.keys().any(|name| name == "x-amz-acl" || name.as_str().starts_with("x-amz-grant-")) {
        return Ok(ObjectAccess { owner: owner.map(str::to_owned), acl: None, initiator: None });
    }
    let bucket_owner = canonical(&bucket.owner);
    let has_acls = bucket.access.has_acls();
    // Where there are none, a stranger's `private` asks for what the bucket's owner would not have.
    let owner_id = owner.or(writer.filter(|_| !has_acls)).map_or_else(|| bucket_owner.clone(), canonical);
    let owners = Owners { owner: &owner_id, bucket_owner: Some(&bucket_owner) };
    if !has_acls && grants_more(call) {
        return Err(S3Error::no_acls());
    }
    let acl = of_headers(door, call, &owners).await?;
    if let Some(acl) = &acl {
        judge(bucket, acl, &bucket_owner, given)?;
    }
    // What is everybody's default is not written down.
    let private = [Grant { grantee: Grantee::Account(owner_id.clone()), right: Right::FullControl }];
    let acl = acl.filter(|acl| has_acls && acl[..] != private);
    Ok(ObjectAccess { owner: owner.map(str::to_owned), acl, initiator: None })
}

/// Whether a bucket takes an ACL, for itself or for what is in it: where ownership is enforced none but what is so anyway
/// (tools say `private` unasked), and no public one where those are blocked.
pub(crate) fn judge(
    bucket: &Bucket,
    acl: &[Grant],
    bucket_owner: &str,
    canned_full_control: bool,
) -> Result<(), S3Error> {
    if !bucket.access.has_acls() {
        let same =
            matches!(acl, [Grant { grantee: Grantee::Account(id), right: Right::FullControl }] if id == bucket_owner);
        let by_default = canned_full_control || same;
        return if by_default { Ok(()) } else { Err(S3Error::no_acls()) };
    }
    if bucket.block().block_acls && is_public(acl) {
        return Err(S3Error::access_denied());
    }
    Ok(())
}
