//! From making to destruction: use, states, rotation, aliases, imports.

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use coldkeep_keyring::{
    Edit, Error, Imported, Key, KeySpec, KeyState, KeyUsage, NewKey, Origin, WrappingAlgorithm, prove,
};
use coldkeep_meta::{Meta, prefix_range};
use coldkeep_types::Clock;

use crate::world::{DAY_MS, OWNER, World, context, place, root};

async fn edit(
    world: &World,
    key: &Key,
    change: impl FnOnce(&mut Edit, &Key) -> Result<(), Error>,
) -> Result<(), Error> {
    let (key, mut edit) = (world.again(key).await, world.keyring.edit());
    change(&mut edit, &key)?;
    assert!(edit.done().await?, "nobody else changes it");
    Ok(())
}

async fn rotate(world: &World, key: &Key) -> Result<(), Error> {
    let (key, mut edit) = (world.again(key).await, world.keyring.edit());
    edit.rotate_on_demand(&key).await?;
    assert!(edit.done().await?);
    Ok(())
}

#[tokio::test]
async fn a_data_key_opens_in_its_context_after_any_rotation_and_is_nowhere_in_the_records() {
    let world = World::new();
    let key = world.symmetric().await;
    let of = context(&[("aws:s3:arn", "arn:aws:s3:::b/k")]);
    let made = key.generate_data_key(world.clock.now(), 32, &of).expect("a data key");
    assert_eq!((made.plain.len(), made.material_id.len()), (32, 64));
    for _ in 0..3 {
        let (opened_by, plain) = world.keyring.decrypt(&made.ciphertext, &of).await.expect("it opens");
        assert_eq!((plain, &opened_by.arn), (made.plain.clone(), &key.arn));
        let other = world.keyring.decrypt(&made.ciphertext, &context(&[])).await;
        assert!(matches!(other, Err(Error::InvalidCiphertext)));
        rotate(&world, &key).await.expect("rotated");
    }
    let rotated = world.again(&key).await;
    assert_eq!((rotated.record.current, rotated.record.materials.len()), (4, 4));
    assert_ne!(rotated.generate_data_key(world.clock.now(), 32, &of).expect("made").material_id, made.material_id);
    for (at, entry) in world.meta.scan(prefix_range(b"K"), 1000).await.expect("records") {
        let found = entry.value.windows(8).any(|window| made.plain.windows(8).any(|plain| plain == window));
        assert!(!found, "{at:?}");
    }
    assert_eq!(prove(&*world.meta).await.expect("records").1, Vec::<String>::new());
}

#[tokio::test]
async fn the_state_counts_at_once() {
    let world = World::new();
    let key = world.symmetric().await;
    let sealed = key.encrypt(world.clock.now(), b"plain", &context(&[])).expect("encrypted");
    edit(&world, &key, |edit, key| edit.enable(key, false)).await.expect("disabled");
    let opened = world.keyring.decrypt(&sealed, &context(&[])).await;
    assert!(matches!(opened, Err(Error::Disabled(arn)) if arn == key.arn));
    edit(&world, &key, |edit, key| edit.enable(key, true)).await.expect("enabled");
    assert!(world.keyring.decrypt(&sealed, &context(&[])).await.is_ok());
    for days in [0, 6, 31] {
        let refused = edit(&world, &key, |edit, key| edit.schedule_deletion(key, days).map(drop)).await;
        assert!(matches!(refused, Err(Error::Validation(_))), "{days}");
    }
    edit(&world, &key, |edit, key| edit.schedule_deletion(key, 7).map(drop)).await.expect("scheduled");
    let opened = world.keyring.decrypt(&sealed, &context(&[])).await;
    assert!(matches!(opened, Err(Error::InvalidState { state: KeyState::PendingDeletion, .. })));
    assert!(edit(&world, &key, |edit, key| edit.enable(key, true)).await.is_err());
    edit(&world, &key, |edit, key| edit.cancel_deletion(key)).await.expect("spared");
    assert_eq!(world.again(&key).await.state(world.clock.now()), KeyState::Disabled);
    edit(&world, &key, |edit, key| edit.enable(key, true)).await.expect("enabled");
    assert!(world.keyring.decrypt(&sealed, &context(&[])).await.is_ok());
}

#[tokio::test]
async fn a_key_is_destroyed_when_its_time_has_surely_come_with_all_that_leads_to_it() {
    let world = World::new();
    let key = world.symmetric().await;
    let mut making = world.keyring.edit();
    making.create_alias(&key, "alias/x").await.expect("an alias");
    assert!(making.done().await.expect("a commit"));
    let sealed = key.encrypt(world.clock.now(), b"plain", &context(&[])).expect("encrypted");
    edit(&world, &key, |edit, key| edit.schedule_deletion(key, 7).map(drop)).await.expect("scheduled");
    let at = world.again(&key).await.record.deletion.expect("a date");
    world.pass(7 * DAY_MS - 1);
    let due = world.keyring.do_due(world.clock.now()).await.expect("a pass");
    assert_eq!((due.done, due.next.map(|next| next.0)), (0, Some(at)));
    assert!(world.find("alias/x").await.is_ok());
    world.pass(1);
    assert_eq!(world.keyring.do_due(world.clock.now()).await.expect("a pass").done, 1);
    assert!(matches!(world.find("alias/x").await, Err(Error::NotFound(_))));
    assert!(matches!(world.find(&key.record.id).await, Err(Error::NotFound(_))));
    assert!(matches!(world.keyring.decrypt(&sealed, &context(&[])).await, Err(Error::InvalidCiphertext)));
    assert_eq!(world.meta.scan(prefix_range(b"K"), 10).await.expect("records"), []);
}

#[tokio::test]
async fn a_spared_key_outlives_what_was_due() {
    let world = World::new();
    let key = world.symmetric().await;
    edit(&world, &key, |edit, key| edit.schedule_deletion(key, 7).map(drop)).await.expect("scheduled");
    edit(&world, &key, |edit, key| edit.cancel_deletion(key)).await.expect("spared");
    world.pass(400 * DAY_MS);
    world.keyring.do_due(world.clock.now()).await.expect("a pass");
    assert!(world.find(&key.record.id).await.is_ok());
}

#[tokio::test]
async fn keys_rotate_by_the_calendar() {
    let world = World::new();
    let key = world.symmetric().await;
    edit(&world, &key, |edit, key| edit.enable_rotation(key, Some(90))).await.expect("rotation");
    world.pass(90 * DAY_MS);
    let due = world.keyring.do_due(world.clock.now()).await.expect("a pass");
    assert_eq!((due.done, due.next), (1, Some(world.clock.now().plus_millis(90 * DAY_MS))));
    assert_eq!(world.again(&key).await.record.current, 2);
    edit(&world, &key, |edit, key| edit.disable_rotation(key)).await.expect("no rotation");
    world.pass(900 * DAY_MS);
    assert_eq!(world.keyring.do_due(world.clock.now()).await.expect("a pass").done, 0);
    let pair = world.key(NewKey { usage: Some(KeyUsage::SignVerify), ..world.new_key(KeySpec::EccP256) }).await;
    let refused = edit(&world, &pair, |edit, key| edit.enable_rotation(key, None)).await;
    assert!(matches!(refused, Err(Error::Unsupported(_))));
}

#[tokio::test]
async fn aliases_lead_where_they_are_led() {
    let world = World::new();
    let (one, other) = (world.symmetric().await, world.symmetric().await);
    let mut making = world.keyring.edit();
    making.create_alias(&one, "alias/x").await.expect("an alias");
    assert!(making.done().await.expect("a commit"));
    assert_eq!(world.find("alias/x").await.expect("it leads there").arn, one.arn);
    assert!(matches!(world.keyring.edit().create_alias(&other, "alias/x").await, Err(Error::AlreadyExists(_))));
    assert!(matches!(world.keyring.edit().create_alias(&other, "x").await, Err(Error::Validation(_))));
    for wrong in ["alias/", "alias/aws/s3", "alias/a b", "alias/ü"] {
        let refused = world.keyring.edit().create_alias(&other, wrong).await;
        assert!(matches!(refused, Err(Error::InvalidAliasName(_))), "{wrong}");
    }
    let mut leading = world.keyring.edit();
    leading.update_alias(&other, "alias/x").await.expect("led");
    assert!(leading.done().await.expect("a commit"));
    assert_eq!(world.find("alias/x").await.expect("it leads there").arn, other.arn);
    assert_eq!(world.keyring.aliases_of(&world.place, &one.record.id).await.expect("none"), Vec::<String>::new());
    let pair = world.key(NewKey { usage: Some(KeyUsage::SignVerify), ..world.new_key(KeySpec::EccP256) }).await;
    assert!(world.keyring.edit().update_alias(&pair, "alias/x").await.is_err(), "of another kind");
    let mut taking = world.keyring.edit();
    taking.delete_alias(&world.place, "alias/x").await.expect("taken");
    assert!(taking.done().await.expect("a commit"));
    assert!(matches!(world.find("alias/x").await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn the_key_of_s3_is_made_once_for_each_account() {
    let world = World::new();
    let made = tokio::join!(world.keyring.service_key(&world.place), world.keyring.service_key(&world.place));
    let (one, again) = (made.0.expect("a key"), made.1.expect("a key"));
    assert_eq!((&one.arn, one.record.service.as_deref()), (&again.arn, Some("s3")));
    assert_eq!(world.find("alias/aws/s3").await.expect("its alias").arn, one.arn);
    assert_ne!(world.keyring.service_key(&place("444455556666")).await.expect("a key").arn, one.arn);
    assert_eq!(world.keyring.list_keys(&world.place, None, 10).await.expect("one").items.len(), 1);
}

fn wrapped(public: &[u8], secret: &[u8], aes: bool) -> Vec<u8> {
    let key = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(public).expect("a key")).expect("a key");
    let rsa = |plain: &[u8]| {
        let mut out = vec![0; key.ciphertext_size()];
        key.encrypt(&OAEP_SHA256_MGF1SHA256, plain, &mut out, None).expect("encrypted").to_vec()
    };
    if !aes {
        return rsa(secret);
    }
    let mut out = vec![0; secret.len() + 15];
    let kek = AesKek::new(&AES_256, &[5; 32]).expect("a key");
    let wrapped = kek.wrap_with_padding(secret, &mut out).expect("wrapped");
    [rsa(&[5; 32]).as_slice(), wrapped].concat()
}

async fn import(world: &World, key: &Key, secret: &[u8], expires: Option<i64>, is_new: bool) -> Result<String, Error> {
    let (key, mut edit) = (world.again(key).await, world.keyring.edit());
    let parameters = edit.import_parameters(&key, WrappingAlgorithm::AesSha256, KeySpec::Rsa2048).await?;
    let wrapped = wrapped(&parameters.public, secret, true);
    let (token, wrapped) = (&parameters.token[..], &wrapped[..]);
    let imported = Imported { token, wrapped, expires, is_new, description: None, material_id: None };
    let id = edit.import(&key, &imported).await?;
    assert!(edit.done().await?);
    Ok(id)
}

#[tokio::test]
async fn imported_material_is_the_owners_and_ends_when_it_is_to() {
    let world = World::new();
    let key = world.key(NewKey { origin: Origin::External, ..world.new_key(KeySpec::Symmetric) }).await;
    assert_eq!(key.state(world.clock.now()), KeyState::PendingImport);
    let no_use = key.encrypt(world.clock.now(), b"plain", &context(&[]));
    assert!(matches!(no_use, Err(Error::InvalidState { state: KeyState::PendingImport, .. })));
    // Directly under RSA, with a token that is good for a day and for this key.
    let other = world.key(NewKey { origin: Origin::External, ..world.new_key(KeySpec::Symmetric) }).await;
    let making = world.keyring.edit();
    let parameters =
        making.import_parameters(&key, WrappingAlgorithm::OaepSha256, KeySpec::Rsa2048).await.expect("them");
    let direct = wrapped(&parameters.public, &[7; 32], false);
    let imported = Imported {
        token: &parameters.token,
        wrapped: &direct,
        expires: None,
        is_new: false,
        description: None,
        material_id: None,
    };
    assert!(matches!(world.keyring.edit().import(&other, &imported).await, Err(Error::InvalidImportToken)));
    let changed = Imported { wrapped: &direct[1..], ..imported };
    assert!(matches!(world.keyring.edit().import(&key, &changed).await, Err(Error::InvalidCiphertext)));
    let imported = Imported { wrapped: &direct, description: None, material_id: None, ..changed };
    let mut first = world.keyring.edit();
    let id = first.import(&key, &imported).await.expect("imported");
    assert!(first.done().await.expect("a commit"));
    let sealed = world.again(&key).await.encrypt(world.clock.now(), b"plain", &context(&[])).expect("encrypted");
    world.pass(DAY_MS);
    let late = world.again(&key).await;
    assert!(matches!(world.keyring.edit().import(&late, &imported).await, Err(Error::ExpiredImportToken)));
    // Wrapped by an AES key; only the same again, with an end.
    let other = import(&world, &key, &[8; 32], None, false).await;
    assert!(matches!(other, Err(Error::IncorrectKeyMaterial(_))));
    assert!(matches!(import(&world, &key, &[8; 31], None, true).await, Err(Error::IncorrectKeyMaterial(_))));
    let ends = world.clock.now().0 + 1000;
    assert_eq!(import(&world, &key, &[7; 32], Some(ends), false).await.expect("the same"), id);
    world.pass(1000);
    assert_eq!(world.again(&key).await.state(world.clock.now()), KeyState::PendingImport, "at once");
    world.keyring.do_due(world.clock.now()).await.expect("a pass");
    assert_eq!(world.again(&key).await.record.materials[0].sealed, None);
    import(&world, &key, &[7; 32], None, false).await.expect("again");
    assert!(world.keyring.decrypt(&sealed, &context(&[])).await.is_ok());
    // New material waits for a rotation.
    let newer = import(&world, &key, &[9; 32], None, true).await.expect("new material");
    assert_eq!(world.again(&key).await.record.current, 1);
    let third = import(&world, &key, &[10; 32], None, true).await;
    assert!(matches!(&third, Err(Error::InvalidMaterialState(words)) if words.contains(&newer)), "{third:?}");
    rotate(&world, &key).await.expect("rotated");
    let key = world.again(&key).await;
    assert!(matches!(rotate(&world, &key).await, Err(Error::InvalidMaterialState(_))));
    assert_eq!(key.current_material_id(), Some(newer.as_str()));
    assert!(world.keyring.decrypt(&sealed, &context(&[])).await.is_ok());
    edit(&world, &key, |edit, key| edit.delete_imported(key, None).map(drop)).await.expect("deleted");
    assert_eq!(world.again(&key).await.state(world.clock.now()), KeyState::PendingImport);
    let made_here = world.symmetric().await;
    assert!(matches!(import(&world, &made_here, &[7; 32], None, false).await, Err(Error::Unsupported(_))));
}

#[tokio::test]
async fn each_kind_does_what_it_is_for_and_nothing_else() {
    let world = World::new();
    let now = world.clock.now();
    let of = |spec, usage| NewKey { usage, ..world.new_key(spec) };
    let mut making = world.keyring.edit();
    for (spec, usage) in [
        (KeySpec::EccP256, None),
        (KeySpec::Symmetric, Some(KeyUsage::SignVerify)),
        (KeySpec::EccP256K1, Some(KeyUsage::KeyAgreement)),
        (KeySpec::Rsa2048, Some(KeyUsage::GenerateVerifyMac)),
    ] {
        let made = making.create_key(&world.place, &root(OWNER), &of(spec, usage)).await;
        assert!(matches!(made, Err(Error::Validation(_))), "{spec:?} {usage:?}");
    }
    let mac = world.key(of(KeySpec::Hmac256, Some(KeyUsage::GenerateVerifyMac))).await;
    let algorithm = KeySpec::Hmac256.mac().expect("one");
    let code = mac.mac(now, algorithm, b"m").expect("a code");
    assert!(mac.verify_mac(now, algorithm, b"m", &code).is_ok());
    assert!(matches!(mac.verify_mac(now, algorithm, b"n", &code), Err(Error::InvalidMac)));
    assert!(matches!(mac.encrypt(now, b"m", &context(&[])), Err(Error::InvalidKeyUsage(_))));
    let signer = world.key(of(KeySpec::Ed25519, Some(KeyUsage::SignVerify))).await;
    assert!(matches!(signer.decrypt(now, b"m", &context(&[])), Err(Error::InvalidKeyUsage(_))));
    assert!(matches!(signer.derive_shared_secret(now, b"m"), Err(Error::InvalidKeyUsage(_))));
    let agreeing = world.key(of(KeySpec::EccP256, Some(KeyUsage::KeyAgreement))).await;
    let other = world.key(of(KeySpec::EccP256, Some(KeyUsage::KeyAgreement))).await;
    let one = agreeing.derive_shared_secret(now, &other.public_key(now).expect("its public key")).expect("a secret");
    let same = other.derive_shared_secret(now, &agreeing.public_key(now).expect("its public key")).expect("a secret");
    assert_eq!(one, same);
    assert!(matches!(mac.public_key(now), Err(Error::Unsupported(_))));
}
