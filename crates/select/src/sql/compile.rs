//! Expressions of the parser as ours. What Amazon has not is refused by name.

use sqlparser::ast::{
    AccessExpr, CastKind, Expr as Parsed, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, InTarget, Subscript,
    TrimWhereField, UnaryOperator, Value as ParsedValue,
};

use super::MAX_DEPTH;
use super::words::{date_part, ion, kind, literal, operator, part_of, unknown_operator};
use crate::SelectError;
use crate::aggregate::{Aggregate, Total};
use crate::expression::{Expr, Is};
use crate::functions::Function;
use crate::record::{Path, Step};

/// What expressions are compiled into, one after the other.
pub(super) struct Compiler {
    alias: Option<String>,
    pub places: Vec<Path>,
    pub aggregates: Vec<Aggregate>,
    /// Whether an expression asked something of a record outside of aggregates.
    pub reads_record: bool,
    in_aggregate: bool,
    depth: usize,
}

/// The name that a column gets without an alias.
pub(super) fn name(expression: &Parsed) -> Option<String> {
    match expression {
        Parsed::Identifier(name) if name.quote_style != Some('`') => Some(name.value.clone()),
        Parsed::CompoundIdentifier(names) => names.last().map(|name| name.value.clone()),
        Parsed::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
            Some(AccessExpr::Dot(Parsed::Identifier(name))) => Some(name.value.clone()),
            _ => None,
        },
        Parsed::Nested(inner) => name(inner),
        _ => None,
    }
}

impl Compiler {
    pub fn new(alias: Option<String>) -> Self {
        Self { alias, places: Vec::new(), aggregates: Vec::new(), reads_record: false, in_aggregate: false, depth: 0 }
    }

    /// Whether a name is the source's.
    pub fn is_source(&self, name: &str) -> bool {
        match &self.alias {
            Some(alias) if alias.eq_ignore_ascii_case(name.trim_matches('"')) => true,
            _ => name.eq_ignore_ascii_case("S3Object"),
        }
    }

    pub fn compile(&mut self, expression: Parsed) -> Result<Expr, SelectError> {
        self.depth += 1;
        if self.depth > 2 * MAX_DEPTH {
            return Err(SelectError::structure("expressions that lie too deep in one another"));
        }
        let compiled = self.compiled(expression);
        self.depth -= 1;
        compiled
    }

    fn boxed(&mut self, expression: Box<Parsed>) -> Result<Box<Expr>, SelectError> {
        self.compile(*expression).map(Box::new)
    }

    fn compiled(&mut self, expression: Parsed) -> Result<Expr, SelectError> {
        Ok(match expression {
            Parsed::Nested(inner) => self.compile(*inner)?,
            Parsed::Value(value) => Expr::Literal(literal(value.value)?),
            Parsed::Identifier(name) if name.quote_style == Some('`') => Expr::Literal(ion(&name.value)?),
            Parsed::Identifier(name) => self.place(vec![step(name)]),
            Parsed::CompoundIdentifier(names) => self.place(names.into_iter().map(step).collect()),
            Parsed::CompoundFieldAccess { root, access_chain } => self.access(*root, access_chain)?,
            Parsed::BinaryOp { .. } => self.chain(expression)?,
            Parsed::UnaryOp { op, expr } => match op {
                UnaryOperator::Not => Expr::Not(self.boxed(expr)?),
                UnaryOperator::Minus => Expr::Negative(self.boxed(expr)?),
                UnaryOperator::Plus => self.compile(*expr)?,
                other => return Err(unknown_operator(&other.to_string())),
            },
            Parsed::IsNull(of) => self.is(of, Is::Null, false)?,
            Parsed::IsNotNull(of) => self.is(of, Is::Null, true)?,
            Parsed::IsUnknown(of) => self.is(of, Is::Missing, false)?,
            Parsed::IsNotUnknown(of) => self.is(of, Is::Missing, true)?,
            Parsed::IsTrue(of) => self.is(of, Is::Truth(true), false)?,
            Parsed::IsNotTrue(of) => self.is(of, Is::Truth(true), true)?,
            Parsed::IsFalse(of) => self.is(of, Is::Truth(false), false)?,
            Parsed::IsNotFalse(of) => self.is(of, Is::Truth(false), true)?,
            Parsed::Like { negated, any: false, expr, pattern, escape_char } => Expr::Like {
                of: self.boxed(expr)?,
                pattern: self.boxed(pattern)?,
                escape: escape_char.map(|escape| self.boxed(escape)).transpose()?,
                negated,
            },
            Parsed::In { expr, target: InTarget::List(list), negated, global: false } => {
                Expr::In { of: self.boxed(expr)?, list: self.list(list)?, negated }
            }
            Parsed::Between { expr, negated, low, high } => {
                Expr::Between { of: self.boxed(expr)?, low: self.boxed(low)?, high: self.boxed(high)?, negated }
            }
            Parsed::Case { operand, conditions, else_result, .. } => Expr::Case {
                operand: operand.map(|operand| self.boxed(operand)).transpose()?,
                branches: conditions
                    .into_iter()
                    .map(|when| Ok((self.compile(when.condition)?, self.compile(when.result)?)))
                    .collect::<Result<_, SelectError>>()?,
                otherwise: else_result.map(|otherwise| self.boxed(otherwise)).transpose()?,
            },
            Parsed::Cast { kind: CastKind::Cast, expr, data_type, format: None } => {
                Expr::Cast(self.boxed(expr)?, kind(&data_type)?)
            }
            Parsed::Extract { field, expr, .. } => Expr::Extract(part_of(&field)?, self.boxed(expr)?),
            Parsed::Substring { expr, substring_from, substring_for, .. } => {
                let one = || Box::new(Parsed::value(ParsedValue::Number("1".to_owned(), false)));
                let mut arguments = vec![*expr, *substring_from.unwrap_or_else(one)];
                arguments.extend(substring_for.map(|count| *count));
                Expr::Call(Function::Substring, self.list(arguments)?)
            }
            Parsed::Trim { trim_where, trim_what, expr, trim_characters: None } => {
                let arguments = [Some(*expr), trim_what.map(|what| *what)].into_iter().flatten().collect();
                let leading = trim_where != Some(TrimWhereField::Trailing);
                let trailing = trim_where != Some(TrimWhereField::Leading);
                Expr::Call(Function::Trim { leading, trailing }, self.list(arguments)?)
            }
            Parsed::Function(function) => self.call(function)?,
            Parsed::Subquery(_) | Parsed::Exists { .. } => {
                return Err(SelectError::structure("queries in one another"));
            }
            other => {
                let shown: String = other.to_string().chars().take(64).collect();
                return Err(SelectError::new(
                    "ParseUnsupportedSyntax",
                    format!("The SQL expression contains unsupported syntax: {shown}"),
                ));
            }
        })
    }

    fn list(&mut self, list: Vec<Parsed>) -> Result<Vec<Expr>, SelectError> {
        list.into_iter().map(|item| self.compile(item)).collect()
    }

    fn is(&mut self, of: Box<Parsed>, what: Is, negated: bool) -> Result<Expr, SelectError> {
        Ok(Expr::Is { of: self.boxed(of)?, what, negated })
    }

    /// Operators from left to right, however many.
    fn chain(&mut self, mut expression: Parsed) -> Result<Expr, SelectError> {
        let mut rest = Vec::new();
        while let Parsed::BinaryOp { left, op, right } = expression {
            rest.push((operator(&op)?, self.compile(*right)?));
            expression = *left;
        }
        rest.reverse();
        Ok(Expr::Chain(Box::new(self.compile(expression)?), rest))
    }

    fn place(&mut self, mut steps: Vec<Step>) -> Expr {
        let names_source = match steps.first() {
            Some(Step::Name { name, .. }) => self.is_source(name),
            _ => false,
        };
        if names_source {
            steps.remove(0);
        }
        self.reads_record |= !self.in_aggregate;
        let path = Path { steps, column: None };
        let known = self.places.iter().position(|place| *place == path);
        Expr::Place(known.unwrap_or_else(|| {
            self.places.push(path);
            self.places.len() - 1
        }))
    }

    fn access(&mut self, root: Parsed, chain: Vec<AccessExpr>) -> Result<Expr, SelectError> {
        let invalid = || SelectError::new("InvalidKeyPath", "Key path in the SQL expression is invalid.");
        let mut steps = match root {
            Parsed::Identifier(name) => vec![step(name)],
            Parsed::CompoundIdentifier(names) => names.into_iter().map(step).collect(),
            _ => return Err(invalid()),
        };
        for access in chain {
            steps.push(match access {
                AccessExpr::Dot(Parsed::Identifier(name)) => step(name),
                AccessExpr::Subscript(Subscript::Index { index: Parsed::Value(value) }) => match value.value {
                    ParsedValue::Number(number, _) => Step::Index(number.parse().map_err(|_| invalid())?),
                    ParsedValue::SingleQuotedString(name) => Step::Name { name, exact: true },
                    _ => return Err(invalid()),
                },
                _ => return Err(invalid()),
            });
        }
        Ok(self.place(steps))
    }

    fn call(&mut self, function: sqlparser::ast::Function) -> Result<Expr, SelectError> {
        let name = function.name.to_string().to_uppercase();
        let plain = function.filter.is_none()
            && function.over.is_none()
            && function.null_treatment.is_none()
            && function.within_group.is_empty()
            && function.parameters == FunctionArguments::None;
        let arguments = match function.args {
            FunctionArguments::List(list) if plain && list.duplicate_treatment.is_none() && list.clauses.is_empty() => {
                list.args
            }
            _ => return Err(SelectError::structure(&name)),
        };
        if let Some(total) = Total::named(&name) {
            return self.aggregate(total, arguments);
        }
        let mut arguments: Vec<Parsed> = arguments.into_iter().map(plain_argument).collect::<Result<_, _>>()?;
        let wrong = || {
            let message = format!("Incorrect number of arguments in the function call in the SQL expression: {name}");
            SelectError::new("EvaluatorInvalidArguments", message)
        };
        if let "DATE_ADD" | "DATE_DIFF" = name.as_str() {
            let [part, one, two] = <[Parsed; 3]>::try_from(arguments).map_err(|_| wrong())?;
            let part = date_part(&part.to_string())?;
            let (one, two) = (Box::new(self.compile(one)?), Box::new(self.compile(two)?));
            return Ok(if name == "DATE_ADD" { Expr::DateAdd(part, one, two) } else { Expr::DateDiff(part, one, two) });
        }
        let Some((function, counts)) = Function::named(&name) else {
            let message = format!("Encountered an unsupported SQL function: {name}");
            return Err(SelectError::new("UnsupportedFunction", message));
        };
        if !counts.contains(&arguments.len()) {
            return Err(wrong());
        }
        let arguments = arguments.drain(..).map(|one| self.compile(one)).collect::<Result<_, _>>()?;
        Ok(Expr::Call(function, arguments))
    }

    fn aggregate(&mut self, total: Total, arguments: Vec<FunctionArg>) -> Result<Expr, SelectError> {
        let one: [FunctionArg; 1] = arguments.try_into().map_err(|_| {
            let message = "Only one argument is supported for aggregate functions in the SQL expression.";
            SelectError::new("ParseNonUnaryAgregateFunctionCall", message)
        })?;
        let [argument] = one;
        let argument = match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if total == Total::Count => None,
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => {
                let message = "Only COUNT with (*) as a parameter is supported in the SQL expression.";
                return Err(SelectError::new("ParseUnsupportedCallWithStar", message));
            }
            other => Some(plain_argument(other)?),
        };
        if std::mem::replace(&mut self.in_aggregate, true) {
            return Err(SelectError::structure("aggregates in one another"));
        }
        let argument = argument.map(|argument| self.compile(argument)).transpose();
        self.in_aggregate = false;
        self.aggregates.push(Aggregate::new(total, argument?));
        Ok(Expr::Total(self.aggregates.len() - 1))
    }
}

fn step(name: Ident) -> Step {
    Step::Name { exact: name.quote_style.is_some(), name: name.value }
}

fn plain_argument(argument: FunctionArg) -> Result<Parsed, SelectError> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Ok(expression),
        other => Err(SelectError::unexpected(other)),
    }
}
