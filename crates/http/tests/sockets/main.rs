//! The listener from outside: raw bytes in, raw bytes out, on 127.0.0.1.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod bodies;
mod crowds;
mod floods;
mod http2;
mod limits;
mod raw_http2;
mod refusal;
mod requests;
mod server;
mod shutdown;

use raw_http2::RawHttp2;
use server::*;
