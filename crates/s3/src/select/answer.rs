//! The answer: an event stream that is made as the client takes it.
//!
//! What can be told before the first byte is told as any error; what comes later is an error in the stream. Queries are evaluated on
//! threads that may be busy for long, a short step at a time: when the client goes, no other step begins.

use std::ops::Range;

use bytes::Bytes;
use coldkeep_http::{Body, Response, ResponseBody};
use coldkeep_select::{Query, SelectError, Step};
use coldkeep_store::{ObjectReader, Reader};
use coldkeep_wire::s3::{SelectObjectContentOutput, SelectObjectContentRequest};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinError;

use super::asked;
use super::turns::{BUSY, Turns};
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// SelectObjectContent: the records of an object that a query picks.
pub(crate) async fn select_object_content(
    door: &S3,
    call: &S3Call,
    input: SelectObjectContentRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let object = door.store.open_version(&call.bucket()?, &call.key()?, None).await?;
    let (key, _) = door.reading(call, object.object.sealed.as_ref()).await?;
    let object = object.with_key(key);
    let request = asked::request(input, object.object.bytes, call.call.received)?;
    let turns = door.queries.clone();
    let place = turns.begin()?;
    let mut query = turns.work(move || Query::new(request)).await.map_err(|_| S3Error::internal())?.map_err(refused)?;
    let mut reader = within(&object, query.starts()..u64::MAX);
    reader.prepare().await?;
    let work = Work { query, object, reader, turns, place };
    let mut response = respond(SelectObjectContentOutput::default().encode());
    *response.body_mut() = ResponseBody::open(futures_util::stream::try_unfold(work, async |work| {
        let (frames, work) = work.next().await?;
        Ok((!frames.is_empty()).then_some((frames, work)))
    }));
    Ok(response)
}

/// A query that is refused, before anything of the object was looked at.
fn refused(error: SelectError) -> S3Error {
    S3Error::new(400, error.code, error.message)
}

/// Reads a range, as far as the object goes.
fn within(object: &ObjectReader, range: Range<u64>) -> Reader {
    let bytes = object.object.bytes;
    object.clone().read(range.start.min(bytes)..range.end.min(bytes))
}

/// A query at work on an object, which is held until its end.
struct Work {
    query: Query,
    object: ObjectReader,
    reader: Reader,
    turns: Turns,
    place: OwnedSemaphorePermit,
}

impl Work {
    /// The next frames; none at the end.
    async fn next(mut self) -> Result<(Bytes, Self), JoinError> {
        loop {
            let mut query = self.query;
            let stepped = self.turns.work(move || {
                let step = query.step();
                (query, step)
            });
            let (query, step) = stepped.await?;
            self.query = query;
            let done = step == Step::Done;
            match step {
                Step::Done | Step::Busy => {}
                Step::Elsewhere(range) => self.reader = within(&self.object, range),
                Step::Hungry => match self.reader.next().await {
                    Ok(Some(piece)) => self.query.give(piece),
                    Ok(None) => self.query.give_end(),
                    Err(error) => {
                        tracing::error!(%error, "an object cannot be read to the end of its query");
                        let (code, message) = ("InternalError", "We encountered an internal error. Please try again.");
                        self.query.fail(&SelectError::new(code, message));
                    }
                },
            }
            if !self.turns.grow(&mut self.place, self.query.held()) {
                self.query.fail(&SelectError::new("Busy", BUSY));
            }
            let frames = self.query.take();
            if done || !frames.is_empty() {
                return Ok((frames, self));
            }
        }
    }
}
