//! A writer that appends elements to one string.

use std::collections::BTreeMap;
use std::fmt::Write;

use coldkeep_types::Timestamp;

/// The namespace of every S3 document.
const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// The bytes that are escaped in text: markup, and control characters but for LF and TAB.
const IN_TEXT: [bool; 256] = escaped(b"\n\t");
/// The bytes that are escaped in attributes.
const IN_ATTRIBUTE: [bool; 256] = escaped(b"");

const fn escaped(kept: &[u8]) -> [bool; 256] {
    let mut escaped = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        escaped[byte] = byte < b' ' as usize || matches!(byte as u8, b'&' | b'<' | b'>' | b'"');
        byte += 1;
    }
    let mut at = 0;
    while at < kept.len() {
        escaped[kept[at] as usize] = false;
        at += 1;
    }
    escaped
}

/// A value that is the content of an element.
pub(crate) trait WriteXml {
    /// Appends the content, without the element's own tags.
    fn write_xml(&self, xml: &mut XmlWriter);

    /// Appends attributes to the element's start tag.
    fn write_attributes(&self, _xml: &mut XmlWriter) {}
}

/// Appends to one document.
pub(crate) struct XmlWriter {
    out: String,
}

impl XmlWriter {
    /// A document with its declaration and the start of its root, in S3's namespace.
    pub(crate) fn open(root: &str) -> Self {
        let mut xml = Self { out: String::with_capacity(1024) };
        xml.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
        xml.out.push_str(root);
        xml.out.push_str(" xmlns=\"");
        xml.out.push_str(NAMESPACE);
        xml.out.push_str("\">");
        xml
    }

    /// A document whose root has no namespace, as S3's errors have.
    pub(crate) fn open_plain(root: &str) -> Self {
        let mut xml = Self { out: String::with_capacity(512) };
        xml.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.start(root);
        xml
    }

    /// A document without a declaration, in this namespace, as IAM and STS write theirs.
    pub(crate) fn open_bare(root: &str, namespace: &str) -> Self {
        let mut xml = Self { out: String::with_capacity(1024) };
        xml.out.push('<');
        xml.out.push_str(root);
        xml.attribute("xmlns", namespace);
        xml.out.push('>');
        xml
    }

    /// Ends the root; the document.
    pub(crate) fn close(mut self, root: &str) -> String {
        self.end(root);
        self.out
    }

    pub(crate) fn element<T: WriteXml>(&mut self, name: &str, value: &T) {
        self.out.push('<');
        self.out.push_str(name);
        value.write_attributes(self);
        self.out.push('>');
        value.write_xml(self);
        self.end(name);
    }

    pub(crate) fn optional<T: WriteXml>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.element(name, value);
        }
    }

    /// One element for each item, without one around them.
    pub(crate) fn flat_list<T: WriteXml>(&mut self, name: &str, items: &[T]) {
        for item in items {
            self.element(name, item);
        }
    }

    /// One element for each item, without one around them: `fill` makes one row after the other out of them.
    pub(crate) fn rows<I, T: WriteXml + Default>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = I>,
        mut fill: impl FnMut(&mut T, I),
    ) {
        let (mut items, mut row, begin) = (items.into_iter(), T::default(), self.out.len());
        if let Some(first) = items.next() {
            fill(&mut row, first);
            self.element(name, &row);
            // The others will be about as long.
            let length = self.out.len() - begin;
            self.out.reserve(items.size_hint().1.unwrap_or(0).saturating_mul(length + length / 8));
        }
        for item in items {
            fill(&mut row, item);
            self.element(name, &row);
        }
    }

    /// One element for each item, inside one that is there even for no items.
    pub(crate) fn list<T: WriteXml>(&mut self, name: &str, item_name: &str, items: &[T]) {
        self.start(name);
        self.flat_list(item_name, items);
        self.end(name);
    }

    /// [`list`](Self::list), or nothing at all for no items.
    pub(crate) fn list_if_any<T: WriteXml>(&mut self, name: &str, item_name: &str, items: &[T]) {
        if !items.is_empty() {
            self.list(name, item_name, items);
        }
    }

    /// A map as IAM writes it: entries of a key and a value.
    pub(crate) fn map<T: WriteXml>(&mut self, name: &str, map: &BTreeMap<String, T>) {
        self.group(name, |xml| {
            for (key, value) in map {
                xml.group("entry", |xml| {
                    xml.text_element("key", key);
                    xml.element("value", value);
                });
            }
        });
    }

    /// A date in whole seconds, as IAM and STS write it.
    pub(crate) fn seconds(&mut self, name: &str, time: &Option<Timestamp>) {
        if let Some(time) = time {
            self.text_element(name, &time.iso_seconds());
        }
    }

    /// An element of elements.
    pub(crate) fn group(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.start(name);
        write(self);
        self.end(name);
    }

    pub(crate) fn text_element(&mut self, name: &str, text: &str) {
        self.start(name);
        self.text(text);
        self.end(name);
    }

    /// An attribute of the start tag being written.
    pub(crate) fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.escape(value, &IN_ATTRIBUTE);
        self.out.push('"');
    }

    /// Escaped text. Besides markup, control characters are escaped: XML parsers would turn a bare CR into LF
    /// and refuse the others (S3 writes them the same way; listings use `encoding-type=url` to be safe).
    pub(crate) fn text(&mut self, text: &str) {
        self.escape(text, &IN_TEXT);
    }

    fn escape(&mut self, text: &str, escaped: &[bool; 256]) {
        let mut rest = text;
        // Only ASCII is escaped, so every cut is between characters.
        while let Some(at) = rest.bytes().position(|byte| escaped[usize::from(byte)]) {
            let (plain, special) = rest.split_at(at);
            self.out.push_str(plain);
            match special.as_bytes()[0] {
                b'&' => self.out.push_str("&amp;"),
                b'<' => self.out.push_str("&lt;"),
                b'>' => self.out.push_str("&gt;"),
                b'"' => self.out.push_str("&quot;"),
                control => self.out.push_str(&format!("&#{control};")),
            }
            rest = &special[1..];
        }
        self.out.push_str(rest);
    }

    fn start(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
    }

    // A page of a listing ends eight thousand elements.
    #[inline]
    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}

impl WriteXml for String {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.text(self);
    }
}

macro_rules! plain {
    ($($type:ty)*) => {
        $(impl WriteXml for $type {
            fn write_xml(&self, xml: &mut XmlWriter) {
                // Writing to a string cannot fail.
                let _ = write!(xml.out, "{self}");
            }
        })*
    };
}
plain!(i32 i64 bool);

impl WriteXml for Timestamp {
    /// In whole seconds (`.000Z`), as S3 writes them, so that they equal `Last-Modified`: clients compare the two.
    fn write_xml(&self, xml: &mut XmlWriter) {
        self.whole_seconds().push_iso_millis(&mut xml.out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_so_that_parsers_give_it_back() {
        let mut xml = XmlWriter::open_plain("Key");
        xml.text("a<b>&\"c\"'\r\n\t\u{1}ü");
        let document = xml.close("Key");
        assert!(document.ends_with("<Key>a&lt;b&gt;&amp;&quot;c&quot;'&#13;\n\t&#1;ü</Key>"), "{document}");
    }
}
