//! The embedded engine on a simulated disk: crashes, failures, full disks and damage. What was acknowledged is there and as
//! it was, or an error says that it is not.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod crash;
mod failures;
mod repair;
mod rot;
mod upgrade;
mod world;
