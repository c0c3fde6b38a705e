//! What a connection runs over: a TCP socket, or TLS on one.
//!
//! With TLS the client encrypts and decrypts on its own core, which costs it about what it costs the server.

use std::io::{self, BufRead, BufReader, IoSlice, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

/// 256 KiB: what goes through the socket at once under TLS, in records of 16 KiB.
const RECORDS_BYTES: usize = 256 << 10;

/// A socket, or TLS on one.
pub enum Transport {
    /// TCP.
    Plain(TcpStream),
    /// TLS.
    Tls(Box<StreamOwned<ClientConnection, Buffered>>),
}

impl Transport {
    /// Connects to `HOST:PORT`. A silence longer than `timeout` is an error.
    pub fn open(host: &str, tls: Option<&Arc<ClientConfig>>, timeout: Duration) -> io::Result<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(timeout))?;
        stream.set_write_timeout(Some(timeout))?;
        let Some(config) = tls else { return Ok(Self::Plain(stream)) };
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_owned();
        let name = ServerName::try_from(name).map_err(io::Error::other)?;
        let mut session = ClientConnection::new(config.clone(), name).map_err(io::Error::other)?;
        session.set_buffer_limit(Some(RECORDS_BYTES));
        let mut buffered = Buffered(BufReader::with_capacity(RECORDS_BYTES, stream));
        // The handshake belongs to the connecting, not to the first request.
        while session.is_handshaking() {
            session.complete_io(&mut buffered)?;
        }
        Ok(Self::Tls(Box::new(StreamOwned::new(session, buffered))))
    }

    /// Sends some of it; how much is returned.
    pub fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write_vectored(slices),
            Self::Tls(stream) => stream.write_vectored(slices),
        }
    }

    /// Sends what is still held back.
    pub fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(stream) => stream.flush(),
        }
    }

    /// Receives; 0 bytes are the end.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

/// A socket from which much is read at once: the TLS library asks for 4 KiB at a time.
pub struct Buffered(BufReader<TcpStream>);

impl Read for Buffered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Never straight into the caller's buffer, however large: what comes behind it would be another call.
        let read = self.0.fill_buf()?.read(buffer)?;
        self.0.consume(read);
        Ok(read)
    }
}

impl Write for Buffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.get_mut().write(bytes)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.get_mut().write_vectored(slices)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
