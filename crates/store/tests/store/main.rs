//! The storage system as its doors use it, over the engines in memory and, in `on_disk`, over those on a disk.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod access;
mod access_points;
mod annotations;
mod body;
mod buckets;
mod cancellation;
mod checksums;
mod clocks;
mod deletes;
mod events;
mod faults;
mod faulty_blobs;
mod hooked;
mod identities;
mod interleaved;
mod jitter;
mod jobs;
mod lifecycle;
mod lifecycle_moves;
mod lifecycle_versions;
mod listing;
mod locks;
mod object_races;
mod on_disk;
mod part_copies;
mod quotas;
mod readers;
mod reclaiming;
mod renames;
mod repairs;
mod restores;
mod sealed;
mod sealed_faults;
mod sealed_versions;
mod space;
mod tree_hashes;
mod upload_races;
mod uploads;
mod usage;
mod vault_expiry;
mod vault_uploads;
mod vaults;
mod versions;
mod world;
