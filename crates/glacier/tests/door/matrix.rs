//! The matrix of who may: each operation of the table, by each kind of caller. What is refused says so, and finds the vault as it
//! was; what is permitted answers whatever it answers then.

use coldkeep_glacier::{Glacier, operations};

use crate::ask::{Answer, Ask, Callers, SECRET, ask, create_vault, door_of, policy, with_policy};

/// An example of each operation.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("AbortMultipartUpload", "DELETE", "/-/vaults/v/multipart-uploads/x"),
    ("AbortVaultLock", "DELETE", "/-/vaults/v/lock-policy"),
    ("AddTagsToVault", "POST", "/-/vaults/v/tags?operation=add"),
    ("CompleteMultipartUpload", "POST", "/-/vaults/v/multipart-uploads/x"),
    ("CompleteVaultLock", "POST", "/-/vaults/v/lock-policy/x"),
    ("CreateVault", "PUT", "/-/vaults/new"),
    ("DeleteArchive", "DELETE", "/-/vaults/v/archives/x"),
    ("DeleteVault", "DELETE", "/-/vaults/v"),
    ("DeleteVaultAccessPolicy", "DELETE", "/-/vaults/v/access-policy"),
    ("DeleteVaultNotifications", "DELETE", "/-/vaults/v/notification-configuration"),
    ("DescribeJob", "GET", "/-/vaults/v/jobs/x"),
    ("DescribeVault", "GET", "/-/vaults/v"),
    ("GetDataRetrievalPolicy", "GET", "/-/policies/data-retrieval"),
    ("GetJobOutput", "GET", "/-/vaults/v/jobs/x/output"),
    ("GetVaultAccessPolicy", "GET", "/-/vaults/v/access-policy"),
    ("GetVaultLock", "GET", "/-/vaults/v/lock-policy"),
    ("GetVaultNotifications", "GET", "/-/vaults/v/notification-configuration"),
    ("InitiateJob", "POST", "/-/vaults/v/jobs"),
    ("InitiateMultipartUpload", "POST", "/-/vaults/v/multipart-uploads"),
    ("InitiateVaultLock", "POST", "/-/vaults/v/lock-policy"),
    ("ListJobs", "GET", "/-/vaults/v/jobs"),
    ("ListMultipartUploads", "GET", "/-/vaults/v/multipart-uploads"),
    ("ListParts", "GET", "/-/vaults/v/multipart-uploads/x"),
    ("ListProvisionedCapacity", "GET", "/-/provisioned-capacity"),
    ("ListTagsForVault", "GET", "/-/vaults/v/tags"),
    ("ListVaults", "GET", "/-/vaults"),
    ("PurchaseProvisionedCapacity", "POST", "/-/provisioned-capacity"),
    ("RemoveTagsFromVault", "POST", "/-/vaults/v/tags?operation=remove"),
    ("SetDataRetrievalPolicy", "PUT", "/-/policies/data-retrieval"),
    ("SetVaultAccessPolicy", "PUT", "/-/vaults/v/access-policy"),
    ("SetVaultNotifications", "PUT", "/-/vaults/v/notification-configuration"),
    ("UploadArchive", "POST", "/-/vaults/v/archives"),
    ("UploadMultipartPart", "PUT", "/-/vaults/v/multipart-uploads/x"),
];

/// What no vault can permit, whatever its policy says.
const OF_THE_ACCOUNT: &[&str] = &[
    "CreateVault",
    "GetDataRetrievalPolicy",
    "ListProvisionedCapacity",
    "ListVaults",
    "PurchaseProvisionedCapacity",
    "SetDataRetrievalPolicy",
];

/// Who, its policy, its session's policy, the request, whether it is permitted.
type Case = (&'static str, Option<String>, Option<String>, Ask, bool);

fn document(statements: &[(&str, &str, &str)]) -> String {
    let statement = |(effect, element, action): &(&str, &str, &str)| {
        format!(r#"{{"Effect":"{effect}","{element}":"{action}","Resource":"*"}}"#)
    };
    let statements: Vec<String> = statements.iter().map(statement).collect();
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

fn is_refused(answer: &Answer) -> bool {
    let codes = ["AccessDeniedException", "UnrecognizedClientException", "MissingAuthenticationTokenException"];
    let code = serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap_or_default();
    code["code"].as_str().is_some_and(|code| codes.contains(&code))
}

/// What there is in the vaults of the root's account.
async fn state(door: &Glacier) -> String {
    let mut state = String::new();
    let of_vault =
        ["", "/jobs", "/multipart-uploads", "/access-policy", "/lock-policy", "/tags", "/notification-configuration"];
    for target in of_vault.map(|rest| format!("/-/vaults/v{rest}")).iter().map(String::as_str).chain(["/-/vaults"]) {
        state += ask("GET", target).send(door).await.text();
    }
    state
}

#[tokio::test]
async fn each_operation_asks_for_its_permission_and_the_refused_change_nothing() {
    let mut wrong = Vec::new();
    for (name, permission) in operations() {
        let example = EXAMPLES.iter().find(|(known, ..)| *known == name);
        let (_, method, target) = example.unwrap_or_else(|| panic!("{name} has no example"));
        let action = permission.0;
        let all = || document(&[("Allow", "Action", "*")]);
        let others = || document(&[("Allow", "NotAction", action)]);
        let user = || ask(method, target).upload("body").by("USER", SECRET);
        let elsewhere = |by: &'static str| {
            let target = target.replacen("/-/", &format!("/{}/", crate::ask::ACCOUNT), 1);
            ask(method, &target).upload("body").by(by, SECRET)
        };
        let cases: Vec<Case> = vec![
            ("nobody", None, None, ask(method, target).upload("body").unsigned(), false),
            ("a key that there is not", None, None, ask(method, target).upload("body").by("NONE", SECRET), false),
            ("a user without policy", None, None, user(), false),
            ("a user with exactly that", Some(document(&[("Allow", "Action", action)])), None, user(), true),
            ("a user with everything else", Some(others()), None, user(), false),
            (
                "a user with an explicit deny",
                Some(document(&[("Allow", "Action", "*"), ("Deny", "Action", action)])),
                None,
                user(),
                false,
            ),
            ("a session without it", Some(all()), Some(others()), user(), false),
            ("a session with it", Some(all()), Some(all()), user(), true),
            ("another account's root", None, None, elsewhere("STRANGER"), false),
            ("the root", None, None, elsewhere("ROOT"), true),
        ];
        for (who, identity, session, ask, permitted) in cases {
            let callers = Callers::new();
            let door = door_of(callers.clone()).await;
            create_vault(&door, "v").await;
            callers.change("USER", |rights| {
                rights.identity = identity.iter().map(|json| policy(json)).collect();
                rights.session = session.map(|json| Box::from([policy(&json)]));
            });
            let before = state(&door).await;
            let answer = ask.send(&door).await;
            let refused = is_refused(&answer);
            if refused == permitted {
                wrong.push(format!("{name}: {who}: {} {}", answer.status, answer.text()));
            }
            assert!(!refused || state(&door).await == before, "{name}: {who}: refused, and changed");
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn policies_name_vaults_and_conditions() {
    let callers = Callers::new();
    let door = door_of(callers.clone()).await;
    for vault in ["v", "other"] {
        create_vault(&door, vault).await;
    }
    let on = |condition: &str| {
        let resource = crate::ask::arn("v");
        let json = format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":"glacier:Describe*","Resource":"{resource}"{condition}}}}}"#
        );
        callers.change("USER", |rights| rights.identity = Box::new([policy(&json)]));
    };
    let describe = |vault: &str| ask("GET", &format!("/-/vaults/{vault}")).by("USER", SECRET);
    on("");
    assert_eq!(describe("v").send(&door).await.status, 200);
    let refused = describe("other").send(&door).await;
    let message = format!(
        "User: arn:aws:iam::{}:user/ann is not authorized to perform: glacier:DescribeVault on resource: {}",
        crate::ask::ACCOUNT,
        crate::ask::arn("other")
    );
    refused.is_error(403, "AccessDeniedException", &message);
    for (condition, status) in [
        (r#","Condition":{"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}}"#, 200),
        (r#","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, 403),
        (r#","Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}"#, 200),
        (r#","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}"#, 403),
    ] {
        on(condition);
        assert_eq!(describe("v").send(&door).await.status, status, "{condition}");
    }
}

/// The vault's own word, for a user of its account and for another account's root and user: each side's consent is needed across
/// accounts, one of them within.
#[tokio::test]
async fn a_vaults_policy_permits_and_denies_each_operation() {
    let mut wrong = Vec::new();
    for (name, permission) in operations() {
        let example = EXAMPLES.iter().find(|(known, ..)| *known == name);
        let (_, method, target) = example.unwrap_or_else(|| panic!("{name} has no example"));
        let action = permission.0;
        let of_vault = !OF_THE_ACCOUNT.contains(&name);
        let allow = |who: &str| format!(r#""Effect":"Allow","Principal":{{"AWS":"{who}"}},"Action":"{action}""#);
        let other = |who: &str| format!(r#""Effect":"Allow","Principal":{{"AWS":"{who}"}},"NotAction":"{action}""#);
        let deny = format!(r#""Effect":"Deny","Principal":"*","Action":"{action}""#);
        let identity = |effect: &str| document(&[(effect, "Action", action)]);
        let (own, stranger) = (crate::ask::ACCOUNT, "999999999999");
        let user = format!("arn:aws:iam::{own}:user/ann");
        let target = target.replacen("/-/", &format!("/{own}/"), 1);
        // Who, with which policy of its own, what the vault says, what the answer is.
        let cases = [
            ("a user whom the vault names", "USER", None, allow(&user), true),
            ("a user whose account the vault names", "USER", None, allow(own), false),
            ("a user whom the vault denies", "USER", Some(identity("Allow")), deny.clone(), false),
            ("a user who denies itself", "USER", Some(identity("Deny")), allow(&user), false),
            ("the root whom the vault denies", "ROOT", None, deny, false),
            ("another root, with consent", "STRANGER", None, allow(stranger), true),
            ("another root, with every other consent", "STRANGER", None, other(stranger), false),
            ("another user, without its own", "GUEST", None, allow(stranger), false),
            ("another user, with both", "GUEST", Some(identity("Allow")), allow(stranger), true),
            ("another user, with only its own", "GUEST", Some(identity("Allow")), other(stranger), false),
        ];
        for (who, key, identity, says, permitted) in cases {
            // A policy that no vault can have is not put: nothing lets the caller in then.
            let callers = Callers::new();
            let door = door_of(callers.clone()).await;
            create_vault(&door, "v").await;
            callers.change(key, |rights| rights.identity = identity.iter().map(|json| policy(json)).collect());
            let put = ask("PUT", "/-/vaults/v/access-policy").body(with_policy(&says)).send(&door).await;
            assert_eq!(put.status == 204, of_vault, "{name}: {who}: {}", put.text());
            if !of_vault {
                continue;
            }
            let answer = ask(method, &target).upload("body").by(key, SECRET).send(&door).await;
            if is_refused(&answer) == permitted {
                wrong.push(format!("{name}: {who}: {} {}", answer.status, answer.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
