//! Doors: one per API, all behind one port.

use std::sync::Arc;

use async_trait::async_trait;

use crate::choose::{Destination, choose};
use crate::unimplemented::Unimplemented;
use crate::{Body, Call, Dialect, Response, website_bucket};

/// What is said of a request that is no HTTP that can be read.
pub const UNREADABLE: &str = "An error occurred when parsing the HTTP request.";

/// Why a call never reached a door's operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unserved {
    /// Path or query cannot be understood; the text is a sentence without a full stop (S3: `InvalidURI`).
    Malformed(&'static str),
    /// The request is no HTTP that can be read, or its head has more than there is room for (S3: `BadRequest`,
    /// `RequestHeaderSectionTooLarge`; Glacier: `InvalidParameterValueException`). Of the call only what could be read is
    /// there.
    Unreadable {
        /// It is too large.
        too_large: bool,
    },
    /// More requests are in work than the server takes on (S3: `503 SlowDown`; Glacier: `400 ThrottlingException`).
    Overloaded,
}

/// One API: turns calls into answers.
#[async_trait]
pub trait Door: Send + Sync + 'static {
    /// A short lower-case name for logs and metrics.
    fn name(&self) -> &'static str;

    /// The form of this API's request ids. The id headers are set on every response from it.
    fn dialect(&self) -> Dialect;

    /// Answers one call. Reading the body sends `100 Continue` to a client that waits for it, so refusals come before.
    /// The future is dropped when the client goes away.
    async fn handle(&self, call: Call, body: Body) -> Response;

    /// The error answer to a call that is not to be handled.
    fn unserved(&self, call: &Call, why: Unserved) -> Response;
}

/// All doors, and the choice between them.
#[derive(Clone)]
pub struct Doors {
    s3: Arc<dyn Door>,
    glacier: Arc<dyn Door>,
    others: Vec<(&'static str, Arc<dyn Door>)>,
    /// The door of websites, and the domains below which they are.
    websites: Option<(Arc<dyn Door>, Vec<String>)>,
    unimplemented: Arc<dyn Door>,
    greeting: String,
}

impl Doors {
    /// The two doors there must be. `greeting` is the one line a browser gets that opens `/` unsigned.
    pub fn new(s3: Arc<dyn Door>, glacier: Arc<dyn Door>, greeting: impl Into<String>) -> Self {
        let (others, unimplemented) = (Vec::new(), Arc::new(Unimplemented));
        Self { s3, glacier, others, websites: None, unimplemented, greeting: greeting.into() }
    }

    /// Adds the door of another service, by the name in its credential scope (`kms`, `iam`, `sts`).
    /// Services without a door are answered `501 NotImplemented` by name.
    #[must_use]
    pub fn with(mut self, service: &'static str, door: Arc<dyn Door>) -> Self {
        self.others.push((service, door));
        self
    }

    /// Adds the door of websites: whatever comes to a host below these domains is for it, however it is signed.
    #[must_use]
    pub fn with_websites(self, door: Arc<dyn Door>, domains: Vec<String>) -> Self {
        Self { websites: Some((door, domains)), ..self }
    }

    /// The door for a call; `Err` is the greeting, for a browser.
    pub(crate) fn choose(&self, call: &Call) -> Result<&Arc<dyn Door>, &str> {
        if let Some((door, domains)) = &self.websites
            && website_bucket(&call.host, domains).is_some()
        {
            return Ok(door);
        }
        match choose(call) {
            Destination::S3 => Ok(&self.s3),
            Destination::Glacier => Ok(&self.glacier),
            Destination::Greeting => Err(&self.greeting),
            Destination::Other(service) => {
                let door = self.others.iter().find(|(name, _)| *name == service);
                Ok(door.map_or(&self.unimplemented, |(_, door)| door))
            }
        }
    }

    /// The door for a call that is refused whoever makes it.
    pub(crate) fn choose_without_greeting(&self, call: &Call) -> &Arc<dyn Door> {
        self.choose(call).unwrap_or(&self.s3)
    }
}
