//! Who may, for every operation that is answered: generated from the door's own list, so that a new operation is in it.
//!
//! Each is asked by nobody, by a stranger, by a user without policy, by one with every permission but this, by one with exactly this,
//! and by one who is denied it; who is refused has changed nothing.

use crate::world::{World, code, root};

/// All parameters that any operation needs, so that nothing is refused for want of one. What they name is mostly not there.
const FORM: &str = "&Version=2010-05-08&UserName=victim&GroupName=victim&RoleName=victim&PolicyName=p&AccessKeyId=AKIAIOSFODNN7EXAMPLE\
&PolicyArn=arn%3Aaws%3Aiam%3A%3A012345678901%3Apolicy%2Fvictim&VersionId=v1&Status=Active&AccountAlias=alias\
&PolicyDocument=%7B%7D&AssumeRolePolicyDocument=%7B%7D&Description=d&TagKeys.member.1=k&Tags.member.1.Key=k\
&Tags.member.1.Value=v&ActionNames.member.1=s3%3AGetObject&PolicyInputList.member.1=%7B%7D\
&PolicySourceArn=arn%3Aaws%3Aiam%3A%3A012345678901%3Auser%2Fvictim\
&Url=https%3A%2F%2Fvictim.example&ClientID=c&OpenIDConnectProviderArn=arn%3Aaws%3Aiam%3A%3A012345678901%3Aoidc-provider%2Fvictim.example\
&PermissionsBoundary=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FAmazonS3FullAccess";

async fn ask(world: &World, signer: Option<&(String, String)>, operation: &str) -> (u16, String) {
    let (status, text) = world.send(signer, format!("Action={operation}{FORM}")).await;
    (status, code(&text))
}

fn statement(effect: &str, element: &str, operation: &str) -> String {
    let action = format!(r#""{element}":"iam:{operation}""#);
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}",{action},"Resource":"*"}}}}"#)
}

#[tokio::test]
async fn every_operation_asks_for_its_own_permission_and_for_no_other() {
    let world = World::new().await;
    let without = world.user("without", &[]).await;
    let stranger = ("AKIAIOSFODNN7EXAMPLE".to_owned(), "s".to_owned());
    let root = root();
    let mut answered = 0;
    for (operation, _) in coldkeep_iam::operations().filter(|(_, answered)| *answered) {
        answered += 1;
        let others = world.user(&format!("others-{operation}"), &[statement("Allow", "NotAction", operation)]).await;
        let exactly = world.user(&format!("exactly-{operation}"), &[statement("Allow", "Action", operation)]).await;
        let both = [statement("Allow", "Action", operation), statement("Deny", "Action", operation)];
        let denied = world.user(&format!("denied-{operation}"), &both).await;
        let before = world.records().await;
        for (who, signer, code) in [
            ("nobody", None, "MissingAuthenticationToken"),
            ("a stranger", Some(&stranger), "InvalidClientTokenId"),
            ("a user without policy", Some(&without), "AccessDenied"),
            ("one with every other permission", Some(&others), "AccessDenied"),
            ("one who is denied", Some(&denied), "AccessDenied"),
        ] {
            assert_eq!(ask(&world, signer, operation).await, (403, code.to_owned()), "{operation} as {who}");
        }
        assert_eq!(world.records().await, before, "{operation}: who is refused changes nothing");
        for (who, signer) in [("one with exactly this", &exactly), ("root", &root)] {
            let (status, code) = ask(&world, Some(signer), operation).await;
            let let_in = status != 403 && status < 500;
            assert!(let_in, "{operation} as {who}: {status} {code}");
        }
    }
    assert!(answered >= 97, "{answered}");
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let world = World::new().await;
    let root = root();
    for (operation, _) in coldkeep_iam::operations().filter(|(_, answered)| !*answered) {
        assert_eq!(ask(&world, Some(&root), operation).await, (501, "NotImplemented".to_owned()), "{operation}");
    }
    assert_eq!(ask(&world, Some(&root), "Dance").await, (400, "InvalidAction".to_owned()));
}
