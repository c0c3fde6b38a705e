"""What is not there yet is refused by name, never kept and ignored: with 501, or as Amazon refuses it where nothing is
configured; strangers are refused with 403.
"""

from urllib.parse import quote

import pytest

from checks import assert_bucket_is_empty, read
from raw import Request, call

PARAMETERS = [
    ("x-amz-acl", "public-read", 400, "AccessControlListNotSupported"),
    ("x-amz-acl", "everybody", 400, "InvalidArgument"),
    ("x-amz-grant-read", "id=x", 400, "AccessControlListNotSupported"),
    ("x-amz-server-side-encryption", "aes256", 400, "InvalidArgument"),
    ("x-amz-server-side-encryption", "aws:backup", 501, "NotImplemented"),
    ("x-amz-server-side-encryption-customer-algorithm", "AES256", 400, "InvalidRequest"),
    ("x-amz-storage-class", "SNOW", 501, "NotImplemented"),
    ("x-amz-storage-class", "MARBLE", 400, "InvalidStorageClass"),
    ("x-amz-object-lock-mode", "COMPLIANCE", 400, "InvalidArgument"),
    ("x-amz-object-lock-retain-until-date", "01/02/2040", 400, "InvalidArgument"),
    ("x-amz-object-lock-legal-hold", "ON", 400, "InvalidRequest"),
]


@pytest.mark.parametrize(("header", "value", "status", "code"), PARAMETERS)
@pytest.mark.parametrize("place", ["header", "query"])
@pytest.mark.parametrize("operation", ["put", "create upload", "copy"])
def test_parameters(server, s3, bucket, operation, place, header, value, status, code):
    headers, body = {header: value}, b""
    if operation == "put":
        method, path, query, body = "PUT", f"/{bucket}/k", "", b"data"
    elif operation == "create upload":
        method, path, query = "POST", f"/{bucket}/k", "uploads="
    else:
        s3.put_object(Bucket=bucket, Key="src", Body=b"x")
        method, path, query = "PUT", f"/{bucket}/k", ""
        headers["x-amz-copy-source"] = f"/{bucket}/src"
    if place == "query":
        del headers[header]
        query = "&".join(filter(None, [query, f"{header}={quote(value, safe='')}"]))
    answer = call(server, method, path, query, headers, body)
    assert (answer.status, answer.code) == (status, code), answer
    assert status == 400 or header in answer.body.decode()
    if operation == "copy":
        s3.delete_object(Bucket=bucket, Key="src")
    assert_bucket_is_empty(s3, bucket)


@pytest.mark.parametrize(("header", "value"), [("x-amz-acl", "private"), ("x-amz-storage-class", "STANDARD")])
def test_the_defaults_said_aloud_are_fine(server, s3, bucket, header, value):
    assert call(server, "PUT", f"/{bucket}/k", headers={header: value}, body=b"x").status == 200


@pytest.mark.parametrize("header", ["x-amz-acl", "x-amz-bucket-namespace"])
def test_bucket_parameters(server, name, header):
    value = {"x-amz-acl": "public-read-write"}.get(header, "account-regional")
    answer = call(server, "PUT", f"/{name}", headers={header: value})
    refused = (400, "InvalidBucketAclWithObjectOwnership") if header == "x-amz-acl" else (501, "NotImplemented")
    assert (answer.status, answer.code) == refused
    assert call(server, "HEAD", f"/{name}").status == 404


def test_versions_are_refused(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    for operation in (s3.get_object, s3.delete_object):
        with pytest.raises(s3.exceptions.ClientError) as caught:
            operation(
                Bucket=bucket, Key="k", VersionId="3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo"
            )
        assert caught.value.response["Error"]["Code"] in ("NotImplemented", "NoSuchVersion", "InvalidArgument")
    assert read(s3, bucket, "k") == b"x"


OPERATIONS = [
    ("POST", "bucket", "metadataTable", "CreateBucketMetadataTableConfiguration"),
]


@pytest.mark.parametrize(("method", "level", "query", "operation"), OPERATIONS, ids=lambda value: str(value))
def test_operations(server, s3, bucket, method, level, query, operation):
    s3.put_object(Bucket=bucket, Key="k", Body=b"kept")
    query = "&".join(word if "=" in word else f"{word}=" for word in query.split("&"))
    answer = call(server, method, f"/{bucket}/k" if level == "object" else f"/{bucket}", query, body=b"<X/>")
    assert (answer.status, answer.code) == (501, "NotImplemented"), answer
    assert operation in answer.body.decode()
    assert read(s3, bucket, "k") == b"kept"


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "DELETE"])
def test_strangers(server, s3, bucket, method):
    s3.put_object(Bucket=bucket, Key="k", Body=b"kept")
    answer = Request(server, method, f"/{bucket}/k", body=b"x" if method == "PUT" else b"").send()
    assert answer.status == 403
    if method != "HEAD":
        assert answer.code == "AccessDenied"
    assert read(s3, bucket, "k") == b"kept"


def test_strangers_learn_nothing(server, bucket):
    for path in (f"/{bucket}", f"/{bucket}/none"):
        assert Request(server, "GET", path).send().code == "AccessDenied"
    # That nobody has a name everybody may know, as at Amazon.
    assert Request(server, "GET", "/no-such-bucket-here").send().code == "NoSuchBucket"


def test_old_signatures_are_refused(server, s3, bucket):
    answer = Request(server, "GET", f"/{bucket}", headers={"authorization": "AWS AKID:c2lnbmF0dXJl"}).send()
    assert answer.status in (400, 403) and answer.code in ("InvalidRequest", "AccessDenied")


def test_a_method_nobody_knows(server, bucket):
    answer = call(server, "PATCH", f"/{bucket}/k")
    assert (answer.status, answer.code) == (405, "MethodNotAllowed")
