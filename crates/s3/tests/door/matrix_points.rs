//! The matrix through an access point: each operation of the table that goes through one, by each kind of caller, with the consent of
//! the point, of the bucket, of both and of neither. All other operations are refused whoever asks.

use crate::callers::{ROOT, STRANGER};
use crate::matrix::{Form, bucket_policy, document, forms, furnished, is_refused, statement};

/// Who asks through the point, and what is arranged for it.
struct Case {
    who: &'static str,
    key: &'static str,
    identity: Option<String>,
    point: Option<String>,
    bucket: Option<String>,
    permitted: bool,
}

const POINT: &str = "arn:aws:s3:us-east-1:012345678901:accesspoint/ann";

fn point_policy(principal: &str, effect: &str, actions: &[&str]) -> String {
    document(&[format!(
        r#"{{"Effect":"{effect}","Principal":{{"AWS":"{principal}"}},"Action":{actions:?},"Resource":["{POINT}","{POINT}/object/*"]}}"#
    )])
}

/// The bucket leaves who may to the access points of its account.
fn delegated() -> String {
    document(&[format!(
        r#"{{"Effect":"Allow","Principal":"*","Action":"*","Resource":["arn:aws:s3:::bkt","arn:aws:s3:::bkt/*"],"Condition":{{"StringEquals":{{"s3:DataAccessPointAccount":"{ROOT}"}}}}}}"#
    )])
}

fn cases(form: &Form) -> Vec<Case> {
    let actions = &form.actions[..];
    let exactly = document(&[statement("Allow", "Action", actions)]);
    let everything = document(&[statement("Allow", "Action", &["*"])]);
    let ann = format!("arn:aws:iam::{ROOT}:user/ann");
    let case = |who, key, identity: Option<&String>, permitted| Case {
        who,
        key,
        identity: identity.cloned(),
        point: None,
        bucket: None,
        permitted,
    };
    // Of a bucket's policy only its own account may know.
    let others = form.operation.name != "GetBucketPolicy";
    let consent = |mut case: Case, principal: &str, point: bool, bucket: bool| {
        case.point = point.then(|| point_policy(principal, "Allow", actions));
        case.bucket = bucket.then(|| bucket_policy(principal, "Allow", actions));
        case
    };
    let mut cases = vec![
        case("anonymous", "", None, false),
        case("a user without policy", "USER", None, false),
        case("a user with exactly that", "USER", Some(&exactly), true),
        case("the root", "ROOT", None, true),
        consent(case("a user whom only the point allows", "USER", None, false), &ann, true, false),
        consent(case("a user whom only the bucket allows", "USER", None, false), &ann, false, true),
        consent(case("a user whom both allow", "USER", None, true), &ann, true, true),
        consent(case("another root, the point's consent", "STRANGER", None, false), STRANGER, true, false),
        consent(case("another root, the bucket's consent", "STRANGER", None, false), STRANGER, false, true),
        consent(case("another root, both consents", "STRANGER", None, others), STRANGER, true, true),
        consent(case("another's user, both consents", "FOREIGNER", None, false), STRANGER, true, true),
        consent(case("another's user, all consents", "FOREIGNER", Some(&exactly), others), STRANGER, true, true),
    ];
    cases.push(Case {
        bucket: Some(delegated()),
        point: Some(point_policy(STRANGER, "Allow", actions)),
        ..case("another root, where the bucket leaves it to its points", "STRANGER", None, others)
    });
    for action in actions {
        let without = document(&[statement("Allow", "NotAction", &[action])]);
        cases.push(case("a user with everything but one", "USER", Some(&without), false));
        let point = Some(point_policy(&ann, "Deny", &[action]));
        cases.push(Case { point, ..case("a user whom the point denies", "USER", Some(&everything), false) });
        // The root keeps what is said of the bucket's policy.
        if others {
            let bucket = Some(bucket_policy(&ann, "Deny", &[action]));
            cases.push(Case { bucket, ..case("a user whom the bucket denies", "USER", Some(&everything), false) });
        }
    }
    cases
}

#[tokio::test]
async fn both_policies_decide_through_a_point() {
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for form in forms().iter().filter(|form| form.operation.through_points) {
        for case in cases(form) {
            let (mut world, id) = furnished(case.bucket.clone()).await;
            world.order("point ann bkt").await;
            if let Some(policy) = &case.point {
                world.order(&format!("point-policy ann {policy}")).await;
            }
            if let Some(identity) = &case.identity {
                world.callers.allow(case.key, identity);
            }
            let before = world.records().await;
            let answer = world.send(&form.ask(case.key, &world.aliases[0], &id)).await;
            assert_eq!(answer.operation, Some(form.operation.name), "the example of {}", form.what);
            let refused = is_refused(&answer);
            if refused == case.permitted {
                wrong.push(format!("{}: {}: {} {:?}", form.what, case.who, answer.status, answer.error));
            }
            assert!(!refused || world.records().await == before, "{}: {}: refused, and changed", form.what, case.who);
            asked += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 500, "only {asked} were asked");
}

#[tokio::test]
async fn what_is_the_buckets_alone_is_refused_through_a_point() {
    for form in forms().iter().filter(|form| !form.operation.through_points && form.operation.name != "ListBuckets") {
        let (mut world, id) = furnished(None).await;
        world.order("point ann bkt").await;
        let before = world.records().await;
        let mut ask = form.ask("ROOT", &world.aliases[0], &id);
        ask.target = ask.target.replace("/new", &format!("/{}", world.aliases[0]));
        let answer = world.send(&ask).await;
        assert_eq!(answer.error.as_deref(), Some("MethodNotAllowed"), "{}", form.what);
        assert_eq!(world.records().await, before, "{}", form.what);
    }
}
