//! Whether the goldens show everything the door can say: each operation's success, each error code.

use std::collections::BTreeSet;
use std::path::Path;

use crate::world::Answer;

/// Codes that only a failing engine, a bug or a socket that stalls brings about.
const NOT_HERE: [&str; 3] = ["InternalError", "RequestTimeout", "ServiceUnavailable"];

#[derive(Default)]
pub struct Coverage {
    succeeded: BTreeSet<&'static str>,
    codes: BTreeSet<String>,
}

impl Coverage {
    pub fn note(&mut self, answer: &Answer) {
        match (&answer.operation, &answer.error) {
            (_, Some(code)) => _ = self.codes.insert(code.clone()),
            (Some(operation), None) => _ = self.succeeded.insert(operation),
            (None, None) => {}
        }
    }

    pub fn assert_complete(&self) {
        let unseen: Vec<&str> = coldkeep_s3::operations()
            .filter(|operation| operation.can_succeed && !self.succeeded.contains(operation.name))
            .map(|operation| operation.name)
            .collect();
        assert!(unseen.is_empty(), "no golden shows the success of {unseen:?}");
        let mut codes = BTreeSet::new();
        codes_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut codes);
        assert!(codes.len() > 40, "the codes in the sources are not found any more: {codes:?}");
        let unseen: Vec<&String> =
            codes.iter().filter(|code| !self.codes.contains(*code) && !NOT_HERE.contains(&code.as_str())).collect();
        assert!(unseen.is_empty(), "no golden shows the errors {unseen:?}");
    }
}

/// Every code that the sources give an error: `new(404, "NoSuchKey", ...)`, over however many lines.
fn codes_in(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            codes_in(&path, codes);
            continue;
        }
        let text: String = std::fs::read_to_string(&path).expect("a source").split_whitespace().collect();
        for at in text.match_indices("::new(").map(|(at, found)| at + found.len()) {
            let Some((status, rest)) = text[at..].split_once(",\"") else { continue };
            if status.len() == 3 && status.parse::<u16>().is_ok() {
                codes.insert(rest.split('"').next().unwrap_or_default().to_owned());
            }
        }
    }
}
