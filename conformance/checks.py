"""Assertions that many tests make."""

import contextlib

import pytest
from botocore.exceptions import ClientError


@contextlib.contextmanager
def refused(status, code=None, words=""):
    """The call inside must be refused with this HTTP status, error code (a HEAD has no body, so no code) and words."""
    with pytest.raises(ClientError) as caught:
        yield caught
    error = caught.value.response
    got = error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]
    assert got[0] == status and (code is None or got[1] == code), f"got {got}, expected {(status, code)}: {error}"
    assert words in error["Error"].get("Message", ""), f"got {error['Error']}, expected {words!r}"


def refused_with(code, call, **arguments):
    """The call must be refused with this error code: the error."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    assert error["Error"]["Code"] == code, error
    return error


def assert_bucket_is_empty(s3, bucket):
    """No object and no upload: what a refused request must leave."""
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def keys_of(s3, bucket):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


def read(s3, bucket, key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()
