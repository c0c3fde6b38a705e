//! Keys of providers: fetched when they are needed, no more often than that, and what a provider answers that has none.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use coldkeep_oidc::{Fetch, FetchError, Issuer, Issuers, MAX_AGE, PAUSE, Token, Unproven};
use coldkeep_types::{Clock, Timestamp};
use serde_json::{Value, json};

const URL: &str = "https://a.example/x";

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    fn random_u32(&self) -> u32 {
        4
    }
}

/// A provider: its documents, and what was asked of it.
#[derive(Default)]
struct Provider {
    documents: Mutex<HashMap<String, Result<String, FetchError>>>,
    asked: Mutex<Vec<String>>,
    slow: tokio::sync::Mutex<()>,
}

#[async_trait]
impl Fetch for Provider {
    async fn get(&self, url: &str, _thumbprints: &[String]) -> Result<Bytes, FetchError> {
        self.asked.lock().expect("no panic").push(url.to_owned());
        drop(self.slow.lock().await);
        let known = self.documents.lock().expect("no panic").get(url).cloned();
        known.unwrap_or(Err(FetchError::Refused("404".into()))).map(Bytes::from)
    }
}

struct Signer(EcdsaKeyPair, &'static str);

impl Signer {
    fn new(name: &'static str) -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a pair"), name)
    }

    fn public(&self) -> Value {
        let (x, y) = self.0.public_key().as_ref()[1..].split_at(32);
        let encode = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "kty": "EC", "use": "sig", "alg": "ES256", "kid": self.1, "crv": "P-256", "x": encode(x), "y": encode(y) })
    }

    fn token(&self) -> Token {
        let header = json!({ "alg": "ES256", "kid": self.1 }).to_string();
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(r#"{"sub":"me"}"#));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).expect("signed");
        Token::parse(&format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))).expect("a token")
    }
}

struct World {
    clock: Arc<Hands>,
    provider: Arc<Provider>,
    issuers: Arc<Issuers>,
}

impl World {
    fn new() -> Self {
        let (clock, provider) = (Arc::new(Hands(AtomicI64::new(1_770_091_506_000))), Arc::new(Provider::default()));
        let issuers = Arc::new(Issuers::new(provider.clone(), clock.clone()));
        let world = Self { clock, provider, issuers };
        world.answer("https://a.example/x/.well-known/openid-configuration", discovery(URL));
        world
    }

    fn answer(&self, url: &str, document: impl Into<String>) {
        self.provider.documents.lock().expect("no panic").insert(url.to_owned(), Ok(document.into()));
    }

    fn fail(&self, url: &str, error: FetchError) {
        self.provider.documents.lock().expect("no panic").insert(url.to_owned(), Err(error));
    }

    fn keys(&self, signers: &[&Signer]) {
        let keys: Vec<Value> = signers.iter().map(|signer| signer.public()).collect();
        self.answer("https://keys.example/set", json!({ "keys": keys }).to_string());
    }

    async fn prove(&self, signer: &Signer) -> Result<(), Unproven> {
        self.issuers.prove(&Issuer::parse(URL, false).expect("one"), &[], &signer.token()).await
    }

    fn wait(&self, time: Duration) {
        self.clock.0.fetch_add(time.as_millis() as i64, Ordering::SeqCst);
    }

    fn fetches(&self) -> usize {
        self.provider.asked.lock().expect("no panic").len()
    }
}

fn discovery(issuer: &str) -> String {
    json!({ "issuer": issuer, "jwks_uri": "https://keys.example/set" }).to_string()
}

#[tokio::test]
async fn keys_are_fetched_once_and_again_when_they_are_old_or_changed() {
    let (world, one, two) = (World::new(), Signer::new("one"), Signer::new("two"));
    world.keys(&[&one]);
    for _ in 0..3 {
        assert_eq!(world.prove(&one).await, Ok(()));
    }
    assert_eq!(world.fetches(), 2, "one discovery document and one set");
    // The provider has a new key: a token that names it has it fetched, but not at once.
    world.keys(&[&two]);
    assert_eq!(world.prove(&two).await, Err(Unproven::NoKey));
    assert_eq!(world.fetches(), 2);
    world.wait(PAUSE);
    assert_eq!(world.prove(&two).await, Ok(()));
    assert_eq!(world.prove(&one).await, Err(Unproven::NoKey), "the old one is gone");
    assert_eq!(world.fetches(), 4);
    world.keys(&[]);
    world.wait(MAX_AGE - Duration::from_millis(1));
    assert_eq!(world.prove(&two).await, Ok(()));
    world.wait(Duration::from_millis(1));
    assert_eq!(world.prove(&two).await, Err(Unproven::NoKey), "keys that are gone are not believed for ever");
    assert_eq!(world.fetches(), 6);
}

#[tokio::test]
async fn another_key_of_the_same_name_signs_nothing() {
    let (world, one, thief) = (World::new(), Signer::new("one"), Signer::new("one"));
    world.keys(&[&one]);
    assert_eq!(world.prove(&thief).await, Err(Unproven::Forged));
    world.wait(PAUSE);
    assert_eq!(world.prove(&thief).await, Err(Unproven::Forged));
    assert_eq!(world.fetches(), 2, "a forged token has nothing fetched anew");
}

#[tokio::test]
async fn failures_are_told_apart_and_rest_too() {
    let (world, one) = (World::new(), Signer::new("one"));
    let at = "https://a.example/x/.well-known/openid-configuration";
    for (document, why) in [
        ("no JSON".to_owned(), Unproven::NoKey),
        (discovery("https://other.example"), Unproven::NoKey),
        (json!({ "issuer": URL }).to_string(), Unproven::NoKey),
        (discovery(URL), Unproven::NoKey),
    ] {
        world.answer(at, document.clone());
        assert_eq!(world.prove(&one).await, Err(why), "{document}");
        let fetches = world.fetches();
        assert!(world.prove(&one).await.is_err());
        assert_eq!(world.fetches(), fetches, "the failure is remembered for a while");
        world.wait(PAUSE);
    }
    world.answer("https://keys.example/set", "{}");
    assert_eq!(world.prove(&one).await, Err(Unproven::NoKey));
    world.wait(PAUSE);
    world.fail(at, FetchError::Unreachable("refused".into()));
    assert_eq!(world.prove(&one).await, Err(Unproven::Unreachable));
    world.wait(PAUSE);
    world.answer(at, discovery(URL));
    world.keys(&[&one]);
    assert_eq!(world.prove(&one).await, Ok(()));
}

#[tokio::test]
async fn a_token_that_names_a_key_of_its_own_making_takes_no_key_away() {
    let (world, one, thief) = (World::new(), Signer::new("one"), Signer::new("none"));
    world.keys(&[&one]);
    assert_eq!(world.prove(&one).await, Ok(()));
    world.wait(PAUSE);
    world.fail("https://keys.example/set", FetchError::Unreachable("refused".into()));
    assert_eq!(world.prove(&thief).await, Err(Unproven::Unreachable));
    assert_eq!(world.prove(&one).await, Ok(()), "what was known is still good");
    assert_eq!(world.prove(&thief).await, Err(Unproven::Unreachable));
    assert_eq!(world.fetches(), 4);
    world.wait(MAX_AGE);
    assert_eq!(world.prove(&one).await, Err(Unproven::Unreachable), "and not for longer than ever");
}

#[tokio::test]
async fn who_hangs_up_does_not_have_keys_fetched_again_and_the_others_wait_for_the_same() {
    let (world, one) = (Arc::new(World::new()), Signer::new("one"));
    world.keys(&[&one]);
    let slow = world.provider.slow.lock().await;
    for _ in 0..3 {
        let mut gone = Box::pin(world.prove(&one));
        for _ in 0..10 {
            assert!(futures_poll(&mut gone).await.is_none());
        }
        drop(gone);
    }
    let waiting = tokio::spawn({
        let (world, token) = (world.clone(), one.token());
        async move { world.issuers.prove(&Issuer::parse(URL, false).expect("one"), &[], &token).await }
    });
    drop(slow);
    assert_eq!(waiting.await.expect("no panic"), Ok(()));
    assert_eq!(world.fetches(), 2);
}

#[tokio::test]
async fn while_a_key_is_looked_for_the_known_ones_count() {
    let (world, one, thief) = (World::new(), Signer::new("one"), Signer::new("none"));
    world.keys(&[&one]);
    assert_eq!(world.prove(&one).await, Ok(()));
    world.wait(PAUSE);
    let slow = world.provider.slow.lock().await;
    let mut looking = Box::pin(world.prove(&thief));
    for _ in 0..10 {
        assert!(futures_poll(&mut looking).await.is_none());
    }
    let mut known = Box::pin(world.prove(&one));
    assert_eq!(futures_poll(&mut known).await, Some(Ok(())), "nobody waits for a stranger's key");
    drop(slow);
    assert_eq!(looking.await, Err(Unproven::NoKey));
}

/// Polls once, lets others run, and says what came.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await;
    tokio::task::yield_now().await;
    polled
}

#[tokio::test]
async fn what_one_account_trusts_does_not_count_for_another() {
    let (world, one) = (World::new(), Signer::new("one"));
    world.keys(&[&one]);
    let issuer = Issuer::parse(URL, false).expect("one");
    for thumbprint in ["a", "b"] {
        assert_eq!(world.issuers.prove(&issuer, &[thumbprint.to_owned()], &one.token()).await, Ok(()));
    }
    assert_eq!(world.fetches(), 4);
}
