"""CopyObject and UploadPartCopy: directives, ranges, preconditions."""

import datetime
import os

import pytest

from checks import assert_bucket_is_empty, read, refused
from checksums import checksum, etag, multipart_etag

MIB = 1 << 20
DATA = os.urandom(6 * MIB)


@pytest.fixture
def source(s3, bucket):
    s3.put_object(Bucket=bucket, Key="src", Body=DATA, ContentType="text/a", CacheControl="no-store",
                  Metadata={"a": "1"}, ChecksumAlgorithm="SHA256")  # fmt: skip
    return {"Bucket": bucket, "Key": "src"}


def test_copies_data_and_metadata(s3, bucket, source):
    copied = s3.copy_object(Bucket=bucket, Key="dst", CopySource=source)["CopyObjectResult"]
    assert copied["ETag"] == etag(DATA) and copied["LastModified"]
    got = s3.get_object(Bucket=bucket, Key="dst", ChecksumMode="ENABLED")
    assert got["Body"].read() == DATA
    assert (got["ContentType"], got["CacheControl"], got["Metadata"]) == ("text/a", "no-store", {"a": "1"})
    assert got["ChecksumSHA256"] == checksum("SHA256", DATA)


def test_the_copy_outlives_its_source(s3, bucket, source):
    s3.copy_object(Bucket=bucket, Key="dst", CopySource=source)
    s3.delete_object(**source)
    assert read(s3, bucket, "dst") == DATA


def test_replace_directive(s3, bucket, source):
    s3.copy_object(Bucket=bucket, Key="dst", CopySource=source, MetadataDirective="REPLACE", ContentType="text/b",
                   Metadata={"b": "2"})  # fmt: skip
    head = s3.head_object(Bucket=bucket, Key="dst")
    assert (head["ContentType"], head["Metadata"]) == ("text/b", {"b": "2"})
    assert "CacheControl" not in head


def test_onto_itself(s3, bucket, source):
    with refused(400, "InvalidRequest"):
        s3.copy_object(**source, CopySource=source)
    s3.copy_object(**source, CopySource=source, MetadataDirective="REPLACE", Metadata={"new": "1"})
    assert s3.head_object(**source)["Metadata"] == {"new": "1"}
    assert read(s3, bucket, "src") == DATA


@pytest.mark.parametrize("key", ["a b", "a+b", "ä/ö?x=1", "a%2Fb", "\U0001f600"])
def test_keys_that_need_encoding(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.copy_object(Bucket=bucket, Key="dst", CopySource={"Bucket": bucket, "Key": key})
    assert read(s3, bucket, "dst") == b"x"


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC64NVME", "SHA1"])
def test_another_checksum(s3, bucket, source, algorithm):
    copied = s3.copy_object(Bucket=bucket, Key="dst", CopySource=source, ChecksumAlgorithm=algorithm)
    assert copied["CopyObjectResult"][f"Checksum{algorithm}"] == checksum(algorithm, DATA)
    head = s3.head_object(Bucket=bucket, Key="dst", ChecksumMode="ENABLED")
    assert head[f"Checksum{algorithm}"] == checksum(algorithm, DATA)


PAST, FUTURE = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days) for days in (-1, 1))
MET = [
    {"CopySourceIfMatch": etag(DATA)},
    {"CopySourceIfNoneMatch": etag(b"other")},
    {"CopySourceIfModifiedSince": PAST},
    {"CopySourceIfUnmodifiedSince": FUTURE},
    {"CopySourceIfMatch": etag(DATA), "CopySourceIfUnmodifiedSince": PAST},
]
UNMET = [
    {"CopySourceIfMatch": etag(b"other")},
    {"CopySourceIfNoneMatch": etag(DATA)},
    {"CopySourceIfUnmodifiedSince": PAST},
    {"CopySourceIfNoneMatch": etag(DATA), "CopySourceIfModifiedSince": PAST},
]


@pytest.mark.parametrize("condition", MET, ids=lambda condition: "+".join(condition))
def test_conditions_met(s3, bucket, source, condition):
    s3.copy_object(Bucket=bucket, Key="dst", CopySource=source, **condition)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mp")["UploadId"]
    s3.upload_part_copy(Bucket=bucket, Key="mp", UploadId=upload, PartNumber=1, CopySource=source, **condition)


@pytest.mark.parametrize("condition", UNMET, ids=lambda condition: "+".join(condition))
def test_conditions_not_met(s3, bucket, source, condition):
    with refused(412, "PreconditionFailed"):
        s3.copy_object(Bucket=bucket, Key="dst", CopySource=source, **condition)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mp")["UploadId"]
    with refused(412, "PreconditionFailed"):
        s3.upload_part_copy(Bucket=bucket, Key="mp", UploadId=upload, PartNumber=1, CopySource=source, **condition)
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["src"]
    assert "Parts" not in s3.list_parts(Bucket=bucket, Key="mp", UploadId=upload)


def test_missing_sources(s3, bucket):
    with refused(404, "NoSuchKey"):
        s3.copy_object(Bucket=bucket, Key="dst", CopySource={"Bucket": bucket, "Key": "none"})
    with refused(404, "NoSuchBucket"):
        s3.copy_object(Bucket=bucket, Key="dst", CopySource={"Bucket": "no-such-bucket-here", "Key": "none"})
    assert_bucket_is_empty(s3, bucket)


def test_parts_by_copy(s3, bucket, source):
    where = {"Bucket": bucket, "Key": "dst"}
    where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
    ranges = [(0, 5 * MIB - 1), (1, 5 * MIB), (6 * MIB - 10, 6 * MIB - 1)]
    pieces = [DATA[first : last + 1] for first, last in ranges]
    named = []
    for number, (first, last) in enumerate(ranges, 1):
        copied = s3.upload_part_copy(
            **where, PartNumber=number, CopySource=source, CopySourceRange=f"bytes={first}-{last}"
        )["CopyPartResult"]
        assert copied["ETag"] == etag(pieces[number - 1]) and copied["LastModified"]
        named.append({"PartNumber": number, "ETag": copied["ETag"]})
    s3.delete_object(**source)
    done = s3.complete_multipart_upload(**where, MultipartUpload={"Parts": named})
    assert done["ETag"] == multipart_etag(pieces)
    assert read(s3, bucket, "dst") == b"".join(pieces)


def test_from_a_multipart_object(s3, bucket):
    """A source of several parts, read across their border."""
    where = {"Bucket": bucket, "Key": "src"}
    where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
    named = [
        {
            "PartNumber": n,
            "ETag": s3.upload_part(**where, PartNumber=n, Body=DATA[: 5 * MIB] if n < 3 else b"tail")["ETag"],
        }
        for n in (1, 2, 3)
    ]
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": named})
    whole = DATA[: 5 * MIB] * 2 + b"tail"
    source = {"Bucket": bucket, "Key": "src"}
    copied = s3.copy_object(Bucket=bucket, Key="copy", CopySource=source)["CopyObjectResult"]
    assert read(s3, bucket, "copy") == whole
    assert copied["ETag"] == s3.head_object(Bucket=bucket, Key="copy")["ETag"]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mp")["UploadId"]
    part = s3.upload_part_copy(Bucket=bucket, Key="mp", UploadId=upload, PartNumber=1, CopySource=source,
                               CopySourceRange=f"bytes={5 * MIB - 3}-{10 * MIB + 1}")["CopyPartResult"]  # fmt: skip
    assert part["ETag"] == etag(whole[5 * MIB - 3 : 10 * MIB + 2])


@pytest.mark.parametrize("text", ["bytes=0-", "bytes=-5", "bytes=5-1", "0-5", "bytes=0-1,3-4"])
def test_malformed_ranges(s3, bucket, source, text):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mp")["UploadId"]
    with refused(400, "InvalidArgument"):
        s3.upload_part_copy(Bucket=bucket, Key="mp", UploadId=upload, PartNumber=1, CopySource=source,
                            CopySourceRange=text)  # fmt: skip


def test_range_past_the_end(s3, bucket, source):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mp")["UploadId"]
    for text in (f"bytes=0-{len(DATA)}", f"bytes={len(DATA)}-{len(DATA) + 5}"):
        with pytest.raises(s3.exceptions.ClientError) as caught:
            s3.upload_part_copy(Bucket=bucket, Key="mp", UploadId=upload, PartNumber=1, CopySource=source,
                                CopySourceRange=text)  # fmt: skip
        assert caught.value.response["Error"]["Code"] in ("InvalidRange", "InvalidArgument", "InvalidRequest")


def test_metadata_directive_must_be_known(s3, bucket, source):
    with refused(400, "InvalidArgument"):
        s3.copy_object(Bucket=bucket, Key="dst", CopySource=source, MetadataDirective="MERGE")
