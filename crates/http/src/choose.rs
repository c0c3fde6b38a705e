//! Which door a call is for: the service in its credential scope, else its shape. Pure.

use coldkeep_auth::claimed_service;
use http::Method;

use crate::Call;

/// Where a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination<'a> {
    S3,
    Glacier,
    /// Another service, by name.
    Other(&'a str),
    /// A browser that looks what is here.
    Greeting,
}

/// Decides for one call. Nothing is verified: the door it goes to does that.
pub(crate) fn choose(call: &Call) -> Destination<'_> {
    let authorization = call.header("authorization");
    let credential = call.parameter("X-Amz-Credential");
    if let Some(service) = claimed_service(authorization, credential) {
        return match service {
            "s3" | "s3-outposts" if is_control_call(call) => Destination::Other("s3control"),
            "s3" | "s3express" | "s3-outposts" | "s3-object-lambda" => Destination::S3,
            "glacier" => Destination::Glacier,
            // Some old clients sign the first label of the host as the service.
            _ if is_vault_call(call) => Destination::Glacier,
            other => Destination::Other(other),
        };
    }
    if is_vault_call(call) {
        return Destination::Glacier;
    }
    if is_control_call(call) {
        return Destination::Other("s3control");
    }
    if let Some(target) = call.header("x-amz-target") {
        return Destination::Other(match target.split_once('.') {
            Some(("TrentService", _)) => "kms",
            Some(("AmazonSQS", _)) => "sqs",
            _ => "",
        });
    }
    if is_link(call) {
        return Destination::Other("sns");
    }
    if is_query_form(call) {
        return Destination::Other("sts");
    }
    if authorization.is_none() && is_browser(call) {
        return Destination::Greeting;
    }
    Destination::S3
}

/// A path that the vault API has, together with its version header; or, without any credentials, with an account in front:
/// `-` is no bucket, and 12 digits are hardly one that strangers may read.
fn is_vault_call(call: &Call) -> bool {
    let mut segments = call.raw_path.trim_start_matches('/').split('/');
    let (account, collection) = (segments.next().unwrap_or_default(), segments.next());
    let anonymous = call.header("authorization").is_none() && !call.has_parameter("AWSAccessKeyId");
    let is_account = account == "-" || account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    matches!(collection, Some("vaults" | "policies" | "provisioned-capacity"))
        && (call.header_value("x-amz-glacier-version").is_some() || anonymous && is_account)
}

/// A call of S3 Control, which is signed for S3: its version begins the path, and a header that S3 does not have names an account.
pub fn is_control_call(call: &Call) -> bool {
    call.raw_path.starts_with("/v20180820/") && call.header_value("x-amz-account-id").is_some()
}

/// A link in a notification of SNS: to confirm a subscription, or to end it. Nobody signs what follows a link.
fn is_link(call: &Call) -> bool {
    call.raw_path == "/" && matches!(call.parameter("Action"), Some("ConfirmSubscription" | "Unsubscribe"))
}

/// An unsigned call of STS (AssumeRoleWithWebIdentity): a form posted to `/`, or its parameters in the query.
fn is_query_form(call: &Call) -> bool {
    if call.raw_path == "/" && call.has_parameter("Action") && call.parameter("Version") == Some("2011-06-15") {
        return true;
    }
    let form = call.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    call.method == Method::POST && call.raw_path == "/" && form
}

fn is_browser(call: &Call) -> bool {
    let html = call.header("accept").is_some_and(|kinds| kinds.contains("text/html"));
    call.method == Method::GET && call.raw_path == "/" && call.raw_query.is_empty() && html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::tests::call;

    #[test]
    fn the_scope_decides_then_the_shape() {
        let scope = |service: &str| {
            format!(
                "AWS4-HMAC-SHA256 Credential=A/20130524/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
            )
        };
        let signed = |service: &str, expected: Destination<'_>| {
            let header = scope(service);
            let (call, _) = call("GET", "/", &[("authorization", &header), ("accept", "text/html")]);
            assert_eq!(choose(&call), expected, "{service}");
        };
        signed("s3", Destination::S3);
        signed("s3express", Destination::S3);
        for region in ["127.0.0.1", "", "us east"] {
            let header = scope("s3").replace("us-east-1", region);
            assert_eq!(choose(&call("GET", "/b", &[("authorization", &header)]).0), Destination::S3, "{region:?}");
        }
        signed("glacier", Destination::Glacier);
        signed("kms", Destination::Other("kms"));
        signed("sqs", Destination::Other("sqs"));
        let header = scope("127");
        for (path, version, expected) in [
            ("/-/vaults/v", true, Destination::Glacier),
            ("/-/vaults/v", false, Destination::Other("127")),
            ("/bucket/key", true, Destination::Other("127")),
        ] {
            let mut headers = vec![("authorization", header.as_str())];
            headers.extend(version.then_some(("x-amz-glacier-version", "2012-06-01")));
            assert_eq!(choose(&call("GET", path, &headers).0), expected, "{path} {version}");
        }
        let account = ("x-amz-account-id", "012345678901");
        for service in ["s3", "s3-outposts"] {
            let header = scope(service);
            let signed = ("authorization", header.as_str());
            let path = "/v20180820/accesspoint/ann";
            assert_eq!(choose(&call("GET", path, &[signed, account]).0), Destination::Other("s3control"), "{service}");
            for (path, headers) in [(path, &[signed][..]), ("/v20180820", &[signed, account])] {
                assert_eq!(choose(&call("GET", path, headers).0), Destination::S3, "{service} {path}");
            }
        }
        assert_eq!(choose(&call("GET", "/v20180820/jobs", &[account]).0), Destination::Other("s3control"));
        let version = ("x-amz-glacier-version", "2012-06-01");
        type Row<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], Destination<'a>);
        let table: &[Row<'_>] = &[
            ("GET", "/b?X-Amz-Credential=A%2F20130524%2Fr%2Fglacier%2Faws4_request", &[], Destination::Glacier),
            ("GET", "/-/vaults", &[version], Destination::Glacier),
            ("GET", "/-/vaults", &[], Destination::Glacier),
            ("GET", "/012345678901/provisioned-capacity", &[], Destination::Glacier),
            ("GET", "/012345678901/vaults", &[("authorization", "AWS key:signature")], Destination::S3),
            ("GET", "/012345678901/vaults?AWSAccessKeyId=key", &[], Destination::S3),
            ("GET", "/bucket/vaults", &[], Destination::S3),
            ("GET", "/bucket/key", &[version], Destination::S3),
            ("POST", "/", &[("x-amz-target", "TrentService.Encrypt")], Destination::Other("kms")),
            ("POST", "/", &[("x-amz-target", "AmazonSQS.SendMessage")], Destination::Other("sqs")),
            ("GET", "/?Action=ConfirmSubscription&TopicArn=a&Token=b", &[], Destination::Other("sns")),
            ("GET", "/?Action=Unsubscribe&SubscriptionArn=a", &[("accept", "text/html")], Destination::Other("sns")),
            ("GET", "/bucket?Action=Unsubscribe", &[], Destination::S3),
            (
                "POST",
                "/",
                &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
                Destination::Other("sts"),
            ),
            ("GET", "/?Action=AssumeRoleWithWebIdentity&Version=2011-06-15", &[], Destination::Other("sts")),
            ("GET", "/?Action=AssumeRoleWithWebIdentity", &[], Destination::S3),
            ("GET", "/bucket?Action=x&Version=2011-06-15", &[], Destination::S3),
            ("GET", "/", &[("accept", "text/html,*/*")], Destination::Greeting),
            ("GET", "/", &[("accept", "*/*")], Destination::S3),
            ("GET", "/?list-type=2", &[("accept", "text/html")], Destination::S3),
            ("GET", "/", &[("authorization", "AWS key:signature"), ("accept", "text/html")], Destination::S3),
        ];
        for (method, uri, headers, expected) in table {
            assert_eq!(choose(&call(method, uri, headers).0), *expected, "{method} {uri} {headers:?}");
        }
    }
}
