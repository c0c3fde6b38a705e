//! From text to a statement: tokens, the source that `FROM` names, the query, its expressions.
//!
//! The parser is borrowed; what it knows and Amazon does not is refused by name, never ignored. A text has a size, and so many
//! operators: what the parser makes of one is a tree as deep as they are many.

mod compile;
mod source;
mod words;

use sqlparser::ast::{GroupByExpr, LimitClause, Query, Select, SelectFlavor, SelectItem, SetExpr, TableFactor};
use sqlparser::ast::{SelectItemQualifiedWildcardKind, WildcardAdditionalOptions};
use sqlparser::dialect::Dialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer, Word};

pub(crate) use source::Hop;

use crate::SelectError;
use crate::aggregate::Aggregate;
use crate::expression::Expr;
use crate::record::Path;
use compile::Compiler;

/// The longest text of a query, in bytes: Amazon's.
pub(crate) const MAX_EXPRESSION_BYTES: usize = 256 << 10;
/// The most keywords and operators of one; lists of values have as many as fit.
const MAX_OPERATORS: usize = 2_000;
/// How deep parentheses and functions may lie in one another.
const MAX_DEPTH: usize = 40;

/// A query, ready to run.
#[derive(Debug)]
pub(crate) struct Statement {
    /// Where its records lie in a document of JSON.
    pub source: Vec<Hop>,
    /// What it gives of each, by name; `None` is all.
    pub columns: Option<Vec<(String, Expr)>>,
    pub condition: Option<Expr>,
    pub limit: Option<u64>,
    pub places: Vec<Path>,
    pub aggregates: Vec<Aggregate>,
}

#[derive(Debug)]
struct Amazon;

impl Dialect for Amazon {
    fn is_identifier_start(&self, letter: char) -> bool {
        letter.is_alphabetic() || letter == '_'
    }

    fn is_identifier_part(&self, letter: char) -> bool {
        letter.is_alphanumeric() || matches!(letter, '_' | '$')
    }

    /// Backticks hold literals of Ion.
    fn is_delimited_identifier_start(&self, letter: char) -> bool {
        matches!(letter, '"' | '`')
    }

    fn allow_extract_custom(&self) -> bool {
        true
    }
}

impl Statement {
    pub fn parse(text: &str) -> Result<Self, SelectError> {
        if text.len() > MAX_EXPRESSION_BYTES {
            let message = "The SQL expression is too long: The maximum byte-length for the SQL expression is 256 KB.";
            return Err(SelectError::new("ExpressionTooLong", message));
        }
        let mut tokens = tokens(text)?;
        let source = source::take(&mut tokens)?;
        let mut parser = Parser::new(&Amazon).with_recursion_limit(MAX_DEPTH).with_tokens(tokens);
        let query = parser.parse_query().map_err(SelectError::unexpected)?;
        if parser.peek_token().token != Token::EOF {
            return Err(SelectError::unexpected(parser.peek_token()));
        }
        compiled(*query, source)
    }
}

/// The tokens of a query, without spaces and the semicolon at its end. `MISSING` is told to the parser as `UNKNOWN`, which Amazon has
/// not.
fn tokens(text: &str) -> Result<Vec<Token>, SelectError> {
    let lexed = Tokenizer::new(&Amazon, text).tokenize();
    let lexed = lexed.map_err(|error| {
        let message = format!("The SQL expression contains an invalid character: {error}");
        SelectError::new("LexerInvalidChar", message)
    })?;
    let mut tokens: Vec<Token> = lexed.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    while tokens.last() == Some(&Token::SemiColon) {
        tokens.pop();
    }
    let operators = tokens.iter().filter(|token| match token {
        Token::Word(word) => word.keyword != Keyword::NoKeyword,
        Token::Comma | Token::Number(..) | Token::SingleQuotedString(_) | Token::Period | Token::RParen => false,
        _ => true,
    });
    if operators.count() > MAX_OPERATORS {
        return Err(SelectError::structure("more than 2,000 operators; lists of values are best written with IN"));
    }
    for at in 1..tokens.len() {
        let asked = is(&tokens[at - 1], Keyword::IS)
            || at > 1 && is(&tokens[at - 1], Keyword::NOT) && is(&tokens[at - 2], Keyword::IS);
        let Token::Word(word) = &mut tokens[at] else { continue };
        if !asked || word.quote_style.is_some() {
            continue;
        }
        if word.keyword == Keyword::UNKNOWN {
            return Err(SelectError::unexpected("UNKNOWN"));
        }
        if word.value.eq_ignore_ascii_case("MISSING") {
            tokens[at] = Token::make_keyword("UNKNOWN");
        }
    }
    // The parser wants to hear what is trimmed.
    let ends = [Keyword::LEADING, Keyword::TRAILING, Keyword::BOTH];
    let mut spelt = Vec::with_capacity(tokens.len());
    for token in tokens {
        let bare = is(&token, Keyword::FROM) && spelt.last().is_some_and(|last| ends.iter().any(|end| is(last, *end)));
        if bare {
            spelt.push(Token::SingleQuotedString(" ".to_owned()));
        }
        spelt.push(token);
    }
    Ok(spelt)
}

/// Whether a token is this keyword, and stands in no quotes.
fn is(token: &Token, wanted: Keyword) -> bool {
    matches!(token, Token::Word(Word { keyword, quote_style: None, .. }) if *keyword == wanted)
}

fn compiled(query: Query, source: Vec<Hop>) -> Result<Statement, SelectError> {
    let Query { with, body, order_by, limit_clause, fetch, locks, for_clause, settings, format_clause, pipe_operators } =
        query;
    let others = [
        (with.is_some(), "WITH"),
        (order_by.is_some(), "ORDER BY"),
        (fetch.is_some(), "FETCH"),
        (!locks.is_empty() || for_clause.is_some(), "FOR"),
        (settings.is_some(), "SETTINGS"),
        (format_clause.is_some(), "FORMAT"),
        (!pipe_operators.is_empty(), "|>"),
    ];
    refuse(&others)?;
    let SetExpr::Select(select) = *body else {
        return Err(SelectError::structure("only one SELECT can stand in a query"));
    };
    let select = *select;
    let mut compiler = Compiler::new(alias(&select)?.or_else(|| source::last_name(&source)));
    let columns = columns(&mut compiler, select.projection)?;
    let reads = std::mem::take(&mut compiler.reads_record);
    if !compiler.aggregates.is_empty() && (reads || columns.is_none()) {
        return Err(SelectError::structure("columns beside aggregates"));
    }
    let aggregates = compiler.aggregates.len();
    let condition = select.selection.map(|condition| compiler.compile(condition)).transpose()?;
    if compiler.aggregates.len() > aggregates {
        return Err(SelectError::structure("aggregates in WHERE"));
    }
    let limit = limit_clause.map(limit).transpose()?;
    Ok(Statement { source, columns, condition, limit, places: compiler.places, aggregates: compiler.aggregates })
}

fn refuse(others: &[(bool, &str)]) -> Result<(), SelectError> {
    match others.iter().find(|(there, _)| *there) {
        Some((_, name)) => Err(SelectError::structure(name)),
        None => Ok(()),
    }
}

/// The alias of the source, after all that a SELECT has besides was seen not to be there.
fn alias(select: &Select) -> Result<Option<String>, SelectError> {
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(by, with) if by.is_empty() && with.is_empty());
    refuse(&[
        (select.distinct.is_some(), "DISTINCT"),
        (select.select_modifiers.is_some(), "modifiers of SELECT"),
        (select.top.is_some(), "TOP"),
        (select.exclude.is_some(), "EXCLUDE"),
        (select.into.is_some(), "INTO"),
        (!select.lateral_views.is_empty(), "LATERAL VIEW"),
        (select.prewhere.is_some(), "PREWHERE"),
        (!select.connect_by.is_empty(), "CONNECT BY"),
        (grouped, "GROUP BY"),
        (!select.cluster_by.is_empty(), "CLUSTER BY"),
        (!select.distribute_by.is_empty(), "DISTRIBUTE BY"),
        (!select.sort_by.is_empty(), "SORT BY"),
        (select.having.is_some(), "HAVING"),
        (!select.named_window.is_empty(), "WINDOW"),
        (select.qualify.is_some(), "QUALIFY"),
        (select.value_table_mode.is_some(), "SELECT AS"),
        (select.flavor != SelectFlavor::Standard, "FROM before SELECT"),
    ])?;
    let [from] = select.from.as_slice() else {
        return Err(SelectError::new("MultipleDataSourcesUnsupported", "Multiple data sources are not supported."));
    };
    if !from.joins.is_empty() {
        return Err(SelectError::new("ParseMalformedJoin", "JOIN is not supported in the SQL expression."));
    }
    match &from.relation {
        TableFactor::Table {
            alias,
            args: None,
            with_hints,
            version: None,
            with_ordinality: false,
            partitions,
            json_path: None,
            sample: None,
            index_directives,
            inheritance: None,
            ..
        } if with_hints.is_empty() && partitions.is_empty() && index_directives.is_empty() => match alias {
            Some(alias) if !alias.columns.is_empty() => Err(SelectError::structure("names for columns in FROM")),
            Some(alias) => Ok(Some(alias.name.value.clone())),
            None => Ok(None),
        },
        _ => Err(SelectError::structure("FROM names something else than S3Object")),
    }
}

fn columns(compiler: &mut Compiler, items: Vec<SelectItem>) -> Result<Option<Vec<(String, Expr)>>, SelectError> {
    let plain = |options: &WildcardAdditionalOptions| {
        options.opt_ilike.is_none()
            && options.opt_exclude.is_none()
            && options.opt_except.is_none()
            && options.opt_replace.is_none()
            && options.opt_rename.is_none()
            && options.opt_alias.is_none()
    };
    let alone = items.len() == 1;
    let mut columns = Vec::new();
    for (position, item) in (1..).zip(items) {
        let (expression, alias) = match item {
            SelectItem::UnnamedExpr(expression) => (expression, None),
            SelectItem::ExprWithAlias { expr, alias } => (expr, Some(alias.value)),
            SelectItem::Wildcard(options) if plain(&options) && alone => return Ok(None),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options)
                if plain(&options) && alone && compiler.is_source(&name.to_string()) =>
            {
                return Ok(None);
            }
            SelectItem::Wildcard(_) => {
                let message = "Other expressions are not allowed in the SELECT list when '*' is used without dot notation \
                               in the SQL expression.";
                return Err(SelectError::new("ParseAsteriskIsNotAloneInSelectList", message));
            }
            _ => return Err(SelectError::structure("a list of columns with .* beside others")),
        };
        let name = alias.or_else(|| compile::name(&expression)).unwrap_or_else(|| format!("_{position}"));
        columns.push((name, compiler.compile(expression)?));
    }
    match columns.is_empty() {
        true => Err(SelectError::new("ParseEmptySelect", "The SQL expression contains an empty SELECT.")),
        false => Ok(Some(columns)),
    }
}

fn limit(clause: LimitClause) -> Result<u64, SelectError> {
    match clause {
        LimitClause::LimitOffset { limit: Some(limit), offset: None, limit_by } if limit_by.is_empty() => {
            limit.to_string().parse().map_err(|_| {
                let message = "Did not find the expected number in the SQL expression: LIMIT takes one.";
                SelectError::new("ParseExpectedNumber", message)
            })
        }
        _ => Err(SelectError::structure("OFFSET")),
    }
}
