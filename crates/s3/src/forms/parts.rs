//! multipart/form-data (RFC 7578, RFC 2046 section 5.1), taken apart slice by slice. Pure.
//!
//! Invariants: what is held back between two slices is a part's head, or the beginning of what may be a delimiter; content goes
//! on as the slices it came in. Everything but the content of the file, that is fields, heads, delimiters, and what stands before
//! the first and behind the last of them, has a bound together, and nothing beyond it is held.
//!
//! The crates that do this read all that their stream has ready into one buffer before they look at it.

use bytes::{Buf, Bytes};
use memchr::memmem::Finder;

/// The longest boundary, by RFC 2046.
const MAX_BOUNDARY_BYTES: usize = 70;

/// A form that is being read.
pub(crate) struct Parts {
    /// A line's end, two hyphens, the boundary.
    delimiter: Finder<'static>,
    state: State,
    /// What came and is not given out yet.
    pending: Bytes,
    /// What was taken that is not content of the file.
    around_bytes: usize,
    max_around_bytes: usize,
    /// The part that is being read is the file.
    in_file: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first delimiter.
    Preamble,
    /// Behind a delimiter: another part follows, or nothing.
    Delimited,
    Head,
    Content,
    Ended,
}

/// What there is next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A part begins.
    Part(Head),
    /// Content of the part.
    Content(Bytes),
    /// The part is whole.
    PartEnd,
    /// The form is whole. What comes behind has no meaning.
    End,
    /// The next slice is needed.
    More,
}

/// What a part's head says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub name: String,
    /// The name of the file, without its folders.
    pub filename: Option<String>,
}

/// Why a form cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is no multipart/form-data.
    Malformed,
    /// There is too much beside the file.
    TooMuch,
}

impl Parts {
    /// A form whose `Content-Type` is this; `None` if that names no boundary.
    pub fn of(content_type: &str, max_around_bytes: usize) -> Option<Self> {
        let (_, parameters) = content_type.split_once(';')?;
        let boundary = parameter(parameters, "boundary")?;
        let fits = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        if boundary.is_empty() || boundary.len() > MAX_BOUNDARY_BYTES || !boundary.bytes().all(fits) {
            return None;
        }
        let delimiter = Finder::new(format!("\r\n--{boundary}").as_bytes()).into_owned();
        Some(Self {
            delimiter,
            state: State::Preamble,
            // The first delimiter may begin the body, where no line ends before it.
            pending: Bytes::from_static(b"\r\n"),
            around_bytes: 0,
            max_around_bytes,
            in_file: false,
        })
    }

    /// Adds the slice that comes next.
    pub fn feed(&mut self, slice: Bytes) {
        self.pending = match self.pending.is_empty() {
            true => slice,
            false => [self.pending.as_ref(), &slice].concat().into(),
        };
    }

    /// The part that begins is the file: its content does not count.
    pub fn is_file(&mut self) {
        self.in_file = true;
    }

    /// What there is next.
    pub fn next(&mut self) -> Result<Step, Unreadable> {
        let step = self.step()?;
        if self.around_bytes > self.max_around_bytes {
            return Err(Unreadable::TooMuch);
        }
        Ok(step)
    }

    fn step(&mut self) -> Result<Step, Unreadable> {
        loop {
            match self.state {
                State::Preamble => match self.content() {
                    Some(Step::PartEnd) => {}
                    // What stands before the first delimiter is nobody's.
                    Some(_) => {}
                    None => return Ok(Step::More),
                },
                State::Content => return Ok(self.content().unwrap_or(Step::More)),
                State::Delimited => match self.pending.as_ref() {
                    [b'-', b'-', ..] => {
                        self.state = State::Ended;
                        self.around_bytes += self.pending.len();
                        self.pending.clear();
                        return Ok(Step::End);
                    }
                    [b'\r', b'\n', ..] => self.state = State::Head,
                    // White space may follow a boundary.
                    [b' ' | b'\t', ..] => self.take(1),
                    [] | [b'\r' | b'-'] => return self.held(),
                    _ => return Err(Unreadable::Malformed),
                },
                State::Head => {
                    // From the end of the delimiter's line to an empty line.
                    let Some(end) = memchr::memmem::find(&self.pending, b"\r\n\r\n") else { return self.held() };
                    let head = Head::parse(&self.pending[2.min(end)..end])?;
                    self.take(end + 4);
                    (self.state, self.in_file) = (State::Content, false);
                    return Ok(Step::Part(head));
                }
                State::Ended => {
                    self.around_bytes += self.pending.len();
                    self.pending.clear();
                    return Ok(Step::End);
                }
            }
        }
    }

    /// The next of a part's content; `None`: it has not come.
    fn content(&mut self) -> Option<Step> {
        let (length, found) = match self.delimiter.find(&self.pending) {
            Some(at) => (at, true),
            None => (self.pending.len() - self.may_begin_delimiter(), false),
        };
        if length > 0 {
            let content = self.pending.split_to(length);
            self.around_bytes += if self.in_file { 0 } else { length };
            return Some(Step::Content(content));
        }
        if !found {
            return None;
        }
        self.take(self.delimiter.needle().len());
        (self.state, self.in_file) = (State::Delimited, false);
        Some(Step::PartEnd)
    }

    /// How many of the last bytes may be the beginning of a delimiter, which has a CR nowhere else.
    fn may_begin_delimiter(&self) -> usize {
        let tail = &self.pending[self.pending.len().saturating_sub(self.delimiter.needle().len() - 1)..];
        let held = memchr::memrchr(b'\r', tail).map_or(&[][..], |at| &tail[at..]);
        if self.delimiter.needle().starts_with(held) { held.len() } else { 0 }
    }

    fn take(&mut self, bytes: usize) {
        self.pending.advance(bytes);
        self.around_bytes += bytes;
    }

    /// Waits for the rest of what is held, if that may become more.
    fn held(&self) -> Result<Step, Unreadable> {
        match self.around_bytes + self.pending.len() > self.max_around_bytes {
            true => Err(Unreadable::TooMuch),
            false => Ok(Step::More),
        }
    }
}

impl Head {
    fn parse(head: &[u8]) -> Result<Self, Unreadable> {
        let text = std::str::from_utf8(head).map_err(|_| Unreadable::Malformed)?;
        let mut found = None;
        for line in text.split("\r\n") {
            let (name, value) = line.split_once(':').ok_or(Unreadable::Malformed)?;
            match name.trim().to_ascii_lowercase().as_str() {
                "content-disposition" => found = Some(Self::of_disposition(value)?),
                // RFC 7578 knows no other any more, and nobody sends one.
                "content-transfer-encoding" => {
                    if !["binary", "8bit", "7bit"].iter().any(|plain| value.trim().eq_ignore_ascii_case(plain)) {
                        return Err(Unreadable::Malformed);
                    }
                }
                _ => {}
            }
        }
        found.ok_or(Unreadable::Malformed)
    }

    fn of_disposition(value: &str) -> Result<Self, Unreadable> {
        let (kind, parameters) = value.split_once(';').ok_or(Unreadable::Malformed)?;
        let name = parameter(parameters, "name").ok_or(Unreadable::Malformed)?;
        if !kind.trim().eq_ignore_ascii_case("form-data") {
            return Err(Unreadable::Malformed);
        }
        // As old clients write a name that is not ASCII: "utf-8''", then percent-escapes.
        let extended = parameter(parameters, "filename*").and_then(|value| {
            let (charset, rest) = value.split_once('\'')?;
            let (_, escaped) = rest.split_once('\'')?;
            let utf8 = charset.eq_ignore_ascii_case("utf-8");
            String::from_utf8(coldkeep_auth::uri::decode(escaped)).ok().filter(|_| utf8)
        });
        let filename = extended.or_else(|| parameter(parameters, "filename"));
        // "If the browser or client provides a full or partial path to the file, only the text following the last slash or
        // backslash is used."
        let base = |path: String| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        Ok(Self { name, filename: filename.map(base) })
    }
}

/// A parameter of a header's value: `; name="value"` or `; name=value`. In quotes, only the quote itself is escaped: browsers send
/// folders with a single backslash.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    while let Some((name, value)) = rest.split_once('=') {
        let (mut found, mut end) = (String::new(), value.len());
        match value.trim_start().strip_prefix('"') {
            Some(quoted) => {
                let mut letters = quoted.char_indices().peekable();
                while let Some((at, letter)) = letters.next() {
                    match letter {
                        '\\' if letters.peek().is_some_and(|(_, next)| *next == '"') => {
                            found.push('"');
                            letters.next();
                        }
                        '"' => {
                            end = value.len() - quoted.len() + at + 1;
                            break;
                        }
                        letter => found.push(letter),
                    }
                }
            }
            None => {
                end = value.find(';').unwrap_or(value.len());
                value[..end].trim().clone_into(&mut found);
            }
        }
        if name.trim_matches([' ', '\t', ';']).eq_ignore_ascii_case(wanted) {
            return Some(found);
        }
        rest = &value[end..];
    }
    None
}
