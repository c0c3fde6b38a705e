//! What commands that ask a server print: rows and tables for people, JSON for scripts. What comes from elsewhere is escaped.

use std::fmt::Write as _;

use serde::Serialize;

use crate::client::Client;
use crate::greeting::in_shell;
use crate::{Failure, escape};

/// Rows of a name and a value; those without a value are left out.
pub fn rows(rows: &[(&str, Option<&str>)]) -> String {
    let mut out = String::new();
    for (name, value) in rows {
        if let Some(value) = value {
            // Writing to a string does not fail.
            let _ = write!(out, "{name:<14}");
            let _ = escape::plain(&mut out, value);
            out.push('\n');
        }
    }
    out
}

/// A table whose first line is its head.
pub fn table(lines: &[Vec<String>]) -> String {
    let escaped = |cell: &String| {
        let mut out = String::new();
        let _ = escape::plain(&mut out, cell);
        out
    };
    let lines: Vec<Vec<String>> = lines.iter().map(|line| line.iter().map(escaped).collect()).collect();
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|at| width(at).unwrap_or(0)).collect();
    let mut out = String::new();
    for line in &lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    out
}

/// Prints the document, or the text for people.
pub fn print(json: bool, document: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
    if json {
        let text = serde_json::to_string_pretty(document).map_err(|error| Failure::new(error.to_string()))?;
        println!("{text}");
    } else {
        print!("{}", text());
    }
    Ok(())
}

/// A new key pair, and lines to paste.
pub fn key_pair(client: &Client, access_key: &str, secret_key: &str) -> String {
    let mut out = rows(&[("access key", Some(access_key)), ("secret key", Some(secret_key))]);
    out.push_str("\nThe secret key is shown this once. For the AWS CLI and most other clients:\n\n");
    let (key, secret) = (in_shell(access_key), in_shell(secret_key));
    let _ = writeln!(out, "export AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY={secret} AWS_DEFAULT_REGION=us-east-1");
    let _ = writeln!(out, "export AWS_ENDPOINT_URL={}", in_shell(&client.endpoint.to_string()));
    if let Some(ca) = client.ca.as_ref().filter(|_| client.endpoint.is_tls()) {
        // The lines may be pasted in another folder.
        let ca = std::path::absolute(ca).unwrap_or_else(|_| ca.clone());
        let _ = writeln!(out, "export AWS_CA_BUNDLE={}", in_shell(&ca.display().to_string()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_cells_and_nothing_active_comes_through() {
        let lines =
            [vec!["id".into(), "name".into()], vec!["1".into(), "a\u{1b}[2J".into()], vec!["22".into(), "é".into()]];
        assert_eq!(table(&lines), "id  name\n1   a\\u{1b}[2J\n22  é\n");
        assert_eq!(rows(&[("name", Some("x\ny")), ("mail", None)]), "name          x\\ny\n");
    }
}
