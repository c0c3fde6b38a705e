"""DeleteObject and DeleteObjects."""

import pytest

from checks import keys_of, refused
from checksums import content_md5, etag
from raw import call


def test_deleting_is_repeatable(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    for _ in range(2):
        assert s3.delete_object(Bucket=bucket, Key="k")["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert keys_of(s3, bucket) == []


def test_many(s3, bucket):
    for key in ("a", "b", "c&<", "d/ä"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    named = [{"Key": key} for key in ("a", "c&<", "d/ä", "missing")]
    got = s3.delete_objects(Bucket=bucket, Delete={"Objects": named})
    assert [item["Key"] for item in got["Deleted"]] == ["a", "c&<", "d/ä", "missing"]
    assert "Errors" not in got and keys_of(s3, bucket) == ["b"]


def test_quietly(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    got = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}], "Quiet": True})
    assert "Deleted" not in got and "Errors" not in got
    assert keys_of(s3, bucket) == []


def test_a_thousand_and_no_more(s3, bucket):
    s3.put_object(Bucket=bucket, Key="0", Body=b"x")
    keys = [{"Key": str(number)} for number in range(1001)]
    with refused(400, "MalformedXML"):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})
    assert keys_of(s3, bucket) == ["0"]
    assert len(s3.delete_objects(Bucket=bucket, Delete={"Objects": keys[:1000]})["Deleted"]) == 1000
    assert keys_of(s3, bucket) == []


def test_each_with_its_condition(s3, bucket):
    for key in ("a", "b"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    named = [{"Key": "a", "ETag": etag(b"x")}, {"Key": "b", "ETag": etag(b"other")}]
    got = s3.delete_objects(Bucket=bucket, Delete={"Objects": named})
    assert [item["Key"] for item in got["Deleted"]] == ["a"]
    assert [(item["Key"], item["Code"]) for item in got["Errors"]] == [("b", "PreconditionFailed")]
    assert keys_of(s3, bucket) == ["b"]


BODY = b"<Delete><Object><Key>k</Key></Object></Delete>"
BAD = [
    (BODY, {}, "InvalidRequest"),  # neither Content-MD5 nor a checksum
    (BODY, {"content-md5": content_md5(b"other")}, "BadDigest"),
    (b"<Delete></Delete>", {"content-md5": content_md5(b"<Delete></Delete>")}, "MalformedXML"),
    (b"<Delete><Obj", {"content-md5": content_md5(b"<Delete><Obj")}, "MalformedXML"),
    (b"", {"content-md5": content_md5(b"")}, "MissingRequestBodyError"),
]


@pytest.mark.parametrize(
    ("body", "headers", "code"), BAD, ids=["no digest", "wrong digest", "nothing named", "cut", "empty"]
)
def test_bad_bodies(server, s3, bucket, body, headers, code):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    answer = call(server, "POST", f"/{bucket}", "delete=", headers=headers, body=body)
    assert answer.status == 400 and answer.code in (code, "MalformedXML" if not body else code)
    assert keys_of(s3, bucket) == ["k"]
