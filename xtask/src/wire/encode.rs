//! Code that writes outputs.

use super::model::{Format, Kind, Location, Member, Model, Operation};
use super::overrides;
use super::types::rust_type;

/// The output of an operation that has none in the model.
pub fn empty_output(model: &Model, operation: &Operation) -> String {
    let (name, status) = (&operation.name, operation.status);
    let encode = match model.format() {
        Format::Query => query_encode(model, "", false),
        _ => format!("/// Writes it to a response.\npub fn encode(&self) -> Encoded {{\nEncoded::new({status})\n}}\n"),
    };
    format!(
        "/// What {name} gives: nothing but its status.\n\
         #[derive(Clone, Debug, Default, PartialEq)]\n\
         #[cfg_attr(feature = \"golden\", derive(serde::Serialize, serde::Deserialize), serde(default))]\n\
         pub struct {name}Output {{}}\n\n\
         impl {name}Output {{\n{encode}}}\n\n"
    )
}

/// `encode` of an answer in the query protocol: several operations may share an output, so it is told which one answers.
fn query_encode(model: &Model, write: &str, has_result: bool) -> String {
    let namespace = model.namespace();
    let result = if has_result {
        format!("Some(|xml: &mut XmlWriter| {write})")
    } else {
        "None::<fn(&mut XmlWriter)>".to_owned()
    };
    format!(
        "/// Writes it to the response of this operation.\n\
         pub fn encode(&self, operation: &str, request_id: &str) -> Encoded {{\n\
         Encoded::query(\"{namespace}\", operation, request_id, {result})\n}}\n"
    )
}

/// Whether the structure's own members make up its body.
pub fn writes_self(members: &[Member]) -> bool {
    members.iter().any(|member| member.location == Location::Body)
}

/// `encode` of a whole output.
pub fn output(model: &Model, shape: &str, members: &[Member], status: u64) -> Result<String, String> {
    if model.format() == Format::Query {
        return Ok(format!("impl {shape} {{\n{}}}\n\n", query_encode(model, "self.write_xml(xml)", true)));
    }
    let mut lines = String::new();
    for member in members {
        lines.push_str(&statement(model, member)?);
    }
    if writes_self(members) {
        lines.push_str(&match model.format() {
            Format::Json => "out.json_body(self);\n".to_owned(),
            Format::Query => return Err(format!("{shape}: an answer without an operation")),
            Format::Xml if overrides::TEXT_IS_ROOT.contains(&shape) => {
                let [member] = members else { return Err(format!("{shape}: more than a text")) };
                let field = &member.field;
                format!(
                    "out.xml_body(\"{}\", |xml| self.{field}.iter().for_each(|text| xml.text(text)));\n",
                    model.root(shape)?
                )
            }
            Format::Xml => {
                let write = if overrides::rows(&model.service, shape).is_some() {
                    "write_rows(xml, rows, fill)"
                } else {
                    "write_xml(xml)"
                };
                format!("out.{}(\"{}\", |xml| self.{write});\n", model.xml_body(), model.root(shape)?)
            }
        });
    }
    let code = if lines.is_empty() {
        format!("Encoded::new({status})\n")
    } else {
        format!("let mut out = Encoded::new({status});\n{lines}out\n")
    };
    let encode = "/// Writes it to a response.\npub fn encode(&self) -> Encoded {\n";
    let Some((field, item)) = rows(model, shape, members)? else {
        return Ok(format!("impl {shape} {{\n{encode}{code}}}\n}}\n\n"));
    };
    Ok(format!(
        "impl {shape} {{\n{encode}self.encode_with([], |_, ()| ())\n}}\n\n\
         /// Writes it to a response, with a row behind those of `{field}` for each item. It is one row, which `fill` changes from\n\
         /// item to item: what it does not set stays.\npub fn encode_with<I>(&self, rows: impl IntoIterator<Item = I>, \
         fill: impl FnMut(&mut {item}, I)) -> Encoded {{\n{code}}}\n}}\n\n"
    ))
}

/// The field that is a long list, and the type of its rows.
fn rows(model: &Model, shape: &str, members: &[Member]) -> Result<Option<(String, String)>, String> {
    let Some(name) = overrides::rows(&model.service, shape) else { return Ok(None) };
    let member = members.iter().find(|member| member.name == name);
    match member.map(|member| (&member.field, &member.kind)) {
        Some((field, Kind::List { item, item_name: None })) => Ok(Some((field.clone(), rust_type(item)))),
        _ => Err(format!("{shape} has no list {name} without an element around it")),
    }
}

/// The statement that writes a member outside the body, or one that is the whole body.
fn statement(model: &Model, member: &Member) -> Result<String, String> {
    let (field, wire) = (&member.field, &member.wire);
    Ok(match (member.location, &member.kind) {
        (Location::Header, Kind::List { .. }) => return Err(format!("{}: a list in a header", member.name)),
        (Location::Header, Kind::Timestamp(true)) => format!("out.iso_header(\"{wire}\", &self.{field});\n"),
        (Location::Header, _) if !member.optional() => format!("out.required_header(\"{wire}\", &self.{field});\n"),
        (Location::Header, _) => format!("out.header(\"{wire}\", &self.{field});\n"),
        (Location::PrefixedHeaders, _) => format!("out.prefixed_headers(\"{wire}\", &self.{field});\n"),
        (Location::Status, _) => format!("out.status(self.{field});\n"),
        (Location::Payload, Kind::Text) => {
            format!("out.text_body(\"application/json\", &self.{field});\n")
        }
        (Location::Payload, Kind::Structure(_)) => {
            let write = match model.format() {
                Format::Xml => format!("out.{}(\"{wire}\", |xml| body.write_xml(xml));", model.xml_body()),
                Format::Json => "out.json_body(body);".to_owned(),
                Format::Query => return Err(format!("{}: a body of its own", member.name)),
            };
            if member.optional() {
                format!("if let Some(body) = &self.{field} {{\n{write}\n}}\n")
            } else {
                format!("let body = &self.{field};\n{write}\n")
            }
        }
        (Location::Payload, other) => return Err(format!("{}: a body that is {other:?}", member.name)),
        (Location::Body | Location::Stream, _) => String::new(),
        (Location::Path | Location::Query, _) => return Err(format!("{}: in a request's part", member.name)),
    })
}

/// The trait implementation that writes a shape, or an output's own members, into a body.
pub fn shape(model: &Model, shape: &str, members: &[Member]) -> Result<String, String> {
    let body = members.iter().filter(|member| member.location == Location::Body);
    if overrides::TEXT_IS_ROOT.contains(&shape) {
        return Ok(String::new());
    }
    if model.format() == Format::Json {
        let lines: String = body
            .map(|member| format!("json.{}(\"{}\", &self.{});\n", json_call(model, member), member.wire, member.field))
            .collect();
        return Ok(format!(
            "impl WriteJson for {shape} {{\nfn write_json(&self, json: &mut JsonWriter) {{\n\
             json.object(|json| {{\n{lines}}});\n}}\n}}\n\n"
        ));
    }
    let (mut lines, mut attributes) = (String::new(), String::new());
    for member in body {
        let (field, wire) = (&member.field, &member.wire);
        if member.attribute {
            attributes.push_str(&attribute(member));
            continue;
        }
        let call = match &member.kind {
            Kind::List { item_name: None, .. } => format!("xml.flat_list(\"{wire}\", &self.{field})"),
            Kind::List { item_name: Some(item), .. }
                if model.service != "sns" && left_out_when_empty(model, member) =>
            {
                format!("xml.list_if_any(\"{wire}\", \"{item}\", &self.{field})")
            }
            Kind::List { item_name: Some(item), .. } => format!("xml.list(\"{wire}\", \"{item}\", &self.{field})"),
            Kind::Map | Kind::Counts | Kind::Structures(_)
                if model.format() == Format::Query || model.service == "s3control" =>
            {
                format!("xml.map(\"{wire}\", &self.{field})")
            }
            Kind::Map | Kind::Counts | Kind::Structures(_) => return Err(format!("{}: a map in XML", member.name)),
            Kind::Timestamp(_) if model.format() == Format::Query => format!("xml.seconds(\"{wire}\", &self.{field})"),
            _ if member.optional() => format!("xml.optional(\"{wire}\", &self.{field})"),
            _ => format!("xml.element(\"{wire}\", &self.{field})"),
        };
        lines.push_str(&format!("{call};\n"));
        if overrides::rows(&model.service, shape) == Some(member.name.as_str()) {
            lines.push_str(&format!("xml.rows(\"{wire}\", rows, fill);\n"));
        }
    }
    if let Some((_, item)) = rows(model, shape, members)? {
        return Ok(format!(
            "impl {shape} {{\nfn write_rows<I>(&self, xml: &mut XmlWriter, rows: impl IntoIterator<Item = I>, \
             fill: impl FnMut(&mut {item}, I)) {{\n{lines}}}\n}}\n\n"
        ));
    }
    if !attributes.is_empty() {
        attributes = format!("\nfn write_attributes(&self, xml: &mut XmlWriter) {{\n{attributes}}}\n");
    }
    let unused = if lines.is_empty() { "_" } else { "" };
    Ok(format!(
        "impl WriteXml for {shape} {{\nfn write_xml(&self, {unused}xml: &mut XmlWriter) {{\n{lines}}}\n{attributes}}}\n\n"
    ))
}

/// The statements that write an attribute, with the namespace of its prefix: `xsi:type` is the only one.
fn attribute(member: &Member) -> String {
    let (field, wire) = (&member.field, &member.wire);
    let namespace = "xml.attribute(\"xmlns:xsi\", \"http://www.w3.org/2001/XMLSchema-instance\");\n";
    if member.optional() {
        format!("if let Some(value) = &self.{field} {{\n{namespace}xml.attribute(\"{wire}\", value);\n}}\n")
    } else {
        format!("{namespace}xml.attribute(\"{wire}\", &self.{field});\n")
    }
}

/// How a member of a JSON object is written: KMS and SQS leave out what is absent, Glacier hardly anything.
fn json_call(model: &Model, member: &Member) -> &'static str {
    let leaves_out = model.service != "glacier";
    match &member.kind {
        Kind::List { .. } | Kind::Map | Kind::Structures(_)
            if leaves_out && !(model.service == "kms" && overrides::KMS_ALWAYS.contains(&member.name.as_str())) =>
        {
            "filled_member"
        }
        _ if leaves_out && member.optional() => "present_member",
        _ if overrides::LEFT_OUT.contains(&member.name.as_str()) => "present_member",
        _ => "member",
    }
}

fn left_out_when_empty(model: &Model, member: &Member) -> bool {
    let name = member.name.as_str();
    match model.format() {
        Format::Query => !member.required && overrides::LEFT_OUT_WHEN_EMPTY.contains(&name),
        _ => model.service == "s3" && overrides::S3_LEFT_OUT_WHEN_EMPTY.contains(&name),
    }
}
