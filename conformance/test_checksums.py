"""Every checksum algorithm, every way it can come: verified on the way in, stored, returned, combined at Complete."""

import base64
import os

import pytest

from checks import assert_bucket_is_empty, refused
from checksums import ALL, COMPOSITE, FULL_OBJECT, b64, checksum, composite, content_md5, header, member, multipart_etag
from raw import SIGNED_CHUNKS_TRAILER, UNSIGNED_CHUNKS_TRAILER, call, streaming

MIB = 1 << 20
SMALL = b"Welcome to Amazon S3." * 10
LARGE = os.urandom(3 * MIB + 11)
PARTS = [os.urandom(5 * MIB), os.urandom(5 * MIB), os.urandom(99)]


def wrong(algorithm):
    """A well-formed checksum of other data."""
    return checksum(algorithm, b"something else")


def kept(s3, bucket, key="k"):
    return s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")


@pytest.mark.parametrize("data", [b"", SMALL, LARGE], ids=["empty", "small", "large"])
@pytest.mark.parametrize("algorithm", ALL)
def test_in_a_header(s3, bucket, algorithm, data):
    value = checksum(algorithm, data)
    put = s3.put_object(Bucket=bucket, Key="k", Body=data, **{member(algorithm): value})
    assert put[member(algorithm)] == value and put["ChecksumType"] == "FULL_OBJECT"
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["Body"].read() == data
    assert got[member(algorithm)] == value and got["ChecksumType"] == "FULL_OBJECT"
    assert member(algorithm) not in s3.head_object(Bucket=bucket, Key="k")


@pytest.mark.parametrize("mode", [SIGNED_CHUNKS_TRAILER, UNSIGNED_CHUNKS_TRAILER], ids=["signed", "unsigned"])
@pytest.mark.parametrize("algorithm", ALL)
def test_in_a_trailer(server, s3, bucket, algorithm, mode):
    trailers = [(header(algorithm), checksum(algorithm, LARGE))]
    answer = streaming(server, f"/{bucket}/k", LARGE, mode, trailers=trailers).send()
    assert answer.status == 200, answer
    assert answer.headers[header(algorithm)] == checksum(algorithm, LARGE)
    assert kept(s3, bucket)[member(algorithm)] == checksum(algorithm, LARGE)
    head = s3.get_object(Bucket=bucket, Key="k")
    assert head["Body"].read() == LARGE and "ContentEncoding" not in head


@pytest.mark.parametrize("algorithm", [name for name in ALL if name != "MD5"])
def test_as_the_sdk_does_it(s3, bucket, algorithm):
    put = s3.put_object(Bucket=bucket, Key="k", Body=LARGE, ChecksumAlgorithm=algorithm)
    assert put[member(algorithm)] == checksum(algorithm, LARGE)
    assert kept(s3, bucket)[member(algorithm)] == checksum(algorithm, LARGE)


def test_without_any_checksum_s3_adds_crc64nvme(server, s3, bucket):
    assert call(server, "PUT", f"/{bucket}/k", body=SMALL).status == 200
    assert kept(s3, bucket)["ChecksumCRC64NVME"] == checksum("CRC64NVME", SMALL)


@pytest.mark.parametrize("algorithm", ALL)
def test_wrong_in_a_header(s3, bucket, algorithm):
    for data in (SMALL, LARGE):
        with refused(400, "BadDigest"):
            s3.put_object(Bucket=bucket, Key="k", Body=data, **{member(algorithm): wrong(algorithm)})
    assert_bucket_is_empty(s3, bucket)


@pytest.mark.parametrize("mode", [SIGNED_CHUNKS_TRAILER, UNSIGNED_CHUNKS_TRAILER], ids=["signed", "unsigned"])
@pytest.mark.parametrize("algorithm", ALL)
def test_wrong_in_a_trailer(server, s3, bucket, algorithm, mode):
    answer = streaming(server, f"/{bucket}/k", LARGE, mode, trailers=[(header(algorithm), wrong(algorithm))]).send()
    assert (answer.status, answer.code) == (400, "BadDigest")
    assert_bucket_is_empty(s3, bucket)


@pytest.mark.parametrize("value", ["", "x", "AAAA", "not base64!", b64(b"\0" * 33)])
@pytest.mark.parametrize("algorithm", ALL)
def test_malformed_in_a_header(server, s3, bucket, algorithm, value):
    answer = call(server, "PUT", f"/{bucket}/k", headers={header(algorithm): value}, body=SMALL)
    assert (answer.status, answer.code) == (400, "InvalidRequest")
    assert_bucket_is_empty(s3, bucket)


def test_content_md5(server, s3, bucket):
    cases = [
        (content_md5(SMALL), 200, None),
        (content_md5(b"other"), 400, "BadDigest"),
        ("abc", 400, "InvalidDigest"),
        (base64.b64encode(b"short").decode(), 400, "InvalidDigest"),
    ]
    for value, status, code in reversed(cases):
        answer = call(server, "PUT", f"/{bucket}/k", headers={"content-md5": value}, body=SMALL)
        assert (answer.status, answer.code) == (status, code), value
        if status != 200:
            assert_bucket_is_empty(s3, bucket)


def test_wrong_payload_hash(server, s3, bucket):
    answer = call(server, "PUT", f"/{bucket}/k", body=SMALL, payload="0" * 64)
    assert (answer.status, answer.code) == (400, "XAmzContentSHA256Mismatch")
    assert_bucket_is_empty(s3, bucket)


def test_two_checksums_in_one_request(server, s3, bucket):
    headers = {header(name): checksum(name, SMALL) for name in ("CRC32", "SHA1")}
    answer = call(server, "PUT", f"/{bucket}/k", headers=headers, body=SMALL)
    assert (answer.status, answer.code) == (400, "InvalidRequest")
    assert_bucket_is_empty(s3, bucket)


def fill(s3, bucket, algorithm, kind, with_values=True):
    """Uploads PARTS; gives what Complete needs."""
    where = {"Bucket": bucket, "Key": "k"}
    made = s3.create_multipart_upload(**where, ChecksumAlgorithm=algorithm, ChecksumType=kind)
    assert (made["ChecksumAlgorithm"], made["ChecksumType"]) == (algorithm, kind)
    where["UploadId"] = made["UploadId"]
    named = []
    for number, data in enumerate(PARTS, 1):
        value = {member(algorithm): checksum(algorithm, data)}
        sent = s3.upload_part(**where, PartNumber=number, Body=data, **value)
        assert sent[member(algorithm)] == checksum(algorithm, data)
        named.append({"PartNumber": number, "ETag": sent["ETag"], **(value if with_values else {})})
    return where, named


KINDS = [(name, "COMPOSITE") for name in COMPOSITE] + [(name, "FULL_OBJECT") for name in FULL_OBJECT]


@pytest.mark.parametrize(("algorithm", "kind"), KINDS)
def test_multipart(s3, bucket, algorithm, kind):
    where, named = fill(s3, bucket, algorithm, kind, with_values=True)
    listed = s3.list_parts(**where)
    assert (listed["ChecksumAlgorithm"], listed["ChecksumType"]) == (algorithm, kind)
    assert [part[member(algorithm)] for part in listed["Parts"]] == [checksum(algorithm, data) for data in PARTS]
    [shown] = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert (shown["ChecksumAlgorithm"], shown["ChecksumType"]) == (algorithm, kind)
    expected = composite(algorithm, PARTS) if kind == "COMPOSITE" else checksum(algorithm, b"".join(PARTS))

    spoilt = [*named[:1], {**named[1], member(algorithm): wrong(algorithm)}, *named[2:]]
    with refused(400, "InvalidPart"):
        s3.complete_multipart_upload(**where, MultipartUpload={"Parts": spoilt})
    with refused(400, "BadDigest"):
        whole = f"{wrong(algorithm)}-3" if kind == "COMPOSITE" else wrong(algorithm)
        s3.complete_multipart_upload(**where, MultipartUpload={"Parts": named}, ChecksumType=kind,
                                     **{member(algorithm): whole})  # fmt: skip
    done = s3.complete_multipart_upload(
        **where, MultipartUpload={"Parts": named}, ChecksumType=kind, **{member(algorithm): expected}
    )
    assert done["ETag"] == multipart_etag(PARTS)
    assert (done[member(algorithm)], done["ChecksumType"]) == (expected, kind)
    head = kept(s3, bucket)
    assert (head[member(algorithm)], head["ChecksumType"]) == (expected, kind)


@pytest.mark.parametrize(
    ("algorithm", "kind"), [("CRC64NVME", "COMPOSITE"), ("SHA256", "FULL_OBJECT"), ("SHA1", "FULL_OBJECT")]
)
def test_kinds_that_do_not_exist(s3, bucket, algorithm, kind):
    with refused(400, "InvalidRequest"):
        s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm=algorithm, ChecksumType=kind)
    assert_bucket_is_empty(s3, bucket)


def test_default_kinds(s3, bucket):
    for algorithm, kind in (("CRC32", "COMPOSITE"), ("CRC64NVME", "FULL_OBJECT"), ("SHA256", "COMPOSITE")):
        made = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm=algorithm)
        assert made["ChecksumType"] == kind


def test_the_part_must_use_the_uploads_algorithm(s3, bucket):
    made = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="SHA256")
    with refused(400, "InvalidRequest"):
        s3.upload_part(
            Bucket=bucket, Key="k", UploadId=made["UploadId"], PartNumber=1, Body=b"x", ChecksumAlgorithm="CRC32"
        )
    assert "Parts" not in s3.list_parts(Bucket=bucket, Key="k", UploadId=made["UploadId"])


def test_composite_needs_the_parts_checksums_at_complete(s3, bucket):
    where, named = fill(s3, bucket, "SHA256", "COMPOSITE", with_values=False)
    with refused(400, "InvalidRequest"):
        s3.complete_multipart_upload(**where, MultipartUpload={"Parts": named})


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC64NVME", "SHA256"])
def test_wrong_part_checksum_keeps_the_good_part(s3, bucket, algorithm):
    where = {"Bucket": bucket, "Key": "k"}
    where["UploadId"] = s3.create_multipart_upload(**where, ChecksumAlgorithm=algorithm)["UploadId"]
    good = s3.upload_part(**where, PartNumber=1, Body=b"good", ChecksumAlgorithm=algorithm)
    with refused(400, "BadDigest"):
        s3.upload_part(**where, PartNumber=1, Body=b"bad", **{member(algorithm): wrong(algorithm)})
    [part] = s3.list_parts(**where)["Parts"]
    assert part["ETag"] == good["ETag"]


def test_an_upload_without_algorithm_takes_the_sdks_default(s3, bucket):
    """Today's SDKs send CRC32 with each part even if the upload was created without saying so."""
    where = {"Bucket": bucket, "Key": "k"}
    where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
    named = [
        {"PartNumber": number, "ETag": s3.upload_part(**where, PartNumber=number, Body=data)["ETag"]}
        for number, data in enumerate(PARTS, 1)
    ]
    done = s3.complete_multipart_upload(**where, MultipartUpload={"Parts": named})
    assert done["ETag"] == multipart_etag(PARTS)
