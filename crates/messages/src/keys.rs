//! Where the records of queues and topics live in the metadata: everything under the tag `M`, which the store leaves alone.
//!
//! | key, after `M` | record |
//! |---|---|
//! | `b` room message piece | the message's body and attributes, cut into pieces |
//! | `h` time delivery | a notification on its way to an endpoint, due at this time |
//! | `n` topic's place and name | counter: how often the topic was subscribed to |
//! | `o` publication | what was published and is still to be handed to its subscriptions |
//! | `q` place name | queue |
//! | `s` room message | the message's state |
//! | `t` place name | topic |
//! | `u` place topic 0 subscription | subscription |
//! | `v` room time message | the message can be seen from this time on; the value says whether it is in flight until then |
//! | `x` room | a room that a queue left, with all that is in it |
//!
//! A place is 12 digits of the account, the region and a NUL. A room is where a queue has its messages: purging gives the queue
//! another. Rooms, messages and publications are ids of 16 bytes, which begin with the time they were made.

use std::ops::Range;

use coldkeep_meta::prefix_range;
use coldkeep_types::{AccountId, Id, Region};

use crate::Place;

/// The first byte of all keys.
pub const TAG: u8 = b'M';
const ACCOUNT_BYTES: usize = 12;

fn key(kind: u8, pieces: &[&[u8]]) -> Vec<u8> {
    let mut key = vec![TAG, kind];
    pieces.iter().for_each(|piece| key.extend_from_slice(piece));
    key
}

fn of(place: &Place) -> Vec<u8> {
    [place.account.as_str().as_bytes(), place.region.as_str().as_bytes(), &[0]].concat()
}

fn time_bytes(time: i64) -> [u8; 8] {
    time.max(0).to_be_bytes()
}

pub fn queue(place: &Place, name: &str) -> Vec<u8> {
    key(b'q', &[&of(place), name.as_bytes()])
}

pub fn queues(place: &Place, prefix: &str) -> Range<Vec<u8>> {
    prefix_range(&queue(place, prefix))
}

pub fn all_queues() -> Range<Vec<u8>> {
    prefix_range(&key(b'q', &[]))
}

/// All queues or topics of an account, whatever the region.
pub fn of_account(kind: u8, account: &AccountId) -> Range<Vec<u8>> {
    prefix_range(&key(kind, &[account.as_str().as_bytes()]))
}

/// Of the key of a queue or topic: where it is, and its name.
pub fn parse_named(key: &[u8]) -> Option<(Place, &str)> {
    let (account, rest) = key.get(2..)?.split_at_checked(ACCOUNT_BYTES)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    let account = AccountId::parse(std::str::from_utf8(account).ok()?).ok()?;
    let region = Region::parse(std::str::from_utf8(&rest[..end]).ok()?).ok()?;
    Some((Place { account, region }, std::str::from_utf8(&rest[end + 1..]).ok()?))
}

pub fn state(room: Id, message: Id) -> Vec<u8> {
    key(b's', &[room.as_bytes(), message.as_bytes()])
}

pub fn states(room: Id) -> Range<Vec<u8>> {
    prefix_range(&key(b's', &[room.as_bytes()]))
}

pub fn piece(room: Id, message: Id, number: u8) -> Vec<u8> {
    key(b'b', &[room.as_bytes(), message.as_bytes(), &[number]])
}

pub fn pieces(room: Id, message: Id) -> Range<Vec<u8>> {
    prefix_range(&key(b'b', &[room.as_bytes(), message.as_bytes()]))
}

pub fn seen_from(room: Id, time: i64, message: Id) -> Vec<u8> {
    key(b'v', &[room.as_bytes(), &time_bytes(time), message.as_bytes()])
}

/// All messages of a room by the time from which they can be seen.
pub fn all_seen(room: Id) -> Range<Vec<u8>> {
    prefix_range(&key(b'v', &[room.as_bytes()]))
}

/// Of a key made by [`seen_from`]: when, and which message.
pub fn parse_seen(key: &[u8]) -> Option<(i64, Id)> {
    let (time, message) = key.get(18..)?.split_first_chunk::<8>()?;
    Some((i64::from_be_bytes(*time), Id::from_slice(message)?))
}

/// The last id of a key that ends with one.
pub fn last_id(key: &[u8]) -> Option<Id> {
    Id::from_slice(key.get(key.len().checked_sub(16)?..)?)
}

/// All of one kind in a room: `b`, `s` or `v`.
pub fn in_room(kind: u8, room: Id) -> Range<Vec<u8>> {
    prefix_range(&key(kind, &[room.as_bytes()]))
}

pub fn left(room: Id) -> Vec<u8> {
    key(b'x', &[room.as_bytes()])
}

pub fn all_left() -> Range<Vec<u8>> {
    prefix_range(&key(b'x', &[]))
}

pub fn topic(place: &Place, name: &str) -> Vec<u8> {
    key(b't', &[&of(place), name.as_bytes()])
}

pub fn topics(place: &Place) -> Range<Vec<u8>> {
    prefix_range(&topic(place, ""))
}

pub fn subscription(place: &Place, topic: &str, id: &str) -> Vec<u8> {
    key(b'u', &[&of(place), topic.as_bytes(), &[0], id.as_bytes()])
}

pub fn subscriptions(place: &Place, topic: &str) -> Range<Vec<u8>> {
    prefix_range(&subscription(place, topic, ""))
}

pub fn all_subscriptions(place: &Place) -> Range<Vec<u8>> {
    prefix_range(&key(b'u', &[&of(place)]))
}

pub fn changes_of_subscriptions(place: &Place, topic: &str) -> Vec<u8> {
    key(b'n', &[&of(place), topic.as_bytes()])
}

pub fn publication(id: Id) -> Vec<u8> {
    key(b'o', &[id.as_bytes()])
}

pub fn publications() -> Range<Vec<u8>> {
    prefix_range(&key(b'o', &[]))
}

pub fn delivery(time: i64, id: Id) -> Vec<u8> {
    key(b'h', &[&time_bytes(time), id.as_bytes()])
}

pub fn deliveries() -> Range<Vec<u8>> {
    prefix_range(&key(b'h', &[]))
}

/// Of a key made by [`delivery`]: when it is due.
pub fn parse_delivery(key: &[u8]) -> Option<i64> {
    let (time, id) = key.get(2..)?.split_first_chunk::<8>()?;
    (id.len() == 16).then(|| i64::from_be_bytes(*time))
}

/// The next key there can be.
pub fn behind(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}
