//! Who may: key policies, identity policies, grants, across accounts.

use coldkeep_auth::policy::{Context, Values};
use coldkeep_keyring::{Ask, Error, KeySpec, NewGrant, NewKey};

use crate::world::{OTHER, OWNER, World, allow, context, root, user};

const ACTION: &str = "kms:Decrypt";

fn naming(principal: &str, more: &str) -> String {
    let root = format!("arn:aws:iam::{OWNER}:root");
    format!(
        r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Principal":{{"AWS":"{root}"}},"Action":"kms:PutKeyPolicy","Resource":"*"}},
            {{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"kms:Decrypt","Resource":"*"{more}}}]}}"#
    )
}

#[tokio::test]
async fn the_key_policy_must_allow_and_may_leave_it_to_the_account() {
    let world = World::new();
    let none = context(&[]);
    let (with, without) = (user(OWNER, "with", &[&allow("Allow", ACTION)]), user(OWNER, "without", &[]));
    let denied = user(OWNER, "denied", &[&allow("Allow", "kms:*"), &allow("Deny", ACTION)]);
    let abroad = user(OTHER, "abroad", &[&allow("Allow", ACTION)]);
    let by_default = world.symmetric().await;
    let (own_root, other_root) = (root(OWNER), root(OTHER));
    for (caller, may) in
        [(&own_root, true), (&with, true), (&without, false), (&denied, false), (&abroad, false), (&other_root, false)]
    {
        assert_eq!(world.may(caller, &by_default, ACTION, &none).await, may, "{}", caller.arn);
    }
    // A policy that names one user leaves nothing to the account.
    let policy = naming(&without.arn, "");
    let key = world.key(NewKey { policy: Some(policy), ..world.new_key(KeySpec::Symmetric) }).await;
    for (caller, may) in [(&own_root, false), (&with, false), (&without, true), (&denied, false)] {
        assert_eq!(world.may(caller, &key, ACTION, &none).await, may, "{}", caller.arn);
    }
    // Across accounts both sides must allow.
    let policy = naming(&format!("arn:aws:iam::{OTHER}:root"), "");
    let key = world.key(NewKey { policy: Some(policy), ..world.new_key(KeySpec::Symmetric) }).await;
    assert!(world.may(&abroad, &key, ACTION, &none).await);
    assert!(!world.may(&user(OTHER, "poor", &[]), &key, ACTION, &none).await);
}

#[tokio::test]
async fn conditions_know_the_context_the_service_and_the_key() {
    let world = World::new();
    let caller = user(OWNER, "u", &[]);
    for (condition, pairs, via, may) in [
        (r#""StringEquals":{"kms:EncryptionContext:team":"red"}"#, &[("team", "red")][..], None, true),
        (r#""StringEquals":{"kms:EncryptionContext:team":"red"}"#, &[("team", "blue")], None, false),
        (r#""StringEquals":{"kms:EncryptionContext:team":"red"}"#, &[], None, false),
        (r#""ForAllValues:StringEquals":{"kms:EncryptionContextKeys":["team"]}"#, &[("a", "b")], None, false),
        (
            r#""StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}"#,
            &[],
            Some("s3.us-east-1.amazonaws.com"),
            true,
        ),
        (r#""StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}"#, &[], None, false),
        (r#""Bool":{"aws:ViaAWSService":"true"}"#, &[], Some("s3.us-east-1.amazonaws.com"), true),
        (r#""StringEquals":{"kms:CallerAccount":"111122223333"}"#, &[], None, true),
        (r#""StringEquals":{"kms:KeySpec":"SYMMETRIC_DEFAULT","kms:KeyUsage":"ENCRYPT_DECRYPT"}"#, &[], None, true),
        (r#""StringEquals":{"kms:EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#, &[], None, true),
    ] {
        let policy = naming(&caller.arn, &format!(r#","Condition":{{{condition}}}"#));
        let key = world.key(NewKey { policy: Some(policy), ..world.new_key(KeySpec::Symmetric) }).await;
        struct Told;
        impl Context for Told {
            fn values(&self, key: &str) -> Values<'_> {
                (key == "kms:EncryptionAlgorithm").then_some("SYMMETRIC_DEFAULT").into()
            }
        }
        let context = context(pairs);
        let ask = Ask { action: ACTION, key: &key, named: None, context: &context, via, circumstances: &Told };
        assert_eq!(world.keyring.permit(&caller, &ask).await.expect("records").is_ok(), may, "{condition} {pairs:?}");
    }
}

#[tokio::test]
async fn conditions_know_the_aliases_that_the_key_has_now() {
    let world = World::new();
    let (caller, none) = (user(OWNER, "u", &[]), context(&[]));
    let has_alias = r#""ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/a"}"#;
    let policy = naming(&caller.arn, &format!(r#","Condition":{{{has_alias}}}"#));
    let key = world.key(NewKey { policy: Some(policy), ..world.new_key(KeySpec::Symmetric) }).await;
    let denial = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{{has_alias}}}}}}}"#
    );
    let denied = user(OWNER, "denied", &[&allow("Allow", ACTION), &denial]);
    let free = world.symmetric().await;
    let mut edit = world.keyring.edit();
    edit.create_alias(&free, "alias/b").await.expect("an alias");
    assert!(edit.done().await.expect("a commit"));
    assert!(!world.may(&caller, &key, ACTION, &none).await && world.may(&denied, &free, ACTION, &none).await);
    for (target, may, may_denied) in [(&key, true, true), (&free, false, false)] {
        let mut edit = world.keyring.edit();
        let named = world.find("alias/a").await.is_ok();
        let done =
            if named { edit.update_alias(target, "alias/a").await } else { edit.create_alias(target, "alias/a").await };
        done.expect("an alias");
        assert!(edit.done().await.expect("a commit"));
        assert_eq!(world.may(&caller, &key, ACTION, &none).await, may);
        assert_eq!(world.may(&denied, &free, ACTION, &none).await, may_denied);
    }
}

#[tokio::test]
async fn a_grant_allows_what_it_says_in_its_context_until_it_is_gone() {
    let world = World::new();
    let key = world.symmetric().await;
    let (grantee, other) = (user(OWNER, "grantee", &[]), user(OWNER, "other", &[]));
    let red = context(&[("team", "red"), ("more", "x")]);
    let new = NewGrant {
        name: Some("once".into()),
        grantee: grantee.arn.clone(),
        retiring: Some(other.arn.clone()),
        operations: vec!["Decrypt".into(), "DescribeKey".into()],
        context_subset: context(&[("team", "red")]),
        context_equals: context(&[]),
    };
    let mut edit = world.keyring.edit();
    let (grant, token) = edit.create_grant(&key, &root(OWNER), &[], &new).await.expect("a grant");
    assert!(edit.done().await.expect("a commit"));
    let (again, _) = world.keyring.edit().create_grant(&key, &root(OWNER), &[], &new).await.expect("the same");
    assert_eq!(again, grant);
    assert!(world.may(&grantee, &key, ACTION, &red).await);
    assert!(!world.may(&grantee, &key, ACTION, &context(&[("team", "blue")])).await);
    assert!(world.may(&grantee, &key, "kms:DescribeKey", &context(&[])).await, "it takes no context");
    assert!(!world.may(&grantee, &key, "kms:Encrypt", &red).await && !world.may(&other, &key, ACTION, &red).await);
    let denied = user(OWNER, "grantee", &[&allow("Deny", ACTION)]);
    assert!(!world.may(&denied, &key, ACTION, &red).await, "a denial wins");
    let (place, id, found) = world.keyring.read_token(&token).expect("a token");
    assert_eq!((place, id, found), (world.place.clone(), key.record.id.clone(), grant.id.clone()));
    for wrong in ["", "x", &token[1..]] {
        assert!(matches!(world.keyring.read_token(wrong), Err(Error::InvalidGrantToken)));
    }
    assert!(grant.may_be_retired_by(&other) && !grant.may_be_retired_by(&grantee));
    assert_eq!(world.keyring.list_retirable(&other.arn, None, 10).await.expect("one").items.len(), 1);
    let mut edit = world.keyring.edit();
    edit.forget_grant(&key, &grant);
    assert!(edit.done().await.expect("a commit"));
    assert!(!world.may(&grantee, &key, ACTION, &red).await);
    assert_eq!(world.keyring.list_retirable(&other.arn, None, 10).await.expect("none").items.len(), 0);
    for operations in [vec![], vec!["Sign".to_owned()], vec!["PutKeyPolicy".to_owned()]] {
        let refused =
            world.keyring.edit().create_grant(&key, &root(OWNER), &[], &NewGrant { operations, ..new.clone() }).await;
        assert!(matches!(refused, Err(Error::Validation(_))));
    }
    let wrong = NewGrant { grantee: "nobody".into(), ..new };
    assert!(matches!(
        world.keyring.edit().create_grant(&key, &root(OWNER), &[], &wrong).await,
        Err(Error::InvalidArn(_))
    ));
}

#[tokio::test]
async fn who_was_granted_passes_on_no_more() {
    let world = World::new();
    let key = world.symmetric().await;
    let grantee = user(OWNER, "grantee", &[]);
    let new = |operations: &[&str], subset: &[(&str, &str)], equals: &[(&str, &str)]| NewGrant {
        name: None,
        grantee: grantee.arn.clone(),
        retiring: None,
        operations: operations.iter().map(|operation| (*operation).to_owned()).collect(),
        context_subset: context(subset),
        context_equals: context(equals),
    };
    let mut edit = world.keyring.edit();
    let first = new(&["CreateGrant", "Decrypt"], &[("team", "red")], &[]);
    let (grant, _) = edit.create_grant(&key, &root(OWNER), &[], &first).await.expect("a grant");
    assert!(edit.done().await.expect("a commit"));
    let none = context(&[]);
    let ask =
        Ask { action: "kms:CreateGrant", key: &key, named: None, context: &none, via: None, circumstances: &Nothing };
    let allowed = world.keyring.permit(&grantee, &ask).await.expect("records").expect("it may");
    assert_eq!(allowed.by_grants, [grant]);
    for (child, may) in [
        (new(&["Decrypt"], &[("team", "red")], &[]), true),
        (new(&["Decrypt"], &[], &[("team", "red"), ("more", "x")]), true),
        (new(&["Decrypt", "CreateGrant"], &[("team", "red"), ("more", "x")], &[]), true),
        (new(&["Decrypt", "Encrypt"], &[("team", "red")], &[]), false),
        (new(&["Decrypt"], &[], &[]), false),
        (new(&["Decrypt"], &[("team", "blue")], &[]), false),
    ] {
        let made = world.keyring.edit().create_grant(&key, &grantee, &allowed.by_grants, &child).await;
        assert_eq!(made.is_ok(), may, "{child:?}");
    }
}

struct Nothing;

impl Context for Nothing {
    fn values(&self, _: &str) -> Values<'_> {
        Values::Absent
    }
}

#[tokio::test]
async fn a_policy_that_locks_its_owner_out_is_refused() {
    let world = World::new();
    let key = world.symmetric().await;
    let administrator = user(OWNER, "administrator", &[&allow("Allow", "kms:*")]);
    let others = naming("arn:aws:iam::111122223333:user/x", "").replace("kms:PutKeyPolicy", "kms:GetKeyPolicy");
    let put = |caller, policy: &str, anyway| world.keyring.edit().put_policy(&key, caller, policy, anyway);
    assert!(matches!(put(&administrator, &others, false), Err(Error::MalformedPolicy(_))));
    assert!(put(&administrator, &others, true).is_ok());
    assert!(put(&administrator, &naming("arn:aws:iam::111122223333:user/x", ""), false).is_ok(), "by its account");
    let poor = user(OWNER, "poor", &[]);
    assert!(matches!(put(&poor, &naming("*", ""), false), Err(Error::MalformedPolicy(_))));
    assert!(matches!(put(&administrator, "{}", true), Err(Error::MalformedPolicy(_))));
}
