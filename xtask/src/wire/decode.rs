//! Code that reads inputs.

use super::model::{Format, Kind, Location, Member, Model};
use super::overrides;

/// `decode` of a whole input.
pub fn input(model: &Model, shape: &str, members: &[Member]) -> Result<String, String> {
    if model.format() == Format::Query {
        return Ok(form_input(shape, members));
    }
    let fields: String = members.iter().filter_map(field).collect();
    let body: Vec<&Member> = members.iter().filter(|member| member.location == Location::Body).collect();
    let payload = members.iter().find(|member| member.location == Location::Payload);
    let from_body = match (payload, body.is_empty()) {
        (Some(payload), _) => whole_body(model, payload)?,
        (None, false) => {
            let open = if model.format() == Format::Xml { "xml" } else { "json" };
            let enter = if model.format() == Format::Xml { "" } else { "json.open_object()?;" };
            let (locals, reading, checks) = members_loop(model, &body)?;
            // The checks come after the body, which may be absent as a whole.
            format!(
                "{locals}if let Some(mut {open}) = request.{open}_body()? {{\n{enter}{reading}{open}.finish()?;\n}}\n{checks}"
            )
        }
        (None, true) => String::new(),
    };
    let rest = members.iter().any(|member| matches!(member.location, Location::Body | Location::Payload));
    let value = match (rest, fields.is_empty()) {
        (_, true) => "Self::default()".to_owned(),
        (true, _) => format!("Self {{\n{fields}..Self::default()\n}}"),
        (false, _) => format!("Self {{\n{fields}}}"),
    };
    let whole = if from_body.is_empty() {
        format!("Ok({value})")
    } else {
        format!("let mut out = {value};\n{from_body}Ok(out)")
    };
    Ok(format!(
        "impl {shape} {{\n/// Reads it from a request.\n\
         pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {{\n{whole}\n}}\n}}\n\n"
    ))
}

/// The initialiser of a field that is not in the body.
fn field(member: &Member) -> Option<String> {
    let (name, wire) = (&member.field, &member.wire);
    let call = match (member.location, &member.kind, member.required) {
        (Location::Path, ..) => format!("request.label(\"{wire}\")?"),
        (Location::Query, Kind::List { .. }, _) => format!("request.query_list(\"{wire}\")?"),
        (Location::Query, _, true) => format!("request.required_query(\"{wire}\")?"),
        (Location::Query, _, false) => format!("request.query(\"{wire}\")?"),
        (Location::Header, Kind::List { .. }, true) => format!("request.required_header_list(\"{wire}\")?"),
        (Location::Header, Kind::List { .. }, false) => format!("request.header_list(\"{wire}\")?"),
        (Location::Header, ..) if overrides::LENIENT_HEADERS.contains(&wire.as_str()) => {
            format!("request.lenient_header(\"{wire}\")")
        }
        (Location::Header, _, true) => format!("request.required_header(\"{wire}\")?"),
        (Location::Header, _, false) => format!("request.header(\"{wire}\")?"),
        (Location::PrefixedHeaders, ..) => format!("request.prefixed_headers(\"{wire}\")"),
        (Location::Status | Location::Body | Location::Payload | Location::Stream, ..) => return None,
    };
    Some(format!("{name}: {call},\n"))
}

/// The statements that read a member which is the whole body.
fn whole_body(model: &Model, payload: &Member) -> Result<String, String> {
    let (field, wire) = (&payload.field, &payload.wire);
    let reader = if model.format() == Format::Xml { "xml" } else { "json" };
    Ok(match (&payload.kind, payload.required) {
        (Kind::Text, true) => format!("out.{field} = required(request.text_body(\"{wire}\")?, \"{wire}\")?;\n"),
        (Kind::Text, false) => format!("out.{field} = request.text_body(\"{wire}\")?;\n"),
        (Kind::Structure(_), true) => format!(
            "let mut {reader} = required(request.{reader}_body()?, \"{wire}\")?;\n\
             out.{field} = {reader}.read()?;\n{reader}.finish()?;\n"
        ),
        (Kind::Structure(_), false) => {
            let read = if reader == "xml" { "Some(xml.read()?)" } else { "json.read()?" };
            format!(
                "if let Some(mut {reader}) = request.{reader}_body()? {{\n\
                 out.{field} = {read};\n{reader}.finish()?;\n}}\n"
            )
        }
        (other, _) => return Err(format!("{}: a body that is {other:?}", payload.name)),
    })
}

/// The trait implementation that reads a shape inside a body.
pub fn shape(model: &Model, shape: &str, members: &[Member]) -> Result<String, String> {
    if model.format() == Format::Query {
        return Ok(form_shape(shape, members));
    }
    let members: Vec<&Member> = members.iter().collect();
    if members.is_empty() && model.format() == Format::Xml {
        return Ok(format!(
            "impl ReadXml for {shape} {{\nfn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {{\n\
             xml.skip()?;\nOk(Self::default())\n}}\n}}\n\n"
        ));
    }
    let (locals, reading, checks) = members_loop(model, &members)?;
    let (read, function, reader, enter) = match model.format() {
        Format::Xml => ("ReadXml", "read_xml", "xml: &mut XmlReader<'_>", ""),
        Format::Json => ("ReadJson", "read_json", "json: &mut JsonReader<'_>", "json.open_object()?;\n"),
        Format::Query => return Err(format!("{shape}: a form has no body")),
    };
    Ok(format!(
        "impl {read} for {shape} {{\nfn {function}({reader}) -> Result<Self, DecodeError> {{\n\
         let mut out = Self::default();\n{locals}{enter}{reading}{checks}Ok(out)\n}}\n}}\n\n"
    ))
}

/// Locals for required members, the loop over what is in the body, and the checks that required members came.
fn members_loop(model: &Model, members: &[&Member]) -> Result<(String, String, String), String> {
    let (mut locals, mut arms, mut checks, mut before) = (String::new(), String::new(), String::new(), String::new());
    for member in members {
        let (field, wire) = (&member.field, &member.wire);
        let is_list = matches!(member.kind, Kind::List { .. } | Kind::Map | Kind::Structures(_));
        let mut target = format!("out.{field}");
        if member.required && !is_list {
            if !member.attribute {
                locals.push_str(&format!("let mut {field} = None;\n"));
            }
            target = field.clone();
            let value = format!("required({field}, \"{wire}\")?");
            let value = if member.optional() { format!("Some({value})") } else { value };
            checks.push_str(&format!("out.{field} = {value};\n"));
        }
        if member.attribute {
            let local = wire.rsplit(':').next().unwrap_or(wire);
            let declare = if member.required { "let " } else { "" };
            before.push_str(&format!("{declare}{target} = xml.attribute(\"{local}\")?;\n"));
            continue;
        }
        let read = match (model.format(), &member.kind) {
            (Format::Xml, Kind::List { item_name: None, .. }) => format!("xml.push(&mut {target})?"),
            (Format::Xml, Kind::List { item_name: Some(item), .. }) => {
                format!("xml.push_all(\"{item}\", &mut {target})?")
            }
            (Format::Xml, Kind::Map) => return Err(format!("{}: a map in XML", member.name)),
            (Format::Xml, _) => format!("{target} = Some(xml.read()?)"),
            (Format::Json, _) => format!("{target} = json.read()?"),
            (Format::Query, _) => return Err(format!("{}: a form has no body", member.name)),
        };
        arms.push_str(&format!("\"{wire}\" => {read},\n"));
    }
    let reading = match model.format() {
        Format::Xml => {
            format!("{before}while xml.child()? {{\nmatch xml.name() {{\n{arms}_ => xml.skip()?,\n}}\n}}\n")
        }
        Format::Query => String::new(),
        Format::Json => format!(
            "while let Some(name) = json.member()? {{\nmatch name.as_str() {{\n{arms}_ => json.skip()?,\n}}\n}}\n"
        ),
    };
    Ok((locals, reading, checks))
}

/// `decode` of an input that is a form.
fn form_input(shape: &str, members: &[Member]) -> String {
    let (form, value) = form_fields(members);
    format!(
        "impl {shape} {{\n/// Reads it from a form.\n\
         pub fn decode({form}: &Form<'_>) -> Result<Self, DecodeError> {{\nOk({value})\n}}\n}}\n\n"
    )
}

/// The trait implementation that reads a shape inside a form.
fn form_shape(shape: &str, members: &[Member]) -> String {
    let (form, value) = form_fields(members);
    format!(
        "impl ReadForm for {shape} {{\nfn read_form({form}: &Form<'_>) -> Result<Option<Self>, DecodeError> {{\n\
         if !form.is_there() {{\nreturn Ok(None);\n}}\nOk(Some({value}))\n}}\n}}\n\n"
    )
}

/// The name of the form, and the expression that reads the members from it.
fn form_fields(members: &[Member]) -> (&'static str, String) {
    let fields: String = members
        .iter()
        .map(|member| {
            let call = match &member.kind {
                Kind::List { .. } => "list",
                Kind::Map | Kind::Structures(_) => "map",
                _ if member.required && !member.optional() => "required",
                _ => "optional",
            };
            format!("{}: form.{call}(\"{}\")?,\n", member.field, member.wire)
        })
        .collect();
    if fields.is_empty() { ("_form", "Self {}".to_owned()) } else { ("form", format!("Self {{\n{fields}}}")) }
}
