"""Classes that must be restored, with boto3 and the AWS CLI."""

import json
import time

import pytest
from checks import refused

# The day is long enough for what is restored to be read, and short enough to see it end.
DELAYS = ["--retrieval-standard", "1s", "--retrieval-bulk", "1h", "--deep-retrieval-standard", "300ms"]


def wait_until(holds, seconds=60):
    """A clock is trusted once it was watched for a while, so what is due goes a little later."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.1)


def state(s3, key, **version):
    return s3.head_object(Bucket="bkt", Key=key, **version).get("Restore")


def ask(s3, key, days=1, tier="Standard", **version):
    request = {"Days": days, "GlacierJobParameters": {"Tier": tier}}
    answer = s3.restore_object(Bucket="bkt", Key=key, RestoreRequest=request, **version)
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def listed(s3):
    rows = s3.list_objects_v2(Bucket="bkt", OptionalObjectAttributes=["RestoreStatus"])["Contents"]
    return {row["Key"]: row.get("RestoreStatus", {}).get("IsRestoreInProgress") for row in rows}


@pytest.mark.parametrize("storage", ["GLACIER", "DEEP_ARCHIVE"])
def test_a_class_is_kept_and_told_and_its_objects_are_not_read(s3, bucket, storage):
    s3.put_object(Bucket=bucket, Key="k", Body=b"cold", StorageClass=storage)
    assert s3.head_object(Bucket=bucket, Key="k")["StorageClass"] == storage
    with refused(403, "InvalidObjectState"):
        s3.get_object(Bucket=bucket, Key="k")
    with refused(403, "InvalidObjectState"):
        s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "k"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts", StorageClass=storage)["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload, MultipartUpload=parts)
    assert s3.head_object(Bucket=bucket, Key="parts", PartNumber=1)["StorageClass"] == storage
    with refused(403, "InvalidObjectState"):
        s3.get_object(Bucket=bucket, Key="parts", Range="bytes=0-0")
    s3.delete_object(Bucket=bucket, Key="k")
    s3.put_object(Bucket=bucket, Key="warm", Body=b"x")
    with refused(403, "InvalidObjectState"):
        s3.restore_object(Bucket=bucket, Key="warm", RestoreRequest={"Days": 1})


def test_a_restore_begins_is_done_and_ends_over_a_restart(own_server):
    server = own_server([*DELAYS, "--lifecycle-day", "4s"]).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="bkt")
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket="bkt", Key="k", Body=b"old", StorageClass="GLACIER")["VersionId"]
    s3.put_object(Bucket="bkt", Key="k", Body=b"new", StorageClass="GLACIER", ServerSideEncryption="AES256")
    s3.put_object(Bucket="bkt", Key="deep", Body=b"deep", StorageClass="DEEP_ARCHIVE")
    with refused(400, "InvalidArgument"):
        ask(s3, "deep", tier="Expedited")
    assert ask(s3, "k", days=1000, tier="Bulk") == 202
    with refused(409, "RestoreAlreadyInProgress"):
        ask(s3, "k", days=1000, tier="Bulk")
    assert state(s3, "k") == 'ongoing-request="true"'
    assert listed(s3) == {"k": True, "deep": None}
    assert (ask(s3, "k", days=1000), ask(s3, "deep"), ask(s3, "k", days=1000, VersionId=old)) == (202, 202, 202)
    server.kill()
    server.start()
    s3 = server.client("s3")
    wait_until(lambda: listed(s3)["k"] is False)
    assert s3.get_object(Bucket="bkt", Key="k")["Body"].read() == b"new"
    wait_until(lambda: 'false"' in (state(s3, "k", VersionId=old) or ""))
    assert s3.get_object(Bucket="bkt", Key="k", VersionId=old)["Body"].read() == b"old"
    assert ask(s3, "k", days=2000) == 200
    s3.copy_object(Bucket="bkt", Key="k", CopySource={"Bucket": "bkt", "Key": "k"}, StorageClass="STANDARD")
    assert s3.get_object(Bucket="bkt", Key="k")["Body"].read() == b"new"
    wait_until(lambda: state(s3, "deep") is None)
    with refused(403, "InvalidObjectState"):
        s3.get_object(Bucket="bkt", Key="deep")
    server.stop()
    server.fsck()


def test_the_aws_cli_restores(own_server, aws_of, tmp_path):
    server = own_server().start()
    aws, s3 = aws_of(server), server.client("s3")
    s3.create_bucket(Bucket="bkt")
    (tmp_path / "file").write_bytes(b"cold")
    aws("s3", "cp", "file", "s3://bkt/k", "--storage-class", "DEEP_ARCHIVE")
    assert "InvalidObjectState" in aws("s3api", "get-object", "--bucket", "bkt", "--key", "k", "out", check=False).stderr
    request = json.dumps({"Days": 1, "GlacierJobParameters": {"Tier": "Bulk"}})
    aws("s3api", "restore-object", "--bucket", "bkt", "--key", "k", "--restore-request", request)
    wait_until(lambda: 'false"' in (state(s3, "k") or ""))
    aws("s3", "cp", "s3://bkt/k", "out", "--force-glacier-transfer")
    assert (tmp_path / "out").read_bytes() == b"cold"
