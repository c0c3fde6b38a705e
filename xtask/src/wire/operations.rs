//! The operation tables.

use std::collections::BTreeSet;

use super::model::{Location, Member, Model, Operation};
use super::{overrides, types};

/// The table of all operations that can be routed.
pub fn table(model: &Model) -> Result<String, String> {
    let operations: Vec<Operation> = model
        .operations()
        .filter(|operation| !operation.deprecated && !overrides::NOT_ROUTED.contains(&operation.name.as_str()))
        .collect();
    let mut rows = String::new();
    for operation in &operations {
        rows.push_str(&row(model, operation, &operations)?);
    }
    let title = types::title(model);
    Ok(format!(
        "//! {title}'s operations.\n\nuse http::Method;\n\nuse crate::operation::{}Operation}};\n\n\
         /// Every operation of {title} that a request can ask for.\npub static {}: [Operation; {}] = [\n{rows}];\n",
        if title == "S3" { "{Level, " } else { "{" },
        title.to_ascii_uppercase(),
        operations.len(),
    ))
}

fn row(model: &Model, operation: &Operation, all: &[Operation]) -> Result<String, String> {
    let (path, literals) = operation.uri.split_once('?').unwrap_or((&operation.uri, ""));
    let query: Vec<String> = literals
        .split('&')
        .filter(|literal| !literal.is_empty())
        .map(|literal| match literal.split_once('=') {
            Some((name, value)) => format!("(\"{name}\", Some(\"{value}\"))"),
            None => format!("(\"{literal}\", None)"),
        })
        .collect();
    let level = match (model.service.as_str(), path.matches('{').count()) {
        ("s3", 0) => "Some(Level::Service)",
        ("s3", 1) => "Some(Level::Bucket)",
        ("s3", _) => "Some(Level::Object)",
        _ => "None",
    };
    // A literal that no other operation has says enough; what is required besides is the decoder's to miss.
    let same = |other: &&Operation| other.method == operation.method && other.uri == operation.uri;
    let told_by_literal = !query.is_empty() && all.iter().filter(same).count() == 1;
    let telling = |location| -> Result<String, String> {
        if told_by_literal {
            return Ok(String::new());
        }
        let quoted: BTreeSet<String> =
            required(model, operation, location)?.map(|wire| format!("\"{wire}\"")).collect();
        Ok(quoted.into_iter().collect::<Vec<_>>().join(", "))
    };
    Ok(format!(
        "Operation {{\nname: \"{}\",\nmethod: Method::{},\npath: \"{path}\",\nlevel: {level},\nquery: &[{}],\n\
         telling_query: &[{}],\ntelling_headers: &[{}],\nstatus: {},\n}},\n",
        operation.name,
        operation.method,
        query.join(", "),
        telling(Location::Query)?,
        telling(Location::Header)?,
        operation.status,
    ))
}

/// The wire names of the input's required members at this location.
fn required(
    model: &Model,
    operation: &Operation,
    location: Location,
) -> Result<impl Iterator<Item = String> + use<>, String> {
    let members = operation.input.as_deref().map(|input| model.members(input)).transpose()?.unwrap_or_default();
    let here = move |member: &Member| member.required && member.location == location;
    Ok(members.into_iter().filter(here).map(|member| member.wire))
}

/// The names of a service's operations, where there is no table yet.
pub fn names(model: &Model) -> String {
    let names: Vec<String> = model.operations().map(|operation| format!("\"{}\"", operation.name)).collect();
    let title = model.service.to_ascii_uppercase();
    format!(
        "//! {title}'s operations.\n\n/// The name of every operation of {title}.\npub static {title}: [&str; {}] = [{}];\n",
        names.len(),
        names.join(", ")
    )
}

pub fn index(services: &[&str]) -> String {
    let mut text = "//! Every operation of every service, typed or not.\n\n".to_owned();
    for service in services {
        text.push_str(&format!("mod {service};\n"));
    }
    for service in services {
        text.push_str(&format!("pub use {service}::{};\n", service.to_ascii_uppercase()));
    }
    text
}
