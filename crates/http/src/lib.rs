//! What the doors share: the listener, TLS, request bodies and their framing, limits, request ids, the choice of a door.
//!
//! - [`Listener`] accepts connections and serves each request through [`Doors`].
//! - [`Doors`] chooses a [`Door`] for each [`Call`] and hands it the [`Body`].
//! - [`authenticate`] proves a call's signature, [`prove_whole`] one that needs the body; [`Body::decoded`] takes the body out of its aws-chunked framing.
//! - A door answers with a [`Response`]; [`Observer`] hears how each request ended.
//!
//! Nothing here knows an operation, a bucket or a vault.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod activity;
mod arriving;
mod authenticate;
mod body;
mod call;
mod choose;
mod chunked;
mod circumstances;
mod common_errors;
mod connection;
mod crowd;
mod door;
mod frames;
mod front;
mod guarded;
mod leftover;
mod limits;
mod listener;
mod memory;
mod observe;
mod open_files;
mod plain;
mod progress;
mod proof;
mod range;
mod refused;
mod request_id;
mod response;
mod streams;
mod trailer;
mod unimplemented;
mod websites;
mod whole;

pub use arriving::Rate;
pub use authenticate::{authenticate, authenticate_form, authenticate_hosted};
pub use body::{Body, BufferError, FramingRefusal};
pub use call::Call;
pub use choose::is_control_call;
pub use chunked::{Dechunker, MIN_CHUNK_BYTES, Step};
pub use circumstances::circumstance;
pub use common_errors::{CommonError, RefusedCredentials, SUSPENDED};
pub use door::{Door, Doors, UNREADABLE, Unserved};
pub use limits::Limits;
pub use listener::{Listener, Stopped};
pub use memory::{Memory, Reserved};
pub use observe::{Annotation, Ended, NoObserver, Observer, Record};
pub use open_files::raise_open_files;
pub use proof::{InvalidMd5, Sha256Mismatch, content_md5, prove_sha256};
pub use range::{Asked, asked};
pub use request_id::{Dialect, RequestId};
pub use response::{Response, ResponseBody, StreamError};
pub use trailer::TrailerRules;
pub use websites::website_bucket;
pub use whole::prove_whole;
