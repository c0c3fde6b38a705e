"""s3cmd with its default settings: buckets, files, trees synced twice, signed URLs, encryption under the server's keys and keys of KMS, and
what it configures of buckets and objects.

s3cmd has no option for a client's own key (SSE-C), and what --add-header adds no read sends: SSE-C is proven with rclone, the AWS CLI and boto3.
Where a bucket has no ACLs, s3cmd's copies need --acl-private, here as at Amazon (s3tools/s3cmd issue 1304).
"""

import json
import os
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from checks import keys_of, read
from server import ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY

MIB = 1 << 20


@pytest.fixture
def s3cmd(server, tmp_path):
    config = tmp_path / "s3cfg"
    config.write_text(
        f"[default]\naccess_key = {ACCESS_KEY}\nsecret_key = {SECRET_KEY}\nbucket_location = {REGION}\nuse_https = False\n"
        f"host_base = {server.authority}\nhost_bucket = {server.authority}\n"
    )
    program = pathlib.Path(sys.executable).with_name("s3cmd")

    def run(*words, code=0):
        command = [sys.executable, program, "--config", config, "--max-retries=1", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
        assert done.returncode == code, f"s3cmd {' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    return run


@pytest.fixture
def file(tmp_path):
    def make(name, size):
        path = tmp_path / name
        path.write_bytes(os.urandom(size))
        return path

    return make


def test_bucket_and_files(s3cmd, s3, name, file, tmp_path):
    s3cmd("mb", f"s3://{name}")
    assert f"s3://{name}" in s3cmd("ls")
    small, large = file("small ö + x", 4321), file("large", 11 * MIB + 7)
    s3cmd("put", small, f"s3://{name}/a/")
    s3cmd("put", "--multipart-chunk-size-mb=5", large, f"s3://{name}/a/large")
    assert s3.head_object(Bucket=name, Key="a/large")["ETag"].endswith('-3"')
    listed = s3cmd("ls", "--recursive", f"s3://{name}")
    assert "4321" in listed and f"s3://{name}/a/small ö + x" in listed and str(11 * MIB + 7) in listed
    assert f"DIR  s3://{name}/a/" in s3cmd("ls", f"s3://{name}")
    assert str(11 * MIB + 7 + 4321) in s3cmd("du", f"s3://{name}")
    for path, key in [(small, "a/small ö + x"), (large, "a/large")]:
        back = tmp_path / "back"
        s3cmd("get", "--force", f"s3://{name}/{key}", back)
        assert back.read_bytes() == path.read_bytes()
        told = s3cmd("info", f"s3://{name}/{key}")
        assert f"File size: {path.stat().st_size}" in told and "Storage:   STANDARD" in told and "SSE:" in told
    s3cmd("cp", "--acl-private", f"s3://{name}/a/large", f"s3://{name}/copied")
    s3cmd("mv", "--acl-private", f"s3://{name}/copied", f"s3://{name}/moved")
    assert keys_of(s3, name) == ["a/large", "a/small ö + x", "moved"]
    assert read(s3, name, "moved") == large.read_bytes()
    s3cmd("rb", f"s3://{name}", code=13)
    s3cmd("del", f"s3://{name}/moved")
    s3cmd("del", "--recursive", "--force", f"s3://{name}")
    s3cmd("rb", f"s3://{name}")
    assert f"s3://{name}" not in s3cmd("ls")


def test_sync_twice(s3cmd, s3, bucket, tmp_path):
    tree = tmp_path / "tree"
    for number in range(12):
        inner = tree / f"d{number % 3}" / "ö + x"
        inner.mkdir(parents=True, exist_ok=True)
        (inner / f"f{number}").write_bytes(os.urandom(number * 777))
    (tree / "large").write_bytes(os.urandom(6 * MIB + 3))
    words = ["sync", "--multipart-chunk-size-mb=5", f"{tree}/", f"s3://{bucket}/t/"]
    assert s3cmd(*words).count("upload:") == 13
    before = {item["Key"]: item["LastModified"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert len(before) == 13
    assert "upload:" not in s3cmd(*words)
    assert before == {item["Key"]: item["LastModified"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]}

    back = tmp_path / "back"
    back.mkdir()
    assert s3cmd("sync", f"s3://{bucket}/t/", f"{back}/").count("download:") == 13
    assert "download:" not in s3cmd("sync", f"s3://{bucket}/t/", f"{back}/")
    files = [path.relative_to(tree) for path in tree.rglob("*") if path.is_file()]
    assert all((back / path).read_bytes() == (tree / path).read_bytes() for path in files)

    (tree / "large").unlink()
    assert f"delete: 's3://{bucket}/t/large'" in s3cmd(words[0], "--delete-removed", *words[1:])
    assert "upload:" not in s3cmd(*words)
    assert "t/large" not in keys_of(s3, bucket)


def test_signed_url(s3cmd, bucket, file):
    path = file("f", 1000)
    s3cmd("put", path, f"s3://{bucket}/f")
    url = s3cmd("signurl", f"s3://{bucket}/f", "+60").strip()
    with urllib.request.urlopen(url) as response:
        assert response.read() == path.read_bytes()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(s3cmd("signurl", f"s3://{bucket}/f", "1000000000").strip())
    assert refused.value.code == 403


def test_encryption_under_the_servers_key(s3cmd, s3, bucket, file, tmp_path):
    for size in [1000, 6 * MIB]:
        path, back = file(f"f{size}", size), tmp_path / "back"
        s3cmd("put", "--server-side-encryption", "--multipart-chunk-size-mb=5", path, f"s3://{bucket}/{size}")
        assert s3.head_object(Bucket=bucket, Key=str(size))["ServerSideEncryption"] == "AES256"
        assert "SSE:       AES256" in s3cmd("info", f"s3://{bucket}/{size}")
        s3cmd("get", "--force", f"s3://{bucket}/{size}", back)
        assert back.read_bytes() == path.read_bytes()


def test_encryption_under_a_key_of_kms(s3cmd, s3, kms, bucket, file, tmp_path):
    key = kms.create_key()["KeyMetadata"]
    words = [f"--server-side-encryption-kms-id={key['KeyId']}", "--multipart-chunk-size-mb=5"]
    for size in [1000, 6 * MIB]:
        path, back = file(f"f{size}", size), tmp_path / "back"
        s3cmd("put", *words, path, f"s3://{bucket}/{size}")
        s3cmd("cp", "--acl-private", words[0], f"s3://{bucket}/{size}", f"s3://{bucket}/{size}-again")
        for name in [str(size), f"{size}-again"]:
            head = s3.head_object(Bucket=bucket, Key=name)
            assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key["Arn"])
            assert "SSE:       aws:kms" in s3cmd("info", f"s3://{bucket}/{name}")
            s3cmd("get", "--force", f"s3://{bucket}/{name}", back)
            assert back.read_bytes() == path.read_bytes()
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "one").write_bytes(b"1" * 5000)
    # ETags under a key of KMS are no MD5s, and s3cmd takes each without a hyphen for one: here as at Amazon it must compare without.
    sync = ["sync", "--no-check-md5", words[0], f"{folder}/", f"s3://{bucket}/tree/"]
    assert "upload:" in s3cmd(*sync)
    assert "upload:" not in s3cmd(*sync)
    kms.disable_key(KeyId=key["KeyId"])
    assert "KMS.DisabledException" in s3cmd("get", "--force", f"s3://{bucket}/1000", tmp_path / "back", code=11)


def test_what_it_configures(s3cmd, s3, bucket, file, tmp_path):
    s3cmd("put", file("f", 10), "--storage-class=STANDARD_IA", "--add-header=Cache-Control:no-store", f"s3://{bucket}/f")
    head = s3.head_object(Bucket=bucket, Key="f")
    assert (head["StorageClass"], head["CacheControl"]) == ("STANDARD_IA", "no-store")
    s3cmd("modify", "--acl-private", "--add-header=x-amz-meta-colour:blue", f"s3://{bucket}/f")
    assert s3.head_object(Bucket=bucket, Key="f")["Metadata"]["colour"] == "blue"

    s3cmd("settagging", f"s3://{bucket}/f", "a=1&b=2")
    assert s3cmd("gettagging", f"s3://{bucket}/f").split()[2:] == ["a:", "1", "b:", "2"]
    assert s3.get_object_tagging(Bucket=bucket, Key="f")["TagSet"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    s3cmd("deltagging", f"s3://{bucket}/f")
    assert s3.get_object_tagging(Bucket=bucket, Key="f")["TagSet"] == []

    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                       "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}],
    }  # fmt: skip
    (tmp_path / "policy").write_text(json.dumps(policy))
    s3cmd("setpolicy", tmp_path / "policy", f"s3://{bucket}")
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == policy
    assert "s3:GetObject" in s3cmd("info", f"s3://{bucket}")
    s3cmd("delpolicy", f"s3://{bucket}")

    (tmp_path / "lifecycle").write_text(
        "<LifecycleConfiguration><Rule><ID>old</ID><Filter><Prefix>old/</Prefix></Filter><Status>Enabled</Status>"
        "<Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>"
    )
    s3cmd("setlifecycle", tmp_path / "lifecycle", f"s3://{bucket}")
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]["Expiration"] == {"Days": 30}
    assert "<Days>30</Days>" in s3cmd("getlifecycle", f"s3://{bucket}")
    s3cmd("dellifecycle", f"s3://{bucket}")
    s3cmd("expire", "--expiry-days=3", f"s3://{bucket}")
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]["Expiration"] == {"Days": 3}

    (tmp_path / "cors").write_text(
        "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>"
    )
    s3cmd("setcors", tmp_path / "cors", f"s3://{bucket}")
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"][0]["AllowedMethods"] == ["GET"]
    s3cmd("setversioning", f"s3://{bucket}", "enable")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_access_lists(s3cmd, s3, bucket, file, server):
    """Where a bucket has none, setting one is refused; where it has, whoever comes without a signature is let in by it and by nothing else."""
    path, url = file("f", 10), f"{server.endpoint}/{bucket}/f"

    def anonymous():
        try:
            return urllib.request.urlopen(url).read()
        except urllib.error.HTTPError as error:
            return error.code

    s3cmd("put", path, f"s3://{bucket}/f")
    assert "AccessControlListNotSupported" in s3cmd("setacl", "--acl-public", f"s3://{bucket}/f", code=11)
    s3cmd("setownership", f"s3://{bucket}", "BucketOwnerPreferred")
    s3.delete_public_access_block(Bucket=bucket)
    assert anonymous() == 403
    s3cmd("setacl", "--acl-public", f"s3://{bucket}/f")
    assert anonymous() == path.read_bytes()
    assert "*anon*: READ" in s3cmd("info", f"s3://{bucket}/f")
    s3cmd("cp", f"s3://{bucket}/f", f"s3://{bucket}/g")
    assert "*anon*: READ" in s3cmd("info", f"s3://{bucket}/g")
    s3cmd("setacl", "--acl-private", f"s3://{bucket}/f")
    assert anonymous() == 403
