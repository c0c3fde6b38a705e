//! The examples of "The meaning of 'public'" in the S3 user guide, with the bucket's ARN where the guide writes `*`.

use crate::bucket;

fn is_public(principal: &str, condition: &str) -> bool {
    let condition = if condition.is_empty() { String::new() } else { format!(r#","Condition":{condition}"#) };
    let json = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"s3:PutObject","Resource":"arn:aws:s3:::photos/*"{condition}}}]}}"#
    );
    bucket("photos", &json).is_public()
}

#[test]
fn everyone_is_public_unless_confined_to_fixed_values() {
    for (condition, public) in [
        ("", true),
        (r#"{"StringLike":{"aws:SourceVpc":"vpc-*"}}"#, true),
        (r#"{"StringEquals":{"aws:SourceVpc":"vpc-91237329"}}"#, false),
        (r#"{"StringLike":{"aws:SourceVpc":"vpc-91237329"}}"#, false),
        (r#"{"StringLike":{"aws:SourceVpc":["vpc-91237329","vpc-*"]}}"#, true),
        (r#"{"StringEquals":{"aws:SourceVpc":"${aws:PrincipalTag/vpc}"}}"#, true),
        (r#"{"StringNotEquals":{"aws:SourceVpc":"vpc-91237329"}}"#, true),
        (r#"{"StringEqualsIfExists":{"aws:SourceVpc":"vpc-91237329"}}"#, true),
        (r#"{"ForAllValues:StringEquals":{"aws:SourceVpc":"vpc-91237329"}}"#, true),
        (r#"{"Null":{"aws:SourceVpc":"false"}}"#, true),
        (r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1234567890"}}"#, false),
        (r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#, false),
        (r#"{"StringEquals":{"aws:userid":"AIDAEXAMPLE"}}"#, false),
        (r#"{"StringLike":{"aws:userid":"AROAEXAMPLE:*"}}"#, true),
        (r#"{"StringEquals":{"aws:UserAgent":"mine"}}"#, true),
        (r#"{"Bool":{"aws:SecureTransport":"true"}}"#, true),
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, false),
        (r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","0.0.0.0/1"]}}"#, true),
        (r#"{"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}"#, false),
        (r#"{"IpAddress":{"aws:SourceIp":"2000::/16"}}"#, true),
        (r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, true),
        (r#"{"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:111122223333:topic"}}"#, false),
        (r#"{"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:*:topic"}}"#, true),
        (r#"{"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:111122223333:accesspoint/*"}}"#, false),
        (r#"{"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:111122223333:accesspoint/*"}}"#, false),
        (r#"{"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:*:accesspoint/*"}}"#, true),
        (r#"{"StringEquals":{"s3:DataAccessPointAccount":"111122223333"}}"#, false),
    ] {
        for everyone in [r#""*""#, r#"{"AWS":"*"}"#, r#"{"AWS":["111122223333","*"]}"#] {
            assert_eq!(is_public(everyone, condition), public, "{everyone} {condition}");
        }
    }
}

#[test]
fn fixed_principals_are_not_public() {
    for principal in [
        r#"{"AWS":"111122223333"}"#,
        r#"{"AWS":"arn:aws:iam::111122223333:role/JohnDoe"}"#,
        r#"{"Service":"cloudtrail.amazonaws.com"}"#,
    ] {
        assert!(!is_public(principal, ""), "{principal}");
    }
}

/// "Because of the first statement, S3 evaluates the policy as public", whatever the others say.
#[test]
fn each_statement_counts_by_itself() {
    let statement = |effect: &str, principal: &str| {
        format!(
            r#"{{"Effect":"{effect}","Principal":{principal},"Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}}"#
        )
    };
    let policy = |statements: &[String]| bucket("photos", &format!(r#"{{"Statement":[{}]}}"#, statements.join(",")));
    let (everyone, account) = (r#""*""#, r#"{"AWS":"111122223333"}"#);
    assert!(policy(&[statement("Allow", account), statement("Allow", everyone)]).is_public());
    assert!(policy(&[statement("Allow", everyone), statement("Deny", everyone)]).is_public());
    assert!(!policy(&[statement("Allow", account), statement("Deny", everyone)]).is_public());
}
