//! multipart/form-data (RFC 7578, RFC 2046 section 5.1), taken apart slice by slice. Pure.
//!
//! Invariants: what is held back between two slices is a part's head, or the beginning of what may be a delimiter; content goes
//! on as the slices it came in. Everything but the content of the file, that is fields, heads, delimiters, and what stands before
//! the first and behind the last of them, has a bound together, and nothing beyond it is held.
//!
//! The crates that do this read all that their stream has ready into one buffer before they look at it.

use bytes::{Buf, Bytes};
use memchr::memmem::Finder;

use super::head::{Head, parameter};

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

    /// How much was taken that is not the file, and what is held to become more of it.
    pub fn held_bytes(&self) -> usize {
        self.around_bytes + if self.in_file { 0 } else { self.pending.len() }
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

/// The heads of a form's parts, with their contents.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) type Apart = Vec<(Head, Vec<u8>)>;

/// Takes a form apart in slices of this size: its heads and contents, or why it cannot be read. For tests and fuzzing.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn apart(
    content_type: &str,
    body: &[u8],
    slice_bytes: usize,
    max_around_bytes: usize,
) -> Option<Result<Apart, Unreadable>> {
    let mut parts = Parts::of(content_type, max_around_bytes)?;
    let (mut found, mut slices) = (Vec::new(), body.chunks(slice_bytes));
    loop {
        match parts.next() {
            Ok(Step::Part(head)) => {
                if head.name == "file" {
                    parts.is_file();
                }
                found.push((head, Vec::new()));
            }
            Ok(Step::Content(content)) => {
                assert!(!content.is_empty());
                let (_, whole) = found.last_mut()?;
                whole.extend_from_slice(&content);
            }
            Ok(Step::PartEnd) => {}
            Ok(step @ (Step::End | Step::More)) => match slices.next() {
                Some(slice) => parts.feed(Bytes::copy_from_slice(slice)),
                None if step == Step::End => return Some(Ok(found)),
                None => return Some(Err(Unreadable::Malformed)),
            },
            Err(why) => return Some(Err(why)),
        }
        assert!(parts.pending.len() <= max_around_bytes.max(slice_bytes) + slice_bytes, "too much is held");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; charset=utf-8; boundary=\"a b\"";

    /// The same in slices of every size.
    fn read(body: &[u8]) -> Result<Apart, Unreadable> {
        let of_size = |bytes| apart(KIND, body, bytes, 1000).expect("a boundary");
        let whole = of_size(body.len().max(1));
        for bytes in 1..body.len() {
            assert_eq!(of_size(bytes), whole, "in slices of {bytes}");
        }
        whole
    }

    fn part(head: &str, content: &str) -> String {
        format!("--a b\r\n{head}\r\n\r\n{content}\r\n")
    }

    fn named(name: &str, filename: Option<&str>, content: &str) -> (Head, Vec<u8>) {
        (Head { name: name.into(), filename: filename.map(str::to_owned) }, content.into())
    }

    #[test]
    fn forms_come_apart_however_they_are_sliced() {
        let disposition = |rest: &str| format!("Content-Disposition: form-data; {rest}");
        let tricky = "\r\n--a\r\n-\r\r\n--a  b\r\n--a";
        let body = [
            part(&disposition("name=\"key\""), "k"),
            part(&format!("content-type: text/plain\r\n{}", disposition("name=empty")), ""),
            part(&disposition("name=\"file\"; filename=\"C:\\a\\b c.png\""), tricky),
            "--a b-- \r\nwhatever\r\n--a b\r\n".into(),
        ];
        let expected = vec![named("key", None, "k"), named("empty", None, ""), named("file", Some("b c.png"), tricky)];
        assert_eq!(read(body.concat().as_bytes()), Ok(expected.clone()));
        let with_preamble = format!("nobody reads this\r\n{}", body.concat()).replace("--a b\r\n", "--a b \t\r\n");
        assert_eq!(read(with_preamble.as_bytes()), Ok(expected));
    }

    #[test]
    fn what_is_no_form_is_refused() {
        let disposition = "Content-Disposition: form-data; name=\"a\"";
        for body in [
            String::new(),
            "--a b".into(),
            "--a b\r\n".into(),
            "--a bc\r\n".into(),
            "--a b\r\n\r\nv\r\n--a b--".into(),
            part(disposition, "v"),
            format!("{}--a b-", part(disposition, "v")),
            format!("{}--a b--", part("no header", "v")),
            format!("{}--a b--", part("Content-Disposition: form-data", "v")),
            format!("{}--a b--", part("Content-Disposition: attachment; name=\"a\"", "v")),
            format!("{}--a b--", part(&format!("{disposition}\r\nContent-Transfer-Encoding: base64"), "v")),
        ] {
            assert_eq!(read(body.as_bytes()), Err(Unreadable::Malformed), "{body:?}");
        }
        for kind in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\u{e9}"] {
            assert!(Parts::of(kind, 1).is_none(), "{kind}");
        }
    }

    #[test]
    fn only_the_file_may_be_long() {
        let whole = |file: usize, field: usize, behind: usize| {
            let disposition = |name: &str| format!("Content-Disposition: form-data; name=\"{name}\"");
            let (field, file) = ("x".repeat(field), "x".repeat(file));
            let parts = [part(&disposition("a"), &field), part(&disposition("file"), &file), "--a b--".into()];
            read(format!("{}{}", parts.concat(), "x".repeat(behind)).as_bytes()).map(|parts| parts.len())
        };
        assert_eq!(whole(5000, 100, 100), Ok(2));
        assert_eq!(whole(10, 1000, 0), Err(Unreadable::TooMuch));
        assert_eq!(whole(10, 100, 1000), Err(Unreadable::TooMuch));
        assert_eq!(read("x".repeat(2000).as_bytes()), Err(Unreadable::TooMuch));
        assert_eq!(read(format!("--a b\r\n{}", "x: y\r\n".repeat(300)).as_bytes()), Err(Unreadable::TooMuch));
    }
}
