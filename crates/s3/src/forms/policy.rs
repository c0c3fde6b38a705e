//! The policy of a form: until when, and for which fields, its signer lets others upload. Pure.
//!
//! From the S3 API reference, "POST Policy". Every field but the signature's own, the policy, the file and those that begin with
//! `x-ignore-` must have a condition; what a condition names must be there. Names are compared without case, values with it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_types::Timestamp;
use serde_json::Value;

use super::fields::Fields;
use crate::errors::S3Error;

/// What a form may upload, and how long it may be used.
#[derive(Debug, PartialEq)]
pub(crate) struct PostPolicy {
    expires: Timestamp,
    conditions: Vec<Condition>,
}

#[derive(Debug, PartialEq)]
enum Condition {
    Equals(String, String),
    StartsWith(String, String),
    Length(LengthRange),
    /// Three words that no form fulfils, as they were written: Amazon takes them, and refuses every form.
    Unmet([String; 3]),
}

/// How many bytes the file may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LengthRange {
    pub min: u64,
    pub max: u64,
}

impl LengthRange {
    /// Any number of bytes.
    pub const ANY: Self = Self { min: 0, max: u64::MAX };
}

impl PostPolicy {
    /// Reads a policy as forms carry it, in Base64.
    pub fn parse(base64: &str) -> Result<Self, S3Error> {
        // Text areas break lines.
        let packed: String = base64.split_ascii_whitespace().collect();
        let json = STANDARD.decode(packed).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        Self::read(&json.ok_or_else(|| invalid("The policy is not UTF-8 in Base64."))?)
    }

    /// Reads a policy's JSON.
    pub fn read(json: &str) -> Result<Self, S3Error> {
        let Ok(Value::Object(policy)) = serde_json::from_str(&plain(json)) else {
            return Err(invalid("Invalid JSON."));
        };
        let expiration = policy.get("expiration").and_then(Value::as_str);
        let expiration = expiration.ok_or_else(|| invalid("Policy missing expiration."))?;
        let expires =
            moment(expiration).ok_or_else(|| invalid(&format!("Invalid 'expiration' value: '{expiration}'")))?;
        let conditions = policy.get("conditions").and_then(Value::as_array);
        let conditions = conditions.ok_or_else(|| invalid("Policy missing conditions."))?;
        if let Some(other) = policy.keys().find(|name| !["expiration", "conditions"].contains(&name.as_str())) {
            return Err(invalid(&format!("Unexpected: '{other}'")));
        }
        let conditions = conditions.iter().map(Condition::parse).collect::<Result<_, _>>()?;
        Ok(Self { expires, conditions })
    }

    /// Holds a form against the policy: how long the file may be, if the rest is as the policy wants it.
    pub fn permit(&self, fields: &Fields, now: Timestamp) -> Result<LengthRange, S3Error> {
        if now > self.expires {
            return Err(denied("Policy expired."));
        }
        let mut range = LengthRange::ANY;
        for condition in &self.conditions {
            if !condition.holds(fields) {
                return Err(denied(&format!("Policy Condition failed: {condition}")));
            }
            if let Condition::Length(length) = condition {
                range = LengthRange { min: range.min.max(length.min), max: range.max.min(length.max) };
            }
        }
        let extra: Vec<&str> = fields.names().filter(|name| !self.covers(name)).collect();
        if extra.is_empty() { Ok(range) } else { Err(denied(&format!("Extra input fields: {}", extra.join(", ")))) }
    }

    fn covers(&self, field: &str) -> bool {
        let exempt = ["awsaccesskeyid", "signature", "x-amz-signature", "policy", "file"];
        let named = |condition: &Condition| match condition {
            Condition::Equals(name, _) | Condition::StartsWith(name, _) => name == field,
            Condition::Length(_) | Condition::Unmet(_) => false,
        };
        exempt.contains(&field) || field.starts_with("x-ignore-") || self.conditions.iter().any(named)
    }
}

impl Condition {
    fn parse(value: &Value) -> Result<Self, S3Error> {
        match value {
            Value::Object(pairs) => {
                let mut pairs = pairs.iter();
                let (Some((name, value)), None) = (pairs.next(), pairs.next()) else {
                    return Err(invalid(
                        "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
                    ));
                };
                let value = value.as_str();
                let value = value.ok_or_else(|| invalid("Invalid Simple-Condition: value must be a string."))?;
                Ok(Self::Equals(name.to_ascii_lowercase(), value.to_owned()))
            }
            Value::Array(words) => {
                let [kind, first, second] = &words[..] else {
                    return Err(invalid("Invalid Condition: Conditions must have three elements."));
                };
                let kind = kind.as_str().unwrap_or_default().to_ascii_lowercase();
                let texts = || Some([kind.clone(), first.as_str()?.to_owned(), second.as_str()?.to_owned()]);
                if kind == "content-length-range" {
                    let range = bytes(first).zip(bytes(second));
                    return match (range, texts()) {
                        (Some((min, max)), _) => Ok(Self::Length(LengthRange { min, max })),
                        (None, Some(texts)) => Ok(Self::Unmet(texts)),
                        (None, None) => Err(invalid("Invalid content-length-range.")),
                    };
                }
                let field = first.as_str().ok_or_else(|| invalid("Invalid Condition: the field must be a string."))?;
                let value = second.as_str().ok_or_else(|| invalid("Invalid Condition: value must be a string."))?;
                let (name, value) = (field.strip_prefix('$').map(str::to_ascii_lowercase), value.to_owned());
                match (kind.as_str(), name) {
                    ("eq", Some(name)) => Ok(Self::Equals(name, value)),
                    ("starts-with", Some(name)) => Ok(Self::StartsWith(name, value)),
                    // A field is named with a '$'.
                    ("eq" | "starts-with", None) => Ok(Self::Unmet([kind, field.to_owned(), value])),
                    _ => Err(invalid(&format!("Invalid Condition: unknown operation '{kind}'."))),
                }
            }
            _ => Err(invalid("Invalid Condition: neither an object nor a list.")),
        }
    }

    fn holds(&self, fields: &Fields) -> bool {
        match self {
            Self::Equals(field, wanted) => fields.get(field) == Some(wanted),
            // "Content-Types values for a starts-with condition that include commas are interpreted as lists. Each value in the
            // list must meet the condition for the whole condition to pass."
            Self::StartsWith(field, wanted) if field == "content-type" => {
                fields.get(field).is_some_and(|value| value.split(',').all(|one| one.trim_start().starts_with(wanted)))
            }
            Self::StartsWith(field, wanted) => fields.get(field).is_some_and(|value| value.starts_with(wanted)),
            Self::Length(_) => true,
            Self::Unmet(_) => false,
        }
    }
}

impl std::fmt::Display for Condition {
    /// As Amazon shows a condition that failed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Equals(field, value) => write!(f, "[\"eq\", \"${field}\", \"{value}\"]"),
            Self::StartsWith(field, value) => write!(f, "[\"starts-with\", \"${field}\", \"{value}\"]"),
            Self::Unmet([kind, first, second]) => write!(f, "[\"{kind}\", \"{first}\", \"{second}\"]"),
            Self::Length(range) => write!(f, "[\"content-length-range\", {}, {}]", range.min, range.max),
        }
    }
}

fn invalid(what: &str) -> S3Error {
    S3Error::new(400, "InvalidPolicyDocument", format!("Invalid Policy: {what}"))
}

fn denied(what: &str) -> S3Error {
    S3Error::new(403, "AccessDenied", format!("Invalid according to Policy: {what}"))
}

/// A number of bytes, which some write as text.
fn bytes(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// `2015-12-30T12:00:00.000Z`, with or without a fraction.
fn moment(text: &str) -> Option<Timestamp> {
    let dated = text.as_bytes().get(10) == Some(&b'T') && text.ends_with('Z');
    let moment = text.parse::<jiff::Timestamp>().ok().filter(|_| dated)?;
    Some(Timestamp(moment.as_millisecond()))
}

/// JSON as the standard has it: policies may write `\$` and `\v` in strings ("Character Escaping"), and Amazon's own examples
/// have a comma behind the last condition.
fn plain(json: &str) -> String {
    let (mut out, mut in_string) = (String::with_capacity(json.len()), false);
    let mut rest = json.chars();
    while let Some(letter) = rest.next() {
        match letter {
            '\\' if in_string => match rest.next() {
                Some('$') => out.push('$'),
                Some('v') => out.push_str("\\u000b"),
                escaped => {
                    out.push('\\');
                    out.extend(escaped);
                }
            },
            ',' if !in_string && rest.as_str().trim_start().starts_with([']', '}']) => {}
            letter => {
                in_string ^= letter == '"';
                out.push(letter);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPIRES: Timestamp = Timestamp(1_451_476_800_000);

    fn parse(json: &str) -> Result<PostPolicy, S3Error> {
        PostPolicy::parse(&STANDARD.encode(json))
    }

    fn with(conditions: &str) -> Result<PostPolicy, S3Error> {
        parse(&format!(r#"{{"expiration":"2015-12-30T12:00:00.000Z","conditions":[{conditions}]}}"#))
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.add(name, (*value).to_owned()).expect("a new name");
        }
        fields
    }

    /// What the policy says of a form: its range, or the end of the refusal.
    fn outcome(conditions: &str, pairs: &[(&str, &str)], now: Timestamp) -> Result<LengthRange, String> {
        let policy = with(conditions).expect("a policy");
        policy.permit(&fields(pairs), now).map_err(|error| {
            let (code, message) = error.code_and_message();
            assert_eq!(code, "AccessDenied");
            message.strip_prefix("Invalid according to Policy: ").expect("of the policy").to_owned()
        })
    }

    #[test]
    fn each_kind_of_condition() {
        let permits = |condition: &str, value: &str| outcome(condition, &[("Acl", value)], EXPIRES).is_ok();
        for (condition, value, permitted) in [
            (r#"{"acl":"private"}"#, "private", true),
            (r#"{"ACL":"private"}"#, "Private", false),
            (r#"["eq","$acl","private"]"#, "private", true),
            (r#"["Eq","$Acl","private"]"#, "public", false),
            (r#"["eq","$acl",""]"#, "x", false),
            (r#"["eq","acl","private"]"#, "private", false),
            (r#"["content-length-range","test","10"],["eq","$acl","x"]"#, "x", false),
            (r#"["starts-with","$acl","pub"]"#, "public-read", true),
            (r#"["StArTs-WiTh","$AcL","pub"]"#, "private", false),
            (r#"["starts-with","$acl",""]"#, "", true),
            (r#"["eq","$acl","\$x\v\\\""]"#, "$x\u{b}\\\"", true),
            (r#"["eq","$acl","a,]"],"#, "a,]", true),
        ] {
            assert_eq!(permits(condition, value), permitted, "{condition} {value:?}");
        }
        let of_type =
            |value: &str| outcome(r#"["starts-with","$Content-Type","image/"]"#, &[("content-type", value)], EXPIRES);
        assert!(of_type("image/png, image/jpeg").is_ok() && of_type("image/png,text/html").is_err());
    }

    #[test]
    fn every_field_has_a_condition_and_every_condition_its_field() {
        let bucket = r#"{"bucket":"b"}"#;
        let form = [("bucket", "b"), ("X-Ignore-this", ""), ("policy", ""), ("AWSAccessKeyId", ""), ("signature", "")];
        assert_eq!(outcome(bucket, &form, EXPIRES), Ok(LengthRange::ANY));
        let extra = outcome(bucket, &[("bucket", "b"), ("Key", "k"), ("x-amz-date", "")], EXPIRES);
        assert_eq!(extra, Err("Extra input fields: key, x-amz-date".into()));
        let missing = outcome(r#"{"bucket":"b"},["starts-with","$Filename",""]"#, &[("bucket", "b")], EXPIRES);
        assert_eq!(missing, Err(r#"Policy Condition failed: ["starts-with", "$filename", ""]"#.into()));
    }

    #[test]
    fn lengths_narrow_each_other_and_time_runs_out() {
        let two = r#"["content-length-range", 1, "100"],["content-length-range", "7", 200]"#;
        assert_eq!(outcome(two, &[], EXPIRES), Ok(LengthRange { min: 7, max: 100 }));
        assert_eq!(outcome(two, &[], EXPIRES.plus_millis(1)), Err("Policy expired.".into()));
    }

    #[test]
    fn what_is_no_policy_is_refused_with_what_is_wrong() {
        let expiration = r#""expiration":"2015-12-30T12:00:00Z""#;
        for json in [
            "",
            "[]",
            "{",
            r#"{"conditions":[]}"#,
            r#"{"EXPIRATION":"2015-12-30T12:00:00Z","conditions":[]}"#,
            r#"{"expiration":"2015-12-30 12:00:00Z","conditions":[]}"#,
            r#"{"expiration":"2015-12-30T12:00:00+01:00","conditions":[]}"#,
            r#"{"expiration":1,"conditions":[]}"#,
            &format!("{{{expiration}}}"),
            &format!(r#"{{{expiration},"CONDITIONS":[]}}"#),
            &format!(r#"{{{expiration},"conditions":[],"Conditions":[]}}"#),
            &format!(r#"{{{expiration},"conditions":{{}}}}"#),
        ] {
            assert_eq!(parse(json).expect_err(json).code, "InvalidPolicyDocument");
        }
        for condition in [
            "{}",
            r#"{"a":"b","c":"d"}"#,
            r#"{"a":1}"#,
            "1",
            "[]",
            r#"["eq","$a"]"#,
            r#"["eq","$a",1]"#,
            r#"["ne","$a","b"]"#,
            r#"["content-length-range",0]"#,
            r#"["content-length-range",-1,0]"#,
            r#"["content-length-range",1.5,2]"#,
        ] {
            assert_eq!(with(condition).expect_err(condition).code, "InvalidPolicyDocument");
        }
        assert_eq!(PostPolicy::parse("%").expect_err("no Base64").code, "InvalidPolicyDocument");
    }
}
