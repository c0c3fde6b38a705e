"""If-Match and If-None-Match on PutObject, CompleteMultipartUpload and DeleteObject; also with a thousand clients racing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from checks import keys_of, read, refused
from checksums import etag


def test_put_only_if_absent(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"one", IfNoneMatch="*")
    with refused(412, "PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"two", IfNoneMatch="*")
    assert read(s3, bucket, "k") == b"one"
    s3.delete_object(Bucket=bucket, Key="k")
    s3.put_object(Bucket=bucket, Key="k", Body=b"three", IfNoneMatch="*")


def test_put_only_if_it_is_this(s3, bucket):
    with refused(404, "NoSuchKey"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfMatch=etag(b"one"))
    s3.put_object(Bucket=bucket, Key="k", Body=b"one")
    with refused(412, "PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfMatch=etag(b"other"))
    s3.put_object(Bucket=bucket, Key="k", Body=b"two", IfMatch=etag(b"one"))
    assert read(s3, bucket, "k") == b"two"


def test_if_none_match_takes_only_a_star(s3, bucket):
    with refused(501, "NotImplemented"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfNoneMatch=etag(b"one"))
    assert keys_of(s3, bucket) == []


def start(s3, bucket, data):
    where = {"Bucket": bucket, "Key": "k"}
    where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
    part = s3.upload_part(**where, PartNumber=1, Body=data)
    return {**where, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}}


def test_complete_with_conditions(s3, bucket):
    first, second = (start(s3, bucket, data) for data in (b"1", b"2"))
    with refused(404, "NoSuchKey"):
        s3.complete_multipart_upload(**first, IfMatch=etag(b"x"))
    made = s3.complete_multipart_upload(**first, IfNoneMatch="*")
    with refused(412, "PreconditionFailed"):
        s3.complete_multipart_upload(**second, IfNoneMatch="*")
    assert read(s3, bucket, "k") == b"1"
    third = start(s3, bucket, b"3")
    s3.complete_multipart_upload(**third, IfMatch=made["ETag"])
    assert read(s3, bucket, "k") == b"3"
    # A refused completion leaves its upload open.
    s3.complete_multipart_upload(**second)
    assert read(s3, bucket, "k") == b"2"


def test_complete_with_a_condition_on_what_came_since(s3, bucket):
    """The condition holds, but of an object that nobody can have seen who began the upload: begin again."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    upload = start(s3, bucket, b"1")
    since = s3.put_object(Bucket=bucket, Key="k", Body=b"since")["ETag"]
    with refused(412, "PreconditionFailed"):
        s3.complete_multipart_upload(**upload, IfMatch=etag(b"before"))
    with refused(409, "ConditionalRequestConflict") as caught:
        s3.complete_multipart_upload(**upload, IfMatch=since)
    error = caught.value.response["Error"]
    assert (error["Condition"], error["Key"]) == ("If-Match", "k")
    assert read(s3, bucket, "k") == b"since"
    s3.complete_multipart_upload(**start(s3, bucket, b"2"), IfMatch=since)
    assert read(s3, bucket, "k") == b"2"


def test_complete_if_absent_behind_a_delete_marker_that_came_since(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    upload = start(s3, bucket, b"1")
    s3.delete_object(Bucket=bucket, Key="k")
    with refused(409, "ConditionalRequestConflict"):
        s3.complete_multipart_upload(**upload, IfNoneMatch="*")
    s3.complete_multipart_upload(**start(s3, bucket, b"2"), IfNoneMatch="*")
    assert read(s3, bucket, "k") == b"2"


def test_delete_with_a_condition(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"one")
    with refused(412, "PreconditionFailed"):
        s3.delete_object(Bucket=bucket, Key="k", IfMatch=etag(b"other"))
    assert keys_of(s3, bucket) == ["k"]
    s3.delete_object(Bucket=bucket, Key="k", IfMatch=etag(b"one"))
    assert keys_of(s3, bucket) == []


def outcomes(attempt, count, threads=32):
    """How often the attempts ended with each HTTP status."""

    def status(number):
        try:
            return attempt(number)["ResponseMetadata"]["HTTPStatusCode"]
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"]

    with ThreadPoolExecutor(threads) as pool:
        statuses = list(pool.map(status, range(count)))
    return {status: statuses.count(status) for status in set(statuses)}


@pytest.fixture
def racer(server):
    return server.client("s3", config=Config(max_pool_connections=32))


def test_a_thousand_racing_writers(racer, bucket):
    """500 puts and 500 completions, all only if absent: one wins, the others are told 412 (or 409, which means try again)."""
    starts = [start(racer, bucket, str(number).encode()) for number in range(500)]

    def attempt(number):
        if number % 2:
            return racer.put_object(Bucket=bucket, Key="k", Body=f"put {number}".encode(), IfNoneMatch="*")
        return racer.complete_multipart_upload(**starts[number // 2], IfNoneMatch="*")

    got = outcomes(attempt, 1000)
    assert got.pop(200) == 1
    assert set(got) <= {409, 412}
    assert keys_of(racer, bucket) == ["k"]


def test_swap_is_a_counter(racer, bucket):
    """Read, add one, swap if unchanged: no increment may be lost."""
    racer.put_object(Bucket=bucket, Key="k", Body=b"0")

    def add(_):
        for _ in range(1000):
            seen = racer.get_object(Bucket=bucket, Key="k")
            value = int(seen["Body"].read())
            try:
                return racer.put_object(Bucket=bucket, Key="k", Body=str(value + 1).encode(), IfMatch=seen["ETag"])
            except racer.exceptions.ClientError as error:
                assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412)
        raise AssertionError("a thousand swaps were lost in a row")

    assert outcomes(add, 100, threads=8) == {200: 100}
    assert read(racer, bucket, "k") == b"100"
