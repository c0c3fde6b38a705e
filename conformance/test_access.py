"""Who may, with real clients: users of the account by their policies, the bucket's policy, the block of public access, ACLs."""

import json
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from raw import Request
from server import ACCESS_KEY, ACCOUNT, SECRET_KEY

PART = b"p" * (5 << 20)


def client(server, service, key=ACCESS_KEY, secret=SECRET_KEY):
    return boto3.client(
        service, endpoint_url=server.endpoint, aws_access_key_id=key, aws_secret_access_key=secret,
        region_name="us-east-1", config=Config(retries={"max_attempts": 1}),
    )  # fmt: skip


def code_of(operation, **parameters):
    with pytest.raises(ClientError) as caught:
        operation(**parameters)
    return caught.value.response["Error"]["Code"]


def allow(*actions, on="*", **more):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def user(server, name):
    """A user: its S3 client, and how it gets its one policy."""
    iam = client(server, "iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    s3 = client(server, "s3", key["AccessKeyId"], key["SecretAccessKey"])

    def may(policy):
        iam.put_user_policy(UserName=name, PolicyName="its", PolicyDocument=policy)

    s3.may, s3.arn = may, f"arn:aws:iam::{ACCOUNT}:user/{name}"
    yield s3
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    for policy in iam.list_user_policies(UserName=name)["PolicyNames"]:
        iam.delete_user_policy(UserName=name, PolicyName=policy)
    iam.delete_user(UserName=name)


def test_a_user_may_what_its_policy_says(s3, bucket, user):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert code_of(user.get_object, Bucket=bucket, Key="k") == "AccessDenied"
    user.may(allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*"))
    # A caller that the server remembers may be a second old.
    eventually(lambda: user.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x")
    assert code_of(user.put_object, Bucket=bucket, Key="k", Body=b"y") == "AccessDenied"
    assert code_of(user.get_object, Bucket=bucket, Key="none") == "AccessDenied"
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


def test_an_upload_in_parts_by_a_user(s3, bucket, user):
    objects = f"arn:aws:s3:::{bucket}/*"
    user.may(allow("s3:PutObject", on=objects))
    begin = lambda: user.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]  # noqa: E731
    upload = eventually(begin)
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    part = user.upload_part(**where, PartNumber=1, Body=PART)
    # Who began it may see and end it, without a policy that says so.
    assert user.list_parts(**where)["Initiator"]["ID"] == user.arn
    other = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    assert code_of(user.list_parts, Bucket=bucket, Key="k", UploadId=other) == "AccessDenied"
    assert code_of(user.abort_multipart_upload, Bucket=bucket, Key="k", UploadId=other) == "AccessDenied"
    named = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    user.complete_multipart_upload(**where, MultipartUpload=named)
    assert s3.head_object(Bucket=bucket, Key="k")["ContentLength"] == len(PART)
    second = begin()
    user.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=second)
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=other)


def test_a_copy_asks_for_its_source(s3, bucket, user):
    s3.put_object(Bucket=bucket, Key="secret", Body=b"x")
    user.may(allow("s3:PutObject", on=f"arn:aws:s3:::{bucket}/*"))
    eventually(lambda: user.put_object(Bucket=bucket, Key="own", Body=b"y"))
    source = {"Bucket": bucket, "Key": "secret"}
    assert code_of(user.copy_object, Bucket=bucket, Key="copy", CopySource=source) == "AccessDenied"


def test_a_bucket_policy_and_the_block_of_public_access(server, s3, bucket, user):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    public = allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*", Principal="*")
    assert code_of(s3.put_bucket_policy, Bucket=bucket, Policy=public) == "AccessDenied"
    named = allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*", Principal={"AWS": user.arn})
    s3.put_bucket_policy(Bucket=bucket, Policy=named)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == named
    assert user.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=public)
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"] == {"IsPublic": True}
    assert Request(server, "GET", f"/{bucket}/k").send().body == b"x"
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True, "BlockPublicPolicy": True}
    )
    assert Request(server, "GET", f"/{bucket}/k").send().code == "AccessDenied"
    s3.delete_bucket_policy(Bucket=bucket)
    assert code_of(s3.get_bucket_policy, Bucket=bucket) == "NoSuchBucketPolicy"
    assert code_of(s3.put_bucket_policy, Bucket=bucket, Policy='{"Statement":[]}') == "MalformedPolicy"


def test_acls_where_ownership_lets_them_count(server, s3, bucket):
    assert code_of(s3.put_bucket_acl, Bucket=bucket, ACL="public-read") == "AccessControlListNotSupported"
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"] == rules
    s3.delete_public_access_block(Bucket=bucket)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ACL="public-read")["UploadId"]
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    part = s3.upload_part(**where, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert Request(server, "GET", f"/{bucket}/k").send().body == b"x"
    acl = s3.get_object_acl(Bucket=bucket, Key="k")
    assert sorted(grant["Permission"] for grant in acl["Grants"]) == ["FULL_CONTROL", "READ"]
    grants = [grant for grant in acl["Grants"] if grant["Permission"] == "FULL_CONTROL"]
    s3.put_object_acl(Bucket=bucket, Key="k", AccessControlPolicy={"Owner": acl["Owner"], "Grants": grants})
    assert Request(server, "GET", f"/{bucket}/k").send().code == "AccessDenied"


def test_what_is_for_nobody_who_does_not_sign(server, s3, bucket):
    """Whatever policy and ACL say: Amazon's "Anonymous users cannot initiate multipart uploads", and the like."""
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    )
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    everything = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": everything}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert Request(server, "PUT", f"/{bucket}/k", body=b"x").send().status == 200
    source = {"x-amz-copy-source": f"{bucket}/k"}
    for method, path, query, headers, what in [
        ("POST", f"/{bucket}/k", "uploads", {}, "initiate multipart uploads"),
        ("PUT", f"/{bucket}/copy", "", source, "copy objects"),
        ("POST", f"/{bucket}/k", "select&select-type=2", {}, "invoke this API"),
    ]:
        answer = Request(server, method, path, query, headers).send()
        assert (answer.status, answer.code) == (403, "AccessDenied"), (method, path, query)
        assert answer.message == f"Anonymous users cannot {what}.  Please authenticate."
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1 and "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    for name in ["cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires"]:
        for method in ["GET", "HEAD"]:
            assert Request(server, method, f"/{bucket}/k", f"response-{name}=a").send().status == 400
    assert Request(server, "GET", f"/{bucket}/k").send().body == b"x"
    chunked = {"x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "x-amz-decoded-content-length": "1"}
    assert Request(server, "PUT", f"/{bucket}/k", "", chunked, b"x").send().code == "InvalidRequest"
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    part = Request(server, "PUT", f"/{bucket}/k", f"partNumber=1&uploadId={upload}", body=b"y").send()
    assert part.status == 200, "a part is an object's bytes, as at Amazon"


def test_vaults_ask_the_users_policies(server, vault, name):
    iam = client(server, "iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    glacier = client(server, "glacier", key["AccessKeyId"], key["SecretAccessKey"])
    assert code_of(glacier.describe_vault, vaultName=vault) == "AccessDeniedException"
    arn = f"arn:aws:glacier:us-east-1:{ACCOUNT}:vaults/{vault}"
    iam.put_user_policy(UserName=name, PolicyName="its", PolicyDocument=allow("glacier:DescribeVault", on=arn))
    assert eventually(lambda: glacier.describe_vault(vaultName=vault))["VaultARN"] == arn
    assert code_of(glacier.delete_vault, vaultName=vault) == "AccessDeniedException"


def eventually(operation):
    """What the operation gives once what was changed has come round: within MAX_STALENESS."""
    end = time.monotonic() + 5
    while True:
        try:
            return operation()
        except ClientError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_new_buckets_may_be_open_as_they_were(own_server):
    server = own_server(args=["--new-buckets", "open", "--buckets", "made-at-start"]).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="made-by-call", ACL="public-read")
    for bucket in ("made-at-start", "made-by-call"):
        assert code_of(s3.get_public_access_block, Bucket=bucket) == "NoSuchPublicAccessBlockConfiguration"
        assert code_of(s3.get_bucket_ownership_controls, Bucket=bucket) == "OwnershipControlsNotFoundError"
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ACL="public-read")
        assert Request(server, "GET", f"/{bucket}/k").send().body == b"x"
    assert Request(server, "GET", "/made-at-start").send().status == 403
    assert Request(server, "GET", "/made-by-call").send().status == 200
    s3.create_bucket(Bucket="made-by-call")
    assert Request(server, "GET", "/made-by-call").send().status == 403
    s3.create_bucket(Bucket="closed", ObjectOwnership="BucketOwnerEnforced")
    s3.put_object(Bucket="closed", Key="k", Body=b"x", ACL="private")
    assert code_of(s3.put_object, Bucket="closed", Key="k", ACL="public-read") == "AccessControlListNotSupported"
    server.stop()
