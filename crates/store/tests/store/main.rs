//! The storage system as its doors use it, over the engines in memory and, in `on_disk`, over those on a disk.

mod body;
mod buckets;
mod checksums;
mod jitter;
mod object_races;
mod readers;
mod space;
mod uploads;
mod world;
