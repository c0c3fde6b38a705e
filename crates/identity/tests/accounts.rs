//! Accounts: listed, suspended, deleted, and their root users' keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use coldkeep_auth::{AccessKey, Caller, Keys, Refusal};
use coldkeep_identity::{
    Account, Edit, Entity, EntityKind, Error, Identity, MAX_STALENESS, Provider, RootKey, SessionOf, Unique,
};
use coldkeep_meta::Memory;
use coldkeep_types::{AccountId, Clock, Timestamp};

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    fn random_u32(&self) -> u32 {
        7
    }
}

const OPERATOR: &str = "500000000000";
const LAB: &str = "111122223333";

fn id(digits: &str) -> AccountId {
    AccountId::parse(digits).expect("12 digits")
}

struct World {
    meta: Arc<Memory>,
    clock: Arc<TestClock>,
    root_key: RootKey,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(1_700_000_000_000)));
        Self { meta: Arc::default(), clock, root_key: RootKey::random() }
    }

    async fn server(&self) -> Identity {
        let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(id(OPERATOR), "ROOT") };
        Identity::open(self.meta.clone(), self.clock.clone(), &self.root_key, root).await.expect("it opens")
    }
}

async fn done(edit: Edit) {
    assert!(edit.done().await.expect("a commit"));
}

/// Makes an account; the id of its root user's key.
async fn make(server: &Identity, digits: &str) -> (Account, String) {
    let mut edit = server.edit(&id(digits));
    let (account, _) = edit.create_account("lab", Some(&format!("{digits}@example.com"))).await.expect("it is new");
    done(edit).await;
    let key = account.keys[0].id.clone();
    (account, key)
}

fn ann() -> Entity {
    Entity {
        id: Unique::User.new_id(),
        name: "ann".into(),
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

/// Makes a user with a key; the key's id.
async fn make_user(server: &Identity, digits: &str) -> String {
    let mut edit = server.edit(&id(digits));
    let mut user = ann();
    let (key, _) = edit.new_key(Some(&user.id)).await.expect("a key");
    user.keys.push(key.clone());
    edit.create(EntityKind::User, &user).await.expect("it is new");
    done(edit).await;
    key.id
}

/// Whose a key is, as a door asks.
async fn ask(server: &Identity, key: &str, token: Option<&str>) -> Result<Option<String>, Refusal> {
    let found = match server.lookup(key) {
        Some(found) => Some(found),
        None => server.find(key, token).await?,
    };
    Ok(found.map(|key| key.caller.arn))
}

async fn suspend(server: &Identity, suspended: bool) {
    let mut edit = server.edit(&id(LAB));
    assert_eq!(edit.suspend(suspended).await.expect("it is there").suspended, suspended);
    done(edit).await;
}

#[tokio::test]
async fn a_suspended_account_is_refused_by_every_key_at_once_here_and_within_the_bound_elsewhere() {
    let world = World::new();
    let (here, elsewhere) = (world.server().await, world.server().await);
    let (_, root) = make(&here, LAB).await;
    let user = make_user(&here, LAB).await;
    let session = here.new_session(&id(LAB), SessionOf::User(None), "", 3600);
    let token = here.token(&session).expect("a token");
    let all = [(root.as_str(), None), (user.as_str(), None), (session.access_key.as_str(), Some(token.as_str()))];
    for (key, token) in all {
        assert!(ask(&here, key, token).await.expect("it may").is_some());
        assert!(ask(&elsewhere, key, token).await.expect("it may").is_some());
    }
    suspend(&here, true).await;
    for (key, token) in all {
        assert_eq!(ask(&here, key, token).await, Err(Refusal::AccountSuspended));
        assert_eq!(ask(&here, key, token).await, Err(Refusal::AccountSuspended), "from memory");
        assert!(ask(&elsewhere, key, token).await.is_ok(), "from memory");
    }
    world.clock.0.fetch_add(MAX_STALENESS.as_millis() as i64, Ordering::SeqCst);
    for (key, token) in all {
        assert_eq!(ask(&elsewhere, key, token).await, Err(Refusal::AccountSuspended));
    }
    assert!(ask(&here, "ROOT", None).await.expect("the operator may").is_some());
    suspend(&here, false).await;
    for (key, token) in all {
        assert!(ask(&here, key, token).await.expect("it may again").is_some());
    }
}

#[tokio::test]
async fn a_lost_key_is_replaced_and_two_are_the_most() {
    let world = World::new();
    let server = world.server().await;
    let (_, first) = make(&server, LAB).await;
    let mut edit = server.edit(&id(LAB));
    let (second, _) = edit.new_root_key().await.expect("a second key");
    done(edit).await;
    let third = server.edit(&id(LAB)).new_root_key().await;
    assert!(matches!(third, Err(Error::LimitExceeded(_))));
    let mut edit = server.edit(&id(LAB));
    assert!(!edit.set_root_key(&first, false).await.expect("it is there").active);
    done(edit).await;
    assert_eq!(ask(&server, &first, None).await, Ok(None));
    assert_eq!(ask(&server, &second.id, None).await, Ok(Some(format!("arn:aws:iam::{LAB}:root"))));
    let mut edit = server.edit(&id(LAB));
    edit.delete_root_key(&first).await.expect("it is there");
    done(edit).await;
    assert_eq!(server.account_of_key(&first).await.expect("read"), None);
    assert!(matches!(server.edit(&id(LAB)).delete_root_key(&first).await, Err(Error::NoSuchEntity(_))));
    assert!(matches!(server.edit(&id("999999999999")).new_root_key().await, Err(Error::NoSuchEntity(_))));
    // The operator may have keys in records too, beside the one that the server is given.
    let mut edit = server.edit(&id(OPERATOR));
    let (key, _) = edit.new_root_key().await.expect("a key");
    done(edit).await;
    assert_eq!(ask(&server, &key.id, None).await, Ok(Some(format!("arn:aws:iam::{OPERATOR}:root"))));
}

#[tokio::test]
async fn an_account_goes_when_nothing_is_in_it_and_leaves_nothing() {
    let world = World::new();
    let server = world.server().await;
    let before = coldkeep_identity::prove(&*world.meta).await.expect("read").0;
    let (_, root) = make(&server, LAB).await;
    let mut edit = server.edit(&id(LAB));
    let mut account = edit.own_account().await.expect("it is there");
    account.alias = Some("lab".into());
    edit.note_alias("lab", true);
    edit.put_account(&account);
    done(edit).await;
    make_user(&server, LAB).await;
    let mut edit = server.edit(&id(LAB));
    edit.remove_account().await.expect("it may be tried");
    assert!(!edit.done().await.expect("a commit"), "a user is in it");

    let mut edit = server.edit(&id(LAB));
    let user = edit.entity(EntityKind::User, "ann").await.expect("ann");
    user.keys.iter().for_each(|key| edit.forget_key(&key.id));
    edit.remove(EntityKind::User, &user);
    done(edit).await;
    let provider =
        Provider { url: "https://a.example".into(), client_ids: vec![], thumbprints: vec![], created: 0, tags: vec![] };
    let mut edit = server.edit(&id(LAB));
    edit.create_provider(&provider).await.expect("it is new");
    done(edit).await;
    let mut edit = server.edit(&id(LAB));
    edit.remove_account().await.expect("it may be tried");
    assert!(!edit.done().await.expect("a commit"), "an identity provider is in it");
    let mut edit = server.edit(&id(LAB));
    edit.remove_provider(provider.name());
    done(edit).await;
    // Somebody is about to make a user when the account goes.
    let mut late_provider = server.edit(&id(LAB));
    late_provider.create_provider(&provider).await.expect("it is new");
    let mut late = server.edit(&id(LAB));
    late.create(EntityKind::User, &ann()).await.expect("it is new");
    let mut late_alias = server.edit(&id(LAB));
    let account = late_alias.own_account().await.expect("it is there");
    late_alias.put_account(&account);
    let mut edit = server.edit(&id(LAB));
    edit.remove_account().await.expect("it is empty");
    done(edit).await;
    assert!(!late_provider.done().await.expect("a commit"));
    assert!(!late.done().await.expect("a commit") && !late_alias.done().await.expect("a commit"));
    let again = server.edit(&id(LAB)).create(EntityKind::User, &ann()).await;
    assert!(matches!(again, Err(Error::NoSuchEntity(_))), "{again:?}");
    assert_eq!(ask(&server, &root, None).await, Ok(None));
    assert!(server.account(&id(LAB)).await.expect("read").is_none());
    assert!(server.account_by_email(&format!("{LAB}@example.com")).await.expect("read").is_none());
    assert_eq!(coldkeep_identity::prove(&*world.meta).await.expect("read").0, before, "nothing is left");
    make(&server, LAB).await;
}

#[tokio::test]
async fn the_operators_account_stays() {
    let server = World::new().server().await;
    let operator = id(OPERATOR);
    assert!(matches!(server.edit(&operator).suspend(true).await, Err(Error::DeleteConflict(_))));
    assert!(matches!(server.edit(&operator).remove_account().await, Err(Error::DeleteConflict(_))));
}

#[tokio::test]
async fn listings_have_the_operators_account_in_its_place_whatever_the_page() {
    let server = World::new().server().await;
    let others = ["111111111111", "222222222222", "777777777777", "888888888888"];
    for digits in others {
        make(&server, digits).await;
    }
    let wanted = ["111111111111", "222222222222", OPERATOR, "777777777777", "888888888888"];
    for max in 1..7 {
        let (mut all, mut after): (Vec<String>, Option<AccountId>) = (Vec::new(), None);
        loop {
            let page = server.accounts(after.as_ref(), max).await.expect("read");
            assert!(page.items.len() <= max);
            all.extend(page.items.into_iter().map(|account| account.id));
            match page.marker {
                Some(marker) => after = Some(id(&marker)),
                None => break,
            }
        }
        assert_eq!(all, wanted, "{max} a page");
    }
    // It is there once when it has a record.
    let mut edit = server.edit(&id(OPERATOR));
    edit.new_root_key().await.expect("a key");
    done(edit).await;
    let page = server.accounts(None, 100).await.expect("read");
    assert_eq!(page.items.iter().map(|account| account.id.as_str()).collect::<Vec<_>>(), wanted);
}
