"""What clients do when nobody tells them anything: presigned links made with the greeting's own lines, emptying a bucket by
its versions, reading configurations before acting, asking who they are.
"""

import http.client
import io
import tomllib
from urllib.parse import urlsplit

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from checks import keys_of, read, refused
from server import ACCESS_KEY, ACCOUNT, SECRET_KEY


def fetch(url, method="GET", body=None, headers=None):
    split = urlsplit(url)
    connection = http.client.HTTPConnection(split.hostname, split.port, timeout=30)
    connection.request(method, f"{split.path}?{split.query}", body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers


def test_links_made_with_the_greetings_lines_work(own_server, tmp_path):
    """As somebody does who starts the server for the first time and pastes what it prints."""
    keyless = {f"COLDKEEP_{name}": None for name in ("ROOT_ACCESS_KEY", "ROOT_SECRET_KEY", "ACCOUNT_ID")}
    server = own_server(env=keyless).start()
    root = tomllib.loads((server.data / "root.toml").read_text())
    door = dict(endpoint_url=server.endpoint, region_name="us-east-1")
    door |= dict(aws_access_key_id=root["access_key"], aws_secret_access_key=root["secret_key"])
    s3 = boto3.client("s3", **door)
    s3.create_bucket(Bucket="first-bucket")
    link = s3.generate_presigned_url("put_object", Params={"Bucket": "first-bucket", "Key": "a b+ä"})
    assert fetch(link, "PUT", b"data")[0] == 200
    link = s3.generate_presigned_url("get_object", Params={"Bucket": "first-bucket", "Key": "a b+ä"})
    assert fetch(link)[:2] == (200, b"data")
    for region in ("eu-central-1", "us-east-1", "us-west-2"):
        other = boto3.client("s3", **(door | {"region_name": region}))
        params = {"Bucket": "first-bucket", "Key": "a b+ä", "ResponseContentType": "text/x"}
        status, body, headers = fetch(other.generate_presigned_url("get_object", Params=params))
        assert (status, body, headers["content-type"]) == (200, b"data", "text/x"), region


def test_a_link_of_the_command_line_works(server, s3, bucket, aws):
    s3.put_object(Bucket=bucket, Key="k", Body=b"data")
    assert fetch(aws("s3", "presign", f"s3://{bucket}/k").stdout.strip())[:2] == (200, b"data")


def old(server, **more):
    return server.client("s3", config=Config(signature_version="s3", **more))


def test_old_signatures_in_links_by_default(server, s3, bucket):
    signer = old(server)
    params = {"Bucket": bucket, "Key": "k", "ContentType": "text/x", "Metadata": {"colour": "dark green"}}
    link = signer.generate_presigned_url("put_object", Params=params)
    assert "AWSAccessKeyId=" in link
    assert fetch(link, "PUT", b"data", {"content-type": "text/x"})[0] == 200
    head = s3.head_object(Bucket=bucket, Key="k")
    assert (head["ContentType"], head["Metadata"]) == ("text/x", {"colour": "dark green"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m")["UploadId"]
    params = {"Bucket": bucket, "Key": "m", "UploadId": upload, "PartNumber": 1}
    assert fetch(signer.generate_presigned_url("upload_part", Params=params), "PUT", b"part")[0] == 200
    assert len(s3.list_parts(Bucket=bucket, Key="m", UploadId=upload)["Parts"]) == 1
    expired = signer.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"}, ExpiresIn=-1)
    status, body, _ = fetch(expired)
    assert status == 403 and b"Request has expired" in body
    with refused(400, "InvalidRequest"):
        signer.get_object(Bucket=bucket, Key="k")


@pytest.mark.parametrize("setting", ["off", "on"])
def test_old_signatures_as_set(own_server, setting):
    server = own_server(args=["--signature-v2", setting]).start()
    server.client("s3").create_bucket(Bucket="old-times")
    signer = old(server)
    link = signer.generate_presigned_url("put_object", Params={"Bucket": "old-times", "Key": "k"})
    if setting == "off":
        assert fetch(link, "PUT", b"data")[0] == 400
        return
    assert fetch(link, "PUT", b"data")[0] == 200
    hosted = old(server, s3={"addressing_style": "virtual"})
    for client in (signer, hosted):
        if client is hosted:
            client.meta.events.register("before-send.s3", lambda request, **_: to_loopback(server, request))
        client.put_object(Bucket="old-times", Key="dir/a b", Body=b"x", Metadata={"a": "1"})
        assert client.get_object(Bucket="old-times", Key="dir/a b")["Metadata"] == {"a": "1"}
        assert len(client.list_objects(Bucket="old-times", Prefix="dir/")["Contents"]) == 1
        assert client.get_bucket_location(Bucket="old-times")["ResponseMetadata"]["HTTPStatusCode"] == 200


def to_loopback(server, request):
    """Names below localhost are not resolved everywhere."""
    split = urlsplit(request.url)
    request.headers["Host"] = split.netloc
    request.url = split._replace(netloc=server.authority).geturl()


def test_emptying_a_bucket_by_its_versions(server, s3, bucket):
    for number in range(5):
        s3.put_object(Bucket=bucket, Key=f"dir/{number}", Body=b"x")
    resource = boto3.resource(
        "s3", endpoint_url=server.endpoint, aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY,
        region_name="us-east-1",
    )  # fmt: skip
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    versions = [row for page in pages for row in page.get("Versions", [])]
    assert [(row["Key"], row["VersionId"], row["IsLatest"]) for row in versions] == [
        (f"dir/{number}", "null", True) for number in range(5)
    ]
    resource.Bucket(bucket).object_versions.delete()
    assert keys_of(s3, bucket) == []
    s3.delete_bucket(Bucket=bucket)


def test_a_large_copy_from_bucket_to_bucket(s3, bucket, aws, tmp_path):
    """The command line reads the tags of what it copies in parts."""
    body = bytes(range(256)) * (10 << 12)
    s3.upload_fileobj(io.BytesIO(body), bucket, "big", Config=TransferConfig(multipart_threshold=5 << 20))
    aws("configure", "set", "default.s3.multipart_threshold", "5MB", check=False)
    aws("s3", "cp", f"s3://{bucket}/big", f"s3://{bucket}/copy")
    assert read(s3, bucket, "copy") == body


def test_reading_before_acting(server, s3, bucket):
    """What infrastructure tools read of a bucket, all of it unset."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    for grants in (s3.get_bucket_acl(Bucket=bucket), s3.get_object_acl(Bucket=bucket, Key="k")):
        assert [grant["Permission"] for grant in grants["Grants"]] == ["FULL_CONTROL"]
        assert grants["Grants"][0]["Grantee"]["ID"] == grants["Owner"]["ID"]
        assert len(grants["Owner"]["ID"]) == 64
    assert set(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    rules = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    for read_empty in (
        s3.get_bucket_logging, s3.get_bucket_notification_configuration, s3.get_bucket_accelerate_configuration,
    ):  # fmt: skip
        assert set(read_empty(Bucket=bucket)) == {"ResponseMetadata"}
    for read_missing, code in (
        (s3.get_bucket_policy, "NoSuchBucketPolicy"),
        (s3.get_bucket_cors, "NoSuchCORSConfiguration"),
        (s3.get_bucket_lifecycle_configuration, "NoSuchLifecycleConfiguration"),
        (s3.get_bucket_encryption, "ServerSideEncryptionConfigurationNotFoundError"),
        (s3.get_bucket_website, "NoSuchWebsiteConfiguration"),
        (s3.get_bucket_tagging, "NoSuchTagSet"),
        (s3.get_bucket_replication, "ReplicationConfigurationNotFoundError"),
        (s3.get_object_lock_configuration, "ObjectLockConfigurationNotFoundError"),
    ):
        with refused(404, code):
            read_missing(Bucket=bucket)


def test_who_am_i(server):
    identity = server.client("sts").get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    with refused(400, "InvalidAuthorizationMessageException"):
        server.client("sts").decode_authorization_message(EncodedMessage="x")


@pytest.mark.parametrize("region", ["127.0.0.1", "", "us east", "EU"])
def test_regions_of_any_spelling(server, bucket, region):
    from raw import Request

    request = Request(server, "GET", f"/{bucket}", region=region)
    request.sign()
    assert request.send().status == 200
