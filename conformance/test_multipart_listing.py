"""ListParts and ListMultipartUploads against a model in Python: every page exact, in order, nothing twice."""

import itertools
import os
import time
from urllib.parse import unquote_plus

import pytest

from checksums import etag


def test_parts_in_pages(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    numbers = [1, 2, 3, 10, 11, 99, 100, 101, 1000, 9_999, 10_000]
    for number in reversed(numbers):
        s3.upload_part(**where, PartNumber=number, Body=str(number).encode())
    for size in (1, 2, 3, 10, 11, 12, 1000):
        seen, marker = [], 0
        while True:
            page = s3.list_parts(**where, MaxParts=size, PartNumberMarker=marker)
            assert len(page["Parts"]) <= size and page["MaxParts"] == size and page["PartNumberMarker"] == marker
            seen += page["Parts"]
            if not page["IsTruncated"]:
                break
            marker = page["NextPartNumberMarker"]
            assert marker == seen[-1]["PartNumber"]
        assert [part["PartNumber"] for part in seen] == numbers
        assert [part["ETag"] for part in seen] == [etag(str(number).encode()) for number in numbers]
    after = s3.list_parts(**where, PartNumberMarker=100)["Parts"]
    assert [part["PartNumber"] for part in after] == [101, 1000, 9_999, 10_000]
    assert "Parts" not in s3.list_parts(**where, PartNumberMarker=10_000)


KEYS = ["a", "a/1", "a/1", "a/1", "a/2/x", "a/2/y", "a0", "b b+&", "b//c", "c", "c", "ä/ö", "z\u2028z", "\U0001f600"]


@pytest.fixture(scope="module")
def uploads(s3):
    """A bucket with uploads of these keys, and the list that it should show: by key (UTF-8 order), then by start."""
    bucket = f"uploads-{os.getpid()}"
    s3.create_bucket(Bucket=bucket)
    made = []
    for key in KEYS:
        made.append((key, s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]))
        time.sleep(0.01)  # uploads of one key are listed by their start
    made.sort(key=lambda upload: upload[0].encode())  # stable: the order of start stays
    return bucket, made


def model(made, prefix, delimiter, size):
    """All pages, as lists of ("upload", key, id) and ("prefix", text)."""
    entries = []
    for key, upload in made:
        if not key.startswith(prefix):
            continue
        rest = key[len(prefix) :]
        if delimiter and delimiter in rest:
            entry = ("prefix", prefix + rest.split(delimiter)[0] + delimiter)
            if entry not in entries:
                entries.append(entry)
        else:
            entries.append(("upload", key, upload))
    return [entries[start : start + size] for start in range(0, len(entries), size)] or [[]]


@pytest.mark.parametrize("encoding", [None, "url"])
@pytest.mark.parametrize("prefix", ["", "a", "a/", "a/1", "nothing", "ä"])
def test_uploads_in_pages(s3, uploads, prefix, encoding):
    bucket, made = uploads
    decode = unquote_plus if encoding else str
    for delimiter, size in itertools.product(["", "/", "/1", "b"], [1, 2, 3, 1000]):
        expected = model(made, prefix, delimiter, size)
        more = {"EncodingType": encoding} if encoding else {}
        seen, markers = [], {}
        for _ in range(len(made) + 2):
            page = s3.list_multipart_uploads(
                Bucket=bucket, Prefix=prefix, Delimiter=delimiter, MaxUploads=size, **markers, **more
            )
            entries = [("upload", decode(upload["Key"]), upload["UploadId"]) for upload in page.get("Uploads", [])]
            assert entries == sorted(entries, key=lambda entry: entry[1].encode())
            entries += [("prefix", decode(common["Prefix"])) for common in page.get("CommonPrefixes", [])]
            assert page["MaxUploads"] == size
            seen.append(sorted(entries, key=lambda entry: entry[1].encode()))
            if not page["IsTruncated"]:
                break
            markers = {"KeyMarker": decode(page["NextKeyMarker"]), "UploadIdMarker": page.get("NextUploadIdMarker", "")}
        assert seen == expected, (prefix, delimiter, size)


def test_markers(s3, uploads):
    bucket, made = uploads
    keys_after = [key for key, _ in made if key.encode() > b"a/1"]
    page = s3.list_multipart_uploads(Bucket=bucket, KeyMarker="a/1")
    assert [upload["Key"] for upload in page["Uploads"]] == keys_after
    same_key = [upload for key, upload in made if key == "a/1"]
    page = s3.list_multipart_uploads(Bucket=bucket, KeyMarker="a/1", UploadIdMarker=same_key[0])
    assert [upload["UploadId"] for upload in page["Uploads"]][:2] == same_key[1:]
    # An upload marker without a key marker is ignored.
    page = s3.list_multipart_uploads(Bucket=bucket, UploadIdMarker=same_key[0])
    assert len(page["Uploads"]) == len(made)


def test_the_paginator_sees_all(s3, uploads):
    bucket, made = uploads
    pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, PaginationConfig={"PageSize": 4})
    assert [(u["Key"], u["UploadId"]) for page in pages for u in page.get("Uploads", [])] == made
