"""GetObjectAttributes."""

import os

import pytest

from checks import refused
from checksums import checksum, composite, etag, multipart_etag

MIB = 1 << 20
ALL = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
PARTS = [os.urandom(5 * MIB), os.urandom(5 * MIB), b"tail"]


def test_of_a_plain_object(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"data", ChecksumAlgorithm="SHA256")
    got = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=ALL)
    assert got["ETag"] == etag(b"data").strip('"')
    assert got["Checksum"] == {"ChecksumSHA256": checksum("SHA256", b"data"), "ChecksumType": "FULL_OBJECT"}
    assert (got["ObjectSize"], got["StorageClass"]) == (4, "STANDARD")
    assert "ObjectParts" not in got and got["LastModified"]


def test_only_what_was_asked(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"data")
    got = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ObjectSize"])
    assert got["ObjectSize"] == 4
    assert not {"ETag", "Checksum", "StorageClass"} & set(got)


def test_of_a_multipart_object(s3, bucket):
    where = {"Bucket": bucket, "Key": "k"}
    where["UploadId"] = s3.create_multipart_upload(**where, ChecksumAlgorithm="SHA256")["UploadId"]
    named = []
    for number, data in enumerate(PARTS, 1):
        sent = s3.upload_part(**where, PartNumber=number, Body=data, ChecksumAlgorithm="SHA256")
        named.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": sent["ChecksumSHA256"]})
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": named})
    got = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=ALL)
    assert got["ETag"] == multipart_etag(PARTS).strip('"')
    assert got["ObjectSize"] == 10 * MIB + 4
    assert got["Checksum"]["ChecksumSHA256"] in (composite("SHA256", PARTS), composite("SHA256", PARTS).split("-")[0])
    assert got["Checksum"]["ChecksumType"] == "COMPOSITE"
    parts = got["ObjectParts"]
    assert parts["TotalPartsCount"] == 3 and not parts["IsTruncated"]
    assert [(part["PartNumber"], part["Size"], part["ChecksumSHA256"]) for part in parts["Parts"]] == [
        (number, len(data), checksum("SHA256", data)) for number, data in enumerate(PARTS, 1)
    ]
    page = s3.get_object_attributes(
        Bucket=bucket, Key="k", ObjectAttributes=["ObjectParts"], MaxParts=1, PartNumberMarker=1
    )
    page = page["ObjectParts"]
    assert [part["PartNumber"] for part in page["Parts"]] == [2]
    assert page["IsTruncated"] and page["NextPartNumberMarker"] == 2


@pytest.mark.parametrize("settings", [{}, {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}])
def test_parts_without_checksums_of_their_own_are_counted(s3, bucket, settings):
    where = {"Bucket": bucket, "Key": "k"}
    where["UploadId"] = s3.create_multipart_upload(**where, **settings)["UploadId"]
    named = []
    for number, data in enumerate(PARTS, 1):
        named.append({"PartNumber": number, "ETag": s3.upload_part(**where, PartNumber=number, Body=data)["ETag"]})
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": named})
    parts = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=ALL)["ObjectParts"]
    assert parts["TotalPartsCount"] == 3 and "Parts" not in parts


def test_missing(s3, bucket):
    with refused(404, "NoSuchKey"):
        s3.get_object_attributes(Bucket=bucket, Key="none", ObjectAttributes=["ETag"])
