//! A keep-alive HTTP/1.1 connection for trusted servers: blocking, one request at a time, nothing parsed that is not needed. Whether the
//! server ends it is looked at after anonymous requests only; then the next one goes over a new connection.

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;

use super::request::Request;
use super::transport::Transport;

/// 256 KiB: what is read at once.
const BUFFER_BYTES: usize = 256 << 10;
/// Longer silence of a server is an error.
const TIMEOUT: Duration = Duration::from_secs(120);

/// What a server said.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Bytes of body that came.
    pub body_bytes: u64,
    /// Status line and headers; empty unless kept.
    pub head: String,
    /// The body; empty unless kept, and at most what one response may have.
    pub body: Vec<u8>,
}

/// A connection.
pub struct Connection {
    transport: Transport,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    host: String,
    tls: Option<Arc<ClientConfig>>,
    timeout: Duration,
    ended: bool,
}

impl Connection {
    /// Connects to `HOST:PORT`; over TLS if there is a configuration of it.
    pub fn open(host: &str, tls: Option<&Arc<ClientConfig>>) -> io::Result<Self> {
        Self::open_within(host, tls, TIMEOUT)
    }

    /// The same; a silence longer than `timeout` is an error.
    pub fn open_within(host: &str, tls: Option<&Arc<ClientConfig>>, timeout: Duration) -> io::Result<Self> {
        let transport = Transport::open(host, tls, timeout)?;
        let (buffer, host, tls) = (vec![0; BUFFER_BYTES], host.to_owned(), tls.cloned());
        Ok(Self { transport, buffer, start: 0, end: 0, host, tls, timeout, ended: false })
    }

    /// Sends a request and takes its response in. A response that is an error is kept in any case.
    pub fn exchange(&mut self, request: &Request, keep: bool) -> io::Result<Response> {
        if self.ended {
            *self = Self::open_within(&self.host, self.tls.as_ref(), self.timeout)?;
        }
        // A server that refuses a body may answer and close before all of it is sent: then the answer says more.
        let sent = self.send(request);
        let response = self.receive(request, keep);
        if response.is_err() {
            sent?;
        }
        response
    }

    fn send(&mut self, request: &Request) -> io::Result<()> {
        let mut slices = [&request.head[..], request.body, &request.tail[..]].map(IoSlice::new);
        let mut slices = &mut slices[..];
        IoSlice::advance_slices(&mut slices, 0);
        while !slices.is_empty() {
            match self.transport.write_vectored(slices) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut slices, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.transport.flush()
    }

    fn receive(&mut self, request: &Request, keep: bool) -> io::Result<Response> {
        let mut seen = 0;
        let head_bytes = loop {
            let pending = &self.buffer[self.start..self.end];
            if let Some(at) = pending[seen..].windows(4).position(|window| window == b"\r\n\r\n") {
                break seen + at + 4;
            }
            seen = pending.len().saturating_sub(3);
            self.fill()?;
        };
        let head = &self.buffer[self.start..self.start + head_bytes];
        let status =
            head.get(9..12).and_then(|code| std::str::from_utf8(code).ok()?.parse().ok()).ok_or_else(garbled)?;
        let keep = keep || status >= 300;
        let mut response = Response { status, ..Response::default() };
        let length = header(head, b"content-length").map(|value| value.parse().map_err(|_| garbled())).transpose()?;
        let chunked = header(head, b"transfer-encoding").is_some();
        self.ended = request.is_anonymous && header(head, b"connection").is_some_and(|value| value == "close");
        if keep {
            response.head = String::from_utf8_lossy(head).into_owned();
        }
        self.start += head_bytes;
        if status == 100 {
            return self.receive(request, keep);
        }
        if request.is_head || status == 204 || status == 304 {
            return Ok(response);
        }
        match length {
            _ if chunked => self.take_chunks(&mut response, keep)?,
            Some(length) => self.take(length, &mut response, keep)?,
            None => return Err(garbled()),
        }
        Ok(response)
    }

    fn take(&mut self, mut length: u64, response: &mut Response, keep: bool) -> io::Result<()> {
        while length > 0 {
            if self.start == self.end {
                self.fill()?;
            }
            let here = (self.end - self.start).min(usize::try_from(length).unwrap_or(usize::MAX));
            if keep {
                response.body.extend_from_slice(&self.buffer[self.start..self.start + here]);
            }
            self.start += here;
            response.body_bytes += here as u64;
            length -= here as u64;
        }
        Ok(())
    }

    fn take_chunks(&mut self, response: &mut Response, keep: bool) -> io::Result<()> {
        loop {
            let line = self.line()?;
            let size = u64::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16);
            let size = size.map_err(|_| garbled())?;
            if size == 0 {
                while !self.line()?.is_empty() {}
                return Ok(());
            }
            self.take(size, response, keep)?;
            self.line()?;
        }
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            let pending = &self.buffer[self.start..self.end];
            if let Some(at) = pending.windows(2).position(|window| window == b"\r\n") {
                let line = String::from_utf8_lossy(&pending[..at]).into_owned();
                self.start += at + 2;
                return Ok(line);
            }
            self.fill()?;
        }
    }

    /// Reads more behind what is in the buffer.
    fn fill(&mut self) -> io::Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            if self.start == 0 {
                return Err(garbled());
            }
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        match self.transport.read(&mut self.buffer[self.end..])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.end += read;
                Ok(())
            }
        }
    }
}

impl Response {
    /// A header of a kept response; the name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head.as_bytes(), name.as_bytes())
    }

    /// Whether it says that nothing was done. S3 also answers 200 with an error inside; that one must be kept to be seen.
    pub fn is_refusal(&self) -> bool {
        self.status >= 300 || self.body.windows(7).take(256).any(|window| window == b"<Error>")
    }

    /// The body of a kept response, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn header<'h>(head: &'h [u8], name: &[u8]) -> Option<&'h str> {
    let mut lines = head.split(|byte| *byte == b'\n');
    let value = lines.find_map(|line| {
        let (key, value) = line.split_at_checked(name.len())?;
        key.eq_ignore_ascii_case(name).then(|| value.strip_prefix(b":")).flatten()
    });
    std::str::from_utf8(value?).ok().map(str::trim)
}

fn garbled() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a response that this client does not understand")
}
