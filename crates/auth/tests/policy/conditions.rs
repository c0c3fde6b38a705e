//! Conditions: each operator with each of its forms, absent keys, keys of many values, variables. From "IAM JSON policy elements:
//! Condition operators", "Set operators for multivalued context keys" and "IAM policy elements: variables and tags".

use coldkeep_auth::policy::{Kind, Policies, Policy, Principal, decide};

use crate::{Given, HERE, ask, identity, user};

/// Whether a condition holds, of a statement that allows everything else.
fn holds(condition: &str, context: &Given) -> bool {
    let json = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}}}"#
    );
    let own = [identity(&json)];
    let ann = user(HERE, "ann");
    let policies = Policies { identity: &own, ..Policies::default() };
    decide(&ask(&ann, "s3:GetObject", "*", None, context), &policies).is_allowed()
}

/// Each row: operator, the policy's values, the request's value, whether it holds. All of one key, `aws:UserAgent`, but for dates.
#[test]
fn operators() {
    let table = [
        ("StringEquals", r#""a""#, "a", true),
        ("StringEquals", r#"["b","a"]"#, "a", true),
        ("StringEquals", r#""a""#, "A", false),
        ("StringEquals", r#""a*""#, "ab", false),
        ("StringEquals", r#""a*""#, "a*", true),
        ("StringNotEquals", r#""a""#, "a", false),
        ("StringNotEquals", r#"["b","a"]"#, "a", false),
        ("StringNotEquals", r#"["b","c"]"#, "a", true),
        ("StringEqualsIgnoreCase", r#""Müller""#, "MÜLLER", true),
        ("StringEqualsIgnoreCase", r#""abc""#, "aBc", true),
        ("StringEqualsIgnoreCase", r#""abc""#, "abd", false),
        ("StringNotEqualsIgnoreCase", r#""abc""#, "aBc", false),
        ("StringLike", r#""a*c?""#, "abbcd", true),
        ("StringLike", r#""a*c?""#, "abbc", false),
        ("StringLike", r#""${*}${?}${$}""#, "*?$", true),
        ("StringLike", r#""${*}""#, "a", false),
        ("StringNotLike", r#"["a*","b*"]"#, "bc", false),
        ("StringNotLike", r#"["a*","b*"]"#, "cb", true),
        ("NumericEquals", r#""10""#, "10.0", true),
        ("NumericEquals", "10", "10", true),
        ("NumericEquals", r#""10""#, "11", false),
        ("NumericNotEquals", r#"["10","11"]"#, "11", false),
        ("NumericNotEquals", r#"["10","11"]"#, "12", true),
        ("NumericLessThan", r#""10""#, "9", true),
        ("NumericLessThan", r#""10""#, "10", false),
        ("NumericLessThanEquals", r#""10""#, "10", true),
        ("NumericGreaterThan", r#""10""#, "100", true),
        ("NumericGreaterThan", r#""10""#, "10", false),
        ("NumericGreaterThanEquals", r#""10""#, "10", true),
        ("NumericLessThan", r#""10""#, "few", false),
        ("DateEquals", r#""2026-01-01T00:00:00Z""#, "2026-01-01T01:00:00+01:00", true),
        ("DateNotEquals", r#""2026-01-01T00:00:00Z""#, "2026-01-01T00:00:00Z", false),
        ("DateLessThan", r#""2026-01-01T00:00:00Z""#, "2025-12-31T23:59:59.999Z", true),
        ("DateLessThanEquals", r#""2026-01-01""#, "2026-01-01T00:00:00Z", true),
        ("DateGreaterThan", r#""1767225600""#, "2026-01-01T00:00:01Z", true),
        ("DateGreaterThan", "1767225600", "2026-01-01T00:00:00Z", false),
        ("DateGreaterThanEquals", r#""2026-01-01T00:00:00Z""#, "1767225600", true),
        ("Bool", r#""true""#, "true", true),
        ("Bool", "true", "true", true),
        ("Bool", r#""false""#, "true", false),
        ("BinaryEquals", r#""QmluYXJ5""#, "QmluYXJ5", true),
        ("BinaryEquals", r#""QmluYXJ5""#, "QmluYXJ6", false),
        ("IpAddress", r#"["10.0.0.0/8","203.0.113.0/24"]"#, "203.0.113.9", true),
        ("IpAddress", r#""2001:DB8:1234:5678::/64""#, "2001:db8:1234:5678::9", true),
        ("IpAddress", r#""203.0.113.0/24""#, "203.0.114.9", false),
        ("NotIpAddress", r#"["10.0.0.0/8","203.0.113.0/24"]"#, "203.0.113.9", false),
        ("NotIpAddress", r#""203.0.113.0/24""#, "2001:db8::1", true),
        ("ArnEquals", r#""arn:aws:sns:*:111122223333:*""#, "arn:aws:sns:eu-west-1:111122223333:topic", true),
        ("ArnLike", r#""arn:aws:s3:::photos/*""#, "arn:aws:s3:::photos/a:b/c", true),
        // Each component by itself: no star spans two of them.
        ("ArnLike", r#""arn:aws:sns:*:111122223333:t""#, "arn:aws:sns:a:b:c:111122223333:t", false),
        ("ArnLike", r#""*""#, "arn:aws:s3:::photos", true),
        ("ArnNotEquals", r#""arn:aws:s3:::photos""#, "arn:aws:s3:::photos", false),
        ("ArnNotLike", r#""arn:aws:s3:::p*""#, "arn:aws:s3:::films", true),
    ];
    for (operator, stated, found, expected) in table {
        let condition = |operator: &str| format!(r#"{{"{operator}":{{"aws:UserAgent":{stated}}}}}"#);
        let given = Given::new([("aws:UserAgent", found)]);
        for form in [operator.to_owned(), format!("{operator}IfExists"), format!("ForAnyValue:{operator}")] {
            assert_eq!(holds(&condition(&form), &given), expected, "{form} {stated} {found}");
        }
        // What is absent matches nothing, so a negated operator holds.
        let absent = Given::default();
        assert_eq!(holds(&condition(operator), &absent), operator.contains("Not"), "{operator}");
        assert!(holds(&condition(&format!("{operator}IfExists")), &absent), "{operator}");
        assert!(holds(&condition(&format!("ForAllValues:{operator}")), &absent), "{operator}");
        assert!(!holds(&condition(&format!("ForAnyValue:{operator}")), &absent), "{operator}");
        assert!(holds(&condition(&format!("ForAnyValue:{operator}IfExists")), &absent), "{operator}");
    }
}

#[test]
fn null_says_whether_there_is_a_value() {
    let (present, absent) = (Given::new([("aws:TokenIssueTime", "2026-01-01T00:00:00Z")]), Given::default());
    let null = |value: &str| format!(r#"{{"Null":{{"aws:TokenIssueTime":{value}}}}}"#);
    for (value, of_present, of_absent) in [
        (r#""true""#, false, true),
        (r#""false""#, true, false),
        ("false", true, false),
        (r#"["true","false"]"#, true, true),
    ] {
        assert_eq!((holds(&null(value), &present), holds(&null(value), &absent)), (of_present, of_absent), "{value}");
    }
}

#[test]
fn all_conditions_must_hold() {
    let both = r#"{"StringEquals":{"aws:UserAgent":"a","aws:referer":"b"},"Bool":{"aws:SecureTransport":"true"}}"#;
    let keys = [("aws:UserAgent", "a"), ("aws:referer", "b"), ("aws:SecureTransport", "true")];
    assert!(holds(both, &Given::new(keys)));
    for left_out in 0..keys.len() {
        let fewer = keys.iter().enumerate().filter(|(index, _)| *index != left_out).map(|(_, key)| *key);
        assert!(!holds(both, &Given::new(fewer)), "without {left_out}");
    }
}

/// The tables of "Set operators for multivalued context keys".
#[test]
fn keys_of_many_values() {
    let tags = |values: &[&'static str]| Given::new(values.iter().map(|value| ("aws:TagKeys", *value)));
    let condition = |operator: &str| format!(r#"{{"{operator}":{{"aws:TagKeys":["environment","cost-center"]}}}}"#);
    for (operator, values, expected) in [
        ("ForAllValues:StringEquals", &["environment", "cost-center"][..], true),
        ("ForAllValues:StringEquals", &["environment"], true),
        ("ForAllValues:StringEquals", &["environment", "dept"], false),
        ("ForAllValues:StringEquals", &["dept"], false),
        ("ForAllValues:StringEquals", &[""], true),
        ("ForAllValues:StringEquals", &[], true),
        ("ForAnyValue:StringEquals", &["environment", "dept"], true),
        ("ForAnyValue:StringEquals", &["dept", "team"], false),
        ("ForAnyValue:StringEquals", &[""], false),
        ("ForAnyValue:StringEquals", &[], false),
        ("ForAllValues:StringNotEquals", &["dept", "team"], true),
        ("ForAllValues:StringNotEquals", &["dept", "environment"], false),
        ("ForAnyValue:StringNotEquals", &["dept", "environment"], true),
        ("ForAnyValue:StringNotEquals", &["environment"], false),
        ("ForAnyValue:StringNotEquals", &[], false),
        ("StringEquals", &["dept", "environment"], true),
        ("StringNotEquals", &["dept", "environment"], false),
    ] {
        assert_eq!(holds(&condition(operator), &tags(values)), expected, "{operator} {values:?}");
    }
}

#[test]
fn names_of_keys_are_without_case() {
    let given = Given::new([("aws:SourceIp", "10.1.2.3")]);
    assert!(holds(r#"{"IpAddress":{"AWS:sourceip":"10.0.0.0/8"}}"#, &given));
}

/// Whether a principal may get this key by a policy on this resource.
fn reaches(version: &str, resource: &str, principal: &Principal, context: &Given, key: &str) -> bool {
    let json = format!(
        r#"{{"Version":"{version}","Statement":{{"Effect":"Allow","Action":"s3:GetObject","Resource":"{resource}"}}}}"#
    );
    let own = [identity(&json)];
    let policies = Policies { identity: &own, ..Policies::default() };
    decide(&ask(principal, "s3:GetObject", key, None, context), &policies).is_allowed()
}

#[test]
fn variables_in_resources() {
    let ann = user(HERE, "ann");
    let home = "arn:aws:s3:::photos/${aws:username}/*";
    let none = Given::default();
    let new = |resource: &str, key: &str| reaches("2012-10-17", resource, &ann, &none, key);
    assert!(new(home, "arn:aws:s3:::photos/ann/x"));
    assert!(!new(home, "arn:aws:s3:::photos/bob/x"));
    assert!(new("arn:aws:s3:::photos/${ AWS:UserName }/*", "arn:aws:s3:::photos/ann/x"));
    // Before 2012 it is text.
    assert!(!reaches("2008-10-17", home, &ann, &none, "arn:aws:s3:::photos/ann/x"));
    assert!(reaches("2008-10-17", home, &ann, &none, "arn:aws:s3:::photos/${aws:username}/x"));
    // A role's session has no user name.
    let ci = crate::session(HERE, "build", "ci");
    for key in ["arn:aws:s3:::photos/ann/x", "arn:aws:s3:::photos//x", "arn:aws:s3:::photos/${aws:username}/x"] {
        assert!(!reaches("2012-10-17", home, &ci, &none, key), "{key}");
    }
    let shared = "arn:aws:s3:::photos/${aws:PrincipalTag/team, 'company-wide'}/*";
    assert!(reaches("2012-10-17", shared, &ci, &none, "arn:aws:s3:::photos/company-wide/x"));
    let red = Given::new([("aws:PrincipalTag/team", "red")]);
    assert!(reaches("2012-10-17", shared, &ci, &red, "arn:aws:s3:::photos/red/x"));
    assert!(!reaches("2012-10-17", shared, &ci, &red, "arn:aws:s3:::photos/company-wide/x"));
    // What a value holds is never a wildcard, nor a variable.
    for sly in ["*", "?ed", "${aws:username}"] {
        let given = Given::new([("aws:PrincipalTag/team", sly)]);
        assert!(!reaches("2012-10-17", shared, &ann, &given, "arn:aws:s3:::photos/red/x"), "{sly}");
        assert!(!reaches("2012-10-17", shared, &ann, &given, "arn:aws:s3:::photos/ann/x"), "{sly}");
        assert!(reaches("2012-10-17", shared, &ann, &given, &format!("arn:aws:s3:::photos/{sly}/x")), "{sly}");
    }
    // A key of many values is no variable.
    let many = Given::new([("aws:PrincipalTag/team", "red"), ("aws:PrincipalTag/team", "blue")]);
    for key in ["arn:aws:s3:::photos/red/x", "arn:aws:s3:::photos/company-wide/x"] {
        assert!(!reaches("2012-10-17", shared, &ann, &many, key), "{key}");
    }
    assert!(new("arn:aws:s3:::photos/${*}", "arn:aws:s3:::photos/*"));
    assert!(!new("arn:aws:s3:::photos/${*}", "arn:aws:s3:::photos/a"));
}

/// "When you use a variable with no value ... StringEquals or StringLike do not match ... Inverted condition operators like
/// StringNotEquals or StringNotLike do match against a null value."
#[test]
fn variables_in_conditions() {
    let condition =
        |operator: &str| format!(r#"{{"{operator}":{{"s3:ExistingObjectTag/Team":"${{aws:PrincipalTag/Team}}"}}}}"#);
    let both =
        |mine: &'static str| Given::new([("s3:ExistingObjectTag/Team", "Yankees"), ("aws:PrincipalTag/Team", mine)]);
    let tagged = Given::new([("s3:ExistingObjectTag/Team", "Yankees")]);
    for (operator, same, other, no_value) in [
        ("StringEquals", true, false, false),
        ("StringLike", true, false, false),
        ("StringEqualsIgnoreCase", true, false, false),
        ("StringNotEquals", false, true, true),
        ("StringNotLike", false, true, true),
    ] {
        let condition = condition(operator);
        assert_eq!(holds(&condition, &both("Yankees")), same, "{operator}");
        assert_eq!(holds(&condition, &both("Mets")), other, "{operator}");
        assert_eq!(holds(&condition, &tagged), no_value, "{operator}");
    }
    let topic = r#"{"ArnLike":{"aws:SourceArn":"${aws:PrincipalTag/topic}"}}"#;
    let from = |arn: &'static str| {
        Given::new([("aws:SourceArn", arn), ("aws:PrincipalTag/topic", "arn:aws:sns:eu-west-1:1:t")])
    };
    assert!(holds(topic, &from("arn:aws:sns:eu-west-1:1:t")) && !holds(topic, &from("arn:aws:sns:eu-west-1:1:u")));
    assert!(!holds(&condition("StringLike"), &both("Y*")), "what a value holds is no wildcard");
}

#[test]
fn a_policy_names_the_keys_it_needs() {
    let json = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*",
        "Resource":"arn:aws:s3:::photos/${aws:UserName}/*",
        "Condition":{"StringLike":{"S3:Prefix":"${aws:userid}/*"},"Bool":{"aws:securetransport":"true"}}}}"#;
    let policy = Policy::parse(json, Kind::Identity).expect("a policy");
    assert_eq!(policy.context_keys(), ["aws:SecureTransport", "aws:userid", "aws:username", "s3:prefix"]);
}
