//! Where the keyring's records live in the metadata: everything under the tag `K`, which the store leaves alone.
//!
//! | key, after `K` | record |
//! |---|---|
//! | `a` place name | alias |
//! | `b` place key name | the alias of this name leads to the key |
//! | `d` time place key | something is due for the key |
//! | `g` place key grant | grant |
//! | `h` place key grantee 0 grant | the grant is this principal's |
//! | `k` place key | key |
//! | `r` retiring-principal 0 place key grant | the grant may be retired by this principal |
//!
//! A place is 12 digits of the account, the region and a NUL. Ids of keys have 36 characters, those of grants 64.

use std::ops::Range;

use coldkeep_meta::prefix_range;
use coldkeep_types::{AccountId, Region, Timestamp};

use crate::Place;

/// The first byte of all keys.
pub const TAG: u8 = b'K';
/// How long the id of a key is.
pub const ID_BYTES: usize = 36;
const ACCOUNT_BYTES: usize = 12;

fn key(kind: u8, pieces: &[&[u8]]) -> Vec<u8> {
    let mut key = Vec::with_capacity(2 + pieces.iter().map(|piece| piece.len()).sum::<usize>());
    key.extend_from_slice(&[TAG, kind]);
    pieces.iter().for_each(|piece| key.extend_from_slice(piece));
    key
}

fn of(place: &Place) -> Vec<u8> {
    [place.account.as_str().as_bytes(), place.region.as_str().as_bytes(), &[0]].concat()
}

pub fn alias(place: &Place, name: &str) -> Vec<u8> {
    key(b'a', &[&of(place), name.as_bytes()])
}

pub fn aliases(place: &Place) -> Range<Vec<u8>> {
    prefix_range(&alias(place, ""))
}

pub fn alias_of(place: &Place, id: &str, name: &str) -> Vec<u8> {
    key(b'b', &[&of(place), id.as_bytes(), name.as_bytes()])
}

pub fn aliases_of(place: &Place, id: &str) -> Range<Vec<u8>> {
    prefix_range(&alias_of(place, id, ""))
}

pub fn due(time: i64, place: &Place, id: &str) -> Vec<u8> {
    key(b'd', &[&time.max(0).to_be_bytes(), &of(place), id.as_bytes()])
}

pub fn all_due() -> Range<Vec<u8>> {
    prefix_range(&key(b'd', &[]))
}

/// Of a key made by [`due`]: when, and for which key.
pub fn parse_due(key: &[u8]) -> Option<(Timestamp, Place, &str)> {
    let (time, rest) = key.get(2..)?.split_first_chunk::<8>()?;
    let (place, id) = parse_place(rest)?;
    Some((Timestamp(i64::from_be_bytes(*time)), place, std::str::from_utf8(id).ok()?))
}

fn parse_place(rest: &[u8]) -> Option<(Place, &[u8])> {
    let (account, rest) = rest.split_at_checked(ACCOUNT_BYTES)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    let account = AccountId::parse(std::str::from_utf8(account).ok()?).ok()?;
    let region = Region::parse(std::str::from_utf8(&rest[..end]).ok()?).ok()?;
    Some((Place { account, region }, &rest[end + 1..]))
}

pub fn grant(place: &Place, id: &str, grant: &str) -> Vec<u8> {
    key(b'g', &[&of(place), id.as_bytes(), grant.as_bytes()])
}

pub fn grants(place: &Place, id: &str) -> Range<Vec<u8>> {
    prefix_range(&grant(place, id, ""))
}

pub fn granted(place: &Place, id: &str, grantee: &str, grant: &str) -> Vec<u8> {
    key(b'h', &[&of(place), id.as_bytes(), grantee.as_bytes(), &[0], grant.as_bytes()])
}

pub fn all_granted(place: &Place, id: &str, grantee: &str) -> Range<Vec<u8>> {
    prefix_range(&granted(place, id, grantee, ""))
}

pub fn key_of(place: &Place, id: &str) -> Vec<u8> {
    key(b'k', &[&of(place), id.as_bytes()])
}

pub fn keys_of(place: &Place) -> Range<Vec<u8>> {
    prefix_range(&key_of(place, ""))
}

/// The keys of an account, of all regions.
pub fn keys_of_account(account: &AccountId) -> Range<Vec<u8>> {
    prefix_range(&key(b'k', &[account.as_str().as_bytes()]))
}

/// Of a key made by [`key_of`]: whose, and its id.
pub fn parse_key(key: &[u8]) -> Option<(Place, &str)> {
    let (place, id) = parse_place(key.get(2..)?)?;
    Some((place, std::str::from_utf8(id).ok()?))
}

pub fn retirable(principal: &str, place: &Place, id: &str, grant: &str) -> Vec<u8> {
    key(b'r', &[principal.as_bytes(), &[0], &of(place), id.as_bytes(), grant.as_bytes()])
}

pub fn all_retirable(principal: &str) -> Range<Vec<u8>> {
    prefix_range(&key(b'r', &[principal.as_bytes(), &[0]]))
}

/// Of a key made by [`retirable`]: place, key and grant.
pub fn parse_retirable(key: &[u8]) -> Option<(Place, &str, &str)> {
    let end = key.iter().position(|byte| *byte == 0)?;
    let (place, rest) = parse_place(&key[end + 1..])?;
    let (id, grant) = std::str::from_utf8(rest).ok()?.split_at_checked(ID_BYTES)?;
    Some((place, id, grant))
}

/// The next key there can be.
pub fn behind(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}
