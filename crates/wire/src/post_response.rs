//! The document that answers a browser's form which asks for one. It is in no model.

use bytes::Bytes;

use crate::xml::XmlWriter;

/// S3's `<PostResponse>`. Send as `application/xml`.
pub fn s3_post_response_xml(location: &str, bucket: &str, key: &str, etag: &str) -> Bytes {
    let mut xml = XmlWriter::open_plain("PostResponse");
    for (name, text) in [("Location", location), ("Bucket", bucket), ("Key", key), ("ETag", etag)] {
        xml.text_element(name, text);
    }
    xml.close("PostResponse").into()
}
