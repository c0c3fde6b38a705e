//! What `FROM` names: `S3Object`, for JSON with the path to its records, which no other SQL has, so that it is taken out before the
//! parser sees it.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, Word};

use crate::SelectError;
use crate::record::Step;

/// The way to the records of a document, from each value at its top.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Hop {
    /// The member, or item, of a name or number.
    To(Step),
    /// Each item of a list.
    Item,
    /// Each member of an object.
    Member,
}

/// The name of the record where `FROM` gives none: "the last element in the path".
pub(super) fn last_name(hops: &[Hop]) -> Option<String> {
    match hops.last() {
        Some(Hop::To(Step::Name { name, .. })) => Some(name.clone()),
        _ => None,
    }
}

/// Takes the path out of the tokens, and leaves `FROM S3Object`.
pub(super) fn take(tokens: &mut Vec<Token>) -> Result<Vec<Hop>, SelectError> {
    let mut depth = 0_usize;
    let from = tokens.iter().position(|token| {
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(token, Token::Word(Word { keyword: Keyword::FROM, quote_style: None, .. }))
    });
    let Some(from) = from else {
        let message = "The SQL expression contains a missing FROM after SELECT list.";
        return Err(SelectError::new("ParseSelectMissingFrom", message));
    };
    match tokens.get(from + 1) {
        Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("S3Object") => {}
        _ => return Err(SelectError::new("InvalidDataSource", "Invalid data source: FROM must name S3Object.")),
    }
    let (start, mut at) = (from + 2, from + 2);
    let mut hops = Vec::new();
    loop {
        let hop = match (tokens.get(at), tokens.get(at + 1), tokens.get(at + 2)) {
            (Some(Token::Period), Some(Token::Word(word)), _) => {
                at += 2;
                Hop::To(Step::Name { name: word.value.clone(), exact: word.quote_style.is_some() })
            }
            (Some(Token::LBracket), Some(Token::Mul), Some(Token::RBracket)) => {
                at += 3;
                Hop::Item
            }
            (Some(Token::Period), Some(Token::Mul), _) => {
                at += 2;
                Hop::Member
            }
            (Some(Token::LBracket), Some(Token::Number(number, _)), Some(Token::RBracket)) => {
                at += 3;
                Hop::To(Step::Index(number.parse().map_err(|_| invalid())?))
            }
            (Some(Token::LBracket), Some(Token::SingleQuotedString(name)), Some(Token::RBracket)) => {
                at += 3;
                Hop::To(Step::Name { name: name.clone(), exact: true })
            }
            (Some(Token::Period | Token::LBracket), ..) => return Err(invalid()),
            _ => break,
        };
        hops.push(hop);
    }
    tokens.drain(start..at);
    // The first is over the values at the top, of which there may be many.
    if hops.first() == Some(&Hop::Item) {
        hops.remove(0);
    }
    Ok(hops)
}

fn invalid() -> SelectError {
    SelectError::new("InvalidKeyPath", "Key path in the SQL expression is invalid.")
}
