//! Whose a key is, for how long that is believed, and what it costs to ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use coldkeep_auth::policy::{NoContext, Principal, Question, decide};
use coldkeep_auth::{AccessKey, Caller, Keys, Refusal};
use coldkeep_identity::{Edit, Entity, EntityKind, Error, Identity, MAX_STALENESS, RootKey, SessionOf, Unique, Usage};
use coldkeep_meta::{Commit, Entry, Memory, Meta, Visit};
use coldkeep_types::{AccountId, Clock, Timestamp};

#[derive(Default)]
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    fn random_u32(&self) -> u32 {
        7
    }
}

/// Counts what is read.
#[derive(Default)]
struct Counting {
    meta: Memory,
    reads: AtomicU64,
}

#[async_trait::async_trait]
impl Meta for Counting {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, coldkeep_meta::Error> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.meta.get(key).await
    }

    async fn scan_back(
        &self,
        range: std::ops::Range<Vec<u8>>,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Entry)>, coldkeep_meta::Error> {
        self.meta.scan_back(range, limit).await
    }

    async fn walk(&self, range: std::ops::Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), coldkeep_meta::Error> {
        self.meta.walk(range, visit).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), coldkeep_meta::Error> {
        self.meta.commit(commit).await
    }

    fn health(&self) -> Result<(), coldkeep_meta::Error> {
        self.meta.health()
    }
}

fn account() -> AccountId {
    AccountId::parse("012345678901").expect("12 digits")
}

struct World {
    meta: Arc<Counting>,
    clock: Arc<TestClock>,
    root_key: RootKey,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(1_700_000_000_000)));
        Self { meta: Arc::default(), clock, root_key: RootKey::random() }
    }

    async fn server(&self) -> Identity {
        let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(account(), "ROOT") };
        Identity::open(self.meta.clone(), self.clock.clone(), &self.root_key, root).await.expect("it opens")
    }

    fn pass(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }
}

fn ann() -> Entity {
    Entity {
        id: Unique::User.new_id(),
        name: "ann".into(),
        path: "/".into(),
        created: 0,
        tags: Vec::new(),
        attached: Vec::new(),
        inline: Default::default(),
        boundary: None,
        groups: Vec::new(),
        keys: Vec::new(),
        trust: None,
        description: None,
        max_session_seconds: None,
    }
}

async fn with_key(mut edit: Edit) -> (String, String) {
    let mut user = ann();
    let (key, secret) = edit.new_key(Some(&user.id)).await.expect("a key");
    user.keys.push(key.clone());
    edit.create(EntityKind::User, &user).await.expect("a user");
    assert!(edit.done().await.expect("a commit"));
    (key.id, secret)
}

async fn found(server: &Identity, key: &str) -> Option<AccessKey> {
    match server.lookup(key) {
        Some(known) => Some(known),
        None => server.find(key, None).await.expect("keys can be read"),
    }
}

fn may(key: &AccessKey, action: &str) -> bool {
    let rights = &key.caller.rights;
    let question = Question {
        action,
        resource: "arn:aws:s3:::photos/a",
        resource_account: None,
        principal: &rights.principal,
        context: &NoContext,
    };
    decide(&question, &rights.policies()).is_allowed()
}

#[tokio::test]
async fn a_key_is_its_users_and_another_server_sees_a_change_within_the_bound() {
    let world = World::new();
    let (one, other) = (world.server().await, world.server().await);
    let (id, secret) = with_key(one.edit(&account())).await;
    let key = found(&other, &id).await.expect("it is there");
    assert_eq!((key.secret.as_str(), key.caller.arn.as_str()), (&*secret, "arn:aws:iam::012345678901:user/ann"));
    assert!(matches!(key.caller.rights.principal, Principal::User { .. }));
    assert!(!may(&key, "s3:GetObject"), "a new user may nothing");
    assert!(found(&one, &id).await.is_some());

    let mut edit = one.edit(&account());
    let mut user = edit.entity(EntityKind::User, "ANN").await.expect("names have no case");
    user.attached.push("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess".into());
    edit.note_usage(&user.attached[0], Usage::Attached, EntityKind::User, &user.id, true);
    edit.put_entity(EntityKind::User, &user);
    assert!(edit.done().await.expect("a commit"));
    assert!(may(&found(&one, &id).await.expect("here"), "s3:GetObject"), "the server that changed it knows at once");
    assert!(!may(&found(&other, &id).await.expect("here"), "s3:GetObject"), "memory");
    world.pass(MAX_STALENESS.as_millis() as i64);
    let key = found(&other, &id).await.expect("here");
    assert!(may(&key, "s3:GetObject") && !may(&key, "s3:PutObject"));

    let mut edit = one.edit(&account());
    let mut user = edit.entity(EntityKind::User, "ann").await.expect("ann");
    user.keys[0].active = false;
    edit.put_entity(EntityKind::User, &user);
    assert!(edit.done().await.expect("a commit"));
    assert!(found(&one, &id).await.is_none(), "an inactive key is nobody's");
    world.pass(MAX_STALENESS.as_millis() as i64);
    assert!(found(&other, &id).await.is_none());
}

#[tokio::test]
async fn what_is_in_memory_costs_no_read_and_neither_do_strangers() {
    let world = World::new();
    let server = world.server().await;
    let (id, _) = with_key(server.edit(&account())).await;
    assert!(found(&server, &id).await.is_some());
    let before = world.meta.reads.load(Ordering::SeqCst);
    assert!(found(&server, &id).await.is_some() && found(&server, "ROOT").await.is_some());
    for stranger in ["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "me", ""] {
        assert!(found(&server, stranger).await.is_none());
    }
    assert_eq!(world.meta.reads.load(Ordering::SeqCst), before);
    // A key that is gone is read once, then known to be nobody's.
    let mut edit = server.edit(&account());
    let mut user = edit.entity(EntityKind::User, "ann").await.expect("ann");
    user.keys.clear();
    edit.forget_key(&id);
    edit.put_entity(EntityKind::User, &user);
    assert!(edit.done().await.expect("a commit"));
    assert!(found(&server, &id).await.is_none());
    let before = world.meta.reads.load(Ordering::SeqCst);
    assert!(found(&server, &id).await.is_none());
    assert_eq!(world.meta.reads.load(Ordering::SeqCst), before);
}

#[tokio::test]
async fn sessions_open_on_any_server_until_they_end_and_only_narrow() {
    let world = World::new();
    let (one, other) = (world.server().await, world.server().await);
    let mut edit = one.edit(&account());
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess".to_owned();
    let role = Entity { id: Unique::Role.new_id(), name: "build".into(), attached: vec![admin], ..ann() };
    edit.create(EntityKind::Role, &role).await.expect("a role");
    assert!(edit.done().await.expect("a commit"));
    let mut session = one.new_session(&account(), SessionOf::Role(role.id.clone()), "ci", 900);
    let only_get = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
    session.policies = Some(vec![only_get.into()]);
    let token = one.token(&session).expect("sealed");
    let key = other.find(&session.access_key, Some(&token)).await.expect("read").expect("a session");
    assert_eq!(key.caller.arn, "arn:aws:sts::012345678901:assumed-role/build/ci");
    assert_eq!(key.session_token.as_deref(), Some(&*token));
    assert!(may(&key, "s3:GetObject") && !may(&key, "s3:PutObject"), "the session's policy narrows");
    assert!(key.caller.rights.token_issued_at.is_some());

    for wrong in ["", "AAAA", &token[..token.len() - 4]] {
        let server = world.server().await;
        let refused = server.find(&session.access_key, Some(wrong)).await.expect_err("no such token");
        assert_eq!(refused, Refusal::InvalidToken);
    }
    let another = one.new_session(&account(), SessionOf::Role(role.id.clone()), "ci", 900);
    let refused = world.server().await.find(&another.access_key, Some(&token)).await.expect_err("another key's token");
    assert_eq!(refused, Refusal::InvalidToken);
    let foreign = World { root_key: RootKey::random(), ..World::new() }.server().await;
    assert!(foreign.find(&session.access_key, Some(&token)).await.expect("read").is_none(), "another root key");

    world.pass(899_999);
    assert!(other.find(&session.access_key, Some(&token)).await.expect("read").is_some());
    world.pass(1);
    assert!(other.lookup(&session.access_key).is_none(), "memory ends with the session");
    let refused = other.find(&session.access_key, Some(&token)).await.expect_err("it has ended");
    assert_eq!(refused, Refusal::ExpiredToken);
}

#[tokio::test]
async fn another_root_key_is_refused_by_name_and_changes_nothing() {
    let world = World::new();
    let server = world.server().await;
    let (id, _) = with_key(server.edit(&account())).await;
    let needed = world.root_key.id();
    let other = RootKey::random();
    let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(account(), "ROOT") };
    let opened = Identity::open(world.meta.clone(), world.clock.clone(), &other, root).await;
    let words = opened.err().expect("it is refused").to_string();
    assert!(words.contains(&needed) && words.contains(&other.id()), "{words}");
    assert!(found(&world.server().await, &id).await.is_some(), "the right key finds everything");
    let (records, problems) = coldkeep_identity::prove(&*world.meta).await.expect("read");
    assert_eq!((records, problems), (5, vec![]), "check, name, user, key, counter");
}

#[tokio::test]
async fn another_root_key_takes_over_and_everything_opens_as_before() {
    let world = World::new();
    let (id, token) = {
        let server = world.server().await;
        let (id, _) = with_key(server.edit(&account())).await;
        (id, server)
    };
    let secret = found(&token, &id).await.expect("the key").secret;
    let next = RootKey::random();
    coldkeep_identity::change_root_key(&*world.meta, &world.root_key, &next).await.expect("it changes");
    let again = coldkeep_identity::change_root_key(&*world.meta, &world.root_key, &next).await;
    assert!(again.is_err(), "the old one opens nothing any more");
    assert_eq!(coldkeep_identity::sealed_under(&*world.meta).await.expect("read"), Some(next.id()));
    let world = World { root_key: next, ..world };
    assert_eq!(found(&world.server().await, &id).await.expect("the key").secret, secret);
}

/// The first servers sealed nothing under the root key to know it again, and everything else under that key itself.
#[tokio::test]
async fn what_was_sealed_under_the_root_key_itself_opens_also_after_a_change() {
    let world = World::new();
    let sealed = coldkeep_identity::Sealer::new(&world.root_key).seal(b"", "root key").expect("sealed");
    let mut commit = coldkeep_meta::Commit::default();
    commit.put(b"Is".to_vec(), sealed);
    coldkeep_meta::Meta::commit(&*world.meta, commit).await.expect("a commit");
    let (id, secret) = {
        let server = world.server().await;
        let (id, _) = with_key(server.edit(&account())).await;
        let secret = found(&server, &id).await.expect("the key").secret;
        (id, secret)
    };
    assert_eq!(world.server().await.sealer().key_id(), world.root_key.id());
    let next = RootKey::random();
    coldkeep_identity::change_root_key(&*world.meta, &world.root_key, &next).await.expect("it changes");
    let world = World { root_key: next, ..world };
    assert_eq!(found(&world.server().await, &id).await.expect("the key").secret, secret);
}

#[tokio::test]
async fn names_are_one_whatever_their_case_and_edits_that_met_a_change_do_nothing() {
    let world = World::new();
    let server = world.server().await;
    with_key(server.edit(&account())).await;
    let mut edit = server.edit(&account());
    let again = edit.create(EntityKind::User, &Entity { name: "Ann".into(), ..ann() }).await;
    assert!(matches!(again, Err(Error::AlreadyExists(_))), "{again:?}");
    let (mut one, mut other) = (server.edit(&account()), server.edit(&account()));
    for edit in [&mut one, &mut other] {
        let mut user = edit.entity(EntityKind::User, "ann").await.expect("ann");
        edit.rename(EntityKind::User, &mut user, "bob").await.expect("free");
        edit.put_entity(EntityKind::User, &user);
    }
    assert!(one.done().await.expect("a commit") && !other.done().await.expect("a refused commit"));
    assert!(server.edit(&account()).find(EntityKind::User, "ann").await.expect("read").is_none());
    assert_eq!(server.edit(&account()).count(Some(EntityKind::User)).await.expect("read"), 1);
}

#[tokio::test]
async fn accounts_are_found_by_all_their_names() {
    let world = World::new();
    let server = world.server().await;
    let id = AccountId::parse("111122223333").expect("12 digits");
    let mut edit = server.edit(&id);
    let (made, secret) = edit.create_account("lab", Some("Lab@Example.com")).await.expect("made");
    assert!(edit.done().await.expect("a commit"));
    let root = found(&server, &made.keys[0].id).await.expect("its root's key");
    assert_eq!((root.secret, root.caller.arn.as_str()), (secret, "arn:aws:iam::111122223333:root"));
    let canonical = coldkeep_auth::canonical_user_id(&id);
    for found in [
        server.account(&id).await,
        server.account_by_canonical_id(&canonical).await,
        server.account_by_email("lab@example.COM").await,
    ] {
        assert_eq!(found.expect("read").expect("it is there").name, "lab");
    }
    let operator = server.account_by_canonical_id(&coldkeep_auth::canonical_user_id(&account())).await;
    assert_eq!(operator.expect("read").map(|account| account.id).as_deref(), Some("012345678901"));
    assert!(server.account_by_email("nobody@example.com").await.expect("read").is_none());
    for (id, email) in [("111122223333", None), ("111122224444", Some("LAB@example.com")), ("012345678901", None)] {
        let id = AccountId::parse(id).expect("12 digits");
        let again = server.edit(&id).create_account("again", email).await;
        assert!(matches!(again, Err(Error::AlreadyExists(_))), "{id}");
    }
}
