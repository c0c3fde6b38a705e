//! The door over the memory engines: requests signed here, answers compared to the byte where clients depend on it.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod archives;
mod ask;
mod expiry;
mod inputs;
mod inventories;
mod jobs;
mod locks;
mod matrix;
mod policies;
mod retrieval_limits;
mod signatures;
mod tags;
mod uploads;
mod vaults;
