//! Signatures V4 and V2: nothing is proven but what the holder of the key signed.
//!
//! The only signatures an input can hold are those of Amazon's two published examples, both `GET /test.txt` (the corpus has them):
//! whatever is proven must be that.

use std::sync::LazyLock;
use std::time::Duration;

use coldkeep_auth::{AccessKey, Authentication, Caller, Keys, SignatureV2, SignedRequest, Verifier, uri};
use coldkeep_types::{AccountId, Timestamp};

const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// 2013-05-24T00:00:00Z, when the examples were signed.
const NOW: Timestamp = Timestamp(1_369_353_600_000);

static VERIFIER: LazyLock<Verifier> =
    LazyLock::new(|| Verifier::new(Duration::from_secs(900)).with_signature_v2(SignatureV2::On));

struct Documented;

impl Keys for Documented {
    fn lookup(&self, access_key: &str) -> Option<AccessKey> {
        let account = AccountId::parse("123456789012").ok().filter(|_| access_key == ACCESS_KEY)?;
        Some(AccessKey {
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            session_token: None,
            caller: Caller::root(account, access_key),
        })
    }
}

/// The first line is `METHOD path?query`, the others are headers.
pub(crate) fn run(data: &[u8]) {
    let mut lines = data.split(|byte| *byte == b'\n');
    let Some(Ok(first)) = lines.next().map(std::str::from_utf8) else { return };
    let Some((method, target)) = first.split_once(' ') else { return };
    let (raw_path, raw_query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = Vec::new();
    for line in lines {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        if let Ok(name) = std::str::from_utf8(&line[..colon]) {
            headers.push((name, line[colon + 1..].trim_ascii()));
        }
    }
    let request = SignedRequest { method, raw_path, raw_query, headers, hosted_bucket: None };
    if let Ok(Authentication::Verified(verified)) = VERIFIER.verify(&Documented, &request, NOW) {
        assert_eq!((method, uri::decode(raw_path).as_slice()), ("GET", b"/test.txt".as_slice()), "{verified:?}");
    }
}
