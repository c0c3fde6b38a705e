//! Every request finds its operation, and no request finds one that would do something else.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use coldkeep_wire::operations::{GLACIER, S3, S3CONTROL};
use coldkeep_wire::{Level, Operation, route_glacier, route_s3, route_s3control};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

fn pairs(text: &str) -> Vec<(String, String)> {
    let pair = |part: &str| part.split_once('=').map_or((part.into(), String::new()), |(k, v)| (k.into(), v.into()));
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn canonical(operation: &Operation) -> (Vec<(String, String)>, HeaderMap) {
    let literals = operation.query.iter().map(|(name, value)| (name.to_string(), value.unwrap_or("").to_owned()));
    let telling = operation.telling_query.iter().map(|name| (name.to_string(), "1".to_owned()));
    let headers = operation.telling_headers.iter().map(|name| (HeaderName::from_static(name), HeaderValue::from(1)));
    (literals.chain(telling).collect(), headers.collect())
}

fn s3(method: &str, path: &str, headers: &[&'static str]) -> Option<&'static str> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let headers = headers.iter().map(|name| (HeaderName::from_static(name), HeaderValue::from(1))).collect();
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    route_s3(&method, path.len() > 1, path.len() > 3, &pairs(query), &headers).map(|operation| operation.name)
}

#[test]
fn every_canonical_request_is_routed_to_its_operation() {
    let noise = pairs("x-id=Any&X-Amz-Signature=abc&response-content-type=text/plain&versionId=3");
    for operation in &S3 {
        let (mut query, mut headers) = canonical(operation);
        let level = operation.level.unwrap();
        for with_noise in [false, true] {
            if with_noise {
                query.extend(noise.clone());
                query.rotate_right(2);
                headers.insert("x-amz-meta-anything", HeaderValue::from(1));
            }
            let found =
                route_s3(&operation.method, level != Level::Service, level == Level::Object, &query, &headers).unwrap();
            assert_eq!(found.name, operation.name, "{query:?}");
        }
    }
    for operation in &S3CONTROL {
        let (query, headers) = canonical(operation);
        let segments: Vec<&str> = operation.path[1..].split('/').map(|part| part.trim_start_matches('{')).collect();
        let (found, labels) = route_s3control(&operation.method, &segments, &query, &headers).unwrap();
        assert_eq!(found.name, operation.name);
        assert_eq!(labels.len(), operation.path.matches('{').count());
    }
    let rest = ["v20180820", "tags", "arn:aws:s3:r:1:accesspoint", "ann"];
    let headers = canonical(&S3CONTROL[0]).1;
    let (found, labels) = route_s3control(&Method::GET, &rest, &[], &headers).unwrap();
    assert_eq!(
        (found.name, &labels[..]),
        ("ListTagsForResource", &[("resourceArn", "arn:aws:s3:r:1:accesspoint/ann".into())][..])
    );
    assert!(route_s3control(&Method::GET, &rest[..2], &[], &headers).is_none());
    for operation in &GLACIER {
        let (query, _) = canonical(operation);
        let segments: Vec<&str> = operation.path[1..].split('/').map(|part| part.trim_start_matches('{')).collect();
        let (found, labels) = route_glacier(&operation.method, &segments, &query).unwrap();
        assert_eq!(found.name, operation.name);
        assert!(labels.iter().all(|(label, value)| format!("{label}}}") == *value), "{labels:?}");
        assert_eq!(labels.len(), operation.path.matches('{').count());
    }
}

#[test]
fn writes_of_an_object_are_told_apart() {
    let copy = ["x-amz-copy-source"];
    for (path, headers, expected) in [
        ("/b/k", &[][..], Some("PutObject")),
        ("/b/k", &copy, Some("CopyObject")),
        ("/b/k?partNumber=1&uploadId=u", &[], Some("UploadPart")),
        ("/b/k?uploadId=u&partNumber=1", &copy, Some("UploadPartCopy")),
        // Half of what tells a part is still not a whole object.
        ("/b/k?uploadId=u", &[], Some("UploadPart")),
        ("/b/k?partNumber=1", &copy, Some("UploadPartCopy")),
        ("/b/k?tagging", &[], Some("PutObjectTagging")),
        ("/b/k?acl&versionId=v", &[], Some("PutObjectAcl")),
        // Subresources that cannot be put must not become the object.
        ("/b/k?torrent", &[], None),
        ("/b/k?uploads", &[], None),
        ("/b?acl", &[], Some("PutBucketAcl")),
        ("/b", &[], Some("CreateBucket")),
    ] {
        assert_eq!(s3("PUT", path, headers), expected, "{path}");
    }
}

#[test]
fn reads_deletes_and_posts_are_told_apart() {
    for (method, path, expected) in [
        ("GET", "/", Some("ListBuckets")),
        ("GET", "/b", Some("ListObjects")),
        ("GET", "/b?list-type=2&prefix=a", Some("ListObjectsV2")),
        ("GET", "/b?list-type=1", Some("ListObjects")),
        ("GET", "/b?versions", Some("ListObjectVersions")),
        ("GET", "/b?uploads", Some("ListMultipartUploads")),
        ("GET", "/b?location=", Some("GetBucketLocation")),
        ("GET", "/b?lifecycle", Some("GetBucketLifecycleConfiguration")),
        ("GET", "/b?analytics", Some("ListBucketAnalyticsConfigurations")),
        ("GET", "/b?analytics&id=1", Some("GetBucketAnalyticsConfiguration")),
        ("GET", "/b/k", Some("GetObject")),
        ("GET", "/b/k?partNumber=2", Some("GetObject")),
        ("GET", "/b/k?attributes", Some("GetObjectAttributes")),
        ("GET", "/b/k?uploadId=u&max-parts=2", Some("ListParts")),
        ("HEAD", "/b/k?partNumber=2", Some("HeadObject")),
        ("HEAD", "/b", Some("HeadBucket")),
        ("HEAD", "/b?location", None),
        ("HEAD", "/b/k?uploadId=u", None),
        ("HEAD", "/b/k?tagging", None),
        ("DELETE", "/b/k?versionId=1", Some("DeleteObject")),
        ("DELETE", "/b/k?uploadId=u", Some("AbortMultipartUpload")),
        ("DELETE", "/b?cors", Some("DeleteBucketCors")),
        ("DELETE", "/b?acl", None),
        ("DELETE", "/b?versioning", None),
        ("POST", "/b?delete", Some("DeleteObjects")),
        ("POST", "/b", None),
        ("POST", "/b/k", None),
        ("POST", "/b/k?uploads", Some("CreateMultipartUpload")),
        ("POST", "/b/k?uploadId=u", Some("CompleteMultipartUpload")),
        ("POST", "/b/k?select&select-type=2", Some("SelectObjectContent")),
        ("PATCH", "/b/k", None),
    ] {
        assert_eq!(s3(method, path, &[]), expected, "{method} {path}");
    }
}

#[test]
fn glacier_paths_that_are_not_in_the_model_are_not_routed() {
    let route = |method: &Method, path: &str, query: &str| {
        let segments: Vec<&str> = path.split('/').collect();
        route_glacier(method, &segments, &pairs(query)).map(|(operation, _)| operation.name)
    };
    assert_eq!(route(&Method::POST, "-/vaults/v/tags", "operation=add"), Some("AddTagsToVault"));
    assert_eq!(route(&Method::POST, "-/vaults/v/tags", "operation=remove"), Some("RemoveTagsFromVault"));
    assert_eq!(route(&Method::POST, "-/vaults/v/tags", ""), None);
    assert_eq!(route(&Method::GET, "-/vaults/v/tags", ""), Some("ListTagsForVault"));
    assert_eq!(route(&Method::GET, "-/vaults/v/archives/a", ""), None);
    assert_eq!(route(&Method::PUT, "-/vaults/", ""), None);
    assert_eq!(route(&Method::GET, "-", ""), None);
}
