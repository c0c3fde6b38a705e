//! A pull reader for request bodies, hardened against what hostile XML can do.
//!
//! No DTD and so no entity but the five predefined ones, elements at most [`MAX_DEPTH`] deep, lists of at most
//! [`MAX_ITEMS`]. Unknown elements are skipped, namespaces and their prefixes are not looked at, and the
//! root's name is not checked, as S3 has always been lenient in these. Memory is the body plus what is read out of it.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::error::DecodeError;
use crate::text::Scalar;

/// Far deeper than any modelled document.
const MAX_DEPTH: usize = 32;
/// Twice the longest list of any operation (10,000 parts of CompleteMultipartUpload).
const MAX_ITEMS: usize = 20_000;

/// A value that is one element.
pub(crate) trait ReadXml: Sized {
    /// Reads the element that was just entered, up to and including its end.
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError>;
}

impl<T: Scalar> ReadXml for T {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let text = xml.text()?;
        let meant = if T::VERBATIM { &text } else { text.trim() };
        T::parse(meant).ok_or_else(|| DecodeError::xml(format_args!("an element is not {}", T::KIND)))
    }
}

/// Stands inside one element at a time.
pub(crate) struct XmlReader<'a> {
    reader: Reader<&'a [u8]>,
    /// The element that was entered last.
    start: Option<BytesStart<'a>>,
    depth: usize,
}

impl<'a> XmlReader<'a> {
    /// Enters the root element; `None` if the body is empty.
    pub(crate) fn open(body: &'a [u8]) -> Result<Option<Self>, DecodeError> {
        let text = std::str::from_utf8(body).map_err(|_| DecodeError::xml("not UTF-8"))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Ok(None);
        }
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut xml = Self { reader, start: None, depth: 0 };
        if xml.child()? { Ok(Some(xml)) } else { Err(DecodeError::xml("no root element")) }
    }

    /// Checks that nothing follows the root element, which must have been left.
    pub(crate) fn finish(&mut self) -> Result<(), DecodeError> {
        if self.child()? { Err(DecodeError::xml("more than one root element")) } else { Ok(()) }
    }

    /// Enters the next element inside the current one; `false` when the current one has ended instead.
    pub(crate) fn child(&mut self) -> Result<bool, DecodeError> {
        loop {
            match self.next()? {
                Event::Start(start) => {
                    self.start = Some(start);
                    return Ok(true);
                }
                Event::End(_) | Event::Eof => return Ok(false),
                _ => {}
            }
        }
    }

    /// The local name of the element that was entered last.
    pub(crate) fn name(&self) -> &str {
        self.start.as_ref().map_or("", |start| start.local_name().into_inner())
    }

    /// An attribute of the element that was entered last, by its local name.
    pub(crate) fn attribute(&self, name: &str) -> Result<Option<String>, DecodeError> {
        let Some(start) = &self.start else { return Ok(None) };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(DecodeError::xml)?;
            if attribute.key.local_name().into_inner() == name {
                let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).map_err(DecodeError::xml)?;
                return Ok(Some(value.into_owned()));
            }
        }
        Ok(None)
    }

    /// Reads the element that was just entered.
    pub(crate) fn read<T: ReadXml>(&mut self) -> Result<T, DecodeError> {
        T::read_xml(self)
    }

    /// Reads the element that was just entered as one more item of a flattened list.
    pub(crate) fn push<T: ReadXml>(&mut self, list: &mut Vec<T>) -> Result<(), DecodeError> {
        if list.len() == MAX_ITEMS {
            return Err(DecodeError::xml(format_args!("a list of more than {MAX_ITEMS} elements")));
        }
        list.push(self.read()?);
        Ok(())
    }

    /// Reads the element that was just entered as a list of elements of this name.
    pub(crate) fn push_all<T: ReadXml>(&mut self, item: &str, list: &mut Vec<T>) -> Result<(), DecodeError> {
        while self.child()? {
            if self.name() == item { self.push(list)? } else { self.skip()? }
        }
        Ok(())
    }

    /// Leaves the element that was just entered, whatever it holds.
    pub(crate) fn skip(&mut self) -> Result<(), DecodeError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if let Event::Eof = self.next()? {
                return Err(DecodeError::xml("an element does not end"));
            }
        }
        Ok(())
    }

    /// The text of the element that was just entered, which may hold no other element.
    fn text(&mut self) -> Result<String, DecodeError> {
        let mut text = String::new();
        loop {
            match self.next()? {
                Event::Text(part) => text.push_str(&part.xml10_content()),
                Event::CData(part) => text.push_str(&part.xml10_content()),
                Event::GeneralRef(reference) => {
                    let named = match &*reference {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => reference.resolve_char_ref().map_err(DecodeError::xml)?,
                    };
                    text.push(named.ok_or_else(|| DecodeError::xml("an undefined entity"))?);
                }
                Event::Start(_) => return Err(DecodeError::xml("an element where text is expected")),
                Event::End(_) => return Ok(text),
                _ => {}
            }
        }
    }

    /// The next event that is not a comment, an instruction or the declaration.
    fn next(&mut self) -> Result<Event<'a>, DecodeError> {
        loop {
            match self.reader.read_event().map_err(DecodeError::xml)? {
                Event::DocType(_) => return Err(DecodeError::xml("a document type declaration")),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof if self.depth > 0 => return Err(DecodeError::xml("an element does not end")),
                event => {
                    match event {
                        Event::Start(_) => self.depth += 1,
                        Event::End(_) => self.depth = self.depth.saturating_sub(1),
                        _ => {}
                    }
                    if self.depth > MAX_DEPTH {
                        return Err(DecodeError::xml(format_args!("elements more than {MAX_DEPTH} deep")));
                    }
                    return Ok(event);
                }
            }
        }
    }
}
