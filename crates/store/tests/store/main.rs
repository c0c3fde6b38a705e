//! The storage system as its doors use it, over the engines in memory and, in `on_disk`, over those on a disk.

mod body;
mod checksums;
mod jitter;
mod readers;
mod space;
mod uploads;
mod world;
