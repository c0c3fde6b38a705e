//! The door, asked with signed requests: what each operation does, and who may, generated from the door's own list.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_admin::{Admin, OPERATIONS, SERVICE};
use coldkeep_auth::{AccessKey, Caller, Signer, ToSign, Verifier};
use coldkeep_http::{Body, Call, Dialect, Door, RequestId};
use coldkeep_identity::{Entity, EntityKind, Identity, Provider, RootKey, Unique};
use coldkeep_keyring::{KeySpec, Keyring, NewKey, Origin, Place};
use coldkeep_meta::{Memory, Meta, prefix_range};
use coldkeep_store::{NewAccessPoint, Options, PublicAccessBlock, Store};
use coldkeep_types::{AccessPointName, AccountId, BucketName, Clock, Region, SystemClock, VaultName};
use http_body_util::BodyExt;
use serde_json::{Value, json};

const OPERATOR: &str = "500000000000";
const LAB: &str = "111122223333";

struct World {
    meta: Arc<Memory>,
    identity: Identity,
    store: Store,
    keyring: Keyring,
    door: Admin,
}

fn account(id: &str) -> AccountId {
    AccountId::parse(id).expect("12 digits")
}

fn root() -> Signer {
    signer("ROOT", "hush")
}

fn signer(access_key: &str, secret_key: &str) -> Signer {
    Signer { access_key: access_key.into(), secret_key: secret_key.into(), session_token: None }
}

impl World {
    async fn new() -> Self {
        let (meta, clock) = (Arc::new(Memory::default()), Arc::new(SystemClock));
        let root =
            AccessKey { secret: "hush".into(), session_token: None, caller: Caller::root(account(OPERATOR), "ROOT") };
        let opened = Identity::open(meta.clone(), clock.clone(), &RootKey::random(), root).await;
        let identity = opened.expect("it opens");
        let blobs = Arc::new(coldkeep_blob::Memory::default());
        let store = Store::open(meta.clone(), blobs, clock.clone(), Options::default()).await.expect("it opens");
        let keyring = Keyring::open(meta.clone(), clock, identity.sealer().clone());
        let messages = coldkeep_messages::Messages::open(meta.clone(), Arc::new(SystemClock));
        let verifier = Verifier::new(Duration::from_secs(900));
        let door = Admin::new(verifier, identity.clone(), store.clone(), keyring.clone(), messages);
        Self { meta, identity, store, keyring, door }
    }

    async fn send(&self, signer: Option<&Signer>, method: &str, target: &str, body: &str, sent: &str) -> (u16, Value) {
        let now = SystemClock.now();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = http::Request::builder().method(method).uri(target).header("host", "h");
        if let Some(signer) = signer {
            let (region, service) = ("us-east-1", SERVICE);
            let to_sign = ToSign { method, host: "h", path, query, body: body.as_bytes(), region, service };
            for (name, value) in signer.sign(&to_sign, now) {
                request = request.header(name, value);
            }
        }
        let (head, ()) = request.body(()).expect("a request").into_parts();
        let (id, remote) = (RequestId::random(Dialect::Query), SocketAddr::from(([127, 0, 0, 1], 1)));
        let (call, _) = Call::new(head, id.clone(), remote, false, now);
        let (head, body) = self.door.handle(call, Body::from_bytes(sent.to_owned())).await.into_parts();
        assert_eq!(head.headers["content-type"], "application/json");
        let body = body.collect().await.expect("a body").to_bytes();
        let answer: Value = serde_json::from_slice(&body).expect("JSON");
        if !head.status.is_success() {
            assert_eq!(answer["requestId"], id.as_str(), "{answer}");
        }
        (head.status.as_u16(), answer)
    }

    async fn ask(&self, method: &str, target: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(Some(&root()), method, target, &body, &body).await
    }

    async fn refused(&self, code: &str, method: &str, target: &str, body: Value) -> String {
        let (status, answer) = self.ask(method, target, body).await;
        assert!(status >= 400 && answer["code"] == code, "{method} {target}: {status} {answer}");
        answer["message"].as_str().expect("words").to_owned()
    }

    async fn lab(&self) -> Value {
        let (status, made) = self.ask("POST", "/v1/accounts", json!({ "name": "lab", "id": LAB })).await;
        assert_eq!(status, 201, "{made}");
        made
    }

    /// A user with this policy: how it signs.
    async fn user(&self, of: &str, name: &str, policy: Option<Value>) -> Signer {
        let mut edit = self.identity.edit(&account(of));
        let mut user = Entity {
            id: Unique::User.new_id(),
            name: name.into(),
            path: "/".into(),
            created: 0,
            tags: vec![],
            attached: vec![],
            inline: policy.map(|policy| ("p".to_owned(), policy.to_string())).into_iter().collect(),
            boundary: None,
            groups: vec![],
            keys: vec![],
            trust: None,
            description: None,
            max_session_seconds: None,
        };
        let (key, secret) = edit.new_key(Some(&user.id)).await.expect("a key");
        user.keys.push(key.clone());
        edit.create(EntityKind::User, &user).await.expect("it is new");
        assert!(edit.done().await.expect("a commit"));
        signer(&key.id, &secret)
    }

    async fn delete_user(&self, of: &str, name: &str) {
        let mut edit = self.identity.edit(&account(of));
        let user = edit.entity(EntityKind::User, name).await.expect("it is there");
        user.keys.iter().for_each(|key| edit.forget_key(&key.id));
        edit.remove(EntityKind::User, &user);
        assert!(edit.done().await.expect("a commit"));
    }

    async fn records(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let all = self.meta.scan(prefix_range(&[]), usize::MAX).await.expect("read");
        all.into_iter().map(|(key, entry)| (key, entry.value)).collect()
    }
}

#[tokio::test]
async fn accounts_are_made_shown_listed_suspended_and_their_keys_work() {
    let world = World::new().await;
    let asked = json!({ "name": "Lab 1", "email": "lab@example.com" });
    let (status, made) = world.ask("POST", "/v1/accounts", asked.clone()).await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().expect("an id").to_owned();
    assert!(AccountId::parse(&id).is_ok() && made["canonicalId"].as_str().is_some_and(|it| it.len() == 64), "{made}");
    let words = world.refused("EntityAlreadyExists", "POST", "/v1/accounts", asked).await;
    assert!(words.contains("lab@example.com") && words.contains(&id), "{words}");
    let (_, listed) = world.ask("GET", "/v1/accounts", Value::Null).await;
    let names: Vec<_> = listed["accounts"].as_array().expect("a list").iter().map(|it| it["name"].clone()).collect();
    assert!(names.contains(&json!("Lab 1")) && names.contains(&json!(OPERATOR)), "{listed}");
    let (_, page) = world.ask("GET", "/v1/accounts?max=1", Value::Null).await;
    assert!(page["accounts"].as_array().expect("a list").len() == 1 && page["next"].is_string(), "{page}");

    let own = signer(made["key"]["accessKeyId"].as_str().unwrap(), made["key"]["secretAccessKey"].as_str().unwrap());
    let (status, refused) = world.send(Some(&own), "GET", "/v1/accounts", "", "").await;
    assert_eq!((status, refused["code"].as_str()), (403, Some("AccessDenied")), "it is a key, of another account");
    let (_, answer) = world.ask("POST", &format!("/v1/accounts/{id}/suspend"), Value::Null).await;
    assert_eq!(answer["suspended"], true);
    let (_, refused) = world.send(Some(&own), "GET", "/v1/accounts", "", "").await;
    assert_eq!(refused["code"], "AccountProblem");
    world.ask("POST", &format!("/v1/accounts/{id}/resume"), Value::Null).await;
    let (_, refused) = world.send(Some(&own), "GET", "/v1/accounts", "", "").await;
    assert_eq!(refused["code"], "AccessDenied");
    world.user(&id, "ann", None).await;
    let (_, shown) = world.ask("GET", &format!("/v1/accounts/{id}"), Value::Null).await;
    assert_eq!(shown["holds"], json!([{ "kind": "users", "count": 1, "first": ["ann"] }]));
    assert_eq!(shown["keys"][0]["active"], true);
}

#[tokio::test]
async fn keys_of_roots_are_made_rested_and_deleted() {
    let world = World::new().await;
    let first = world.lab().await["key"]["accessKeyId"].as_str().expect("a key").to_owned();
    let keys = format!("/v1/accounts/{LAB}/keys");
    let (status, second) = world.ask("POST", &keys, Value::Null).await;
    assert!(status == 201 && second["secretAccessKey"].is_string(), "{second}");
    world.refused("LimitExceeded", "POST", &keys, Value::Null).await;
    let (_, key) = world.ask("POST", &format!("{keys}/{first}/deactivate"), Value::Null).await;
    assert_eq!(key["active"], false);
    let (_, key) = world.ask("POST", &format!("{keys}/{first}/activate"), Value::Null).await;
    assert_eq!(key["active"], true);
    assert_eq!(world.ask("DELETE", &format!("{keys}/{first}"), Value::Null).await.0, 200);
    world.refused("NoSuchEntity", "DELETE", &format!("{keys}/{first}"), Value::Null).await;
    let (_, list) = world.ask("GET", &keys, Value::Null).await;
    assert_eq!(list["keys"].as_array().expect("a list").len(), 1);
    let (_, list) = world.ask("GET", &format!("/v1/accounts/{OPERATOR}/keys"), Value::Null).await;
    assert_eq!((&list["keys"][0]["accessKeyId"], &list["keys"][0]["ofSettings"]), (&json!("ROOT"), &json!(true)));
    let words = world.refused("Conflict", "DELETE", &format!("/v1/accounts/{OPERATOR}/keys/ROOT"), Value::Null).await;
    assert!(words.contains("root.toml"), "{words}");
}

#[tokio::test(start_paused = true)]
async fn an_account_that_holds_something_stays_as_it_was_and_says_what() {
    let world = World::new().await;
    world.lab().await;
    let (lab, region) = (account(LAB), Region::parse("eu-west-1").expect("a region"));
    let target = format!("/v1/accounts/{LAB}");
    let bucket = BucketName::parse("photos").expect("a name");
    world.store.create_bucket(&bucket, &account(OPERATOR), &region).await.expect("made");
    let names: Vec<_> = (0..7).map(|number| BucketName::parse(&format!("lab-{number}")).expect("a name")).collect();
    for name in &names {
        world.store.create_bucket(name, &lab, &region).await.expect("made");
    }
    let vault = VaultName::parse("tapes").expect("a name");
    world.store.create_vault(&lab, &region, &vault).await.expect("made");
    let point = NewAccessPoint {
        account: lab.clone(),
        name: AccessPointName::parse("gate").expect("a name"),
        bucket,
        vpc: None,
        outpost: None,
        block: PublicAccessBlock::ALL,
        tags: Vec::new(),
    };
    world.store.create_access_point(&point).await.expect("made");
    world.store.put_account_block(&lab, Some(PublicAccessBlock::ALL)).await.expect("put");
    world.user(LAB, "ann", None).await;
    let mut edit = world.identity.edit(&lab);
    let (url, created) = ("https://a.example/x".to_owned(), 0);
    let provider = Provider { url, client_ids: Vec::new(), thumbprints: Vec::new(), created, tags: Vec::new() };
    edit.create_provider(&provider).await.expect("it is new");
    assert!(edit.done().await.expect("a commit"));
    let before = world.records().await;
    let words = world.refused("AccountNotEmpty", "DELETE", &target, Value::Null).await;
    let what = "buckets: 7 (lab-0, lab-1, lab-2, lab-3, lab-4, ...), access points: 1 (gate), vaults: 1 (tapes), users: 1 (ann), \
                identity providers: 1 (a.example/x)";
    assert!(words.contains(what), "{words}");
    assert_eq!(world.records().await, before);
    for name in &names {
        world.store.delete_bucket(name).await.expect("deleted");
    }
    world.delete_user(LAB, "ann").await;
    let mut edit = world.identity.edit(&lab);
    edit.remove_provider(provider.name());
    assert!(edit.done().await.expect("a commit"));
    let words = world.refused("AccountNotEmpty", "DELETE", &target, Value::Null).await;
    assert!(words.contains("vaults: 1 (tapes)") && !words.contains("bucket"), "{words}");
    world.store.delete_vault(&lab, &region, &vault).await.expect("deleted");
    world.refused("AccountNotEmpty", "DELETE", &target, Value::Null).await;
    world.store.delete_access_point(&lab, &point.name).await.expect("deleted");
    assert_eq!(world.ask("DELETE", &target, Value::Null).await.0, 200);
    assert_eq!(world.store.account_block(&lab).await.expect("read"), None, "nothing is left of it");
    world.refused("NoSuchEntity", "DELETE", &target, Value::Null).await;
    let words = world.refused("Conflict", "DELETE", &format!("/v1/accounts/{OPERATOR}"), Value::Null).await;
    assert!(words.contains("operator"), "{words}");
}

#[tokio::test(start_paused = true)]
async fn an_account_with_keys_is_not_empty_also_while_they_wait_for_their_deletion() {
    let world = World::new().await;
    world.lab().await;
    let place = |region: &str| Place { account: account(LAB), region: Region::parse(region).expect("a region") };
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
    let mut ids = Vec::new();
    for region in ["eu-west-1", "us-east-1"] {
        let mut edit = world.keyring.edit();
        let caller = Caller::root(account(LAB), "ROOT");
        ids.push(edit.create_key(&place(region), &caller, &new).await.expect("a key").id);
        assert!(edit.done().await.expect("a commit"));
    }
    // The key of a service is nobody's to delete; it does not keep the account.
    world.keyring.service_key(&place("us-east-1")).await.expect("made");
    let target = format!("/v1/accounts/{LAB}");
    let words = world.refused("AccountNotEmpty", "DELETE", &target, Value::Null).await;
    assert!(words.contains(&format!("KMS keys: 2 ({})", ids.join(", "))), "{words}");
    let day = 86_400_000;
    for (region, id) in ["eu-west-1", "us-east-1"].iter().zip(&ids) {
        let key = world.keyring.find(&place(region), id).await.expect("read").expect("it is there");
        let mut edit = world.keyring.edit();
        edit.schedule_deletion(&key, 7).expect("scheduled");
        assert!(edit.done().await.expect("a commit"));
    }
    let words = world.refused("AccountNotEmpty", "DELETE", &target, Value::Null).await;
    assert!(words.contains("KMS keys: 2"), "{words}");
    world.keyring.do_due(SystemClock.now().plus_millis(8 * day)).await.expect("destroyed");
    assert_eq!(world.ask("DELETE", &target, Value::Null).await.0, 200);
    assert!(world.keyring.service_key(&place("us-east-1")).await.is_ok(), "what it sealed can be opened");
}

#[tokio::test(start_paused = true)]
async fn what_is_made_while_the_account_goes_keeps_it() {
    let world = Arc::new(World::new().await);
    world.lab().await;
    let deleting = tokio::spawn({
        let world = world.clone();
        async move { world.refused("AccountNotEmpty", "DELETE", &format!("/v1/accounts/{LAB}"), Value::Null).await }
    });
    // It is suspended by now, and somebody who was let in before makes a bucket.
    while !world.identity.account(&account(LAB)).await.expect("read").expect("it is there").suspended {
        tokio::task::yield_now().await;
    }
    let (name, region) = (BucketName::parse("late").expect("a name"), Region::parse("us-east-1").expect("a region"));
    world.store.create_bucket(&name, &account(LAB), &region).await.expect("made");
    assert!(deleting.await.expect("no panic").contains("buckets: 1 (late)"));
    let account = world.identity.account(&account(LAB)).await.expect("read").expect("it is there");
    assert!(!account.suspended, "it is as it was");
}

#[tokio::test]
async fn what_is_not_understood_is_refused_and_changes_nothing() {
    let world = World::new().await;
    world.lab().await;
    let before = world.records().await;
    let account = format!("/v1/accounts/{LAB}");
    for (code, method, target, body) in [
        ("InvalidRequest", "POST", "/v1/accounts", json!({})),
        ("InvalidRequest", "POST", "/v1/accounts", json!({ "name": "" })),
        ("InvalidRequest", "POST", "/v1/accounts", json!({ "name": "a\nb" })),
        ("InvalidRequest", "POST", "/v1/accounts", json!({ "name": "a", "colour": "red" })),
        ("InvalidRequest", "POST", "/v1/accounts", json!({ "name": "a", "email": "nobody" })),
        ("InvalidRequest", "POST", "/v1/accounts", json!({ "name": "a", "email": "a@b@c" })),
        ("InvalidRequest", "POST", "/v1/accounts", json!({ "name": "a", "id": "12" })),
        ("EntityAlreadyExists", "POST", "/v1/accounts", json!({ "name": "a", "id": LAB })),
        ("EntityAlreadyExists", "POST", "/v1/accounts", json!({ "name": "a", "id": OPERATOR })),
        ("InvalidRequest", "POST", "/v1/accounts", json!({ "name": "a".repeat(9000) })),
        ("InvalidRequest", "POST", &format!("{account}/suspend"), json!({})),
        ("InvalidRequest", "GET", "/v1/accounts?max=0", Value::Null),
        ("InvalidRequest", "GET", "/v1/accounts?max=1001", Value::Null),
        ("InvalidRequest", "GET", "/v1/accounts?after=x", Value::Null),
        ("InvalidRequest", "GET", "/v1/accounts?before=1", Value::Null),
        ("InvalidRequest", "GET", &format!("{account}?max=1"), Value::Null),
        ("NoSuchEntity", "GET", "/v1/accounts/x", Value::Null),
        ("NoSuchEntity", "GET", "/v1/accounts/999999999999", Value::Null),
        ("NoSuchEntity", "POST", "/v1/accounts/999999999999/keys", Value::Null),
        ("NoSuchEntity", "POST", &format!("{account}/keys/AKIA/activate"), Value::Null),
        ("UnknownOperation", "PUT", "/v1/accounts", Value::Null),
        ("UnknownOperation", "GET", "/v2/accounts", Value::Null),
        ("UnknownOperation", "GET", "/", Value::Null),
        ("Conflict", "POST", &format!("/v1/accounts/{OPERATOR}/suspend"), Value::Null),
    ] {
        world.refused(code, method, target, body).await;
    }
    let (status, answer) =
        world.send(Some(&root()), "POST", "/v1/accounts", "{\"name\":\"a\"}", "{\"name\":\"b\"}").await;
    assert_eq!((status, answer["code"].as_str()), (403, Some("SignatureDoesNotMatch")), "another body");
    let (status, answer) = world.send(Some(&signer("ROOT", "other")), "GET", "/v1/accounts", "", "").await;
    assert_eq!((status, answer["code"].as_str()), (403, Some("SignatureDoesNotMatch")));
    assert_eq!(world.records().await, before);
}

fn policy(effect: &str, element: &str, action: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": effect, element: action, "Resource": "*" }] })
}

#[tokio::test]
async fn each_operation_is_for_the_operators_root_and_whom_a_policy_lets() {
    for row in OPERATIONS {
        let world = World::new().await;
        let made = world.lab().await;
        let key = made["key"]["accessKeyId"].as_str().expect("a key");
        let target = row.path.replacen("{}", LAB, 1).replacen("{}", key, 1);
        let body = match row.name {
            "CreateAccount" => "{\"name\":\"new\"}",
            "PutQuota" => "{\"of\":\"account/111122223333\",\"hardBytes\":1}",
            _ => "",
        };
        let deny = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": row.action, "Resource": "*" },
        ]});
        let other = signer(key, made["key"]["secretAccessKey"].as_str().expect("a secret"));
        let callers = [
            ("nobody", None),
            ("an unknown key", Some(signer("AKIAIOSFODNN7EXAMPLE", "x"))),
            ("the root of another account", Some(other)),
            ("a user of another account", Some(world.user(LAB, "o", Some(policy("Allow", "Action", "*"))).await)),
            ("a user without policy", Some(world.user(OPERATOR, "a", None).await)),
            (
                "one with every other",
                Some(world.user(OPERATOR, "b", Some(policy("Allow", "NotAction", row.action))).await),
            ),
            ("one who is denied", Some(world.user(OPERATOR, "c", Some(deny)).await)),
        ];
        let before = world.records().await;
        for (who, signer) in callers {
            let (status, answer) = world.send(signer.as_ref(), row.method.as_str(), &target, body, body).await;
            assert_eq!(status, 403, "{} by {who}: {answer}", row.name);
            assert!(!answer.to_string().contains("lab"), "{} by {who}: {answer}", row.name);
        }
        assert_eq!(world.records().await, before, "{}", row.name);
        let exact = world.user(OPERATOR, "d", Some(policy("Allow", "Action", row.action))).await;
        world.delete_user(LAB, "o").await;
        let (status, answer) = world.send(Some(&exact), row.method.as_str(), &target, body, body).await;
        assert!(status < 300, "{} by exactly who may: {status} {answer}", row.name);
    }
}

#[tokio::test]
async fn a_presigned_request_is_none() {
    let world = World::new().await;
    let now = SystemClock.now();
    let stamp = now.iso_seconds().replace(['-', ':'], "");
    let query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ROOT%2F{}%2Fus-east-1%2F{SERVICE}%2Faws4_request&X-Amz-Date={stamp}\
         &X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature={}",
        &stamp[..8],
        "0".repeat(64)
    );
    let (status, answer) = world.send(None, "GET", &format!("/v1/accounts?{query}"), "", "").await;
    assert_eq!((status, answer["code"].as_str()), (403, Some("IncompleteSignature")), "{answer}");
}

#[tokio::test]
async fn quotas_are_set_told_and_taken_away_and_go_with_their_account() {
    let world = World::new().await;
    world.lab().await;
    let (name, region) = (BucketName::parse("photos").expect("a name"), Region::parse("us-east-1").expect("a region"));
    world.store.create_bucket(&name, &account(LAB), &region).await.expect("a bucket");
    let set = json!({ "of": "bucket/photos", "hardBytes": 100, "softObjects": 7 });
    assert_eq!(world.ask("PUT", "/v1/quotas", set).await, (200, json!({})));
    let of_account = format!("account/{LAB}");
    assert_eq!(world.ask("PUT", "/v1/quotas", json!({ "of": of_account, "hardObjects": 1 })).await.0, 200);
    let (status, told) = world.ask("GET", "/v1/quotas", Value::Null).await;
    let bucket = json!({ "of": "bucket/photos", "hardBytes": 100, "softObjects": 7, "usedBytes": 0, "usedObjects": 0 });
    let of_account = json!({ "of": of_account, "hardObjects": 1, "usedBytes": 0, "usedObjects": 0 });
    assert_eq!((status, told), (200, json!({ "quotas": [bucket, of_account] })));
    for (of, code) in [
        ("bucket/none", "NoSuchEntity"),
        ("vault/111122223333/us-east-1/none", "NoSuchEntity"),
        ("account/999999999999", "NoSuchEntity"),
        ("photos", "InvalidRequest"),
        ("bucket/photos/more", "InvalidRequest"),
    ] {
        world.refused(code, "PUT", "/v1/quotas", json!({ "of": of, "hardBytes": 1 })).await;
    }
    world.refused("InvalidRequest", "PUT", "/v1/quotas", json!({ "of": "bucket/photos", "hardBytes": -1 })).await;
    world.refused("InvalidRequest", "PUT", "/v1/quotas", json!({ "of": "bucket/photos", "hard": 1 })).await;
    assert_eq!(world.ask("PUT", "/v1/quotas", json!({ "of": "bucket/photos" })).await.0, 200);
    world.store.delete_bucket(&name).await.expect("it is empty");
    assert_eq!(world.ask("DELETE", &format!("/v1/accounts/{LAB}"), Value::Null).await.0, 200);
    assert_eq!(world.ask("GET", "/v1/quotas", Value::Null).await, (200, json!({ "quotas": [] })));
}
