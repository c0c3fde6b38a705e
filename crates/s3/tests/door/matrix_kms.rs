//! The matrix of who may use a key of KMS: each step at which Amazon asks for `kms:GenerateDataKey` or `kms:Decrypt`, and each at
//! which it asks for neither, by each way of being allowed: by the caller's policy, by the key's, by a grant, across accounts.
//!
//! Everybody may everything in S3 here. With just what a step asks for it is done; with everything but that, or with a denial of it,
//! it is refused and no record changed. All of it is so under one layer and under two. From the S3 user guide, "Multipart upload API and permissions", and the API reference of
//! CreateMultipartUpload, HeadObject and UpdateObjectEncryption.

use std::sync::Arc;

use coldkeep_auth::Caller;
use coldkeep_keyring::{EncryptionContext, Key, KeyReference, KeySpec, Keyring, NewGrant, NewKey, Origin, Place};
use coldkeep_types::{AccountId, Region};

use crate::callers::{ROOT, STRANGER};
use crate::matrix::{document, statement};
use crate::world::{Answer, Ask, How, World};

const ANN: &str = "arn:aws:iam::012345678901:user/ann";
const BOB: &str = "arn:aws:iam::999999999999:user/bob";

/// The permissions that a symmetric key has to give for using it.
const ALL: [&str; 7] = [
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:DescribeKey",
];
/// How a key of KMS seals: in one layer, or in two.
const SCHEMES: [&str; 2] = ["aws:kms", "aws:kms:dsse"];

const MAKE: &[&str] = &["kms:GenerateDataKey"];
const OPEN: &[&str] = &["kms:Decrypt"];
const BOTH: &[&str] = &["kms:Decrypt", "kms:GenerateDataKey"];
const MOVE: &[&str] = &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"];

/// One request, the permissions of the key it asks for, and whether it makes something under the key.
struct Step {
    what: &'static str,
    method: &'static str,
    /// `{upload}` is an upload under the key, with one part; `{plain}` one that is not encrypted.
    target: &'static str,
    /// What is copied.
    source: Option<&'static str>,
    sealed: bool,
    asks: &'static [&'static str],
}

const fn step(what: &'static str, method: &'static str, target: &'static str, asks: &'static [&'static str]) -> Step {
    Step { what, method, target, source: None, sealed: false, asks }
}

const fn making(step: Step) -> Step {
    Step { sealed: true, ..step }
}

const fn copying(source: &'static str, step: Step) -> Step {
    Step { source: Some(source), ..step }
}

const STEPS: &[Step] = &[
    making(step("PutObject", "PUT", "/bkt/new", MAKE)),
    making(step("CreateMultipartUpload", "POST", "/bkt/new?uploads", MAKE)),
    step("UploadPart", "PUT", "/bkt/m?partNumber=2&uploadId={upload}", OPEN),
    copying("bkt/open", step("UploadPartCopy into it", "PUT", "/bkt/m?partNumber=2&uploadId={upload}", OPEN)),
    copying("bkt/k", step("UploadPartCopy from it", "PUT", "/bkt/p?partNumber=1&uploadId={plain}", OPEN)),
    step("CompleteMultipartUpload", "POST", "/bkt/m?uploadId={upload}", OPEN),
    step("GetObject", "GET", "/bkt/k", OPEN),
    step("HeadObject", "HEAD", "/bkt/k", &[]),
    step("HeadObject with checksums", "HEAD", "/bkt/k?versionId=null", OPEN),
    copying("bkt/k", step("CopyObject from it", "PUT", "/bkt/new", OPEN)),
    copying("bkt/open", making(step("CopyObject under it", "PUT", "/bkt/new", MAKE))),
    copying("bkt/k", making(step("CopyObject from and under it", "PUT", "/bkt/new", BOTH))),
    step("UpdateObjectEncryption", "PUT", "/bkt/k?encryption", MOVE),
    step("ListParts", "GET", "/bkt/m?uploadId={upload}", &[]),
    step("AbortMultipartUpload", "DELETE", "/bkt/m?uploadId={upload}", &[]),
    step("DeleteObject", "DELETE", "/bkt/k", &[]),
];

/// How somebody comes to have permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By its own policies: the key's leaves it to the account.
    Identity,
    /// By the key's policy, which names it.
    KeyPolicy,
    /// By a grant.
    Grant,
    /// From another account, to which the key's policy leaves it.
    Abroad,
    /// From another account, by a grant, and by its own policies.
    GrantAbroad,
}

impl Way {
    fn signer(self) -> (&'static str, &'static str) {
        match self {
            Self::Identity | Self::KeyPolicy | Self::Grant => ("USER", ANN),
            Self::Abroad | Self::GrantAbroad => ("FOREIGNER", BOB),
        }
    }
}

struct Kms {
    world: World,
    /// Under which of [`SCHEMES`] all is sealed.
    scheme: &'static str,
    keyring: Keyring,
    key: Arc<Key>,
    upload: String,
    plain: String,
    etag: String,
}

fn root() -> Caller {
    Caller::root(AccountId::parse(ROOT).expect("12 digits"), "ROOT")
}

fn key_policy(principal: &str, actions: &[&str]) -> String {
    let own = format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{ROOT}:root"}},"Action":"kms:*","Resource":"*"}}"#
    );
    let others =
        format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":{actions:?},"Resource":"*"}}"#);
    document(&[own, others])
}

impl Kms {
    /// A bucket with an object, an upload with a part under a key, and the same unencrypted; all of them the root's.
    async fn furnished(scheme: &'static str) -> Self {
        let (world, keyring) = World::with_keyring().await;
        let (account, region) = (root().account, Region::parse("us-east-1").expect("a region"));
        let place = Place { account, region };
        let new = NewKey {
            spec: KeySpec::Symmetric,
            usage: None,
            origin: Origin::Kms,
            description: String::new(),
            tags: Vec::new(),
            policy: None,
            may_lock_out: false,
            multi_region: false,
        };
        let mut edit = keyring.edit();
        let record = edit.create_key(&place, &root(), &new).await.expect("a key");
        assert!(edit.done().await.expect("a commit"));
        let key = keyring.key(&KeyReference { place, name: record.id }).await.expect("the key");
        let (upload, plain, etag) = Default::default();
        let mut kms = Self { world, scheme, keyring, key, upload, plain, etag };
        for (method, target, sealed) in [("PUT", "/bkt", false), ("PUT", "/bkt/k", true), ("PUT", "/bkt/open", false)] {
            kms.done(&kms.ask("ROOT", method, target, None, sealed, "")).await;
        }
        let both = format!(r#"{{"Effect":"Allow","Principal":{{"AWS":["{ANN}","{BOB}"]}},"Action":"s3:*""#);
        let policy = document(&[both + r#","Resource":["arn:aws:s3:::bkt","arn:aws:s3:::bkt/*"]}"#]);
        kms.done(&kms.ask("ROOT", "PUT", "/bkt?policy", None, false, &policy)).await;
        kms.upload = kms.begun("/bkt/m?uploads", true).await;
        kms.plain = kms.begun("/bkt/p?uploads", false).await;
        let part = kms.ask("ROOT", "PUT", "/bkt/m?partNumber=1&uploadId={upload}", None, false, "part");
        let answer = kms.done(&part).await;
        kms.etag = answer.headers["etag"].to_str().expect("text").to_owned();
        kms
    }

    fn ask(
        &self,
        key: &'static str,
        method: &str,
        target: &str,
        source: Option<&str>,
        sealed: bool,
        body: &str,
    ) -> Ask {
        let mut headers = Vec::new();
        let mut header = |name: &str, value: &str| headers.push((name.to_owned(), value.as_bytes().to_vec()));
        if let Some(source) = source {
            header("x-amz-copy-source", source);
        }
        if sealed {
            header("x-amz-server-side-encryption", self.scheme);
            header("x-amz-server-side-encryption-aws-kms-key-id", &self.key.arn);
        }
        // The one HEAD that names the version wants checksums.
        if method == "HEAD" && target.contains('?') {
            header("x-amz-checksum-mode", "ENABLED");
        }
        Ask {
            method: method.to_owned(),
            target: target.replace("{upload}", &self.upload).replace("{plain}", &self.plain),
            how: How { key, ..How::of(std::iter::empty()) },
            headers,
            body: body.into(),
        }
    }

    async fn done(&self, ask: &Ask) -> Answer {
        let answer = self.world.send(ask).await;
        let body = String::from_utf8_lossy(&answer.body);
        assert!(answer.status < 300, "{} {}: {} {body}", ask.method, ask.target, answer.status);
        answer
    }

    async fn begun(&self, target: &str, sealed: bool) -> String {
        let answer = self.done(&self.ask("ROOT", "POST", target, None, sealed, "")).await;
        let body = String::from_utf8(answer.body).expect("text");
        let (_, id) = body.split_once("<UploadId>").expect("an id");
        id.split('<').next().expect("an id").to_owned()
    }

    /// The step, by this way's caller.
    async fn take(&self, step: &Step, way: Way) -> Answer {
        let etag = &self.etag;
        let body = match step.what {
            "CompleteMultipartUpload" => format!("<C><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part></C>"),
            "PutObject" | "UploadPart" => "body".to_owned(),
            "UpdateObjectEncryption" => format!("<O><SSE-KMS><KMSKeyArn>{}</KMSKeyArn></SSE-KMS></O>", self.key.arn),
            _ => String::new(),
        };
        let ask = self.ask(way.signer().0, step.method, step.target, step.source, step.sealed, &body);
        self.world.send(&ask).await
    }

    /// The caller's own policies: everything in S3, and these.
    fn identity(&self, signer: &str, statements: &[String]) {
        let all = [&[statement("Allow", "Action", &["s3:*"])], statements].concat();
        self.world.callers.allow(signer, &document(&all));
    }

    async fn policy(&self, policy: &str) {
        let mut edit = self.keyring.edit();
        edit.put_policy(&self.key, &root(), policy, false).expect("a policy");
        assert!(edit.done().await.expect("a commit"));
    }

    async fn grant(&self, grantee: &str, actions: &[&str]) {
        let operations = actions.iter().map(|action| action["kms:".len()..].to_owned()).collect();
        let none = EncryptionContext::new;
        let new = NewGrant {
            name: None,
            grantee: grantee.to_owned(),
            retiring: None,
            operations,
            context_subset: none(),
            context_equals: none(),
        };
        let mut edit = self.keyring.edit();
        edit.create_grant(&self.key, &root(), &[], &new).await.expect("a grant");
        assert!(edit.done().await.expect("a commit"));
    }

    /// Gives the caller of this way these permissions of the key, and denies it those.
    async fn allow(&self, way: Way, actions: &[&str], denied: &[&str]) {
        let (signer, arn) = way.signer();
        let denial = || (!denied.is_empty()).then(|| statement("Deny", "Action", denied));
        let own = || (!actions.is_empty()).then(|| statement("Allow", "Action", actions));
        let statements: Vec<_> = match way {
            Way::Identity | Way::Abroad | Way::GrantAbroad => own().into_iter().chain(denial()).collect(),
            Way::KeyPolicy | Way::Grant => denial().into_iter().collect(),
        };
        self.identity(signer, &statements);
        match way {
            Way::Identity => {}
            Way::KeyPolicy if actions.is_empty() => {}
            Way::KeyPolicy => self.policy(&key_policy(arn, actions)).await,
            Way::Abroad => self.policy(&key_policy(&format!("arn:aws:iam::{STRANGER}:root"), &["kms:*"])).await,
            Way::Grant | Way::GrantAbroad if actions.is_empty() => {}
            Way::Grant | Way::GrantAbroad => self.grant(arn, actions).await,
        }
    }
}

fn without(action: &str) -> Vec<&'static str> {
    ALL.into_iter().filter(|other| *other != action).collect()
}

#[tokio::test]
async fn each_step_asks_of_the_key_what_amazon_asks() {
    let mut wrong = Vec::new();
    for (scheme, step) in all_steps() {
        for way in [Way::Identity, Way::KeyPolicy, Way::Grant, Way::Abroad, Way::GrantAbroad] {
            let mut cases =
                vec![(step.asks.to_vec(), vec![], true), (ALL.to_vec(), step.asks.to_vec(), step.asks.is_empty())];
            cases.extend(step.asks.iter().map(|action| (without(action), vec![], false)));
            for (allowed, denied, may) in cases {
                let kms = Kms::furnished(scheme).await;
                kms.allow(way, &allowed, &denied).await;
                judge(&kms, step, way, may, &format!("with {allowed:?} without {denied:?}"), &mut wrong).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Across accounts one side is not enough: neither the key's policy, nor a grant, nor the caller's own policies.
#[tokio::test]
async fn one_side_is_not_enough_across_accounts() {
    let mut wrong = Vec::new();
    for (scheme, step) in all_steps().filter(|(_, step)| !step.asks.is_empty()) {
        for side in ["key policy", "grant", "identity policy"] {
            let kms = Kms::furnished(scheme).await;
            kms.identity("FOREIGNER", &[]);
            match side {
                "key policy" => kms.policy(&key_policy(BOB, &["kms:*"])).await,
                "grant" => kms.grant(BOB, &ALL).await,
                _ => kms.identity("FOREIGNER", &[statement("Allow", "Action", &["kms:*"])]),
            }
            judge(&kms, step, Way::Abroad, false, side, &mut wrong).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each step under each scheme; of an object in two layers nobody only changes the key.
fn all_steps() -> impl Iterator<Item = (&'static str, &'static Step)> {
    let steps = SCHEMES.into_iter().flat_map(|scheme| STEPS.iter().map(move |step| (scheme, step)));
    steps.filter(|(scheme, step)| *scheme == SCHEMES[0] || step.what != "UpdateObjectEncryption")
}

async fn judge(kms: &Kms, step: &Step, way: Way, may: bool, how: &str, wrong: &mut Vec<String>) {
    let before = kms.world.records().await;
    let answer = kms.take(step, way).await;
    let as_it_should = match may {
        true => answer.status < 300,
        false => answer.status == 403 && answer.error.as_deref() == Some("AccessDenied"),
    };
    if !as_it_should {
        wrong.push(format!("{} under {}, {way:?}, {how}: {} {:?}", step.what, kms.scheme, answer.status, answer.error));
    }
    assert!(may || kms.world.records().await == before, "{}, {way:?}, {how}: refused, and changed", step.what);
}
