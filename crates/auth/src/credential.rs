//! Finding and parsing the credentials of a request: the `Authorization` header, or the query of a presigned URL.

use std::sync::LazyLock;

use coldkeep_types::Region;

use crate::canonical::SignedRequest;
use crate::{Place, Refusal, uri, version_2};

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The access key id and the scope it signs for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Credential {
    pub(crate) access_key: String,
    /// `yyyymmdd`.
    pub(crate) date: String,
    /// As it stands in the scope: any text, the empty one too.
    pub(crate) region: String,
    pub(crate) service: String,
}

/// What stands for a region that has not the form of one (`127.0.0.1`, nothing): old clients and proxies sign such.
pub(crate) static DEFAULT_REGION: LazyLock<Region> =
    LazyLock::new(|| Region::parse("us-east-1").unwrap_or_else(|_| unreachable!("it is a region")));

impl Credential {
    /// Parses `AKIA…/20130524/us-east-1/s3/aws4_request`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut fields = text.rsplitn(5, '/');
        let (Some(terminator), Some(service), Some(region), Some(date), Some(access_key)) =
            (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(
                "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"".into()
            );
        };
        if terminator != "aws4_request" {
            return Err(format!("incorrect terminal \"{terminator}\". This endpoint uses \"aws4_request\""));
        }
        if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!(
                "incorrect date format \"{date}\". This date in the credential must be in the format \"yyyyMMdd\""
            ));
        }
        if access_key.is_empty() {
            return Err("the access key id in the Credential is empty".into());
        }
        let named = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if service.is_empty() || service.len() > 63 || !service.bytes().all(named) {
            return Err(format!("incorrect service \"{service}\""));
        }
        Ok(Self { access_key: access_key.into(), date: date.into(), region: region.into(), service: service.into() })
    }

    /// `20130524/us-east-1/s3/aws4_request`.
    pub(crate) fn scope(&self) -> String {
        [&self.date, &self.region, &self.service, "aws4_request"].join("/")
    }

    /// The region that the request is for.
    pub(crate) fn region(&self) -> Region {
        region_of_scope(&self.region)
    }

    /// Whether the service follows S3's rules: path taken as sent, unsigned bodies, every `x-amz-*` header signed.
    pub(crate) fn is_s3(&self) -> bool {
        matches!(self.service.as_str(), "s3" | "s3express" | "s3-outposts" | "s3-object-lambda")
    }
}

/// The region that the text in a scope stands for: any spelling is taken.
pub fn region_of_scope(text: &str) -> Region {
    Region::parse(text).unwrap_or_else(|_| DEFAULT_REGION.clone())
}

/// The credentials of a request as found, before anything about them is believed.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) place: Place,
    pub(crate) credential: Credential,
    /// Lower-case names, in the order signed.
    pub(crate) signed_headers: Vec<String>,
    pub(crate) signature: String,
}

/// The service a request says it is signed for, from its `Authorization` header or its decoded `X-Amz-Credential`.
/// For choosing a door only: nothing is verified.
pub fn claimed_service<'a>(authorization: Option<&'a str>, credential_parameter: Option<&'a str>) -> Option<&'a str> {
    let in_header = |header: &'a str| {
        // As nearly all clients write it, or somewhere else in the header.
        let first = header.strip_prefix("AWS4-HMAC-SHA256 Credential=");
        let rest = first.or_else(|| Some(header.split_once("Credential=")?.1))?;
        rest.split(',').next().map(str::trim)
    };
    let credential = authorization.and_then(in_header).or(credential_parameter)?;
    credential.rsplit('/').nth(1)
}

/// The credentials of a request, by their version.
#[derive(Debug)]
pub(crate) enum Found {
    V4(Claim),
    V2(version_2::Claim),
}

/// Finds the one set of credentials of a request.
pub(crate) fn find(request: &SignedRequest<'_>) -> Result<Found, Refusal> {
    let in_query = |name: &str| uri::query_pairs(request.raw_query).any(|(key, _)| uri::is_query_name(key, name));
    let presigned = ["X-Amz-Algorithm", "X-Amz-Signature", "X-Amz-Credential"].iter().any(|name| in_query(name));
    let version_2 = in_query("AWSAccessKeyId") || in_query("Signature");
    let mut headers = request.header_values("authorization");
    match (headers.next(), headers.next(), presigned, version_2) {
        (None, _, false, false) => Err(Refusal::NoCredentials),
        (Some(header), None, false, false) => from_header(header),
        (None, _, true, false) => from_query(request).map(Found::V4),
        (None, _, false, true) => version_2::Claim::from_query(request).map(Found::V2),
        _ => Err(Refusal::SeveralCredentials),
    }
}

fn from_header(header: &[u8]) -> Result<Found, Refusal> {
    let malformed = |what: String| Refusal::Malformed { place: Place::Header, what };
    let text = std::str::from_utf8(header).map_err(|_| malformed("it is not text".into()))?.trim();
    let (scheme, fields) = text.split_once(' ').ok_or_else(|| Refusal::NoScheme(text.to_owned()))?;
    match scheme {
        ALGORITHM => {}
        "AWS" => return version_2::Claim::from_header(fields).map(Found::V2),
        _ => return Err(Refusal::UnsupportedMechanism(text.to_owned())),
    }
    let (mut credential, mut signed_headers, mut signature) = (None, None, None);
    let components: Vec<&str> = fields.split(',').map(str::trim).filter(|field| !field.is_empty()).collect();
    if components.len() != 3 {
        let what = "the authorization header requires three components: Credential, SignedHeaders, and Signature";
        return Err(malformed(what.into()));
    }
    for component in components {
        let (name, value) = component
            .split_once('=')
            .ok_or_else(|| malformed(format!("the authorization component \"{component}\" is malformed")))?;
        match name {
            "Credential" => credential = Some(value),
            "SignedHeaders" => signed_headers = Some(value),
            "Signature" => signature = Some(value),
            // Then one of the three is missing.
            _ => {}
        }
    }
    let missing = |name: &str| malformed(format!("missing {name}"));
    Ok(Found::V4(Claim {
        place: Place::Header,
        credential: Credential::parse(credential.ok_or_else(|| missing("Credential"))?).map_err(malformed)?,
        signed_headers: parse_signed_headers(signed_headers.ok_or_else(|| missing("SignedHeaders"))?)
            .map_err(malformed)?,
        signature: signature.ok_or_else(|| missing("Signature"))?.to_owned(),
    }))
}

fn from_query(request: &SignedRequest<'_>) -> Result<Claim, Refusal> {
    let malformed = |what: String| Refusal::Malformed { place: Place::Query, what };
    let required = |name: &str| single_parameter(request, name)?.ok_or_else(|| malformed(INCOMPLETE_QUERY.into()));
    let algorithm = required("X-Amz-Algorithm")?;
    if algorithm != ALGORITHM {
        return Err(malformed(format!("X-Amz-Algorithm only supports \"{ALGORITHM}\"")));
    }
    let credential = Credential::parse(&required("X-Amz-Credential")?);
    Ok(Claim {
        place: Place::Query,
        credential: credential
            .map_err(|what| malformed(format!("Error parsing the X-Amz-Credential parameter; {what}.")))?,
        signed_headers: parse_signed_headers(&required("X-Amz-SignedHeaders")?)
            .map_err(|what| malformed(format!("{what}.")))?,
        signature: required("X-Amz-Signature")?,
    })
}

/// What a presigned URL must have.
pub(crate) const INCOMPLETE_QUERY: &str = "Query-string authentication version 4 requires the X-Amz-Algorithm, \
     X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";

/// The decoded value of a query parameter that may come only once.
pub(crate) fn single_parameter(request: &SignedRequest<'_>, name: &str) -> Result<Option<String>, Refusal> {
    let malformed = |what: String| Refusal::Malformed { place: Place::Query, what };
    let mut found = None;
    for (key, value) in uri::query_pairs(request.raw_query) {
        if uri::is_query_name(key, name) {
            let value = String::from_utf8(uri::decode_query(value))
                .map_err(|_| malformed(format!("The query parameter {name} is not text.")))?;
            if found.replace(value).is_some() {
                return Err(malformed(format!("The query parameter {name} comes twice.")));
            }
        }
    }
    Ok(found)
}

fn parse_signed_headers(text: &str) -> Result<Vec<String>, String> {
    let names: Vec<String> = text.split(';').map(str::to_owned).collect();
    let well_formed =
        |name: &String| !name.is_empty() && !name.bytes().any(|byte| byte.is_ascii_uppercase() || byte <= b' ');
    if !names.iter().all(well_formed) {
        return Err("SignedHeaders is not a list of lower-case names separated by semicolons".into());
    }
    if let Some(twice) = names.iter().enumerate().find_map(|(at, name)| names[..at].contains(name).then_some(name)) {
        return Err(format!("SignedHeaders names \"{twice}\" twice"));
    }
    if !names.iter().any(|name| name == "host") {
        return Err("SignedHeaders does not include host".into());
    }
    Ok(names)
}
