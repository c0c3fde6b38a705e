//! URLs of queues: where the caller reached the server, then the account and the name.

use coldkeep_http::Call;
use coldkeep_messages::{Named, Place};
use coldkeep_types::AccountId;

/// The URL of a queue, for this caller.
pub(crate) fn of(call: &Call, place: &Place, name: &str) -> String {
    let scheme = if call.tls { "https" } else { "http" };
    format!("{scheme}://{}/{}/{name}", call.host, place.account)
}

/// The queue that a URL names in the region of the caller's place; whatever is before the account does not count. A name alone is that
/// of a queue of the caller's, as at Amazon. `None`: none.
pub(crate) fn parse(url: &str, home: &Place) -> Option<Named> {
    if !url.contains('/') {
        return Some(Named { place: home.clone(), name: url.to_owned() });
    }
    let mut segments = url.trim_end_matches('/').rsplit('/');
    let (name, account) = (segments.next()?, segments.next()?);
    let account = AccountId::parse(account).ok()?;
    (!name.is_empty()).then(|| Named { place: Place { account, region: home.region.clone() }, name: name.to_owned() })
}
