//! Texts of policies that may hold wildcards and variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`.
//!
//! Compiled once: what has no variable is matched as it stands; what has is put together for each question. From the IAM user guide,
//! "IAM policy elements: variables and tags": variables are of the language of 2012 (before it, the text is meant as it stands), a
//! variable without a value equals and is like nothing, and a key of many values cannot be a variable.

use std::borrow::Cow;

use super::context_keys;
use super::facts::{Question, Values};
use super::malformed::Fault;
use super::wildcards;

/// What a text of a policy may hold beside plain characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Syntax {
    /// Whether `*` and `?` stand for other characters.
    pub wildcards: bool,
    /// Whether `${...}` is a variable.
    pub variables: bool,
}

/// A compiled text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Without variables.
    Fixed(Box<[u8]>),
    /// With some.
    Variable(Box<[Piece]>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(Box<[u8]>),
    Variable { key: Box<str>, default: Option<Box<str>> },
}

impl Pattern {
    pub(super) fn parse(text: &str, syntax: Syntax) -> Result<Self, Fault> {
        let compile = |text: &str| -> Vec<u8> {
            if syntax.wildcards { wildcards::compile(text).into_vec() } else { text.into() }
        };
        let (mut pieces, mut plain, mut rest) = (Vec::new(), Vec::new(), text);
        while syntax.variables
            && let Some((before, after)) = rest.split_once("${")
        {
            plain.extend(compile(before));
            let Some((variable, after)) = after.split_once('}') else {
                return Err(Fault::Variable(format!("${{{after}")));
            };
            match variable {
                "*" | "?" | "$" => plain.extend(variable.bytes()),
                _ => {
                    pieces.push(Piece::Text(std::mem::take(&mut plain).into()));
                    pieces.push(variable_piece(variable)?);
                }
            }
            rest = after;
        }
        plain.extend(compile(rest));
        if pieces.is_empty() {
            return Ok(Self::Fixed(plain.into()));
        }
        pieces.push(Piece::Text(plain.into()));
        Ok(Self::Variable(pieces.into()))
    }

    /// The pattern of one question; `None` if a variable has no value.
    pub(super) fn resolve(&self, question: &Question<'_>) -> Option<Cow<'_, [u8]>> {
        let pieces = match self {
            Self::Fixed(pattern) => return Some(Cow::Borrowed(pattern)),
            Self::Variable(pieces) => pieces,
        };
        let mut pattern = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => pattern.extend_from_slice(text),
                Piece::Variable { key, default } => match (question.values(key), default) {
                    (Values::One(value), _) => pattern.extend_from_slice(value.as_bytes()),
                    (Values::Absent, Some(default)) => pattern.extend_from_slice(default.as_bytes()),
                    _ => return None,
                },
            }
        }
        Some(Cow::Owned(pattern))
    }

    /// Whether the text matches in this question.
    pub(super) fn matches(&self, text: &str, question: &Question<'_>) -> bool {
        self.resolve(question).is_some_and(|pattern| wildcards::matches(&pattern, text.as_bytes()))
    }

    /// Whether it is one text, whatever is asked: neither wildcard nor variable. This text, if so.
    pub(super) fn fixed(&self) -> Option<&str> {
        match self {
            Self::Fixed(text) => std::str::from_utf8(text).ok(),
            Self::Variable(_) => None,
        }
    }

    /// The keys whose values the pattern needs.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let pieces: &[Piece] = match self {
            Self::Fixed(_) => &[],
            Self::Variable(pieces) => pieces,
        };
        pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Variable { key, .. } => Some(&**key),
        })
    }
}

/// Reads `key` or `key, 'default'`.
fn variable_piece(variable: &str) -> Result<Piece, Fault> {
    let wrong = || Fault::Variable(format!("${{{variable}}}"));
    let (key, default) = match variable.split_once(',') {
        None => (variable, None),
        Some((key, default)) => {
            let quoted =
                default.trim().strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).ok_or_else(wrong)?;
            (key, Some(quoted.into()))
        }
    };
    let key = context_keys::spelling(key.trim()).ok_or_else(wrong)?;
    Ok(Piece::Variable { key: key.into(), default })
}
