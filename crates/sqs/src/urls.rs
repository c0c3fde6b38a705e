//! URLs of queues: where the caller reached the server, then the account and the name.

use coldkeep_http::Call;
use coldkeep_messages::{Named, Place};
use coldkeep_types::{AccountId, Region};

/// The URL of a queue, for this caller.
pub(crate) fn of(call: &Call, place: &Place, name: &str) -> String {
    let scheme = if call.tls { "https" } else { "http" };
    format!("{scheme}://{}/{}/{name}", call.host, place.account)
}

/// The queue that a URL names in a region; whatever is before the account does not count. `None`: none.
pub(crate) fn parse(url: &str, region: &Region) -> Option<Named> {
    let mut segments = url.trim_end_matches('/').rsplit('/');
    let (name, account) = (segments.next()?, segments.next()?);
    let account = AccountId::parse(account).ok()?;
    (!name.is_empty()).then(|| Named { place: Place { account, region: region.clone() }, name: name.to_owned() })
}
