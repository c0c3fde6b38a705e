//! Who may, by the tables of "Policy evaluation logic": what each side says, and what follows.

use std::sync::Arc;

use coldkeep_auth::policy::{
    Beneath, Decision, Grant, Kind, NoContext, Outcome, Policies, Policy, Principal, Reason, Source, decide,
};

use crate::{Given, HERE, THERE, account_id, ask, bucket, federated, identity, root, session, user};

const OBJECT: &str = "arn:aws:s3:::photos/cat.jpg";

/// An identity policy that allows or denies the object, or something else.
fn says(word: &str) -> Vec<Arc<Policy>> {
    let (effect, resource) = match word {
        "allow" => ("Allow", OBJECT),
        "deny" => ("Deny", OBJECT),
        "other" => ("Allow", "arn:aws:s3:::photos/dog.jpg"),
        _ => return Vec::new(),
    };
    vec![identity(&format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"s3:GetObject","Resource":"{resource}"}}}}"#
    ))]
}

/// The bucket's policy, naming this principal.
fn names(effect: &str, principal: &str) -> Policy {
    bucket(
        "photos",
        &format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Principal":{principal},"Action":"s3:*","Resource":["arn:aws:s3:::photos","arn:aws:s3:::photos/*"]}}}}"#
        ),
    )
}

/// Decides with these words for identity, boundary and session policies (`-`: there is none).
fn outcome(principal: &Principal, own: &str, boundary: &str, session: &str, resource: Option<&Policy>) -> Outcome {
    let (own, boundary_policies, session_policies) = (says(own), says(boundary), says(session));
    let owner = account_id(HERE);
    let policies = Policies {
        identity: &own,
        boundary: boundary_policies.first().map(|policy| &**policy),
        session: (session != "-").then_some(&*session_policies),
        resource,
        ..Policies::default()
    };
    decide(&ask(principal, "s3:GetObject", OBJECT, Some(&owner), &NoContext), &policies).outcome
}

#[test]
fn what_a_user_may_within_its_account() {
    use Outcome::{Allow, ExplicitDeny, ImplicitDeny};
    let ann = user(HERE, "ann");
    let by_arn = names("Allow", r#"{"AWS":"arn:aws:iam::111122223333:user/ann"}"#);
    let by_account = names("Allow", r#"{"AWS":"111122223333"}"#);
    let everyone = names("Allow", r#""*""#);
    let denied = names("Deny", r#"{"AWS":"arn:aws:iam::111122223333:root"}"#);
    for (own, boundary, resource, expected) in [
        ("-", "-", None, ImplicitDeny),
        ("other", "-", None, ImplicitDeny),
        ("allow", "-", None, Allow),
        ("deny", "-", None, ExplicitDeny),
        ("allow", "allow", None, Allow),
        ("allow", "other", None, ImplicitDeny),
        ("-", "allow", None, ImplicitDeny),
        ("allow", "deny", None, ExplicitDeny),
        // Named itself, neither its own policies nor the boundary need allow; but what they deny is denied.
        ("-", "-", Some(&by_arn), Allow),
        ("-", "other", Some(&by_arn), Allow),
        ("deny", "-", Some(&by_arn), ExplicitDeny),
        ("-", "deny", Some(&by_arn), ExplicitDeny),
        ("-", "-", Some(&everyone), Allow),
        // Its account is named: that leaves it to the account.
        ("-", "-", Some(&by_account), ImplicitDeny),
        ("allow", "-", Some(&by_account), Allow),
        ("allow", "other", Some(&by_account), ImplicitDeny),
        ("allow", "-", Some(&denied), ExplicitDeny),
    ] {
        assert_eq!(outcome(&ann, own, boundary, "-", resource), expected, "{own} {boundary} {resource:?}");
    }
    assert_eq!(outcome(&user(HERE, "bob"), "-", "-", "-", Some(&by_arn)), ImplicitDeny);
    let by_id = names("Allow", r#"{"AWS":"AIDAXXXXXXXXXXXXXXANN"}"#);
    assert_eq!(outcome(&ann, "-", "other", "-", Some(&by_id)), Allow);
    assert_eq!(outcome(&user(HERE, "bob"), "-", "-", "-", Some(&by_id)), ImplicitDeny);
    assert_eq!(by_arn.principals(), ["arn:aws:iam::111122223333:user/ann"]);
    assert_eq!(denied.principals(), ["111122223333"]);
}

#[test]
fn what_a_session_may_within_its_account() {
    use Outcome::{Allow, ExplicitDeny, ImplicitDeny};
    let ci = session(HERE, "build", "ci");
    let by_session = names("Allow", r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/build/ci"}"#);
    let by_role = names("Allow", r#"{"AWS":"arn:aws:iam::111122223333:role/build"}"#);
    let by_role_id = names("Allow", r#"{"AWS":"AROAXXXXXXXXXXXXBUILD"}"#);
    let by_account = names("Allow", r#"{"AWS":"arn:aws:iam::111122223333:root"}"#);
    for (own, boundary, session, resource, expected) in [
        ("allow", "-", "-", None, Allow),
        ("allow", "-", "allow", None, Allow),
        ("allow", "-", "other", None, ImplicitDeny),
        ("allow", "-", "", None, ImplicitDeny),
        ("other", "-", "allow", None, ImplicitDeny),
        ("allow", "other", "allow", None, ImplicitDeny),
        ("allow", "-", "deny", None, ExplicitDeny),
        // The role is named: boundary and session policies still bound.
        ("-", "-", "-", Some(&by_role), Allow),
        ("-", "other", "-", Some(&by_role), ImplicitDeny),
        ("-", "-", "-", Some(&by_role_id), Allow),
        ("-", "other", "-", Some(&by_role_id), ImplicitDeny),
        ("-", "allow", "other", Some(&by_role), ImplicitDeny),
        ("-", "allow", "allow", Some(&by_role), Allow),
        // The session is named: they do not.
        ("-", "other", "other", Some(&by_session), Allow),
        ("-", "other", "deny", Some(&by_session), ExplicitDeny),
        ("-", "-", "-", Some(&by_account), ImplicitDeny),
    ] {
        assert_eq!(outcome(&ci, own, boundary, session, resource), expected, "{own} {boundary} {session} {resource:?}");
    }
    assert_eq!(outcome(&crate::session(HERE, "build", "other"), "-", "-", "-", Some(&by_session)), ImplicitDeny);

    let partner = federated(HERE, "partner", "ann");
    let by_issuer = names("Allow", r#"{"AWS":"arn:aws:iam::111122223333:user/ann"}"#);
    let by_own = names("Allow", r#"{"AWS":"arn:aws:sts::111122223333:federated-user/partner"}"#);
    assert_eq!(outcome(&partner, "allow", "-", "", Some(&by_issuer)), ImplicitDeny);
    assert_eq!(outcome(&partner, "-", "-", "allow", Some(&by_issuer)), Allow);
    assert_eq!(outcome(&partner, "-", "-", "", Some(&by_own)), Allow);
}

#[test]
fn across_accounts_both_sides_must_allow() {
    use Outcome::{Allow, ExplicitDeny, ImplicitDeny};
    let bob = user(THERE, "bob");
    let by_account = names("Allow", r#"{"AWS":"444455556666"}"#);
    let by_arn = names("Allow", r#"{"AWS":"arn:aws:iam::444455556666:user/bob"}"#);
    let everyone = names("Allow", r#"{"AWS":"*"}"#);
    let by_canonical = names("Allow", &format!(r#"{{"CanonicalUser":"{THERE:0>64}"}}"#));
    for resource in [&by_account, &by_arn, &everyone, &by_canonical] {
        for (own, expected) in [("-", ImplicitDeny), ("other", ImplicitDeny), ("allow", Allow), ("deny", ExplicitDeny)]
        {
            assert_eq!(outcome(&bob, own, "-", "-", Some(resource)), expected, "{own} {resource:?}");
        }
        assert_eq!(outcome(&bob, "allow", "other", "-", Some(resource)), ImplicitDeny);
    }
    assert_eq!(outcome(&bob, "allow", "-", "-", None), ImplicitDeny);
    // Root needs no policy of its own, but the other account's.
    assert_eq!(outcome(&root(THERE), "-", "-", "-", None), ImplicitDeny);
    assert_eq!(outcome(&root(THERE), "-", "-", "-", Some(&by_account)), Allow);
    assert_eq!(outcome(&root(THERE), "-", "-", "-", Some(&by_arn)), ImplicitDeny);
}

#[test]
fn nobody_and_services_have_the_resources_side_only() {
    use Outcome::{Allow, ExplicitDeny, ImplicitDeny};
    let everyone = names("Allow", r#""*""#);
    let nobody = Principal::Anonymous;
    assert_eq!(outcome(&nobody, "-", "-", "-", None), ImplicitDeny);
    assert_eq!(outcome(&nobody, "-", "-", "-", Some(&everyone)), Allow);
    assert_eq!(outcome(&nobody, "-", "-", "-", Some(&names("Allow", r#"{"AWS":"111122223333"}"#))), ImplicitDeny);
    assert_eq!(outcome(&nobody, "-", "-", "-", Some(&names("Deny", r#"{"AWS":"*"}"#))), ExplicitDeny);
    let logging = Principal::Service("logging.s3.amazonaws.com".into());
    let to_logging = names("Allow", r#"{"Service":"logging.s3.amazonaws.com"}"#);
    assert_eq!(outcome(&logging, "-", "-", "-", Some(&to_logging)), Allow);
    assert_eq!(
        outcome(&Principal::Service("sns.amazonaws.com".into()), "-", "-", "-", Some(&to_logging)),
        ImplicitDeny
    );
    assert_eq!(outcome(&nobody, "-", "-", "-", Some(&to_logging)), ImplicitDeny);
}

#[test]
fn root_is_bound_by_denials_only_and_never_locks_itself_out() {
    let denied = names("Deny", r#""*""#);
    assert_eq!(outcome(&root(HERE), "-", "-", "-", None), Outcome::Allow);
    assert_eq!(outcome(&root(HERE), "-", "-", "-", Some(&denied)), Outcome::ExplicitDeny);
    let owner = account_id(HERE);
    let policies = Policies { resource: Some(&denied), ..Policies::default() };
    for (action, root_may) in [
        ("s3:DeleteBucketPolicy", true),
        ("s3:PutBucketPolicy", true),
        ("s3:GetBucketPolicy", true),
        ("s3:ListBucket", false),
    ] {
        let may = |principal: &Principal| {
            decide(&ask(principal, action, "arn:aws:s3:::photos", Some(&owner), &NoContext), &policies).is_allowed()
        };
        assert_eq!(may(&root(HERE)), root_may, "{action}");
        assert!(!may(&user(HERE, "ann")), "{action}");
    }
    // Of another account, also where the policy allows what it denies.
    let both = bucket(
        "photos",
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::photos"},
            {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::photos"}]}"#,
    );
    let policies = Policies { resource: Some(&both), ..Policies::default() };
    let outcome = |principal: &Principal| {
        let question = ask(principal, "s3:PutBucketPolicy", "arn:aws:s3:::photos", Some(&owner), &NoContext);
        decide(&question, &policies).outcome
    };
    assert_eq!((outcome(&root(HERE)), outcome(&root(THERE))), (Outcome::Allow, Outcome::ExplicitDeny));
}

/// "Depending on the service ... you must also specify the account ARN of the not-denied principal"; for sessions, the role's too.
#[test]
fn exceptions_from_a_denial_are_named_whole() {
    use Outcome::{Allow, ExplicitDeny};
    let except = |principals: &str| {
        bucket(
            "photos",
            &format!(
                r#"{{"Statement":{{"Effect":"Deny","NotPrincipal":{{"AWS":{principals}}},"Action":"s3:*","Resource":"arn:aws:s3:::photos/*"}}}}"#
            ),
        )
    };
    let whole = except(r#"["arn:aws:iam::111122223333:user/ann","arn:aws:iam::111122223333:root"]"#);
    assert_eq!(outcome(&user(HERE, "ann"), "allow", "-", "-", Some(&whole)), Allow);
    assert_eq!(outcome(&user(HERE, "bob"), "allow", "-", "-", Some(&whole)), ExplicitDeny);
    assert_eq!(outcome(&root(HERE), "allow", "-", "-", Some(&whole)), Allow);
    assert_eq!(outcome(&Principal::Anonymous, "-", "-", "-", Some(&whole)), ExplicitDeny);
    assert_eq!(outcome(&user(HERE, "ann"), "allow", "allow", "-", Some(&whole)), ExplicitDeny, "it has a boundary");
    let half = except(r#""arn:aws:iam::111122223333:user/ann""#);
    assert_eq!(outcome(&user(HERE, "ann"), "allow", "-", "-", Some(&half)), ExplicitDeny);
    let role = except(
        r#"["arn:aws:sts::111122223333:assumed-role/build/ci","arn:aws:iam::111122223333:role/build","111122223333"]"#,
    );
    assert_eq!(outcome(&session(HERE, "build", "ci"), "allow", "-", "-", Some(&role)), Allow);
    assert_eq!(outcome(&session(HERE, "build", "x"), "allow", "-", "-", Some(&role)), ExplicitDeny);
}

#[test]
fn keys_and_roles_must_allow_themselves() {
    use Outcome::{Allow, ImplicitDeny};
    let arn = "arn:aws:iam::111122223333:role/build";
    let trusts = |principal: &str| {
        let json = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}}}"#
        );
        Policy::parse(&json, Kind::Trust).expect("a trust policy")
    };
    let own = [identity(r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}"#)];
    let owner = account_id(HERE);
    let decided = |principal: &Principal, own: &[Arc<Policy>], trust: &Policy| {
        let policies =
            Policies { identity: own, resource: Some(trust), resource_must_allow: true, ..Policies::default() };
        decide(&ask(principal, "sts:AssumeRole", arn, Some(&owner), &NoContext), &policies).outcome
    };
    let (ann, bob) = (user(HERE, "ann"), user(THERE, "bob"));
    let to_ann = trusts("arn:aws:iam::111122223333:user/ann");
    assert_eq!(decided(&ann, &[], &to_ann), Allow);
    assert_eq!(decided(&user(HERE, "eve"), &own, &to_ann), ImplicitDeny);
    assert_eq!(decided(&ann, &[], &trusts(HERE)), ImplicitDeny);
    assert_eq!(decided(&ann, &own, &trusts(HERE)), Allow);
    assert_eq!(decided(&bob, &[], &trusts("arn:aws:iam::444455556666:user/bob")), ImplicitDeny);
    assert_eq!(decided(&bob, &own, &trusts(THERE)), Allow);
    assert_eq!(decided(&root(HERE), &[], &to_ann), ImplicitDeny, "not even root");
}

/// "Create a role for OpenID Connect federation": the provider vouches, and says for whom.
#[test]
fn roles_for_identities_of_the_web() {
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.example.com";
    let json = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},
            "Action":"sts:AssumeRoleWithWebIdentity",
            "Condition":{{"StringEquals":{{"token.example.com:aud":"store"}},"StringLike":{{"token.example.com:sub":"build-*"}}}}}}}}"#
    );
    let trust = Policy::parse(&json, Kind::Trust).expect("a trust policy");
    let owner = account_id(HERE);
    let outcome = |provider: &str, subject: &str| {
        let principal = Principal::WebIdentity { provider: provider.into() };
        let given = Given::new([("token.example.com:aud", "store"), ("token.example.com:sub", subject)]);
        let policies = Policies { resource: Some(&trust), resource_must_allow: true, ..Policies::default() };
        let role = "arn:aws:iam::111122223333:role/build";
        decide(&ask(&principal, "sts:AssumeRoleWithWebIdentity", role, Some(&owner), &given), &policies).outcome
    };
    assert_eq!(outcome(provider, "build-7"), Outcome::Allow);
    assert_eq!(outcome(provider, "test-7"), Outcome::ImplicitDeny);
    assert_eq!(outcome("arn:aws:iam::111122223333:oidc-provider/other.example.com", "build-7"), Outcome::ImplicitDeny);
}

#[test]
fn acls_grant_on_the_resources_side() {
    let owner = account_id(HERE);
    let allowing = says("allow");
    let decided = |principal: &Principal, own: &[Arc<Policy>], grant: Grant| {
        let acl = move || grant;
        let policies = Policies { identity: own, acl: Some(&acl), ..Policies::default() };
        decide(&ask(principal, "s3:GetObject", OBJECT, Some(&owner), &NoContext), &policies).outcome
    };
    let (ann, bob) = (user(HERE, "ann"), user(THERE, "bob"));
    assert_eq!(decided(&Principal::Anonymous, &[], Grant::Itself), Outcome::Allow);
    assert_eq!(decided(&Principal::Anonymous, &[], Grant::Account), Outcome::ImplicitDeny);
    assert_eq!(decided(&bob, &[], Grant::Account), Outcome::ImplicitDeny);
    assert_eq!(decided(&bob, &allowing, Grant::Account), Outcome::Allow);
    assert_eq!(decided(&bob, &allowing, Grant::Nothing), Outcome::ImplicitDeny);
    assert_eq!(decided(&root(THERE), &[], Grant::Account), Outcome::Allow);
    assert_eq!(decided(&ann, &[], Grant::Account), Outcome::ImplicitDeny);
    assert_eq!(decided(&ann, &says("deny"), Grant::Itself), Outcome::ExplicitDeny);
    // Where the policy grants as much, the ACL did not decide.
    let (by_account, acl) = (names("Allow", r#"{"AWS":"444455556666"}"#), || Grant::Account);
    let policies =
        Policies { identity: &allowing, resource: Some(&by_account), acl: Some(&acl), ..Policies::default() };
    let decision = decide(&ask(&bob, "s3:GetObject", OBJECT, Some(&owner), &NoContext), &policies);
    assert_eq!(decision.reason, Reason::Statement { source: Source::Resource, policy: &by_account, index: 0 });
}

/// The bucket is of one account, the object of another: the bucket's policy denies, but does not allow.
#[test]
fn a_buckets_policy_allows_nothing_on_objects_of_others() {
    let (ann, owner) = (user(HERE, "ann"), account_id(THERE));
    let own = says("allow");
    let outcome = |policy: &Policy, acl: Grant| {
        let acl = || acl;
        let policies = Policies {
            identity: &own,
            resource: Some(policy),
            resource_only_denies: true,
            acl: Some(&acl),
            ..Policies::default()
        };
        decide(&ask(&ann, "s3:GetObject", OBJECT, Some(&owner), &NoContext), &policies).outcome
    };
    let (allows, denies) = (names("Allow", r#""*""#), names("Deny", r#""*""#));
    assert_eq!(outcome(&allows, Grant::Nothing), Outcome::ImplicitDeny);
    assert_eq!(outcome(&allows, Grant::Account), Outcome::Allow);
    assert_eq!(outcome(&denies, Grant::Account), Outcome::ExplicitDeny);
}

/// "Both the access point policy and the bucket policy must permit the request" (S3 user guide, "Configuring IAM policies for using
/// access points").
#[test]
fn an_access_points_bucket_must_allow_too() {
    let point = "arn:aws:s3:us-east-1:111122223333:accesspoint/own";
    let object = "arn:aws:s3:us-east-1:111122223333:accesspoint/own/object/cat.jpg";
    let json = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"444455556666"}},"Action":"s3:GetObject","Resource":"{point}/object/*"}}}}"#
    );
    let of_point = Policy::parse(&json, Kind::AccessPoint { arn: point }).expect("a policy");
    let own =
        [identity(&format!(r#"{{"Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"{point}/object/*"}}}}"#))];
    let owner = account_id(HERE);
    let bob = user(THERE, "bob");
    let decided = |of_point: Option<&Policy>, of_bucket: Option<&Policy>| {
        let beneath = Beneath { resource: OBJECT, account: &owner, policy: of_bucket, acl: None };
        let policies = Policies { identity: &own, resource: of_point, beneath: Some(beneath), ..Policies::default() };
        decide(&ask(&bob, "s3:GetObject", object, Some(&owner), &NoContext), &policies).outcome
    };
    let (allows, denies) = (names("Allow", r#""*""#), names("Deny", r#""*""#));
    assert_eq!(decided(Some(&of_point), Some(&allows)), Outcome::Allow);
    assert_eq!(decided(Some(&of_point), None), Outcome::ImplicitDeny);
    assert_eq!(decided(None, Some(&allows)), Outcome::ImplicitDeny);
    assert_eq!(decided(Some(&of_point), Some(&denies)), Outcome::ExplicitDeny);
}

#[test]
fn a_decision_says_which_statement_decided() {
    let owner = account_id(HERE);
    let ann = user(HERE, "ann");
    let own = [Arc::new(
        Policy::parse(
            r#"{"Version":"2012-10-17","Statement":[
                {"Sid":"Look","Effect":"Allow","Action":"s3:Get*","Resource":"*"},
                {"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
                {"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/private/*"}]}"#,
            Kind::Managed,
        )
        .expect("a policy")
        .named("arn:aws:iam::111122223333:policy/look"),
    )];
    let policies = Policies { identity: &own, ..Policies::default() };
    let told = |action: &str, resource: &str| {
        decide(&ask(&ann, action, resource, Some(&owner), &NoContext), &policies).to_string()
    };
    let named = r#"identity policy "arn:aws:iam::111122223333:policy/look""#;
    assert_eq!(told("s3:GetObject", OBJECT), format!(r#"allowed: {named}, statement "Look""#));
    assert_eq!(told("s3:GetObject", "arn:aws:s3:::photos/private/x"), format!("denied: {named}, statement 2"));
    assert_eq!(told("s3:PutObject", OBJECT), "not allowed: no identity policy allows it");
    let bounded = Policies { boundary: Some(&own[0]), identity: &[], ..Policies::default() };
    let decision: Decision<'_> = decide(&ask(&ann, "s3:GetObject", OBJECT, Some(&owner), &NoContext), &bounded);
    assert_eq!(decision.reason, Reason::Nothing(Source::Identity));
    // Of statements that grant the same, the first.
    let account =
        r#"{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:*","Resource":"arn:aws:s3:::photos/*"}"#;
    let twice = bucket("photos", &format!(r#"{{"Statement":[{account},{account}]}}"#));
    let bob = user(THERE, "bob");
    let policies = Policies { identity: &own, resource: Some(&twice), ..Policies::default() };
    let decision = decide(&ask(&bob, "s3:GetObject", OBJECT, Some(&owner), &NoContext), &policies);
    assert_eq!(decision.reason, Reason::Statement { source: Source::Resource, policy: &twice, index: 0 });
}
