"""Objects under keys of KMS: who may, asked where Amazon asks; in which context; what answers tell; keys that change in between."""

import base64
import hashlib
import json

import boto3
import pytest
from botocore.config import Config

from checks import refused, refused_with
from server import ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY

MIB = 1 << 20


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]


@pytest.fixture
def sealed(key):
    """What makes an object under the key."""
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key["KeyId"]}


@pytest.fixture
def user(server, name):
    """A user who may everything in S3: its S3 client, and a way to say what it may in KMS."""
    iam = server.client("iam")
    iam.create_user(UserName=name)
    made = iam.create_access_key(UserName=name)["AccessKey"]

    def allow(*actions, **more):
        statements = [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]
        if actions:
            statements.append({"Effect": "Allow", "Action": list(actions), "Resource": "*", **more})
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)

    allow()
    return server.client_of("s3", made["AccessKeyId"], made["SecretAccessKey"]), allow


def told(response, key, bucket_key=None):
    assert response["ServerSideEncryption"] == "aws:kms"
    assert response["SSEKMSKeyId"] == key["Arn"]
    assert response.get("BucketKeyEnabled") == bucket_key


def read(s3, bucket, name, **more):
    return s3.get_object(Bucket=bucket, Key=name, **more)["Body"].read()


def test_what_is_put_is_told_and_read(s3, kms, bucket, key, sealed):
    context = base64.b64encode(json.dumps({"team": "red"}).encode()).decode()
    body = b"plain text of an object " * 1000
    put = s3.put_object(Bucket=bucket, Key="k", Body=body, SSEKMSEncryptionContext=context, **sealed)
    told(put, key)
    assert put["SSEKMSEncryptionContext"] == context
    assert put["ETag"].strip('"') != hashlib.md5(body).hexdigest()
    got = s3.get_object(Bucket=bucket, Key="k")
    told(got, key)
    assert got["Body"].read() == body and "x-amz-server-side-encryption-context" not in got["ResponseMetadata"]["HTTPHeaders"]
    assert read(s3, bucket, "k", Range="bytes=1000-1999") == body[1000:2000]
    told(s3.head_object(Bucket=bucket, Key="k"), key)
    kms.rotate_key_on_demand(KeyId=key["KeyId"])
    assert read(s3, bucket, "k") == body
    alias = f"alias/{bucket}"
    kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    for named in [alias, key["Arn"], f"arn:aws:kms:{REGION}:{ACCOUNT}:{alias}"]:
        told(s3.put_object(Bucket=bucket, Key="n", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=named), key)
    own = s3.put_object(Bucket=bucket, Key="own", Body=b"x", ServerSideEncryption="aws:kms")
    managed = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
    assert (managed["KeyManager"], own["SSEKMSKeyId"]) == ("AWS", managed["Arn"])
    assert read(s3, bucket, "own") == b"x"
    refused_with("AccessDeniedException", kms.schedule_key_deletion, KeyId=managed["KeyId"])


def test_a_key_that_may_not_be_used_is_told_by_its_state(s3, kms, bucket, key, sealed):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x" * 100_000, **sealed)
    kms.disable_key(KeyId=key["KeyId"])
    refused_with("KMS.DisabledException", s3.get_object, Bucket=bucket, Key="k")
    refused_with("KMS.DisabledException", s3.put_object, Bucket=bucket, Key="o", Body=b"x", **sealed)
    told(s3.head_object(Bucket=bucket, Key="k"), key)
    kms.schedule_key_deletion(KeyId=key["KeyId"])
    refused_with("KMS.KMSInvalidStateException", s3.get_object, Bucket=bucket, Key="k")
    kms.cancel_key_deletion(KeyId=key["KeyId"])
    kms.enable_key(KeyId=key["KeyId"])
    assert read(s3, bucket, "k") == b"x" * 100_000
    missing = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"}
    refused_with("KMS.NotFoundException", s3.put_object, Bucket=bucket, Key="o", Body=b"x", **missing)
    pair = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    other_kind = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": pair}
    refused_with("KMS.InvalidKeyUsageException", s3.put_object, Bucket=bucket, Key="o", Body=b"x", **other_kind)


def test_permissions_are_asked_exactly_where_amazon_asks(bucket, s3, key, sealed, user):
    mine, allow = user
    source = {"Bucket": bucket, "Key": "source"}
    s3.put_object(**source, Body=b"s" * (5 * MIB), **sealed)
    # To make an object or begin an upload: GenerateDataKey.
    for actions in [(), ("kms:Decrypt", "kms:Encrypt")]:
        allow(*actions)
        refused_with("AccessDenied", mine.put_object, Bucket=bucket, Key="k", Body=b"x", **sealed)
        refused_with("AccessDenied", mine.create_multipart_upload, Bucket=bucket, Key="k", **sealed)
    allow("kms:GenerateDataKey")
    told(mine.put_object(Bucket=bucket, Key="k", Body=b"x", **sealed), key)
    upload = mine.create_multipart_upload(Bucket=bucket, Key="m", **sealed)
    told(upload, key)
    # To read, add a part, copy from it, and complete: Decrypt.
    of = {"Bucket": bucket, "Key": "m", "UploadId": upload["UploadId"]}
    refused_with("AccessDenied", mine.get_object, Bucket=bucket, Key="k")
    refused_with("AccessDenied", mine.upload_part, PartNumber=1, Body=b"p", **of)
    refused_with("AccessDenied", mine.upload_part_copy, PartNumber=1, CopySource=source, **of)
    refused_with("AccessDenied", mine.copy_object, Bucket=bucket, Key="c", CopySource=source)
    told(mine.head_object(Bucket=bucket, Key="k"), key)
    allow("kms:Decrypt")
    first = mine.upload_part_copy(PartNumber=1, CopySource=source, **of)
    told(first, key)
    second = mine.upload_part(PartNumber=2, Body=b"p", **of)
    told(second, key)
    parts = [{"PartNumber": 1, "ETag": first["CopyPartResult"]["ETag"]}, {"PartNumber": 2, "ETag": second["ETag"]}]
    refused_with("AccessDenied", mine.copy_object, Bucket=bucket, Key="c", CopySource=source, **sealed)
    allow("kms:GenerateDataKey")
    refused_with("AccessDenied", mine.complete_multipart_upload, MultipartUpload={"Parts": parts}, **of)
    allow("kms:Decrypt")
    told(mine.complete_multipart_upload(MultipartUpload={"Parts": parts}, **of), key)
    assert read(mine, bucket, "m") == b"s" * (5 * MIB) + b"p"
    allow("kms:Decrypt", "kms:GenerateDataKey")
    told(mine.copy_object(Bucket=bucket, Key="c", CopySource=source, **sealed), key)
    assert read(mine, bucket, "c") == b"s" * (5 * MIB)


def test_policies_know_the_context_and_the_service(bucket, s3, kms, key, sealed, user):
    mine, allow = user
    arn = f"arn:aws:s3:::{bucket}/k"
    for name, values, may in [
        ("kms:EncryptionContext:aws:s3:arn", arn, True),
        ("kms:EncryptionContext:aws:s3:arn", arn + "2", False),
        ("kms:ViaService", f"s3.{REGION}.amazonaws.com", True),
        ("kms:ViaService", "ec2.us-east-1.amazonaws.com", False),
    ]:
        allow("kms:GenerateDataKey", Condition={"StringEquals": {name: values}})
        if may:
            mine.put_object(Bucket=bucket, Key="k", Body=b"x", **sealed)
        else:
            refused_with("AccessDenied", mine.put_object, Bucket=bucket, Key="k", Body=b"x", **sealed)
    # With a bucket key the context is the bucket.
    allow("kms:GenerateDataKey", Condition={"StringEquals": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}"}})
    refused_with("AccessDenied", mine.put_object, Bucket=bucket, Key="k", Body=b"x", **sealed)
    told(mine.put_object(Bucket=bucket, Key="k", Body=b"x", BucketKeyEnabled=True, **sealed), key, True)
    assert read(s3, bucket, "k") == b"x"
    # A grant does too.
    grantee = server_arn(mine, kms, key)
    allow()
    refused_with("AccessDenied", mine.get_object, Bucket=bucket, Key="k")
    kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=grantee, Operations=["Decrypt"])
    assert read(mine, bucket, "k") == b"x"


def server_arn(client, kms, key):
    """The ARN of the user that a client signs as, from a refusal."""
    other = boto3.client(
        "sts", endpoint_url=client.meta.endpoint_url, region_name=REGION,
        aws_access_key_id=client._request_signer._credentials.access_key,
        aws_secret_access_key=client._request_signer._credentials.secret_key,
    )  # fmt: skip
    return other.get_caller_identity()["Arn"]


def test_a_buckets_default(s3, kms, bucket, key):
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}
    rule = {"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    [kept] = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert {name: kept[name] for name in rule} == rule
    told(s3.put_object(Bucket=bucket, Key="k", Body=b"x"), key, True)
    told(s3.get_object(Bucket=bucket, Key="k"), key, True)
    told(s3.put_object(Bucket=bucket, Key="k", Body=b"x", BucketKeyEnabled=False), key)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m")
    told(upload, key, True)
    s3.abort_multipart_upload(Bucket=bucket, Key="m", UploadId=upload["UploadId"])
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="AES256")["ServerSideEncryption"] == "AES256"
    told(s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "k"}), key, True)
    assert read(s3, bucket, "c") == b"x"


def test_what_makes_no_sense_is_refused(server, s3, bucket, key, sealed):
    for arguments, code in [
        ({"SSEKMSKeyId": key["KeyId"]}, "InvalidArgument"),
        ({"ServerSideEncryption": "AES256", "SSEKMSKeyId": key["KeyId"]}, "InvalidArgument"),
        ({**sealed, "SSEKMSEncryptionContext": "not base64"}, "InvalidArgument"),
        ({"ServerSideEncryption": "AES256", "BucketKeyEnabled": True}, "InvalidArgument"),
        ({"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": key["KeyId"], "BucketKeyEnabled": True}, "InvalidArgument"),
    ]:
        refused_with(code, s3.put_object, Bucket=bucket, Key="k", Body=b"x", **arguments)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", **sealed)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={})
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": everyone}))
    from botocore import UNSIGNED

    stranger = boto3.client("s3", endpoint_url=server.endpoint, region_name=REGION, config=Config(signature_version=UNSIGNED))
    answer = refused_with("InvalidArgument", stranger.get_object, Bucket=bucket, Key="k")
    assert "Signature Version 4" in answer["Error"]["Message"]


def test_a_key_that_changes_in_the_middle_of_an_upload(s3, kms, bucket, key, sealed):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m", **sealed)
    of = {"Bucket": bucket, "Key": "m", "UploadId": upload["UploadId"]}
    parts = [s3.upload_part(PartNumber=1, Body=b"a" * (5 * MIB), **of)["ETag"]]
    kms.disable_key(KeyId=key["KeyId"])
    refused_with("KMS.DisabledException", s3.upload_part, PartNumber=2, Body=b"b", **of)
    kms.enable_key(KeyId=key["KeyId"])
    kms.rotate_key_on_demand(KeyId=key["KeyId"])
    parts.append(s3.upload_part(PartNumber=2, Body=b"b", **of)["ETag"])
    named = {"Parts": [{"PartNumber": number + 1, "ETag": etag} for number, etag in enumerate(parts)]}
    kms.disable_key(KeyId=key["KeyId"])
    refused_with("KMS.DisabledException", s3.complete_multipart_upload, MultipartUpload=named, **of)
    kms.enable_key(KeyId=key["KeyId"])
    told(s3.complete_multipart_upload(MultipartUpload=named, **of), key)
    assert read(s3, bucket, "m") == b"a" * (5 * MIB) + b"b"


def test_nothing_plain_lies_on_the_disk_and_all_of_it_outlives_a_kill(own_server):
    server = own_server().start()
    s3, kms = [server.client_of(service, ACCESS_KEY, SECRET_KEY) for service in ("s3", "kms")]
    s3.create_bucket(Bucket="bkt")
    sealed = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms.create_key()["KeyMetadata"]["KeyId"]}
    plain = b"these words must not be found anywhere on the disk"
    s3.put_object(Bucket="bkt", Key="small", Body=plain, **sealed)
    s3.put_object(Bucket="bkt", Key="large", Body=plain * 10_000, **sealed)
    s3.copy_object(Bucket="bkt", Key="copy", CopySource="bkt/large", **sealed)
    server.kill()
    server.fsck()
    server.start()
    assert read(s3, "bkt", "small") == plain
    assert read(s3, "bkt", "copy") == plain * 10_000
    server.stop()
    server.fsck()
    found = [path for path in server.data.rglob("*") if path.is_file() and plain in path.read_bytes()]
    assert found == []


def updated(s3, bucket, name, arn, **more):
    kms = {"KMSKeyArn": arn, **({"BucketKeyEnabled": more.pop("bucket_key")} if "bucket_key" in more else {})}
    return s3.update_object_encryption(Bucket=bucket, Key=name, ObjectEncryption={"SSEKMS": kms}, **more)


def test_an_object_gets_another_key_and_nothing_else_of_it_changes(s3, kms, bucket, key):
    """The guide, "Updating server-side encryption for existing data": from SSE-S3, to a bucket key, to another key; of an upload, too."""
    body = b"part" * (5 * MIB // 4) + b"tail"
    s3.put_object(Bucket=bucket, Key="k", Body=body[:1000], ServerSideEncryption="AES256", Metadata={"a": "b"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m", ServerSideEncryption="AES256", ChecksumAlgorithm="CRC32")
    of = {"Bucket": bucket, "Key": "m", "UploadId": upload["UploadId"]}
    sent = [s3.upload_part(PartNumber=n, Body=part, ChecksumAlgorithm="CRC32", **of) for n, part in [(1, body[: 5 * MIB]), (2, b"tail")]]
    parts = [{"PartNumber": n, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]} for n, part in enumerate(sent, 1)]
    s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **of)
    other = kms.create_key()["KeyMetadata"]

    def kept(name):
        head = s3.head_object(Bucket=bucket, Key=name, ChecksumMode="ENABLED")
        names = ["ETag", "LastModified", "ContentLength", "Metadata", "ChecksumCRC32", "ChecksumCRC64NVME"]
        return {name: head.get(name) for name in names}

    for name, content in [("k", body[:1000]), ("m", body)]:
        before = kept(name)
        updated(s3, bucket, name, key["Arn"])
        told(s3.head_object(Bucket=bucket, Key=name), key)
        updated(s3, bucket, name, key["Arn"], bucket_key=True)
        told(s3.head_object(Bucket=bucket, Key=name), key, True)
        updated(s3, bucket, name, other["Arn"])
        kms.disable_key(KeyId=key["KeyId"])
        told(s3.get_object(Bucket=bucket, Key=name), other)
        assert read(s3, bucket, name) == content and read(s3, bucket, name, Range="bytes=500-599") == content[500:600]
        assert kept(name) == before
        kms.enable_key(KeyId=key["KeyId"])
    kms.disable_key(KeyId=other["KeyId"])
    with refused(400, "KMS.DisabledException"):
        updated(s3, bucket, "k", key["Arn"])
    refused_with("KMS.DisabledException", s3.get_object, Bucket=bucket, Key="m")


def test_a_version_gets_another_key_and_what_cannot_is_refused(s3, kms, bucket, key, sealed):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="k", Body=b"old", ServerSideEncryption="AES256")["VersionId"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"new", ServerSideEncryption="AES256")
    updated(s3, bucket, "k", key["Arn"], VersionId=old)
    told(s3.get_object(Bucket=bucket, Key="k", VersionId=old), key)
    assert s3.get_object(Bucket=bucket, Key="k")["ServerSideEncryption"] == "AES256"
    s3.put_object(Bucket=bucket, Key="plain", Body=b"x")
    with refused(400, "InvalidRequest"):
        updated(s3, bucket, "plain", key["Arn"])
    with refused(403, "AccessDenied"):
        updated(s3, bucket, "k", key["Arn"].replace(ACCOUNT, "999999999999"))
    with refused(400, "InvalidRequest"):
        updated(s3, bucket, "k", key["Arn"].split("/")[1])
    kms.disable_key(KeyId=key["KeyId"])
    with refused(400, "KMS.DisabledException"):
        updated(s3, bucket, "k", key["Arn"])
    assert read(s3, bucket, "k") == b"new"


def test_a_policy_that_wants_one_key_judges_the_key_that_an_update_names(s3, kms, bucket, key, user):
    mine, allow = user
    other = kms.create_key()["KeyMetadata"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="AES256")
    unless = {"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": key["Arn"]}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*", "Condition": unless}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    allow("kms:*")
    with refused(403, "AccessDenied"):
        updated(mine, bucket, "k", other["Arn"])
    updated(mine, bucket, "k", key["Arn"])
    told(s3.head_object(Bucket=bucket, Key="k"), key)
