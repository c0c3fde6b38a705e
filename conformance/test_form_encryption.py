"""Browsers' forms that encrypt: under which key, who may, what is told, and what lies on the disk."""

import base64
import hashlib
import json

import pytest
from botocore.config import Config

from checks import read, refused
from test_post_forms import presigned, send

PREFIX = "x-amz-server-side-encryption"
SECRET = b"what no file of the data folder may show, however it was posted. " * 400


@pytest.fixture
def server(own_server):
    """A server that takes clients' keys although it has no TLS, with a bucket."""
    server = own_server(args=["--allow-sse-c-over-http"]).start()
    server.client("s3").create_bucket(Bucket="bkt")
    return server


#: Keys of KMS want it; boto3 signs forms by V2 unless told otherwise.
V4 = Config(signature_version="s3v4")


@pytest.fixture
def s3(server):
    return server.client("s3", config=V4)


@pytest.fixture
def key(server):
    return server.client("kms").create_key()["KeyMetadata"]


def customer(byte):
    key = bytes([byte]) * 32
    md5 = base64.b64encode(hashlib.md5(key).digest()).decode()
    names = f"{PREFIX}-customer-algorithm", f"{PREFIX}-customer-key", f"{PREFIX}-customer-key-MD5"
    return dict(zip(names, ("AES256", base64.b64encode(key).decode(), md5)))


def post(server, s3, name, asked, file=b"data"):
    return send(server, "bkt", presigned(s3, "bkt", name, dict(asked), [{field: value} for field, value in asked.items()]), file)


def marked(server):
    """The files of the data folder in which the secret is found."""
    return [path for path in server.data.rglob("*") if path.is_file() and SECRET[:64] in path.read_bytes()]


def test_a_form_says_under_which_key(server, s3, key):
    arn = {f"{PREFIX}-aws-kms-key-id": key["Arn"]}
    for asked, told in [
        ({PREFIX: "AES256"}, {"ServerSideEncryption": "AES256"}),
        ({PREFIX: "aws:kms", **arn}, {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key["Arn"]}),
        (
            {PREFIX: "aws:kms", **arn, f"{PREFIX}-bucket-key-enabled": "true"},
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key["Arn"], "BucketKeyEnabled": True},
        ),
        ({PREFIX: "aws:kms:dsse", **arn}, {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": key["Arn"]}),
    ]:
        answer = post(server, s3, "k", asked)
        assert (answer.status, answer.headers[PREFIX]) == (204, asked[PREFIX]), answer
        head = s3.head_object(Bucket="bkt", Key="k")
        assert told.items() <= head.items()
        assert read(s3, "bkt", "k") == b"data"
    wrong = post(server, s3, "none", {PREFIX: "aws:kms:dsse", **arn, f"{PREFIX}-bucket-key-enabled": "true"})
    assert (wrong.status, wrong.code) == (400, "InvalidArgument")
    assert "none" not in [item["Key"] for item in s3.list_objects_v2(Bucket="bkt")["Contents"]]


def test_a_form_brings_the_clients_key(server, s3):
    assert post(server, s3, "k", customer(1)).status == 204
    own = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": bytes([1]) * 32}
    assert read(s3, "bkt", "k", **own) == b"data"
    with refused(400, "InvalidRequest"):
        s3.get_object(Bucket="bkt", Key="k")
    spoilt = {**customer(1), f"{PREFIX}-customer-key-MD5": customer(2)[f"{PREFIX}-customer-key-MD5"]}
    assert post(server, s3, "k2", spoilt).status == 400


def test_who_posts_may_use_the_key_and_its_state_counts(server, s3, key):
    iam = server.client("iam")
    iam.create_user(UserName="ann")
    made = iam.create_access_key(UserName="ann")["AccessKey"]
    mine = server.client_of("s3", made["AccessKeyId"], made["SecretAccessKey"], signature_version="s3v4")

    def allow(*actions):
        statement = {"Effect": "Allow", "Action": ["s3:*", *actions], "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=document)

    asked = {PREFIX: "aws:kms", f"{PREFIX}-aws-kms-key-id": key["Arn"]}
    allow("kms:Decrypt")
    answer = post(server, mine, "k", asked)
    assert (answer.status, answer.code) == (403, "AccessDenied")
    allow("kms:GenerateDataKey")
    assert post(server, mine, "k", asked).status == 204
    server.client("kms").disable_key(KeyId=key["KeyId"])
    answer = post(server, mine, "k2", asked)
    assert (answer.status, answer.code) == (400, "KMS.DisabledException")
    assert [item["Key"] for item in s3.list_objects_v2(Bucket="bkt")["Contents"]] == ["k"]


def test_no_file_shows_what_was_posted(server, s3, key):
    arn = {f"{PREFIX}-aws-kms-key-id": key["Arn"]}
    kinds = [{PREFIX: "AES256"}, {PREFIX: "aws:kms", **arn}, {PREFIX: "aws:kms:dsse", **arn}, customer(7)]
    for number, asked in enumerate(kinds):
        for size in (len(SECRET), 100):
            assert post(server, s3, f"k{number}-{size}", asked, SECRET[:size]).status == 204
    server.kill()
    assert marked(server) == []
    shown = [path for path in server.data.rglob("*") if path.is_file() and bytes([7]) * 32 in path.read_bytes()]
    assert shown == []
    # What is not encrypted is found, so that the search can find something.
    server.start()
    assert post(server, s3, "plain", {}, SECRET).status == 204
    server.kill()
    assert marked(server) != []
