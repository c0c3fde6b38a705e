//! A connection's bytes under deadlines and bounds: the first bytes must come, heads cost, frames must move something, writes
//! must move, and a close may linger.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Buf;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use crate::activity::Activity;
use crate::frames::{Frames, PREFACE};
use crate::front::Front;
use crate::refused::Refused;

/// Heads of HTTP/1.1 are charged in such steps while they come.
const HEAD_STEP_BYTES: usize = 8 << 10;

/// A stream under deadlines.
pub(crate) struct Guarded<I> {
    inner: I,
    front: Arc<Front>,
    activity: Arc<Activity>,
    /// Bytes of HTTP/2's preface that came; below its length the protocol is not known and hyper's own deadlines do not
    /// run.
    preface_bytes: usize,
    /// Until the first bytes have come.
    opening: Option<Pin<Box<Sleep>>>,
    /// Of an HTTP/2 connection.
    frames: Option<Box<Frames>>,
    /// All of the preface that came is right.
    http2: bool,
    /// Bytes between requests that are not charged yet.
    head_bytes: usize,
    refused: Refused,
    /// Running while a write waits.
    stalled: Option<Pin<Box<Sleep>>>,
    linger_bytes: u64,
    lingering: Option<Pin<Box<Sleep>>>,
    flushed: bool,
}

impl<I> Guarded<I> {
    pub(crate) fn new(inner: I, front: Arc<Front>, activity: Arc<Activity>) -> Self {
        Self {
            inner,
            activity,
            preface_bytes: 0,
            opening: Some(Box::pin(sleep_until(Instant::now() + front.limits.head_timeout))),
            frames: None,
            http2: true,
            head_bytes: 0,
            refused: Refused::default(),
            stalled: None,
            linger_bytes: front.limits.linger_bytes,
            lingering: None,
            flushed: false,
            front,
        }
    }

    /// Looks at bytes as they come; false once the connection floods.
    fn saw(&mut self, bytes: &[u8]) -> bool {
        if self.frames.is_none() {
            self.refused.came(bytes, &self.activity);
        }
        let mut rest = bytes;
        if self.preface_bytes < PREFACE.len() {
            let (begin, rest_of_it) = rest.split_at(rest.len().min(PREFACE.len() - self.preface_bytes));
            self.http2 &= PREFACE[self.preface_bytes..].starts_with(begin);
            self.preface_bytes += begin.len();
            rest = rest_of_it;
            if self.preface_bytes < PREFACE.len() {
                return true;
            }
            self.opening = None;
            self.frames = self.http2.then(|| Box::new(Frames::new()));
        }
        if let Some(frames) = &mut self.frames {
            return frames.received(rest);
        }
        if !self.activity.is_proven() && self.activity.is_free() {
            self.head_bytes += bytes.len();
            if self.head_bytes >= HEAD_STEP_BYTES {
                self.front.crowd.charge(&self.activity, std::mem::take(&mut self.head_bytes));
            }
        }
        true
    }

    /// The longest that a write may wait.
    fn write_stall(&self) -> Duration {
        let limits = &self.front.limits;
        match self.activity.is_proven() || self.activity.is_verified_at_work() {
            true => limits.write_stall_timeout,
            false => limits.stranger_stall_timeout,
        }
    }

    fn wrote(&mut self, result: &Poll<io::Result<usize>>) {
        if let (Some(frames), Poll::Ready(Ok(bytes))) = (&mut self.frames, result) {
            frames.moved(*bytes);
        }
    }

    /// Lets a write wait no longer than the stall deadline.
    fn watch<T>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.stalled = None;
            return result;
        }
        let stall = self.write_stall();
        let deadline = self.stalled.get_or_insert_with(|| Box::pin(sleep(stall)));
        ready!(deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes no bytes")))
    }
}

impl<I: AsyncWrite + Unpin> Guarded<I> {
    /// Writes what goes out in place of `bare`, all of it; `None` where nothing does.
    fn write_instead(&mut self, cx: &mut Context<'_>, bare: &[u8]) -> Option<Poll<io::Result<()>>> {
        if self.frames.is_some() {
            return None;
        }
        let answer = self.refused.instead(bare, &self.front, &self.activity)?;
        while !answer.is_empty() {
            match Pin::new(&mut self.inner).poll_write(cx, answer) {
                Poll::Ready(Ok(0)) => return Some(Poll::Ready(Err(io::ErrorKind::WriteZero.into()))),
                Poll::Ready(Ok(bytes)) => answer.advance(bytes),
                Poll::Ready(Err(error)) => return Some(Poll::Ready(Err(error))),
                Poll::Pending => return Some(Poll::Pending),
            }
        }
        Some(Poll::Ready(Ok(())))
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Guarded<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        let result = Pin::new(&mut this.inner).poll_read(cx, buf);
        if !this.saw(&buf.filled()[before..]) {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "a flood of frames")));
        }
        if let Some(opening) = &mut this.opening
            && result.is_pending()
            && opening.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "no request came")));
        }
        result
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if let Some(result) = self.write_instead(cx, buf) {
            return self.watch(cx, result.map_ok(|()| buf.len()));
        }
        let result = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.wrote(&result);
        self.watch(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(result) = self.write_instead(cx, bufs.first().map_or(&[], |buf| buf)) {
            return self.watch(cx, result.map_ok(|()| bufs.iter().map(|buf| buf.len()).sum()));
        }
        let result = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.wrote(&result);
        self.watch(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.inner).poll_flush(cx);
        if matches!(result, Poll::Ready(Ok(()))) {
            let this = &mut *self;
            this.refused.flushed(&this.activity);
        }
        self.watch(cx, result)
    }

    /// Ends our side; if a body was left unread, reads and throws away what the client is still sending, within bounds.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.flushed {
            let result = Pin::new(&mut this.inner).poll_shutdown(cx);
            ready!(this.watch(cx, result))?;
            this.flushed = true;
        }
        if !this.activity.lingers() {
            return Poll::Ready(Ok(()));
        }
        let timeout = this.front.limits.drain_timeout;
        let deadline = this.lingering.get_or_insert_with(|| Box::pin(sleep(timeout)));
        let mut scratch = [0; 8 << 10];
        loop {
            let mut buf = ReadBuf::new(&mut scratch);
            match Pin::new(&mut this.inner).poll_read(cx, &mut buf) {
                Poll::Pending => return deadline.as_mut().poll(cx).map(Ok),
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {
                    let read = buf.filled().len() as u64;
                    if read >= this.linger_bytes {
                        return Poll::Ready(Ok(()));
                    }
                    this.linger_bytes -= read;
                }
                Poll::Ready(_) => return Poll::Ready(Ok(())),
            }
        }
    }
}
