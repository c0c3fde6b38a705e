//! What the doors share: the listener, TLS, request bodies and their framing, limits, request ids, the choice of a door.
//!
//! - [`Listener`] accepts connections and serves each request through [`Doors`].
//! - [`Doors`] chooses a [`Door`] for each [`Call`] and hands it the [`Body`].
//! - [`authenticate`] proves a call's signature; [`Body::decoded`] takes the body out of its aws-chunked framing.
//! - A door answers with a [`Response`]; [`Observer`] hears how each request ended.
//!
//! Nothing here knows an operation, a bucket or a vault.

mod authenticate;
mod body;
mod call;
mod choose;
mod chunked;
mod connection;
mod door;
mod front;
mod guarded;
mod leftover;
mod limits;
mod listener;
mod observe;
mod open_files;
mod proof;
mod range;
mod request_id;
mod response;
mod trailer;
mod unimplemented;

pub use authenticate::authenticate;
pub use body::{Body, BufferError, FramingRefusal};
pub use call::{Call, content_encoding};
pub use chunked::{Dechunker, Step};
pub use door::{Door, Doors, Unserved};
pub use limits::Limits;
pub use listener::{Listener, Stopped};
pub use observe::{Annotation, NoObserver, Observer, Record};
pub use open_files::raise_open_files;
pub use proof::{InvalidMd5, Sha256Mismatch, content_md5, prove_sha256};
pub use range::{Asked, asked};
pub use request_id::{Dialect, RequestId};
pub use response::{Response, ResponseBody, StreamError};
pub use trailer::TrailerRules;
