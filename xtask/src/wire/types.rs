//! Which structs there are, in which file, and how they look.
//!
//! An operation's file holds its input, its output and the shapes that only it uses; what several operations use
//! is in `shapes.rs`.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Format, Kind, Location, Member, Model, Operation};
use super::{Files, decode, encode, names};

/// How a shape is used by the listed operations.
#[derive(Default)]
struct Usage {
    operations: BTreeSet<String>,
    /// It is a whole input.
    input: bool,
    /// It is a whole output, with this status.
    output: Option<u64>,
    /// It is inside a request's body.
    read: bool,
    /// It is inside a response's body.
    written: bool,
}

pub fn generate(model: &Model, listed: &[&str], files: &mut Files) -> Result<(), String> {
    let mut shapes = BTreeMap::new();
    let mut bodies = BTreeMap::<String, String>::new();
    for name in listed {
        let operation = model.operation(name)?;
        find(model, &operation, &mut shapes)?;
        let body = bodies.entry(names::snake(name)).or_default();
        if operation.input.is_none() && model.format() == Format::Query {
            body.push_str(&empty_input(model, name)?);
        } else if operation.input.is_none() {
            return Err(format!("{name} has no input"));
        }
        if operation.output.is_none() {
            body.push_str(&encode::empty_output(model, &operation));
        }
    }
    for (shape, usage) in &shapes {
        let file = match usage.operations.iter().collect::<Vec<_>>()[..] {
            [only] => names::snake(only),
            _ => "shapes".to_owned(),
        };
        let text = structure(model, shape, usage)?;
        let body = bodies.entry(file).or_default();
        // What an operation takes comes first in its file, then what it gives.
        if usage.input {
            body.insert_str(0, &text);
        } else {
            body.push_str(&text);
        }
    }
    let mut index = format!("//! The types of {}'s operations.\n\n", title(model));
    for (file, body) in &bodies {
        let about = match file.as_str() {
            "shapes" => "Shapes that several operations share.".to_owned(),
            _ => {
                let name = listed.iter().find(|name| names::snake(name) == *file);
                format!("{}: its input, its output and the shapes that only it uses.", name.unwrap_or(&""))
            }
        };
        let text = format!("//! {about}\n\n#[allow(unused_imports)]\nuse crate::prelude::*;\n\n{body}");
        files.insert(format!("{}/{file}.rs", model.service), text);
        index.push_str(&format!("mod {file};\n"));
    }
    for file in bodies.keys() {
        index.push_str(&format!("pub use {file}::*;\n"));
    }
    files.insert(format!("{}/mod.rs", model.service), index);
    Ok(())
}

pub fn title(model: &Model) -> &'static str {
    match model.service.as_str() {
        "s3" => "S3",
        "s3control" => "S3Control",
        "iam" => "IAM",
        "sts" => "STS",
        "kms" => "KMS",
        "sqs" => "SQS",
        "sns" => "SNS",
        _ => "Glacier",
    }
}

/// The input of an operation that has none in the model.
fn empty_input(model: &Model, name: &str) -> Result<String, String> {
    let about = format!("/// What {name} takes: nothing.\n#[derive(Clone, Debug, Default, PartialEq)]\n");
    Ok(format!("{about}pub struct {name}Request {{}}\n\n{}", decode::input(model, &format!("{name}Request"), &[])?))
}

/// Notes the operation's use of every shape that it reaches.
fn find(model: &Model, operation: &Operation, shapes: &mut BTreeMap<String, Usage>) -> Result<(), String> {
    if let Some(input) = &operation.input {
        reach(model, operation, input, true, shapes)?;
        shapes.entry(input.clone()).or_default().input = true;
    }
    if let Some(output) = &operation.output {
        reach(model, operation, output, false, shapes)?;
        let usage = shapes.entry(output.clone()).or_default();
        if usage.output.is_some_and(|status| status != operation.status) {
            return Err(format!("{output} has two statuses"));
        }
        usage.output = Some(operation.status);
    }
    Ok(())
}

fn reach(
    model: &Model,
    operation: &Operation,
    shape: &str,
    read: bool,
    shapes: &mut BTreeMap<String, Usage>,
) -> Result<(), String> {
    let usage = shapes.entry(shape.to_owned()).or_default();
    usage.operations.insert(operation.name.clone());
    for member in model.members(shape)? {
        let mut kind = member.kind;
        while let Kind::List { item, .. } = kind {
            kind = *item;
        }
        if let Kind::Structure(inner) | Kind::Structures(inner) = kind {
            let usage = shapes.entry(inner.clone()).or_default();
            let known = usage.operations.contains(&operation.name) && (if read { usage.read } else { usage.written });
            usage.read |= read;
            usage.written |= !read;
            if !known {
                reach(model, operation, &inner, read, shapes)?;
            }
        }
    }
    Ok(())
}

fn structure(model: &Model, shape: &str, usage: &Usage) -> Result<String, String> {
    let members: Vec<Member> =
        model.members(shape)?.into_iter().filter(|member| member.location != Location::Stream).collect();
    let mut text = String::new();
    let about = match (usage.input, usage.output) {
        (true, _) => format!("What {} takes.", list(&usage.operations)),
        (_, Some(_)) => format!("What {} gives.", list(&usage.operations)),
        _ => format!("Part of {}.", list(&usage.operations)),
    };
    text.push_str(&format!("/// {about}\n#[derive(Clone, Debug, Default, PartialEq)]\n"));
    text.push_str("#[cfg_attr(feature = \"golden\", derive(serde::Serialize, serde::Deserialize), serde(default))]\n");
    text.push_str(&format!("pub struct {shape} {{\n"));
    for member in &members {
        if let Kind::Timestamp(_) = member.kind {
            text.push_str("#[cfg_attr(feature = \"golden\", serde(with = \"crate::golden::timestamp\"))]\n");
        }
        text.push_str(&format!(
            "/// {}\npub {}: {},\n",
            place(member, model.format() == Format::Query),
            member.field,
            field_type(member)
        ));
    }
    text.push_str("}\n\n");
    if usage.input {
        text.push_str(&decode::input(model, shape, &members)?);
    }
    if let Some(status) = usage.output {
        text.push_str(&encode::output(model, shape, &members, status)?);
    }
    if usage.read {
        text.push_str(&decode::shape(model, shape, &members)?);
    }
    let is_answer = usage.output.is_some() && (encode::writes_self(&members) || model.format() == Format::Query);
    if usage.written || is_answer {
        text.push_str(&encode::shape(model, shape, &members)?);
    }
    Ok(text)
}

fn list(operations: &BTreeSet<String>) -> String {
    operations.iter().cloned().collect::<Vec<_>>().join(", ")
}

/// Where the member travels, as its doc comment.
fn place(member: &Member, query: bool) -> String {
    let wire = &member.wire;
    match member.location {
        Location::Path => format!("Label `{wire}` of the path."),
        Location::Query => format!("Query parameter `{wire}`."),
        Location::Header => format!("Header `{wire}`."),
        Location::PrefixedHeaders => format!("Headers `{wire}*`, by the rest of their names, in lower case."),
        Location::Status => "The status.".to_owned(),
        Location::Payload | Location::Stream => "The body.".to_owned(),
        Location::Body if query => format!("`{wire}`."),
        Location::Body if member.attribute => format!("Attribute `{wire}`."),
        Location::Body => format!("`{wire}` in the body."),
    }
}

fn field_type(member: &Member) -> String {
    let plain = rust_type(&member.kind);
    if member.optional() { format!("Option<{plain}>") } else { plain }
}

/// The type of a value of this kind.
pub fn rust_type(kind: &Kind) -> String {
    match kind {
        Kind::Text => "String".to_owned(),
        Kind::Integer => "i32".to_owned(),
        Kind::Long => "i64".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Bytes => "Bytes".to_owned(),
        Kind::Timestamp(_) => "Timestamp".to_owned(),
        Kind::Structure(shape) => format!("super::{shape}"),
        Kind::List { item, .. } => format!("Vec<{}>", rust_type(item)),
        Kind::Map => "BTreeMap<String, String>".to_owned(),
        Kind::Counts => "BTreeMap<String, i32>".to_owned(),
        Kind::Structures(shape) => format!("BTreeMap<String, super::{shape}>"),
    }
}

/// The functions by which the golden tests reach any operation by its name.
pub fn dispatch(services: &[(&Model, &[&str])]) -> Result<String, String> {
    let (mut decodes, mut encodes, mut keys) = (String::new(), String::new(), String::new());
    for (model, listed) in services {
        for name in *listed {
            let operation = model.operation(name)?;
            let (module, key) = (&model.service, format!("(\"{}\", \"{name}\")", model.service));
            keys.push_str(&format!("{key},\n"));
            let input = operation.input.unwrap_or_default();
            let output = operation.output.unwrap_or_else(|| format!("{name}Output"));
            decodes.push_str(&format!("{key} => to_json(super::{module}::{input}::decode(request)),\n"));
            encodes
                .push_str(&format!("{key} => from_json::<super::{module}::{output}>(value).map(|it| it.encode()),\n"));
        }
    }
    Ok(format!(
        "//! Every typed operation by its name, for the golden tests.\n\n\
         use crate::golden::{{from_json, to_json}};\nuse crate::{{Encoded, Request}};\n\n\
         /// Services and operations.\n\
         pub(crate) const TYPED: &[(&str, &str)] = &[\n{keys}];\n\n\
         /// Decodes an operation's input.\n\
         pub(crate) fn decode(service: &str, operation: &str, request: &Request<'_>) -> Result<serde_json::Value, String> {{\n\
         match (service, operation) {{\n{decodes}_ => Err(\"no such operation\".to_owned()),\n}}\n}}\n\n\
         /// Encodes an operation's output.\n\
         pub(crate) fn encode(service: &str, operation: &str, value: serde_json::Value) -> Result<Encoded, String> {{\n\
         match (service, operation) {{\n{encodes}_ => Err(\"no such operation\".to_owned()),\n}}\n}}\n"
    ))
}
