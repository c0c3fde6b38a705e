//! The format record of a blob directory: its format, and whose blobs it keeps. Pure: no I/O.
//!
//! ```text
//! coldkeep-blobs 2
//! store 00112233445566778899aabbccddeeff      these two once the directory was claimed
//! epoch 42
//! check 1a2b3c4d                              CRC-32C of the lines before
//! ```
//!
//! Format 1 was its first line alone: a directory that nobody claimed. The first claim makes it format 2.

use crate::Identity;
use crate::table::crc;

const NAME: &str = "coldkeep-blobs ";
const FORMAT_1: &str = "coldkeep-blobs 1\n";
const FORMAT_2: &str = "coldkeep-blobs 2\n";

/// The record of a directory.
pub(super) fn write(identity: Option<Identity>) -> String {
    let mut text = FORMAT_2.to_owned();
    if let Some(identity) = identity {
        let store = u128::from_be_bytes(identity.store);
        text.push_str(&format!("store {store:032x}\nepoch {}\n", identity.epoch));
    }
    let check = crc(text.as_bytes());
    text.push_str(&format!("check {check:08x}\n"));
    text
}

/// Whom a record names, or what is wrong with it.
pub(super) fn read(text: &str) -> Result<Option<Identity>, String> {
    if text == FORMAT_1 {
        return Ok(None);
    }
    let damaged = || "its format record is damaged".to_owned();
    let Some(rest) = text.strip_prefix(FORMAT_2) else {
        let version = text.strip_prefix(NAME).and_then(|rest| rest.lines().next()?.parse::<u32>().ok());
        return Err(match version {
            Some(version @ 3..) => {
                format!("its format is {version}, this server knows up to 2; use a newer server")
            }
            _ => damaged(),
        });
    };
    let mut lines = rest.lines();
    let mut identity = None;
    if rest.starts_with("store ") {
        let store = lines.next().and_then(|line| u128::from_str_radix(line.strip_prefix("store ")?, 16).ok());
        let epoch = lines.next().and_then(|line| line.strip_prefix("epoch ")?.parse().ok());
        let (Some(store), Some(epoch)) = (store, epoch) else { return Err(damaged()) };
        identity = Some(Identity { store: store.to_be_bytes(), epoch });
    }
    // Whatever it says, it must be exactly what is written for that.
    if write(identity) == text { Ok(identity) } else { Err(damaged()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_and_any_change_is_noticed() {
        assert_eq!(read(FORMAT_1), Ok(None));
        for identity in [None, Some(Identity { store: [0x0b; 16], epoch: 42 })] {
            let text = write(identity);
            assert_eq!(read(&text), Ok(identity));
            for place in 0..text.len() {
                for bit in 0..8 {
                    let mut changed = text.clone().into_bytes();
                    changed[place] ^= 1 << bit;
                    let changed = String::from_utf8_lossy(&changed).into_owned();
                    assert!(read(&changed).is_err(), "byte {place}, bit {bit}: {changed:?}");
                }
                assert!(read(&text[..place]).is_err(), "cut to {place}");
            }
        }
        assert!(read("coldkeep-blobs 3\nwhatever").unwrap_err().contains("newer server"));
    }
}
