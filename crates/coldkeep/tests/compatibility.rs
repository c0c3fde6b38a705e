//! `docs/compatibility.md` is written from the operation tables: this test says when it is not what they say.
//! `UPDATE_DOCS=1 cargo test -p coldkeep --test compatibility` writes it.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use coldkeep_s3::{Ask, On, When};
use coldkeep_wire::operations;

mod emulators;

use emulators::{EMULATORS, Emulator};

const HEAD: &str = "\
# Compatibility

What is there and what is not, as of this version. Written from the operation tables by `UPDATE_DOCS=1 cargo test -p coldkeep --test compatibility`; a test checks it.

*done*: as Amazon documents it. *partly*: what is named is still missing, and refused. *unset*: answered as Amazon answers it where nothing is configured, since nothing of the kind can be configured yet. *refused*: `501 NotImplemented`, by its name.

Each S3 request is asked for the permissions of its row, of the caller's policies, the bucket's policy, its block of public access and its ACLs; new buckets are closed (`BucketOwnerEnforced`, all public access blocked), as at Amazon since April 2023, unless `--new-buckets open` makes them as before. Condition keys that nothing here can tell are absent. An object that nobody signed for belongs to the bucket's owner.

Any region is accepted, however it is spelt. Path style and virtual-hosted style, HTTP/1.1 and HTTP/2. Signature V4 in headers, in presigned URLs, and in `aws-chunked` bodies, signed or not, with or without trailer. Signature V2 in presigned URLs, or as `--signature-v2` says. What Amazon reads from an `x-amz-*` header is read from the query of a presigned URL too. Forms that browsers post, with policies signed by V4 or, where presigned URLs of it are taken, V2.

A parameter whose meaning is still to come is refused: with `501` (`aws:fsx`, the classes `SNOW`, `EXPRESS_ONEZONE`, `FSX_OPENZFS`, `FSX_ONTAP` and those of AWS Backup). Values that ask for what happens anyway are taken.
";

const S3_TAIL: &str = "
Departures: `CopyObject` of a multipart object keeps its ETag (`docs/decisions/0004-copies-share.md`); keys that hold NUL are refused; `LocationConstraint` may name any region, `us-east-1` too; metadata that is not ASCII is read as UTF-8, where it is that, else as ISO-8859-1, and comes back as an RFC 2047 word; with `encoding-type=url` a space is `%20`, which every client decodes, where Amazon has `+`. `ListDirectoryBuckets` and `WriteGetObjectResponse`, which other hosts serve, are not told from other requests. Owners are told with a `DisplayName`, which Amazon has left out since November 2025. A part's checksum is taken of an upload begun without an algorithm, and one of the whole without its type, where Amazon refuses both; uploads under clients' keys have checksums. `If-Match: *` on writes is judged, where Amazon answers `501`. `x-amz-bypass-governance-retention` on DeleteObjects in a bucket without object lock means nothing, since tools empty every bucket with it.

Encryption: of a key of KMS `kms:GenerateDataKey` is asked where an object is made or an upload begun, `kms:Decrypt` where one is read, copied from, added to or completed, and by HeadObject with `x-amz-checksum-mode`, as in \"Multipart upload and permissions\"; parts and their completion have the condition keys `s3:x-amz-server-side-encryption` and `...-aws-kms-key-id` of their upload, which alone can say them, and UpdateObjectEncryption has those of its body, and asks `kms:GenerateDataKey`, `kms:Encrypt`, `kms:Decrypt` and `kms:ReEncryptTo` of the new key and `kms:Decrypt` and `kms:ReEncryptFrom` of the old one (its page: \"kms:ReEncrypt*\"). To read with another client's key than the object's is `403 AccessDenied`, as at Amazon; ceph/s3-tests expects 400. GetBucketEncryption of a bucket without a default is `404`, since Amazon's `AES256` would not be true. `aws:kms:dsse` is two layers under two keys (AES-256-GCM, and AES-256 in counter mode around it); a bucket key with it is refused. `aws:fsx` and `aws:backup` are refused by name. PutBucketEncryption without `BlockedEncryptionTypes` leaves them as they are; new buckets take clients' keys, which Amazon blocks by default since April 2026 (\"Blocking or unblocking SSE-C\").

Restores (`docs/decisions/0035-restore.md`): how long one takes is a setting, no time by default. A copy from an object that is not restored is `403 InvalidObjectState`. What Intelligent-Tiering archives (`docs/decisions/0063-intelligent-tiering.md`) is restored for good. Restores of the type `SELECT` are refused by name; `Description` is checked for nothing and told nowhere, as at Amazon.

Queries (`docs/decisions/0037-select.md`): SelectObjectContent over CSV and JSON, plain or compressed by gzip or bzip2, with all functions and types of the SQL reference; decimals have 28 digits. Over Parquet (`docs/decisions/0059-parquet.md`) where the server was built with the feature `parquet`; else it is refused by name.

RenameObject is here for every bucket (`docs/decisions/0039-objects.md`), which Amazon has for directory buckets only: where versions are kept the old key gets a delete marker; objects under clients' keys, and locked ones, are refused. Annotations of objects that are not encrypted are not encrypted either; copies ask for `s3:GetObjectAnnotation` and `s3:PutObjectAnnotation` where there are some.

Where ceph/s3-tests expects otherwise: `X-Amz-Expires` out of range is a `400 AuthorizationQueryParametersError`, as Amazon answers it, not 403 (`test_object_raw_get_x_amz_expires_out_max_range`, `..._out_positive_range`, `test_object_raw_put_authenticated_expired`); a form's checksum field needs a condition as every field does (\"POST Policy\": all \"except x-amz-signature, file, policy, and field names that have an x-ignore- prefix\"; `test_post_object_upload_checksum`); `test_object_create_bad_authorization_*`, `test_bucket_create_bad_authorization_*` and `test_object_create_bad_contentlength_none` change headers that today's botocore writes anew.
";

const CONTROL_TAIL: &str = "
All others of the model are refused by name. A block or tags given to CreateAccessPoint ask for `s3:PutAccessPointPublicAccessBlock` and `s3:TagResource` too. Tags are those of access points and buckets. A point for a VPC lets nothing through, since no request comes from one; points on Outposts are ordinary ones of a class and names of their own (`docs/decisions/0027-access-points.md`), and their policies have actions of `s3:`. Scopes, and points of several regions, are refused.
";

const GLACIER_TAIL: &str = "
Job delays are settings, 0 by default, and the same as those of S3's class `GLACIER`; an inventory shows the vault as it is when the job finishes. The format of an archive retrieval and the tier of an inventory retrieval are checked and have no bearing. A data retrieval policy counts the Standard retrievals of archives that were begun while it was set, each for four hours; what FreeTier means the operator sets (`--retrieval-free-tier`), and it is unbounded by default. Provisioned capacity is kept and told, and makes nothing faster.

Tags of a vault whose keys begin with `coldkeep.` are a rule of this server (`docs/decisions/0041-archive-expiry.md`): `coldkeep.expire-after-days` and `coldkeep.keep-last`; others are refused, and both need `glacier:DeleteArchive`.
";

const STS_TAIL: &str = "
Parameters about second factors are refused by name. A session of a role in another account is told the same whether the role is not there or does not trust it.
";

const IAM_TAIL: &str = "
All others of the model are refused by name. Access key ids are made here and only here; `GetAccessKeyLastUsed` does not say by which service. A trust policy keeps the ARNs it was written with. Amazon's managed policies are those that concern S3, Glacier, KMS and IAM, as far as they do.
";

/// What a browser's form is, which is an operation of no model, and the one of the model that it comes after.
const FORM: &str = "PostObject";
const BEFORE_FORMS: &str = "ListParts";
const KMS_TAIL: &str = "
Keys are of an account and a region, the one that a request is signed for. Key specs: symmetric, HMAC, RSA, the NIST curves, secp256k1, Ed25519 and ML-DSA (messages of type RAW); SM2, ML-KEM and Ed25519ph are refused by name, and so are custom key stores, replicas of multi-Region keys, Nitro attestation documents, and grants to services. Grants, policies and states count at once: grant tokens are checked, and needed to retire a grant only. A grant to somebody of another account counts beside that account's own policies. Rotation on demand is done when it is answered.
";

const SQS_TAIL: &str = "
In JSON, and in the older protocol of forms and XML. FIFO queues, keys of KMS, and lists as values of attributes are refused by name; `SqsManagedSseEnabled` is `false`. A message has at most 1 MiB. Of receipts only the newest deletes. A dead-letter queue is one of the same account and region. `MessageGroupId` is kept and told, and has no bearing on the order.
";

const SNS_TAIL: &str = "
All others of the model are refused by name. Subscribers are queues, and HTTP and HTTPS endpoints (`--sns-endpoints`); a topic has at most 1,000. What is delivered is not signed: the members of a signature are left out (`docs/decisions/0029-queues-and-topics.md`). Filters know exact values, `prefix`, `suffix`, `anything-but`, `equals-ignore-case`, `numeric`, `exists`, `cidr` and `$or`. ListSubscriptions lists those to the account's own topics. FIFO topics, delivery policies, delivery logs, data protection and keys of KMS are refused by name.
";

/// The permissions of an operation: which name a version's has, what must be said for it to be asked, and of what it is asked where
/// that is not the thing addressed.
fn permissions(asks: &[Ask]) -> String {
    let one = |ask: &Ask| {
        let mut text = format!("`{}`", ask.action);
        if let Some(of_version) = ask.of_version {
            text += &format!(" or `{of_version}`");
        }
        if matches!(ask.on, On::Source | On::SourceKey) {
            text += " on the source";
        }
        if let When::Said(headers) = ask.when {
            text += &format!(" if `{}`", headers.join("` or `"));
        }
        text
    };
    asks.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut line = |text: String| writeln!(page, "{text}").expect("a string takes everything");
    line("\n## S3\n\n| operation | | permission |\n|---|---|---|".into());
    for operation in &operations::S3 {
        let known = coldkeep_s3::operations().find(|known| known.name == operation.name);
        let (state, permission) = match known {
            None => ("refused".to_owned(), String::new()),
            Some(known) => {
                let state = match known.lacks {
                    _ if known.unset => "unset".to_owned(),
                    None => "done".to_owned(),
                    Some(lacks) => format!("partly: {lacks}"),
                };
                (state, permissions(known.asks))
            }
        };
        line(format!("| {} | {state} | {permission} |", operation.name));
        if operation.name == BEFORE_FORMS {
            line(format!("| {FORM} (the form of a browser) | as PutObject | as PutObject |"));
        }
    }
    let through = coldkeep_s3::operations().filter(|known| known.through_points).map(|known| known.name);
    line(format!("{S3_TAIL}\nThrough access points go {}.", through.collect::<Vec<_>>().join(", ")));
    line("\n## S3 Control\n\n| operation | | permission |\n|---|---|---|".into());
    for operation in &operations::S3CONTROL {
        if let Some((name, permission)) = coldkeep_control::operations().find(|(name, _)| *name == operation.name) {
            line(format!("| {name} | done | `{}` |", permission.0));
        }
    }
    line(format!("{CONTROL_TAIL}\n## S3 Glacier\n\n| operation | | permission |\n|---|---|---|"));
    for operation in &operations::GLACIER {
        let known = coldkeep_glacier::operations().find(|(name, _)| *name == operation.name);
        let (_, permission) = known.expect("the vault door lists every operation");
        line(format!("| {} | done | `{}` |", operation.name, permission.0));
    }
    line(format!("{GLACIER_TAIL}{}", beside_emulators()));
    line("## STS\n\n| operation | |\n|---|---|".into());
    for (name, needs) in coldkeep_sts::operations() {
        line(format!("| {name} | {} |", if needs.is_some() { "done" } else { "refused" }));
    }
    line(format!("{STS_TAIL}\n## IAM\n\n| operation | |\n|---|---|"));
    for (name, _) in coldkeep_iam::operations().filter(|(_, answered)| *answered) {
        line(format!("| {name} | done |"));
    }
    line(format!("{IAM_TAIL}\n## KMS\n\n| operation | | permission |\n|---|---|---|"));
    for (name, permissions, answered) in coldkeep_kms::operations() {
        let state = if answered { "done" } else { "refused" };
        line(format!("| {name} | {state} | `{}` |", permissions.join("`, `")));
    }
    line(KMS_TAIL.into());
    line("## SQS\n\n| operation | | permission |\n|---|---|---|".into());
    for (name, permission, answered) in coldkeep_sqs::operations() {
        line(format!("| {name} | {} | `{permission}` |", if answered { "done" } else { "refused" }));
    }
    line(format!("{SQS_TAIL}\n## SNS\n\n| operation | | permission |\n|---|---|---|"));
    for (name, permission, _) in coldkeep_sns::operations().filter(|(.., answered)| *answered) {
        line(format!("| {name} | done | `{permission}` |"));
    }
    line(SNS_TAIL.into());
    page + SUITE + &standing()
}

/// The vault API as it is here beside what emulators have of it.
fn beside_emulators() -> String {
    let names: Vec<_> = EMULATORS.iter().map(|emulator| emulator.name).collect();
    let mut text = format!("{}\n| operation | here | {} |\n|---|---|", emulators::HEAD, names.join(" | "));
    text += &"---|".repeat(names.len());
    let said = |there: bool| if there { " yes |" } else { " |" };
    for operation in &operations::GLACIER {
        let here = coldkeep_glacier::operations().any(|(name, _)| name == operation.name);
        text += &format!("\n| {} |{}", operation.name, said(here));
        text.extend(EMULATORS.iter().map(|emulator| said(emulator.answers.contains(&operation.name))));
    }
    let count = |emulator: &Emulator| format!(" {} |", emulator.answers.len());
    text += &format!("\n| of {} | {} |", operations::GLACIER.len(), coldkeep_glacier::operations().count());
    text.extend(EMULATORS.iter().map(count));
    text + "\n" + emulators::TAIL
}

const SUITE: &str = "
## ceph/s3-tests

Of its tests that are right for Amazon, all pass but those that need something still to come (`conformance/expected/s3_tests.tsv`) and these, which stand:

| why | tests |
|---|---|
";

/// The tests that stand by a reason of their own, by reason.
fn standing() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/expected/s3_tests.tsv");
    let table = std::fs::read_to_string(path).expect("what is expected of the suite");
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in table.lines().skip(1) {
        let [test, outcome, reason] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("three columns: {row}") };
        assert_eq!(outcome == "fail", !reason.is_empty(), "what fails has a reason: {row}");
        if outcome == "fail" && !reason.starts_with("to come: ") {
            by_reason.entry(reason).or_default().push(test.rsplit("::").next().unwrap_or(test));
        }
    }
    let row = |(reason, tests): (&&str, &Vec<&str>)| format!("| {reason} | `{}` |\n", tests.join("` `"));
    by_reason.iter().map(row).collect()
}

#[test]
fn the_page_says_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/compatibility.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("writes the page");
    }
    let kept = std::fs::read_to_string(&path).expect("the page");
    let differs = kept.lines().zip(page.lines()).find(|(kept, wanted)| kept != wanted);
    assert!(kept == page, "docs/compatibility.md is not what the tables say ({differs:?}): UPDATE_DOCS=1 writes it");
}

/// A note about an operation that is not there, or of another name, would be no use.
#[test]
fn every_known_operation_is_one_of_the_model() {
    for known in coldkeep_s3::operations().filter(|known| known.name != FORM) {
        assert!(operations::S3.iter().any(|operation| operation.name == known.name), "{}", known.name);
    }
    for name in EMULATORS.iter().flat_map(|emulator| emulator.answers) {
        assert!(operations::GLACIER.iter().any(|operation| operation.name == *name), "{name}");
    }
    assert_eq!(
        coldkeep_s3::operations().filter(|known| known.name != FORM && known.lacks.is_some()).count(),
        9,
        "each note is of an operation"
    );
}
