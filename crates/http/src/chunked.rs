//! The aws-chunked framing as a state machine over slices as they come. Pure: no I/O, no waiting.
//!
//! Payload is handed on without copying. Of everything else at most one line of [`MAX_LINE_BYTES`] is held. A body is
//! whole only after its final chunk, the declared number of payload bytes and every declared trailer line; in the
//! signed forms every chunk and the trailer must carry the right signature. A chunk's bytes are handed on before its
//! signature can be checked, so nothing may be kept of a body that fails later.

use bytes::{Buf, Bytes};
use coldkeep_auth::ChunkSigner;
use coldkeep_digest::Checksum;
use coldkeep_store::source::SourceError;
use sha2::{Digest, Sha256};

use crate::TrailerRules;
use crate::trailer::Trailer;

/// 1 KiB: the longest chunk header or trailer line. A signed chunk header has some 100 bytes.
const MAX_LINE_BYTES: usize = 1024;
/// 8 KiB: what each chunk but the last must have
/// ([Signature calculations: transferring payload in multiple chunks](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html)).
pub const MIN_CHUNK_BYTES: u64 = 8 * 1024;

/// What the machine found next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Payload.
    Data(Bytes),
    /// The input is used up; more must come.
    More,
    /// The proven end.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Header,
    Data { left: u64 },
    AfterData { last: bool },
    Trailer,
    End,
}

/// Takes one body out of its aws-chunked framing.
#[derive(Debug)]
pub struct Dechunker {
    state: State,
    declared: u64,
    received: u64,
    /// How many chunks began, and the bytes of the one before.
    chunks: u64,
    before: u64,
    line: Vec<u8>,
    signing: Option<Signing>,
    /// Taken when the trailer is complete; without rules only the empty line may follow the final chunk.
    trailer: Option<Trailer>,
    checksums: Vec<Checksum>,
    /// The trailer line before ended with a bare LF.
    after_bare_line: bool,
}

#[derive(Debug)]
struct Signing {
    signer: ChunkSigner,
    hasher: Sha256,
    signature: String,
}

/// A line without its end.
struct Line {
    text: Vec<u8>,
    /// It ended with LF alone.
    bare: bool,
}

fn framing(what: &str) -> SourceError {
    SourceError::Framing(what.to_owned())
}

impl Dechunker {
    /// A machine for a body of `declared` payload bytes; with a signer, chunks must be signed; with rules, there is a
    /// trailer (which must be signed too if the chunks are).
    pub fn new(declared: u64, signer: Option<ChunkSigner>, trailer: Option<TrailerRules>) -> Self {
        Self {
            state: State::Header,
            declared,
            received: 0,
            chunks: 0,
            before: MIN_CHUNK_BYTES,
            line: Vec::new(),
            signing: signer.map(|signer| Signing { signer, hasher: Sha256::new(), signature: String::new() }),
            trailer: trailer.map(Trailer::new),
            checksums: Vec::new(),
            after_bare_line: false,
        }
    }

    /// Payload bytes declared.
    pub fn declared_bytes(&self) -> u64 {
        self.declared
    }

    /// The trailer's checksums; known after [`Step::End`].
    pub fn checksums(&self) -> &[Checksum] {
        &self.checksums
    }

    /// Advances over the front of `input`. After an error the machine must not be used again.
    pub fn next(&mut self, input: &mut Bytes) -> Result<Step, SourceError> {
        loop {
            match self.state {
                State::Header => match self.take_line(input)? {
                    Some(Line { bare: true, .. }) => return Err(framing("a line does not end with CRLF")),
                    Some(line) => self.begin_chunk(&line.text)?,
                    None => return Ok(Step::More),
                },
                State::Data { left: 0 } => {
                    self.end_chunk()?;
                    self.state = State::AfterData { last: false };
                }
                State::Data { .. } if input.is_empty() => return Ok(Step::More),
                State::Data { left } => {
                    let length = usize::try_from(left).map_or(input.len(), |left| left.min(input.len()));
                    let data = input.split_to(length);
                    if let Some(signing) = &mut self.signing {
                        signing.hasher.update(&data);
                    }
                    self.received += length as u64;
                    self.state = State::Data { left: left - length as u64 };
                    return Ok(Step::Data(data));
                }
                State::AfterData { last } => {
                    let expected = if last { b'\n' } else { b'\r' };
                    match input.first() {
                        None => return Ok(Step::More),
                        Some(byte) if *byte == expected => input.advance(1),
                        Some(_) => return Err(framing("a chunk is not followed by CRLF")),
                    }
                    self.state = if last { State::Header } else { State::AfterData { last: true } };
                }
                State::Trailer => match self.take_line(input)? {
                    Some(line) => self.trailer_line(line)?,
                    None => return Ok(Step::More),
                },
                State::End if input.is_empty() => return Ok(Step::End),
                State::End => return Err(framing("there are bytes after the end")),
            }
        }
    }

    /// What it means that the input ended here.
    pub fn truncated(&self) -> SourceError {
        if self.received < self.declared {
            SourceError::Truncated { received: self.received, declared: self.declared }
        } else {
            framing("the final chunk or its trailer is missing")
        }
    }

    /// The next line without its end, once it is whole.
    fn take_line(&mut self, input: &mut Bytes) -> Result<Option<Line>, SourceError> {
        let end = input.iter().take(MAX_LINE_BYTES + 1).position(|byte| *byte == b'\n');
        let length = end.map_or(input.len(), |end| end + 1);
        if self.line.len().saturating_add(length) > MAX_LINE_BYTES {
            return Err(framing("a line is too long"));
        }
        self.line.extend_from_slice(&input.split_to(length));
        if end.is_none() {
            return Ok(None);
        }
        let mut text = std::mem::take(&mut self.line);
        let bare = !text.ends_with(b"\r\n");
        text.truncate(text.len() - if bare { 1 } else { 2 });
        Ok(Some(Line { text, bare }))
    }

    /// `<hexadecimal size>[;chunk-signature=<64 hexadecimal digits>]`
    fn begin_chunk(&mut self, line: &[u8]) -> Result<(), SourceError> {
        let text = std::str::from_utf8(line).map_err(|_| framing("a chunk header is not text"))?;
        let (size, extensions) = text.split_once(';').unwrap_or((text, ""));
        if size.is_empty() || !size.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(framing("a chunk size is not hexadecimal"));
        }
        let size = u64::from_str_radix(size, 16).map_err(|_| framing("a chunk size is too large"))?;
        if let Some(signing) = &mut self.signing {
            let signature =
                extensions.split(';').find_map(|extension| extension.trim().strip_prefix("chunk-signature="));
            signing.signature = signature.ok_or_else(|| framing("a chunk is not signed"))?.to_owned();
        }
        if size > self.declared - self.received {
            return Err(SourceError::TooLong { declared: self.declared });
        }
        if size > 0 {
            self.chunks += 1;
            let before = std::mem::replace(&mut self.before, size);
            if before < MIN_CHUNK_BYTES {
                return Err(SourceError::SmallChunk { following: self.chunks, bytes: before });
            }
            self.state = State::Data { left: size };
            return Ok(());
        }
        self.end_chunk()?;
        if self.received < self.declared {
            return Err(self.truncated());
        }
        self.state = State::Trailer;
        Ok(())
    }

    fn end_chunk(&mut self) -> Result<(), SourceError> {
        let Some(signing) = &mut self.signing else { return Ok(()) };
        let digest: [u8; 32] = signing.hasher.finalize_reset().into();
        if signing.signer.verify_chunk(&digest, &signing.signature) { Ok(()) } else { Err(SourceError::Signature) }
    }

    /// A line of the trailer. One widespread client ends each checksum's line with a bare LF, and then a CRLF of its own,
    /// as the user guide's example reads: that CRLF is no empty line, unless nothing but the end can follow.
    fn trailer_line(&mut self, line: Line) -> Result<(), SourceError> {
        let after_bare_line = std::mem::replace(&mut self.after_bare_line, line.bare && !line.text.is_empty());
        if line.text.is_empty() {
            if line.bare {
                return Err(framing("the trailer does not end with CRLF"));
            }
            let unsigned = self.signing.is_some() && self.trailer.as_ref().is_some_and(|trailer| !trailer.is_signed());
            if after_bare_line && unsigned {
                return Ok(());
            }
            if let Some(trailer) = self.trailer.take() {
                self.checksums = trailer.finish(self.signing.as_mut().map(|signing| &mut signing.signer))?;
            }
            self.state = State::End;
            return Ok(());
        }
        match &mut self.trailer {
            Some(trailer) => trailer.line(&line.text),
            None => Err(SourceError::Trailer("there is a trailer that was not declared".into())),
        }
    }
}
