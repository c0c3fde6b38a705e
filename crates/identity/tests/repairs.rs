//! Damage to each kind of record: found, named, mended, and after that nothing is wrong.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::sync::Arc;

use coldkeep_auth::{AccessKey, Caller, Keys};
use coldkeep_identity::{
    Entity, EntityKind, Identity, ManagedPolicy, PolicyVersion, Replaced, RootKey, Unique, Usage, mend, prove,
};
use coldkeep_meta::{Commit, Memory, Meta, prefix_range};
use coldkeep_types::{AccountId, SystemClock};

const OPERATOR: &str = "500000000000";
const LAB: &str = "111122223333";

fn id(digits: &str) -> AccountId {
    AccountId::parse(digits).expect("12 digits")
}

fn entity(unique: Unique, name: &str) -> Entity {
    Entity {
        id: unique.new_id(),
        name: name.into(),
        path: "/".into(),
        created: 0,
        tags: vec![],
        attached: vec![],
        inline: Default::default(),
        boundary: None,
        groups: vec![],
        keys: vec![],
        trust: None,
        description: None,
        max_session_seconds: None,
    }
}

/// Two accounts; in each a user with a key, in a group, with a policy that is attached and its boundary, and a role. With the ids of the
/// access keys.
async fn world() -> (Arc<Memory>, Identity, Vec<String>) {
    let meta = Arc::new(Memory::default());
    let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(id(OPERATOR), "ROOT") };
    let opened = Identity::open(meta.clone(), Arc::new(SystemClock), &RootKey::from_bytes([1; 32]), root).await;
    let identity = opened.expect("it opens");
    let mut edit = identity.edit(&id(LAB));
    let (account, _) = edit.create_account("lab", Some("lab@example.com")).await.expect("it is new");
    assert!(edit.done().await.expect("a commit"));
    let mut keys = vec![account.keys[0].id.clone()];
    for account in [OPERATOR, LAB] {
        let mut edit = identity.edit(&id(account));
        let arn = format!("arn:aws:iam::{account}:policy/p");
        let document =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#.to_owned();
        let version = PolicyVersion { number: 1, document, created: 0 };
        let policy = ManagedPolicy {
            id: Unique::Policy.new_id(),
            name: "p".into(),
            path: "/".into(),
            description: None,
            created: 0,
            updated: 0,
            tags: vec![],
            default: 1,
            versions: vec![version],
            next: 2,
        };
        edit.create_policy(&policy).await.expect("it is new");
        let (group, mut user) = (entity(Unique::Group, "staff"), entity(Unique::User, "Ann"));
        let (key, _) = edit.new_key(Some(&user.id)).await.expect("a key");
        keys.push(key.id.clone());
        user.keys.push(key);
        user.groups.push(group.id.clone());
        user.attached.push(arn.clone());
        user.boundary = Some(arn.clone());
        edit.note_member(&group.id, &user.id, true);
        edit.note_usage(&arn, Usage::Attached, EntityKind::User, &user.id, true);
        edit.note_usage(&arn, Usage::Boundary, EntityKind::User, &user.id, true);
        edit.create(EntityKind::Group, &group).await.expect("it is new");
        edit.create(EntityKind::User, &user).await.expect("it is new");
        edit.create(EntityKind::Role, &entity(Unique::Role, "r")).await.expect("it is new");
        assert!(edit.done().await.expect("a commit"));
    }
    let mut edit = identity.edit(&id(OPERATOR));
    let mut account = edit.own_account().await.expect("it is there");
    account.alias = Some("ours".into());
    edit.note_alias("ours", true);
    edit.put_account(&account);
    assert!(edit.done().await.expect("a commit"));
    (meta, identity, keys)
}

async fn records(meta: &Memory) -> Vec<(Vec<u8>, Vec<u8>)> {
    let all = meta.scan(prefix_range(b"I"), usize::MAX).await.expect("read");
    all.into_iter().map(|(key, entry)| (key, entry.value)).collect()
}

async fn put(meta: &Memory, key: &[u8], value: Option<Vec<u8>>) {
    let mut commit = Commit::default();
    match value {
        Some(value) => commit.put(key, value),
        None => commit.delete(key),
    };
    meta.commit(commit).await.expect("a commit");
}

async fn mended(meta: &Memory) -> (Vec<String>, Vec<Replaced>) {
    let mut kept = Vec::new();
    let mut keep = |replaced: &Replaced| {
        kept.push(replaced.clone());
        Ok(())
    };
    let done = mend(meta, &mut keep).await.expect("it ends");
    assert_eq!(prove(meta).await.expect("read").1, Vec::<String>::new());
    (done, kept)
}

#[tokio::test]
async fn what_is_whole_has_nothing_to_mend() {
    let (meta, ..) = world().await;
    let before = records(&meta).await;
    assert_eq!(mended(&meta).await, (vec![], vec![]));
    assert_eq!(records(&meta).await, before);
}

/// Each record in turn is made unreadable, and in turn is missing.
#[tokio::test]
async fn each_record_may_be_damaged_or_missing() {
    let (whole, ..) = world().await;
    for (key, value) in records(&whole).await {
        let shown = String::from_utf8_lossy(&key).escape_debug().to_string();
        // What secrets are sealed under is proven by opening it.
        if key == b"Is" {
            continue;
        }
        for damaged in [Some(b"\xff\xfe".to_vec()), None] {
            let (meta, identity, keys) = world_of(&whole).await;
            put(&meta, &key, damaged.clone()).await;
            let (_, problems) = prove(&*meta).await.expect("read");
            let is_silent = damaged.is_none() && key.starts_with(b"Ip");
            assert!(
                !problems.is_empty() || is_silent || damaged.is_none() && key == account_key(OPERATOR),
                "{shown}: {value:?}"
            );
            let (done, kept) = mended(&meta).await;
            if damaged.is_some() {
                assert!(!done.is_empty(), "{shown}");
                assert!(kept.iter().any(|kept| kept.key == key && kept.value == b"\xff\xfe"), "{shown}: {kept:?}");
            }
            // What led somewhere is there again; nobody else is touched.
            let leads = matches!(key[1], b'b' | b'c' | b'f' | b'k' | b'm' | b'n' | b't' | b'q');
            if leads {
                assert_eq!(records(&meta).await, records(&whole).await, "{shown}");
            }
            let usable = |key: String| {
                let identity = identity.clone();
                async move { identity.find(&key, None).await.expect("read").is_some() }
            };
            let other = if shown.contains(LAB) { &keys[1] } else { &keys[2] };
            assert!(usable(other.clone()).await, "{shown}: the other account's user");
            // Names are free again, or lead to what has them.
            for account in [OPERATOR, LAB] {
                let mut edit = identity.edit(&id(account));
                if edit.find(EntityKind::User, "ann").await.expect("read").is_none() {
                    edit.create(EntityKind::User, &entity(Unique::User, "ann")).await.expect("the name is free");
                    assert!(edit.done().await.expect("a commit"), "{shown}");
                }
            }
        }
    }
}

fn account_key(account: &str) -> Vec<u8> {
    [b"Ia", account.as_bytes()].concat()
}

/// A copy of a world.
async fn world_of(whole: &Memory) -> (Arc<Memory>, Identity, Vec<String>) {
    let meta = Arc::new(Memory::default());
    let mut keys = Vec::new();
    for (key, value) in records(whole).await {
        put(&meta, &key, Some(value)).await;
        keys.extend(key.strip_prefix(b"Ik").map(|id| String::from_utf8_lossy(id).into_owned()));
    }
    let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(id(OPERATOR), "ROOT") };
    let opened = Identity::open(meta.clone(), Arc::new(SystemClock), &RootKey::from_bytes([1; 32]), root).await;
    let identity = opened.expect("it opens");
    // Root of the second account, user of the first, user of the second.
    let mut ordered = Vec::new();
    for (account, is_root) in [(LAB, true), (OPERATOR, false), (LAB, false)] {
        for key in &keys {
            let user = identity.user_of_key(key).await.expect("read");
            let owner = identity.account_of_key(key).await.expect("read");
            if owner.as_deref() == Some(account) && user.is_none() == is_root {
                ordered.push(key.clone());
            }
        }
    }
    (meta, identity, ordered)
}

#[tokio::test]
async fn an_account_that_is_lost_is_made_anew_and_its_users_stay() {
    for damaged in [Some(b"\xff".to_vec()), None] {
        let (meta, identity, keys) = world().await;
        put(&meta, &account_key(LAB), damaged).await;
        mended(&meta).await;
        still_usable(&identity, &keys).await;
    }
}

async fn still_usable(identity: &Identity, keys: &[String]) {
    let account = identity.account(&id(LAB)).await.expect("read").expect("it is there");
    assert_eq!((account.name.as_str(), account.keys.len()), (LAB, 0));
    assert!(identity.find(&keys[2], None).await.expect("read").is_some(), "its user");
    assert!(identity.find(&keys[0], None).await.expect("read").is_none(), "its root's key is lost");
    let mut edit = identity.edit(&id(LAB));
    let (key, _) = edit.new_root_key().await.expect("a new one");
    assert!(edit.done().await.expect("a commit"));
    assert!(identity.find(&key.id, None).await.expect("read").is_some());
}

#[tokio::test]
async fn the_key_that_seals_is_never_made_anew_by_a_repair() {
    let (meta, ..) = world().await;
    put(&meta, b"Is", Some(Vec::new())).await;
    assert_eq!(prove(&*meta).await.expect("read").1.len(), 1);
    let before = records(&meta).await;
    let refused = mend(&*meta, &mut |_: &Replaced| Ok(())).await;
    assert!(refused.expect_err("it is not").to_string().contains("put back a copy"));
    assert_eq!(records(&meta).await, before);
}
