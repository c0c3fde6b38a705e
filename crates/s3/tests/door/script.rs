//! A golden's text: parsed into exchanges, played, and written anew with the answers that came.
//!
//! ```text
//! * clock +1500          the clock goes on by so many milliseconds
//! * due                  what is due is done
//! * annotate BUCKET KEY NUMBER   the object has so many annotations
//! * quota BUCKET BYTES   the bucket may have so many bytes
//! * inventories BUCKET NUMBER   the bucket has so many configurations of inventories more
//! * gone                 the bodies of answers that were left `unread` are dropped
//! * deliver              access logs of buckets are delivered
//! * full                 from here on the disk is full
//! * open                 a new world, whose new buckets are open
//! * kms                  a new world, which has keys of KMS
//! > PUT /b/k WORDS       method, target, and how it is sent: see `world::How`
//! > name: value          headers; `\xff` is a byte, `\n` a line feed, `\\` a backslash
//! >
//! > body                 lines of the body; no line, no body
//! < 200                  the answer: status, headers by name, body (a new line between XML elements)
//! ```
//!
//! What no run can repeat is masked: request ids, and the ids of uploads and versions, which requests name as `{upload-1}`,
//! `{version-1}` and so on, in the order in which they were first told; likewise, as `{etag-1}` ..., the ETags of what is encrypted
//! under keys of clients or of KMS, the aliases of access points, `{alias-1}` ..., and the ids of keys of KMS, `{key-1}` ...

use crate::coverage::Coverage;
use crate::world::{Answer, Ask, How, World};

pub struct Script<'t> {
    steps: Vec<Step<'t>>,
}

enum Step<'t> {
    /// A comment or an empty line, kept as it is.
    Text(&'t str),
    Order(&'t str),
    Ask(Vec<&'t str>),
}

impl<'t> Script<'t> {
    pub fn parse(text: &'t str) -> Self {
        let mut steps: Vec<Step<'t>> = Vec::new();
        let mut in_ask = false;
        for line in text.lines() {
            match (line.strip_prefix('>'), in_ask) {
                (Some(rest), true) if let Some(Step::Ask(lines)) = steps.last_mut() => {
                    lines.push(rest.strip_prefix(' ').unwrap_or(rest));
                }
                (Some(rest), _) => steps.push(Step::Ask(vec![rest.strip_prefix(' ').unwrap_or(rest)])),
                (None, _) if line.starts_with('<') => {}
                (None, _) if line.starts_with('*') => steps.push(Step::Order(line)),
                (None, _) => steps.push(Step::Text(line)),
            }
            in_ask = line.starts_with('>');
        }
        Self { steps }
    }

    /// Sends all requests to one new world; the text with the answers that came.
    pub async fn play(self, coverage: &mut Coverage) -> String {
        let (mut world, mut masked, mut out) = (World::new().await, Masked::default(), String::new());
        for step in self.steps {
            match step {
                Step::Text(line) => out.push_str(&format!("{line}\n")),
                Step::Order(line) => {
                    world.order(line[1..].trim()).await;
                    out.push_str(&format!("{line}\n"));
                }
                Step::Ask(lines) => {
                    for line in &lines {
                        out.push_str(format!("> {line}").trim_end());
                        out.push('\n');
                    }
                    masked.aliases.clone_from(&world.aliases);
                    let ask = ask(&lines, &masked);
                    for _ in 1..ask.how.times {
                        world.send(&ask).await;
                    }
                    let answer = world.send(&ask).await;
                    coverage.note(&answer);
                    out.push_str(&shown(&answer, &mut masked));
                }
            }
        }
        out
    }
}

/// What is random in answers.
#[derive(Default)]
struct Masked {
    uploads: Vec<String>,
    versions: Vec<String>,
    etags: Vec<String>,
    aliases: Vec<String>,
    keys: Vec<String>,
}

impl Masked {
    fn note(&mut self, answer: &Answer) {
        fn add(known: &mut Vec<String>, found: Option<&str>) {
            if let Some(found) = found
                && [32, 36].contains(&found.len())
                && !known.iter().any(|known| known == found)
            {
                known.push(found.to_owned());
            }
        }
        let body = String::from_utf8_lossy(&answer.body);
        let element = |before: &str, after: char| body.split(before).nth(1).and_then(|rest| rest.split(after).next());
        let header = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok());
        add(&mut self.uploads, element("<UploadId>", '<'));
        let key = header("x-amz-server-side-encryption-aws-kms-key-id").and_then(|arn| Some(arn.split_once('/')?.1));
        add(&mut self.keys, key);
        if key.is_some() || answer.headers.contains_key("x-amz-server-side-encryption-customer-algorithm") {
            add(&mut self.etags, header("etag").map(|etag| etag.trim_matches('"')));
            add(&mut self.etags, element("<ETag>&quot;", '&'));
        }
        let told = |element: &'static str| body.split(element).skip(1).filter_map(|rest| rest.split('<').next());
        let told = told("<VersionId>").chain(told("<DeleteMarkerVersionId>"));
        for version in header("x-amz-version-id").into_iter().chain(told) {
            if version.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                add(&mut self.versions, Some(version));
            }
        }
    }

    /// The names that stand for what was seen.
    fn names(&self) -> impl Iterator<Item = (String, &String)> {
        let named = |what: &'static str| move |(at, known)| (format!("{{{what}-{}}}", at + 1), known);
        let uploads = self.uploads.iter().enumerate().map(named("upload"));
        let versions = self.versions.iter().enumerate().map(named("version"));
        let aliases = self.aliases.iter().enumerate().map(named("alias"));
        let keys = self.keys.iter().enumerate().map(named("key"));
        uploads.chain(versions).chain(self.etags.iter().enumerate().map(named("etag"))).chain(aliases).chain(keys)
    }
}

fn ask(lines: &[&str], masked: &Masked) -> Ask {
    let named = |text: &str| masked.names().fold(text.to_owned(), |text, (name, known)| text.replace(&name, known));
    let first = named(lines[0]);
    let mut words = first.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { panic!("no request in {:?}", lines[0]) };
    let head = lines[1..].iter().take_while(|line| !line.is_empty());
    let headers: Vec<(String, Vec<u8>)> = head
        .map(|line| {
            let (name, value) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, ""))).expect(line);
            (name.to_owned(), bytes(&named(value)))
        })
        .collect();
    let body: Vec<&str> = lines.iter().skip(headers.len() + 2).copied().collect();
    let how = How::of(words);
    let body = bytes(&named(&body.join("\n"))).repeat(how.repeat);
    Ask { method: method.to_owned(), target: target.to_owned(), how, body, headers }
}

/// Escapes undone.
fn bytes(text: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'\\' {
            out.push(*byte);
            continue;
        }
        let (escape, after) = rest.split_first().expect("an escape");
        rest = after;
        match escape {
            b'r' => out.push(b'\r'),
            b'n' => out.push(b'\n'),
            b'\\' => out.push(b'\\'),
            b'x' => {
                let digits = std::str::from_utf8(&rest[..2]).expect("digits");
                out.push(u8::from_str_radix(digits, 16).expect("hexadecimal digits"));
                rest = &rest[2..];
            }
            _ => panic!("an unknown escape in {text:?}"),
        }
    }
    out
}

/// An answer as a golden shows it.
fn shown(answer: &Answer, masked: &mut Masked) -> String {
    masked.note(answer);
    let mut lines = vec![answer.status.to_string()];
    let header =
        |(name, value): (&http::HeaderName, &http::HeaderValue)| format!("{name}: {}", escaped(value.as_bytes()));
    let mut headers: Vec<String> = answer.headers.iter().map(header).collect();
    headers.sort();
    lines.append(&mut headers);
    if !answer.body.is_empty() {
        lines.push(String::new());
        lines.extend(broken(&escaped(&answer.body)).lines().map(str::to_owned));
    }
    let mut text: String = lines.iter().map(|line| format!("{}\n", format!("< {line}").trim_end())).collect();
    for (mask, secret) in [("{request-id}", &answer.request_id), ("{host-id}", &answer.host_id)] {
        text = text.replace(secret.as_str(), mask);
    }
    masked.names().fold(text, |text, (name, known)| text.replace(known, &name))
}

/// XML with each element on a line of its own, empty ones whole.
fn broken(xml: &str) -> String {
    let (mut out, mut opened) = (String::new(), "");
    for tag in xml.replace("\\n<", "\\n\n<").replace("><", ">\n<").lines() {
        let closes = tag.strip_prefix("</").is_some_and(|name| opened.strip_prefix('<') == Some(name));
        if !closes && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(tag);
        opened = tag;
    }
    out
}

/// Bytes in visible ASCII and letters of UTF-8, everything else as escapes.
fn escaped(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '\\' => out.push_str("\\\\"),
                '\r' => out.push_str("\\r"),
                '\n' => out.push_str("\\n"),
                control if control.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(control))),
                letter => out.push(letter),
            }
        }
        chunk.invalid().iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
    }
    out
}
