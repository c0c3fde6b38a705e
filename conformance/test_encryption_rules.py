"""What Amazon's rules of encryption ask beyond the bytes: a policy that wants one key, the states of a key in the middle of transfers,
clients' keys that are wrong or blocked, headers on each operation, and requests that are not signed by Signature V4."""

import base64
import hashlib
import json

import boto3
import pytest
from botocore.config import Config

from checks import refused
from raw import Request
from server import ACCESS_KEY, REGION, SECRET_KEY
from test_access_points import document, every_localhost_is_here, point, role  # noqa: F401: fixtures
from test_access_points import client as by_name

MIB = 1 << 20
ENCRYPTION = "x-amz-server-side-encryption"
ALGORITHM, KEY_ID = f"{ENCRYPTION}-customer-algorithm", f"{ENCRYPTION}-aws-kms-key-id"
KEY_MD5, BUCKET_KEY = f"{ENCRYPTION}-customer-key-md5", f"{ENCRYPTION}-bucket-key-enabled"


@pytest.fixture
def control(server):
    return by_name(server, "s3control")


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]


@pytest.fixture
def sealed(key):
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key["Arn"]}


@pytest.fixture
def secure(own_server):
    """A server that takes clients' keys although it has no TLS, with a bucket."""
    server = own_server(args=["--allow-sse-c-over-http"]).start()
    server.client("s3").create_bucket(Bucket="bkt")
    return server


def customer(byte, prefix=""):
    return {f"{prefix}SSECustomerAlgorithm": "AES256", f"{prefix}SSECustomerKey": bytes([byte]) * 32}


def told(response):
    """The headers of encryption, as they came."""
    headers = response["ResponseMetadata"]["HTTPHeaders"]
    return {name: value for name, value in headers.items() if name.startswith(ENCRYPTION)}


def test_a_bucket_that_wants_one_key_and_a_role_that_uploads_through_an_access_point(server, s3, kms, key, bucket, point, role):
    """Each as at Amazon: the policy refuses whoever names no key or another, the role may no more of KMS than an upload needs."""
    arn, alias = point
    role_arn, session = role
    iam = server.client("iam")
    objects = f"arn:aws:s3:::{bucket}/*"
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": objects}
    # Parts and Complete cannot name either: they are judged as their upload was begun.
    wants = [{f"s3:{ENCRYPTION}": "aws:kms"}, {f"s3:{KEY_ID}": key["Arn"]}]
    s3.put_bucket_policy(Bucket=bucket, Policy=document(*({**deny, "Condition": {"StringNotEquals": want}} for want in wants)))
    through = [f"{arn}/object/*", arn, objects]
    usage = {"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": key["Arn"],
             "Condition": {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com",
                                            "kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}"}}}  # fmt: skip
    iam.put_role_policy(RoleName=role_arn.rsplit("/", 1)[1], PolicyName="p",
                        PolicyDocument=document({"Effect": "Allow", "Action": "s3:*", "Resource": through}, usage))  # fmt: skip
    mine = by_name(server, "s3", session)
    named = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key["Arn"], "BucketKeyEnabled": True}
    elsewhere = kms.create_key()["KeyMetadata"]["Arn"]
    for wrong in [{}, {"ServerSideEncryption": "AES256"}, {**named, "SSEKMSKeyId": elsewhere}]:
        with refused(403, "AccessDenied"):
            mine.create_multipart_upload(Bucket=alias, Key="m", **wrong)
    # Without a bucket key the context is the object, for which the role may nothing.
    with refused(403, "AccessDenied"):
        mine.create_multipart_upload(Bucket=alias, Key="m", **{**named, "BucketKeyEnabled": False})
    upload = mine.create_multipart_upload(Bucket=alias, Key="m", **named)
    expected = {ENCRYPTION: "aws:kms", KEY_ID: key["Arn"], BUCKET_KEY: "true"}
    assert told(upload) == expected
    of = {"Bucket": alias, "Key": "m", "UploadId": upload["UploadId"]}
    done = [mine.upload_part(PartNumber=n, Body=body, **of) for n, body in [(1, b"a" * (5 * MIB)), (2, b"b")]]
    assert [told(part) for part in done] == [expected] * 2
    named_parts = [{"PartNumber": n, "ETag": part["ETag"]} for n, part in enumerate(done, 1)]
    assert told(mine.complete_multipart_upload(MultipartUpload={"Parts": named_parts}, **of)) == expected
    got = mine.get_object(Bucket=alias, Key="m", Range=f"bytes={5 * MIB - 1}-{5 * MIB}")
    assert (told(got), got["Body"].read()) == (expected, b"ab")
    kms.disable_key(KeyId=key["KeyId"])
    with refused(400, "KMS.DisabledException"):
        mine.get_object(Bucket=alias, Key="m")


STATES = {
    "disabled": (lambda kms, id: kms.disable_key(KeyId=id), lambda kms, id: kms.enable_key(KeyId=id), "KMS.DisabledException"),
    "scheduled for deletion": (
        lambda kms, id: kms.schedule_key_deletion(KeyId=id, PendingWindowInDays=7),
        lambda kms, id: (kms.cancel_key_deletion(KeyId=id), kms.enable_key(KeyId=id)),
        "KMS.KMSInvalidStateException",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_a_key_in_another_state_in_the_middle_of_an_upload(s3, kms, bucket, key, sealed, state):
    """Every step after it is refused, keeps what is there, and goes on when the key is back."""
    leave, enter, code = STATES[state]
    s3.put_object(Bucket=bucket, Key="source", Body=b"s")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m", **sealed)
    of = {"Bucket": bucket, "Key": "m", "UploadId": upload["UploadId"]}
    first = s3.upload_part(PartNumber=1, Body=b"a" * (5 * MIB), **of)["ETag"]
    leave(kms, key["KeyId"])
    with refused(400, code):
        s3.upload_part(PartNumber=2, Body=b"b", **of)
    with refused(400, code):
        s3.upload_part_copy(PartNumber=2, CopySource={"Bucket": bucket, "Key": "source"}, **of)
    with refused(400, code):
        s3.create_multipart_upload(Bucket=bucket, Key="n", **sealed)
    named = {"Parts": [{"PartNumber": 1, "ETag": first}]}
    with refused(400, code):
        s3.complete_multipart_upload(MultipartUpload=named, **of)
    assert [(part["PartNumber"], part["ETag"]) for part in s3.list_parts(**of)["Parts"]] == [(1, first)]
    with refused(404):
        s3.head_object(Bucket=bucket, Key="m")
    enter(kms, key["KeyId"])
    second = s3.upload_part(PartNumber=2, Body=b"b", **of)["ETag"]
    named["Parts"].append({"PartNumber": 2, "ETag": second})
    s3.complete_multipart_upload(MultipartUpload=named, **of)
    assert s3.get_object(Bucket=bucket, Key="m")["Body"].read() == b"a" * (5 * MIB) + b"b"
    # An upload can be given up whatever its key's state.
    other = s3.create_multipart_upload(Bucket=bucket, Key="n", **sealed)["UploadId"]
    leave(kms, key["KeyId"])
    s3.abort_multipart_upload(Bucket=bucket, Key="n", UploadId=other)


@pytest.mark.parametrize("state", STATES)
def test_a_key_in_another_state_in_the_middle_of_a_download(s3, kms, bucket, key, sealed, state):
    """A download that was let begin ends, as its data key is open; the next one is refused, of any range."""
    leave, enter, code = STATES[state]
    body = b"0123456789abcdef" * (2 * MIB)
    s3.put_object(Bucket=bucket, Key="k", Body=body, **sealed)
    begun = s3.get_object(Bucket=bucket, Key="k")["Body"]
    assert begun.read(100_000) == body[:100_000]
    leave(kms, key["KeyId"])
    for more in [{}, {"Range": "bytes=0-0"}]:
        with refused(400, code):
            s3.get_object(Bucket=bucket, Key="k", **more)
    assert begun.read() == body[100_000:]
    assert s3.head_object(Bucket=bucket, Key="k")["SSEKMSKeyId"] == key["Arn"]
    enter(kms, key["KeyId"])
    assert s3.get_object(Bucket=bucket, Key="k", Range="bytes=5-9")["Body"].read() == b"56789"


def test_a_key_that_rotates_in_the_middle_of_both(s3, kms, bucket, key, sealed):
    """What was sealed before stays readable, in one object with what was sealed after."""
    body = b"0123456789abcdef" * MIB
    s3.put_object(Bucket=bucket, Key="k", Body=body, **sealed)
    begun = s3.get_object(Bucket=bucket, Key="k")["Body"]
    assert begun.read(1000) == body[:1000]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m", **sealed)
    of = {"Bucket": bucket, "Key": "m", "UploadId": upload["UploadId"]}
    etags = [s3.upload_part(PartNumber=1, Body=body[: 5 * MIB], **of)["ETag"]]
    kms.rotate_key_on_demand(KeyId=key["KeyId"])
    assert begun.read() == body[1000:]
    copied = s3.upload_part_copy(PartNumber=2, CopySource={"Bucket": bucket, "Key": "k"}, **of)
    etags.append(copied["CopyPartResult"]["ETag"])
    named = {"Parts": [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]}
    s3.complete_multipart_upload(MultipartUpload=named, **of)
    assert s3.get_object(Bucket=bucket, Key="m")["Body"].read() == body[: 5 * MIB] + body


def test_what_is_said_of_a_wrong_key_of_the_clients(secure):
    s3 = secure.client("s3")
    own, other = customer(1), customer(2)
    s3.put_object(Bucket="bkt", Key="k", Body=b"x", **own)
    s3.put_object(Bucket="bkt", Key="plain", Body=b"x")
    # Amazon forbids to read with another key; a missing one, or one where none is, is a request that makes no sense.
    for status, code, key, more in [
        (403, "AccessDenied", "k", other),
        (400, "InvalidRequest", "k", {}),
        (400, "InvalidRequest", "plain", own),
        (400, "InvalidArgument", "k", {**own, "SSECustomerKeyMD5": "AAAAAAAAAAAAAAAAAAAAAA=="}),
        (400, "InvalidEncryptionAlgorithmError", "k", {**own, "SSECustomerAlgorithm": "AES128"}),
        (400, "InvalidArgument", "k", {**own, "SSECustomerKey": b"short"}),
    ]:
        if "SSECustomerKeyMD5" in more:
            more["SSECustomerKey"] = base64.b64encode(more["SSECustomerKey"]).decode()
        with refused(status, code):
            s3.get_object(Bucket="bkt", Key=key, **more)
        # A HEAD has no body to tell its code in.
        with refused(status):
            s3.head_object(Bucket="bkt", Key=key, **more)
        source = {f"CopySource{name}": value for name, value in more.items()}
        with refused(status, code):
            s3.copy_object(Bucket="bkt", Key="copy", CopySource=f"bkt/{key}", **source)
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m", **own)["UploadId"]
    plain = s3.create_multipart_upload(Bucket="bkt", Key="m")["UploadId"]
    for id, keys in [(upload, other), (upload, {}), (plain, own)]:
        with refused(400, "InvalidRequest"):
            s3.upload_part(Bucket="bkt", Key="m", UploadId=id, PartNumber=1, Body=b"x", **keys)
    # Deleting reads nothing.
    s3.delete_object(Bucket="bkt", Key="k")


def test_clients_keys_can_be_blocked(secure):
    s3 = secure.client("s3")
    own = customer(1)
    s3.put_object(Bucket="bkt", Key="k", Body=b"x", **own)
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m", **own)["UploadId"]

    def put(rule):
        s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": [rule]})
        [kept] = s3.get_bucket_encryption(Bucket="bkt")["ServerSideEncryptionConfiguration"]["Rules"]
        return kept.get("BlockedEncryptionTypes")

    blocked, free = {"EncryptionType": ["SSE-C"]}, {"EncryptionType": ["NONE"]}
    aes = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert put({"BlockedEncryptionTypes": blocked}) == blocked
    # Who says nothing of it later does not lift it.
    assert put(aes) == blocked
    for write, more in [
        (s3.put_object, {"Body": b"x"}),
        (s3.create_multipart_upload, {}),
        (s3.copy_object, {"CopySource": "bkt/k", **customer(1, "CopySource")}),
    ]:
        with refused(403, "AccessDenied") as caught:
            write(Bucket="bkt", Key="n", **more, **own)
        assert "has blocked upload requests that specify" in caught.value.response["Error"]["Message"]
    with refused(403, "AccessDenied"):
        s3.upload_part(Bucket="bkt", Key="m", UploadId=upload, PartNumber=1, Body=b"x", **own)
    assert s3.get_object(Bucket="bkt", Key="k", **own)["Body"].read() == b"x"
    s3.copy_object(Bucket="bkt", Key="n", CopySource="bkt/k", **customer(1, "CopySource"))
    assert put({**aes, "BlockedEncryptionTypes": free}) == free
    s3.upload_part(Bucket="bkt", Key="m", UploadId=upload, PartNumber=1, Body=b"x", **own)


@pytest.mark.parametrize("scheme", ["AES256", "aws:kms", "aws:kms with a bucket key", "client"])
def test_each_operation_tells_just_what_amazon_tells(secure, scheme):
    s3 = secure.client("s3")
    arn = secure.client("kms").create_key()["KeyMetadata"]["Arn"]
    context = base64.b64encode(b'{"team":"red"}').decode()
    under = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": arn}
    asked, expected, each = {
        "AES256": ({"ServerSideEncryption": "AES256"}, {ENCRYPTION: "AES256"}, {}),
        "aws:kms": ({**under, "SSEKMSEncryptionContext": context}, {ENCRYPTION: "aws:kms", KEY_ID: arn}, {}),
        "aws:kms with a bucket key": (
            {**under, "BucketKeyEnabled": True}, {ENCRYPTION: "aws:kms", KEY_ID: arn, BUCKET_KEY: "true"}, {},
        ),
        "client": (
            customer(7),
            {ALGORITHM: "AES256", KEY_MD5: base64.b64encode(hashlib.md5(b"\7" * 32).digest()).decode()},
            customer(7),
        ),
    }[scheme]  # fmt: skip
    # The context is told to who gave it, by the operations that take it, and to nobody else.
    making = {**expected, f"{ENCRYPTION}-context": context} if "SSEKMSEncryptionContext" in asked else expected
    at = {"Bucket": "bkt", "Key": "k"}
    assert told(s3.put_object(**at, Body=b"x", **asked)) == making
    assert told(s3.get_object(**at, **each)) == expected
    assert told(s3.head_object(**at, **each)) == expected
    source = {f"CopySource{name}": value for name, value in each.items()}
    assert told(s3.copy_object(Bucket="bkt", Key="c", CopySource="bkt/k", **source, **asked)) == making
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m", **asked)
    assert told(upload) == making
    of = {"Bucket": "bkt", "Key": "m", "UploadId": upload["UploadId"]}
    first = s3.upload_part(**of, PartNumber=1, Body=b"a" * (5 * MIB), **each)
    assert told(first) == expected
    second = s3.upload_part_copy(**of, PartNumber=2, CopySource="bkt/k", **source, **each)
    assert told(second) == expected
    assert told(s3.list_parts(**of)) == {}
    named = [{"PartNumber": 1, "ETag": first["ETag"]}, {"PartNumber": 2, "ETag": second["CopyPartResult"]["ETag"]}]
    # Amazon's answer to Complete has no headers of clients' keys.
    done = s3.complete_multipart_upload(**of, MultipartUpload={"Parts": named}, **each)
    assert told(done) == ({} if scheme == "client" else expected)
    assert told(s3.list_objects_v2(Bucket="bkt")) == {}
    assert told(s3.delete_object(**at)) == {}


def test_reads_take_no_headers_that_ask_for_encryption(server, s3, bucket, sealed):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", **sealed)
    for name, value in [(ENCRYPTION, "aws:kms"), (ENCRYPTION, "AES256"), (KEY_ID, sealed["SSEKMSKeyId"])]:
        answer = Request(server, "GET", f"/{bucket}/k", headers={name: value}).sign().send()
        assert (answer.status, b"<Code>InvalidArgument</Code>" in answer.body) == (400, True), answer.body


def test_objects_under_kms_are_for_signature_v4_only(own_server):
    server = own_server(args=["--signature-v2", "on"]).start()
    s3, kms = server.client("s3"), server.client("kms")
    s3.create_bucket(Bucket="bkt")
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": kms.create_key()["KeyMetadata"]["Arn"]}
    rule = {"ApplyServerSideEncryptionByDefault": by_default}
    s3.put_object(Bucket="bkt", Key="plain", Body=b"x")
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_object(Bucket="bkt", Key="k", Body=b"x")
    older = boto3.client(
        "s3", endpoint_url=server.endpoint, region_name=REGION, aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY, config=Config(signature_version="s3", retries={"max_attempts": 0}),
    )  # fmt: skip
    assert older.get_object(Bucket="bkt", Key="plain")["Body"].read() == b"x"
    for call, more in [(older.get_object, {}), (older.put_object, {"Body": b"x"}), (older.create_multipart_upload, {})]:
        with refused(400, "InvalidArgument") as caught:
            call(Bucket="bkt", Key="k", **more)
        assert "require AWS Signature Version 4" in caught.value.response["Error"]["Message"]
    # It tells nothing of its contents, so a description may be had.
    assert older.head_object(Bucket="bkt", Key="k")["ServerSideEncryption"] == "aws:kms"


def test_a_description_needs_decrypt_only_for_checksums(server, s3, key, sealed, bucket, name):
    iam = server.client("iam")
    iam.create_user(UserName=name)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}))
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", **sealed)
    mine = by_name(server, "s3", {**made, "SessionToken": None})
    assert "ChecksumCRC32" not in mine.head_object(Bucket=bucket, Key="k")
    with refused(403):
        mine.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert "ChecksumType" in s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")


def test_a_bucket_says_truthfully_what_it_does(own_server):
    """With a root key from outside: encrypted by default, and after a reset as a new one."""
    inside, outside = own_server().start(), own_server(env={"COLDKEEP_ROOT_KEY": "5c" * 32}).start()
    for server, encrypts in [(inside, False), (outside, True)]:
        s3 = server.client("s3")
        s3.create_bucket(Bucket="bkt")
        assert ("ServerSideEncryption" in s3.put_object(Bucket="bkt", Key="k", Body=b"x")) == encrypts
        if encrypts:
            [rule] = s3.get_bucket_encryption(Bucket="bkt")["ServerSideEncryptionConfiguration"]["Rules"]
            assert rule == {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
        else:
            with refused(404, "ServerSideEncryptionConfigurationNotFoundError"):
                s3.get_bucket_encryption(Bucket="bkt")
        # A bucket key is a matter of KMS: taken of other buckets, and told of no object.
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
        s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": [rule]})
        assert told(s3.put_object(Bucket="bkt", Key="k", Body=b"x")) == {ENCRYPTION: "AES256"}
        # Of aws:kms without a word on it, the bucket decides.
        flagged = s3.put_object(Bucket="bkt", Key="k", Body=b"x", ServerSideEncryption="aws:kms")
        assert flagged["BucketKeyEnabled"] is True
        s3.delete_bucket_encryption(Bucket="bkt")
        # What DELETE leaves is what the bucket says, whatever that is.
        says = "ServerSideEncryption" in s3.put_object(Bucket="bkt", Key="k", Body=b"x")
        try:
            s3.get_bucket_encryption(Bucket="bkt")
            told_so = True
        except s3.exceptions.ClientError:
            told_so = False
        assert says == told_so
