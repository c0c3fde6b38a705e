"""The walk through a multipart upload in Amazon's guide, with the SDK and with the CLI.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

import json
import os

import pytest

from checks import read, refused
from checksums import etag, multipart_etag

MIB = 1 << 20
PARTS = [os.urandom(5 * MIB), os.urandom(5 * MIB), os.urandom(123_457)]


def test_with_the_sdk(s3, bucket):
    created = s3.create_multipart_upload(
        Bucket=bucket, Key="large.bin", ContentType="application/x-demo", Metadata={"project": "guide"}
    )
    assert (created["Bucket"], created["Key"]) == (bucket, "large.bin")
    upload = {"Bucket": bucket, "Key": "large.bin", "UploadId": created["UploadId"]}

    named = []
    for number, part in enumerate(PARTS, 1):
        sent = s3.upload_part(**upload, PartNumber=number, Body=part)
        assert sent["ETag"] == etag(part)
        named.append({"PartNumber": number, "ETag": sent["ETag"]})

    listed = s3.list_parts(**upload)
    assert [(part["PartNumber"], part["ETag"], part["Size"]) for part in listed["Parts"]] == [
        (number, etag(part), len(part)) for number, part in enumerate(PARTS, 1)
    ]
    assert not listed["IsTruncated"] and listed["StorageClass"] == "STANDARD"
    assert listed["Owner"]["ID"] and listed["Initiator"]["ID"]
    [shown] = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert (shown["Key"], shown["UploadId"], shown["StorageClass"]) == ("large.bin", created["UploadId"], "STANDARD")
    with refused(404, "NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="large.bin")

    done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": named})
    assert done["ETag"] == multipart_etag(PARTS)
    assert (done["Bucket"], done["Key"]) == (bucket, "large.bin")
    assert done["Location"].endswith("large.bin")

    got = s3.get_object(Bucket=bucket, Key="large.bin")
    assert got["Body"].read() == b"".join(PARTS)
    assert got["ETag"] == multipart_etag(PARTS)
    assert (got["ContentType"], got["Metadata"]) == ("application/x-demo", {"project": "guide"})
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_abort(s3, bucket):
    upload = {"Bucket": bucket, "Key": "k", "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=PARTS[2])
    assert s3.abort_multipart_upload(**upload)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused(404, "NoSuchUpload"):
        s3.upload_part(**upload, PartNumber=2, Body=b"late")
    with refused(404, "NoSuchUpload"):
        s3.list_parts(**upload)
    with refused(404, "NoSuchUpload"):
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_with_the_cli(aws, s3, bucket, tmp_path):
    for number, part in enumerate(PARTS, 1):
        (tmp_path / f"part{number}").write_bytes(part)
    where = ["--bucket", bucket, "--key", "large.bin"]
    upload = json.loads(aws("s3api", "create-multipart-upload", *where).stdout)["UploadId"]
    where += ["--upload-id", upload]
    for number in (3, 1, 2):
        aws("s3api", "upload-part", *where, "--part-number", number, "--body", f"part{number}")
    listed = json.loads(aws("s3api", "list-parts", *where).stdout)["Parts"]
    named = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in listed]
    (tmp_path / "parts.json").write_text(json.dumps({"Parts": named}))
    done = aws("s3api", "complete-multipart-upload", *where, "--multipart-upload", "file://parts.json")
    assert json.loads(done.stdout)["ETag"] == multipart_etag(PARTS)
    aws("s3api", "get-object", "--bucket", bucket, "--key", "large.bin", "back")
    assert (tmp_path / "back").read_bytes() == b"".join(PARTS)


def test_abort_with_the_cli(aws, s3, bucket):
    where = ["--bucket", bucket, "--key", "k"]
    upload = json.loads(aws("s3api", "create-multipart-upload", *where).stdout)["UploadId"]
    aws("s3api", "abort-multipart-upload", *where, "--upload-id", upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


@pytest.mark.parametrize("threads", [1, 8])
def test_managed_transfer(s3, bucket, tmp_path, threads):
    """upload_file and download_file: the SDK's own multipart, in parallel."""
    from boto3.s3.transfer import TransferConfig

    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=threads)
    data = os.urandom(33 * MIB + 17)
    (tmp_path / "file").write_bytes(data)
    s3.upload_file(str(tmp_path / "file"), bucket, "file", Config=config)
    assert s3.head_object(Bucket=bucket, Key="file")["ETag"].endswith('-7"')
    s3.download_file(bucket, "file", str(tmp_path / "back"), Config=config)
    assert (tmp_path / "back").read_bytes() == data
    assert read(s3, bucket, "file") == data
