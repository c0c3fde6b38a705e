"""`coldkeep account` and `coldkeep user` against a running server: accounts made, suspended, deleted only when empty, keys replaced; users with access to a bucket in one line."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config

from checks import refused_with
from server import ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY, free_port

ROOT = {"COLDKEEP_ROOT_ACCESS_KEY": ACCESS_KEY, "COLDKEEP_ROOT_SECRET_KEY": SECRET_KEY}


class Keys:
    """Who signs: clients, and the variables that commands take."""

    def __init__(self, server, made):
        self.server, self.id, self.secret = server, made["accessKeyId"], made["secretAccessKey"]
        self.env = {"AWS_ACCESS_KEY_ID": self.id, "AWS_SECRET_ACCESS_KEY": self.secret}

    def client(self, service, token=None):
        return boto3.client(
            service, endpoint_url=self.server.endpoint, region_name=REGION, aws_access_key_id=self.id,
            aws_secret_access_key=self.secret, aws_session_token=token, config=Config(retries={"max_attempts": 0}),
        )  # fmt: skip


def allow(action):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})


@pytest.fixture
def coldkeep(binary, server, tmp_path):
    """Runs a command: coldkeep("account", "list") gives the JSON that it prints; with fails=True, what it says on standard error."""

    def run(*words, env=ROOT, endpoint=server.endpoint, fails=False, text=False):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("COLDKEEP_", "AWS_"))}
        more = [] if text else ["--json"]
        done = subprocess.run(
            [binary, *map(str, words), "--endpoint", endpoint, *more],
            env={**clean, **env}, cwd=tmp_path, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == (2 if fails else 0), f"{words}\n{done.stdout}\n{done.stderr}"
        assert SECRET_KEY not in done.stdout + done.stderr
        if fails:
            assert done.stderr.startswith("coldkeep: ") and not done.stdout
            return done.stderr
        return done.stdout if text else json.loads(done.stdout)

    return run


@pytest.fixture
def lab(coldkeep, server, name):
    """A new account: its id and its root's keys."""
    made = coldkeep("account", "create", "lab of " + name, "--email", f"{name}@example.com")
    return made["id"], Keys(server, made["key"])


def test_an_account_has_its_own_buckets_vaults_and_users(coldkeep, s3, lab, name):
    account, keys = lab
    assert keys.client("sts").get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:root"
    own = keys.client("s3")
    own.create_bucket(Bucket=name)
    own.put_object(Bucket=name, Key="k", Body=b"x")
    assert [bucket["Name"] for bucket in own.list_buckets()["Buckets"]] == [name]
    assert name not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    refused_with("AccessDenied", s3.get_object, Bucket=name, Key="k")
    keys.client("glacier").create_vault(vaultName=name)
    keys.client("iam").create_user(UserName="ann")
    shown = coldkeep("account", "show", account)
    assert shown["email"] == f"{name}@example.com" and not shown["suspended"] and not shown["operator"]
    assert {held["kind"]: (held["count"], held["first"]) for held in shown["holds"]} == {
        "buckets": (1, [name]), "vaults": (1, [name]), "users": (1, ["ann"]),
    }  # fmt: skip
    owner = own.list_objects_v2(Bucket=name, FetchOwner=True)["Contents"][0]["Owner"]
    assert owner["ID"] == shown["canonicalId"]
    accounts = {one["id"]: one for one in coldkeep("account", "list")["accounts"]}
    assert accounts[ACCOUNT]["operator"] and accounts[account]["name"] == "lab of " + name
    # Its address names it in ACLs, and nobody else's.
    assert "EntityAlreadyExists" in coldkeep("account", "create", "other", "--email", f"{name.upper()}@example.com", fails=True)
    assert "EntityAlreadyExists" in coldkeep("account", "create", "other", "--id", account, fails=True)


def test_a_suspended_account_is_refused_by_every_key_at_once(coldkeep, lab, name):
    account, keys = lab
    s3 = keys.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "k"})
    session = keys.client("sts").get_session_token()["Credentials"]
    of_session = Keys(keys.server, {"accessKeyId": session["AccessKeyId"], "secretAccessKey": session["SecretAccessKey"]})
    ann = Keys(keys.server, coldkeep("user", "create", "ann", "--bucket", name, "--access", "full", env=keys.env))
    assert ann.client("s3").get_object(Bucket=name, Key="k")["Body"].read() == b"x"
    assert coldkeep("account", "suspend", account)["suspended"]
    for client in (s3, ann.client("s3"), of_session.client("s3", session["SessionToken"])):
        error = refused_with("AccountProblem", client.get_object, Bucket=name, Key="k")
        assert error["ResponseMetadata"]["HTTPStatusCode"] == 403
    refused_with("OptInRequired", keys.client("iam").list_users)
    refused_with("OptInRequired", ann.client("sts").get_caller_identity)
    refused_with("AccessDeniedException", keys.client("glacier").list_vaults)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url)
    assert caught.value.code == 403
    assert coldkeep("account", "show", account)["suspended"]
    assert not coldkeep("account", "resume", account)["suspended"]
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"
    assert urllib.request.urlopen(url).read() == b"x"


def test_an_account_is_deleted_when_it_is_empty_and_not_before(coldkeep, s3, lab, name):
    account, keys = lab
    own, glacier, iam = keys.client("s3"), keys.client("glacier"), keys.client("iam")
    own.create_bucket(Bucket=name)
    glacier.create_vault(vaultName="tapes")
    iam.create_group(GroupName="staff")
    iam.create_policy(PolicyName="mine", PolicyDocument=allow("s3:*"))
    words = coldkeep("account", "delete", account, fails=True)
    assert f"buckets: 1 ({name})" in words and "vaults: 1 (tapes)" in words and "Nothing was changed" in words
    assert "groups: 1 (staff)" in words and "policies: 1 (mine)" in words and "users" not in words
    own.delete_bucket(Bucket=name)
    glacier.delete_vault(vaultName="tapes")
    iam.delete_group(GroupName="staff")
    assert "policies: 1 (mine)" in coldkeep("account", "delete", account, fails=True)
    iam.delete_policy(PolicyArn=f"arn:aws:iam::{account}:policy/mine")
    iam.create_account_alias(AccountAlias=name)
    coldkeep("account", "delete", account)
    refused_with("InvalidAccessKeyId", own.list_buckets)
    assert "NoSuchEntity" in coldkeep("account", "show", account, fails=True)
    # Nothing of its is in the way of others.
    again = coldkeep("account", "create", "again", "--email", f"{name}@example.com", "--id", account)
    assert again["id"] == account
    s3.create_bucket(Bucket=name)
    assert "operator" in coldkeep("account", "delete", ACCOUNT, fails=True)
    assert "operator" in coldkeep("account", "suspend", ACCOUNT, fails=True)


def test_a_lost_root_key_is_replaced(coldkeep, server, lab):
    account, keys = lab
    second = Keys(server, coldkeep("account", "keys", account, "create"))
    assert "LimitExceeded" in coldkeep("account", "keys", account, "create", fails=True)
    assert second.client("sts").get_caller_identity()["Account"] == account
    coldkeep("account", "keys", account, "deactivate", keys.id)
    refused_with("InvalidAccessKeyId", keys.client("s3").list_buckets)
    coldkeep("account", "keys", account, "activate", keys.id)
    keys.client("s3").list_buckets()
    coldkeep("account", "keys", account, "delete", keys.id)
    refused_with("InvalidAccessKeyId", keys.client("s3").list_buckets)
    [left] = coldkeep("account", "keys", account)["keys"]
    assert left["accessKeyId"] == second.id and left["active"] and left["lastUsed"]
    [fixed] = coldkeep("account", "keys", ACCOUNT)["keys"]
    assert fixed["accessKeyId"] == ACCESS_KEY and fixed["ofSettings"]
    assert "root.toml" in coldkeep("account", "keys", ACCOUNT, "delete", ACCESS_KEY, fails=True)


def test_accounts_are_the_operators_business(coldkeep, server, lab, name):
    account, keys = lab
    assert "operator's account" in coldkeep("account", "list", env=keys.env, fails=True)
    user = Keys(server, coldkeep("user", "create", name))
    words = coldkeep("account", "list", env=user.env, fails=True)
    assert "coldkeep:ListAccounts" in words and user.id in words and "AWS_ACCESS_KEY_ID" in words
    server.client("iam").put_user_policy(UserName=name, PolicyName="p", PolicyDocument=allow("coldkeep:List*"))
    assert account in [one["id"] for one in coldkeep("account", "list", env=user.env)["accounts"]]
    assert "coldkeep:SuspendAccount" in coldkeep("account", "suspend", account, env=user.env, fails=True)
    # Who may all but IAM may not make itself the root of other accounts.
    server.client("iam").attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/PowerUserAccess")
    assert "AccessDenied" in coldkeep("account", "keys", account, "create", env=user.env, fails=True)
    coldkeep("user", "delete", name)


def test_a_user_reads_writes_or_owns_a_bucket(coldkeep, server, s3, bucket, name):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    users = {}
    for access in ("read", "add", "write", "full"):
        made = coldkeep("user", "create", f"{name}-{access}", "--bucket", bucket, "--access", access)
        users[access] = Keys(server, made).client("s3")
        assert made["arn"] == f"arn:aws:iam::{ACCOUNT}:user/{name}-{access}"
        assert users[access].get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
        assert users[access].list_objects_v2(Bucket=bucket)["KeyCount"] == 1
        refused_with("AccessDenied", users[access].list_buckets)
    refused_with("AccessDenied", users["read"].put_object, Bucket=bucket, Key="n", Body=b"x")
    refused_with("AccessDenied", users["read"].delete_object, Bucket=bucket, Key="k")
    for access in ("add", "write", "full"):
        upload = users[access].create_multipart_upload(Bucket=bucket, Key="n")["UploadId"]
        part = users[access].upload_part(Bucket=bucket, Key="n", UploadId=upload, PartNumber=1, Body=b"y")
        assert len(users[access].list_parts(Bucket=bucket, Key="n", UploadId=upload)["Parts"]) == 1
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        users[access].complete_multipart_upload(Bucket=bucket, Key="n", UploadId=upload, MultipartUpload=parts)
        if access == "add":
            refused_with("AccessDenied", users[access].delete_object, Bucket=bucket, Key="n")
            continue
        users[access].delete_object(Bucket=bucket, Key="n")
    refused_with("AccessDenied", users["write"].put_bucket_acl, Bucket=bucket, ACL="private")
    users["full"].get_bucket_acl(Bucket=bucket)
    shown = coldkeep("user", "show", f"{name}-read")
    assert list(shown["inlinePolicies"]) == ["bucket-access"] and bucket in shown["inlinePolicies"]["bucket-access"]
    assert f"{name}-read" in [user["name"] for user in coldkeep("user", "list")["users"]]
    for access in users:
        coldkeep("user", "delete", f"{name}-{access}")
        refused_with("InvalidAccessKeyId", users[access].get_object, Bucket=bucket, Key="k")


def test_users_are_deleted_with_what_hangs_on_them_and_their_keys_are_changed(coldkeep, server, name):
    iam = server.client("iam")
    keys = Keys(server, coldkeep("user", "create", name))
    iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    iam.create_group(GroupName=name)
    iam.add_user_to_group(GroupName=name, UserName=name)
    shown = coldkeep("user", "show", name)
    assert shown["groups"] == [name] and shown["attachedPolicies"] == ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
    second = coldkeep("user", "keys", name, "create")
    assert "LimitExceeded" in coldkeep("user", "keys", name, "create", fails=True)
    coldkeep("user", "keys", name, "deactivate", keys.id)
    refused_with("InvalidAccessKeyId", keys.client("s3").list_buckets)
    coldkeep("user", "keys", name, "activate", keys.id)
    keys.client("s3").list_buckets()
    coldkeep("user", "keys", name, "delete", keys.id)
    assert [key["accessKeyId"] for key in coldkeep("user", "keys", name)["keys"]] == [second["accessKeyId"]]
    assert "EntityAlreadyExists" in coldkeep("user", "create", name, fails=True)
    coldkeep("user", "delete", name)
    assert "NoSuchEntity" in coldkeep("user", "delete", name, fails=True)
    assert "NoSuchEntity" in coldkeep("user", "show", name, fails=True)
    iam.delete_group(GroupName=name)


def test_what_cannot_be_made_whole_is_not_made(coldkeep, server, name):
    # Their policy is longer than a user's may be.
    buckets = [word for number in range(60) for word in ("--bucket", f"{name}-{number:050}"[:63])]
    words = coldkeep("user", "create", name, *buckets, "--access", "write", fails=True)
    assert "LimitExceeded" in words and "nothing was kept" in words
    refused_with("NoSuchEntity", server.client("iam").get_user, UserName=name)


def test_the_lines_that_are_printed_can_be_pasted(coldkeep, s3, bucket, name, tmp_path):
    s3.put_object(Bucket=bucket, Key="hello.txt", Body=b"x")
    text = coldkeep("user", "create", name, "--bucket", bucket, "--access", "read", text=True)
    pasted = [line for line in text.splitlines() if line.startswith(("export ", "aws "))]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("COLDKEEP_", "AWS_"))}
    path = os.path.dirname(sys.executable) + os.pathsep + clean["PATH"]
    done = subprocess.run(
        ["sh", "-ec", "\n".join(pasted)], env={**clean, "PATH": path, "HOME": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 0 and "hello.txt" in done.stdout, f"{text}\n{done.stdout}\n{done.stderr}"
    table = coldkeep("account", "list", text=True).splitlines()
    assert table[0].split() == ["ACCOUNT", "STATE", "CREATED", "NAME", "E-MAIL"] and any(ACCOUNT in line for line in table)


def test_what_goes_wrong_is_told_with_what_to_do(coldkeep, server):
    nobody = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}
    for command in (["account", "list"], ["user", "list"]):
        words = coldkeep(*command, env=nobody, fails=True)
        assert "AKIAIOSFODNN7EXAMPLE" in words and "AWS_ACCESS_KEY_ID" in words
        wrong = {**ROOT, "COLDKEEP_ROOT_SECRET_KEY": "wrong"}
        assert "SignatureDoesNotMatch" in coldkeep(*command, env=wrong, fails=True)
        assert "--endpoint" in coldkeep(*command, endpoint=f"http://127.0.0.1:{free_port()}", fails=True)
        assert "TLS" in coldkeep(*command, endpoint=server.endpoint.replace("http", "https"), fails=True)
        words = coldkeep(*command, env={}, fails=True)
        assert "there are no keys" in words and "--data" in words
        assert "without AWS_SECRET_ACCESS_KEY" in coldkeep(*command, env={"AWS_ACCESS_KEY_ID": "a"}, fails=True)


def test_over_tls_with_an_authority_of_its_own_and_keys_of_the_data_folder(coldkeep, own_server):
    env = {"COLDKEEP_ROOT_ACCESS_KEY": None, "COLDKEEP_ROOT_SECRET_KEY": None}
    own = own_server(["--tls", "auto"], env=env).start()
    endpoint, data = own.endpoint.replace("http", "https"), ["--data", str(own.data)]
    words = coldkeep("account", "list", *data, env={}, endpoint=endpoint, fails=True)
    assert "--ca" in words
    trusted = ["--ca", str(own.data / "tls" / "ca.pem")]
    made = coldkeep("account", "create", "lab", *data, *trusted, env={}, endpoint=endpoint)
    # What was acknowledged is there after a crash.
    own.kill()
    own.start()
    listed = coldkeep("account", "list", *data, *trusted, env={}, endpoint=endpoint)
    assert made["id"] in [one["id"] for one in listed["accounts"]]
    own.stop()
    own.fsck()
