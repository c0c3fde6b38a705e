//! The door over the memory engines: requests signed here, answers compared to the byte where clients depend on it.

mod archives;
mod ask;
mod inventories;
mod jobs;
mod signatures;
mod uploads;
mod vaults;
