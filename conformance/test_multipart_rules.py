"""What a multipart upload allows and what it refuses."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import assert_bucket_is_empty, read, refused
from checksums import etag, multipart_etag

MIB = 1 << 20
BIG = os.urandom(5 * MIB)
BIG2 = BIG[::-1]


class Upload:
    """An upload being filled by a test; remembers what it sent."""

    def __init__(self, s3, bucket, key="k", **more):
        self.s3, self.bucket, self.key = s3, bucket, key
        self.id = s3.create_multipart_upload(Bucket=bucket, Key=key, **more)["UploadId"]
        self.where = {"Bucket": bucket, "Key": key, "UploadId": self.id}
        self.sent = {}

    def send(self, number, data):
        self.sent[number] = data
        return self.s3.upload_part(**self.where, PartNumber=number, Body=data)["ETag"]

    def complete(self, numbers=None, etags=None, **more):
        numbers = sorted(self.sent) if numbers is None else numbers
        etags = etags or {}
        parts = [{"PartNumber": n, "ETag": etags.get(n) or etag(self.sent.get(n, b""))} for n in numbers]
        return self.s3.complete_multipart_upload(**self.where, MultipartUpload={"Parts": parts}, **more)

    def abort(self):
        return self.s3.abort_multipart_upload(**self.where)


@pytest.fixture
def upload(s3, bucket):
    return Upload(s3, bucket)


def test_out_of_order_and_with_gaps(upload, s3, bucket):
    for number, data in ((10_000, b"end"), (7, BIG), (33, BIG2)):
        upload.send(number, data)
    assert upload.complete()["ETag"] == multipart_etag([BIG, BIG2, b"end"])
    assert read(s3, bucket, "k") == BIG + BIG2 + b"end"


def test_in_parallel(upload, s3, bucket):
    datas = {number: os.urandom(5 * MIB) for number in range(1, 13)}
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: upload.send(number, datas[number]), reversed(range(1, 13))))
    assert upload.complete()["ETag"] == multipart_etag([datas[n] for n in range(1, 13)])
    assert read(s3, bucket, "k") == b"".join(datas[n] for n in range(1, 13))


def test_a_part_sent_again_replaces_the_old_one(upload, s3, bucket):
    first = upload.send(1, BIG)
    upload.send(2, b"tail")
    upload.send(1, BIG2)
    assert [(p["PartNumber"], p["ETag"]) for p in s3.list_parts(**upload.where)["Parts"]] == [
        (1, etag(BIG2)),
        (2, etag(b"tail")),
    ]
    with refused(400, "InvalidPart"):
        upload.complete(etags={1: first})
    upload.complete()
    assert read(s3, bucket, "k") == BIG2 + b"tail"


def test_only_the_named_parts_count(upload, s3, bucket):
    for number, data in ((1, BIG), (2, BIG2), (3, b"unused")):
        upload.send(number, data)
    upload.complete(numbers=[1, 2])
    assert read(s3, bucket, "k") == BIG + BIG2


def test_parts_may_be_small_at_the_end_only(upload, s3, bucket):
    upload.send(1, BIG[:-1])
    upload.send(2, b"x")
    with refused(400, "EntityTooSmall") as caught:
        upload.complete()
    assert caught.value.response["Error"].get("PartNumber") in (None, "1", 1)
    upload.send(1, BIG)
    upload.complete()
    assert read(s3, bucket, "k") == BIG + b"x"


@pytest.mark.parametrize("data", [b"", b"x"], ids=["empty", "one byte"])
def test_a_single_small_part(upload, s3, bucket, data):
    upload.send(1, data)
    assert upload.complete()["ETag"] == multipart_etag([data])
    assert read(s3, bucket, "k") == data


def test_wrong_lists(upload):
    upload.send(1, BIG)
    upload.send(2, BIG2)
    with refused(400, "InvalidPartOrder"):
        upload.complete(numbers=[2, 1])
    with refused(400, "InvalidPartOrder"):
        upload.complete(numbers=[1, 1, 2])
    with refused(400, "InvalidPart"):
        upload.complete(numbers=[1, 3])
    with refused(400, "InvalidPart"):
        upload.complete(etags={2: etag(b"other")})
    with refused(400, "MalformedXML"):
        upload.complete(numbers=[])
    upload.complete()


def test_etags_without_quotes_are_fine(upload, s3, bucket):
    upload.send(1, b"data")
    upload.complete(etags={1: etag(b"data").strip('"')})
    assert read(s3, bucket, "k") == b"data"


def test_complete_again_gives_the_same_answer(upload, s3, bucket):
    upload.send(1, BIG)
    upload.send(2, b"tail")
    first = upload.complete()
    again = upload.complete()
    for member in ("ETag", "Location", "Bucket", "Key"):
        assert first[member] == again[member]
    with pytest.raises(s3.exceptions.ClientError):
        upload.complete(numbers=[1])
    with refused(404, "NoSuchUpload"):
        s3.upload_part(**upload.where, PartNumber=3, Body=b"late")
    assert read(s3, bucket, "k") == BIG + b"tail"


def test_complete_again_does_not_bring_back_a_deleted_object(upload, s3, bucket):
    upload.send(1, b"data")
    upload.complete()
    s3.delete_object(Bucket=bucket, Key="k")
    upload.complete()
    assert_bucket_is_empty(s3, bucket)


def test_abort_after_complete_leaves_the_object(upload, s3, bucket):
    upload.send(1, b"data")
    upload.complete()
    try:
        s3.abort_multipart_upload(**upload.where)
    except s3.exceptions.NoSuchUpload:
        pass
    assert read(s3, bucket, "k") == b"data"


def test_unknown_uploads(s3, bucket, upload):
    for wrong in ({"UploadId": "unknown"}, {"UploadId": "x" * 3000}, {"Key": "other"}):
        where = {**upload.where, **wrong}
        with refused(404, "NoSuchUpload"):
            s3.upload_part(**where, PartNumber=1, Body=b"x")
        with refused(404, "NoSuchUpload"):
            s3.list_parts(**where)
        with refused(404, "NoSuchUpload"):
            s3.abort_multipart_upload(**where)
        with refused(404, "NoSuchUpload"):
            s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag(b"x")}]})
    assert "Parts" not in s3.list_parts(**upload.where)


@pytest.mark.parametrize("number", [0, -1, 10_001, 2**40])
def test_part_numbers_have_bounds(upload, s3, number):
    with refused(400, "InvalidArgument"):
        s3.upload_part(**upload.where, PartNumber=number, Body=b"x")
    assert "Parts" not in s3.list_parts(**upload.where)


def test_two_uploads_of_one_key(s3, bucket):
    one, two = Upload(s3, bucket), Upload(s3, bucket)
    one.send(1, b"one")
    two.send(1, b"two")
    two.complete()
    assert read(s3, bucket, "k") == b"two"
    one.complete()
    assert read(s3, bucket, "k") == b"one"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_racing_completes_and_aborts_end_in_one_outcome(s3, bucket):
    for round in range(20):
        upload = Upload(s3, bucket, key=f"race-{round}")
        upload.send(1, b"data")

        def attempt(action):
            try:
                action()
                return True
            except s3.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] == "NoSuchUpload", error
                return False

        with ThreadPoolExecutor(4) as pool:
            completed, _, completed2, _ = pool.map(
                attempt, [upload.complete, upload.abort, upload.complete, upload.abort]
            )
        exists = "Contents" in s3.list_objects_v2(Bucket=bucket, Prefix=upload.key)
        assert exists == (completed or completed2)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_metadata_is_fixed_at_the_start(s3, bucket):
    upload = Upload(s3, bucket, ContentType="text/x", CacheControl="no-store", ContentEncoding="gzip",
                    ContentDisposition="inline", ContentLanguage="eo", Metadata={"a": "1"})  # fmt: skip
    upload.send(1, b"data")
    upload.complete()
    head = s3.head_object(Bucket=bucket, Key="k")
    got = [head[name] for name in ("ContentType", "CacheControl", "ContentEncoding", "ContentDisposition")]
    assert got == ["text/x", "no-store", "gzip", "inline"]
    assert (head["ContentLanguage"], head["Metadata"]) == ("eo", {"a": "1"})


def test_the_declared_size_is_proved(s3, bucket):
    upload = Upload(s3, bucket)
    upload.send(1, b"data")
    with refused(400, "InvalidRequest"):
        upload.complete(MpuObjectSize=5)
    upload.complete(MpuObjectSize=4)
