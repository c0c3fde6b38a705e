"""Access points by boto3 and the AWS CLI: made, given a policy, and used in a bucket's place by a role's session; the account's block
of public access. SDKs turn ARNs into hosts below the endpoint's, so the endpoint is a name here: *.localhost is this machine."""

import json
import os
import socket
import subprocess
import sys
import textwrap

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from checks import refused_with
from raw import Request
from server import ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY

MIB = 1 << 20
FIND_LOCALHOST = """
    import socket
    def find(host, *rest, found=socket.getaddrinfo, **more):
        local = isinstance(host, str) and host.endswith(".localhost")
        return found("127.0.0.1" if local else host, *rest, **more)
    socket.getaddrinfo = find
"""


@pytest.fixture(autouse=True)
def every_localhost_is_here(monkeypatch):
    """Not every resolver knows that names below localhost are this machine (RFC 6761)."""
    found = socket.getaddrinfo

    def find(host, *rest, **more):
        return found("127.0.0.1" if str(host).endswith(".localhost") else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", find)


def client(server, service, credentials=None):
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    key, secret, token = (credentials[name] for name in names) if credentials else (ACCESS_KEY, SECRET_KEY, None)
    return boto3.client(
        service, endpoint_url=f"http://localhost:{server.port}", region_name=REGION, aws_access_key_id=key,
        aws_secret_access_key=secret, aws_session_token=token,
        config=Config(retries={"max_attempts": 0}, signature_version="v4" if service == "sts" else "s3v4"),
    )  # fmt: skip


@pytest.fixture
def control(server):
    return client(server, "s3control")


@pytest.fixture
def s3(server):
    return client(server, "s3")


@pytest.fixture
def point(control, bucket, name):
    """An access point of the bucket: its ARN and its alias."""
    made = control.create_access_point(AccountId=ACCOUNT, Name=name, Bucket=bucket)
    yield made["AccessPointArn"], made["Alias"]
    control.delete_access_point(AccountId=ACCOUNT, Name=name)


@pytest.fixture
def role(server, name):
    """A new role without a policy, and a session of it, which a new user asks for."""
    iam = server.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    sts = client(server, "sts", {**key, "SessionToken": None})
    trust = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    return arn, sts.assume_role(RoleArn=arn, RoleSessionName="ci")["Credentials"]


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def test_an_upload_in_parts_through_a_point_under_a_roles_session(server, control, s3, bucket, point, role, name):
    (arn, alias), (role_arn, credentials) = point, role
    session = client(server, "s3", credentials)
    refused_with("AccessDenied", session.create_multipart_upload, Bucket=arn, Key="a/b c")
    allow = {"Effect": "Allow", "Principal": {"AWS": role_arn}, "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"{arn}/object/a/*"}
    control.put_access_point_policy(AccountId=ACCOUNT, Name=name, Policy=document(allow))
    assert json.loads(control.get_access_point_policy(AccountId=ACCOUNT, Name=name)["Policy"])["Statement"] == [allow]
    assert control.get_access_point_policy_status(AccountId=ACCOUNT, Name=name)["PolicyStatus"] == {"IsPublic": False}
    # The point alone is not enough: the bucket leaves it to its account's points.
    refused_with("AccessDenied", session.create_multipart_upload, Bucket=arn, Key="a/b c")
    delegate = {
        "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}},
    }  # fmt: skip
    s3.put_bucket_policy(Bucket=bucket, Policy=document(delegate))
    upload = session.create_multipart_upload(Bucket=arn, Key="a/b c")
    assert upload["Bucket"] == bucket
    named = {"Bucket": arn, "Key": "a/b c", "UploadId": upload["UploadId"]}
    first = session.upload_part(**named, PartNumber=1, Body=b"x" * 5 * MIB)
    second = session.upload_part(Bucket=alias, Key="a/b c", UploadId=upload["UploadId"], PartNumber=2, Body=b"end")
    parts = [{"PartNumber": nth, "ETag": part["ETag"]} for nth, part in ((1, first), (2, second))]
    assert session.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})["Bucket"] == bucket
    assert session.get_object(Bucket=arn, Key="a/b c", Range="bytes=-4")["Body"].read() == b"xend"
    session.copy_object(Bucket=arn, Key="a/copy", CopySource={"Bucket": arn, "Key": "a/b c"})
    assert s3.head_object(Bucket=bucket, Key="a/copy")["ContentLength"] == 5 * MIB + 3
    # Beyond what the policy says, and past the point.
    refused_with("AccessDenied", session.put_object, Bucket=arn, Key="other", Body=b"")
    refused_with("AccessDenied", session.get_object, Bucket=bucket, Key="a/copy")
    refused_with("AccessDenied", session.list_objects_v2, Bucket=arn)


def test_points_are_made_listed_and_told_apart(control, s3, bucket, point, name):
    arn, alias = point
    assert alias.endswith("-s3alias") and len(alias) <= 63
    found = control.get_access_point(AccountId=ACCOUNT, Name=name)
    assert (found["Bucket"], found["NetworkOrigin"], found["AccessPointArn"]) == (bucket, "Internet", arn)
    assert all(found["PublicAccessBlockConfiguration"].values())
    listed = control.list_access_points(AccountId=ACCOUNT, Bucket=bucket)["AccessPointList"]
    assert [(entry["Name"], entry["Alias"]) for entry in listed] == [(name, alias)]
    control.tag_resource(AccountId=ACCOUNT, ResourceArn=arn, Tags=[{"Key": "team", "Value": "blue"}])
    assert control.list_tags_for_resource(AccountId=ACCOUNT, ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "blue"}]
    control.untag_resource(AccountId=ACCOUNT, ResourceArn=arn, TagKeys=["team"])
    bucket_arn, put = f"arn:aws:s3:::{bucket}", [{"Key": "team", "Value": "red"}]
    assert control.list_tags_for_resource(AccountId=ACCOUNT, ResourceArn=bucket_arn)["Tags"] == []
    control.tag_resource(AccountId=ACCOUNT, ResourceArn=bucket_arn, Tags=put)
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == put
    control.untag_resource(AccountId=ACCOUNT, ResourceArn=bucket_arn, TagKeys=["team"])
    refused_with("NoSuchTagSet", s3.get_bucket_tagging, Bucket=bucket)
    assert control.list_tags_for_resource(AccountId=ACCOUNT, ResourceArn=arn)["Tags"] == []
    refused_with("AccessPointAlreadyOwnedByYou", control.create_access_point, AccountId=ACCOUNT, Name=name, Bucket=bucket)
    refused_with("NoSuchAccessPoint", control.get_access_point, AccountId=ACCOUNT, Name="nobody")
    refused_with("NoSuchAccessPointPolicy", control.get_access_point_policy, AccountId=ACCOUNT, Name=name)
    refused_with("BucketHasAccessPointsAttached", s3.delete_bucket, Bucket=bucket)
    refused_with("MethodNotAllowed", s3.put_bucket_policy, Bucket=alias, Policy="{}")
    refused_with("AccessDenied", control.list_access_points, AccountId="999999999999")
    with pytest.raises(ClientError, match="not implemented"):
        control.list_jobs(AccountId=ACCOUNT)


def test_presigned_urls_and_lists_through_a_point(server, s3, bucket, point):
    arn, alias = point
    s3.put_object(Bucket=alias, Key="k", Body=b"data")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": arn, "Key": "k"})
    host, _, target = url.removeprefix("http://").partition("/")
    answer = Request(server, "GET", "/" + target.partition("?")[0], target.partition("?")[2], {"host": host}).send()
    assert (answer.status, answer.body) == (200, b"data")
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=arn)["Contents"]] == ["k"]
    assert s3.head_bucket(Bucket=alias)["AccessPointAlias"] is True


def test_the_accounts_block_counts_beside_the_buckets(server, control, s3, bucket):
    refused_with("NoSuchPublicAccessBlockConfiguration", control.get_public_access_block, AccountId=ACCOUNT)
    s3.delete_public_access_block(Bucket=bucket)
    public = document({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"})
    s3.put_bucket_policy(Bucket=bucket, Policy=public)
    s3.put_object(Bucket=bucket, Key="k", Body=b"data")
    anonymous = lambda: Request(server, "GET", f"/{bucket}/k").send().status  # noqa: E731
    assert anonymous() == 200
    block = {name: name != "BlockPublicAcls" for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")}
    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=block)
    try:
        assert control.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"] == block
        assert anonymous() == 403
        refused_with("AccessDenied", s3.put_bucket_policy, Bucket=bucket, Policy=public)
    finally:
        control.delete_public_access_block(AccountId=ACCOUNT)
    assert anonymous() == 200


def test_the_cli_copies_through_a_point(server, aws_of_names, s3, bucket, point, tmp_path):
    arn, alias = point
    whole = bytes(range(256)) * (9 * MIB // 256)
    (tmp_path / "whole").write_bytes(whole)
    aws_of_names("s3", "cp", "whole", f"s3://{arn}/in/whole")
    assert s3.head_object(Bucket=bucket, Key="in/whole")["ETag"].endswith('-2"')
    aws_of_names("s3", "cp", f"s3://{arn}/in/whole", "back")
    assert (tmp_path / "back").read_bytes() == whole
    aws_of_names("s3", "cp", f"s3://{alias}/in/whole", f"s3://{arn}/copied")
    assert s3.head_object(Bucket=bucket, Key="copied")["ContentLength"] == len(whole)
    assert "copied" in aws_of_names("s3", "ls", f"s3://{arn}/").stdout
    listed = json.loads(aws_of_names("s3control", "list-access-points", "--account-id", ACCOUNT, "--bucket", bucket, "--output", "json").stdout)
    assert [entry["AccessPointArn"] for entry in listed["AccessPointList"]] == [arn]


@pytest.fixture
def aws_of_names(server, aws, tmp_path):
    """The AWS CLI at an endpoint with a name, in a Python that finds it."""
    (tmp_path / "find").mkdir()
    (tmp_path / "find" / "sitecustomize.py").write_text(textwrap.dedent(FIND_LOCALHOST))
    program = os.path.join(os.path.dirname(sys.executable), "aws")
    environment = server.cli_environment(tmp_path) | {
        "AWS_ENDPOINT_URL": f"http://localhost:{server.port}", "PYTHONPATH": str(tmp_path / "find"),
    }  # fmt: skip

    def run(*words):
        done = subprocess.run(
            [sys.executable, program, *map(str, words)], env=environment, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, f"aws {' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
        return done

    return run


def test_outposts(server, control, s3, bucket, name):
    """Declared with an Outpost, found by it only. The SDK signs such requests with what is not here (Signature V4A), so they are made
    by hand."""
    outpost = "op-01ac5d28a6a232904"
    on_outpost = f"arn:aws:s3-outposts:{REGION}:{ACCOUNT}:outpost/{outpost}"
    made = control.create_access_point(
        AccountId=ACCOUNT, Name=name, Bucket=f"{on_outpost}/bucket/{bucket}", VpcConfiguration={"VpcId": "vpc-1234567890"}
    )
    arn = made["AccessPointArn"]
    assert arn == f"{on_outpost}/accesspoint/{name}"
    assert control.get_access_point(AccountId=ACCOUNT, Name=arn)["VpcConfiguration"] == {"VpcId": "vpc-1234567890"}
    refused_with("NoSuchAccessPoint", control.get_access_point, AccountId=ACCOUNT, Name=name)

    def ask(method, host, path="/k", headers=(), body=b""):
        headers = {"host": f"{host}.localhost:{server.port}", **dict(headers)}
        return Request(server, method, path, "", headers, body, service="s3-outposts").sign().send()

    host = f"{name}-{ACCOUNT}.{outpost}"
    assert ask("PUT", host, headers=[("x-amz-storage-class", "OUTPOSTS")], body=b"data").status == 200
    answer = ask("GET", host)
    assert (answer.status, answer.body, answer.headers["x-amz-storage-class"]) == (200, b"data", "OUTPOSTS")
    assert ask("PUT", host, headers=[("x-amz-acl", "private")]).code == "AccessControlListNotSupported"
    assert ask("GET", f"{name}-{ACCOUNT}.op-02").code == "NoSuchAccessPoint"
    assert ask("GET", f"{name}-{ACCOUNT}").code == "NoSuchBucket"
    s3.delete_object(Bucket=bucket, Key="k")
    control.delete_access_point(AccountId=ACCOUNT, Name=arn)
    s3.delete_bucket(Bucket=bucket)
