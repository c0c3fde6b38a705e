"""Objects in two layers under a key of KMS (aws:kms:dsse): written, read and copied every way, and what answers tell."""

import json

import pytest

from checks import refused_with
from server import ACCESS_KEY, SECRET_KEY

MIB = 1 << 20
DUAL = "aws:kms:dsse"


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]


@pytest.fixture
def dual(key):
    return {"ServerSideEncryption": DUAL, "SSEKMSKeyId": key["KeyId"]}


def told(response, key):
    assert (response["ServerSideEncryption"], response["SSEKMSKeyId"]) == (DUAL, key["Arn"])
    assert "BucketKeyEnabled" not in response


def read(s3, bucket, name, **more):
    return s3.get_object(Bucket=bucket, Key=name, **more)["Body"].read()


@pytest.mark.parametrize("size", [0, 11, 70_000, 2 * MIB + 5])
def test_put_get_ranges(s3, kms, bucket, key, dual, size):
    body = bytes(at % 251 for at in range(size))
    told(s3.put_object(Bucket=bucket, Key="k", Body=body, **dual), key)
    told(s3.head_object(Bucket=bucket, Key="k"), key)
    told(s3.get_object(Bucket=bucket, Key="k"), key)
    assert read(s3, bucket, "k") == body
    for first, last in [(0, 0), (3, 9), (65_519, 65_521), (65_000, 1 << 20)]:
        if last < size:
            assert read(s3, bucket, "k", Range=f"bytes={first}-{last}") == body[first : last + 1]
    kms.disable_key(KeyId=key["KeyId"])
    refused_with("KMS.DisabledException", s3.get_object, Bucket=bucket, Key="k")


def test_uploads_and_copies_of_parts(s3, bucket, key, dual):
    body = b"a" * (5 * MIB) + b"b" * 100
    s3.put_object(Bucket=bucket, Key="plain", Body=body)
    s3.put_object(Bucket=bucket, Key="dual", Body=body, **dual)
    for target, sealed in [("m", dual), ("n", {"ServerSideEncryption": "aws:kms"}), ("o", {})]:
        upload = s3.create_multipart_upload(Bucket=bucket, Key=target, **sealed)
        of = {"Bucket": bucket, "Key": target, "UploadId": upload["UploadId"]}
        etags = [s3.upload_part(PartNumber=1, Body=body, **of)["ETag"]]
        for number, source in [(2, "plain"), (3, "dual")]:
            part = s3.upload_part_copy(PartNumber=number, CopySource=f"{bucket}/{source}", **of)
            etags.append(part["CopyPartResult"]["ETag"])
        parts = [{"PartNumber": number + 1, "ETag": etag} for number, etag in enumerate(etags)]
        done = s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **of)
        if sealed is dual:
            told(upload, key)
            told(done, key)
        assert read(s3, bucket, target) == body * 3
        at = 2 * len(body) - 10
        assert read(s3, bucket, target, Range=f"bytes={at}-{at + 19}") == (body * 3)[at : at + 20]


def test_copies_between_all_ways(s3, bucket, key, dual):
    ways = {"none": {}, "server": {"ServerSideEncryption": "AES256"}, "kms": {"ServerSideEncryption": "aws:kms"}, "dual": dual}
    for body in [b"small", b"l" * 300_000]:
        for source, sealed in ways.items():
            s3.put_object(Bucket=bucket, Key=source, Body=body, **sealed)
            for target, asked in ways.items():
                if "dual" not in (source, target):
                    continue
                copied = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/{source}", **asked)
                assert copied.get("ServerSideEncryption") == asked.get("ServerSideEncryption"), (source, target)
                assert read(s3, bucket, "copy") == body, (source, target)


def test_the_default_of_a_bucket(s3, bucket, key):
    def rule(**more):
        by_default = {"SSEAlgorithm": DUAL, "KMSMasterKeyID": key["KeyId"]}
        return {"Rules": [{"ApplyServerSideEncryptionByDefault": by_default, **more}]}

    refused_with(
        "InvalidArgument",
        s3.put_bucket_encryption,
        Bucket=bucket,
        ServerSideEncryptionConfiguration=rule(BucketKeyEnabled=True),
    )
    blocked = {"EncryptionType": ["SSE-C"]}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rule(BlockedEncryptionTypes=blocked))
    kept = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert kept["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == DUAL
    assert kept["BlockedEncryptionTypes"] == blocked
    told(s3.put_object(Bucket=bucket, Key="k", Body=b"x"), key)
    assert read(s3, bucket, "k") == b"x"
    refused_with("InvalidArgument", s3.put_object, Bucket=bucket, Key="k", Body=b"x", BucketKeyEnabled=True)
    # The default's bucket key is for one layer.
    one = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=one)
    told(s3.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption=DUAL, SSEKMSKeyId=key["KeyId"]), key)


def test_a_policy_can_want_two_layers(s3, bucket, key, dual):
    wants = {"StringNotEquals": {"s3:x-amz-server-side-encryption": DUAL}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*", "Condition": wants}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    refused_with("AccessDenied", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", **dual)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m", **dual)
    s3.upload_part(Bucket=bucket, Key="m", UploadId=upload["UploadId"], PartNumber=1, Body=b"x")


def test_an_object_in_two_layers_gets_no_other_key_in_place(s3, bucket, key, dual):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", **dual)
    wanted = {"SSEKMS": {"KMSKeyArn": key["Arn"]}}
    refused_with("InvalidRequest", s3.update_object_encryption, Bucket=bucket, Key="k", ObjectEncryption=wanted)


def test_nothing_plain_lies_on_the_disk_and_all_of_it_outlives_a_kill(own_server):
    server = own_server().start()
    s3, kms = [server.client_of(service, ACCESS_KEY, SECRET_KEY) for service in ("s3", "kms")]
    s3.create_bucket(Bucket="bkt")
    dual = {"ServerSideEncryption": DUAL, "SSEKMSKeyId": kms.create_key()["KeyMetadata"]["KeyId"]}
    plain = b"these words must not be found anywhere on the disk"
    for name, body in [("small", plain), ("large", plain * 10_000)]:
        s3.put_object(Bucket="bkt", Key=name, Body=body, **dual)
    s3.copy_object(Bucket="bkt", Key="copy", CopySource="bkt/large", **dual)
    server.kill()
    server.fsck()
    files = [path for path in server.data.rglob("*") if path.is_file()]
    assert files and not [path for path in files if plain in path.read_bytes()]
    server.start()
    for name, body in [("small", plain), ("large", plain * 10_000), ("copy", plain * 10_000)]:
        assert read(s3, "bkt", name) == body
