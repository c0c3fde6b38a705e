//! What is refused when it is put: in Amazon's words, and saying where.

use coldkeep_auth::policy::{Kind, Malformed, Policy};

fn refused(kind: Kind<'_>, json: &str) -> Malformed {
    Policy::parse(json, kind).map(drop).expect_err(json)
}

/// A statement of these members, with the document around it.
fn one(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{{statement}}}}}"#)
}

const SYNTAX: &str = "Syntax errors in policy.";
const VENDOR: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";

#[test]
fn policies_of_identities() {
    let whole = |members: &str| one(&format!(r#""Effect":"Allow","Action":"s3:ListBucket","Resource":"*"{members}"#));
    let action = |action: &str| one(&format!(r#""Effect":"Allow","Action":{action},"Resource":"*""#));
    let resource = |resource: &str| one(&format!(r#""Effect":"Allow","Action":"s3:ListBucket","Resource":{resource}"#));
    let condition = |condition: &str| whole(&format!(r#","Condition":{condition}"#));
    let iam_paths = "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, \
                     instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, \
                     access-report/.";
    let table: &[(String, &str, &str)] = &[
        ("This is not a json document".into(), SYNTAX, ""),
        ("".into(), SYNTAX, ""),
        ("[]".into(), SYNTAX, ""),
        (r#"{"Version":"2012-10-17""#.into(), SYNTAX, ""),
        (r#"{"Version":"2012-10-17"}"#.into(), SYNTAX, ""),
        (r#"{"Version":"2012-10-17","Statement":[]}"#.into(), SYNTAX, "Statement"),
        (r#"{"Version":"2012-10-17","Statement":["a"]}"#.into(), SYNTAX, "Statement[0]"),
        (r#"{"Version":"2013-10-17","Statement":[]}"#.into(), SYNTAX, "Version"),
        (r#"{"Version":20121017,"Statement":[]}"#.into(), SYNTAX, "Version"),
        (r#"{"version":"2012-10-17","Statement":[]}"#.into(), SYNTAX, ""),
        (r#"{"Id":["x"],"Statement":[]}"#.into(), SYNTAX, "Id"),
        (whole(r#","Extra":1"#), SYNTAX, "Statement"),
        (whole(r#","Effect":"Deny""#), SYNTAX, ""),
        (whole(r#","NotAction":"s3:Get*""#), SYNTAX, "Statement"),
        (whole(r#","NotResource":"*""#), SYNTAX, "Statement"),
        (whole(r#","Principal":"*""#), "Policy document should not specify a principal.", "Statement.Principal"),
        (whole(r#","NotPrincipal":"*""#), "Policy document should not specify a principal.", "Statement.NotPrincipal"),
        (one(r#""Effect":"allow","Action":"*","Resource":"*""#), SYNTAX, "Statement.Effect"),
        (one(r#""Action":"*","Resource":"*""#), SYNTAX, "Statement"),
        (one(r#""Effect":"Allow","Resource":"*""#), "Policy statement must contain actions.", "Statement"),
        (action("[]"), "Policy statement must contain actions.", "Statement.Action"),
        (action("{}"), SYNTAX, "Statement.Action"),
        (action("[[]]"), SYNTAX, "Statement.Action[0]"),
        (action(r#""invalid""#), VENDOR, "Statement.Action"),
        (action(r#""""#), VENDOR, "Statement.Action"),
        (action(r#"["s3:*","a a:List"]"#), "Vendor a a is not valid", "Statement.Action[1]"),
        (action(r#""s3:List:Bucket""#), "Actions/Condition can contain only one colon.", "Statement.Action"),
        (one(r#""Effect":"Allow","Action":"s3:*""#), "Policy statement must contain resources.", "Statement"),
        (resource("[]"), "Policy statement must contain resources.", "Statement.Resource"),
        (resource(r#"["*",1]"#), SYNTAX, "Statement.Resource[1]"),
        (
            resource(r#""invalid resource""#),
            r#"Resource invalid resource must be in ARN format or "*"."#,
            "Statement.Resource",
        ),
        (resource(r#""""#), r#"Resource  must be in ARN format or "*"."#, "Statement.Resource"),
        (
            resource(r#""x:aws:s3:::bucket""#),
            r#"Resource x:aws:s3:::bucket must be in ARN format or "*"."#,
            "Statement.Resource",
        ),
        (
            resource(r#""aws:s3:::bucket""#),
            r#"Partition "s3" is not valid for resource "arn:s3:::bucket:*"."#,
            "Statement.Resource",
        ),
        (
            resource(r#""arn:error:s3:::bucket""#),
            r#"Partition "error" is not valid for resource "arn:error:s3:::bucket"."#,
            "Statement.Resource",
        ),
        (
            resource(r#""arn:aws""#),
            "Resource vendor must be fully qualified and cannot contain regexes.",
            "Statement.Resource",
        ),
        (
            resource(r#""arn:aws:*:::x""#),
            "Resource vendor must be fully qualified and cannot contain regexes.",
            "Statement.Resource",
        ),
        (resource(r#""arn:aws:s3::bucket""#), "The policy failed legacy parsing", "Statement.Resource"),
        (
            resource(r#""arn:aws:s3:us-east-1::bucket""#),
            "Resource arn:aws:s3:us-east-1::bucket can not contain region information.",
            "Statement.Resource",
        ),
        (
            resource(r#""arn:aws:iam:us-east-1:111122223333:user/ann""#),
            "IAM resource arn:aws:iam:us-east-1:111122223333:user/ann cannot contain region information.",
            "Statement.Resource",
        ),
        (resource(r#""arn:aws:iam::111122223333:ann""#), iam_paths, "Statement.Resource"),
        (resource(r#""arn:aws:s3:::${aws:usernam}/*""#), SYNTAX, "Statement.Resource"),
        (resource(r#""arn:aws:s3:::${aws:username/*""#), SYNTAX, "Statement.Resource"),
        (condition("[]"), SYNTAX, "Statement.Condition"),
        (condition(r#"{"a":"b"}"#), SYNTAX, "Statement.Condition.a"),
        (condition(r#"{"Null":"b"}"#), SYNTAX, "Statement.Condition.Null"),
        (condition(r#"{"StringLikes":{"aws:userid":"b"}}"#), SYNTAX, "Statement.Condition.StringLikes"),
        (condition(r#"{"NullIfExists":{"aws:userid":"true"}}"#), SYNTAX, "Statement.Condition.NullIfExists"),
        (condition(r#"{"ForAnyValue:Null":{"aws:userid":"true"}}"#), SYNTAX, "Statement.Condition.ForAnyValue:Null"),
        (condition(r#"{"ForNoValue:Bool":{"aws:userid":"true"}}"#), SYNTAX, "Statement.Condition.ForNoValue:Bool"),
        (condition(r#"{"NumericLike":{"s3:max-keys":"1"}}"#), SYNTAX, "Statement.Condition.NumericLike"),
        (condition(r#"{"StringLike":{"username":"b"}}"#), VENDOR, "Statement.Condition.StringLike.username"),
        (condition(r#"{"StringLike":{"aws:usernam":"b"}}"#), SYNTAX, "Statement.Condition.StringLike.aws:usernam"),
        (condition(r#"{"StringLike":{"s3:prefix":[]}}"#), SYNTAX, "Statement.Condition.StringLike.s3:prefix"),
        (condition(r#"{"StringLike":{"s3:prefix":{}}}"#), SYNTAX, "Statement.Condition.StringLike.s3:prefix"),
        (condition(r#"{"StringLike":{"s3:prefix":"${x}"}}"#), SYNTAX, "Statement.Condition.StringLike.s3:prefix"),
        (condition(r#"{"Bool":{"aws:SecureTransport":"yes"}}"#), SYNTAX, "Statement.Condition.Bool.aws:SecureTransport"),
        (condition(r#"{"NumericEquals":{"s3:max-keys":"ten"}}"#), SYNTAX, "Statement.Condition.NumericEquals.s3:max-keys"),
        (condition(r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}}"#), SYNTAX, "Statement.Condition.IpAddress.aws:SourceIp"),
        (condition(r#"{"ArnLike":{"aws:SourceArn":"bucket"}}"#), SYNTAX, "Statement.Condition.ArnLike.aws:SourceArn"),
        (condition(r#"{"BinaryEquals":{"aws:userid":"!"}}"#), SYNTAX, "Statement.Condition.BinaryEquals.aws:userid"),
        (
            condition(r#"{"DateLessThan":{"aws:CurrentTime":"soon"}}"#),
            "The policy failed legacy parsing",
            "Statement.Condition.DateLessThan.aws:CurrentTime",
        ),
        (
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#.into(),
            "Statement IDs (SID) in a single policy must be unique.",
            "Statement[1].Sid",
        ),
        (
            whole(r#","Sid":"a b""#),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
            "Statement.Sid",
        ),
    ];
    for (json, message, at) in table {
        let refused = refused(Kind::Identity, json);
        assert_eq!((&*refused.message, &*refused.at), (*message, *at), "{json}: {refused}");
        assert!(!refused.detail.is_empty(), "{json}");
    }
}

/// Access Analyzer's "Unique Sids recommended", and Amazon's examples of vaults and keys: any text, also twice.
#[test]
fn sids_of_resources_are_free() {
    let statement = r#"{"Sid":"one, and the same","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::photos"}"#;
    let json = format!(r#"{{"Statement":[{statement},{statement}]}}"#);
    assert!(Policy::parse(&json, Kind::Bucket { name: "photos" }).is_ok());
}

#[test]
fn managed_policies_are_of_2012() {
    let statement = r#""Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
    for version in ["", r#""Version":"2008-10-17","#] {
        let json = format!("{{{version}{statement}}}");
        assert!(Policy::parse(&json, Kind::Identity).is_ok());
        let refused = refused(Kind::Managed, &json);
        assert_eq!(refused.message, "Policy document must be version 2012-10-17 or greater.");
    }
}

#[test]
fn policies_of_buckets() {
    let with = |principal: &str, action: &str, resource: &str, more: &str| {
        one(&format!(r#""Effect":"Allow","Principal":{principal},"Action":{action},"Resource":{resource}{more}"#))
    };
    let principal = |principal: &str| with(principal, r#""s3:GetObject""#, r#""arn:aws:s3:::photos/*""#, "");
    let use_of = |action: &str, resource: &str| with(r#""*""#, action, resource, "");
    let condition = |action: &str, resource: &str, condition: &str| {
        with(r#""*""#, action, resource, &format!(r#","Condition":{condition}"#))
    };
    let (bucket, objects) = (r#""arn:aws:s3:::photos""#, r#""arn:aws:s3:::photos/*""#);
    let (who, action, resource) =
        ("Invalid principal in policy", "Policy has invalid action", "Policy has invalid resource");
    let use_words = "Action does not apply to any resource(s) in statement";
    let never = "Conditions do not apply to combination of actions and resources in statement";
    let syntax = "Invalid policy syntax.";
    let table: &[(String, &str, &str)] = &[
        ("policy".into(), "Policies must be valid JSON and the first byte must be '{'", ""),
        ("{".into(), "This policy contains invalid Json", ""),
        (r#"{"Statement":[],"Statement":[]}"#.into(), "This policy contains invalid Json", ""),
        (
            r#"{"Version":"2013-01-01","Statement":[]}"#.into(),
            "The policy must contain a valid version string",
            "Version",
        ),
        (r#"{"Version":"2012-10-17"}"#.into(), "Missing required field Statement", ""),
        (r#"{"Statement":[]}"#.into(), "Could not parse the policy: Statement is empty!", "Statement"),
        (
            one(r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*""#),
            "Missing required field Principal",
            "Statement",
        ),
        (one(r#""Principal":"*","Action":"s3:*","Resource":"*""#), "Missing required field Effect", "Statement"),
        (one(r#""Effect":"Allow","Principal":"*","Resource":"*""#), "Missing required field Action", "Statement"),
        (one(r#""Effect":"Allow","Principal":"*","Action":"s3:*""#), "Missing required field Resource", "Statement"),
        (one(r#""Effect":"Maybe","Principal":"*""#), "Invalid effect: Maybe", "Statement.Effect"),
        (one(r#""Effect":"Allow","Principals":"*""#), syntax, "Statement"),
        (principal(r#""111122223333""#), who, "Statement.Principal"),
        (principal(r#"{"AWS":"ann"}"#), who, "Statement.Principal.AWS"),
        (principal(r#"{"AWS":["*","arn:aws:iam::111122223333:user/*"]}"#), who, "Statement.Principal.AWS[1]"),
        (principal(r#"{"AWS":"arn:aws:iam::111122223333:group/admins"}"#), who, "Statement.Principal.AWS"),
        (principal(r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/build"}"#), who, "Statement.Principal.AWS"),
        (principal(r#"{"AWS":"1111222233334"}"#), who, "Statement.Principal.AWS"),
        (principal(r#"{"Aws":"111122223333"}"#), who, "Statement.Principal.Aws"),
        (principal(r#"{"CanonicalUser":"79a59d"}"#), who, "Statement.Principal.CanonicalUser"),
        (principal(r#"{"Service":"*"}"#), who, "Statement.Principal.Service"),
        (principal("{}"), syntax, "Statement.Principal"),
        (principal(r#"{"AWS":[]}"#), syntax, "Statement.Principal.AWS"),
        (
            one(
                r#""Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"arn:aws:s3:::photos""#,
            ),
            who,
            "Statement.NotPrincipal",
        ),
        (
            one(r#""Effect":"Deny","NotPrincipal":"*","Action":"s3:*","Resource":"arn:aws:s3:::photos""#),
            who,
            "Statement.NotPrincipal",
        ),
        (use_of(r#""s3:GetObjekt""#, objects), action, "Statement.Action"),
        (use_of(r#""s3:Fetch*""#, objects), action, "Statement.Action"),
        (use_of(r#""glacier:ListVaults""#, objects), action, "Statement.Action"),
        (use_of(r#""GetObject""#, objects), action, "Statement.Action"),
        (use_of(r#""s3:GetObject""#, r#""*""#), resource, "Statement.Resource"),
        (
            use_of(r#""s3:GetObject""#, r#"["arn:aws:s3:::photos/*","arn:aws:s3:::films/*"]"#),
            resource,
            "Statement.Resource[1]",
        ),
        (use_of(r#""s3:GetObject""#, r#""arn:aws:s3::*:photos/*""#), resource, "Statement.Resource"),
        (use_of(r#""s3:GetObject""#, r#""photos/*""#), resource, "Statement.Resource"),
        (use_of(r#""s3:ListBucket""#, objects), use_words, "Statement.Action"),
        (use_of(r#""s3:PutObject""#, bucket), use_words, "Statement.Action"),
        (use_of(r#"["s3:GetObject","s3:ListBucket"]"#, objects), use_words, "Statement.Action"),
        (use_of(r#""s3:ListAllMyBuckets""#, bucket), use_words, "Statement.Action"),
        (
            condition(
                r#"["s3:GetObject","s3:ListBucket"]"#,
                &format!("[{bucket},{objects}]"),
                r#"{"StringLike":{"s3:prefix":"a*"}}"#,
            ),
            never,
            "Statement.Condition",
        ),
        (
            condition(r#""s3:GetObject""#, objects, r#"{"StringEquals":{"s3:x-amz-acl":"private"}}"#),
            never,
            "Statement.Condition",
        ),
        (
            condition(r#""s3:GetObjectRetention""#, objects, r#"{"StringEquals":{"s3:ExistingObjectTag/a":"b"}}"#),
            never,
            "Statement.Condition",
        ),
        (
            condition(r#""s3:GetObject""#, objects, r#"{"Equals":{"aws:userid":"x"}}"#),
            "Invalid Condition type : Equals",
            "Statement.Condition.Equals",
        ),
        (
            condition(r#""s3:GetObject""#, objects, r#"{"StringEquals":{"s3:Colour":"x"}}"#),
            "Policy has an invalid condition key",
            "Statement.Condition.StringEquals.s3:Colour",
        ),
    ];
    for (json, message, at) in table {
        let refused = refused(Kind::Bucket { name: "photos" }, json);
        assert_eq!((&*refused.message, &*refused.at), (*message, *at), "{json}: {refused}");
    }
}

#[test]
fn policies_of_roles_vaults_and_keys() {
    let trust = |members: &str| refused(Kind::Trust, &one(members)).message.into_owned();
    let allow = r#""Effect":"Allow","Principal":{"AWS":"111122223333"}"#;
    assert_eq!(trust(&format!(r#"{allow},"Action":"sts:AssumeRole","Resource":"*""#)), "Has prohibited field Resource");
    for action in ["s3:GetObject", "sts:GetCallerIdentity", "*", "AssumeRole"] {
        let message = trust(&format!(r#"{allow},"Action":"{action}""#));
        assert_eq!(message, "AssumeRole policy may only specify STS AssumeRole actions.", "{action}");
    }
    assert_eq!(
        trust(r#""Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole""#),
        "Has prohibited field NotPrincipal"
    );
    assert_eq!(trust(r#""Effect":"Allow","Action":"sts:AssumeRole""#), "Missing required field Principal");
    assert_eq!(
        trust(r#""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:role/x"},"Action":"sts:AssumeRole""#),
        r#"Invalid principal in policy: "AWS":"arn:aws:iam::1:role/x""#
    );
    let arn = "arn:aws:glacier:us-west-2:111122223333:vaults/films";
    let vault = |action: &str, resource: &str| {
        let json = one(&format!(r#"{allow},"Action":"{action}","Resource":"{resource}""#));
        Policy::parse(&json, Kind::Vault { arn }).map(drop).map_err(|error| error.message.into_owned())
    };
    assert_eq!(vault("glacier:InitiateJob", arn), Ok(()));
    assert_eq!(vault("glacier:*", "arn:aws:glacier:us-west-2:111122223333:vaults/*"), Ok(()));
    assert_eq!(vault("glacier:InitiateJobs", arn), Err("Policy has invalid action".into()));
    assert_eq!(vault("s3:GetObject", arn), Err("Policy has invalid action".into()));
    // Of the account, not of a vault.
    assert_eq!(vault("glacier:CreateVault", arn), Err("Policy has invalid action".into()));
    assert_eq!(vault("glacier:SetDataRetrievalPolicy", arn), Err("Policy has invalid action".into()));
    assert_eq!(vault("glacier:InitiateJob", "*"), Err("Policy has invalid resource".into()));
    let key = Kind::Key { arn: "arn:aws:kms:us-west-2:111122223333:key/1234" };
    let of_key =
        |action: &str| Policy::parse(&one(&format!(r#"{allow},"Action":"{action}","Resource":"*""#)), key).is_ok();
    assert!(of_key("kms:*") && of_key("kms:ReEncrypt*") && !of_key("kms:Encrypts") && !of_key("s3:*"));
}

/// The same for whoever reads it in a log.
#[test]
fn a_refusal_says_where() {
    let json = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:*","Resource":"*"},
        {"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"aws:usernam":"x"}}}]}"#;
    assert_eq!(
        refused(Kind::Identity, json).to_string(),
        r#"Syntax errors in policy. (at Statement[1].Condition.StringLike.aws:usernam: there is no condition key "aws:usernam")"#
    );
}
