//! Error bodies: S3's XML envelope and S3 Control's, Glacier's and KMS's JSON objects, and the XML of IAM and STS.

use bytes::Bytes;

use crate::json::{JsonWriter, WriteJson};
use crate::xml::XmlWriter;

/// Whose fault a Glacier error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultType {
    /// The client's.
    Client,
    /// The server's.
    Server,
}

impl FaultType {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::Server => "Server",
        }
    }
}

/// S3's `<Error>` document. `extra` elements follow the message, before `Resource`. Send as `application/xml`.
pub fn s3_error_xml(
    code: &str,
    message: &str,
    resource: &str,
    request_id: &str,
    host_id: &str,
    extra: &[(&str, &str)],
) -> Bytes {
    let mut xml = XmlWriter::open_plain("Error");
    let head = [("Code", code), ("Message", message)];
    let tail = [("Resource", resource), ("RequestId", request_id), ("HostId", host_id)];
    for (name, text) in head.iter().chain(extra).chain(&tail) {
        xml.text_element(name, text);
    }
    xml.close("Error").into()
}

/// The `<ErrorResponse>` of S3 Control. `extra` elements follow the message. Send as `application/xml`.
pub fn control_error_xml(code: &str, message: &str, request_id: &str, host_id: &str, extra: &[(&str, &str)]) -> Bytes {
    let mut xml = XmlWriter::open_plain("ErrorResponse");
    xml.group("Error", |xml| {
        for (name, text) in [("Code", code), ("Message", message)].iter().chain(extra) {
            xml.text_element(name, text);
        }
    });
    xml.text_element("RequestId", request_id);
    xml.text_element("HostId", host_id);
    xml.close("ErrorResponse").into()
}

/// The `<ErrorResponse>` of IAM and STS, in the service's namespace. Send as `text/xml`.
pub fn query_error_xml(
    namespace: &str,
    fault: FaultType,
    (code, message): (&str, &str),
    has_detail: bool,
    request_id: &str,
) -> Bytes {
    let mut xml = XmlWriter::open_bare("ErrorResponse", namespace);
    xml.group("Error", |xml| {
        xml.text_element("Type", if fault == FaultType::Client { "Sender" } else { "Receiver" });
        xml.text_element("Code", code);
        xml.text_element("Message", message);
        if has_detail {
            xml.text_element("Detail", "");
        }
    });
    xml.text_element("RequestId", request_id);
    xml.close("ErrorResponse").into()
}

/// Glacier's error object. Send as exactly `application/json`.
pub fn glacier_error_json(code: &str, message: &str, fault: FaultType) -> Bytes {
    let mut json = JsonWriter::default();
    Fault { code, message, fault }.write_json(&mut json);
    json.close().into()
}

/// KMS's error object. Send as `application/x-amz-json-1.1`.
pub fn json_error(code: &str, message: &str) -> Bytes {
    let mut json = JsonWriter::default();
    json.object(|json| {
        json.member("__type", &code.to_owned());
        if !message.is_empty() {
            json.member("message", &message.to_owned());
        }
    });
    json.close().into()
}

struct Fault<'a> {
    code: &'a str,
    message: &'a str,
    fault: FaultType,
}

impl WriteJson for Fault<'_> {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("code", &self.code.to_owned());
            json.member("message", &self.message.to_owned());
            json.member("type", &self.fault.as_str().to_owned());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_amazons_form() {
        let xml = s3_error_xml("NoSuchKey", "a < b", "/b/k", "R", "H", &[("Key", "k")]);
        assert_eq!(
            xml,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>a &lt; b</Message>\
             <Key>k</Key><Resource>/b/k</Resource><RequestId>R</RequestId><HostId>H</HostId></Error>"
        );
        let xml = control_error_xml("NoSuchAccessPoint", "m", "R", "H", &[("AccessPointName", "ann")]);
        assert_eq!(
            xml,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse><Error><Code>NoSuchAccessPoint</Code>\
             <Message>m</Message><AccessPointName>ann</AccessPointName></Error><RequestId>R</RequestId><HostId>H</HostId>\
             </ErrorResponse>"
        );
        let json = glacier_error_json("ThrottlingException", "say \"no\"", FaultType::Client);
        assert_eq!(json, r#"{"code":"ThrottlingException","message":"say \"no\"","type":"Client"}"#);
        let xml = query_error_xml("ns", FaultType::Client, ("NoSuchEntity", "a < b"), false, "R");
        assert_eq!(
            xml,
            "<ErrorResponse xmlns=\"ns\"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>a &lt; b</Message>\
             </Error><RequestId>R</RequestId></ErrorResponse>"
        );
    }
}
