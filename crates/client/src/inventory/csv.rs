//! An inventory's CSV, read one archive at a time.
//!
//! Only descriptions may have commas, and Amazon writes `"` in them as `\"` but `\` as it is, so that a description's end cannot be
//! found from its beginning: lines are read from both ends.

use std::io::BufRead;

use super::document::Archive;
use crate::Error;
use crate::hashing::parse_hash;

const COLUMNS: &str = "ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash";

/// Shows each archive; what is wrong with a line otherwise.
pub fn read(
    mut lines: impl BufRead,
    failed: impl Fn(&str) -> Error,
    mut see: impl FnMut(Archive) -> Result<(), Error>,
) -> Result<(), Error> {
    let (mut line, mut number) = (String::new(), 0_u64);
    loop {
        line.clear();
        if lines.read_line(&mut line).map_err(|error| failed(&error.to_string()))? == 0 {
            return if number == 0 { Err(failed("it is empty")) } else { Ok(()) };
        }
        number += 1;
        let text = line.trim_end_matches(['\n', '\r']);
        if number == 1 {
            if text.replace('"', "") != COLUMNS {
                return Err(failed(&format!("its first line is not {COLUMNS}")));
            }
            continue;
        }
        let archive = archive(text).ok_or_else(|| failed(&format!("its line {number} is none of an archive")))?;
        see(archive)?;
    }
}

fn archive(line: &str) -> Option<Archive> {
    let mut from_end = line.rsplitn(4, ',').map(unquoted);
    let (tree, bytes, created) = (from_end.next()?, from_end.next()?, from_end.next()?);
    let rest = line.rsplitn(4, ',').nth(3)?;
    let (id, description) = rest.split_once(',')?;
    let is_whole = parse_hash(&tree).is_some() && !unquoted(id).is_empty();
    let (id, description, bytes) = (unquoted(id), unquoted(description), bytes.parse().ok()?);
    is_whole.then_some(Archive { id, description, created, bytes, tree })
}

fn unquoted(field: &str) -> String {
    match field.strip_prefix('"').and_then(|field| field.strip_suffix('"')) {
        Some(inside) => inside.replace("\\\"", "\""),
        None => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<Archive>, String> {
        let mut all = Vec::new();
        let outcome = read(
            text.as_bytes(),
            |what| Error::Different(what.into()),
            |archive| {
                all.push(archive);
                Ok(())
            },
        );
        outcome.map(|()| all).map_err(|error| error.to_string())
    }

    #[test]
    fn lines_are_read_from_both_ends() {
        let tree = "0".repeat(64);
        let text = |line: &str| format!("{COLUMNS}\n{line},2017-08-22T17:24:07Z,5,{tree}\n");
        let table = [
            ("A,plain", "plain"),
            ("A,", ""),
            ("A,\"\"", ""),
            ("\"A\",\"a,1\\\"2\"", "a,1\"2"),
            ("A,\"a\\\"", "a\\"),
            ("A,\"<m><v>4</v></m>, and\"", "<m><v>4</v></m>, and"),
        ];
        for (line, description) in table {
            let wanted = Archive {
                id: "A".into(),
                description: description.into(),
                created: "2017-08-22T17:24:07Z".into(),
                bytes: 5,
                tree: tree.clone(),
            };
            assert_eq!(of(&text(line)), Ok(vec![wanted.clone()]), "{line}");
            assert_eq!(of(&text(line).replace('\n', "\r\n")), Ok(vec![wanted]), "{line}");
        }
        let quoted = text("A,\"x\"").replace("2017-08-22T17:24:07Z,5", "\"2017-08-22T17:24:07Z\",\"5\"");
        assert_eq!(of(&quoted).expect("reads")[0].bytes, 5);
    }

    #[test]
    fn a_line_that_broke_off_is_told() {
        let text = format!("{COLUMNS}\nA,x,2017-08-22T17:24:07Z,5,{}", "0".repeat(64));
        assert_eq!(of(&text).map(|all| all.len()), Ok(1));
        for length in 0..text.len() {
            let whole = length == COLUMNS.len() || length == COLUMNS.len() + 1;
            assert_eq!(of(&text[..length]).is_ok(), whole, "{length}");
        }
        assert!(of("id,description\n").is_err_and(|words| words.contains("first line")));
    }
}
