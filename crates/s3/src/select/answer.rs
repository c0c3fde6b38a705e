//! The answer: an event stream that is made as the client takes it.
//!
//! What can be told before the first byte is told as any error; what comes later is an error in the stream. Queries are evaluated on
//! threads that may be busy for long, a short step at a time: when the client goes, no other step begins.

use bytes::Bytes;
use coldkeep_http::{Body, Response, ResponseBody};
use coldkeep_select::{Query, SelectError, Step};
use coldkeep_store::{ObjectReader, Reader};
use coldkeep_wire::s3::{SelectObjectContentOutput, SelectObjectContentRequest};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinError;

use super::asked;
use super::turns::Turns;
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
    let start = query.starts().min(object.object.bytes);
    let mut reader = from(&object, start);
    reader.prepare().await?;
    let work = Work { query, object, reader, turns, _place: place };
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

fn from(object: &ObjectReader, start: u64) -> Reader {
    object.clone().read(start..object.object.bytes)
}

/// A query at work on an object, which is held until its end.
struct Work {
    query: Query,
    object: ObjectReader,
    reader: Reader,
    turns: Turns,
    _place: OwnedSemaphorePermit,
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
            match step {
                Step::Done | Step::Busy => {}
                Step::Elsewhere(start) => self.reader = from(&self.object, start.min(self.object.object.bytes)),
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
            let frames = self.query.take();
            if step == Step::Done || !frames.is_empty() {
                return Ok((frames, self));
            }
        }
    }
}
