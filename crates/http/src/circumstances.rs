//! In what circumstances a call was made: the global condition keys that follow from the call alone, whatever the service. From the
//! IAM user guide, "AWS global condition context keys".

use coldkeep_auth::policy::Values;

use crate::Call;

/// The value of a global condition key; `None`: it is none that follows from the call.
pub fn circumstance<'a>(call: &'a Call, key: &str) -> Option<Values<'a>> {
    Some(match key {
        "aws:SourceIp" => Some(call.remote.ip().to_canonical().to_string()).into(),
        "aws:SecureTransport" => Values::one(if call.tls { "true" } else { "false" }),
        "aws:CurrentTime" => Some(call.received.iso_seconds()).into(),
        "aws:EpochTime" => Some(call.received.seconds().to_string()).into(),
        "aws:UserAgent" => call.header("user-agent").into(),
        "aws:referer" => call.header("referer").into(),
        // No service here calls another for somebody.
        "aws:ViaAWSService" => Values::one("false"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::tests::call;

    #[test]
    fn what_a_call_says() {
        let (call, _) = call("GET", "/", &[("user-agent", "a"), ("referer", "http://b/")]);
        for (key, value) in [
            ("aws:SourceIp", "127.0.0.1"),
            ("aws:SecureTransport", "false"),
            ("aws:CurrentTime", "1970-01-01T00:00:00Z"),
            ("aws:EpochTime", "0"),
            ("aws:UserAgent", "a"),
            ("aws:referer", "http://b/"),
        ] {
            assert_eq!(circumstance(&call, key), Some(Values::one(value)), "{key}");
        }
        assert_eq!(circumstance(&call, "s3:prefix"), None);
    }
}
