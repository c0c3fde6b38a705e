"""ListObjects and ListObjectsV2 against a model in Python, with random keys: every page exact."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote_plus

import pytest

from checks import refused
from checksums import etag

SEED = 20_120_601
PIECES = [
    "a",
    "b",
    "ab",
    "/",
    "//",
    "-",
    " ",
    "+",
    "%2F",
    "ä",
    "é",
    "e\u0301",
    "漢",
    "\U0001f600",
    "\x01",
    "&",
    "<",
    "~",
    "Z",
    "0",
]


def random_keys(count):
    chance = random.Random(SEED)
    keys = {"".join(chance.choices(PIECES, k=chance.randint(1, 7))) for _ in range(count)}
    return sorted(keys - {"."}, key=str.encode)


@pytest.fixture(scope="module")
def listed(s3):
    bucket, keys = f"listing-{os.getpid()}", random_keys(300)
    s3.create_bucket(Bucket=bucket)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: s3.put_object(Bucket=bucket, Key=key, Body=key.encode()), keys))
    return bucket, keys


def model(keys, prefix, delimiter, after):
    """The entries, in order: ("key", text) and ("prefix", text)."""
    entries = []
    for key in keys:
        if not key.startswith(prefix):
            continue
        rest = key[len(prefix) :]
        if delimiter and delimiter in rest:
            entry = ("prefix", prefix + rest[: rest.index(delimiter) + len(delimiter)])
        else:
            entry = ("key", key)
        if entry[1].encode() > after.encode() and entry not in entries[-1:]:
            entries.append(entry)
    return entries


def cases():
    chance = random.Random(SEED + 1)
    prefixes = ["", "a", "a/", "ä", "nothing", "/", "ab", "\U0001f600", " "]
    delimiters = ["", "/", "//", "ab", "ä", "-", "%2F", " "]
    return [
        (chance.choice(prefixes), chance.choice(delimiters), chance.choice([1, 2, 7, 50, 1000]), chance.random() < 0.5)
        for _ in range(40)
    ]


def entries_of(page, decode):
    entries = [("key", decode(item["Key"])) for item in page.get("Contents", [])]
    assert entries == sorted(entries, key=lambda entry: entry[1].encode())
    entries += [("prefix", decode(common["Prefix"])) for common in page.get("CommonPrefixes", [])]
    return sorted(entries, key=lambda entry: entry[1].encode())


@pytest.mark.parametrize(("prefix", "delimiter", "size", "url"), cases())
def test_version_2(s3, listed, prefix, delimiter, size, url):
    bucket, keys = listed
    decode = unquote_plus if url else str
    more, seen = ({"EncodingType": "url"} if url else {}), []
    expected = model(keys, prefix, delimiter, "")
    while True:
        page = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter=delimiter, MaxKeys=size, **more)
        entries = entries_of(page, decode)
        assert entries == expected[len(seen) : len(seen) + size]
        assert page["KeyCount"] == len(entries) and page["MaxKeys"] == size
        seen += entries
        assert page["IsTruncated"] == (len(seen) < len(expected))
        if not page["IsTruncated"]:
            break
        more["ContinuationToken"] = page["NextContinuationToken"]


@pytest.mark.parametrize(("prefix", "delimiter", "size", "url"), cases())
def test_version_1(s3, listed, prefix, delimiter, size, url):
    bucket, keys = listed
    decode = unquote_plus if url else str
    more, seen, marker = ({"EncodingType": "url"} if url else {}), [], ""
    expected = model(keys, prefix, delimiter, "")
    while True:
        page = s3.list_objects(Bucket=bucket, Prefix=prefix, Delimiter=delimiter, MaxKeys=size, Marker=marker, **more)
        entries = entries_of(page, decode)
        assert entries == expected[len(seen) : len(seen) + size]
        seen += entries
        assert page["IsTruncated"] == (len(seen) < len(expected))
        if not page["IsTruncated"]:
            break
        if delimiter:  # without one, NextMarker is not given
            assert decode(page["NextMarker"]) == entries[-1][1]
        marker = entries[-1][1]


def test_after_a_name_within_a_group_comes_what_is_behind_the_group(s3, bucket):
    keys, after = ["f/a/1", "f/a/2", "f/b", "f/c"], "f/a/1"
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    versions = {key: s3.put_object(Bucket=bucket, Key=key)["VersionId"] for key in keys}
    uploads = {key: s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in keys}
    where = {"Bucket": bucket, "Prefix": "f/", "Delimiter": "/"}
    for page, rows in [
        (s3.list_objects(**where, Marker=after), "Contents"),
        (s3.list_objects_v2(**where, StartAfter=after), "Contents"),
        (s3.list_object_versions(**where, KeyMarker=after), "Versions"),
        (s3.list_object_versions(**where, KeyMarker=after, VersionIdMarker=versions[after]), "Versions"),
        (s3.list_multipart_uploads(**where, KeyMarker=after), "Uploads"),
        (s3.list_multipart_uploads(**where, KeyMarker=after, UploadIdMarker=uploads[after]), "Uploads"),
    ]:
        assert "CommonPrefixes" not in page, page
        assert [row["Key"] for row in page[rows]] == ["f/b", "f/c"]


# Amazon does not say whether StartAfter "a/" shows the common prefix "a/", so that pair is not here.
AFTER = ["", "a", "b", "ä", "zzz", "\U0001f600", "a/" + "\U0010ffff"]


@pytest.mark.parametrize(("after", "delimiter"), [*[(a, "") for a in [*AFTER, "a/"]], *[(a, "/") for a in AFTER]])
def test_start_after(s3, listed, after, delimiter):
    bucket, keys = listed
    page = s3.list_objects_v2(Bucket=bucket, StartAfter=after, Delimiter=delimiter)
    assert entries_of(page, str) == model(keys, "", delimiter, after)
    assert page.get("StartAfter", "") == after


def test_what_is_said_of_an_object(s3, listed):
    bucket, keys = listed
    page = s3.list_objects_v2(Bucket=bucket, Prefix=keys[5], MaxKeys=1, FetchOwner=True)
    [item] = page["Contents"]
    assert (item["ETag"], item["Size"], item["StorageClass"]) == (
        etag(keys[5].encode()),
        len(keys[5].encode()),
        "STANDARD",
    )
    assert item["LastModified"] and item["Owner"]["ID"]
    assert "Owner" not in s3.list_objects_v2(Bucket=bucket, MaxKeys=1)["Contents"][0]
    assert "Owner" in s3.list_objects(Bucket=bucket, MaxKeys=1)["Contents"][0]


def test_pages_of_nothing(s3, listed):
    bucket, _ = listed
    page = s3.list_objects_v2(Bucket=bucket, MaxKeys=0)
    assert "Contents" not in page and not page["IsTruncated"] and page["KeyCount"] == 0
    with refused(400, "InvalidArgument"):
        s3.list_objects_v2(Bucket=bucket, MaxKeys=-1)
    with refused(400, "InvalidArgument"):
        s3.list_objects_v2(Bucket=bucket, ContinuationToken="forged!")
    with refused(400, "InvalidArgument"):
        s3.list_objects_v2(Bucket=bucket, EncodingType="base64")


def test_more_than_a_thousand(s3, bucket):
    keys = [f"{number:04}" for number in range(1100)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: s3.put_object(Bucket=bucket, Key=key, Body=b""), keys))
    page = s3.list_objects_v2(Bucket=bucket, MaxKeys=5000)
    assert len(page["Contents"]) == 1000 and page["IsTruncated"] and page["MaxKeys"] == 1000
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    assert [item["Key"] for page in pages for item in page["Contents"]] == keys
    assert s3.list_objects_v2(Bucket=bucket, Delimiter="9")["KeyCount"] > 0
