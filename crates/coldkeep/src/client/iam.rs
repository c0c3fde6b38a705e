//! IAM calls: forms there, XML back.

use coldkeep_auth::uri;
use http::Method;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::{Answer, Client};
use crate::Failure;

/// The version of the API.
const VERSION: &str = "2010-05-08";

/// Elements deeper than any that IAM answers.
const MAX_DEPTH: usize = 32;

/// Asks IAM of a server.
pub struct Iam(pub Client);

impl Iam {
    /// Makes a call; the answer's root element.
    pub async fn call(&self, action: &str, parameters: &[(&str, &str)]) -> Result<Element, Failure> {
        let fixed = [("Action", action), ("Version", VERSION)];
        let pair = |(name, value): &(&str, &str)| {
            format!("{}={}", uri::encode(name.as_bytes()), uri::encode(value.as_bytes()))
        };
        let form = fixed.iter().chain(parameters).map(pair).collect::<Vec<_>>().join("&");
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        let answer = self.0.send("iam", Method::POST, "/", kind, form.into_bytes()).await?;
        let root = Element::parse(&answer.body).ok_or_else(|| self.0.stranger(&answer))?;
        if answer.status.is_success() { Ok(root) } else { Err(self.refused(&answer, &root)) }
    }

    /// All items of a list, from as many pages as there are.
    pub async fn list(&self, action: &str, parameters: &[(&str, &str)], list: &str) -> Result<Vec<Element>, Failure> {
        let (mut all, mut marker) = (Vec::new(), None::<String>);
        loop {
            let mut asked = parameters.to_vec();
            asked.extend(marker.as_deref().map(|marker| ("Marker", marker)));
            let root = self.call(action, &asked).await?;
            let next = root.find("Marker").map(|marker| marker.text.clone());
            all.extend(root.into(list).into_iter().flat_map(|list| list.children));
            // A server that repeats itself is not asked for ever.
            if next.is_none() || next == marker {
                return Ok(all);
            }
            marker = next;
        }
    }

    fn refused(&self, answer: &Answer, root: &Element) -> Failure {
        match (root.find("Code"), root.find("Message")) {
            (Some(code), Some(message)) => self.0.refused(&code.text, &message.text),
            _ => self.0.stranger(answer),
        }
    }
}

/// An element of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What is in it.
    pub children: Vec<Element>,
}

impl Element {
    fn parse(body: &[u8]) -> Option<Self> {
        let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
        reader.config_mut().expand_empty_elements = true;
        let mut open: Vec<Element> = vec![Self::default()];
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) if open.len() < MAX_DEPTH => {
                    let name = start.local_name().into_inner().to_owned();
                    open.push(Self { name, ..Self::default() });
                }
                Event::End(_) => {
                    let ended = open.pop()?;
                    open.last_mut()?.children.push(ended);
                }
                Event::Text(part) => open.last_mut()?.text.push_str(&part.xml10_content()),
                Event::GeneralRef(reference) => open.last_mut()?.text.push(match &*reference {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => reference.resolve_char_ref().ok()??,
                }),
                Event::Eof => return open.pop().filter(|_| open.is_empty())?.children.into_iter().next(),
                Event::Start(_) | Event::DocType(_) => return None,
                _ => {}
            }
        }
    }

    /// The first element of this name in it, however deep.
    pub fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    fn into(self, name: &str) -> Option<Self> {
        self.children.into_iter().find_map(|child| if child.name == name { Some(child) } else { child.into(name) })
    }

    /// The text of the first element of this name in it; empty where there is none.
    pub fn text_of(&self, name: &str) -> &str {
        self.find(name).map_or("", |found| &found.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_whole_or_not_at_all() {
        let text = "<?xml version=\"1.0\"?>\n<R xmlns=\"u\"><L><member><N>a &amp; b</N><E/></member><member>&#233;</member></L></R>";
        let root = Element::parse(text.as_bytes()).expect("an answer");
        assert_eq!(
            (root.name.as_str(), root.text_of("N"), root.text_of("E"), root.text_of("X")),
            ("R", "a & b", "", "")
        );
        let list = root.into("L").expect("a list");
        assert_eq!((list.children.len(), list.children[1].text.as_str()), (2, "é"));
        let deep = "<a>".repeat(MAX_DEPTH + 1);
        for bad in ["", "text", "<R>", "<R></Q>", "<!DOCTYPE R><R/>", "<R>&unknown;</R>", deep.as_str()] {
            assert_eq!(Element::parse(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(Element::parse(b"\xff"), None);
    }
}
