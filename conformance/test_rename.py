"""RenameObject, with boto3 and the AWS CLI."""

import threading

import pytest
from botocore.exceptions import ClientError
from checks import refused


def keys(s3, bucket):
    return {row["Key"] for row in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}


@pytest.mark.parametrize("size", [5, 3 << 20])
def test_an_object_moves_and_stays_what_it_was(s3, bucket, size):
    body = b"x" * size
    s3.put_object(Bucket=bucket, Key="a b/+", Body=body, Metadata={"colour": "green"}, Tagging="a=b",
                  ContentType="text/plain", StorageClass="STANDARD_IA")
    before = s3.head_object(Bucket=bucket, Key="a b/+")
    s3.rename_object(Bucket=bucket, Key="new", RenameSource=f"{bucket}/a%20b/%2B")
    assert keys(s3, bucket) == {"new"}
    after = s3.get_object(Bucket=bucket, Key="new")
    assert after["Body"].read() == body
    for told in ("ETag", "LastModified", "ContentType", "StorageClass", "Metadata"):
        assert after[told] == before[told]
    assert s3.get_object_tagging(Bucket=bucket, Key="new")["TagSet"] == [{"Key": "a", "Value": "b"}]


def test_a_multipart_object_moves(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    parts = []
    for number, body in ((1, b"a" * (5 << 20)), (2, b"b")):
        answer = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": answer["ETag"]})
    s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    s3.rename_object(Bucket=bucket, Key="new", RenameSource="parts")
    assert s3.get_object(Bucket=bucket, Key="new", PartNumber=2)["Body"].read() == b"b"
    attributes = s3.get_object_attributes(Bucket=bucket, Key="new", ObjectAttributes=["ObjectParts", "ObjectSize"])
    assert (attributes["ObjectSize"], attributes["ObjectParts"]["TotalPartsCount"]) == ((5 << 20) + 1, 2)


def test_conditions_and_tokens(s3, bucket):
    s3.put_object(Bucket=bucket, Key="from", Body=b"one")
    there = s3.put_object(Bucket=bucket, Key="to", Body=b"two")["ETag"]
    args = {"Bucket": bucket, "Key": "to", "RenameSource": "from"}
    with refused(412, "PreconditionFailed"):
        s3.rename_object(**args, DestinationIfNoneMatch="*")
    with refused(412, "PreconditionFailed"):
        s3.rename_object(**args, SourceIfMatch=there)
    with refused(404, "NoSuchKey"):
        s3.rename_object(**args | {"RenameSource": "missing"})
    s3.rename_object(**args, DestinationIfMatch=there, ClientToken="once")
    s3.put_object(Bucket=bucket, Key="from", Body=b"three")
    s3.rename_object(**args, DestinationIfMatch=there, ClientToken="once")
    assert s3.get_object(Bucket=bucket, Key="from")["Body"].read() == b"three"
    with pytest.raises(s3.exceptions.IdempotencyParameterMismatch):
        s3.rename_object(**args, ClientToken="once")


def test_the_versions_of_both_keys_stay(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="from", Body=b"one")["VersionId"]
    below = s3.put_object(Bucket=bucket, Key="to", Body=b"two")["VersionId"]
    s3.rename_object(Bucket=bucket, Key="to", RenameSource="from")
    listed = s3.list_object_versions(Bucket=bucket)
    assert [(row["Key"], row["IsLatest"]) for row in listed["DeleteMarkers"]] == [("from", True)]
    assert s3.get_object(Bucket=bucket, Key="to")["Body"].read() == b"one"
    assert s3.get_object(Bucket=bucket, Key="to", VersionId=below)["Body"].read() == b"two"
    assert s3.get_object(Bucket=bucket, Key="from", VersionId=old)["Body"].read() == b"one"


def test_of_many_one_has_it(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"one")
    outcomes = []

    def rename(target):
        try:
            s3.rename_object(Bucket=bucket, Key=target, RenameSource="k")
            outcomes.append("done")
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=rename, args=(f"t{number}",)) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["NoSuchKey"] * 7 + ["done"]
    assert len(keys(s3, bucket)) == 1


def test_a_renamed_object_survives_a_kill(own_server):
    server = own_server([]).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="bkt")
    for number in range(20):
        s3.put_object(Bucket="bkt", Key=f"from{number}", Body=b"%d" % number * 9000)
        s3.rename_object(Bucket="bkt", Key=f"to{number}", RenameSource=f"from{number}")
    server.kill()
    s3 = server.start().client("s3")
    assert keys(s3, "bkt") == {f"to{number}" for number in range(20)}
    assert s3.get_object(Bucket="bkt", Key="to7")["Body"].read() == b"7" * 9000


def test_the_command_line(s3, bucket, aws):
    s3.put_object(Bucket=bucket, Key="from", Body=b"one")
    aws("s3api", "rename-object", "--bucket", bucket, "--key", "to", "--rename-source", f"{bucket}/from")
    assert keys(s3, bucket) == {"to"}
