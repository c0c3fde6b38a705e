//! A service model as the generator sees it.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use super::{names, overrides};
use crate::failed;

/// One service.
pub struct Model {
    /// `s3`, `s3control`, `glacier`, `kms`, `sqs`, `iam`, `sts` or `sns`.
    pub service: String,
    json: Value,
}

/// How bodies are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Xml,
    Json,
    /// Forms as requests, XML as answers.
    Query,
}

/// One operation.
pub struct Operation {
    pub name: String,
    pub method: String,
    /// The path's template with the query literals.
    pub uri: String,
    pub status: u64,
    pub input: Option<String>,
    pub output: Option<String>,
    pub deprecated: bool,
}

/// Where a member travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    Path,
    Query,
    Header,
    PrefixedHeaders,
    Status,
    /// An element or member of the body.
    Body,
    /// The whole body.
    Payload,
    /// The whole body, streamed: in no struct.
    Stream,
}

/// A member's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    Long,
    Boolean,
    /// Bytes, in base64.
    Bytes,
    /// `true` if in ISO 8601 even in a header.
    Timestamp(bool),
    Structure(String),
    List {
        item: Box<Kind>,
        /// The name of the element around each item; `None` if there is no element around all.
        item_name: Option<String>,
    },
    /// From text to text.
    Map,
    /// From text to numbers.
    Counts,
    /// From text to structures.
    Structures(String),
}

/// One member of a structure.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    /// The name of the field.
    pub field: String,
    /// The name on the wire; in lower case for headers.
    pub wire: String,
    pub location: Location,
    pub kind: Kind,
    pub required: bool,
    /// An XML attribute, by its qualified name, of the structure's own element.
    pub attribute: bool,
}

impl Member {
    /// Whether the field is an `Option`. Lists and maps are empty instead; dates have no default.
    pub fn optional(&self) -> bool {
        match self.kind {
            Kind::List { .. } | Kind::Map | Kind::Counts | Kind::Structures(_) => false,
            Kind::Timestamp(_) => true,
            _ => !self.required,
        }
    }
}

impl Model {
    pub fn load(path: &Path, service: &str) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(failed(path.display()))?;
        let json = serde_json::from_str(&text).map_err(failed(path.display()))?;
        Ok(Self { service: service.to_owned(), json })
    }

    pub fn format(&self) -> Format {
        match self.service.as_str() {
            "s3" | "s3control" => Format::Xml,
            "iam" | "sts" | "sns" => Format::Query,
            _ => Format::Json,
        }
    }

    pub fn operations(&self) -> impl Iterator<Item = Operation> {
        object(&self.json["operations"]).iter().map(|(name, json)| {
            let shape = |key: &str| json[key]["shape"].as_str().map(str::to_owned);
            Operation {
                name: name.clone(),
                method: text(&json["http"]["method"]).to_owned(),
                uri: text(&json["http"]["requestUri"]).to_owned(),
                status: match overrides::NO_CONTENT.contains(&(self.service.as_str(), name.as_str())) {
                    true => 204,
                    false => json["http"]["responseCode"].as_u64().unwrap_or(200),
                },
                input: shape("input"),
                output: shape("output"),
                deprecated: json["deprecated"] == true,
            }
        })
    }

    pub fn operation(&self, name: &str) -> Result<Operation, String> {
        self.operations().find(|operation| operation.name == name).ok_or_else(|| format!("no operation {name}"))
    }

    /// The members of a structure, in the order in which they are written. A stream of events is none: who answers with one frames it.
    pub fn members(&self, shape: &str) -> Result<Vec<Member>, String> {
        let json = &self.json["shapes"][shape];
        let mut members = object(&json["members"])
            .iter()
            .filter(|(_, member)| self.json["shapes"][text(&member["shape"])]["eventstream"] != true)
            .map(|(name, member)| {
                self.member(json, name, member).map_err(|problem| format!("{shape}.{name}: {problem}"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        members.sort_by_key(|member| overrides::rank(shape, &member.name));
        if self.format() == Format::Json {
            members.sort_by(|one, other| one.name.cmp(&other.name));
        }
        Ok(members)
    }

    fn member(&self, structure: &Value, name: &str, json: &Value) -> Result<Member, String> {
        let shape = &self.json["shapes"][text(&json["shape"])];
        let is_payload = structure["payload"] == name;
        let location = match json["location"].as_str() {
            Some("uri") => Location::Path,
            Some("querystring") => Location::Query,
            Some("header") => Location::Header,
            Some("headers") => Location::PrefixedHeaders,
            Some("statusCode") => Location::Status,
            Some(other) => return Err(format!("location {other}")),
            None if is_payload && shape["type"] == "blob" => Location::Stream,
            None if is_payload => Location::Payload,
            None => Location::Body,
        };
        if location == Location::Body && structure["payload"].is_string() {
            return Err("in a body that is another member's".to_owned());
        }
        let mut wire = json["locationName"].as_str().unwrap_or(name).to_owned();
        if matches!(location, Location::Header | Location::PrefixedHeaders) {
            wire = wire.to_ascii_lowercase();
        }
        let is_text = location == Location::Stream || overrides::TEXT_PARAMETERS.contains(&wire.as_str());
        let kind = if is_text { Kind::Text } else { self.kind(json, name)? };
        if let Kind::Timestamp(true) = kind
            && self.format() == Format::Json
        {
            return Err("a date in JSON".to_owned());
        }
        Ok(Member {
            name: name.to_owned(),
            field: names::field(name),
            wire,
            location,
            kind,
            required: array(&structure["required"]).any(|required| required == name),
            attribute: json["xmlAttribute"] == true,
        })
    }

    fn kind(&self, reference: &Value, member: &str) -> Result<Kind, String> {
        let name = text(&reference["shape"]);
        let shape = &self.json["shapes"][name];
        let format = reference["timestampFormat"].as_str().or(shape["timestampFormat"].as_str());
        Ok(match text(&shape["type"]) {
            "string" => Kind::Text,
            // In base64.
            "blob" if self.format() == Format::Query => Kind::Text,
            "blob" if self.format() == Format::Json => Kind::Bytes,
            "integer" => Kind::Integer,
            "long" => Kind::Long,
            "boolean" => Kind::Boolean,
            "timestamp" => Kind::Timestamp(match format {
                Some("iso8601") => true,
                None | Some("rfc822") => false,
                Some(other) => return Err(format!("dates in {other}")),
            }),
            "structure" => Kind::Structure(name.to_owned()),
            "list" => self.list(reference, shape, member)?,
            "map" => match (self.kind(&shape["key"], member)?, self.kind(&shape["value"], member)?) {
                (Kind::Text, Kind::Text) => Kind::Map,
                (Kind::Text, Kind::Integer) => Kind::Counts,
                (Kind::Text, Kind::Structure(shape)) if self.format() != Format::Xml => Kind::Structures(shape),
                _ => return Err("a map of other than text".to_owned()),
            },
            other => return Err(format!("type {other}")),
        })
    }

    fn list(&self, reference: &Value, shape: &Value, member: &str) -> Result<Kind, String> {
        let item_name = shape["member"]["locationName"].as_str();
        let flattened = reference["flattened"] == true || shape["flattened"] == true;
        if flattened && item_name.is_some_and(|name| name != reference["locationName"].as_str().unwrap_or(member)) {
            return Err("a flattened list with a name for its items".to_owned());
        }
        let item = Box::new(self.kind(&shape["member"], member)?);
        let item_name = (!flattened).then(|| item_name.unwrap_or("member").to_owned());
        Ok(Kind::List { item, item_name })
    }

    /// The namespace of the service's documents.
    pub fn namespace(&self) -> &str {
        text(&self.json["metadata"]["xmlNamespace"])
    }

    /// The root element of an output's document.
    pub fn root<'a>(&self, output: &'a str) -> Result<&'a str, String> {
        match self.service.as_str() {
            "s3control" => Ok(output),
            _ => overrides::root(output).ok_or_else(|| format!("{output}: no root element in overrides.rs")),
        }
    }

    /// The function that begins a document of the service.
    pub fn xml_body(&self) -> &'static str {
        if self.service == "s3control" { "control_body" } else { "xml_body" }
    }
}

fn object(json: &Value) -> &Map<String, Value> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    json.as_object().unwrap_or(&EMPTY)
}

fn array(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().into_iter().flatten()
}

fn text(json: &Value) -> &str {
    json.as_str().unwrap_or("")
}
