//! A connection's bytes under deadlines: the first bytes must come, writes must move, and a close may linger.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use crate::Limits;

/// 24: the length of HTTP/2's preface, below which the protocol is not known and hyper's own deadlines do not run.
const FIRST_BYTES: u64 = 24;

/// A stream under deadlines.
pub(crate) struct Guarded<I> {
    inner: I,
    received: u64,
    /// Until the first bytes have come.
    opening: Option<Pin<Box<Sleep>>>,
    write_stall: Duration,
    /// Running while a write waits.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Set by whoever leaves a body unread.
    linger: Arc<AtomicBool>,
    linger_bytes: u64,
    linger_timeout: Duration,
    lingering: Option<Pin<Box<Sleep>>>,
    flushed: bool,
}

impl<I> Guarded<I> {
    pub(crate) fn new(inner: I, limits: &Limits, linger: Arc<AtomicBool>) -> Self {
        Self {
            inner,
            received: 0,
            opening: Some(Box::pin(sleep_until(Instant::now() + limits.head_timeout))),
            write_stall: limits.write_stall_timeout,
            stalled: None,
            linger,
            linger_bytes: limits.linger_bytes,
            linger_timeout: limits.drain_timeout,
            lingering: None,
            flushed: false,
        }
    }

    /// Lets a write wait no longer than the stall deadline.
    fn watch<T>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.stalled = None;
            return result;
        }
        let stall = self.write_stall;
        let deadline = self.stalled.get_or_insert_with(|| Box::pin(sleep(stall)));
        ready!(deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes no bytes")))
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Guarded<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        let result = Pin::new(&mut this.inner).poll_read(cx, buf);
        let Some(opening) = &mut this.opening else { return result };
        this.received += (buf.filled().len() - before) as u64;
        if this.received >= FIRST_BYTES {
            this.opening = None;
        } else if result.is_pending() && opening.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "no request came")));
        }
        result
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.watch(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.watch(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.inner).poll_flush(cx);
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
        if !this.linger.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        let timeout = this.linger_timeout;
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
