"""GetObject and HeadObject: ranges, part numbers, conditional headers, response overrides, metadata."""

import datetime
import os

import pytest

from checks import read, refused
from checksums import etag
from raw import call

MIB = 1 << 20
DATA = os.urandom(300_007)
PARTS = [os.urandom(5 * MIB), os.urandom(6 * MIB), os.urandom(70_001)]
WHOLE = b"".join(PARTS)


@pytest.fixture(scope="module")
def objects(s3):
    """A bucket with the object "one", the three-part object "many", the 100-byte "tiny" and "empty"."""
    bucket = f"get-object-{os.getpid()}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="one", Body=DATA, ContentType="text/one", Metadata={"k": "v"})
    s3.put_object(Bucket=bucket, Key="tiny", Body=DATA[:100])
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    where = {"Bucket": bucket, "Key": "many"}
    where["UploadId"] = s3.create_multipart_upload(**where, ContentType="text/many")["UploadId"]
    named = []
    for number, data in zip((1, 5, 9), PARTS, strict=True):
        named.append({"PartNumber": number, "ETag": s3.upload_part(**where, PartNumber=number, Body=data)["ETag"]})
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": named})
    return bucket


RANGES = ["0-0", "0-99", "1-1", "99-", "-1", "-50", "50-10000000000", "-10000000000", "0-"]


@pytest.mark.parametrize("text", RANGES)
@pytest.mark.parametrize(
    ("key", "data"), [("one", DATA), ("many", WHOLE), ("tiny", DATA[:100])], ids=["one", "many", "tiny"]
)
def test_ranges(s3, objects, key, data, text):
    first, last = text.split("-")
    if not first:
        first, last = max(len(data) - int(last), 0), len(data) - 1
    first, last = int(first), min(int(last or len(data)), len(data) - 1)
    got = s3.get_object(Bucket=objects, Key=key, Range=f"bytes={text}")
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert got["ContentRange"] == f"bytes {first}-{last}/{len(data)}"
    assert got["ContentLength"] == last - first + 1
    assert got["Body"].read() == data[first : last + 1]
    head = s3.head_object(Bucket=objects, Key=key, Range=f"bytes={text}")
    assert head["ContentLength"] == last - first + 1 and head["ResponseMetadata"]["HTTPStatusCode"] == 206


@pytest.mark.parametrize("seam", [5 * MIB, 11 * MIB])
def test_ranges_over_the_seams_of_parts(s3, objects, seam):
    for first, last in (
        (seam - 1, seam),
        (seam, seam),
        (seam - 1, seam - 1),
        (seam - 70_000, seam + 69_999),
        (3, 11 * MIB + 5),
    ):
        assert read(s3, objects, "many", Range=f"bytes={first}-{last}") == WHOLE[first : last + 1]


@pytest.mark.parametrize("text", ["300007-", "300007-300010", "-0"])
def test_ranges_that_cannot_be_met(s3, objects, text):
    with refused(416, "InvalidRange"):
        s3.get_object(Bucket=objects, Key="one", Range=f"bytes={text}")


def test_range_of_nothing(s3, objects):
    with refused(416, "InvalidRange"):
        s3.get_object(Bucket=objects, Key="empty", Range="bytes=0-0")
    assert read(s3, objects, "empty") == b""


@pytest.mark.parametrize("text", ["bytes=5-1", "bytes 0-5", "lines=0-5", "bytes=a-b", "bytes=0-1,3-4", "bytes="])
def test_ranges_that_are_ignored(s3, objects, text):
    got = s3.get_object(Bucket=objects, Key="tiny", Range=text)
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 200 and got["Body"].read() == DATA[:100]


def test_part_numbers(s3, objects):
    """Parts are numbered anew, in order, from 1."""
    start = 0
    for number, data in enumerate(PARTS, 1):
        got = s3.get_object(Bucket=objects, Key="many", PartNumber=number)
        assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert got["ContentRange"] == f"bytes {start}-{start + len(data) - 1}/{len(WHOLE)}"
        assert got["PartsCount"] == 3 and got["Body"].read() == data
        head = s3.head_object(Bucket=objects, Key="many", PartNumber=number)
        assert (head["PartsCount"], head["ContentLength"]) == (3, len(data))
        start += len(data)
    with refused(416, "InvalidPartNumber"):
        s3.get_object(Bucket=objects, Key="many", PartNumber=4)
    with refused(416):
        s3.head_object(Bucket=objects, Key="many", PartNumber=4)


def test_part_number_one_of_a_plain_object(s3, objects):
    got = s3.get_object(Bucket=objects, Key="one", PartNumber=1)
    assert got["Body"].read() == DATA and "PartsCount" not in got
    with refused(416, "InvalidPartNumber"):
        s3.get_object(Bucket=objects, Key="one", PartNumber=2)


def test_part_number_and_range_exclude_each_other(s3, objects):
    with refused(400, "InvalidRequest"):
        s3.get_object(Bucket=objects, Key="many", PartNumber=1, Range="bytes=0-5")


PAST, FUTURE = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days) for days in (-1, 1))
ETAG, OTHER = etag(DATA), etag(b"other")
CONDITIONS = [
    ({"IfMatch": ETAG}, 200),
    ({"IfMatch": ETAG.strip('"')}, 200),
    ({"IfMatch": "*"}, 200),
    ({"IfMatch": OTHER}, 412),
    ({"IfMatch": f"{OTHER}, {ETAG}"}, 200),
    ({"IfNoneMatch": ETAG}, 304),
    ({"IfNoneMatch": "*"}, 304),
    ({"IfNoneMatch": OTHER}, 200),
    ({"IfModifiedSince": PAST}, 200),
    ({"IfModifiedSince": FUTURE}, 200),  # a date in the future is not valid and is ignored
    ({"IfUnmodifiedSince": PAST}, 412),
    ({"IfUnmodifiedSince": FUTURE}, 200),
    ({"IfMatch": ETAG, "IfUnmodifiedSince": PAST}, 200),
    ({"IfNoneMatch": ETAG, "IfModifiedSince": PAST}, 304),
    ({"IfNoneMatch": OTHER, "IfModifiedSince": PAST}, 200),
    ({"IfMatch": OTHER, "IfNoneMatch": ETAG}, 412),
]


@pytest.mark.parametrize(
    ("condition", "status"), CONDITIONS, ids=lambda value: "+".join(value) if isinstance(value, dict) else None
)
def test_conditions(s3, objects, condition, status):
    for operation in (s3.get_object, s3.head_object):
        if status == 200:
            assert operation(Bucket=objects, Key="one", **condition)["ETag"] == ETAG
        else:
            with refused(status):
                operation(Bucket=objects, Key="one", **condition)


def test_not_modified_since_its_own_date(s3, objects):
    modified = s3.head_object(Bucket=objects, Key="one")["LastModified"]
    with refused(304):
        s3.get_object(Bucket=objects, Key="one", IfModifiedSince=modified)
    s3.get_object(Bucket=objects, Key="one", IfUnmodifiedSince=modified)


def test_not_modified_has_its_headers_and_no_body(server, objects):
    answer = call(server, "GET", f"/{objects}/one", headers={"if-none-match": ETAG})
    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", ETAG)
    assert "last-modified" in answer.headers


def test_response_overrides(s3, objects):
    expires = datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    got = s3.get_object(
        Bucket=objects, Key="one", ResponseContentType="text/over", ResponseCacheControl="max-age=5",
        ResponseContentDisposition='attachment; filename="ä.txt"'.encode().decode("latin-1"),
        ResponseContentEncoding="br", ResponseContentLanguage="eo", ResponseExpires=expires,
    )  # fmt: skip
    assert (got["ContentType"], got["CacheControl"]) == ("text/over", "max-age=5")
    assert got["ContentDisposition"].startswith("attachment")
    assert (got["ContentEncoding"], got["ContentLanguage"]) == ("br", "eo")
    assert got["ExpiresString"] == "Wed, 02 Jan 2030 03:04:05 GMT"


def test_headers_of_every_answer(server, objects):
    answer = call(server, "GET", f"/{objects}/one")
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(DATA))
    assert answer.headers["x-amz-request-id"] and answer.headers["x-amz-id-2"]
    assert answer.headers["etag"] == ETAG
    assert answer.headers["last-modified"].endswith("GMT")
    assert answer.headers["x-amz-meta-k"] == "v"
    missing = call(server, "GET", f"/{objects}/none")
    assert (missing.status, missing.code) == (404, "NoSuchKey")
    assert missing.headers["content-type"] == "application/xml"
    for tag in (b"<Key>none</Key>", b"<RequestId>", b"<HostId>", b"<Message>"):
        assert tag in missing.body


def test_metadata(s3, bucket):
    expires = datetime.datetime(2031, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    stored = {
        "ContentType": "text/plain; charset=utf-8", "CacheControl": "no-cache", "ContentLanguage": "de, en",
        "ContentDisposition": 'attachment; filename="a b.txt"', "ContentEncoding": "gzip",
        "Metadata": {"plain": "text", "case-of-name": "Value Kept", "spaces": "a  b"},
    }  # fmt: skip
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Expires=expires, **stored)
    head = s3.head_object(Bucket=bucket, Key="k")
    assert {name: head[name] for name in stored} == stored
    assert head["ExpiresString"] == "Thu, 02 Jan 2031 03:04:05 GMT"
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    head = s3.head_object(Bucket=bucket, Key="k")
    assert (head["ContentType"], head["Metadata"]) == ("binary/octet-stream", {})


def test_user_metadata_has_a_limit(s3, bucket):
    """2 KB: names and values together, https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html"""
    s3.put_object(Bucket=bucket, Key="fits", Body=b"x", Metadata={"n": "v" * 2000})
    with refused(400, "MetadataTooLarge"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", Metadata={"n": "v" * 2048})
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["fits"]


@pytest.mark.parametrize(
    "key", ["a//b", "/leading", "trailing/", "../dots/./x", "ä ö+?&=%#", "\U0001f600", "\x01\x7f", "k" * 1024, "a\\b"]
)
def test_keys(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert read(s3, bucket, key) == key.encode()
    [item] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert item["Key"] == key
    s3.delete_object(Bucket=bucket, Key=key)
    with refused(404, "NoSuchKey"):
        s3.get_object(Bucket=bucket, Key=key)
