//! Clients whose keys are wrong leave a line at the default level: who set one up looks for the reason in the log. One line a
//! minute, since whoever likes can make such requests; it holds nothing of the keys.

use coldkeep_http::Record;
use parking_lot::Mutex;

/// 60 seconds: how often there is a line.
const TOLD_EVERY_MILLIS: i64 = 60_000;

/// The codes of a wrong access key, a wrong secret key or a wrong clock, of all doors, and what to look at.
const CODES: [(&str, &str); 6] = [
    ("InvalidAccessKeyId", UNKNOWN_KEY),
    ("UnrecognizedClientException", UNKNOWN_KEY),
    ("InvalidClientTokenId", UNKNOWN_KEY),
    ("SignatureDoesNotMatch", WRONG_SECRET),
    ("InvalidSignatureException", WRONG_SECRET),
    ("RequestTimeTooSkewed", "compare the clocks of the client and of this machine"),
];
const UNKNOWN_KEY: &str = "the access key id is not known here; `coldkeep show-keys` shows the one that is";
const WRONG_SECRET: &str =
    "the secret key is wrong, or something on the way changed the request, such as a proxy that sets another Host";

/// Hears of refused requests.
#[derive(Default)]
pub struct WrongKeys(Mutex<Told>);

#[derive(Default)]
struct Told {
    /// When, in milliseconds.
    last: Option<i64>,
    /// Refused since then, without a line.
    silent: u64,
}

impl WrongKeys {
    /// Says so, once in a while, if the request was refused because of its keys.
    pub fn saw(&self, record: &Record) {
        let Some(code) = record.annotation.error.as_deref() else { return };
        let Some((_, advice)) = CODES.iter().find(|(known, _)| *known == code) else { return };
        if let Some(before) = self.0.lock().again(record.received.0) {
            let (remote, request_id) = (record.remote, record.request_id.as_str());
            tracing::warn!(%remote, request_id, code, refused_since_last_told = before, "a client is refused: {advice}");
        }
    }
}

impl Told {
    /// Counts one more; when it is time for a line, how many had none since the last.
    fn again(&mut self, now: i64) -> Option<u64> {
        if self.last.is_some_and(|last| (last..last + TOLD_EVERY_MILLIS).contains(&now)) {
            self.silent += 1;
            return None;
        }
        self.last = Some(now);
        Some(std::mem::take(&mut self.silent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_minute_counts_the_others() {
        let mut told = Told::default();
        let lines = [0, 1, 59_999, 60_000, 60_001, 130_000, 5].map(|now| told.again(now));
        assert_eq!(lines, [Some(0), None, None, Some(2), None, Some(1), Some(0)], "a clock set back silences nothing");
    }
}
